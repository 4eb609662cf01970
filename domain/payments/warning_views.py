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
from domain.ledger.remaining_views import remaining_amount
from domain.ledger.rows import OpenItemRow
from domain.money import ZERO
from domain.payables.rows import InvoiceRow
from domain.payments.rows import PaymentRunItemRow
from domain.payments.run import SeenMovement

# A number like 12 stands in many a text.
_LEAST_NUMBER = 4
# Of a vendor that collects the same amount each day: the newest, enough to stop and look.
_MOST_SEEN = 20


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
        moved = _moved(session, run_id, paid).where(is_looked_for).subquery()
        newest = select(*(each for each in moved.c if each.name != "place"))
        rows: Any = newest.where(moved.c.place <= _MOST_SEEN).order_by(moved.c.place)
        for item_id, *movement in session.exec(rows):
            seen[item_id].append(SeenMovement(*movement))
    return {item_id: tuple(found) for item_id, found in seen.items()}


def _moved(session: Session, run_id: UUID, paid: Any) -> Any:
    """Movements of what is paid of items of a run, and that may have paid them, in their places."""
    item, moved = PaymentRunItemRow, BankTransactionRow
    is_named = and_(
        func.length(item.invoice_number) >= _LEAST_NUMBER,
        func.strpos(func.lower(moved.reference), func.lower(item.invoice_number)) > 0,
    )
    went_there = and_(
        col(moved.counterparty_iban) == item.vendor_iban,
        col(moved.tx_date) >= InvoiceRow.invoice_date,
    )
    place = func.row_number().over(
        partition_by=col(item.id), order_by=(col(moved.tx_date).desc(), col(moved.id))
    )
    columns: Any = (
        col(item.id).label("item_id"), col(moved.id), col(moved.tx_date), col(moved.amount),
        place.label("place"),
    )  # fmt: skip
    return (
        select(*columns)
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
    )


def vendor_credits(session: Session, vendor_ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """What vendors owe us: credit notes, and what was paid twice or before an invoice."""
    query: Any = (
        select(col(OpenItemRow.partner_id), func.sum(remaining_amount()))
        .where(
            OpenItemRow.tenant_id == tenant_of(session),
            among(col(OpenItemRow.partner_id), vendor_ids),
            OpenItemRow.side == Side.DEBIT.value,
        )
        .group_by(col(OpenItemRow.partner_id))
    )
    return {vendor: left for vendor, left in session.exec(query) if left > ZERO}
