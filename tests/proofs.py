"""Posting into periods, locking them by two people, and what a proof of them says."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from domain.database.session import read_session, write_session
from domain.ledger.booking import Booking
from domain.periods import lock_store
from domain.periods.period import PeriodName
from domain.periods.proof_views import closing_of, inclusion, proof
from domain.periods.rows import ClosingRow
from domain.posting import store as journal
from tests.builders import Tenant
from tests.servers import Database
from tests.strategies import plain_booking

JANUARY, FEBRUARY = PeriodName("2026-01"), PeriodName("2026-02")


def book(database: Database, tenant: Tenant, booking: Booking) -> UUID:
    """Post a booking and tell its intent."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        return journal.book(session, booking).intent_id


def post(database: Database, tenant: Tenant, day: date, amount: str = "100.00") -> UUID:
    """Post office supplies and tell the intent."""
    return book(database, tenant, plain_booking(uuid4(), day, amount))


def seal(database: Database, tenant: Tenant, name: PeriodName) -> ClosingRow:
    """Lock a period by two people, and read how it was closed."""
    request_id = uuid4()
    clerk, boss = (tenant.people[each].actor for each in ("bookkeeper", "approver"))
    with write_session(database.engine, tenant.id, clerk) as session:
        lock_store.request_lock(session, name, request_id, datetime.now(UTC))
    with write_session(database.engine, tenant.id, boss) as session:
        lock_store.approve_lock(session, name, request_id, datetime.now(UTC))
    return closing(database, tenant, name)


def closing(database: Database, tenant: Tenant, name: PeriodName) -> ClosingRow:
    """What was stored when a period was locked."""
    with read_session(database.engine, tenant.id) as session:
        return closing_of(session, str(name))


def lock(database: Database, tenant: Tenant, name: PeriodName) -> str:
    """Lock a period by two people and return its closing hash."""
    return seal(database, tenant, name).closing_hash


def exported(database: Database, tenant: Tenant, name: PeriodName) -> list[str]:
    """Lines of the proof of a locked period."""
    with read_session(database.engine, tenant.id) as session:
        return list(proof(session, closing_of(session, str(name))))


def included(database: Database, tenant: Tenant, intent_id: UUID) -> list[str]:
    """Lines of the proof of an intent in its locked period."""
    with read_session(database.engine, tenant.id) as session:
        return inclusion(session, intent_id)
