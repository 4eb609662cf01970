"""Movements settled against open items under one intent, with all that lies between them.

What the bank moved, less what it kept and what was taken off, is what is closed: bank total,
closed items, effect of the exchange and adjustments balance to the cent (contract §3.6). A single
movement that settles a single item is the smallest group.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.banking.bank_transaction import BankTransaction
from domain.banking.reconciliation import (
    DirectionMismatch,
    ExceedsOpenAmount,
    Mode,
    OpenItem,
    Plan,
    UnsupportedSettlementCurrency,
)
from domain.errors import FieldError, Invalid, InvalidInput, NotFound, Unprocessable
from domain.ledger.booking import Books, Line
from domain.ledger.chart import Chart
from domain.ledger.intent import Settling, Side
from domain.money import BASE_CURRENCY, CENT, ZERO, cents
from domain.payables.clearing import Discount, TaxShare, account_of, all_discount_lines, apart
from domain.payables.exchange_effect import booked_at, check_plausible, effect_line
from domain.payables.match import LeftItem

MOST_TRANSACTIONS = 500


class BankTxMixedBankAccounts(Invalid):
    """The transactions belong to different bank accounts."""

    def __init__(self) -> None:
        super().__init__("The transactions belong to different bank accounts.")


class MixedSettlementCurrency(Invalid):
    """The items have different document currencies."""

    def __init__(self, currencies: Sequence[str]) -> None:
        named = ", ".join(currencies)
        super().__init__(f"The items are in {named}: settle them apart.")


class GroupNotBalanced(Invalid):
    """Bank total, allocations, fx effect and adjustments do not balance."""

    def __init__(self, reason: str, difference: Decimal) -> None:
        super().__init__(f"The group does not balance: {reason}.", difference=f"{difference:.2f}")


class SettledDocumentAmountRequired(Invalid):
    """A foreign-currency item lacks settled_document_amount."""

    def __init__(self, position: int, currency: str) -> None:
        pointer = f"/allocations/{position}/settled_document_amount"
        super().__init__(
            f"Say how much of the item in {currency} is settled.",
            fields=(FieldError(pointer, "is needed"),),
        )


class TargetKindUnsupported(Invalid):
    """Only open items can be settled by a group."""

    def __init__(self, position: int) -> None:
        pointer = f"/allocations/{position}/candidate_kind"
        super().__init__(
            "A group settles open items only.", fields=(FieldError(pointer, "is no open item"),)
        )


class AdjustmentAccountNotFound(NotFound):
    """An adjustment names an unknown account."""

    def __init__(self, number: str, position: int) -> None:
        pointer = f"/adjustments/{position}/account_number"
        super().__init__(
            f"Account {number} does not exist or is inactive.",
            fields=(FieldError(pointer, "unknown or inactive account"),),
            account_number=number,
        )


class ExchangeRateUnknown(Unprocessable):
    """What the money of a foreign account is worth is not known on this day."""

    def __init__(self, currency: str, day: date) -> None:
        super().__init__(
            f"No rate of {currency} is known for {day}; import the reference rates first.",
            currency=currency,
            day=day,
        )


class DifferenceExceedsLimit(Invalid):
    """The difference is more than the tenant writes off as small."""

    def __init__(self, difference: Decimal, limit: Decimal) -> None:
        super().__init__(
            f"A difference of {difference:.2f} is more than the limit of {limit:.2f}.",
            difference=f"{difference:.2f}",
            limit=f"{limit:.2f}",
        )


Taxed = tuple[LeftItem, Sequence[TaxShare]]
"""An item, and what of its invoice stands at each tax code."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a tenant lets pass: small differences in EUR, gains and losses in percent."""

    small_difference: Decimal = ZERO
    fx_percent: Decimal = Decimal(15)


@dataclass(frozen=True, slots=True)
class Allocation:
    """What the bank moved for an item, in its currency, and how much of the item that settles.

    `settled` is in the item's currency; without it what was moved and the discount are settled.
    """

    item: OpenItem
    bank_amount: Decimal
    settled: Decimal | None = None
    discount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class SetOff:
    """What of an item on the other side, such as a credit note, was taken from the payment."""

    item: OpenItem
    amount: Decimal


@dataclass(frozen=True, slots=True)
class MatchGroup:
    """Movements of one account and direction, and what they settle.

    `rate` is units of the account's currency for one EUR, None for an account in EUR.
    `closes_in_full` lets an effect of the exchange pass that is beyond the limit.
    """

    bank_account: str
    currency: str
    bank_total: Decimal
    is_incoming: bool
    allocations: tuple[Allocation, ...]
    set_offs: tuple[SetOff, ...] = ()
    adjustments: tuple[Line, ...] = ()
    rate: Decimal | None = None
    closes_in_full: bool = False


def direction_of(movements: Sequence[BankTransaction]) -> bool:
    """Whether all movements are money in. Raises DIRECTION_MISMATCH where they differ."""
    signs = {movement.amount > ZERO for movement in movements if movement.amount}
    if len(signs) != 1 or not all(movement.amount for movement in movements):
        raise DirectionMismatch
    return signs.pop()


def settle_group(
    group: MatchGroup, shares: Mapping[UUID, Taxed], chart: Chart, limits: Limits
) -> Plan:
    """Lines that settle a group; `shares` says how a discount is split by rates.

    Raises what the classes above say, DIRECTION_MISMATCH and SETTLEMENT_EXCEEDS_OPEN_AMOUNT.
    """
    _check(group)
    closing = [_closing(position, each, group) for position, each in enumerate(group.allocations)]
    against = [_closed(each.item, each.amount, each.amount) for each in group.set_offs]
    taken = list(_discounts(group, shares, chart))
    adjusted = list(_adjusted(group))
    moved = _in_base(group.bank_total, group)
    bank = Line(group.bank_account, _bank_side(group), moved)
    others = [*taken, *adjusted, bank]
    effect = sum((line.signed for line in (*closing, *against, *others)), ZERO)
    is_foreign = group.allocations[0].item.currency != BASE_CURRENCY
    if effect:
        _check_effect(group, closing, adjusted, effect, limits)
        others.append(effect_line(effect, chart))
    between = account_of(chart, "set_off")
    numbers = [each.item.document_number for each in group.allocations]
    return Plan(
        Mode.FX_SETTLEMENT if is_foreign else Mode.SETTLEMENT,
        tuple(apart(closing, against, others, between)),
        document_numbers=tuple(number for number in numbers if number),
    )


def written_off(item: OpenItem, paid: Decimal, chart: Chart, limits: Limits) -> Line | None:
    """The line that closes an item in EUR of which nearly all, or a little more, was paid.

    Raises DIFFERENCE_EXCEEDS_LIMIT.
    """
    difference = item.remaining_amount - paid
    if not difference:
        return None
    if abs(difference) > limits.small_difference:
        raise DifferenceExceedsLimit(difference, limits.small_difference)
    is_loss = (difference > ZERO) == (item.side is Side.DEBIT)
    side = Side.DEBIT if is_loss else Side.CREDIT
    account = account_of(chart, "small_loss" if is_loss else "small_gain")
    return Line(account, side, abs(difference))


def booked_value(item: OpenItem, settled: Decimal) -> Decimal:
    """What an amount of an item, in its currency, was booked at in EUR: its share of the rest.

    >>> booked_value(OpenItem(UUID(int=1), "2000", Side.DEBIT, Decimal("900.00"), "USD",
    ...     remaining_document=Decimal(1000)), Decimal(300))
    Decimal('270.00')
    """
    left = item.left
    if settled > left:
        raise ExceedsOpenAmount(left)
    value = booked_at(item.remaining_amount, left, settled)
    if value <= ZERO:
        raise InvalidInput("/settled_document_amount", "is worth less than a cent")
    return value


def _check(group: MatchGroup) -> None:
    items = [each.item for each in group.allocations]
    currencies = sorted({item.currency for item in items})
    if len(currencies) > 1:
        raise MixedSettlementCurrency(currencies)
    if group.currency not in {BASE_CURRENCY, currencies[0]}:
        raise UnsupportedSettlementCurrency(group.currency, currencies[0])
    wanted = Side.DEBIT if group.is_incoming else Side.CREDIT
    if any(item.side is not wanted for item in items):
        raise DirectionMismatch
    if any(each.item.side is wanted for each in group.set_offs):
        raise DirectionMismatch
    named = [item.open_item_id for item in (*items, *(each.item for each in group.set_offs))]
    if len(set(named)) < len(named):
        raise InvalidInput("/allocations", "names an item twice")
    _check_plain(group, currencies[0])
    _check_partners(group)
    _check_total(group)


def _check_plain(group: MatchGroup, currency: str) -> None:
    """Discounts and set-offs are of items in EUR, paid from an account in EUR."""
    is_plain = currency == group.currency == BASE_CURRENCY
    foreign = any(each.item.currency != BASE_CURRENCY for each in group.set_offs)
    if any(each.discount for each in group.allocations) and not is_plain:
        raise InvalidInput("/allocations", "discounts are taken off in EUR only")
    if (group.set_offs and not is_plain) or foreign:
        raise InvalidInput("/set_offs", "are of items in EUR only")
    for position, line in enumerate(group.adjustments):
        if line.account == group.bank_account:
            pointer = f"/adjustments/{position}/account_number"
            raise InvalidInput(pointer, "is the bank account; only the bank moves it")


def _check_partners(group: MatchGroup) -> None:
    """What is set off is taken from what its own partner is paid, and is no more than that.

    A credit note of one vendor pays no invoice of another, though one movement may pay both.
    """
    left: defaultdict[UUID | None, Decimal] = defaultdict(Decimal)
    for each in group.allocations:
        paid = each.bank_amount if each.settled is None else each.settled - each.discount
        left[each.item.partner_id] += paid
    for position, taken in enumerate(group.set_offs):
        left[taken.item.partner_id] -= taken.amount
        if left[taken.item.partner_id] < ZERO:
            raise InvalidInput(f"/set_offs/{position}", "is more than its partner is paid here")


def _check_total(group: MatchGroup) -> None:
    allocated = sum((each.bank_amount for each in group.allocations), ZERO)
    there = group.bank_total + sum((each.amount for each in group.set_offs), ZERO)
    if allocated > there:
        raise GroupNotBalanced("more is allocated than the bank moved", there - allocated)


def _closing(position: int, allocation: Allocation, group: MatchGroup) -> Line:
    item = allocation.item
    if allocation.settled is None and item.currency not in {BASE_CURRENCY, group.currency}:
        raise SettledDocumentAmountRequired(position, item.currency)
    settled = allocation.settled
    if settled is None:
        settled = allocation.bank_amount + allocation.discount
    return _closed(item, booked_value(item, settled), settled)


def _closed(item: OpenItem, value: Decimal, settled: Decimal) -> Line:
    """Closes an amount of an item, on the other side of its account."""
    if value > item.remaining_amount:
        raise ExceedsOpenAmount(item.remaining_amount)
    document = None if item.currency == BASE_CURRENCY else settled
    settling = Settling(item.open_item_id, value, document)
    return Line(
        item.account, item.side.other, value, partner_id=item.partner_id, settles=(settling,)
    )


def _discounts(group: MatchGroup, shares: Mapping[UUID, Taxed], chart: Chart) -> Iterator[Line]:
    wanted = (
        Discount(each.item.open_item_id, each.discount)
        for each in group.allocations
        if each.discount
    )
    of_items = [(each, shares[each.open_item_id][0]) for each in wanted]
    known = {item_id: each for item_id, (_, each) in shares.items()}
    yield from all_discount_lines(of_items, known, chart)


def _adjusted(group: MatchGroup) -> Iterator[Line]:
    """Adjustments; what stays as a credit on an account of the items belongs to their partner."""
    if not group.adjustments:
        return
    accounts = {each.item.account for each in group.allocations}
    accounts |= {each.item.account for each in group.set_offs}
    partners = {each.item.partner_id for each in group.allocations}
    for position, line in enumerate(group.adjustments):
        if line.account not in accounts or line.partner_id is not None:
            yield line
        elif len(partners) == 1:
            yield Line(line.account, line.side, line.amount, partner_id=next(iter(partners)))
        else:
            raise InvalidInput(f"/adjustments/{position}/partner_id", "is needed: whose is it?")


def _in_base(amount: Decimal, group: MatchGroup) -> Decimal:
    return amount if group.rate is None else max(cents(amount / group.rate), CENT)


def _bank_side(group: MatchGroup) -> Side:
    return Side.DEBIT if group.is_incoming else Side.CREDIT


def _check_effect(
    group: MatchGroup,
    closing: Sequence[Line],
    adjusted: Sequence[Line],
    effect: Decimal,
    limits: Limits,
) -> None:
    """What is left over is the effect of the exchange, or an error.

    Of an item in EUR nothing may be left. Of a foreign one what the bank moved beyond the
    allocations must have its adjustments, so that no rest is taken for a gain.
    """
    if group.allocations[0].item.currency == BASE_CURRENCY:
        raise GroupNotBalanced("the sides differ", effect)
    allocated = sum((each.bank_amount for each in group.allocations), ZERO)
    rest = _in_base(group.bank_total, group) - _in_base(allocated, group)
    named = sum((x.amount for x in adjusted if x.side is not _bank_side(group)), ZERO)
    if rest != named:
        raise GroupNotBalanced(
            "what the bank moved beyond the allocations has no line", rest - named
        )
    value = sum((line.amount for line in closing), ZERO)
    if not group.closes_in_full:
        check_plausible(effect, value, limits.fx_percent)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller says beyond the item that a single movement settles.

    `settled` is in the currency of a foreign item; `writes_off` closes an item in EUR although
    a small difference is left.
    """

    settled: Decimal | None = None
    closes_in_full: bool = False
    writes_off: bool = False


NO_WISH = Wish()


@dataclass(frozen=True, slots=True)
class BankSide:
    """The account that money moved on; `rate` is units of its currency for one EUR."""

    account: str
    currency: str = BASE_CURRENCY
    rate: Decimal | None = None


def settle(
    transaction: BankTransaction,
    item: OpenItem,
    bank: BankSide,
    chart: Chart,
    limits: Limits,
    wish: Wish = NO_WISH,
) -> Plan:
    """Close one item with one movement, in part or in full."""
    paid = abs(transaction.amount)
    settled, adjustments = wish.settled, []
    if item.currency not in {BASE_CURRENCY, transaction.currency} and settled is None:
        settled = item.left
    if item.currency == BASE_CURRENCY and settled not in {None, paid}:
        raise InvalidInput("/settled_document_amount", "is for items in a foreign currency")
    if wish.writes_off:
        adjustments = _written_off(item, paid, bank, chart, limits)
        settled = item.remaining_amount
    group = MatchGroup(
        bank_account=bank.account,
        currency=transaction.currency,
        bank_total=paid,
        is_incoming=direction_of([transaction]),
        allocations=(Allocation(item, min(paid, item.left) if wish.writes_off else paid, settled),),
        adjustments=tuple(adjustments),
        rate=bank.rate,
        closes_in_full=wish.closes_in_full,
    )
    return settle_group(group, {}, chart, limits)


def _written_off(
    item: OpenItem, paid: Decimal, bank: BankSide, chart: Chart, limits: Limits
) -> list[Line]:
    if not item.currency == bank.currency == BASE_CURRENCY:
        raise InvalidInput("/write_off_difference", "is for items in EUR only")
    line = written_off(item, paid, chart, limits)
    return [] if line is None else [line]


def check_adjustments(lines: Sequence[Line], known: Books) -> None:
    """Refuse accounts that the chart does not have. Raises ADJUSTMENT_ACCOUNT_NOT_FOUND."""
    for position, line in enumerate(lines):
        if not known.knows(line.account):
            raise AdjustmentAccountNotFound(line.account, position)
