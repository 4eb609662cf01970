"""Reads what who makes or approves a run should see beside its amounts, while it can be stopped.

Money that left already, as the statement shows it, and money that the vendor owes us.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
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
from domain.banking.identity import is_filler
from domain.banking.rows import BankTransactionRow
from domain.database.among import among
from domain.database.session import tenant_of
from domain.ledger.intent import Side
from domain.ledger.remaining_views import remaining_amount
from domain.ledger.rows import AccountRow, JournalEntryRow, OpenItemRow, SettlementRow
from domain.money import ZERO
from domain.payables import item_views, same_company_views
from domain.payables.match import LeftItem
from domain.payables.rows import InvoiceRow
from domain.payables.sub_ledger import SubLedger
from domain.payments import returned
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
    back, came_in = _came_back(session, paid_once.values())
    return {
        item_id: tuple(each.seen(back.get(each.id), came_in.get(each.id)) for each in found)
        for item_id, found in seen.items()
    }


@dataclass(frozen=True, slots=True)
class _Moved:
    """A movement, and what tells which other one undoes it; `marks` are an account and a text."""

    id: UUID
    day: date
    amount: Decimal
    is_announced: bool
    bank_account_id: UUID
    end_to_end_id: str | None
    kind: str | None
    reason: str | None
    business_code: str | None
    marks: Sequence[str | None]

    def seen(self, came_back: date | None, came_in: date | None) -> SeenMovement:
        return SeenMovement(self.id, self.day, self.amount, self.is_announced, came_back, came_in)

    def undoes(self, paid: "_Moved") -> bool:
        """Whether it brings the money back: by the EndToEndId, or as the bank calls it a return.

        A return that names another transfer undoes that one.
        """
        ids = [
            each.end_to_end_id
            for each in (self, paid)
            if each.end_to_end_id and not is_filler(each.end_to_end_id)
        ]
        if len(ids) == len((self, paid)):
            return ids[0] == ids[1] and self._is_as_much(paid)
        is_return = returned.is_told(self.reason, self.business_code, self.kind)
        return is_return and self.resembles(paid)

    def resembles(self, paid: "_Moved") -> bool:
        """Whether as much came in with its text or from its account, for whatever reason."""
        return self._is_as_much(paid) and any(
            one and one == two for one, two in zip(self.marks, paid.marks, strict=True)
        )

    def _is_as_much(self, paid: "_Moved") -> bool:
        return (
            self.bank_account_id == paid.bank_account_id
            and self.amount == -paid.amount
            and self.day >= paid.day
        )


_Pairs = dict[UUID, date]


def _came_back(session: Session, paid: Collection[_Moved]) -> tuple[_Pairs, _Pairs]:
    """The day on which the money of movements was there again; and that on which as much came in.

    Each of what came in stands beside one payment, and what undoes one beside no other.
    """
    incoming = list(_incoming(session, paid)) if paid else []
    waiting = sorted(paid, key=lambda each: (each.day, each.id), reverse=True)
    undone = _paired(incoming, waiting, _Moved.undoes)
    return undone, _paired(incoming, waiting, _Moved.resembles)


def _paired(
    incoming: list[_Moved], waiting: list[_Moved], fits: Callable[[_Moved, _Moved], bool]
) -> _Pairs:
    """The day of what came in for the newest payment that it fits; both are taken."""
    found: _Pairs = {}
    for back in list(incoming):
        paid = next((each for each in waiting if fits(back, each)), None)
        if paid is not None:
            waiting.remove(paid)
            incoming.remove(back)
            found[paid.id] = back.day
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
    details: Any = col(moved.details)
    return (
        col(moved.id), col(moved.tx_date), col(moved.amount), col(moved.is_announced),
        col(moved.bank_account_id), col(moved.end_to_end_id), col(moved.tx_type),
        details["return_reason"].astext.label("return_reason"),
        details["business_code"].astext.label("business_code"),
        array([col(moved.counterparty_iban), col(moved.reference)]).label("marks"),
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


def owed_as_customers(session: Session, vendor_ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """What vendors owe us as customers, where a person has said that both are one company."""
    vendors = set(vendor_ids)
    pairs = [each for each in same_company_views.pairs(session, vendors) if each[0] in vendors]
    if not pairs:
        return {}
    customers = {customer for _, customer in pairs}
    owed = item_views.left_of_partners(session, customers, SubLedger.RECEIVABLE)
    found: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for vendor, customer in pairs:
        found[vendor] += max(owed.get(customer, ZERO), ZERO)
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
