"""The state of the books at an instant, and when no posting can change a report any more."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from domain.database.session import read_session, write_session
from domain.errors import InvalidInput
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Side
from domain.periods.period import PeriodName
from domain.posting.store import book
from domain.reports import ageing_views, snapshot_views
from domain.reports.snapshot import Asked, Snapshot
from domain.reports.snapshot_views import snapshot_of
from tests.builders import Tenant, another_tenant
from tests.proofs import lock
from tests.servers import Database
from tests.strategies import plain_booking
from tests.waiting import until_somebody_waits

JANUARY, FEBRUARY = date(2026, 1, 15), date(2026, 2, 15)

# As a lock of the period does.
_HOLD_JANUARY = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('period/' || :tenant || '/2026-01', 0))"
)


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


def post(database: Database, tenant: Tenant, day: date) -> None:
    """Book something on a day."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        book(session, plain_booking(uuid4(), day))


def taken(database: Database, tenant: Tenant, as_of: str | None = None) -> Snapshot:
    """The first two months of 2026."""
    asked = Asked(datetime.now(UTC), date(2026, 1, 1), date(2026, 2, 28), as_of)
    with read_session(database.engine, tenant.id) as session:
        return snapshot_of(session, asked)


def test_whoever_is_overtaken_was_not_in_the_books_yet(database: Database, tenant: Tenant) -> None:
    """Posted first, numbered second: an instant between both is before the first number."""
    post(database, tenant, JANUARY)
    waits = Thread(target=post, args=(database, tenant, JANUARY))
    with database.owner_engine.connect() as blocker:
        blocker.execute(_HOLD_JANUARY, {"tenant": str(tenant.id)})
        waits.start()
        until_somebody_waits(database)
        between = datetime.now(UTC).isoformat()
        post(database, tenant, FEBRUARY)
    waits.join()

    assert taken(database, tenant, between).last_entry == 1
    assert taken(database, tenant).last_entry == 3
    assert taken(database, tenant, datetime.now(UTC).isoformat()).last_entry == 3


def test_a_number_gives_the_same_books_again(database: Database, tenant: Tenant) -> None:
    """A posting under way may still get into an instant that was reported, never before a number.

    It bears the time at which it began, and is numbered when it gets its turn.
    """
    post(database, tenant, FEBRUARY)
    waits = Thread(target=post, args=(database, tenant, JANUARY))
    with database.owner_engine.connect() as blocker:
        blocker.execute(_HOLD_JANUARY, {"tenant": str(tenant.id)})
        waits.start()
        until_somebody_waits(database)
        first = taken(database, tenant)
    waits.join()
    again = taken(database, tenant, str(first.last_entry))

    assert first.last_entry == again.last_entry == again.cut == 1
    assert taken(database, tenant, first.created_at.isoformat()).last_entry == 2
    assert taken(database, tenant, "0").last_entry == 0
    with pytest.raises(InvalidInput, match="as_of"):
        taken(database, tenant, "3")


def test_a_number_within_an_intent_means_all_of_it(database: Database, tenant: Tenant) -> None:
    """Half a booking was never in the books; open items would not agree with the ledger."""
    lines = (
        Line("6815", Side.DEBIT, Decimal(120), "VST20"),
        Line("3300", Side.CREDIT, Decimal(120)),
    )
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        told: dict[str, Any] = {"booking_date": JANUARY, "description": "Papier", "source": "test"}
        book(session, Booking(intent_id=uuid4(), lines=lines, **told))
    post(database, tenant, FEBRUARY)
    with read_session(database.engine, tenant.id) as session:
        wanted = Asked(datetime.now(UTC), date(2026, 1, 1), date(2026, 2, 28), "1")
        snapshot, found = snapshot_views.taken(session, wanted, ageing_views.payable)

    assert (snapshot.last_entry, snapshot.cut) == (2, 2)
    assert found.ageing.total == Decimal(120)
    assert found.is_reconciled


def test_an_instant_before_everything_has_no_entry(database: Database, tenant: Tenant) -> None:
    """And one to come has all."""
    post(database, tenant, JANUARY)
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    assert taken(database, tenant, "2020-01-01").last_entry == 0
    assert taken(database, tenant, tomorrow.isoformat()).cut is None


def test_a_report_is_locked_when_all_that_it_reads_is(database: Database, tenant: Tenant) -> None:
    """The seal is that of the period locked last; a later month does not matter."""
    for day in (JANUARY, FEBRUARY, date(2026, 3, 15)):
        post(database, tenant, day)
    assert taken(database, tenant).state == "preliminary"
    lock(database, tenant, PeriodName("2026-02"))
    assert taken(database, tenant).state == "preliminary"
    seal = lock(database, tenant, PeriodName("2026-01"))

    found = taken(database, tenant)
    assert (found.state, found.closing_hash) == ("locked", seal)


def test_a_year_is_locked_with_its_adjustment_periods(database: Database) -> None:
    """December alone is not enough: P13 and P14 may still change it."""
    tenant = another_tenant(database, fiscal_year_start=3)
    post(database, tenant, JANUARY)
    post(database, tenant, FEBRUARY)
    for name in ("2026-01", "2026-02", "2026-P13"):
        lock(database, tenant, PeriodName(name))
        assert taken(database, tenant).state == "preliminary"
    seal = lock(database, tenant, PeriodName("2026-P14"))

    assert taken(database, tenant).closing_hash == seal


@pytest.mark.parametrize(
    ("now", "as_of", "days"),
    [
        ("2026-03-10T12:00:00Z", None, "2026-01-01/2026-03-10"),
        ("2026-12-31T23:30:00Z", None, "2027-01-01/2027-01-01"),
        ("2026-03-10T12:00:00Z", "2025-05-31", "2025-01-01/2025-05-31"),
        ("2026-03-10T12:00:00Z", "2026-02-01T00:30:00+02:00", "2026-01-01/2026-01-31"),
        ("2026-03-10T12:00:00Z", "2027-05-31", "2026-01-01/2026-03-10"),
    ],
)
def test_the_range_ends_on_the_day_it_is(
    database: Database, tenant: Tenant, now: str, as_of: str | None, days: str
) -> None:
    """Where the tenant is; with an instant in the past, the day it was then."""
    with read_session(database.engine, tenant.id) as session:
        found = snapshot_of(session, Asked(datetime.fromisoformat(now), as_of=as_of)).days
    assert f"{found.first}/{found.last}" == days
