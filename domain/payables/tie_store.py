"""Holds an intent against the invoice that is to be tied to it."""

from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, and_, func, text
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.database.session import tenant_of
from domain.ledger.intent import Side
from domain.ledger.rows import AccountRow, IntentRow, OpenItemRow
from domain.payables.invoice import IntentNotFound
from domain.payables.rows import InvoiceRow
from domain.payables.sub_ledger import SubLedger
from domain.payables.tie import Booked, BookedItem, Claim, check_tie

# Whoever ties something to an intent, or reverses it, waits for the other.
_CLAIM_INTENT = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('tie' || CAST(:intent AS text), 0))"
)


def check_intent(session: Session, intent_id: UUID, claim: Claim) -> None:
    """Refuse an intent that does not owe this. Raises INTENT_NOT_FOUND or INTENT_MISMATCH.

    The database ties the invoice to the item by itself (tie_invoice.sql).
    """
    taken = select(InvoiceRow.id).where(
        InvoiceRow.tenant_id == tenant_of(session),
        InvoiceRow.intent_id == intent_id,
        col(InvoiceRow.open_item_id).is_not(None),
    )
    check_booked(session, intent_id, claim, taken)


def check_booked(
    session: Session, intent_id: UUID, claim: Claim, taken: SelectOfScalar[UUID]
) -> None:
    """Hold an intent against a claim; `taken` finds the invoice that has the intent already."""
    session.execute(_CLAIM_INTENT, {"intent": intent_id})
    query: Any = select(
        func.is_cancelled(col(IntentRow.tenant_id), intent_id, type_=Boolean),
        taken.scalar_subquery(),
        OpenItemRow,
    )
    rows = session.execute(
        query.select_from(IntentRow)
        .outerjoin(OpenItemRow, _of_intent(claim.ledger))
        .where(IntentRow.tenant_id == tenant_of(session), IntentRow.intent_id == intent_id)
        .order_by(col(OpenItemRow.open_item_id))
    ).all()
    if not rows:
        raise IntentNotFound(intent_id)
    is_reversed, invoice_id, _ = rows[0]
    items = tuple(_item(row) for _, _, row in rows if row is not None)
    check_tie(claim, Booked(intent_id, items, is_reversed, invoice_id))


def _of_intent(ledger: SubLedger) -> ColumnElement[bool]:
    """Items of an intent on accounts of a ledger."""
    of_ledger = select(AccountRow.number).where(
        col(AccountRow.tenant_id) == IntentRow.tenant_id,
        AccountRow.type == ledger.account_type.value,
    )
    return and_(
        col(OpenItemRow.tenant_id) == IntentRow.tenant_id,
        col(OpenItemRow.intent_id) == IntentRow.intent_id,
        col(OpenItemRow.account).in_(of_ledger),
    )


def _item(row: OpenItemRow) -> BookedItem:
    return BookedItem(
        open_item_id=row.open_item_id,
        side=Side(row.side),
        amount=row.document_amount,
        currency=row.currency,
        partner_id=row.partner_id,
    )
