"""Holds an intent against the invoice that is to be tied to it."""

from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Boolean, ColumnElement, Uuid, and_, bindparam, func, text
from sqlmodel import Session, col, select

from domain.database.plain import TENANT, rows_of
from domain.database.table import Table
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
    claim_intent(session, intent_id)
    check_claimed(session, intent_id, claim)


def claim_intent(session: Session, intent_id: UUID) -> None:
    """Have whoever ties something to the intent, or reverses it, wait."""
    session.execute(_CLAIM_INTENT, {"intent": intent_id})


def check_claimed(
    session: Session, intent_id: UUID, claim: Claim, kind: type[Table] = InvoiceRow
) -> None:
    """Hold an intent that has been claimed against a claim, for an invoice of this kind."""
    rows = rows_of(session, _booked_query(claim.ledger, kind), intent=intent_id)
    if not rows:
        raise IntentNotFound(intent_id)
    is_reversed, invoice_id, *_ = rows[0]
    items = tuple(_item(row) for row in rows if row.open_item_id is not None)
    check_tie(claim, Booked(intent_id, items, is_reversed, invoice_id))


@cache
def _booked_query(ledger: SubLedger, kind: Any) -> Any:
    """What the intent opened on the ledger, whether it is reversed, and who has it already."""
    intent = bindparam("intent", type_=Uuid())
    taken = sqlalchemy.select(col(kind.id)).where(
        col(kind.tenant_id) == TENANT,
        col(kind.intent_id) == intent,
        col(kind.open_item_id).is_not(None),
    )
    names = ("open_item_id", "side", "document_amount", "currency", "partner_id")
    columns: Any = (getattr(OpenItemRow, name) for name in names)
    is_reversed = func.is_cancelled(col(IntentRow.tenant_id), intent, type_=Boolean)
    return (
        sqlalchemy.select(is_reversed, taken.scalar_subquery(), *columns)
        .select_from(IntentRow)
        .outerjoin(OpenItemRow, _of_intent(ledger))
        .where(col(IntentRow.tenant_id) == TENANT, col(IntentRow.intent_id) == intent)
        .order_by(col(OpenItemRow.open_item_id))
    )


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


def _item(row: Any) -> BookedItem:
    return BookedItem(
        open_item_id=row.open_item_id,
        side=Side(row.side),
        amount=row.document_amount,
        currency=row.currency,
        partner_id=row.partner_id,
    )
