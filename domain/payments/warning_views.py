"""Reads what who makes or approves a run should see beside its amounts, while it can be stopped.

Money that left already, as the statement shows it, and money that the vendor owes us.
"""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, true
from sqlmodel import Session, col, select

from domain.banking.bank_transaction import BankStatus
from domain.banking.rows import BankTransactionRow
from domain.database.among import among
from domain.database.session import tenant_of
from domain.ledger.intent import Side
from domain.ledger.rows import OpenItemRow, SettlementRow
from domain.money import ZERO
from domain.payables.rows import InvoiceRow
from domain.payments.rows import PaymentRunItemRow
from domain.payments.run import SeenMovement

# A number like 12 stands in many a text.
_LEAST_NUMBER = 4
# Of a vendor that collects the same amount each day, enough to look at.
_MOST_SEEN = 1000


def seen_on_statements(session: Session, run_id: UUID) -> dict[UUID, tuple[SeenMovement, ...]]:
    """Money that left and is tied to nothing, and may have paid an item of a run, by items.

    It is of the item's amount, or of that and the discount that the run deducts, and names its
    number or went to its account since the day of the invoice: what was paid outside of runs, or
    collected.
    """
    item = PaymentRunItemRow
    # One statement for each amount: joined by either, all items are held against all movements.
    without_discount = col(item.amount) + col(item.discount), col(item.discount) > ZERO
    seen: defaultdict[UUID, list[SeenMovement]] = defaultdict(list)
    for paid, is_looked_for in ((col(item.amount), true()), without_discount):
        for item_id, *movement in session.exec(_moved(session, run_id, paid).where(is_looked_for)):
            seen[item_id].append(SeenMovement(*movement))
    return {item_id: tuple(found) for item_id, found in seen.items()}


def _moved(session: Session, run_id: UUID, paid: Any) -> Any:
    """Movements of what is paid of items of a run, and that may have paid them."""
    item, moved = PaymentRunItemRow, BankTransactionRow
    is_named = and_(
        func.length(item.invoice_number) >= _LEAST_NUMBER,
        func.strpos(func.lower(moved.reference), func.lower(item.invoice_number)) > 0,
    )
    went_there = and_(
        col(moved.counterparty_iban) == item.vendor_iban,
        col(moved.tx_date) >= InvoiceRow.invoice_date,
    )
    return (
        select(col(item.id), col(moved.id), col(moved.tx_date), col(moved.amount))
        .join(
            InvoiceRow,
            and_(
                col(InvoiceRow.tenant_id) == item.tenant_id, col(InvoiceRow.id) == item.invoice_id
            ),
        )
        .join(
            moved,
            and_(
                col(moved.tenant_id) == item.tenant_id,
                col(moved.status) == BankStatus.UNRECONCILED.value,
                col(moved.currency) == item.currency,
                col(moved.amount) == -paid,
                or_(is_named, went_there),
            ),
        )
        .where(item.tenant_id == tenant_of(session), item.run_id == run_id, item.amount > ZERO)
        .order_by(col(moved.tx_date).desc(), col(moved.id))
        .limit(_MOST_SEEN)
    )


def vendor_credits(session: Session, vendor_ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """What vendors owe us: credit notes, and what was paid twice or before an invoice."""
    settled = (
        select(func.coalesce(func.sum(SettlementRow.amount), ZERO))
        .where(
            SettlementRow.tenant_id == OpenItemRow.tenant_id,
            SettlementRow.open_item_id == OpenItemRow.open_item_id,
        )
        .scalar_subquery()
    )
    query: Any = (
        select(col(OpenItemRow.partner_id), func.sum(OpenItemRow.amount - settled))
        .where(
            OpenItemRow.tenant_id == tenant_of(session),
            among(col(OpenItemRow.partner_id), vendor_ids),
            OpenItemRow.side == Side.DEBIT.value,
        )
        .group_by(col(OpenItemRow.partner_id))
    )
    return {vendor: left for vendor, left in session.exec(query) if left > ZERO}
