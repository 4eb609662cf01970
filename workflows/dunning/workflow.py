"""The dunning of one debtor: look, propose, wait for a person; it ends when nothing is overdue.

The database holds levels and letters, so a process that was lost goes on where it was. Money that
comes is seen at the next look, and at a release in any case.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from temporalio import workflow

from domain.receivables.dunning import DebtorState, Stage
from workflows.dunning.steps import DunningActivities, LookStep, NoticeStep, ReleaseStep
from workflows.shared.command import Command
from workflows.shared.ids import STAGE
from workflows.shared.options import WRITE
from workflows.shared.stepping import locally, orders_end_first, stand

_SHORTEST_WAIT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DunningSubject:
    """The debtor of a tenant."""

    tenant_id: UUID
    customer_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOrder:
    """A person's order to release a letter."""

    command: Command
    notice_id: UUID


@workflow.defn
class Dunning:
    """Carries one debtor from level to level."""

    @workflow.init
    def __init__(self, subject: DunningSubject) -> None:
        self._subject = subject
        self._state = DebtorState(Stage.WAITING)
        self._turn = asyncio.Lock()
        self._is_called = False

    @workflow.run
    async def run(self, subject: DunningSubject) -> Stage:
        """Look, draw, wait, look again; end when nothing is overdue or a person stopped it."""
        async with orders_end_first():
            return await self._life(subject)

    async def _life(self, subject: DunningSubject) -> Stage:
        while True:
            self._is_called = False
            async with self._turn:
                await self._look()
            await workflow.wait_condition(workflow.all_handlers_finished)
            if self._is_called:
                continue
            if self._state.look_at is None:
                return self._state.stage
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(subject)
            await self._wait()

    @workflow.update
    async def release(self, order: ReleaseOrder) -> DebtorState:
        """Release a letter as a person; what it says is compared with what is owed once more."""
        async with self._turn:
            self._is_called = True
            step = ReleaseStep(command=order.command, notice_id=order.notice_id, at=workflow.now())
            state = await locally(DunningActivities.release, step)
            self._show(state)
            return state

    @workflow.signal
    def look(self) -> None:
        """Look at once: somebody stopped, resumed or paid."""
        self._is_called = True

    async def _look(self) -> None:
        step = LookStep(
            tenant_id=self._subject.tenant_id,
            customer_id=self._subject.customer_id,
            at=workflow.now(),
        )
        self._show(await locally(DunningActivities.look, step))
        await self._carry_on()

    async def _carry_on(self) -> None:
        """Draw what is proposed, and release it where the policy asks for nobody."""
        if self._state.stage is not Stage.PROPOSED or self._state.notice_id is None:
            return
        step = NoticeStep(
            tenant_id=self._subject.tenant_id,
            notice_id=self._state.notice_id,
            at=workflow.now(),
        )
        if not self._state.is_drawn:
            await workflow.execute_activity_method(DunningActivities.draw, step, **WRITE)
        if not self._state.needs_release:
            self._show(await locally(DunningActivities.release_by_policy, step))

    async def _wait(self) -> None:
        look_at = self._state.look_at or workflow.now()
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._is_called,
                timeout=max(look_at - workflow.now(), _SHORTEST_WAIT),
                timeout_summary="until the debtor is looked at again",
            )

    def _show(self, state: DebtorState) -> None:
        """Take over a state and make it findable and readable in Temporal's UI."""
        self._state = state
        workflow.upsert_search_attributes([STAGE.value_set(str(state.stage))])
        letter = f", letter `{state.notice_id}` at level {state.level}" if state.notice_id else ""
        stand(f"Debtor `{self._subject.customer_id}`: **{state.stage}**{letter}")
