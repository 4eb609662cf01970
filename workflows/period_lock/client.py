"""Sender to the lock of a period."""

from typing import TypeVar
from uuid import UUID

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.workflow import UpdateMethodMultiParam

from domain.ids import derived_id
from domain.periods.lock import Locked, LockRequest, RequestStatus
from domain.periods.period import PeriodName
from workflows.period_lock.workflow import LockOrder, LockSubject, PeriodLock
from workflows.shared.client import ProcessClient
from workflows.shared.command import Command
from workflows.shared.ids import LEDGER_QUEUE, period_lock_id
from workflows.shared.options import TASK_TIMEOUT

_Answer = TypeVar("_Answer")


class PeriodLocks(ProcessClient):
    """Asks for, approves and cancels locks.

    Every order starts the process where none is at work: the database, not Temporal's
    memory, decides what became of a request, however long ago that was.
    """

    async def request(self, period: PeriodName, command: Command) -> LockRequest:
        """Ask for the lock of a period."""
        request_id = derived_id("lock-request", command.tenant_id, period, command.key)
        return await self._order(
            PeriodLock.request, period, LockOrder(command=command, request_id=request_id)
        )

    async def approve(self, period: PeriodName, request_id: UUID, command: Command) -> Locked:
        """Approve a request as another person; the period is locked for ever."""
        return await self._order(
            PeriodLock.approve, period, LockOrder(command=command, request_id=request_id)
        )

    async def cancel(self, period: PeriodName, request_id: UUID, command: Command) -> LockRequest:
        """Withdraw a pending request."""
        return await self._order(
            PeriodLock.cancel, period, LockOrder(command=command, request_id=request_id)
        )

    async def resume(self, tenant_id: UUID, period: str) -> None:
        """Start the process of a stored request again; one that is at work goes on."""
        process = period_lock_id(tenant_id, period)
        async with self._bounded():
            await self._client.start_workflow(
                PeriodLock.run,
                LockSubject(tenant_id=tenant_id, period=period, looks=True),
                id=str(process),
                task_queue=LEDGER_QUEUE,
                task_timeout=TASK_TIMEOUT,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                priority=process.priority,
                search_attributes=process.search_attributes("resumed"),
                static_summary=f"Lock of period {period}",
            )

    async def _order(
        self,
        update: UpdateMethodMultiParam[[PeriodLock, LockOrder], _Answer],
        period: PeriodName,
        order: LockOrder,
    ) -> _Answer:
        command = order.command
        process = period_lock_id(command.tenant_id, str(period))

        def start() -> WithStartWorkflowOperation[PeriodLock, RequestStatus | None]:
            return WithStartWorkflowOperation(
                PeriodLock.run,
                LockSubject(tenant_id=command.tenant_id, period=str(period), looks=True),
                id=str(process),
                task_queue=LEDGER_QUEUE,
                task_timeout=TASK_TIMEOUT,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                priority=process.priority,
                search_attributes=process.search_attributes("asked"),
                static_summary=f"Lock of period {period}",
            )

        return await self._give(update, order, command, process, start)
