"""Sender to the dunning of a debtor."""

from uuid import UUID

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from domain.receivables.dunning import DebtorState, Stage
from workflows.dunning.workflow import Dunning, DunningSubject, ReleaseOrder
from workflows.shared.client import ProcessClient
from workflows.shared.command import Command
from workflows.shared.ids import LEDGER_QUEUE, dunning_id
from workflows.shared.options import TASK_TIMEOUT

_SUMMARY = "Dunning of a debtor"


class Dunnings(ProcessClient):
    """Starts and calls the dunning of debtors, and has letters released."""

    async def look(self, tenant_id: UUID, customer_id: UUID) -> None:
        """Have a debtor looked at now; starts the process where none is at work."""
        process = dunning_id(tenant_id, customer_id)
        async with self._bounded():
            await self._client.start_workflow(
                Dunning.run,
                DunningSubject(tenant_id=tenant_id, customer_id=customer_id),
                id=str(process),
                task_queue=LEDGER_QUEUE,
                task_timeout=TASK_TIMEOUT,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                priority=process.priority,
                search_attributes=process.search_attributes("waiting"),
                static_summary=_SUMMARY,
                start_signal="look",
            )

    async def release(self, customer_id: UUID, notice_id: UUID, command: Command) -> DebtorState:
        """Release a letter."""
        process = dunning_id(command.tenant_id, customer_id)

        def start() -> WithStartWorkflowOperation[Dunning, Stage]:
            return WithStartWorkflowOperation(
                Dunning.run,
                DunningSubject(tenant_id=command.tenant_id, customer_id=customer_id),
                id=str(process),
                task_queue=LEDGER_QUEUE,
                task_timeout=TASK_TIMEOUT,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                priority=process.priority,
                search_attributes=process.search_attributes("waiting"),
                static_summary=_SUMMARY,
            )

        order = ReleaseOrder(command=command, notice_id=notice_id)
        return await self._give(Dunning.release, order, command, process, start)
