"""Prepayments to a vendor, and what of its final invoice is set off against them.

A prepayment is money that settles nothing yet (a debit of the vendor among the open items), or an
invoice for a prepayment whose base lies on an account for payments on account, with the input tax
that was deducted of it. Set off, the latter gives back base and tax: of a final invoice that shows
the whole supply, only the difference is input tax (§ 12 UStG AT, § 15 UStG DE).
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_DOWN, Decimal
from functools import cache
from importlib.resources import files
from itertools import combinations
from uuid import UUID

from domain.ledger.booking import Books, Line
from domain.ledger.intent import Settling, Side
from domain.money import CENT, ZERO, cents
from domain.tax.code import TaxCode

SOURCE = "prepayment"
_OWN_CATEGORY = "advances_paid"
_MOST_TOGETHER = 12
# Tax is given back as it was booked, in however many amounts that was rounded.
_AS_BOOKED = 10_000


@dataclass(frozen=True, slots=True)
class PrepaymentSetOff:
    """An amount of an invoice, in EUR, that an open item or the intent of a prepayment pays.

    `position` is that of the line that takes it off; None where the total is whole (BT-113).
    """

    amount: Decimal
    open_item_id: UUID | None = None
    intent_id: UUID | None = None
    position: int | None = None

    @property
    def prepayment_id(self) -> UUID:
        """Of the open item, else of the intent."""
        return self.open_item_id or self.intent_id or UUID(int=0)


@dataclass(frozen=True, slots=True)
class Share:
    """What of a prepayment lies on one account at one tax code, gross and tax: booked, and left.

    Net where the tax is self-assessed or there is none. On `day`, of its supply or else of its
    document, its code held.
    """

    account: str
    tax_code: str | None
    booked: Decimal
    booked_tax: Decimal
    left: Decimal
    left_tax: Decimal
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Used:
    """What of a share a final invoice uses up."""

    prepayment_id: UUID
    share: Share
    amount: Decimal
    tax_amount: Decimal


@dataclass(frozen=True, slots=True)
class Prepayment:
    """What is left of a prepayment to a vendor, in EUR.

    `account` and `open_item_id` are those of an open item; else it is an `intent_id` with shares.
    """

    left_amount: Decimal
    document_number: str | None
    booking_date: date
    open_item_id: UUID | None = None
    intent_id: UUID | None = None
    account: str | None = None
    shares: tuple[Share, ...] = ()

    @property
    def prepayment_id(self) -> UUID:
        """What a set-off names it by."""
        return self.open_item_id or self.intent_id or UUID(int=0)

    def used(self, amount: Decimal) -> Iterator[Used]:
        """What an amount takes of each share; the whole rest takes all tax that is left."""
        done = seen = ZERO
        for share in self.shares:
            seen += share.left
            upto = cents(amount * seen / self.left_amount)
            part, done = upto - done, upto
            if part:
                tax = (share.left_tax * part / share.left).quantize(CENT, ROUND_HALF_DOWN)
                yield Used(self.prepayment_id, share, part, tax)


def domestic_rate(name: str | None, codes: Mapping[str, TaxCode]) -> Decimal | None:
    """Rate in percent of a code whose tax lies within the amount; None of any other."""
    code = codes.get(name or "")
    if code is None or code.is_self_assessed or not code.vat_account:
        return None
    return code.rate or None


def by_prepayment(set_offs: Iterable[PrepaymentSetOff]) -> dict[UUID, Decimal]:
    """What is set off of each prepayment in all."""
    found: dict[UUID, Decimal] = {}
    for each in set_offs:
        found[each.prepayment_id] = found.get(each.prepayment_id, ZERO) + each.amount
    return found


def used_of(
    set_offs: Iterable[PrepaymentSetOff], known: Mapping[UUID, Prepayment]
) -> tuple[Used, ...]:
    """What set-offs take of the shares of prepayments; open items have none."""
    taken = by_prepayment(set_offs).items()
    return tuple(used for each, amount in taken for used in known[each].used(amount))


def lines_of(used: Iterable[Used], codes: Mapping[str, TaxCode], day: date) -> Iterator[Line]:
    """Lines that give base and tax of prepayments back, with a supply of `day`.

    At the code by which they were booked, though another rate may have taken its place (§ 27
    Abs. 1 Satz 3 UStG DE).
    """
    for each in used:
        share = each.share
        stated = abs(each.tax_amount) if domestic_rate(share.tax_code, codes) else None
        side = Side.CREDIT if each.amount > ZERO else Side.DEBIT
        code = codes.get(share.tax_code or "")
        own = share.day if code is not None and not code.is_valid_on(day) else None
        yield Line(
            share.account,
            side,
            abs(each.amount),
            share.tax_code,
            None,
            stated,
            _AS_BOOKED,
            supply_date=own,
        )


def settling_line(prepayment: Prepayment, amount: Decimal, vendor_id: UUID) -> Line:
    """Line that closes an amount of an open item of the vendor."""
    item_id = prepayment.prepayment_id
    settling = (Settling(item_id, amount),)
    return Line(prepayment.account or "", Side.CREDIT, amount, None, vendor_id, settles=settling)


def proposed(
    known: Sequence[Prepayment], prepaid: Decimal, *, is_part: bool = True
) -> Mapping[UUID, Decimal]:
    """What is proposed of each prepayment; nothing where not exactly one choice fits.

    One of just the amount goes before several that make it together, and those before the only
    one that is large enough, of which a part is taken where that `is_part` of the choices.
    """
    if prepaid <= ZERO:
        return {}
    exact = [each for each in known if each.left_amount == prepaid]
    if exact:
        return _chosen(exact, prepaid) if len(exact) == 1 else {}
    together = list(_together(known, prepaid))
    if together:
        fits = len(together) == 1
        return {each.prepayment_id: each.left_amount for each in together[0]} if fits else {}
    larger = [each for each in known if each.left_amount > prepaid] if is_part else []
    return _chosen(larger, prepaid)


def _chosen(found: Sequence[Prepayment], amount: Decimal) -> Mapping[UUID, Decimal]:
    return {found[0].prepayment_id: amount} if len(found) == 1 else {}


def _together(known: Sequence[Prepayment], prepaid: Decimal) -> Iterator[tuple[Prepayment, ...]]:
    """Choices of several that make the amount; of very many only all of them together."""
    sizes = range(2, len(known) + 1) if len(known) <= _MOST_TOGETHER else (len(known),)
    for size in sizes:
        for choice in combinations(known, size):
            if sum((each.left_amount for each in choice), ZERO) == prepaid:
                yield choice


def prepayment_accounts(books: Books) -> frozenset[str]:
    """Accounts for payments on account: those of the chart, and own ones of `advances_paid`."""
    own = {number for number, each in books.accounts.items() if each.category == _OWN_CATEGORY}
    own |= {row["account"] for row in _of_chart(books.chart.value)}
    return frozenset(number for number in own if books.knows(number))


def account_for(cost: str | None, tax_code: str | None, books: Books) -> str | None:
    """Where a prepayment goes for what will be booked on `cost`, at its tax code.

    By where the cost stands in the balance sheet or the profit and loss: assets, stock and
    material, the rest (§ 224 UGB, § 266 HGB). None where the cost is not known, or the account is
    out of use; the account itself where it is one for payments on account.
    """
    if cost is None or not books.knows(cost):
        return None
    if cost in prepayment_accounts(books):
        return cost
    group = books.accounts[cost].statement_group or ""
    for row in _of_chart(books.chart.value):
        within = not row["cost"] or f"{group}.".startswith(f"{row['cost']}.")
        if within and row["tax_code"] in {"", tax_code}:
            return row["account"] if books.knows(row["account"]) else None
    return None


@cache
def _of_chart(chart: str) -> tuple[dict[str, str], ...]:
    source = files("domain.payables").joinpath("prepayment_accounts.csv")
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return tuple(row for row in rows if row["chart"] == chart)
