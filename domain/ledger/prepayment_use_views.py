"""Reads what of prepayments is used up, and refuses reversals that would use it twice."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Boolean, func, text
from sqlmodel import Session, col, select

from domain.database.session import tenant_of
from domain.ledger.reversal import HasSettlements
from domain.ledger.rows import PrepaymentUseRow
from domain.money import ZERO

# Whoever uses a prepayment, ties something to its intent, or reverses it, waits for the other.
_CLAIM = text("SELECT pg_advisory_xact_lock(hashtextextended('tie' || CAST(:intent AS text), 0))")


def claim(session: Session, intent_ids: Sequence[UUID]) -> None:
    """Let nobody else use or reverse these prepayments until the end of the transaction."""
    for intent_id in sorted(intent_ids):
        session.execute(_CLAIM, {"intent": intent_id})


def uses(session: Session, prepayment_ids: Sequence[UUID]) -> Sequence[PrepaymentUseRow]:
    """What intents that hold have used of these prepayments."""
    reversed_ = func.is_cancelled(
        tenant_of(session), col(PrepaymentUseRow.intent_id), type_=Boolean
    )
    return session.exec(
        select(PrepaymentUseRow).where(
            PrepaymentUseRow.tenant_id == tenant_of(session),
            col(PrepaymentUseRow.prepayment_id).in_(prepayment_ids),
            ~reversed_,
        )
    ).all()


def check_reversible(session: Session, first_id: UUID) -> None:
    """Refuse to reverse a prepayment that is used, or to let one be used twice again.

    `first_id` is the intent at the beginning of what is to be reversed. Waits for whoever is about
    to use it. Raises HasSettlements.
    """
    claim(session, [first_id])
    if uses(session, [first_id]):
        raise HasSettlements(first_id)
    own = _own(session, first_id)
    claim(session, [row.prepayment_id for row in own])
    for row in own:
        if _left(session, row) < row.amount:
            raise HasSettlements(row.prepayment_id)


def _own(session: Session, intent_id: UUID) -> Sequence[PrepaymentUseRow]:
    """What an intent uses, whether it holds or not."""
    return session.exec(
        select(PrepaymentUseRow).where(
            PrepaymentUseRow.tenant_id == tenant_of(session),
            PrepaymentUseRow.intent_id == intent_id,
        )
    ).all()


def _left(session: Session, row: PrepaymentUseRow) -> Decimal:
    """What others leave of the share that a row uses; nothing of a prepayment that is reversed."""
    call = func.is_cancelled(tenant_of(session), row.prepayment_id, type_=Boolean)
    if session.exec(select(call)).one():
        return ZERO
    share = row.account, row.tax_code
    used = [each for each in uses(session, [row.prepayment_id]) if share == _share(each)]
    return row.whole_amount - sum(
        (each.amount for each in used if each.intent_id != row.intent_id), ZERO
    )


def _share(row: PrepaymentUseRow) -> tuple[str, str | None]:
    return row.account, row.tax_code
