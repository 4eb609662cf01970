"""LOCKED: no journal entry of a period commits after the period is locked."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.errors import DomainError
from domain.periods.lock import LockRequestPending
from domain.periods.period import (
    PeriodAlreadyLocked,
    PeriodIrreversible,
    PeriodName,
    PeriodNotFound,
    PeriodStatus,
)
from domain.store import journal, periods
from domain.store.journal import PeriodLocked
from domain.store.periods import Sealed
from domain.store.transaction import reading, transaction
from domain.views.leaves import leaves
from domain.views.periods import periods as listed
from domain.views.proofs import closing_of
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database
from tests.strategies import plain_booking

WRITERS = 16
MARCH = PeriodName("2026-03")
DAY = date(2026, 3, 15)


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a tenant of its own, since a lock is for ever."""
    return another_tenant(database)


def book(database: Database, tenant: Tenant, day: date = DAY) -> None:
    """Post one booking."""
    with transaction(database.engine, tenant.id, tenant.actor) as session:
        journal.book(session, plain_booking(uuid4(), day))


def lock(database: Database, tenant: Tenant, name: PeriodName = MARCH) -> Sealed:
    """Lock a period by two people."""
    request_id = uuid4()
    clerk, boss = (tenant.people[post].actor for post in ("bookkeeper", "approver"))
    with transaction(database.engine, tenant.id, clerk) as session:
        periods.request_lock(session, name, request_id, datetime.now(UTC))
    with transaction(database.engine, tenant.id, boss) as session:
        return periods.approve_lock(session, name, request_id, datetime.now(UTC))


def as_owner(database: Database, tenant: Tenant, command: str) -> None:
    """Run a command as the owner of the tables."""
    with database.owner_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL app.tenant_id = '{tenant.id}'"))
        connection.execute(text(command))


def test_a_locked_period_takes_no_booking(database: Database, tenant: Tenant) -> None:
    """Before the lock it does, afterwards it never does again."""
    book(database, tenant)
    lock(database, tenant)

    with pytest.raises(PeriodLocked):
        book(database, tenant)
    book(database, tenant, date(2026, 4, 1))
    assert check_books(database.engine, tenant.id) == 2


def test_a_soft_lock_refuses_until_it_is_reopened(database: Database, tenant: Tenant) -> None:
    """Soft-locked refuses, reopened takes."""
    with transaction(database.engine, tenant.id, tenant.actor) as session:
        periods.soft_lock(session, MARCH, datetime.now(UTC))
    with pytest.raises(PeriodLocked):
        book(database, tenant)
    with transaction(database.engine, tenant.id, tenant.actor) as session:
        reopened = periods.reopen(session, MARCH)
    book(database, tenant)

    assert reopened.status is PeriodStatus.OPEN


def test_sixteen_writers_and_a_locker(database: Database, tenant: Tenant) -> None:
    """The seal covers exactly what was committed, however many wrote at that moment."""
    stop = datetime.now(UTC)
    book(database, tenant)

    def write(_: int) -> int:
        for count in range(1000):
            try:
                book(database, tenant)
            except PeriodLocked:
                return count
        return -1

    with ThreadPoolExecutor(WRITERS) as pool:
        written = [pool.submit(write, number) for number in range(WRITERS)]
        time.sleep(0.5)
        sealed = lock(database, tenant)
        accepted = 1 + sum(each.result() for each in written)

    with reading(database.engine, tenant.id) as session:
        stored = list(leaves(session, str(MARCH)))
        closing = closing_of(session, str(MARCH))
    assert sealed.at > stop
    assert accepted > WRITERS
    assert len(stored) == accepted == int(str(closing.body["entry_count"]))
    assert closing.closing_hash == sealed.closing.closing_hash
    assert check_books(database.engine, tenant.id) == accepted


def test_lockers_at_once_lock_once(database: Database, tenant: Tenant) -> None:
    """Eight approvals of one request: one seal, seven refusals."""
    request_id = uuid4()
    clerk, boss = (tenant.people[post].actor for post in ("bookkeeper", "approver"))
    with transaction(database.engine, tenant.id, clerk) as session:
        periods.request_lock(session, MARCH, request_id, datetime.now(UTC))

    def approve(_: int) -> bool:
        try:
            with transaction(database.engine, tenant.id, boss) as session:
                periods.approve_lock(session, MARCH, request_id, datetime.now(UTC))
        except DomainError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(approve, range(8))) == 1


def test_requests_at_once_leave_one_pending(database: Database, tenant: Tenant) -> None:
    """Eight requests: one waits, seven hear that one waits."""

    def ask(_: int) -> bool:
        try:
            with transaction(database.engine, tenant.id, tenant.actor) as session:
                periods.request_lock(session, MARCH, uuid4(), datetime.now(UTC))
        except LockRequestPending:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(8))) == 1


def test_periods_locked_at_once_form_one_chain(database: Database, tenant: Tenant) -> None:
    """Twelve months locked by twelve threads: closing 1 to 12, each after the one before."""
    months = [PeriodName(f"2026-{month:02d}") for month in range(1, 13)]

    with ThreadPoolExecutor(12) as pool:
        sealed = list(pool.map(lambda name: lock(database, tenant, name), months))

    bodies = sorted(
        (each.closing.body for each in sealed), key=lambda b: int(str(b["closing_seq"]))
    )
    hashes = {str(each.closing.body["closing_seq"]): each.closing.closing_hash for each in sealed}
    assert [body["closing_seq"] for body in bodies] == [str(n) for n in range(1, 13)]
    assert all(
        body["previous_closing_hash"] == hashes[str(number)]
        for number, body in enumerate(bodies[1:], 1)
    )


def test_a_lock_is_for_ever(database: Database, tenant: Tenant) -> None:
    """No reopening, no second lock, not even for the owner of the tables."""
    lock(database, tenant)

    with (
        pytest.raises(PeriodIrreversible),
        transaction(database.engine, tenant.id, tenant.actor) as session,
    ):
        periods.reopen(session, MARCH)
    with pytest.raises(PeriodAlreadyLocked):
        lock(database, tenant)
    for command in ("UPDATE period SET status = 'open'", "DELETE FROM period"):
        with pytest.raises(DBAPIError):
            as_owner(database, tenant, command)


def test_an_adjustment_period_locks_on_its_own(database: Database, tenant: Tenant) -> None:
    """It exists once December has a row; December may be locked while it is open."""
    december, adjustments = PeriodName("2026-12"), PeriodName("2026-P13")
    with pytest.raises(PeriodNotFound):
        lock(database, tenant, adjustments)

    lock(database, tenant, december)
    with transaction(database.engine, tenant.id, tenant.actor) as session:
        periods.soft_lock(session, adjustments, datetime.now(UTC))
        periods.reopen(session, adjustments)

    with reading(database.engine, tenant.id) as session:
        assert [(p.period, p.status.value) for p in listed(session)] == [
            ("2026-P13", "open"),
            ("2026-12", "locked"),
        ]
