"""One document from its arrival to the books: read, matched, checked, decided by a person."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from activities.stubs.command import Command
from activities.stubs.intake import (
    CaseStep,
    IntakeActivities,
    IntakeStatus,
    IntakeStep,
    ReadingActivities,
    ReadResult,
    ReadStep,
    Stage,
)
from domain.intake.inbox import AlreadyProcessed
from domain.intake.review import AlreadyApproved, AlreadyRejected
from workflows.failures import STEP_FAILED, is_outage
from workflows.ids import DOCUMENTS_QUEUE, STAGE
from workflows.options import JUDGE, READ_DOCUMENT, WRITE, WRITE_LOCAL

PATIENCE = timedelta(days=3)
"""How long a case waits for a person before it is remembered, each time anew."""

_UNREAD = {Stage.RECEIVED, Stage.READING, Stage.MATCHING, Stage.CHECKING}
_Step = Callable[[IntakeActivities, CaseStep], IntakeStatus]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeSubject:
    """The inbox item that the process is about, and its document."""

    tenant_id: UUID
    inbox_id: UUID
    document_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeOrder:
    """A person's order; `input_id` names what they said, kept in the database."""

    command: Command
    input_id: UUID | None = None
    at_inbox: bool = False


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
        self._reading_key: str | None = None

    @workflow.run
    async def run(self, subject: IntakeSubject) -> IntakeStatus:
        """Read once, then wait until the document is decided and no handler is at work."""
        async with self._turn:
            await self._look()
            if self._status.stage in _UNREAD:
                self._reading_key = "first"
        while not self._status.stage.is_final:
            if self._reading_key:
                await self._read(self._reading_key)
            else:
                await self._wait()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._status

    @workflow.update
    async def approve(self, order: IntakeOrder) -> IntakeStatus:
        """Post the invoice."""
        return await self._posted(order)

    @workflow.update
    async def retry_posting(self, order: IntakeOrder) -> IntakeStatus:
        """Post again what could not be posted."""
        return await self._posted(order)

    @workflow.update
    async def amend(self, order: IntakeOrder) -> IntakeStatus:
        """Correct what is proposed."""
        async with self._turn:
            return await self._ordered(IntakeActivities.amend, order)

    @workflow.update
    async def reject(self, order: IntakeOrder) -> IntakeStatus:
        """Close the document without a posting."""
        async with self._turn:
            return await self._ordered(IntakeActivities.reject, order)

    @workflow.update
    async def confirm(self, order: IntakeOrder) -> IntakeStatus:
        """Close the inbox item: it was handled outside."""
        async with self._turn:
            return await self._ordered(IntakeActivities.confirm, order)

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
        self._check_open(order)

    async def _posted(self, order: IntakeOrder) -> IntakeStatus:
        async with self._turn:
            before = self._status
            self._show(IntakeStatus(stage=Stage.POSTING, case_id=before.case_id))
            try:
                self._show(
                    await workflow.execute_activity_method(
                        IntakeActivities.post, self._case_step(order), **WRITE
                    )
                )
            except ActivityError:
                await self._look()
                raise
            return self._status

    async def _ordered(self, step: _Step, order: IntakeOrder) -> IntakeStatus:
        try:
            self._show(
                await workflow.execute_local_activity_method(
                    step, self._case_step(order), **WRITE_LOCAL
                )
            )
        except STEP_FAILED:
            await self._look()
            raise
        return self._status

    async def _read(self, key: str) -> None:
        """Read without a turn, for it may take long; then match and check in one."""
        self._show(IntakeStatus(stage=Stage.READING, case_id=self._status.case_id))
        await self._recognised(key)
        async with self._turn:
            await self._look()
            if self._status.stage.is_final:
                return
            try:
                status = await self._judged()
            except ActivityError as error:
                if is_cancelled_exception(error):
                    raise
                # Whatever a document says, a person must get to see it.
                await self._given_up(f"{key}/unfit")
                status = await self._judged()
            if self._reading_key == key:
                self._reading_key = None
            self._show(status)

    async def _judged(self) -> IntakeStatus:
        """Match and check; an outage is waited for."""
        case_id = self._status.case_id
        while True:
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

    async def _recognised(self, key: str) -> None:
        """Have the document read; a decision made meanwhile calls the reader off."""
        reading = asyncio.create_task(self._reading(key))
        await workflow.wait_condition(lambda: reading.done() or self._status.stage.is_final)
        if not self._status.stage.is_final:
            await reading
            return
        reading.cancel()
        with suppress(asyncio.CancelledError, ActivityError):
            await reading

    async def _reading(self, key: str) -> ReadResult:
        """Read; a reader that dies again and again or never ends is an unreadable document.

        A database or an object store that is away says nothing about the document.
        """
        while True:
            try:
                return await workflow.execute_activity_method(
                    ReadingActivities.read,
                    self._read_step(key),
                    task_queue=DOCUMENTS_QUEUE,
                    **READ_DOCUMENT,
                )
            except ActivityError as error:
                if self._status.stage.is_final:
                    raise
                if not is_outage(error):
                    return await self._given_up(key)

    async def _given_up(self, key: str) -> ReadResult:
        return await workflow.execute_activity_method(
            IntakeActivities.give_up, self._read_step(key), **WRITE
        )

    async def _wait(self) -> None:
        """Wait for a decision; remember the people now and then; shorten a long history."""
        try:
            await workflow.wait_condition(
                lambda: self._is_called() or self._is_long(),
                timeout=PATIENCE,
                timeout_summary="reminder of the waiting case",
            )
        except TimeoutError:
            await self._remind()
        if self._is_long() and not self._is_called():
            await workflow.wait_condition(workflow.all_handlers_finished)
            if not self._is_called():
                workflow.continue_as_new(self._subject)

    async def _remind(self) -> None:
        async with self._turn:
            if not self._status.stage.is_final:
                self._show(
                    await workflow.execute_local_activity_method(
                        IntakeActivities.remind, self._step(), **WRITE_LOCAL
                    )
                )

    async def _look(self) -> None:
        self._show(
            await workflow.execute_local_activity_method(
                IntakeActivities.look, self._step(), **WRITE_LOCAL
            )
        )

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
        )

    def _check_open(self, order: IntakeOrder) -> None:
        """Refuse before anything reaches the history; the database decides in the end."""
        stage = self._status.stage
        if not stage.is_final:
            return
        if order.at_inbox:
            raise AlreadyProcessed
        raise AlreadyApproved if stage is Stage.POSTED else AlreadyRejected

    def _show(self, status: IntakeStatus) -> None:
        """Take over a state and make it findable and readable in Temporal's UI."""
        self._status = status
        workflow.upsert_search_attributes([STAGE.value_set(str(status.stage))])
        workflow.set_current_details(
            f"Inbox item `{self._subject.inbox_id}`: **{status.stage}**"
            + (f", review case `{status.case_id}`" if status.case_id else "")
            + (f", intent `{status.intent_id}`" if status.intent_id else "")
        )
