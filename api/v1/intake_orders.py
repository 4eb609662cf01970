"""How a person's decision on a document reaches its process."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from api.http.at_once import at_once
from api.http.dependencies import CallerDep, CommandDep, EngineDep, ReadDep, TemporalDep
from domain.database.idempotency import answer_once
from domain.database.session import write_session
from domain.errors import Unavailable
from domain.ids import derived_id
from domain.intake import (
    case_store,
    inbox,
    inbox_views,
    review_store,
    review_views,
    statement_item_store,
)
from domain.intake.inbox import InboxStatus
from workflows.document_intake.client import Intakes
from workflows.document_intake.steps import IntakeStatus
from workflows.document_intake.workflow import SHAPE, IntakeOrder, IntakeSubject
from workflows.shared.client import update_id
from workflows.statement_import.client import StatementImportsSender
from workflows.statement_import.steps import StatementFile

Order: TypeAlias = Callable[[IntakeSubject, IntakeOrder], Awaitable[IntakeStatus]]


def intake_sender(temporal: TemporalDep) -> Intakes:
    """Make the sender to intakes."""
    return Intakes(temporal)


IntakesDep = Annotated[Intakes, at_once(intake_sender)]


class IntakeOrders:
    """Gives orders on inbox items and review cases.

    What people say goes to the database, never through Temporal.
    """

    def __init__(
        self,
        caller: CallerDep,
        command: CommandDep,
        read: ReadDep,
        engine: EngineDep,
        temporal: TemporalDep,
    ) -> None:
        self._temporal = temporal
        self._caller = caller
        self._command = command
        self._read = read
        self._engine = engine

    async def on_item(
        self,
        inbox_id: UUID,
        order: Order,
        status: InboxStatus,
        said: dict[str, Any] | None = None,
    ) -> None:
        """Order that an inbox item gets a status; a statement has no process, and gets it here."""
        item = await self._read.in_thread(inbox_views.item, inbox_id)
        if item.statement_batch_id is not None:
            await self.on_statement(inbox_id, status, said)
            return
        await self._give(self._subject(inbox_id, item.document_id), order, said)

    async def on_statement(
        self, inbox_id: UUID, status: InboxStatus, said: dict[str, Any] | None = None
    ) -> None:
        """Let a statement in or reject it; what was held is imported then."""
        found = await run_in_threadpool(self._decide_statement, inbox_id, status, said)
        if found is not None:
            await self._import(*found)

    async def reread(self, inbox_id: UUID, order: Order) -> None:
        """Order that an undecided item is read again. Raises AlreadyProcessed."""
        item = await self._read.in_thread(inbox_views.item, inbox_id)
        check_document(item)
        inbox.check_open(InboxStatus(item.status))
        await self._give(self._subject(inbox_id, item.document_id), order, None)

    async def reopen(self, inbox_id: UUID, order: Order) -> None:
        """Take up what was rejected, and order that it is read again. Raises NotRejected.

        The row comes first: a process that starts finds an item that is open again.
        """
        item = await self._read.in_thread(inbox_views.item, inbox_id)
        check_document(item)
        await run_in_threadpool(self._reopen, inbox_id)
        await self._give(self._subject(inbox_id, item.document_id), order, None)

    def _decide_statement(
        self, inbox_id: UUID, status: InboxStatus, said: dict[str, Any] | None
    ) -> tuple[UUID, str] | None:
        """Decide once for a command: who did not hear of it asks again, and hears the same."""
        reason = (said or {}).get("reason")

        def act(session: Session) -> dict[str, Any]:
            found = statement_item_store.decide(session, inbox_id, status, reason)
            return {"released": found and [str(found[0]), found[1]]}

        released = self._once(f"inbox.statement.{status.value}", act)["released"]
        return (UUID(released[0]), released[1]) if released else None

    async def _import(self, batch_id: UUID, sha256: str) -> None:
        """Start the import that a person let in; where that fails, the resumption does."""
        command = self._command
        file = StatementFile(
            tenant_id=command.tenant_id, batch_id=batch_id, sha256=sha256, actor=command.actor
        )
        with suppress(Unavailable):
            await StatementImportsSender(self._temporal).begin(file)

    def _reopen(self, inbox_id: UUID) -> None:
        """Reopen once for a command, for the order that follows may have to be given again."""

        def act(session: Session) -> dict[str, Any]:
            review_store.reopen(session, inbox_id, datetime.now(UTC))
            return {}

        self._once("inbox.reopen", act)

    def _once(self, operation: str, act: Callable[[Session], dict[str, Any]]) -> dict[str, Any]:
        """Act in a transaction, once for the command."""
        command = self._command
        with write_session(self._engine, command.tenant_id, command.actor) as session:
            return answer_once(
                session, operation, command.key, command.request_hash, lambda: act(session)
            )

    async def on_case(
        self,
        case_id: UUID,
        order: Order,
        said: dict[str, Any] | None = None,
        *,
        version: int | None = None,
        is_pinned: bool = False,
    ) -> IntakeStatus:
        """Order something of a review case, for the version that the caller has seen.

        Where they do not say which, a pinned order holds for the version that is read now.
        """
        case, input_id = await run_in_threadpool(self._prepare, case_id, said)
        if version is None and is_pinned:
            version = case.version
        given = IntakeOrder(command=self._command, input_id=input_id, version=version)
        return await order(self._subject(case.inbox_id, case.document_id), given)

    async def _give(
        self, subject: IntakeSubject, order: Order, said: dict[str, Any] | None
    ) -> IntakeStatus:
        """Order something of an inbox item."""
        input_id = None
        if said is not None:
            input_id = await run_in_threadpool(self._keep, subject.inbox_id, said)
        given = IntakeOrder(command=self._command, input_id=input_id, at_inbox=True)
        return await order(subject, given)

    def _prepare(
        self, case_id: UUID, said: dict[str, Any] | None
    ) -> tuple[review_views.SeenCase, UUID | None]:
        """What an order names of its case, and what was said to it, in one transaction."""
        if said is None:
            return self._read(review_views.seen, case_id), None
        command = self._command
        with write_session(self._engine, command.tenant_id, command.actor) as session:
            case = review_views.seen(session, case_id)
            return case, self._keep_in(session, case.inbox_id, said)

    def _keep(self, inbox_id: UUID, said: dict[str, Any]) -> UUID:
        command = self._command
        with write_session(self._engine, command.tenant_id, command.actor) as session:
            return self._keep_in(session, inbox_id, said)

    def _keep_in(self, session: Session, inbox_id: UUID, said: dict[str, Any]) -> UUID:
        """Keep what was said under an id that a repeated call finds again, and no other."""
        command = self._command
        input_id = derived_id("case-input", command.tenant_id, inbox_id, update_id(command))
        return case_store.keep_input(session, input_id, inbox_id, said, datetime.now(UTC))

    def _subject(self, inbox_id: UUID, document_id: UUID) -> IntakeSubject:
        return IntakeSubject(
            tenant_id=self._caller.tenant_id,
            inbox_id=inbox_id,
            document_id=document_id,
            shape=SHAPE,
        )


def check_document(item: inbox_views.InboxItem) -> None:
    """Refuse to read a statement."""
    if item.statement_batch_id is not None:
        raise statement_item_store.IsStatement(item.statement_batch_id)


IntakeOrdersDep = Annotated[IntakeOrders, at_once(IntakeOrders)]
