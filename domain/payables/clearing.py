"""Clears open items of one company against each other, discounts and small differences.

Nothing leaves a control account without a posting: what stands on both sides of one account goes
over the account for set-offs, whose balance stays nil, so that no row of the journal or of DATEV
has one account on both sides.
"""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from uuid import UUID

from domain.errors import Invalid, InvalidInput
from domain.ledger.account import Account, AccountType
from domain.ledger.booking import Booking, Line
from domain.ledger.chart import Chart
from domain.ledger.intent import Settling, Side
from domain.money import BASE_CURRENCY, ZERO, cents
from domain.payables.exchange_effect import check_plausible, effect_line
from domain.payables.foreign_clearing import difference, in_document
from domain.payables.match import LeftItem
from domain.payables.sub_ledger import SubLedger

SOURCE = "clearing"
_MOST_NAMED = 5
_SERVICES = "purchased_services"


class ClearingMismatch(Invalid):
    """The items are not of one partner and currency, or what is cleared does not add up."""

    def __init__(self, reason: str, difference: Decimal | None = None) -> None:
        told = None if difference is None else f"{difference:.2f}"
        super().__init__(f"This cannot be cleared: {reason}.", reason=reason, difference=told)


class DiscountTaxUnknown(Invalid):
    """How the discount is to be split by rates is not known of the invoice."""

    def __init__(self, open_item_id: UUID) -> None:
        super().__init__(
            "The invoice was booked without tax codes: book its discount as adjustments.",
            open_item_id=open_item_id,
        )


@dataclass(frozen=True, slots=True)
class Discount:
    """What of an item is taken off instead of paid, with its tax; `account` replaces the usual."""

    open_item_id: UUID
    amount: Decimal
    account: str | None = None


@dataclass(frozen=True, slots=True)
class TaxShare:
    """What of an invoice stands at one tax code: gross, or net where the tax is self-assessed.

    `cost` is what the accounts are for: material, services (bought for what is made), or nothing.
    `asset` is the account of something that was acquired: a discount lowers what it cost
    (§ 203 Abs. 2 UGB, § 255 Abs. 1 HGB) and is no income. `taxed` is how much a discount can lower
    at the code: of a sale under a margin scheme no more than the margin; all where it is None.
    `supplied` is the day by which the code held, where it holds no longer on that of the discount.
    """

    tax_code: str | None
    amount: Decimal
    cost: str = ""
    asset: str | None = None
    taxed: Decimal | None = None
    supplied: date | None = None


@dataclass(frozen=True, slots=True)
class Clearing:
    """What is cleared: amounts of items, some of them discounts; `adjustments` are the rest."""

    intent_id: UUID
    booking_date: date
    items: tuple[Settling, ...]
    discounts: tuple[Discount, ...] = ()
    adjustments: tuple[Line, ...] = ()
    description: str | None = None
    closes_in_full: bool = False


@dataclass(frozen=True, slots=True)
class Foreign:
    """What is left of items in a foreign currency, in that currency.

    What their rates make in EUR may be `percent` of what was booked, unless the clearing says
    that it closes all the same.
    """

    left: Mapping[UUID, Decimal]
    percent: Decimal


def booking_of(
    clearing: Clearing,
    items: Mapping[UUID, LeftItem],
    shares: Mapping[UUID, Sequence[TaxShare]],
    chart: Chart,
    same: Collection[tuple[UUID, UUID]] = (),
    foreign: Foreign | None = None,
) -> Booking:
    """Booking that clears. Raises CLEARING_MISMATCH, DISCOUNT_TAX_UNKNOWN or INVALID_INPUT.

    `same` are vendors and customers that are one company, as somebody decided (decision 0100).
    What both sides of `foreign` items were booked at may differ, which is a gain or a loss; raises
    FX_DIFFERENCE_IMPLAUSIBLE.
    """
    _check(clearing, items, same)
    settled = _settled(clearing, items, foreign)
    found = [(items[each.open_item_id], each) for each in settled]
    owed = [_line(*each) for each in found if each[0].is_owed]
    credited = [_line(*each) for each in found if not each[0].is_owed]
    of_items = [(each, items[each.open_item_id]) for each in clearing.discounts]
    taken = list(all_discount_lines(of_items, shares, chart))
    others = [*taken, *clearing.adjustments]
    if gap := sum((line.plain.signed for line in (*owed, *credited, *others)), ZERO):
        if foreign is None:
            raise ClearingMismatch("the sides differ", gap)
        if not clearing.closes_in_full:
            check_plausible(gap, _booked(owed, credited), foreign.percent)
        others.append(effect_line(gap, chart))
    return Booking(
        intent_id=clearing.intent_id,
        booking_date=clearing.booking_date,
        description=clearing.description
        or named("Ausgleich", [item.document_number for item, _ in found]),
        lines=tuple(apart(owed, credited, others, account_of(chart, "set_off"))),
        source=SOURCE,
        external_reference=found[0][0].document_number,
    )


def _check(
    clearing: Clearing, known: Mapping[UUID, LeftItem], same: Collection[tuple[UUID, UUID]]
) -> None:
    items = [known[each.open_item_id] for each in clearing.items]
    if len({item.open_item_id for item in items}) < len(items):
        raise InvalidInput("/items", "names an item twice")
    if len({item.currency for item in items}) != 1 or not _is_of_one(items, same):
        raise ClearingMismatch("the items are not of one partner and currency")
    if items[0].currency != BASE_CURRENCY and (clearing.discounts or clearing.adjustments):
        raise ClearingMismatch("discounts and differences are cleared in EUR only")
    amounts = {each.open_item_id: each.amount for each in clearing.items}
    for discount in clearing.discounts:
        if discount.open_item_id not in amounts or not known[discount.open_item_id].is_owed:
            raise ClearingMismatch("a discount is of an invoice that is cleared")
        amounts[discount.open_item_id] -= discount.amount
        if amounts[discount.open_item_id] < ZERO:
            raise ClearingMismatch("a discount is more than what is cleared of its invoice")
    _check_day(clearing.booking_date, items)


def _check_day(day: date, items: Sequence[LeftItem]) -> None:
    """Nothing is set off before both claims are there (\u00a7 387 BGB, \u00a7 1438 ABGB).

    Else what is owed on a balance sheet day could be made to vanish by what comes after it
    (\u00a7 246 Abs. 2 HGB, \u00a7 196 Abs. 2 UGB).
    """
    last = max(items, key=lambda each: each.booking_date)
    if day < last.booking_date:
        which = last.document_number or "an item"
        raise InvalidInput(
            "/booking_date", f"is before {last.booking_date.isoformat()}, the day of {which}"
        )


def _is_of_one(items: Sequence[LeftItem], same: Collection[tuple[UUID, UUID]]) -> bool:
    """Whether items are of one partner, or of a vendor and a customer that are one company."""
    whose = {(item.ledger, item.partner_id) for item in items}
    if len(whose) == 1:
        return True
    partners = dict(whose)
    pair = partners.get(SubLedger.PAYABLE), partners.get(SubLedger.RECEIVABLE)
    return len(whose) == len(partners) and pair in same


def _settled(
    clearing: Clearing, items: Mapping[UUID, LeftItem], foreign: Foreign | None
) -> tuple[Settling, ...]:
    """What is settled, of foreign items as much of their currency on either side."""
    if foreign is None:
        return clearing.items
    settled = in_document(clearing.items, items, foreign.left)
    gap = difference(settled, items)
    if gap:
        currency = items[settled[0].open_item_id].currency
        raise ClearingMismatch(f"in {currency} the sides differ", gap)
    return settled


def _booked(*lines: Sequence[Line]) -> Decimal:
    """What the side was booked at that was booked at more, in EUR."""
    listed = [line for each in lines for line in each]
    return max(sum((x.amount for x in listed if x.side is side), ZERO) for side in Side)


def _line(item: LeftItem, settled: Settling) -> Line:
    """Closes an amount of an item, on the other side of its account."""
    return Line(
        item.account,
        item.side.other,
        settled.amount,
        partner_id=item.partner_id,
        settles=(settled,),
    )


def apart(
    owed: Sequence[Line], credited: Sequence[Line], others: Sequence[Line], between: str
) -> Iterator[Line]:
    """Lines in an order in which no row has one account on both sides.

    `owed` are on one side, `credited` on the other; what meets on one account goes over the
    account `between`.
    """
    shared = {line.account for line in owed}
    crossing = [line for line in credited if line.account in shared]
    yield from owed
    for line in crossing:
        yield Line(between, line.side, line.amount)
    yield from (line for line in credited if line.account not in shared)
    yield from others
    for line in crossing:
        yield Line(between, line.side.other, line.amount)
        yield line


def all_discount_lines(
    discounts: Iterable[tuple[Discount, LeftItem]],
    shares: Mapping[UUID, Sequence[TaxShare]],
    chart: Chart,
) -> Iterator[Line]:
    """Discounts in their order; what one has lowered of a margin is there for no other."""
    left = dict(shares)
    for discount, item in discounts:
        lines = list(discount_lines(discount, item, left[item.open_item_id], chart))
        left[item.open_item_id] = [_after(each, lines, item) for each in left[item.open_item_id]]
        yield from lines


def _after(share: TaxShare, lines: Sequence[Line], item: LeftItem) -> TaxShare:
    """A share with less that a discount can lower, where that has a bound."""
    if share.taxed is None:
        return share
    own = (line for line in lines if line.tax_code == share.tax_code)
    used = sum((x.amount if x.side is item.side else -x.amount for x in own), ZERO)
    return replace(share, taxed=max(share.taxed - used, ZERO))


def discount_lines(
    discount: Discount, item: LeftItem, shares: Sequence[TaxShare], chart: Chart
) -> Iterator[Line]:
    """A discount split by the rates of its invoice (§ 16 UStG AT, § 17 UStG DE).

    What we take lowers cost and input tax, what a customer takes revenue and output tax.
    """
    whole = sum((share.amount for share in shares), ZERO)
    if not shares or whole <= ZERO:
        raise DiscountTaxUnknown(discount.open_item_id)
    done = seen = ZERO
    for share in shares:
        seen += share.amount
        upto = cents(discount.amount * seen / whole)
        for code, amount in _by_code(share, upto - done):
            account = discount.account or _discount_account(chart, item.ledger, share)
            side = item.side if amount > ZERO else item.side.other
            own = share.supplied if code is not None else None
            yield Line(account, side, abs(amount), code, supply_date=own)
        done = upto


def _by_code(share: TaxShare, amount: Decimal) -> Iterator[tuple[str | None, Decimal]]:
    """What a share is lowered by, at its code and beyond what that can take."""
    taxed = amount if share.taxed is None else min(amount, share.taxed)
    if taxed:
        yield share.tax_code, taxed
    if rest := amount - taxed:
        yield None, rest


def cost_of(account: Account | None) -> tuple[str, str | None]:
    """What the cost on an account is for, and the account itself where it is an asset."""
    if account is None:
        return "", None
    if account.type is AccountType.ASSET:
        return "", account.number
    if account.report_group != "material_expense":
        return "", None
    return ("services" if account.category == _SERVICES else "material"), None


def _discount_account(chart: Chart, ledger: SubLedger, share: TaxShare) -> str:
    if ledger is not SubLedger.PAYABLE:
        return account_of(chart, "discount_granted", share.tax_code)
    return share.asset or account_of(chart, "discount", share.tax_code, share.cost)


def account_of(chart: Chart, use: str, code: str | None = None, cost: str = "") -> str:
    """The first row of the table that fits; an empty field fits everything."""
    for row in _accounts():
        fits = (row["chart"], row["use"]) == (chart, use)
        fits = fits and row["tax_code"] in {"", code}
        if fits and row["cost"] in {"", cost}:
            return row["account"]
    raise InvalidInput("/discounts", f"needs an account for {code}")


def fee_account(chart: Chart) -> str:
    """Where fees of a bank go that it keeps back of a payment."""
    return account_of(chart, "bank_fees")


def rounding_accounts(chart: Chart) -> tuple[str, str]:
    """Where small differences go: losses, gains."""
    return account_of(chart, "small_loss"), account_of(chart, "small_gain")


@cache
def _accounts() -> tuple[dict[str, str], ...]:
    source = files("domain.payables").joinpath("clearing_accounts.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(source.splitlines()))


def named(what: str, document_numbers: Sequence[str | None], whose: str | None = None) -> str:
    """Text that names documents, and how many more there are.

    >>> named("Ausgleich", ["RE-1", None, "RE-2"])
    'Ausgleich RE-1 RE-2'
    """
    numbers = [number for number in document_numbers if number]
    more = f"+{len(numbers) - _MOST_NAMED}" if len(numbers) > _MOST_NAMED else None
    return " ".join(filter(None, (what, *numbers[:_MOST_NAMED], more, whose)))[:500].strip()
