"""One document from its arrival to the books: read, matched, checked, decided by a person."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from domain.errors import StepBroke
from domain.intake.inbox import AlreadyProcessed
from domain.intake.review import AlreadyApproved, AlreadyRejected
from workflows.document_intake.steps import (
    CaseStep,
    Failing,
    FailureStep,
    IntakeActivities,
    IntakeStatus,
    IntakeStep,
    Stage,
)
from workflows.document_reading.steps import (
    ReadingActivities,
    ReadStep,
    UnreadableActivities,
)
from workflows.shared.command import Command
from workflows.shared.failures import STEP_FAILED, is_outage, kind_of, refusal_in
from workflows.shared.ids import DOCUMENTS_QUEUE, STAGE
from workflows.shared.options import JUDGE, POST_LOCAL, READ_DOCUMENT
from workflows.shared.stepping import goes_on, is_stuck, locally, orders_end_first, stand

PATIENCE = timedelta(days=3)
"""How long a case of the older shape waits for its timer, unless the policy says else."""
_REMINDED_BY_SCHEDULE = "reminded-by-schedule"

SHAPE = 1
"""Shape of a process that begins today."""

_LOOKS_FOR_MAIL = (1, 2, 4, 8, 15, 30, *[60] * 30)
"""Seconds before each look whether the rest of a mail is read: half an hour in all."""

_WAITING = {Stage.IN_REVIEW, Stage.DUPLICATE, Stage.POSTING_FAILED}
_UNREAD = {Stage.RECEIVED, Stage.READING, Stage.MATCHING, Stage.CHECKING}
_FIRST = "first"
_Step = Callable[[IntakeActivities, CaseStep], IntakeStatus]
_Given = TypeVar("_Given")
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeSubject:
    """The inbox item that the process is about, and its document.

    `shape` is that of the process: what began as 0 looks, matches and posts by a step each and
    shows every stage. `is_fresh` says that nobody has seen the document yet. `reading_key` is what
    a continued run still has to read under.
    """

    tenant_id: UUID
    inbox_id: UUID
    document_id: UUID
    shape: int = 0
    is_fresh: bool = False
    reading_key: str | None = None


class _GrownLong(Exception):
    """An outage has filled the history; what is to be done goes on in another run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeOrder:
    """A person's order; `input_id` names what they said, kept in the database.

    `version` is that of the case as they have seen it, if they say so.
    """

    command: Command
    input_id: UUID | None = None
    at_inbox: bool = False
    version: int | None = None


@workflow.defn
class DocumentIntake:
    """Holds a document until a person has decided.

    The database says where it stands: a process that starts again, however late, goes on there.
    """

    @workflow.init
    def __init__(self, subject: IntakeSubject) -> None:
        self._subject = subject
        self._status = IntakeStatus(stage=Stage.RECEIVED)
        self._turn = asyncio.Lock()
        self._patience = PATIENCE
        self._reading_key = subject.reading_key
        self._shown: Stage | None = None
        self._was_looked_up = False

    @workflow.run
    async def run(self, subject: IntakeSubject) -> IntakeStatus:
        """Read once, then wait until the document is decided and no handler is at work."""
        async with orders_end_first():
            async with self._turn:
                if not subject.is_fresh:
                    await self._look()
                if self._status.stage in _UNREAD and not self._reading_key:
                    self._reading_key = _FIRST
            while not self._status.stage.is_final:
                try:
                    await self._go_on()
                except _GrownLong:
                    await self._begin_anew()
            await workflow.wait_condition(workflow.all_handlers_finished)
            goes_on()
            return self._status

    async def _go_on(self) -> None:
        if self._reading_key:
            await self._read(self._reading_key)
        else:
            await self._wait()

    @workflow.update
    async def approve(self, order: IntakeOrder) -> IntakeStatus:
        """Post the invoice."""
        return await self._post(order)

    @workflow.update
    async def retry_posting(self, order: IntakeOrder) -> IntakeStatus:
        """Post again what could not be posted."""
        return await self._post(order)

    @workflow.update
    async def amend(self, order: IntakeOrder) -> IntakeStatus:
        """Correct what is proposed."""
        async with self._turn:
            return await self._carry_out(IntakeActivities.amend, order)

    @workflow.update
    async def reject(self, order: IntakeOrder) -> IntakeStatus:
        """Close the document without a posting."""
        async with self._turn:
            return await self._carry_out(IntakeActivities.reject, order)

    @workflow.update
    async def confirm(self, order: IntakeOrder) -> IntakeStatus:
        """Close the inbox item: it was handled outside."""
        async with self._turn:
            return await self._carry_out(IntakeActivities.confirm, order)

    @workflow.update
    async def reread(self, order: IntakeOrder) -> IntakeStatus:
        """Read the document again; the answer does not wait for it."""
        self._reading_key = order.command.key
        return self._status

    @approve.validator
    def refuse_approve(self, order: IntakeOrder) -> None:
        """Refuse what is decided."""
        self._check_open(order)

    @retry_posting.validator
    def refuse_retry_posting(self, order: IntakeOrder) -> None:
        """Refuse what is decided."""
        self._check_open(order)

    @amend.validator
    def refuse_amend(self, order: IntakeOrder) -> None:
        """Refuse what is decided."""
        self._check_open(order)

    @reject.validator
    def refuse_reject(self, order: IntakeOrder) -> None:
        """Refuse what is decided."""
        self._check_open(order)

    @confirm.validator
    def refuse_confirm(self, order: IntakeOrder) -> None:
        """Refuse what is decided."""
        self._check_open(order)

    @reread.validator
    def refuse_reread(self, order: IntakeOrder) -> None:
        """Refuse what is decided."""
        self._check_undecided(order)

    async def _post(self, order: IntakeOrder) -> IntakeStatus:
        """Post; what breaks for good is kept with the case, and the turn is over."""
        async with self._turn:
            before = self._status
            self._show(IntakeStatus(stage=Stage.POSTING, case_id=before.case_id))
            try:
                self._show(await self._posted(self._case_step(order)))
            except STEP_FAILED as error:
                if is_cancelled_exception(error) or refusal_in(error) is not None:
                    await self._look_again(error, before)
                    raise
                await self._note_failure(Failing.POST, error, order.command)
                if self._status.stage is not Stage.POSTED:
                    raise StepBroke(kind_of(error)) from error
            return self._status

    async def _posted(self, step: CaseStep) -> IntakeStatus:
        if self._subject.shape:
            return await locally(IntakeActivities.post, step, POST_LOCAL)
        return await workflow.execute_activity_method(IntakeActivities.post, step, **JUDGE)

    async def _carry_out(self, step: _Step, order: IntakeOrder) -> IntakeStatus:
        before = self._status
        try:
            self._show(await locally(step, self._case_step(order)))
        except STEP_FAILED as error:
            await self._look_again(error, before)
            if is_cancelled_exception(error) or refusal_in(error) is not None:
                raise
            raise StepBroke(kind_of(error)) from error
        return self._status

    async def _note_failure(
        self, during: Failing, error: BaseException, command: Command | None = None
    ) -> None:
        """Keep with the case what broke, so that a person sees it; if that fails, go on waiting."""
        step = FailureStep(
            tenant_id=self._subject.tenant_id,
            inbox_id=self._subject.inbox_id,
            at=workflow.now(),
            during=during,
            kind=kind_of(error),
            command=command,
        )
        try:
            self._show(await locally(IntakeActivities.note_failure, step))
        except STEP_FAILED as failed:
            if is_cancelled_exception(failed):
                raise
            self._show(replace(self._status, stage=Stage.POSTING_FAILED))
        is_stuck(error)

    async def _read(self, key: str) -> None:
        """Read without a turn, for it may take long; then check in one."""
        self._show(IntakeStatus(stage=Stage.READING, case_id=self._status.case_id))
        await self._have_it_read(key)
        async with self._turn:
            if not self._subject.shape:
                await self._look()
            if self._status.stage.is_final:
                return
            await self._judge(key)
            if self._reading_key == key:
                self._reading_key = None
        await self._wait_for_mail()

    async def _judge(self, key: str) -> None:
        """Match and check; whatever a document says, a person must get to see it."""
        try:
            self._show(await self._match_and_check(key))
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            try:
                await self._give_up(f"{key}/unfit", is_unfit=True)
                self._show(await self._match_and_check(key))
            except ActivityError as again:
                if is_cancelled_exception(again):
                    raise
                await self._note_failure(Failing.CHECK, again)
        if self._status.may_post:
            await self._post_by_policy()

    async def _post_by_policy(self) -> None:
        """Post without a person; what breaks on the way is left to one.

        Only a step that has asked the policy says `may_post`: no older history comes here.
        """
        step = IntakeActivities.post_by_policy
        try:
            self._show(await locally(step, self._step(), POST_LOCAL))
        except STEP_FAILED as error:
            if is_cancelled_exception(error) or is_outage(error):
                raise
            await self._note_failure(Failing.POST, error)

    async def _wait_for_mail(self) -> None:
        """Ask the policy again once the rest of the mail is read, unless somebody acts before.

        People may act between the looks. What takes longer than all of them is left to a person.
        Only a step that has asked says `awaits_mail`: no older history has a timer here.
        """
        for pause in _LOOKS_FOR_MAIL:
            if not self._awaits_mail():
                return
            with suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda: not self._awaits_mail(),
                    timeout=timedelta(seconds=pause),
                    timeout_summary="look whether the rest of the mail is read",
                )
            async with self._turn:
                if self._awaits_mail():
                    await self._post_by_policy()

    def _awaits_mail(self) -> bool:
        return self._status.awaits_mail and not self._is_called()

    async def _match_and_check(self, key: str) -> IntakeStatus:
        """Match and check; an outage is waited for."""
        case_id = self._status.case_id
        while not self._subject.shape:  # as it was: each its own step, tried again together
            try:
                self._show(IntakeStatus(stage=Stage.MATCHING, case_id=case_id))
                await workflow.execute_activity_method(
                    IntakeActivities.match, self._step(), **JUDGE
                )
                self._show(IntakeStatus(stage=Stage.CHECKING, case_id=case_id))
                return await workflow.execute_activity_method(
                    IntakeActivities.check, self._step(), **JUDGE
                )
            except ActivityError as error:
                if not is_outage(error):
                    raise
        self._show(IntakeStatus(stage=Stage.CHECKING, case_id=case_id))
        is_first = self._subject.is_fresh and key == _FIRST
        return await self._patiently(
            IntakeActivities.check, replace(self._step(), is_first=is_first)
        )

    async def _patiently(self, step: Callable[[Any, _Given], _Answer], given: _Given) -> _Answer:
        """Have a step done: an outage is waited for, what else fails ten times is told."""
        while True:
            try:
                answer = await workflow.execute_activity_method(step, given, **JUDGE)
            except ActivityError as error:
                self._wait_out(error)
            else:
                goes_on()
                return answer

    async def _have_it_read(self, key: str) -> None:
        """Have the document read; a decision made meanwhile calls the reader off."""
        reading = asyncio.create_task(self._reading(key))
        try:
            await workflow.wait_condition(lambda: reading.done() or self._status.stage.is_final)
            if not self._status.stage.is_final:
                await reading
        except (Exception, asyncio.CancelledError):  # not when the process is let go of
            await _called_off(reading)
            raise
        await _called_off(reading)

    async def _reading(self, key: str) -> None:
        """Read; a reader that is interrupted again and again is given up, and may be asked anew.

        A database or an object store that is away says nothing about the document.
        """
        while True:
            try:
                await workflow.execute_activity_method(
                    ReadingActivities.read,
                    self._read_step(key),
                    task_queue=DOCUMENTS_QUEUE,
                    **READ_DOCUMENT,
                )
                goes_on()
            except ActivityError as error:
                if self._status.stage.is_final or is_cancelled_exception(error):
                    raise
                if is_outage(error):
                    self._wait_out(error)
                    continue
                with suppress(ActivityError):  # the check says the same: nothing was read
                    await self._give_up(key)
            return

    async def _give_up(self, key: str, *, is_unfit: bool = False) -> None:
        step = replace(self._read_step(key), is_unfit=is_unfit)
        await self._patiently(UnreadableActivities.give_up, step)

    async def _wait(self) -> None:
        """Wait for a decision; shorten a long history.

        People are reminded by the schedule of the resumption: a case that waits costs nothing.
        """
        if workflow.patched(_REMINDED_BY_SCHEDULE):
            await workflow.wait_condition(lambda: self._is_called() or self._is_long())
        else:
            await self._wait_and_remind()
        if self._is_long() and not self._is_called():
            await self._begin_anew()

    async def _wait_and_remind(self) -> None:
        """As it was: a timer for each case, again and again."""
        try:
            await workflow.wait_condition(
                lambda: self._is_called() or self._is_long(),
                timeout=self._patience,
                timeout_summary="reminder of the waiting case",
            )
        except TimeoutError:
            await self._remind()

    async def _begin_anew(self) -> None:
        """Go on in another run, with a short history, where this one stands."""
        await workflow.wait_condition(workflow.all_handlers_finished)
        if not self._status.stage.is_final:
            going_on = replace(
                self._subject, shape=SHAPE, is_fresh=False, reading_key=self._reading_key
            )
            workflow.continue_as_new(going_on)

    def _wait_out(self, error: ActivityError) -> None:
        """Go on asking during an outage, in another run once this one is long; raise all else."""
        if not is_outage(error):
            raise error
        is_stuck(error)
        if self._is_long():
            raise _GrownLong from error

    async def _remind(self) -> None:
        async with self._turn:
            if not self._status.stage.is_final:
                try:
                    self._show(await locally(IntakeActivities.remind, self._step()))
                except STEP_FAILED as error:  # tried again by the next timer
                    if is_cancelled_exception(error):
                        raise
                    workflow.logger.warning("the reminder of a waiting case failed")

    async def _look_again(self, error: BaseException, before: IntakeStatus) -> None:
        """After a refusal the database knows more than memory; what is away tells nothing."""
        if is_outage(error):
            self._show(before)
        else:
            await self._look()

    async def _look(self) -> None:
        self._show(await locally(IntakeActivities.look, self._step()))
        self._was_looked_up = True

    def _is_called(self) -> bool:
        return self._status.stage.is_final or self._reading_key is not None

    def _is_long(self) -> bool:
        return workflow.info().is_continue_as_new_suggested()

    def _step(self) -> IntakeStep:
        return IntakeStep(
            tenant_id=self._subject.tenant_id,
            inbox_id=self._subject.inbox_id,
            at=workflow.now(),
        )

    def _read_step(self, key: str) -> ReadStep:
        return ReadStep(
            tenant_id=self._subject.tenant_id,
            inbox_id=self._subject.inbox_id,
            document_id=self._subject.document_id,
            key=key,
            at=workflow.now(),
        )

    def _case_step(self, order: IntakeOrder) -> CaseStep:
        return CaseStep(
            command=order.command,
            inbox_id=self._subject.inbox_id,
            at=workflow.now(),
            input_id=order.input_id,
            at_inbox=order.at_inbox,
            version=order.version,
        )

    def _check_open(self, order: IntakeOrder) -> None:
        """Refuse before anything reaches the history; the database decides in the end.

        A decision that was looked up may be the work of this very order, whose answer was lost:
        the database has its first answer.
        """
        if not self._was_looked_up:
            self._check_undecided(order)

    def _check_undecided(self, order: IntakeOrder) -> None:
        stage = self._status.stage
        if not stage.is_final:
            return
        if order.at_inbox:
            raise AlreadyProcessed
        raise AlreadyApproved if stage is Stage.POSTED else AlreadyRejected

    def _show(self, status: IntakeStatus) -> None:
        """Take over a state and make it readable in Temporal's UI, and findable while it waits."""
        self._status = status
        if status.patience_days is not None:
            self._patience = timedelta(days=status.patience_days)
        stage = status.stage
        is_findable = stage in _WAITING or stage.is_final
        if not self._subject.shape or (is_findable and stage is not self._shown):
            workflow.upsert_search_attributes([STAGE.value_set(str(stage))])
            self._shown = stage
        goes_on()
        stand(
            f"Document `{self._subject.document_id}`, inbox item `{self._subject.inbox_id}`:"
            f" **{stage}**"
            + (f", review case `{status.case_id}`" if status.case_id else "")
            + (f", intent `{status.intent_id}`" if status.intent_id else "")
        )


async def _called_off(reading: asyncio.Task[None]) -> None:
    """Call a reading off, if it has not ended, and wait until it has."""
    reading.cancel()
    with suppress(asyncio.CancelledError, ActivityError):
        await reading
