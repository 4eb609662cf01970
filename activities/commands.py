"""One command, one effect, one answer, for activities."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Engine
from sqlmodel import Session

from domain.access import views as access
from domain.actor import Actor
from domain.command_key import IdempotencyKeyInUse
from domain.database.idempotency import answer_once
from domain.database.session import write_session
from domain.errors import Unavailable
from workflows.shared.command import Command

_Answer = TypeVar("_Answer")
_ANSWERS: dict[type[Any], TypeAdapter[Any]] = {}
"""Of each kind of answer; to build one takes longer than all that it does for a step."""


class StepStillRunning(Unavailable):
    """An earlier attempt at the same step has not ended yet; try again."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__("The first attempt is still running.", retry_after=1)


@contextmanager
def ordered(engine: Engine, tenant_id: UUID, actor: Actor) -> Iterator[Session]:
    """A write transaction of whoever gave an order; the key they came with is known again."""
    with write_session(engine, tenant_id, actor) as session:
        if actor.is_sealed:
            session.info["actor"] = actor.unsealed(tenant_id, access.prefixes(session, actor))
        yield session


def answered_once(
    engine: Engine,
    command: Command,
    step: str,
    kind: type[_Answer],
    act: Callable[[Session], _Answer],
) -> _Answer:
    """Run `act` in one transaction, or give the answer that was stored with its first effect.

    A repeated activity and a repeated Idempotency-Key are the same to it (ONCE); `step` is
    the activity's name, for a command may need more than one.
    """
    answers: TypeAdapter[_Answer] = _ANSWERS.get(kind) or _ANSWERS.setdefault(
        kind, TypeAdapter(kind)
    )
    with ordered(engine, command.tenant_id, command.actor) as session:
        try:
            body = answer_once(
                session,
                step,
                command.key,
                command.request_hash,
                lambda: {"answer": answers.dump_python(act(session), mode="json")},
            )
        except IdempotencyKeyInUse as busy:
            raise StepStillRunning from busy
    return answers.validate_python(body["answer"])
