"""Reads what who makes or approves a run should see beside its amounts, while it can be stopped.

Money that left already, as the statement shows it, and money that the vendor owes us.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, true
from sqlalchemy.dialects.postgresql import array
from sqlmodel import Session, col, select

from domain.banking.bank_transaction import BankStatus
from domain.banking.rows import BankTransactionRow
from domain.database.among import among
from domain.database.session import tenant_of
from domain.ledger.intent import Side
from domain.ledger.remaining_views import remaining_amount
from domain.ledger.rows import AccountRow, JournalEntryRow, OpenItemRow, SettlementRow
from domain.money import ZERO
from domain.payables import item_views
from domain.payables.match import LeftItem
from domain.payables.rows import InvoiceRow
from domain.payables.sub_ledger import SubLedger
from domain.payments.rows import PaymentRunItemRow
from domain.payments.run import CreditKind, SeenMovement, VendorCredit

# A number like 12 stands in many a text.
_LEAST_NUMBER = 4
# Of a vendor that collects the same amount each day: the newest, enough to stop and look.
_MOST_SEEN = 20
_MOST_BACK = 1000
_CASH = "cash"


def seen_on_statements(session: Session, run_id: UUID) -> dict[UUID, tuple[SeenMovement, ...]]:
    """Money that left and is tied to nothing, and may have paid an item of a run, by items.

    It is of the item's amount, or of that and the discount that the run deducts, and names its
    number or went to its account since the day of the invoice: what was paid outside of runs, or
    collected. What a bank has only announced counts, too.
    """
    item = PaymentRunItemRow
    # One statement for each amount: joined by either, all items are held against all movements.
    without_discount = col(item.amount) + col(item.discount), col(item.discount) > ZERO
    seen: defaultdict[UUID, list[_Moved]] = defaultdict(list)
    for paid, is_looked_for in ((col(item.amount), true()), without_discount):
        moved = _moved(session, run_id, paid).where(is_looked_for).subquery()
        newest = select(*(each for each in moved.c if each.name != "place"))
        rows: Any = newest.where(moved.c.place <= _MOST_SEEN).order_by(moved.c.place)
        for item_id, *movement in session.exec(rows):
            seen[item_id].append(_Moved(*movement))
    paid_once = {each.id: each for each in chain.from_iterable(seen.values())}
    back = _came_back(session, paid_once.values())
    return {
        item_id: tuple(each.seen(back.get(each.id)) for each in found)
        for item_id, found in seen.items()
    }


@dataclass(frozen=True, slots=True)
class _Moved:
    """A movement, and what tells which other one undoes it."""

    id: UUID
    day: date
    amount: Decimal
    is_announced: bool
    bank_account_id: UUID
    evidence: Sequence[str | None]

    def seen(self, came_back: date | None) -> SeenMovement:
        return SeenMovement(self.id, self.day, self.amount, self.is_announced, came_back)

    def undoes(self, paid: "_Moved") -> bool:
        """Whether it brings the money back: as much, not before, by a reference or an account."""
        return (
            self.bank_account_id == paid.bank_account_id
            and self.amount == -paid.amount
            and self.day >= paid.day
            and any(
                one and one == two for one, two in zip(self.evidence, paid.evidence, strict=True)
            )
        )


def _came_back(session: Session, paid: Collection[_Moved]) -> dict[UUID, date]:
    """The day on which the money of movements was there again; each return undoes one payment."""
    found: dict[UUID, date] = {}
    waiting = sorted(paid, key=lambda each: (each.day, each.id), reverse=True)
    for back in _incoming(session, paid) if paid else ():
        undone = next((each for each in waiting if back.undoes(each)), None)
        if undone is not None:
            waiting.remove(undone)
            found[undone.id] = back.day
    return found


def _incoming(session: Session, paid: Collection[_Moved]) -> Iterator[_Moved]:
    """Movements that may bring back what was paid, the oldest first."""
    moved = BankTransactionRow
    query = (
        select(*_columns_of(moved))
        .where(
            moved.tenant_id == tenant_of(session),
            _is_untied(moved),
            among(col(moved.bank_account_id), {each.bank_account_id for each in paid}),
            col(moved.tx_date) >= min(each.day for each in paid),
            col(moved.amount).in_({-each.amount for each in paid}),
        )
        .order_by(col(moved.tx_date), col(moved.id))
        .limit(_MOST_BACK)
    )
    for row in session.exec(query):
        yield _Moved(*row)


def _columns_of(moved: Any) -> Any:
    evidence = array([col(moved.end_to_end_id), col(moved.counterparty_iban), col(moved.reference)])
    return (
        col(moved.id), col(moved.tx_date), col(moved.amount), col(moved.is_announced),
        col(moved.bank_account_id), evidence,
    )  # fmt: skip


def _is_untied(moved: Any) -> Any:
    return or_(moved.status == BankStatus.UNRECONCILED.value, col(moved.is_announced))


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
    columns: Any = (col(item.id).label("item_id"), *_columns_of(moved), place.label("place"))
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
                _is_untied(moved),
                col(moved.currency) == item.currency,
                col(moved.amount) == -paid,
                or_(is_named, went_there),
            ),
        )
        .where(item.tenant_id == tenant_of(session), item.run_id == run_id, item.amount > ZERO)
    )


def vendor_credits(
    session: Session, vendor_ids: Collection[UUID]
) -> dict[UUID, list[VendorCredit]]:
    """What stands to our credit with vendors, the newest first, and what each of it is."""
    query: Any = select(col(OpenItemRow.open_item_id), _is_overpaid(), _is_money()).where(
        OpenItemRow.tenant_id == tenant_of(session),
        among(col(OpenItemRow.partner_id), vendor_ids),
        OpenItemRow.side == Side.DEBIT.value,
        remaining_amount() > ZERO,
    )
    kinds = {row[0]: (row[1], row[2]) for row in session.exec(query)}
    found: defaultdict[UUID, list[VendorCredit]] = defaultdict(list)
    for item in reversed(item_views.items(session, tuple(kinds)).values()):
        if item.partner_id is not None and item.ledger is SubLedger.PAYABLE:
            found[item.partner_id].append(_credit(item, *kinds[item.open_item_id]))
    return found


def _credit(item: LeftItem, is_overpaid: bool, is_money: bool) -> VendorCredit:  # noqa: FBT001
    if item.invoice_id is not None:
        kind = CreditKind.CREDIT_NOTE
    elif is_overpaid:
        kind = CreditKind.OVERPAID
    else:
        kind = CreditKind.PAYMENT if is_money else CreditKind.BOOKED
    return VendorCredit(
        item.open_item_id,
        kind,
        item.remaining_amount,
        item.booking_date,
        item.document_number,
        item.invoice_id,
    )


def _is_overpaid() -> Any:
    """Whether what booked the item has settled others with the rest of the money."""
    return exists().where(
        col(SettlementRow.tenant_id) == OpenItemRow.tenant_id,
        col(SettlementRow.intent_id) == OpenItemRow.intent_id,
        col(SettlementRow.amount) > ZERO,
    )


def _is_money() -> Any:
    """Whether money went where the item stands."""
    entry, account = JournalEntryRow, AccountRow
    return exists().where(
        col(entry.tenant_id) == OpenItemRow.tenant_id,
        col(entry.intent_id) == OpenItemRow.intent_id,
        col(entry.debit_account) == OpenItemRow.account,
        col(account.tenant_id) == entry.tenant_id,
        col(account.number) == entry.credit_account,
        col(account.report_group) == _CASH,
    )
