"""NUMBERED: journal numbers are gapless and ascending, whoever writes at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from uuid import uuid4

from sqlmodel import Session

from domain.database.session import write_session
from domain.posting.store import book
from tests.builders import Tenant
from tests.invariants import check_books
from tests.servers import Database
from tests.strategies import plain_booking

WRITERS = 16
EACH = 8


class _Abandoned(Exception):
    """The writer gives up after posting and before committing."""


def test_sixteen_writers_leave_no_gap(database: Database, tenant: Tenant) -> None:
    """Every fourth posting is rolled back after it had its number; no number is lost."""
    start = threading.Barrier(WRITERS)

    def write(writer: int) -> int:
        start.wait()
        done = 0
        for step in range(EACH):
            with suppress(_Abandoned):
                done += _post(database, tenant, writer, step)
        return done

    with ThreadPoolExecutor(WRITERS) as pool:
        committed = sum(pool.map(write, range(WRITERS)))

    assert check_books(database.engine, tenant.id) == committed == WRITERS * EACH * 3 // 4


def _post(database: Database, tenant: Tenant, writer: int, step: int) -> bool:
    day = date(2026, 1, 1) + timedelta(days=writer * EACH + step)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        book(session, plain_booking(uuid4(), day))
        if step % 4 == 3:
            session.info["finishers"]["abandon"] = _abandon
    return True


def _abandon(_: Session) -> None:
    raise _Abandoned


def test_the_same_intent_is_stored_once(database: Database, tenant: Tenant) -> None:
    """ONCE, at its root: ten writers with one intent id write one intent."""
    before = check_books(database.engine, tenant.id)
    booking = plain_booking(uuid4(), date(2026, 5, 5))
    start = threading.Barrier(10)

    def write(_: int) -> bool:
        start.wait()
        with write_session(database.engine, tenant.id, tenant.actor) as session:
            return book(session, booking).replayed

    with ThreadPoolExecutor(10) as pool:
        replayed = list(pool.map(write, range(10)))

    assert sorted(replayed) == [False] + [True] * 9
    assert check_books(database.engine, tenant.id) == before + 1


def test_years_are_numbered_on_their_own(database: Database, tenant: Tenant) -> None:
    """One gapless sequence over all, and one within each fiscal year."""
    for day in (date(2027, 1, 1), date(2026, 12, 31), date(2027, 1, 2)):
        with write_session(database.engine, tenant.id, tenant.actor) as session:
            book(session, plain_booking(uuid4(), day))

    check_books(database.engine, tenant.id)
