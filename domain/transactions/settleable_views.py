"""Reads what a payment may settle: the open items of what a reference names."""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from domain.banking import target_views
from domain.banking.reconciliation import OpenItem
from domain.database.session import tenant_of
from domain.ledger.account import AccountType
from domain.ledger.intent import Side
from domain.ledger.remaining_views import settled_amount
from domain.ledger.rows import AccountRow, IntentRow, OpenItemRow
from domain.payables.rows import InvoiceRow
from domain.receivables.rows import OutgoingInvoiceRow

_MOST = 50


def intents_with_id(session: Session, id_: UUID) -> list[UUID]:
    """Standing intents that an id names: the intent itself, or that of an invoice or document."""
    found = {id_}
    for kind in (InvoiceRow, OutgoingInvoiceRow):
        of_invoice = select(kind.intent_id).where(
            kind.tenant_id == tenant_of(session),
            or_(col(kind.id) == id_, col(kind.document_id) == id_),
            col(kind.intent_id).is_not(None),
        )
        found.update(filter(None, session.exec(of_invoice)))
    return [each for each in sorted(found) if not target_views.is_reversed(session, each)]


def intents_with_number(session: Session, numbers: set[str], kind: AccountType) -> list[UUID]:
    """Standing intents with an external reference and items on open-item accounts of a type."""
    query = (
        select(IntentRow.intent_id)
        .distinct()
        .join(OpenItemRow, _of_intent())
        .join(AccountRow, _of_account())
        .where(
            IntentRow.tenant_id == tenant_of(session),
            col(IntentRow.external_reference).in_(numbers),
            OpenItemRow.side == _side_of(kind).value,
            AccountRow.type == kind.value,
        )
        .order_by(col(IntentRow.intent_id))
        .limit(_MOST)
    )
    return [each for each in session.exec(query) if not target_views.is_reversed(session, each)]


def items(session: Session, intent_ids: list[UUID], side: Side) -> list[OpenItem]:
    """Items of some intents on a side, with what remains of each."""
    query: Any = (
        select(OpenItemRow, settled_amount())
        .where(
            OpenItemRow.tenant_id == tenant_of(session),
            col(OpenItemRow.intent_id).in_(intent_ids),
            OpenItemRow.side == side.value,
        )
        .order_by(col(OpenItemRow.open_item_id))
    )
    return [
        OpenItem(
            row.open_item_id,
            row.account,
            side,
            row.amount - paid,
            row.currency,
            row.document_number,
            row.partner_id,
        )
        for row, paid in session.exec(query)
    ]


def _side_of(kind: AccountType) -> Side:
    return Side.DEBIT if kind is AccountType.ASSET else Side.CREDIT


def _of_intent() -> Any:
    return and_(
        col(OpenItemRow.tenant_id) == IntentRow.tenant_id,
        col(OpenItemRow.intent_id) == IntentRow.intent_id,
    )


def _of_account() -> Any:
    return and_(
        col(AccountRow.tenant_id) == OpenItemRow.tenant_id,
        col(AccountRow.number) == OpenItemRow.account,
    )
