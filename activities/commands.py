"""One command, one effect, one answer, for activities."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Engine
from sqlmodel import Session

from activities.stubs.command import Command
from domain.errors import Unavailable
from domain.store.once import IdempotencyKeyInUse, once
from domain.store.transaction import transaction

_Answer = TypeVar("_Answer")


class StepStillRunning(Unavailable):
    """An earlier attempt at the same step has not ended yet; try again."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__("The first attempt is still running.", retry_after=1)


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
    answers = TypeAdapter(kind)
    with transaction(engine, command.tenant_id, command.actor) as session:
        try:
            body = once(
                session,
                step,
                command.key,
                command.request_hash,
                lambda: {"answer": answers.dump_python(act(session), mode="json")},
            )
        except IdempotencyKeyInUse as busy:
            raise StepStillRunning from busy
    return answers.validate_python(body["answer"])
