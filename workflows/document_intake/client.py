"""Sender to the intake of a document."""

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.workflow import UpdateMethodMultiParam

from workflows.document_intake.steps import IntakeStatus
from workflows.document_intake.workflow import DocumentIntake, IntakeOrder, IntakeSubject
from workflows.shared.client import ProcessClient
from workflows.shared.ids import LEDGER_QUEUE, intake_id
from workflows.shared.options import TASK_TIMEOUT

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

    async def resume(self, subject: IntakeSubject) -> None:
        """Start the process of an open item again; one that is at work goes on."""
        process = intake_id(subject.tenant_id, subject.inbox_id)
        async with self._bounded():
            await self._client.start_workflow(
                DocumentIntake.run,
                subject,
                id=str(process),
                task_queue=LEDGER_QUEUE,
                task_timeout=TASK_TIMEOUT,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                priority=process.priority,
                search_attributes=process.search_attributes("resumed", subject.document_id),
                static_summary=f"Intake of document {subject.document_id}",
            )

    async def _order(
        self, update: _Order, subject: IntakeSubject, order: IntakeOrder
    ) -> IntakeStatus:
        process = intake_id(subject.tenant_id, subject.inbox_id)

        def start() -> WithStartWorkflowOperation[DocumentIntake, IntakeStatus]:
            return WithStartWorkflowOperation(
                DocumentIntake.run,
                subject,
                id=str(process),
                task_queue=LEDGER_QUEUE,
                task_timeout=TASK_TIMEOUT,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                priority=process.priority,
                search_attributes=process.search_attributes("received", subject.document_id),
                static_summary=f"Intake of document {subject.document_id}",
            )

        return await self._give(update, order, order.command, process, start)
