"""Invoice lines from the rows of a table on a page, each with its rate."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from domain.formats.invoice_record import HUNDRED
from domain.intake.lines import ExtractedLine, TaxShare, gross_of, settled, summary_lines
from domain.money import CENT, ZERO, cents
from domain.reading.fields import PageFields
from domain.reading.layout import Layout
from domain.reading.line_period import line_day
from domain.reading.origin import by_rule, from_page
from domain.reading.table_rows import Row
from domain.reading.whole_words import TIP, whole_kind
from domain.tax.rates import may_be_levied

_RULE = Decimal("0.60")
_ROW_STRENGTH = Decimal("0.85")
_HALF_CENT = Decimal("0.005")
_MOST_STATED = 8
_MOST_SUMS = 20_000  # sums of rows that are tried to share them out among two rates
Rated = tuple[Row, Decimal]


def page_lines(
    layout: Layout, fields: PageFields, shares: Sequence[TaxShare]
) -> Iterator[ExtractedLine]:
    """The rows of the table, if their rates are known; else one line for each rate."""
    is_gross = _is_gross(fields)
    rated = _rated(fields.rows, shares, is_gross=is_gross)
    if rated:
        lines = [_line(layout, row, rate, is_gross=is_gross) for row, rate in rated]
        yield from settled(lines, shares, is_gross=is_gross)
        return
    number = fields.texts.get("invoice_number")
    origin = by_rule(_RULE, "from the totals: the lines were not understood")
    yield from summary_lines(
        number.value if number is not None else None, shares, {"line_total": origin}
    )


def shares_of_rows(rows: Sequence[Row], net: Decimal, tax: Decimal) -> tuple[TaxShare, ...]:
    """Basis and tax of the rates that the rows state, if they prove net and tax; else none.

    Of the numbers of a row that may be its rate those count that make one set of rates for all.
    """
    stated = [[rate for rate in each.rates if may_be_levied(rate)] for each in rows]
    if sum((row.total for row in rows), ZERO) != net or not all(stated):
        return ()
    known = sorted({rate for each in stated for rate in each})[:_MOST_STATED]
    ways = (some for count in (1, 2, 3) for some in combinations(known, count))
    found = [shares for some in ways if (shares := _shares_by(rows, stated, some, tax))]
    return found[0] if len(found) == 1 else ()


def _shares_by(
    rows: Sequence[Row], stated: Sequence[list[Decimal]], rates: Sequence[Decimal], tax: Decimal
) -> tuple[TaxShare, ...]:
    """The shares if every row states one of these rates, each is stated, and they make the tax."""
    bases = dict.fromkeys(rates, ZERO)
    for row, own in zip(rows, stated, strict=True):
        rate = next((each for each in own if each in bases), None)
        if rate is None:
            return ()
        bases[rate] += row.total
    taxes = {rate: cents(basis * rate / HUNDRED) for rate, basis in bases.items()}
    if not all(bases.values()) or abs(sum(taxes.values(), ZERO) - tax) > CENT * len(bases):
        return ()
    taxes[max(bases, key=lambda rate: abs(bases[rate]))] += tax - sum(taxes.values(), ZERO)
    return tuple(TaxShare(rate / HUNDRED, bases[rate], taxes[rate]) for rate in rates)


def _line(layout: Layout, row: Row, rate: Decimal, *, is_gross: bool) -> ExtractedLine:
    origin = from_page(layout, row.passage, _ROW_STRENGTH)
    if is_gross:
        tax, total = row.total - cents(row.total / (1 + rate)), row.total
    else:
        tax, total = gross_of(row.total, rate)
    quantity, price = _measured(row)
    return ExtractedLine(
        row.description,
        quantity,
        price,
        rate,
        tax,
        total,
        {"description": origin, "line_total": origin},
        supply_date=line_day(row.description),
    )


def _measured(row: Row) -> tuple[Decimal | None, Decimal | None]:
    """Quantity and price; what is returned has a negative price, as in a structured invoice.

    `-8`, `8-` and `(8)` pieces, or a total alone that is below zero: the sign is that of the total.
    """
    quantity = row.quantity if row.quantity is None else abs(row.quantity)
    price = row.price if row.price is None else row.price.copy_sign(row.total)
    return quantity or None, price


def _is_gross(fields: PageFields) -> bool:
    """Whether the rows come to the gross total and not to the net one."""
    gross, net = fields.amounts.get("total_gross"), fields.amounts.get("total_net")
    total = sum((row.total for row in fields.rows), ZERO)
    if gross is None:
        return False
    return net is None or abs(total - gross.value) < abs(total - net.value)


def _rated(
    rows: Sequence[Row], shares: Sequence[TaxShare], *, is_gross: bool
) -> list[Rated] | None:
    """Every row with its rate: the only one, the one it states, or the one that the sums leave."""
    if len(shares) == 1:
        return [(row, shares[0].rate) for row in rows]
    untaxed = next((share.basis for share in shares if not share.rate), None)
    tips = [row for row in rows if whole_kind(row.description) == TIP and row.total == untaxed]
    if len(tips) == 1:
        rest = _rated(
            [row for row in rows if row is not tips[0]],
            [share for share in shares if share.rate],
            is_gross=is_gross,
        )
        return None if rest is None else [*rest, (tips[0], ZERO)]
    items = [row for row in rows if not row.is_added]
    wholes = {share.rate: share.basis + share.amount * is_gross for share in shares}
    stated = [next((rate for rate in _stated(row) if rate in wholes), None) for row in items]
    found = [(row, rate) for row, rate in zip(items, stated, strict=True) if rate is not None]
    if len(found) < len(items):
        return _parted(items, wholes) if len(items) == len(rows) else None
    return [*found, *_spread([row for row in rows if row.is_added], found, wholes)]


def _stated(row: Row) -> Iterator[Decimal]:
    return (rate / HUNDRED for rate in row.rates)


def _parted(rows: Sequence[Row], wholes: dict[Decimal, Decimal]) -> list[Rated] | None:
    """Rows shared out among two rates, if only one way to do so comes to what each has."""
    if len(wholes) != 2:  # noqa: PLR2004
        return None
    (first, wanted), (second, rest) = wholes.items()
    if sum((row.total for row in rows), ZERO) != wanted + rest:
        return None
    ways: dict[Decimal, list[frozenset[int]]] = {ZERO: [frozenset()]}
    for place, row in enumerate(rows):
        for total, sets in list(ways.items()):
            known = ways.setdefault(total + row.total, [])
            known += [each | {place} for each in sets if place not in each][: 2 - len(known)]
        if len(ways) > _MOST_SUMS:
            return None
    slack = max((_HALF_CENT / rate for rate in wholes if rate), default=ZERO) + _HALF_CENT
    exact = ways.get(wanted, [])
    near = [each for total, sets in ways.items() if abs(total - wanted) <= slack for each in sets]
    found = exact or near  # a basis that only its tax tells is known to some cents
    if len(found) != 1:
        return None
    return [(row, first if place in found[0] else second) for place, row in enumerate(rows)]


def _spread(
    added: Sequence[Row], items: Sequence[Rated], wholes: dict[Decimal, Decimal]
) -> Iterator[Rated]:
    """Charges and discounts, shared out among the rates so that each comes to what it has."""
    sums = {rate: sum((row.total for row, own in items if own == rate), ZERO) for rate in wholes}
    left = {rate: whole - sums[rate] for rate, whole in wholes.items()}
    goods = sum(sums.values(), ZERO)
    for place, row in enumerate(added):
        rest = row.total
        for at, rate in enumerate(wholes):
            is_last = place == len(added) - 1 or not goods
            part = left[rate] if is_last else cents(row.total * sums[rate] / goods)
            part = rest if at == len(wholes) - 1 and not is_last else part
            left[rate] -= part
            rest -= part
            if part:
                yield replace(row, total=part), rate
