"""What a step waits for ends before the step: a lock, a statement, the whole transaction."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import Session

from domain.actor import Actor
from domain.database.budget import LONGEST_LOCK, StepTooLate, check_left, limited, limits
from domain.database.outages import is_away, state_of
from domain.database.session import read_session, write_session
from domain.letters import store, views
from domain.letters.letter import LetterKind, Note
from tests.builders import Tenant
from tests.servers import Database

SHORT = timedelta(seconds=1)
ACTOR = Actor.system("workflow")


def test_the_order_of_limits() -> None:
    """Lock < statement < transaction <= step, whatever the step is given."""
    assert limits() is None
    for budget in (SHORT, timedelta(seconds=5), timedelta(minutes=5)):
        with limited(budget):
            found = limits()
        assert found is not None
        lock, statement, transaction = found
        assert 0 < lock < statement < transaction <= budget / timedelta(milliseconds=1)
        assert lock <= LONGEST_LOCK / timedelta(milliseconds=1)
    assert limits() is None


def test_nothing_begins_when_the_time_is_over(database: Database, tenant: Tenant) -> None:
    """The next attempt has its own time."""
    with (
        limited(timedelta()),
        pytest.raises(StepTooLate),
        read_session(database.engine, tenant.id),
    ):
        pytest.fail("it began")


def attempt(database: Database, tenant: Tenant, act: Callable[[Session], object]) -> None:
    """A step of a second."""
    with limited(SHORT), write_session(database.engine, tenant.id, ACTOR) as session:
        act(session)


def forever(question: str) -> Callable[[Session], object]:
    """Ask the same again and again."""

    def ask(session: Session) -> None:
        while True:
            session.execute(text(question))

    return ask


def test_nothing_is_committed_when_the_time_is_over(database: Database, tenant: Tenant) -> None:
    """A first attempt that goes on beside the second one changes nothing."""

    def act(session: Session) -> None:
        now = datetime.now(UTC)
        store.write(
            session, Note(LetterKind.CASE_REMINDER, "review_case", uuid4()), [None], now, now
        )
        with suppress(StepTooLate):
            while check_left():
                pass

    with pytest.raises((StepTooLate, SQLAlchemyError)):
        attempt(database, tenant, act)

    with read_session(database.engine, tenant.id) as session:
        assert views.letters(session, limit=1, offset=0)[1] == 0


def test_a_locked_row_is_waited_for_shorter_than_the_step(
    database: Database, tenant: Tenant
) -> None:
    """It is told as what passes, so that the process waits for it."""
    held, done = Event(), Event()
    claim = text("SELECT pg_advisory_xact_lock(4711)")

    def hold() -> None:
        with write_session(database.engine, tenant.id, ACTOR) as session:
            session.execute(claim)
            held.set()
            done.wait(90)

    holder = Thread(target=hold)
    holder.start()
    try:
        assert held.wait(90)
        with pytest.raises(SQLAlchemyError) as waited:
            attempt(database, tenant, lambda session: session.execute(claim))
    finally:
        done.set()
        holder.join()
    assert state_of(waited.value) == "55P03"
    assert is_away(waited.value)


def test_statements_end(database: Database, tenant: Tenant) -> None:
    """A statement by its own limit."""
    with pytest.raises(SQLAlchemyError) as cut:
        attempt(database, tenant, forever("SELECT pg_sleep(30)"))

    assert state_of(cut.value) == "57014"
    assert is_away(cut.value)


def test_transactions_end(database: Database, tenant: Tenant) -> None:
    """Many short statements by the limit of the transaction, which closes the connection.

    The server's last words are lost when the next statement is sent at the same moment; the
    error then names no state, and is told as what passes all the same.
    """
    with pytest.raises(SQLAlchemyError) as cut:
        attempt(database, tenant, forever("SELECT 1"))

    assert state_of(cut.value) in {"25P04", ""}
    assert is_away(cut.value)
    assert isinstance(cut.value, DBAPIError)
    assert cut.value.connection_invalidated
