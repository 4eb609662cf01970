"""Sender to the lock of a period."""

from typing import TypeVar
from uuid import UUID

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.workflow import UpdateMethodMultiParam

from activities.stubs.command import Command
from activities.stubs.periods import Locked
from domain.ids import derived_id
from domain.periods.lock import LockRequest, RequestStatus
from domain.periods.period import PeriodName
from workflows.clients.base import ProcessClient
from workflows.ids import LEDGER_QUEUE, period_lock_id
from workflows.period_lock import LockOrder, LockSubject, PeriodLock

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

    async def _order(
        self,
        update: UpdateMethodMultiParam[[PeriodLock, LockOrder], _Answer],
        period: PeriodName,
        order: LockOrder,
    ) -> _Answer:
        command = order.command

        def start() -> WithStartWorkflowOperation[PeriodLock, RequestStatus | None]:
            process = period_lock_id(command.tenant_id, str(period))
            return WithStartWorkflowOperation(
                PeriodLock.run,
                LockSubject(tenant_id=command.tenant_id, period=str(period)),
                id=str(process),
                task_queue=LEDGER_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                search_attributes=process.search_attributes("asked"),
                static_summary=f"Lock of period {period}",
            )

        return await self._give(update, order, command, start)
