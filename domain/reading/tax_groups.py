"""Lines on which a percentage, a basis and a tax prove each other: no label is needed."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, permutations, product

from domain.money import CENT, cents
from domain.reading.layout import Layout, Line, Passage
from domain.reading.paid_slips import names_scheme
from domain.reading.tax_words import (
    is_bare,
    is_of_alcohol,
    may_be_strength,
    names_other_share,
    speaks_of_vat,
    states_tax,
)
from domain.reading.untaxed import owes_no_tax
from domain.reading.values import AMOUNT, PERCENT, VAT_ID, amount_of, percent_of
from domain.reading.whole_words import TIP, whole_kind
from domain.tax.rates import KNOWN, REGULAR, SMALL, may_be_levied, small_up_to

_TOLERANCE = 2 * CENT
_HALF = Decimal("0.5")
_LARGE = 1000
_HUNDRED = Decimal(100)
_HALF_CENT = Decimal("0.005")
_MOST_TAXES, _MOST_RATES = 8, 3
_LAST = 4
_OF_ROW = 3
_ROW = re.compile(r"(?:[A-H]\s?[=:]?\s?)?(?P<rate>\d{1,2}(?:[.,]\d{1,2})?)\s+(?P<rest>\S.*)")
_MOST = 6
_LETTER = re.compile(r"[A-H]\s?[=:]?\s?\d")
_NET = re.compile(r"netto|\bnet\b|summe|subtotal|bemessung|\bbasis\b|taxable", re.IGNORECASE)
_TOTAL = re.compile(r"summe|gesamt|\btotal|betrag|zu zahlen|bezahlt", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """Basis and tax of one rate (in percent) that fit each other."""

    rate: Decimal
    basis: Decimal
    amount: Decimal
    passage: Passage


def fits(basis: Decimal, rate: Decimal, tax: Decimal) -> bool:
    """Whether a tax is what its basis and rate (in percent) say, within two cents.

    Large amounts without cents are of a currency that has none, and are rounded as such.

    >>> fits(Decimal("275.00"), Decimal(7), Decimal("19.25"))
    True
    >>> fits(Decimal(5122744), Decimal(27), Decimal(1383141))
    True
    """
    apart = abs(cents(basis * rate / _HUNDRED) - tax)
    is_whole = abs(basis) >= _LARGE and basis == int(basis) and tax == int(tax)
    return apart <= (_HALF if is_whole else _TOLERANCE)


def groups_in(layout: Layout) -> tuple[TaxGroup, ...]:
    """One group for each rate and basis: pages repeat them."""
    found: dict[tuple[Decimal, Decimal], TaxGroup] = {}
    for line in layout.lines:
        rate = PERCENT.search(line.text)
        if rate is None:
            group = _of_table(line)
        else:
            group = _group(line, percent_of(rate)) if states_tax(line.text) else None
        if group is not None:
            found.setdefault((group.rate.normalize(), group.basis), group)
    for group in _over_two_lines(layout):
        found.setdefault((group.rate.normalize(), group.basis), group)
    return tuple(found.values())


def _over_two_lines(layout: Layout) -> Iterator[TaxGroup]:
    """Groups whose net total has a line of its own: `Netto 10 % 300,00`, `USt 10 % 30,00`."""
    taxes = tax_lines_in(layout)
    for line in layout.lines if taxes else ():
        rates, amounts = list(PERCENT.finditer(line.text)), list(AMOUNT.finditer(line.text))
        if len(rates) != 1 or len(amounts) != 1 or _NET.search(line.text) is None:
            continue
        rate, basis = percent_of(rates[0]).normalize(), amount_of(amounts[0])
        for tax in taxes:
            if tax.rate == rate and abs(tax.amount) < abs(basis) and fits(basis, rate, tax.amount):
                yield TaxGroup(rate, basis, tax.amount, tax.passage)
                break


def making(groups: Iterable[TaxGroup], net: Decimal, tax: Decimal) -> tuple[TaxGroup, ...]:
    """The groups, as many as possible, that come to a net amount and its tax; else none.

    Untaxed amounts have no group: the bases may come to less than the net amount.
    """
    found = tuple(groups)[:_MOST]
    for count in range(len(found), 0, -1):
        for some in combinations(found, count):
            rates = {group.rate.normalize() for group in some}
            is_tax = abs(sum((group.amount for group in some), Decimal()) - tax) <= _TOLERANCE
            basis = sum((group.basis for group in some), Decimal())
            if is_tax and len(rates) == len(some) and abs(basis) <= abs(net) + _TOLERANCE:
                return some
    return ()


@dataclass(frozen=True, slots=True)
class TaxLine:
    """A rate (in percent) and the tax beside it, whose basis stands nowhere."""

    rate: Decimal
    amount: Decimal
    passage: Passage


def tax_lines_in(layout: Layout) -> tuple[TaxLine, ...]:
    """Lines with one percentage and one amount: `20 % USt 23,71`; each once."""
    found: dict[tuple[Decimal, Decimal], TaxLine] = {}
    speaks = speaks_of_vat(layout)
    for line in layout.lines if speaks else ():
        rates, amounts = list(PERCENT.finditer(line.text)), list(AMOUNT.finditer(line.text))
        if len(rates) != 1 or len(amounts) != 1 or not states_tax(line.text):
            continue
        rate, amount = percent_of(rates[0]).normalize(), amount_of(amounts[0])
        if rate and amount:
            passage = line.passage(amounts[0].start("whole"), amounts[0].end())
            found.setdefault((rate, amount), TaxLine(rate, amount, passage))
    return tuple(found.values())[:_MOST_TAXES]


def proven(lines: Sequence[TaxLine], net: Decimal | None, gross: Decimal) -> tuple[TaxGroup, ...]:
    """The tax lines that are just what their rates make of a total; none if no set of them is.

    Of several rates the bases are what the taxes say, to some cents; together they are exact.

    >>> from domain.reading.layout import Box
    >>> where = Passage("", 1, Box(0, 0, 1, 1), Decimal(1))
    >>> found = proven([TaxLine(Decimal(20), Decimal("23.71"), where)], None, Decimal("142.25"))
    >>> [str(group.basis) for group in found]
    ['118.54']
    """
    for count in range(1, _MOST_RATES + 1):
        for some in combinations(lines, count):
            found = _as_groups(some, net, gross)
            if found:
                return found
    return ()


def apart(layout: Layout, gross: Decimal, net: Decimal | None) -> TaxLine | None:
    """The tax within a total that a rate on another line makes of it, if only one does.

    Pages head a column with the rate, or tell it in a sentence, and print the tax elsewhere. The
    printed amount has to be the tax to the cent. On pages without a word for VAT that is known it
    also has to be what parts the stated net total from gross, and its rate to stand beside no word
    that may say of what else it is a share.
    """
    if owes_no_tax(layout.text):
        return None
    speaks = speaks_of_vat(layout)
    is_rate_of = states_tax if speaks else is_bare
    lines = (line for line in layout.lines if is_rate_of(line.text))
    said = {percent_of(each) for line in lines for each in PERCENT.finditer(line.text)}
    rates = {rate.normalize() for rate in said if may_be_levied(rate)}
    taxes = {cents(gross * rate / (_HUNDRED + rate)): rate for rate in rates}
    found: dict[Decimal, TaxLine] = {}
    for line in layout.lines:
        for match in AMOUNT.finditer(line.text):
            amount = amount_of(match)
            is_told = speaks or (net is not None and net + amount == gross)
            if amount in taxes and amount >= 1 and is_told:
                passage = line.passage(match.start("whole"), match.end())
                found.setdefault(amount, TaxLine(taxes[amount], amount, passage))
    return next(iter(found.values())) if len(found) == 1 else None


def shared(layout: Layout, gross: Decimal) -> tuple[TaxGroup, ...]:
    """Groups of a small receipt that shows for each rate only the gross share; none if unproven.

    Its rows, each with its rate, or one share for each rate come to the total, beside a tip that
    is not taxed. On a small receipt the rate stands for the tax (AT § 11 Abs. 6 UStG, DE § 33
    UStDV), unless its seller owes none; above that a tax that nobody shows is none.
    """
    if not Decimal() < gross <= max(SMALL.values()) or owes_no_tax(layout.text):
        return ()
    rows = list(_shares_in(layout))
    for whole in dict.fromkeys((gross, *(gross - tip for tip in tips_in(layout)))):
        found = _summed(rows, whole) or _chosen(rows, whole)
        if len(found) > 1 or (found and whole != gross):
            return found if gross <= small_up_to(each.rate for each in found) else ()
    return ()


def tipped(layout: Layout, gross: Decimal) -> tuple[TaxGroup, ...]:
    """Groups that come to a total without the tip in it, which is not taxed; none without a tip."""
    stated, lines = groups_in(layout)[:_MOST], tax_lines_in(layout)
    for whole in (gross - tip for tip in tips_in(layout) if tip):
        if stated and sum((g.basis + g.amount for g in stated), Decimal()) == whole:
            return stated
        if found := proven(lines, None, whole):
            return found
    found = shared(layout, gross) if any(tips_in(layout)) else ()
    return found if sum((g.basis + g.amount for g in found), Decimal()) != gross else ()


def totals_with_tip(layout: Layout) -> Iterator[Passage]:
    """Amounts of lines that say a total, or how it was paid: a tip and the groups make them."""
    for line in layout.lines if any(tips_in(layout)) else ():
        is_said = _TOTAL.search(line.text) or names_scheme(line.text)
        if is_said and whole_kind(line.text) != TIP:
            for each in AMOUNT.finditer(line.text):
                if tipped(layout, amount_of(each)):
                    yield line.passage(each.start("whole"), each.end())


def _shares_in(layout: Layout) -> Iterator[list[TaxLine]]:
    """Lines with one rate that there is: what each amount would be, were it the gross share.

    Somewhere a word has to say that the percentages are rates; with a letter before them, as tills
    print them, a VAT id is enough. Below a heading of another share they are none, nor is what may
    be the strength of a drink, which has the regular rate: `Wein 13 %`, `Bier 4,9 %`.
    """
    speaks, is_other = speaks_of_vat(layout), False
    is_till = VAT_ID.search(layout.text) is not None
    for line in layout.lines:
        percents = list(PERCENT.finditer(line.text))
        rates = [each for each in percents if not is_of_alcohol(line.text, *each.span())]
        if not is_bare(line.text):
            is_heading = AMOUNT.search(line.text) is None
            is_other = names_other_share(line.text) and (is_heading or bool(percents))
        if len(rates) != 1 or is_other or not (speaks or (is_till and _LETTER.match(line.text))):
            continue
        rate = percent_of(rates[0]).normalize()
        found = [
            TaxLine(rate, amount_of(each), line.passage(each.start("whole"), each.end()))
            for each in AMOUNT.finditer(line.text)
        ]
        is_told = len(rates) < len(percents)  # how strong it is, beside its rate
        is_strength = rate not in REGULAR and not is_told and may_be_strength(line.text)
        if found and rate in KNOWN and not is_strength:
            yield found


def tips_in(layout: Layout) -> Iterator[Decimal]:
    """Amounts of lines that name a tip and nothing besides."""
    for line in layout.lines:
        amounts = list(AMOUNT.finditer(line.text))
        if amounts and whole_kind(line.text) == TIP:
            yield amount_of(amounts[-1])


def _summed(rows: Sequence[Sequence[TaxLine]], whole: Decimal) -> tuple[TaxGroup, ...]:
    """Every row with its last amount, if all of them come to the whole."""
    last = [row[-1] for row in rows]
    if sum((each.amount for each in last), Decimal()) != whole:
        return ()
    rates = dict.fromkeys(each.rate for each in last)
    return tuple(_within([each for each in last if each.rate == rate]) for rate in rates)


def _chosen(rows: Sequence[Sequence[TaxLine]], whole: Decimal) -> tuple[TaxGroup, ...]:
    """One amount for each rate that come to the whole, if only one choice does."""
    by_rate: dict[Decimal, dict[Decimal, TaxLine]] = {}
    for each in (share for row in rows for share in row):
        by_rate.setdefault(each.rate, {}).setdefault(each.amount, each)
    if not 0 < len(by_rate) <= _MOST_RATES or any(len(s) > _MOST_TAXES for s in by_rate.values()):
        return ()
    ways = [
        some
        for some in product(*(shares.values() for shares in by_rate.values()))
        if sum((each.amount for each in some), Decimal()) == whole
    ]
    return tuple(_within([each]) for each in ways[0]) if len(ways) == 1 else ()


def _within(shares: Sequence[TaxLine]) -> TaxGroup:
    """The group whose tax is within gross amounts of one rate."""
    rate, whole = shares[0].rate, sum((each.amount for each in shares), Decimal())
    tax = cents(whole * rate / (_HUNDRED + rate))
    return TaxGroup(rate, whole - tax, tax, shares[0].passage)


def _as_groups(
    some: Sequence[TaxLine], net: Decimal | None, gross: Decimal
) -> tuple[TaxGroup, ...]:
    whole = gross - sum((each.amount for each in some), Decimal())
    bases = [cents(each.amount * _HUNDRED / each.rate) for each in some]
    slack = sum((_HALF_CENT * _HUNDRED / each.rate for each in some), CENT)
    is_made = abs(sum(bases, Decimal()) - whole) <= slack
    is_net = net is None or abs(net - whole) <= _TOLERANCE
    is_one_sign = all((each.amount > 0) == (gross > 0) for each in some)
    if not (is_made and is_net and is_one_sign) or len({each.rate for each in some}) < len(some):
        return ()
    bases[-1] = whole - sum(bases[:-1], Decimal())
    return tuple(
        TaxGroup(each.rate, basis, each.amount, each.passage)
        for each, basis in zip(some, bases, strict=True)
    )


def _of_table(line: Line) -> TaxGroup | None:
    """A row whose rate has no sign, for it stands in the heading: `20,00 5,00 1,00 6,00`.

    Basis, tax and their sum prove it: three amounts behind a rate that there is.
    """
    row = _ROW.fullmatch(line.text)
    if row is None:
        return None
    rate = Decimal(row["rate"].replace(",", "."))
    found = list(AMOUNT.finditer(line.text, row.start("rest")))
    if rate not in KNOWN or len(found) != _OF_ROW:
        return None
    basis, tax, gross = (amount_of(match) for match in found)
    if not tax or basis + tax != gross or not fits(basis, rate, tax):
        return None
    place = line.passage(found[1].start("whole"), found[1].end())
    return TaxGroup(rate, basis, tax, place)


def _group(line: Line, rate: Decimal) -> TaxGroup | None:
    found = [
        (amount_of(match), line.passage(match.start("whole"), match.end()))
        for match in AMOUNT.finditer(line.text)
    ]
    pairs = list(permutations(found[-_LAST:], 2))
    for (basis, _), (tax, passage) in pairs:
        if abs(tax) < abs(basis) and rate and tax and fits(basis, rate, tax):
            return TaxGroup(rate, basis, tax, passage)
    for (share, _), (tax, passage) in pairs:
        # `10 % USt aus 220,00: 20,00`: the tax is within the amount.
        if rate and tax and cents(share * rate / (_HUNDRED + rate)) == tax:
            return TaxGroup(rate, share - tax, tax, passage)
    return None
