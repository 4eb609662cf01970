"""Opens the books: at most one unreversed set of opening balances on a day."""

from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.ledger.opening import Opening, OpeningBalancesExist, intent_of
from domain.store import journal
from domain.tables.bound import tenant_of
from domain.views.journal import opening_behind

# Whoever opens the same day, or restores an earlier opening of it, waits for the other.
_CLAIM = text("SELECT pg_advisory_xact_lock(hashtextextended('opening/' || :tenant || :day, 0))")
_IN_FORCE = text(
    "SELECT intent_id FROM intent WHERE tenant_id = :tenant AND kind = 'opening'"
    " AND booking_date = :day AND NOT is_cancelled(:tenant, intent_id)"
)


def open_books(session: Session, opening: Opening) -> journal.Posted:
    """Book the opening balances of a day, or refuse a second set (OPENING_BALANCES_EXIST)."""
    _check_alone(session, opening.day, opening.intent_id)
    return journal.post(session, lambda books: intent_of(opening, books))


def check_reversal(session: Session, intent_id: UUID) -> None:
    """Refuse to bring an opening back by reversing its reversal while another holds."""
    opening = opening_behind(session, intent_id)
    if opening is not None:
        _check_alone(session, opening.booking_date, opening.intent_id)


def _check_alone(session: Session, day: date, intent_id: UUID) -> None:
    tenant_id = tenant_of(session)
    session.execute(_CLAIM, {"tenant": str(tenant_id), "day": day.isoformat()})
    existing = session.execute(_IN_FORCE, {"tenant": tenant_id, "day": day}).scalar()
    if existing not in {None, intent_id}:
        raise OpeningBalancesExist(existing)
