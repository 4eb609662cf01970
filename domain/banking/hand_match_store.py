"""Settles movements as a person has ticked items for them: in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session

from domain.banking import bank_views, match_group_store, movement_store, reconciliation_store
from domain.banking.bank_transaction import BankStatus
from domain.banking.match_group import DifferenceExceedsLimit, GroupNotBalanced, Wish
from domain.banking.match_group_store import Allocated, GroupWish, ItemTarget, SetOffItem
from domain.banking.reconciliation import Mode, UnsupportedSettlementCurrency, check_open
from domain.banking.reconciliation_store import Target
from domain.banking.suggestion import CandidateKind
from domain.database.session import tenant_of
from domain.errors import InvalidInput
from domain.ids import derived_id
from domain.ledger.booking import Booking, Line
from domain.ledger.books_store import books
from domain.ledger.intent import Side
from domain.money import BASE_CURRENCY, CENT, ZERO
from domain.payables.clearing import fee_account, rounding_accounts
from domain.posting import store as journal


class RestAs(StrEnum):
    """What a rest is that the items do not explain."""

    FEES = "fees"
    CREDIT = "credit"
    SMALL = "small"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Ticked:
    """What of the money is an item's, and what is taken off besides.

    `money` is positive in the direction of the movements, below zero for what is set off.
    """

    target: Target
    money: Decimal
    discount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class HandMatch:
    """Movements of one direction, the items that a person has ticked, and what the rest is.

    `tax_code` is that of fees, or of the account that is named: what the bank or a provider kept
    is gross then.
    """

    match_group_id: UUID
    bank_transaction_ids: tuple[UUID, ...]
    items: tuple[Ticked, ...]
    rest: RestAs | None = None
    account: str | None = None
    tax_code: str | None = None
    closes_in_full: bool = False


def match(session: Session, wish: HandMatch) -> None:
    """Settle them; one of which nothing is ticked is booked on the account of its rest.

    Raises what `reconcile` and `match_group_store.create` raise.
    """
    if not wish.items:
        _book(session, wish)
        return
    movements = bank_views.named(session, wish.bank_transaction_ids)
    total = sum((row.amount for row in movements), ZERO)
    rest = abs(total) - sum((each.money for each in wish.items), ZERO)
    only = wish.items[0] if len(wish.items) == 1 else None
    if only is not None and only.target.kind is CandidateKind.BANK_BOOKING:
        for row in movements:
            reconciliation_store.reconcile(session, row.id, only.target)
    elif only is not None and len(movements) == 1 and not rest and not only.discount:
        target = Target(
            only.target.intent_id,
            only.target.kind,
            only.target.open_item_account,
            only.target.open_item_id,
            Wish(closes_in_full=wish.closes_in_full),
        )
        reconciliation_store.reconcile(session, movements[0].id, target)
    else:
        match_group_store.create(session, _group(session, wish, rest, is_incoming=total > ZERO))


def _book(session: Session, wish: HandMatch) -> None:
    """Book a movement without an item, such as a fee: what the bank says is all there is."""
    if len(wish.bank_transaction_ids) != 1 or wish.rest not in {RestAs.FEES, RestAs.ACCOUNT}:
        raise InvalidInput("/items", "none is ticked")
    (row,) = movement_store.held(session, wish.bank_transaction_ids)
    check_open(BankStatus(row.status))
    if row.currency != BASE_CURRENCY:
        raise UnsupportedSettlementCurrency(row.currency, BASE_CURRENCY)
    (line,) = _lines(session, wish, abs(row.amount), is_incoming=row.amount > ZERO)
    bank = match_group_store.bank_side(session, row.bank_account_id, row).account
    booking = Booking(
        intent_id=derived_id("bank-booking", row.tenant_id, wish.match_group_id),
        booking_date=row.tx_date,
        description=" ".join(filter(None, (row.counterparty_name, row.reference)))[:500] or bank,
        lines=(line, Line(bank, line.side.other, line.amount)),
        source="bank",
    )
    intent_id = journal.book(session, booking).intent_id
    match_group_store.tie(session, row, Mode.SETTLEMENT, intent_id)


def _group(session: Session, wish: HandMatch, rest: Decimal, *, is_incoming: bool) -> GroupWish:
    pays = [each for each in wish.items if each.money > ZERO]
    takes = [each for each in wish.items if each.money <= ZERO]
    return GroupWish(
        match_group_id=wish.match_group_id,
        bank_transaction_ids=wish.bank_transaction_ids,
        allocations=tuple(_allocated(pays, max(-rest, ZERO))),
        set_offs=tuple(SetOffItem(_target(each), -each.money) for each in takes),
        adjustments=_lines(session, wish, rest, is_incoming=is_incoming) if rest else (),
        closes_in_full=wish.closes_in_full,
    )


def _allocated(items: Sequence[Ticked], short: Decimal) -> Iterator[Allocated]:
    """What the bank moved for each item; what it moved too little stands in a line beside."""
    for each in items:
        less = min(short, each.money - CENT)
        short -= less
        settled = each.money + each.discount if less else None
        yield Allocated(_target(each), each.money - less, settled, each.discount)


def _lines(
    session: Session, wish: HandMatch, rest: Decimal, *, is_incoming: bool
) -> tuple[Line, ...]:
    """The line of the rest: what the bank moved beyond the items, or less than them."""
    side = Side.CREDIT if is_incoming == (rest > ZERO) else Side.DEBIT
    amount = abs(rest)
    if wish.tax_code and wish.rest not in {RestAs.FEES, RestAs.ACCOUNT}:
        raise InvalidInput("/tax_code", "is for fees, or for an account that is named")
    chart = books(session, tenant_of(session)).chart
    if wish.rest is RestAs.FEES and side is Side.DEBIT:
        return (Line(fee_account(chart), side, amount, wish.tax_code),)
    if wish.rest is RestAs.CREDIT and rest > ZERO:
        return (Line(wish.items[0].target.open_item_account or "", side, amount),)
    if wish.rest is RestAs.SMALL:
        limit = match_group_store.limits(session).small_difference
        if amount > limit:
            raise DifferenceExceedsLimit(amount, limit)
        loss, gain = rounding_accounts(chart)
        return (Line(loss if side is Side.DEBIT else gain, side, amount),)
    if wish.rest is RestAs.ACCOUNT and wish.account:
        return (Line(wish.account, side, amount, wish.tax_code),)
    raise GroupNotBalanced("the rest has no line", rest)


def _target(each: Ticked) -> ItemTarget:
    wanted = each.target
    return ItemTarget(
        wanted.intent_id, wanted.kind, wanted.open_item_account or "", wanted.open_item_id
    )
