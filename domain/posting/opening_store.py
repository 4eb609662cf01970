"""Opens the books: at most one unreversed set of opening balances, or all would stand twice."""

from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import tenant_of
from domain.errors import InvalidInput, NotFound
from domain.ledger.journal_views import opening_behind
from domain.ledger.opening import Opening, OpeningBalancesExist, intent_of
from domain.posting import store as journal
from domain.posting.outcome import Posted

# Whoever opens the books, or restores an earlier opening of them, waits for the other.
_CLAIM = text("SELECT pg_advisory_xact_lock(hashtextextended('opening/' || :tenant, 0))")
_IN_FORCE = text(
    "SELECT intent_id FROM intent WHERE tenant_id = :tenant AND kind = 'opening'"
    " AND intent_id <> :but_for AND NOT is_cancelled(:tenant, intent_id)"
    " ORDER BY booking_date DESC, intent_id LIMIT 1"
)


def open_books(session: Session, opening: Opening) -> Posted:
    """Book the opening balances of a day, or refuse a second set (OPENING_BALANCES_EXIST).

    Books that run on carry their balances themselves, whatever day the second set is of.
    """
    _check_alone(session, opening.intent_id)
    return journal.post(session, lambda books: intent_of(opening, books))


def check_reversal(session: Session, intent_id: UUID) -> None:
    """Refuse to bring an opening back by reversing its reversal while another holds."""
    opening = opening_behind(session, intent_id)
    if opening is not None:
        _check_alone(session, opening.intent_id)


def check_replaced(session: Session, intent_id: UUID) -> None:
    """Refuse to replace what is no opening of the books. Raises INVALID_INPUT."""
    try:
        opening = opening_behind(session, intent_id)
    except NotFound:
        opening = None
    if opening is None or opening.intent_id != intent_id:
        raise InvalidInput("/replaces", "is no opening of the books")


def _check_alone(session: Session, intent_id: UUID) -> None:
    tenant_id = tenant_of(session)
    session.execute(_CLAIM, {"tenant": str(tenant_id)})
    existing = session.execute(_IN_FORCE, {"tenant": tenant_id, "but_for": intent_id}).scalar()
    if existing is not None:
        raise OpeningBalancesExist(existing)
