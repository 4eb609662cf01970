"""Sender to payment runs."""

from typing import Any
from uuid import UUID

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from domain.ids import derived_id
from domain.payments.run import RunState, RunStatus
from workflows.payment_run.workflow import NewRunOrder, PaymentRun, RunOrder, RunSubject
from workflows.shared.client import ProcessClient
from workflows.shared.command import Command
from workflows.shared.ids import LEDGER_QUEUE, payment_run_id
from workflows.shared.options import TASK_TIMEOUT


class PaymentRuns(ProcessClient):
    """Makes, approves, exports, completes, cancels and withdraws runs; tells them of the bank.

    Every order starts the process where none is at work: the database, not Temporal's
    memory, decides what a run can do, however long ago it was made.
    """

    async def create(self, run_id: UUID, order: NewRunOrder) -> RunState:
        """Make a run; its id is derived from the command (`run_id_of`)."""
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

    async def answer(self, run_id: UUID, command: Command) -> RunState:
        """Let a run take over what the bank said of it."""
        return await self._order(PaymentRun.answer, run_id, RunOrder(command=command))

    async def withdraw(self, run_id: UUID, command: Command) -> RunState:
        """Withdraw an exported file, as one of two people."""
        return await self._order(PaymentRun.withdraw, run_id, RunOrder(command=command))

    async def resume(self, tenant_id: UUID, run_id: UUID) -> None:
        """Start the process of a stored run again; one that is at work goes on."""
        process = payment_run_id(tenant_id, run_id)
        async with self._bounded():
            await self._client.start_workflow(
                PaymentRun.run,
                RunSubject(tenant_id=tenant_id, run_id=run_id, looks=True),
                id=str(process),
                task_queue=LEDGER_QUEUE,
                task_timeout=TASK_TIMEOUT,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                priority=process.priority,
                search_attributes=process.search_attributes("resumed"),
                static_summary=f"Payment run {run_id}",
            )

    async def _order(self, update: Any, run_id: UUID, order: NewRunOrder | RunOrder) -> RunState:
        command = order.command
        process = payment_run_id(command.tenant_id, run_id)

        def start() -> WithStartWorkflowOperation[PaymentRun, RunStatus | None]:
            return WithStartWorkflowOperation(
                PaymentRun.run,
                RunSubject(tenant_id=command.tenant_id, run_id=run_id, looks=True),
                id=str(process),
                task_queue=LEDGER_QUEUE,
                task_timeout=TASK_TIMEOUT,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                priority=process.priority,
                search_attributes=process.search_attributes("asked"),
                static_summary=f"Payment run {run_id}",
            )

        state: RunState = await self._give(update, order, command, process, start)
        return state


def run_id_of(command: Command) -> UUID:
    """Id of the run that a command makes: the same key with the same body makes the same run.

    What a person wishes of it lies under this id before it is made. Who was refused and asks for
    something else under the same key wishes anew.
    """
    return derived_id(
        "payment-run", command.tenant_id, command.operation, command.key, command.request_hash
    )
