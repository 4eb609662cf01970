"""Amounts on the pages with the words that stand beside or above them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from domain.reading.arithmetic import Amount, Role, TaxGroup, fits
from domain.reading.layout import Layout, Line, Page, Passage
from domain.reading.values import AMOUNT, PERCENT, amount_of, percent_of

_NET = re.compile(
    r"netto(?!\s+bis)|\bnet\b|before\s?tax|exkl|excl|ohne\s+(?:mwst|ust)|zwischensumme|sub-?\s?total|warenwert|\bht\b"
    r"|steuerbasis|bemessungsgrundlage|grondslag|tax\s+exclusive|untaxed",
    re.IGNORECASE,
)
_GROSS = re.compile(
    r"brutto|inkl|incl|zu\s+zahlen|zahlbetrag|rechnungsbetrag|rechnungssumme|endbetrag|endsumme"
    r"|gesamtbetrag|gesamtsumme|grand\s+total|amount\s+due|total\s+due|due\s+payable|\bttc\b"
    r"|zahlungsbetrag|rechnungs-?gesamtbetrag|total\s+amount|amount\s+payable|factuur\s+totaal",
    re.IGNORECASE,
)
_WEAK_GROSS = re.compile(r"\btotal\b|\bsumme\b|\bgesamt\b|totaal|\bsum\b|\btoplam\b", re.IGNORECASE)
_TAX = re.compile(
    r"mwst|\bust\b|umsatzsteuer|mehrwertsteuer|\bvat\b|\btax\b|\btva\b|\bbtw\b|steuerbetrag"
    r"|versicherungs?steuer|\bsteuer\b|iva\b|kdv",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"anzahlung|gezahlt|bezahlt|prepaid|deposit|skonto|discount|rabatt|\bgeg\b|r\u00fcckgeld"
    r"|versand|fracht|vorauszahlung|akonto|saldo|punkte|guthaben",
    re.IGNORECASE,
)
_SYMBOLS = {
    "EUR": re.compile(r"\u20ac|\bEUR\b|\beuro\b", re.IGNORECASE),
    "USD": re.compile(r"\$|\bUSD\b"),
    "GBP": re.compile(r"\u00a3|\bGBP\b"),
    "CHF": re.compile(r"\bCHF\b|\bSFr\b"),
    "DEM": re.compile(r"\bDEM\b"),
}
_WORDS = re.compile(r"[^\W\d_]{2}")
_CODES = re.compile(r"\b(?:EUR|USD|GBP|CHF|Stk)\b\.?", re.IGNORECASE)
_LABEL_LENGTH = 80
_LINES_ABOVE = 4
_STRONG, _FAIR, _FAINT = Decimal("0.92"), Decimal("0.75"), Decimal("0.40")
_PAGE_END = 4


@dataclass(frozen=True, slots=True)
class Seen:
    """An amount, the words left of it on its line and the words above it in its column."""

    value: Decimal
    passage: Passage
    label: str
    heading: str


def amounts_in(layout: Layout) -> Iterator[Amount]:
    """Every amount that may be a total, once for each role its words speak for."""
    for page in layout.pages:
        for index in range(len(page.lines)):
            for seen in seen_on(page, index):
                yield from _roles(seen)


def groups_in(layout: Layout) -> Iterator[TaxGroup]:
    """Lines on which a percentage, a basis and a tax fit each other."""
    for line in layout.lines:
        rate = PERCENT.search(line.text)
        if rate is not None:
            group = _group(line, percent_of(rate))
            if group is not None:
                yield group


def seen_on(page: Page, index: int) -> Iterator[Seen]:
    """The amounts on one line."""
    line = page.lines[index]
    for match in AMOUNT.finditer(line.text):
        passage = line.passage(match.start(), match.end())
        label = AMOUNT.sub(" ", line.text[: match.start()])[-_LABEL_LENGTH:]
        yield Seen(amount_of(match), passage, label, _heading(page, index, passage))


def currency_in(layout: Layout) -> str | None:
    """The currency that is named most often."""
    text = layout.text
    counts = {code: len(sign.findall(text)) for code, sign in _SYMBOLS.items()}
    code = max(counts, key=lambda code: counts[code])
    return code if counts[code] else None


def currency_passage(layout: Layout, currency: str) -> Passage | None:
    """Where a currency is named first."""
    for line in layout.lines:
        found = _SYMBOLS[currency].search(line.text)
        if found is not None:
            return line.passage(found.start(), found.end())
    return None


def _roles(seen: Seen) -> Iterator[Amount]:
    label = seen.label if _WORDS.search(_CODES.sub("", seen.label)) else seen.heading
    strong = label is seen.label
    if _PAID.search(label):
        return
    for role, strength in _spoken_for(label):
        yield Amount(seen.value, role, strength if strong else strength * _FAIR, seen.passage)
    if strong and _TAX.search(seen.heading) and not _NET.search(label):
        yield Amount(seen.value, Role.TAX, _FAINT, seen.passage)


def _spoken_for(label: str) -> Iterator[tuple[Role, Decimal]]:
    net, gross, tax = _NET.search(label), _GROSS.search(label), _TAX.search(label)
    if net:
        yield Role.NET, _STRONG
    if gross and not net:
        yield Role.GROSS, _STRONG
    if tax and not gross:
        yield Role.TAX, _FAIR if net else _STRONG
    if _WEAK_GROSS.search(label) and not gross and not net:
        yield Role.GROSS, _FAINT if tax else _FAIR
        yield Role.NET, _FAINT


def _heading(page: Page, index: int, passage: Passage) -> str:
    """The words above an amount, as far as they are no amounts themselves."""
    for above in reversed(page.lines[max(0, index - _LINES_ABOVE) : index]):
        column = above.between(passage.box.left - 200, passage.box.right + 200)
        if column is not None and not AMOUNT.search(column.text):
            return column.text
    return ""


def _group(line: Line, rate: Decimal) -> TaxGroup | None:
    found = [
        (amount_of(match), line.passage(match.start(), match.end()))
        for match in AMOUNT.finditer(line.text)
    ]
    for (basis, _), (tax, passage) in permutations(found[-_PAGE_END:], 2):
        if abs(tax) < abs(basis) and rate and tax and fits(basis, rate, tax):
            return TaxGroup(rate, basis, tax, passage)
    return None
