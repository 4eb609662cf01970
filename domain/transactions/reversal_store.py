"""Reverses an intent with all that stands beside it: bank movements, and the transaction it is."""

from datetime import date
from uuid import UUID

from sqlmodel import Session

from domain.banking import reconciliation_store
from domain.ledger.journal_views import first_of, in_force
from domain.ledger.reversal import AlreadyReversed
from domain.payments import store as payment_runs
from domain.posting.outcome import Posted
from domain.transactions import record_store


def reverse(
    session: Session,
    intent_id: UUID,
    *,
    today: date,
    in_original_period: bool = False,
    reason: str | None = None,
) -> Posted:
    """Reverse an intent, reopen what the bank had tied to it, and mirror its transaction.

    Raises NotFound, AlreadyReversed, HasSettlements, InvoiceBeingPaid or PeriodLocked.
    """
    _check_payment(session, intent_id)
    posted = reconciliation_store.reverse(
        session, intent_id, today=today, in_original_period=in_original_period, reason=reason
    )
    record_store.keep_reversal(session, intent_id, posted.intent_id, reason)
    return posted


def _check_payment(session: Session, intent_id: UUID) -> None:
    """Refuse what takes a fact away that a bank is paying; what restores one may be done."""
    first = first_of(session, intent_id)
    try:
        counts = in_force(session, first)
    except AlreadyReversed:
        return
    if counts == intent_id:
        payment_runs.check_not_ordered(session, first)
