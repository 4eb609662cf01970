"""Sender to the intake of a document."""

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.workflow import UpdateMethodMultiParam

from activities.stubs.intake import IntakeStatus
from workflows.clients.base import ProcessClient, ProcessNotFound, update_id
from workflows.document_intake import DocumentIntake, IntakeOrder, IntakeSubject
from workflows.ids import LEDGER_QUEUE, intake_id

_Order = UpdateMethodMultiParam[[DocumentIntake, IntakeOrder], IntakeStatus]

_ATTEMPTS = 3


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
        for _ in range(_ATTEMPTS - 1):
            try:
                return await self._order_once(update, subject, order)
            except ProcessNotFound:
                continue  # the process ended while the order was on its way; another starts
        return await self._order_once(update, subject, order)

    async def _order_once(
        self, update: _Order, subject: IntakeSubject, order: IntakeOrder
    ) -> IntakeStatus:
        process = intake_id(subject.tenant_id, subject.inbox_id)
        start = WithStartWorkflowOperation(
            DocumentIntake.run,
            subject,
            id=str(process),
            task_queue=LEDGER_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=process.search_attributes("received", subject.document_id),
            static_summary=f"Intake of document {subject.document_id}",
        )
        async with self._answered():
            return await self._client.execute_update_with_start_workflow(
                update, order, start_workflow_operation=start, id=update_id(order.command)
            )
