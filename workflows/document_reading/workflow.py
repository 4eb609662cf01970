"""Reads one stored document because somebody asked; the result is kept with the document."""

from dataclasses import dataclass
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ActivityError

from workflows.document_reading.steps import (
    ReadingActivities,
    ReadResult,
    ReadStep,
    UnreadableActivities,
)
from workflows.shared.failures import is_outage
from workflows.shared.ids import DOCUMENTS_QUEUE
from workflows.shared.options import READ_DOCUMENT, WRITE


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOrder:
    """A document and the key under which it is read once."""

    tenant_id: UUID
    document_id: UUID
    key: str


@workflow.defn
class DocumentReading:
    """Carries one reading to the workers that read, and its outcome back."""

    @workflow.run
    async def run(self, order: ReadingOrder) -> ReadResult:
        """Read; a reader that is interrupted again and again is given up, and that is told.

        During an outage nobody can tell: the order fails, and may be given again.
        """
        step = ReadStep(
            tenant_id=order.tenant_id,
            inbox_id=None,
            document_id=order.document_id,
            key=order.key,
            at=workflow.now(),
        )
        try:
            return await workflow.execute_activity_method(
                ReadingActivities.read, step, task_queue=DOCUMENTS_QUEUE, **READ_DOCUMENT
            )
        except ActivityError as error:
            if is_outage(error):
                raise
            return await workflow.execute_activity_method(
                UnreadableActivities.give_up, step, **WRITE
            )
