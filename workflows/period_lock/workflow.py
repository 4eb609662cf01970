"""The lock of one period: requested by one person, approved by another within 48 hours."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from temporalio import workflow

from domain.periods.lock import Locked, LockRequest, LockRequestPending, RequestStatus
from workflows.period_lock.steps import ExpireStep, LockStep, LookStep, PeriodActivities
from workflows.shared.command import Command
from workflows.shared.ids import STAGE
from workflows.shared.stepping import at_length, locally, orders_end_first, stand

_SHORTEST_WAIT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockSubject:
    """The period of a tenant; `request` is what a continued run goes on with.

    With `looks` a process that begins without a request asks the database for the pending one.
    """

    tenant_id: UUID
    period: str
    request: LockRequest | None = None
    looks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOrder:
    """One order on a lock request: to make it, to approve it, to cancel it."""

    command: Command
    request_id: UUID


@workflow.defn
class PeriodLock:
    """Holds a lock request until it is approved, cancelled or expired."""

    @workflow.init
    def __init__(self, subject: LockSubject) -> None:
        self._subject = subject
        self._request = subject.request
        self._turn = asyncio.Lock()

    @workflow.run
    async def run(self, subject: LockSubject) -> RequestStatus | None:
        """Wait until the request is final; None when no request came about."""
        async with orders_end_first():
            return await self._life(subject)

    async def _life(self, subject: LockSubject) -> RequestStatus | None:
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self._request is None and subject.looks:
            await self._look()
        while (request := self._request) and self._is_pending():
            try:
                await workflow.wait_condition(
                    lambda: not self._is_pending() or self._is_long(),
                    timeout=max(request.expires_at - workflow.now(), _SHORTEST_WAIT),
                    timeout_summary="expiry of the lock request",
                )
            except TimeoutError:
                await self._expire(request)
            await workflow.wait_condition(workflow.all_handlers_finished)
            if self._is_pending() and self._is_long():
                workflow.continue_as_new(replace(self._subject, request=self._request))
        return self._request.status if self._request else None

    @workflow.update
    async def request(self, order: LockOrder) -> LockRequest:
        """Ask for the lock."""
        async with self._turn:
            self._check_free(order)
            request = await locally(PeriodActivities.request, self._step(order))
            self._show(request)
            return request

    @request.validator
    def refuse_request(self, order: LockOrder) -> None:
        """Refuse a second request while one is pending."""
        self._check_free(order)

    @workflow.update
    async def approve(self, order: LockOrder) -> Locked:
        """Lock the period for ever, as another person."""
        async with self._turn:
            locked = await at_length(PeriodActivities.approve, self._step(order))
            self._show(locked.request)
            return locked

    @approve.validator
    def refuse_approve(self, order: LockOrder) -> None:
        """Refuse what is known to be decided or expired."""
        if self._request and self._request.request_id == order.request_id:
            self._request.check_pending(workflow.now())

    @workflow.update
    async def cancel(self, order: LockOrder) -> LockRequest:
        """Withdraw the request."""
        async with self._turn:
            request = await locally(PeriodActivities.cancel, self._step(order))
            self._show(request)
            return request

    @cancel.validator
    def refuse_cancel(self, order: LockOrder) -> None:
        """Refuse what is known to be decided or expired."""
        if self._request and self._request.request_id == order.request_id:
            self._request.cancelled(workflow.now())

    def _check_free(self, order: LockOrder) -> None:
        """Refuse beside another request; the order's own, asked again, has its first answer."""
        request = self._request
        if request is None or request.request_id == order.request_id:
            return
        if request.is_pending(workflow.now()):
            raise LockRequestPending(self._subject.period, request.request_id)

    async def _look(self) -> None:
        async with self._turn:
            step = LookStep(tenant_id=self._subject.tenant_id, period=self._subject.period)
            found = await locally(PeriodActivities.look, step)
            if found is not None and self._request is None:
                self._show(found)

    async def _expire(self, pending: LockRequest) -> None:
        async with self._turn:
            step = ExpireStep(
                tenant_id=self._subject.tenant_id,
                request_id=pending.request_id,
                at=workflow.now(),
            )
            self._show(await locally(PeriodActivities.expire, step))

    def _step(self, order: LockOrder) -> LockStep:
        return LockStep(
            command=order.command,
            period=self._subject.period,
            request_id=order.request_id,
            at=workflow.now(),
        )

    def _show(self, request: LockRequest) -> None:
        """Take over the new state and make it findable and readable in Temporal's UI."""
        self._request = request
        workflow.upsert_search_attributes([STAGE.value_set(str(request.status))])
        stand(
            f"Lock request `{request.request_id}`: **{request.status}**,"
            f" asked for by user `{request.requested_by}`,"
            f" valid until {request.expires_at:%Y-%m-%d %H:%M} UTC"
        )

    def _is_pending(self) -> bool:
        return self._request is not None and self._request.status is RequestStatus.PENDING

    def _is_long(self) -> bool:
        return workflow.info().is_continue_as_new_suggested()
