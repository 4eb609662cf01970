"""Writes the journal: one server-side call stores intents, entries, open items and roll-ups."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Never
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from domain.errors import DomainError
from domain.ids import derived_id
from domain.ledger.booking import Booking, Books, intent_of, period_of
from domain.ledger.intent import Intent
from domain.ledger.reversal import AlreadyReversed, reverse
from domain.store.books import books
from domain.store.posting import (
    ChartKeepsChanging,
    DuplicateSuspected,
    PeriodLocked,
    Posted,
    SettlementExceedsOpenAmount,
    Work,
    answers,
    refusal,
)
from domain.store.works import text_of, together
from domain.tables.bound import actor_of, tenant_of
from domain.views.journal import posted_of

__all__ = [
    "DuplicateSuspected",
    "PeriodLocked",
    "Posted",
    "SettlementExceedsOpenAmount",
    "book",
    "book_all",
    "post",
    "reverse_intent",
]

_POST = text("SELECT post_works(CAST(:works AS jsonb))")
_ATTEMPTS = 5


def book(session: Session, booking: Booking) -> Posted:
    """Expand a booking by the tenant's chart and store it; the same `intent_id` stores once."""
    return book_all(session, [booking])[0]


def book_all(session: Session, bookings: Sequence[Booking]) -> list[Posted]:
    """Store many bookings, all or nothing, and answer in their order."""
    return _store(session, lambda known: [intent_of(each, known) for each in bookings])


def reverse_intent(
    session: Session,
    intent_id: UUID,
    *,
    today: date,
    in_original_period: bool = False,
    reason: str | None = None,
) -> Posted:
    """Mirror an intent in a new one, today or in the original period.

    Raises NotFound, AlreadyReversed, HasSettlements or PeriodLocked.
    """
    posted = posted_of(session, intent_id)
    reversal_id = derived_id("reversal", tenant_of(session), intent_id)
    day = posted.booking_date if in_original_period else today
    period = posted.period if in_original_period else period_of(today, 1)

    def mirrored(_: Books) -> list[Intent]:
        return [reverse(posted, reversal_id, day=day, period=period, reason=reason)]

    stored = _store(session, mirrored)[0]
    if stored.replayed:
        raise AlreadyReversed(intent_id)
    return stored


def post(session: Session, prepare: Callable[[Books], Intent]) -> Posted:
    """Store one intent that is prepared from the tenant's books, afresh if they change."""
    return _store(session, lambda known: [prepare(known)])[0]


def _store(session: Session, prepare: Callable[[Books], list[Intent]]) -> list[Posted]:
    tenant_id = tenant_of(session)
    for attempt in range(_ATTEMPTS):
        known = books(session, tenant_id, fresh=attempt > 0)
        try:
            intents = prepare(known)
        except DomainError:
            # An account or a code may have been added since this chart was read.
            if attempt == 0:
                continue
            raise
        work = Work(tenant_id, actor_of(session), known, intents)
        result = _call(session, work)
        if not (result and result.get("stale")):
            return answers([work], result)[0]
    raise ChartKeepsChanging


def _call(session: Session, work: Work) -> dict[str, Any] | None:
    works = text_of([together([work], {"gentle": True})]).decode()
    try:
        told: dict[str, Any] | None = session.execute(_POST, {"works": works}).scalar_one()
    except DBAPIError as error:
        _refuse(error, work)
    return told["0"] if told else None


def _refuse(error: DBAPIError, work: Work) -> Never:
    """Turn what concurrency decided into the refusal it means."""
    diag = getattr(error.orig, "diag", None)
    means = refusal(
        getattr(error.orig, "sqlstate", None),
        getattr(diag, "message_detail", None),
        getattr(diag, "constraint_name", None),
        work.intents,
    )
    if means is not None:
        raise means from None
    raise error
