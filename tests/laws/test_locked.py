"""LOCKED: no journal entry of a period commits after the period is locked."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from domain.actor import Actor
from domain.database.session import read_session, write_session
from domain.errors import DomainError
from domain.ledger.leaf_views import leaves
from domain.periods import lock_store
from domain.periods.lock import Locked, LockRequestPending, RequestNotPending
from domain.periods.period import (
    PeriodAlreadyLocked,
    PeriodIrreversible,
    PeriodName,
    PeriodNotFound,
    PeriodStatus,
)
from domain.periods.period_views import periods as listed
from domain.periods.verifier import verify
from domain.posting import store as journal
from domain.posting.outcome import PeriodLocked
from tests.builders import Tenant, another_tenant
from tests.histories import DONE, REFUSED, Call, Recorder, is_linearizable
from tests.invariants import check_books
from tests.proofs import exported
from tests.proofs import seal as lock
from tests.servers import Database
from tests.strategies import plain_booking

WRITERS, LATE = 16, 4
MARCH, APRIL = PeriodName("2026-03"), PeriodName("2026-04")
DAY, DAY_IN_APRIL = date(2026, 3, 15), date(2026, 4, 15)
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a tenant of its own, since a lock is for ever."""
    return another_tenant(database)


def book(database: Database, tenant: Tenant, day: date = DAY) -> None:
    """Post one booking."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        journal.book(session, plain_booking(uuid4(), day))


def as_owner(database: Database, tenant: Tenant, command: str) -> None:
    """Run a command as the owner of the tables."""
    with database.owner_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL app.tenant_id = '{tenant.id}'"))
        connection.execute(text(command))


def test_a_locked_period_takes_no_booking(database: Database, tenant: Tenant) -> None:
    """Before the lock it does, afterwards it never does again."""
    book(database, tenant)
    lock(database, tenant, MARCH)

    with pytest.raises(PeriodLocked):
        book(database, tenant)
    book(database, tenant, date(2026, 4, 1))
    assert check_books(database.engine, tenant.id) == 2


def test_a_soft_lock_refuses_until_it_is_reopened(database: Database, tenant: Tenant) -> None:
    """Soft-locked refuses, reopened takes."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        lock_store.soft_lock(session, MARCH, datetime.now(UTC))
    with pytest.raises(PeriodLocked):
        book(database, tenant)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        reopened = lock_store.reopen(session, MARCH)
    book(database, tenant)

    assert reopened.status is PeriodStatus.OPEN


@dataclass
class Race:
    """People post into two months without pause while others lock one of the months."""

    database: Database
    tenant: Tenant
    recorder: Recorder = field(default_factory=Recorder)
    over: threading.Event = field(default_factory=threading.Event)
    sealed: list[Locked] = field(default_factory=list)

    def run(self) -> None:
        """Sixteen write; one closes March softly and opens it, thrice; then two approve at once."""
        request_id = requested(self.database, self.tenant)
        with ThreadPoolExecutor(WRITERS) as writers, ThreadPoolExecutor(2) as office:
            written = [writers.submit(self._write, number) for number in range(WRITERS)]
            try:
                office.submit(self._close_and_open).result()
                list(office.map(self._approve, [request_id] * 2))
            finally:
                self.over.set()
            for each in written:
                each.result()

    def calls(self) -> list[Call]:
        """All calls, each posting with the number under which it is found in the journal."""
        query = text("SELECT intent_id, journal_number FROM journal_entry")
        with read_session(self.database.engine, self.tenant.id) as session:
            numbers = {row[0]: row[1] for row in session.execute(query)}
        return [c._replace(number=numbers.get(c.intent_id, 0)) for c in self.recorder.calls]

    def _write(self, writer: int) -> None:
        late = 0
        for _ in range(1000):
            is_other = (writer + late) % 4 == 0
            month, day = (APRIL, DAY_IN_APRIL) if is_other else (MARCH, DAY)
            booking = plain_booking(uuid4(), day)
            self._act("post", month, partial(journal.book, booking=booking), booking.intent_id)
            late += self.over.is_set()
            if late == LATE:
                return

    def _close_and_open(self) -> None:
        for _ in range(3):
            time.sleep(0.05)
            self._act("soft_lock", MARCH, partial(lock_store.soft_lock, name=MARCH, at=NOW))
            self._act("reopen", MARCH, partial(lock_store.reopen, name=MARCH))

    def _approve(self, request_id: UUID) -> None:
        def approve(session: Session) -> None:
            self.sealed.append(lock_store.approve_lock(session, MARCH, request_id, NOW))

        self._act("lock", MARCH, approve)

    def _act(
        self,
        kind: str,
        period: PeriodName,
        change: Callable[[Session], object],
        intent_id: UUID | None = None,
    ) -> None:
        def act() -> bool:
            try:
                with write_session(self.database.engine, self.tenant.id, self._boss) as session:
                    change(session)
            except (PeriodLocked, RequestNotPending):
                return False
            return True

        self.recorder.record(kind, str(period), act, intent_id)

    @property
    def _boss(self) -> Actor:
        return self.tenant.people["approver"].actor


def requested(database: Database, tenant: Tenant) -> UUID:
    """Ask for the lock of March."""
    request_id = uuid4()
    with write_session(database.engine, tenant.id, tenant.people["bookkeeper"].actor) as session:
        lock_store.request_lock(session, MARCH, request_id, NOW)
    return request_id


def test_a_history_of_posters_and_lockers_can_be_explained(
    database: Database, tenant: Tenant
) -> None:
    """No posting is accepted after the lock, none refused before, and all numbers are in order."""
    race = Race(database, tenant)
    race.run()
    calls, (sealed,) = race.calls(), race.sealed

    assert is_linearizable(calls)
    in_march = [c for c in calls if c.kind == "post" and c.period == str(MARCH)]
    done = {c.intent_id for c in in_march if c.answer == DONE}
    numbers = sorted(c.number for c in calls if c.kind == "post" and c.answer == DONE)
    with read_session(database.engine, tenant.id) as session:
        assert {leaf.leaf.intent_id for leaf in leaves(session, str(MARCH))} == done
    proven = verify(exported(database, tenant, MARCH), sealed.closing_hash)
    assert proven.entry_count == len(done) > WRITERS
    assert len(in_march) - len(done) > WRITERS
    assert numbers == list(range(1, len(numbers) + 1))
    assert check_books(database.engine, tenant.id) == len(numbers)
    _check_that_the_checker_sees(calls)


def _check_that_the_checker_sees(calls: list[Call]) -> None:
    """The same history with one wrong answer has no explanation."""
    (lock,) = [c for c in calls if c.kind == "lock" and c.answer == DONE]
    posts = [c for c in calls if c.kind == "post" and c.period == str(MARCH)]
    refused = max((c for c in posts if c.answer != DONE), key=lambda c: c.began)
    last = max((c for c in posts if c.answer == DONE), key=lambda c: c.number)
    rest = [c for c in calls if c is not last]

    assert not is_linearizable([*rest, last._replace(began=lock.ended + 1, ended=lock.ended + 2)])
    assert not is_linearizable([*rest, last._replace(answer=REFUSED, number=0)])
    assert not is_linearizable([*calls, refused._replace(began=0, ended=1)])


def test_lockers_at_once_lock_once(database: Database, tenant: Tenant) -> None:
    """Eight approvals of one request: one seal, seven refusals."""
    request_id = uuid4()
    clerk, boss = (tenant.people[post].actor for post in ("bookkeeper", "approver"))
    with write_session(database.engine, tenant.id, clerk) as session:
        lock_store.request_lock(session, MARCH, request_id, datetime.now(UTC))

    def approve(_: int) -> bool:
        try:
            with write_session(database.engine, tenant.id, boss) as session:
                lock_store.approve_lock(session, MARCH, request_id, datetime.now(UTC))
        except DomainError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(approve, range(8))) == 1


def test_requests_at_once_leave_one_pending(database: Database, tenant: Tenant) -> None:
    """Eight requests: one waits, seven hear that one waits."""

    def ask(_: int) -> bool:
        try:
            with write_session(database.engine, tenant.id, tenant.actor) as session:
                lock_store.request_lock(session, MARCH, uuid4(), datetime.now(UTC))
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

    bodies = [each.body for each in sorted(sealed, key=lambda each: each.closing_seq)]
    hashes = {str(each.closing_seq): each.closing_hash for each in sealed}
    assert [body["closing_seq"] for body in bodies] == [str(n) for n in range(1, 13)]
    assert all(
        body["previous_closing_hash"] == hashes[str(number)]
        for number, body in enumerate(bodies[1:], 1)
    )


def test_a_lock_is_for_ever(database: Database, tenant: Tenant) -> None:
    """No reopening, no second lock, not even for the owner of the tables."""
    lock(database, tenant, MARCH)

    with (
        pytest.raises(PeriodIrreversible),
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        lock_store.reopen(session, MARCH)
    with pytest.raises(PeriodAlreadyLocked):
        lock(database, tenant, MARCH)
    for command in ("UPDATE period SET status = 'open'", "DELETE FROM period"):
        with pytest.raises(DBAPIError):
            as_owner(database, tenant, command)


def test_an_adjustment_period_locks_on_its_own(database: Database, tenant: Tenant) -> None:
    """It exists once December has a row; December may be locked while it is open."""
    december, adjustments = PeriodName("2026-12"), PeriodName("2026-P13")
    with pytest.raises(PeriodNotFound):
        lock(database, tenant, adjustments)

    lock(database, tenant, december)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        lock_store.soft_lock(session, adjustments, datetime.now(UTC))
        lock_store.reopen(session, adjustments)

    with read_session(database.engine, tenant.id) as session:
        assert [(p.period, p.status.value) for p in listed(session)] == [
            ("2026-P13", "open"),
            ("2026-12", "locked"),
        ]
