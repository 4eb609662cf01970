"""Posts in the session of a caller: what it posts is stored with all else that it does, or not.

Many callers that have nothing else to store go by the queue (queue_store.py). Both ask for the
same things in the same order (attempts.py), and both call `post_intents` (post_intents.sql).
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Never
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from domain.database.session import actor_of, tenant_of
from domain.ids import derived_id
from domain.ledger.booking import Booking, Books, check_not_ahead, intent_of, period_of
from domain.ledger.books_store import books
from domain.ledger.intent import Intent
from domain.ledger.journal_views import posted_of
from domain.ledger.reversal import AlreadyReversed, reverse
from domain.posting.attempts import ReadBooks, Request, StoreCall, attempts
from domain.posting.call import PostingCall, PreparedCall
from domain.posting.outcome import Answer, PeriodLocked, Posted, refusal
from domain.posting.prepare import Chance, tenant_part, text_of

_POST = text("SELECT post_intents(CAST(:parts AS jsonb))")
_SALT_BYTES = 16


def book(session: Session, booking: Booking) -> Posted:
    """Expand a booking by the tenant's chart and store it; the same `intent_id` stores once."""
    return book_all(session, [booking])[0]


def book_all(session: Session, bookings: Sequence[Booking]) -> list[Posted]:
    """Store many bookings, all or nothing, and answer in their order."""
    return _post_all(session, lambda known: [intent_of(each, known) for each in bookings])


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

    stored = _post_all(session, mirrored)[0]
    if stored.replayed:
        raise AlreadyReversed(intent_id)
    return stored


def take_back(
    session: Session, intent_id: UUID, *, today: date, reason: str | None = None
) -> Posted:
    """Mirror an intent that was a mistake of ours: on its own day while that is open, else today.

    What follows in its place has that day again, and no month between shows the money twice.
    Raises what `reverse_intent` does.
    """
    try:
        with session.begin_nested():
            return reverse_intent(
                session, intent_id, today=today, in_original_period=True, reason=reason
            )
    except PeriodLocked:
        return reverse_intent(session, intent_id, today=today, reason=reason)


def post(session: Session, prepare: Callable[[Books], Intent]) -> Posted:
    """Store one intent that is prepared from the tenant's books, afresh if they change."""
    return _post_all(session, lambda known: [prepare(known)])[0]


def chance() -> Chance:
    """The instant of now, and salt that nobody can guess."""
    return Chance(datetime.now(UTC), lambda: secrets.token_hex(_SALT_BYTES))


def _post_all(session: Session, prepare: Callable[[Books], Sequence[Intent]]) -> list[Posted]:
    def checked(known: Books) -> Sequence[Intent]:
        intents = prepare(known)
        for each in intents:
            check_not_ahead(each.booking_date, datetime.now(UTC).date())
        return intents

    steps = attempts(PostingCall(tenant_of(session), actor_of(session), checked))
    try:
        request = next(steps)
        while True:
            request = steps.send(_carry_out(session, request))
    except StopIteration as done:
        answer: Answer = done.value
        return answer.posted


def _carry_out(session: Session, request: Request) -> Books | dict[str, Any] | None:
    match request:
        case ReadBooks(fresh):
            return books(session, tenant_of(session), fresh=fresh)
        case StoreCall(call):
            return _store(session, call)
        case _:
            return None  # a call in a session has no key of its own


def _store(session: Session, call: PreparedCall) -> dict[str, Any] | None:
    parts = text_of([tenant_part([call], {"gentle": True}, chance())]).decode()
    try:
        told: dict[str, Any] | None = session.execute(_POST, {"parts": parts}).scalar_one()
    except DBAPIError as error:
        _refuse(error, call)
    return told["0"] if told else None


def _refuse(error: DBAPIError, call: PreparedCall) -> Never:
    """Turn what concurrency decided into the refusal it means."""
    diag = getattr(error.orig, "diag", None)
    means = refusal(
        getattr(error.orig, "sqlstate", None),
        getattr(diag, "message_detail", None),
        getattr(diag, "constraint_name", None),
        call.intents,
    )
    if means is not None:
        raise means from None
    raise error
