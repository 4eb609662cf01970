"""One letter: pending, then sent, given up or withdrawn; between attempts it waits ever longer.

The database counts the attempts, so a process that was lost goes on where it was.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from temporalio import workflow

from domain.letters.letter import LetterState, LetterStatus
from workflows.letter.steps import LetterActivities, LetterStep, RenewLetter
from workflows.shared.command import Command
from workflows.shared.ids import STAGE
from workflows.shared.options import WRITE
from workflows.shared.stepping import locally, orders_end_first, stand


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSubject:
    """The letter of a tenant."""

    tenant_id: UUID
    letter_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterOrder:
    """A person's order on a letter."""

    command: Command


@workflow.defn
class Letter:
    """Sends one letter, at least once."""

    @workflow.init
    def __init__(self, subject: LetterSubject) -> None:
        self._subject = subject
        self._status = LetterStatus(LetterState.PENDING)
        self._turn = asyncio.Lock()
        self._is_called = False

    @workflow.run
    async def run(self, subject: LetterSubject) -> LetterState:
        """Try, wait, try again; end when it is decided and nobody asks for it any more."""
        async with orders_end_first():
            return await self._life()

    async def _life(self) -> LetterState:
        while True:
            self._is_called = False
            async with self._turn:
                await self._send()
            if self._status.state is LetterState.PENDING:
                await self._wait()
                continue
            await workflow.wait_condition(workflow.all_handlers_finished)
            if not self._is_called:
                return self._status.state

    @workflow.update
    async def resend(self, order: LetterOrder) -> LetterStatus:
        """Send it again, or without waiting any longer; the answer does not wait for the relay."""
        async with self._turn:
            step = RenewLetter(
                command=order.command, letter_id=self._subject.letter_id, at=workflow.now()
            )
            self._show(await locally(LetterActivities.renew, step))
            self._is_called = True
            return self._status

    async def _send(self) -> None:
        step = LetterStep(
            tenant_id=self._subject.tenant_id,
            letter_id=self._subject.letter_id,
            at=workflow.now(),
        )
        self._show(await workflow.execute_activity_method(LetterActivities.send, step, **WRITE))

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._is_called,
                timeout=self._status.pause,
                timeout_summary="until the relay is tried again",
            )

    def _show(self, status: LetterStatus) -> None:
        """Take over a state and make it findable and readable in Temporal's UI."""
        self._status = status
        workflow.upsert_search_attributes([STAGE.value_set(str(status.state))])
        stand(f"Letter `{self._subject.letter_id}`: **{status.state}**, {status.attempts} attempts")
