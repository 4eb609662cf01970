"""What a page asks for beside net and tax: deposits, visitors' taxes, outlays, by its lines.

`Netto 12,00, 20 % USt 2,40, Einwegpfand 6,00, Gesamt 20,40`: the deposit is no part of net, bears
no tax, and is owed all the same. It is a group of its own, whose reason are its words.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from domain.intake.lines import ExtractedLine, TaxShare
from domain.intake.tax_facts import kind_of
from domain.money import CENT, ZERO
from domain.reading.choice import GROSS, NET, TAX
from domain.reading.fields import PageFields
from domain.reading.layout import Layout
from domain.reading.origin import Reading, by_rule, from_page
from domain.reading.table import rows_in, tables_in
from domain.reading.tax_words import names_other_share
from domain.reading.values import AMOUNT, PERCENT, amount_of, percent_of

_KINDS = frozenset({"deposit_container", "city_tax", "disbursement", "import_vat_recharged"})
# What is said to bear no tax, or mostly bears none; that it closes the total proves it.
_UNTAXED = re.compile(
    r"(?<![\d.,])0(?:[.,]0{1,2})?\s?%|steuerfrei|steuerbefreit|(?:ust|mwst)[. -]{0,2}frei"
    r"|nicht (?:umsatz)?steuerbar|ohne (?:ust|mwst|umsatzsteuer|mehrwertsteuer|steuer)\b"
    r"|durchlauf|\bauslagen?\b|verauslagt|\bporto\b|postgeb\u00fchr|briefmarken|botendienst|kurierdienst"
    r"|\bzoll\b|tourismus(?:abgabe|taxe|beitrag)|kulturtaxe|kur(?:beitrag|abgabe)|g\u00e4stetaxe"
    r"|bettensteuer|\b(?:vat|tax)[ -](?:free|exempt)|zero[ -]rated|\bpostage\b|\bdisbursements?\b"
    r"|(?:city|tourist|occupancy) tax",
    re.IGNORECASE,
)
_TIMES = re.compile(r"\s+\d{1,6}\s?(?:x|\u00d7|\*|st|stk|st\u00fcck)?[. ]{0,2}$", re.IGNORECASE)
_PLACE = re.compile(r"^\d{1,3}[.)]?\s+(?=\D)")
_STRENGTH = Decimal("0.75")
_MOST = 6
_LONGEST = 200


def beside_tax(layout: Layout, fields: PageFields) -> tuple[ExtractedLine, ...]:
    """Lines of what makes gross of net and tax, as the page names it; none where nothing does.

    A line that names a rate is taxed, and so are no others of its kind: `Pfand 20 %`.
    """
    net, tax, gross = (fields.amounts.get(role) for role in (NET, TAX, GROSS))
    if net is None or tax is None or gross is None:
        return ()
    missing = gross.value - net.value - tax.value
    if abs(missing) <= CENT:
        return ()
    named = [*_named(layout)]
    lines = _different(named)
    for count in range(1, len(lines) + 1):
        for some in combinations(lines, count):
            if sum((each.line_total or ZERO for each in some), ZERO) == missing:
                return tuple(each for each in named if any(each is one for one in some))
    return ()


def with_net(fields: PageFields, lines: tuple[ExtractedLine, ...]) -> PageFields:
    """The fields with a net total that holds what is beside the tax, too."""
    if not lines:
        return fields
    net, beside = fields.amounts[NET], _total(lines)
    origin = by_rule(min(net.origin.confidence, _STRENGTH), f"net, and beside the tax {beside:.2f}")
    amounts = {**fields.amounts, NET: Reading(net.value + beside, origin)}
    return replace(fields, amounts=amounts, totals_agree=True)


def rows_with(
    layout: Layout, fields: PageFields, lines: tuple[ExtractedLine, ...]
) -> PageFields | None:
    """The fields with rows that hold what is beside the tax, where the table has it as rows."""
    whole = with_net(fields, lines)
    rows = rows_in(tables_in(layout), [whole.amounts[NET].value])
    is_all = any(_is_untaxed(row.description) or ZERO in row.rates for row in rows)
    return replace(whole, rows=rows) if is_all and not fields.rows else None


def share_of(lines: tuple[ExtractedLine, ...]) -> Iterator[TaxShare]:
    """The group of what is not taxed; its words are the reason."""
    if lines:
        words = dict.fromkeys(line.description for line in lines)
        yield TaxShare(ZERO, _total(lines), ZERO, exemption_reason=", ".join(words)[:_LONGEST])


def words_of(layout: Layout, amount: Decimal) -> str | None:
    """What the page calls an amount that is not taxed; None where it does not name it."""
    named = [each.description for each in _named(layout) if each.line_total == amount]
    return named[-1] if named else None


def _is_untaxed(text: str) -> bool:
    return kind_of(text) in _KINDS or _UNTAXED.search(text) is not None


def _total(lines: tuple[ExtractedLine, ...]) -> Decimal:
    return sum((line.line_total or ZERO for line in lines), ZERO)


def _different(named: list[ExtractedLine]) -> list[ExtractedLine]:
    """The lines named last, beside the totals; other amounts before the same amount once more.

    A deposit that is named twice is owed once if that makes gross, and twice only if nothing less
    does: `Einwegpfand 3,00` and `Kistenpfand 3,00` are two.
    """
    last, again = dict[Decimal, ExtractedLine](), list[ExtractedLine]()
    for each in reversed(named):
        if last.setdefault(each.line_total or ZERO, each) is not each:
            again.append(each)
    return [*reversed(last.values()), *again][:_MOST]


def _named(layout: Layout) -> Iterator[ExtractedLine]:
    """Lines that name something of these kinds, and the last amount on each."""
    for line in layout.lines:
        found = list(AMOUNT.finditer(line.text))
        if not found or not _is_untaxed(line.text) or names_other_share(line.text):
            continue
        last, value = found[-1], amount_of(found[-1])
        if not value or any(percent_of(each) for each in PERCENT.finditer(line.text)):
            continue
        origin = from_page(layout, line.passage(last.start("whole"), last.end()), _STRENGTH)
        words = _TIMES.sub("", line.text[: found[0].start()].rstrip(" .:-\u2013|(").lstrip())
        words = _PLACE.sub("", words)
        yield ExtractedLine(
            words[:_LONGEST] or line.text[:_LONGEST],
            Decimal(1),
            value,
            ZERO,
            ZERO,
            value,
            {"description": origin, "line_total": origin},
        )
