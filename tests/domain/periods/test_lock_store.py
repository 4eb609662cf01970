"""The life of periods in the database: what they take, who decides, and when (LOCKED)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from domain.database.session import read_session, write_session
from domain.errors import SelfApprovalDenied
from domain.periods import lock_store
from domain.periods.closing import Tally
from domain.periods.lock import (
    VALID_FOR,
    ApproverNotAPerson,
    Locked,
    LockRequestNotFound,
    LockRequestPending,
    RequestExpired,
    RequestNotPending,
    RequestStatus,
)
from domain.periods.period import PeriodAlreadyOpen, PeriodName, PeriodNotFound
from domain.periods.period_views import pending_request
from domain.periods.period_views import periods as listed
from domain.periods.sealing_store import tallied
from domain.periods.verifier import verify
from domain.posting.outcome import PeriodLocked
from tests.builders import Tenant, another_tenant
from tests.proofs import book, closing, exported, lock, post, seal
from tests.servers import Database
from tests.strategies import plain_booking

MARCH = PeriodName("2026-03")
DAY = date(2026, 3, 15)
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a tenant of its own, since a lock is for ever."""
    return another_tenant(database)


def ask(database: Database, tenant: Tenant, name: PeriodName = MARCH, at: datetime = NOW) -> UUID:
    """Ask for a lock as the bookkeeper."""
    request_id = uuid4()
    with write_session(database.engine, tenant.id, tenant.people["bookkeeper"].actor) as session:
        lock_store.request_lock(session, name, request_id, at)
    return request_id


def approve(
    database: Database,
    tenant: Tenant,
    request_id: UUID,
    at: datetime = NOW,
    *,
    who: str = "approver",
) -> Locked:
    """Approve the lock of March."""
    with write_session(database.engine, tenant.id, tenant.people[who].actor) as session:
        return lock_store.approve_lock(session, MARCH, request_id, at)


def waiting(database: Database, tenant: Tenant, at: datetime = NOW) -> UUID | None:
    """The request that is seen to wait for a second person."""
    with read_session(database.engine, tenant.id) as session:
        pending = pending_request(session, MARCH, at)
    return pending.request_id if pending else None


def state(database: Database, tenant: Tenant) -> dict[str, str]:
    """Status of each period that has been used."""
    with read_session(database.engine, tenant.id) as session:
        return {each.period: each.status.value for each in listed(session)}


def test_a_request_is_valid_for_48_hours(database: Database, tenant: Tenant) -> None:
    """To the microsecond, timer or not; then it is expired, and a new one takes its place."""
    request_id = ask(database, tenant)
    end = NOW + VALID_FOR
    just_before = end - timedelta(microseconds=1)

    assert waiting(database, tenant, just_before) == request_id
    assert waiting(database, tenant, end) is None
    with pytest.raises(LockRequestPending):
        ask(database, tenant, at=just_before)
    with pytest.raises(RequestExpired):
        approve(database, tenant, request_id, end)
    again = ask(database, tenant, at=end)
    with pytest.raises(RequestExpired):
        approve(database, tenant, request_id, just_before)
    assert approve(database, tenant, again, end).request.status is RequestStatus.APPROVED


def test_the_timer_expires_once_and_not_too_early(database: Database, tenant: Tenant) -> None:
    """Before its time nothing happens, and what is decided stays decided."""
    request_id = ask(database, tenant)
    found = []
    for at in (NOW, NOW + VALID_FOR, NOW + 2 * VALID_FOR):
        with write_session(database.engine, tenant.id, tenant.actor) as session:
            found.append(lock_store.expire_lock(session, request_id, at).status.value)

    assert found == ["pending", "expired", "expired"]


def test_bookings_are_taken_until_the_approval(database: Database, tenant: Tenant) -> None:
    """The seal covers what is in the books at that moment, not at the request."""
    post(database, tenant, DAY)
    request_id = ask(database, tenant)
    post(database, tenant, DAY)
    approve(database, tenant, request_id)

    assert closing(database, tenant, MARCH).body["entry_count"] == "2"
    with pytest.raises(PeriodLocked):
        post(database, tenant, DAY)


@pytest.mark.parametrize("is_soft", [False, True])
def test_open_and_soft_locked_periods_may_be_locked(
    database: Database, tenant: Tenant, *, is_soft: bool
) -> None:
    """A soft lock is no condition, and none in the way."""
    if is_soft:
        with write_session(database.engine, tenant.id, tenant.people["approver"].actor) as session:
            lock_store.soft_lock(session, MARCH, NOW)

    approve(database, tenant, ask(database, tenant))

    assert state(database, tenant) == {"2026-03": "locked"}


def test_a_soft_lock_may_be_undone_while_a_lock_is_asked_for(
    database: Database, tenant: Tenant
) -> None:
    """The request goes on waiting and is approved from whatever state there is then."""
    with write_session(database.engine, tenant.id, tenant.people["approver"].actor) as session:
        lock_store.soft_lock(session, MARCH, NOW)
    request_id = ask(database, tenant)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        lock_store.reopen(session, MARCH)
    post(database, tenant, DAY)

    approve(database, tenant, request_id)

    assert closing(database, tenant, MARCH).body["entry_count"] == "1"


def test_two_people_and_no_machine(database: Database, tenant: Tenant) -> None:
    """Neither the requester nor a service account is the second person."""
    request_id = ask(database, tenant)

    with pytest.raises(SelfApprovalDenied):
        approve(database, tenant, request_id, who="bookkeeper")
    with (
        pytest.raises(ApproverNotAPerson),
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        lock_store.approve_lock(session, MARCH, request_id, NOW)
    assert waiting(database, tenant) == request_id


def test_a_decided_request_stays_decided(database: Database, tenant: Tenant) -> None:
    """Approved it is neither approved nor cancelled again, cancelled neither."""
    cancelled = ask(database, tenant)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        lock_store.cancel_lock(session, MARCH, cancelled, NOW)
    approved = ask(database, tenant)
    approve(database, tenant, approved)

    for request_id in (cancelled, approved):
        with pytest.raises(RequestNotPending):
            approve(database, tenant, request_id)
        with (
            pytest.raises(LockRequestNotFound),
            write_session(database.engine, tenant.id, tenant.actor) as session,
        ):
            lock_store.cancel_lock(session, MARCH, request_id, NOW)


def test_a_lock_that_is_killed_halfway_leaves_nothing(database: Database, tenant: Tenant) -> None:
    """No closing, no lock, no decision; and then it can be done."""
    post(database, tenant, DAY)
    request_id = ask(database, tenant)
    with pytest.raises(ZeroDivisionError):
        _approve_and_die(database, tenant, request_id)

    assert state(database, tenant) == {"2026-03": "open"}
    assert waiting(database, tenant) == request_id
    post(database, tenant, DAY)
    approve(database, tenant, request_id)
    assert closing(database, tenant, MARCH).closing_seq == 1


def _approve_and_die(database: Database, tenant: Tenant, request_id: UUID) -> None:
    with write_session(database.engine, tenant.id, tenant.people["approver"].actor) as session:
        lock_store.approve_lock(session, MARCH, request_id, NOW)
        raise ZeroDivisionError


def test_a_month_without_a_row_is_open(database: Database, tenant: Tenant) -> None:
    """It cannot be reopened, and asking leaves no row behind."""
    with (
        pytest.raises(PeriodAlreadyOpen),
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        lock_store.reopen(session, MARCH)

    assert state(database, tenant) == {}


def test_closings_are_chained_in_the_order_of_locking(database: Database, tenant: Tenant) -> None:
    """March may be locked before February; the chain tells what came first."""
    first = lock(database, tenant, MARCH)
    second = seal(database, tenant, PeriodName("2026-02"))

    assert second.body["previous_closing_hash"] == first
    assert second.body["closing_seq"] == "2"


def test_a_fiscal_year_that_begins_in_july(database: Database) -> None:
    """Its adjustment periods share June, lock on their own, and count in the year that ends."""
    tenant = another_tenant(database, fiscal_year_start=7)
    june, july, p13, p14 = (PeriodName(f"2026-{name}") for name in ("06", "07", "P13", "P14"))
    for name in (p13, p14):
        with pytest.raises(PeriodNotFound):
            ask(database, tenant, name)
    last_day = date(2026, 6, 30)
    post(database, tenant, last_day)
    post(database, tenant, date(2026, 7, 1))
    closing_hash = lock(database, tenant, june)
    adjusted = replace(plain_booking(uuid4(), last_day), adjustment_period=13)
    book(database, tenant, adjusted)
    seals = {str(name): seal(database, tenant, name).body for name in (p13, p14, july)}

    assert verify(exported(database, tenant, june), closing_hash).entry_count == 1
    assert verify(exported(database, tenant, p13)).entry_count == 1
    assert {name: body["fiscal_year"] for name, body in seals.items()} == {
        "2026-P13": "2026",
        "2026-P14": "2026",
        "2026-07": "2027",
    }
    assert list(state(database, tenant)) == ["2026-07", "2026-P14", "2026-P13", "2026-06"]
    with pytest.raises(PeriodLocked):
        book(database, tenant, replace(adjusted, intent_id=uuid4()))


def test_a_sum_goes_on_where_it_ended(database: Database, tenant: Tenant) -> None:
    """What was summed up before the lock and what came after give the sum of all."""
    with read_session(database.engine, tenant.id) as session:
        tally = tallied(session, MARCH)
    for count in (1, 3, 4):
        for _ in range(count):
            post(database, tenant, DAY)
            post(database, tenant, date(2026, 4, 1))
        with read_session(database.engine, tenant.id) as session:
            tally, whole = tallied(session, MARCH, tally), tallied(session, MARCH, Tally())
        assert tally.facts == whole.facts


def test_what_is_summed_up_before_the_lock_keeps_nobody_waiting(
    database: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A booking that comes while the entries are summed up is taken, and sealed."""
    post(database, tenant, DAY)
    request_id = ask(database, tenant)
    sums = []

    def summed(*arguments: object) -> Tally:
        tally = tallied(*arguments)  # type: ignore[arg-type]
        sums.append(tally.tree.count)
        if len(sums) == 1:
            post(database, tenant, DAY)
        return tally

    monkeypatch.setattr(lock_store, "tallied", summed)
    approve(database, tenant, request_id)

    assert sums == [1, 2]
    assert closing(database, tenant, MARCH).body["entry_count"] == "2"


def test_what_comes_in_a_long_sum_is_summed_up_before_the_lock_too(
    database: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Round by round, until little is left; a stream that never ends is not waited for."""
    comes = [3, 2, 1, 0]
    post(database, tenant, DAY)
    post(database, tenant, DAY)
    request_id = ask(database, tenant)
    sums = []

    def summed(*arguments: object) -> Tally:
        tally = tallied(*arguments)  # type: ignore[arg-type]
        sums.append(tally.tree.count)
        for _ in range(comes.pop(0) if comes else 0):
            post(database, tenant, DAY)
        return tally

    monkeypatch.setattr(lock_store, "tallied", summed)
    monkeypatch.setattr(lock_store, "_LITTLE", 1)
    approve(database, tenant, request_id)

    assert sums == [2, 5, 7, 8, 8]
    assert closing(database, tenant, MARCH).body["entry_count"] == "8"


def test_every_change_of_a_period_is_in_the_audit_log(database: Database, tenant: Tenant) -> None:
    """Who did what, from which state to which, with the seal."""
    with write_session(database.engine, tenant.id, tenant.people["approver"].actor) as session:
        lock_store.soft_lock(session, MARCH, NOW)
        lock_store.reopen(session, MARCH)
    sealed = approve(database, tenant, ask(database, tenant))
    query = text("SELECT action, before, after FROM audit_event WHERE subject_id = '2026-03'")
    with read_session(database.engine, tenant.id) as session:
        events = {row.action: (row.before, row.after) for row in session.execute(query)}

    assert events == {
        "period.soft_locked": ({"status": "open"}, {"status": "soft_locked"}),
        "period.reopened": ({"status": "soft_locked"}, {"status": "open"}),
        "period.locked": (
            {"status": "open"},
            {"status": "locked", "closing_hash": sealed.closing_hash},
        ),
    }
