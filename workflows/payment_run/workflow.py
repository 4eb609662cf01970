"""One payment run: draft, approved by another person, exported, completed; or cancelled."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from temporalio import workflow

from domain.payments.run import RunState, RunStatus, Step
from workflows.payment_run.steps import CreateRun, LookStep, PaymentActivities, RemindStep, RunStep
from workflows.shared.command import Command
from workflows.shared.ids import STAGE
from workflows.shared.stepping import at_length, locally, orders_end_first, stand

_REMIND_BEFORE = timedelta(days=1)
_WAITING = frozenset({RunStatus.DRAFT, RunStatus.APPROVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSubject:
    """The run of a tenant; `state` is what a continued run of the workflow goes on with.

    With `looks` a process that begins without a state asks the database for it: one that is
    started anew, or by an order that was refused, goes on waiting where the run stands.
    """

    tenant_id: UUID
    run_id: UUID
    state: RunState | None = None
    looks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRunOrder:
    """A run to be made: ids and days, no amounts and no names."""

    command: Command
    bank_account_id: UUID
    execution_date: date
    invoice_ids: tuple[UUID, ...]
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOrder:
    """One order on a run."""

    command: Command


@workflow.defn
class PaymentRun:
    """Holds a payment run until it is completed or cancelled."""

    @workflow.init
    def __init__(self, subject: RunSubject) -> None:
        self._subject = subject
        self._state = subject.state
        self._was_looked_up = subject.state is not None
        self._turn = asyncio.Lock()

    @workflow.run
    async def run(self, subject: RunSubject) -> RunStatus | None:
        """Wait until the run is final; None when no run came about."""
        async with orders_end_first():
            return await self._life(subject)

    async def _life(self, subject: RunSubject) -> RunStatus | None:
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self._state is None and subject.looks:
            await self._look()
        while (state := self._state) and not state.is_final:
            try:
                await workflow.wait_condition(
                    lambda: self._is_over() or self._is_long(),
                    timeout=self._until_reminder(state),
                    timeout_summary="reminder before the execution date",
                )
            except TimeoutError:
                await self._remind()
            await workflow.wait_condition(workflow.all_handlers_finished)
            if not self._is_over() and self._is_long():
                workflow.continue_as_new(replace(self._subject, state=self._state))
        return self._state.status if self._state else None

    @workflow.update
    async def create(self, order: NewRunOrder) -> RunState:
        """Make the run."""
        step = CreateRun(
            command=order.command,
            run_id=self._subject.run_id,
            bank_account_id=order.bank_account_id,
            execution_date=order.execution_date,
            invoice_ids=order.invoice_ids,
            today=order.today,
            at=workflow.now(),
        )
        return await self._take(lambda: locally(PaymentActivities.create, step))

    @workflow.update
    async def approve(self, order: RunOrder) -> RunState:
        """Approve the run, as another person than its creator."""
        step = self._step(order)
        return await self._take(lambda: locally(PaymentActivities.approve, step))

    @approve.validator
    def refuse_approve(self, order: RunOrder) -> None:
        """Refuse before anything reaches the history."""
        self._check(Step.APPROVE)

    @workflow.update
    async def export(self, order: RunOrder) -> RunState:
        """Write the file; exported before, the stored file stays."""
        step = self._step(order)
        return await self._take(lambda: at_length(PaymentActivities.export, step))

    @export.validator
    def refuse_export(self, order: RunOrder) -> None:
        """Refuse before anything reaches the history."""
        self._check(Step.EXPORT)

    @workflow.update
    async def complete(self, order: RunOrder) -> RunState:
        """Say that the bank has paid."""
        step = self._step(order)
        return await self._take(lambda: locally(PaymentActivities.complete, step))

    @complete.validator
    def refuse_complete(self, order: RunOrder) -> None:
        """Refuse before anything reaches the history."""
        self._check(Step.COMPLETE)

    @workflow.update
    async def cancel(self, order: RunOrder) -> RunState:
        """Give the run up."""
        step = self._step(order)
        return await self._take(lambda: locally(PaymentActivities.cancel, step))

    @cancel.validator
    def refuse_cancel(self, order: RunOrder) -> None:
        """Refuse before anything reaches the history."""
        self._check(Step.CANCEL)

    @workflow.update
    async def answer(self, order: RunOrder) -> RunState:
        """Take over what the bank said of the run."""
        step = self._step(order)
        return await self._take(lambda: locally(PaymentActivities.answer, step))

    @workflow.update
    async def withdraw(self, order: RunOrder) -> RunState:
        """Withdraw the exported file; it stays exported until a second person asks, too."""
        step = self._step(order)
        return await self._take(lambda: locally(PaymentActivities.withdraw, step))

    @withdraw.validator
    def refuse_withdraw(self, order: RunOrder) -> None:
        """Refuse before anything reaches the history."""
        self._check(Step.WITHDRAW)

    async def _take(self, act: Callable[[], Awaitable[RunState]]) -> RunState:
        """Do one step at a time and take over the state that the database answers."""
        async with self._turn:
            self._show(await act())
            return self._known()

    def _check(self, step: Step) -> None:
        """Refuse what the state forbids; what this process did not do is the database's to judge.

        An order that moved the run here is known to Temporal by its id and never comes here twice.
        A state that was looked up, or carried over from the run before, may be the work of this
        very order, whose answer was lost: the ids that Temporal knows are those of one run.
        """
        if self._state is not None and not self._was_looked_up:
            self._state.after(step)

    async def _look(self) -> None:
        async with self._turn:
            step = LookStep(tenant_id=self._subject.tenant_id, run_id=self._subject.run_id)
            found = await locally(PaymentActivities.look, step)
            if found is not None and self._state is None:
                self._was_looked_up = True
                self._show(found)

    async def _remind(self) -> None:
        async with self._turn:
            state = self._known()
            if state.status not in _WAITING:
                return
            step = RemindStep(tenant_id=state.tenant_id, run_id=state.run_id, at=workflow.now())
            reminded = await locally(PaymentActivities.remind, step)
            self._show(replace(reminded, reminded=True))

    def _step(self, order: RunOrder) -> RunStep:
        return RunStep(command=order.command, run_id=self._subject.run_id, at=workflow.now())

    def _show(self, state: RunState) -> None:
        """Take over the new state and make it findable and readable in Temporal's UI."""
        self._state = state
        workflow.upsert_search_attributes([STAGE.value_set(str(state.status))])
        stand(
            f"Payment run `{state.run_id}`: **{state.status}**, to be executed on"
            f" {state.execution_date}" + (", people were reminded" if state.reminded else "")
        )

    def _known(self) -> RunState:
        if self._state is None:  # pragma: no cover - _show has just set it
            raise RuntimeError("The run has no state.")
        return self._state

    def _until_reminder(self, state: RunState) -> timedelta | None:
        """Time until the reminder; None when nothing is to be reminded of any more."""
        if state.reminded or state.status not in _WAITING:
            return None
        day = datetime.combine(state.execution_date, time(), UTC)
        return max(day - _REMIND_BEFORE - workflow.now(), timedelta(seconds=1))

    def _is_over(self) -> bool:
        return self._state is None or self._state.is_final

    def _is_long(self) -> bool:
        return workflow.info().is_continue_as_new_suggested()
