"""Sender to payment runs."""

from typing import Any
from uuid import UUID

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from activities.stubs.command import Command
from domain.ids import derived_id
from domain.payments.run import RunState, RunStatus
from workflows.clients.base import ProcessClient
from workflows.ids import LEDGER_QUEUE, payment_run_id
from workflows.payment_run import NewRunOrder, PaymentRun, RunOrder, RunSubject


class PaymentRuns(ProcessClient):
    """Makes, approves, exports, completes and cancels runs.

    Every order starts the process where none is at work: the database, not Temporal's
    memory, decides what a run can do, however long ago it was made.
    """

    async def create(self, run_id: UUID, order: NewRunOrder) -> RunState:
        """Make a run; its id is derived from the key of the command."""
        return await self._order(PaymentRun.create, run_id, order)

    async def approve(self, run_id: UUID, command: Command) -> RunState:
        """Approve a run that someone else made."""
        return await self._order(PaymentRun.approve, run_id, RunOrder(command=command))

    async def export(self, run_id: UUID, command: Command) -> RunState:
        """Have the file written and stored, if it is not."""
        return await self._order(PaymentRun.export, run_id, RunOrder(command=command))

    async def complete(self, run_id: UUID, command: Command) -> RunState:
        """Say that the bank has paid."""
        return await self._order(PaymentRun.complete, run_id, RunOrder(command=command))

    async def cancel(self, run_id: UUID, command: Command) -> RunState:
        """Give a run up."""
        return await self._order(PaymentRun.cancel, run_id, RunOrder(command=command))

    async def _order(self, update: Any, run_id: UUID, order: NewRunOrder | RunOrder) -> RunState:
        command = order.command

        def start() -> WithStartWorkflowOperation[PaymentRun, RunStatus | None]:
            process = payment_run_id(command.tenant_id, run_id)
            return WithStartWorkflowOperation(
                PaymentRun.run,
                RunSubject(tenant_id=command.tenant_id, run_id=run_id),
                id=str(process),
                task_queue=LEDGER_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                search_attributes=process.search_attributes("asked"),
                static_summary=f"Payment run {run_id}",
            )

        state: RunState = await self._give(update, order, command, start)
        return state


def run_id_of(command: Command) -> UUID:
    """Id of the run that a command makes: the same key makes the same run."""
    return derived_id("payment-run", command.tenant_id, command.operation, command.key)
