"""How a person's decision on a document reaches its process."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from fastapi import Depends
from starlette.concurrency import run_in_threadpool

from api.deps import CallerDep, CommandDep, EngineDep, ReadDep, TemporalDep
from domain.ids import derived_id
from domain.store import cases
from domain.store.transaction import transaction
from domain.views import inbox, review_cases
from workflows.clients.base import update_id
from workflows.clients.intakes import Intakes
from workflows.document_intake import IntakeOrder, IntakeSubject

Order: TypeAlias = Callable[[IntakeSubject, IntakeOrder], Awaitable[object]]


def intake_sender(temporal: TemporalDep) -> Intakes:
    """Make the sender to intakes."""
    return Intakes(temporal)


IntakesDep = Annotated[Intakes, Depends(intake_sender)]


class IntakeOrders:
    """Gives orders on inbox items and review cases.

    What people say goes to the database, never through Temporal.
    """

    def __init__(
        self, caller: CallerDep, command: CommandDep, read: ReadDep, engine: EngineDep
    ) -> None:
        self._caller = caller
        self._command = command
        self._read = read
        self._engine = engine

    async def on_item(
        self, inbox_id: UUID, order: Order, said: dict[str, Any] | None = None
    ) -> None:
        """Order something of an inbox item."""
        item = await self._read.in_thread(inbox.item, inbox_id)
        await self._give(self._subject(inbox_id, item.document_id), order, said, at_inbox=True)

    async def on_case(
        self, case_id: UUID, order: Order, said: dict[str, Any] | None = None
    ) -> None:
        """Order something of a review case."""
        case = await self._read.in_thread(review_cases.case, case_id)
        await self._give(self._subject(case.inbox_id, case.document_id), order, said)

    async def _give(
        self,
        subject: IntakeSubject,
        order: Order,
        said: dict[str, Any] | None,
        *,
        at_inbox: bool = False,
    ) -> None:
        input_id = None
        if said is not None:
            input_id = await run_in_threadpool(self._keep, subject.inbox_id, said)
        given = IntakeOrder(command=self._command, input_id=input_id, at_inbox=at_inbox)
        await order(subject, given)

    def _keep(self, inbox_id: UUID, said: dict[str, Any]) -> UUID:
        """Keep what was said under an id that a repeated call finds again, and no other."""
        command = self._command
        input_id = derived_id("case-input", command.tenant_id, inbox_id, update_id(command))
        with transaction(self._engine, command.tenant_id, command.actor) as session:
            return cases.keep_input(session, input_id, inbox_id, said, datetime.now(UTC))

    def _subject(self, inbox_id: UUID, document_id: UUID) -> IntakeSubject:
        return IntakeSubject(
            tenant_id=self._caller.tenant_id, inbox_id=inbox_id, document_id=document_id
        )


IntakeOrdersDep = Annotated[IntakeOrders, Depends()]
