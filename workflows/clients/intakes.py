"""Sender to the intake of a document."""

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.workflow import UpdateMethodMultiParam

from activities.stubs.intake import IntakeStatus
from workflows.clients.base import ProcessClient
from workflows.document_intake import DocumentIntake, IntakeOrder, IntakeSubject
from workflows.ids import LEDGER_QUEUE, intake_id

_Order = UpdateMethodMultiParam[[DocumentIntake, IntakeOrder], IntakeStatus]


class Intakes(ProcessClient):
    """Carries people's decisions to documents.

    An order starts the process where none is at work: the database, not Temporal's memory,
    knows where a document stands.
    """

    async def approve(self, subject: IntakeSubject, order: IntakeOrder) -> IntakeStatus:
        """Post the invoice."""
        return await self._order(DocumentIntake.approve, subject, order)

    async def retry_posting(self, subject: IntakeSubject, order: IntakeOrder) -> IntakeStatus:
        """Post again what could not be posted."""
        return await self._order(DocumentIntake.retry_posting, subject, order)

    async def amend(self, subject: IntakeSubject, order: IntakeOrder) -> IntakeStatus:
        """Correct what is proposed; `input_id` names the correction."""
        return await self._order(DocumentIntake.amend, subject, order)

    async def reject(self, subject: IntakeSubject, order: IntakeOrder) -> IntakeStatus:
        """Close the document without a posting; `input_id` names the reason."""
        return await self._order(DocumentIntake.reject, subject, order)

    async def confirm(self, subject: IntakeSubject, order: IntakeOrder) -> IntakeStatus:
        """Close the inbox item: it was handled outside."""
        return await self._order(DocumentIntake.confirm, subject, order)

    async def reread(self, subject: IntakeSubject, order: IntakeOrder) -> IntakeStatus:
        """Have the document read again."""
        return await self._order(DocumentIntake.reread, subject, order)

    async def _order(
        self, update: _Order, subject: IntakeSubject, order: IntakeOrder
    ) -> IntakeStatus:
        def start() -> WithStartWorkflowOperation[DocumentIntake, IntakeStatus]:
            process = intake_id(subject.tenant_id, subject.inbox_id)
            return WithStartWorkflowOperation(
                DocumentIntake.run,
                subject,
                id=str(process),
                task_queue=LEDGER_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                search_attributes=process.search_attributes("received", subject.document_id),
                static_summary=f"Intake of document {subject.document_id}",
            )

        return await self._give(update, order, order.command, start)
