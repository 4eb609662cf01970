"""Amounts that a text shows, in every notation, and the currencies beside them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_BLANK = "[ \u00a0\u2007\u2009\u202f]"
_BEFORE = "(?<!\\d)(?<!\\d[.,'\u2019/-])"
_AFTER = f"(?!\\d)(?!{_BLANK}?%)(?![.,'\u2019/:]\\d)"
_DECIMALS = r"(?:[.,]\s?(?P<decimals>\d{1,6}|[-=\u2012-\u2015]{1,2}))?"
_GROUPED = re.compile(
    rf"{_BEFORE}(?=(?P<all>(?P<whole>\d{{1,3}}(?:(?:{_BLANK}|[.,'\u2019\u00b4])\d{{3}})+)"
    rf"{_DECIMALS}){_AFTER})"
)
_PLAIN = re.compile(rf"{_BEFORE}(?=(?P<all>(?P<whole>\d{{1,12}}){_DECIMALS}){_AFTER})")
_FORMS = {
    "EUR": r"\u20ac|EUR|Eur|eur|[Ee]uros?|EURO",
    "USD": r"US-?\$|\$|USD|US-?[Dd]ollars?",
    "GBP": r"\u00a3|GBP|[Pp]ounds?",
    "CHF": r"CHF|S?Fr\.|SFR|[Ff]ranken",
    "JPY": r"\u00a5|JPY",
    "PLN": r"z\u0142|PLN",
    "CZK": r"K\u010d|CZK",
    "HUF": r"Ft|HUF",
    "SEK": r"SEK",
    "NOK": r"NOK",
    "DKK": r"DKK",
    "KRONA": r"kr",
    "DEM": r"DEM|DM",
    "TRY": r"\u20ba|TRY|TL",
}
_KRONA = ("SEK", "NOK", "DKK")
_NAMED = "|".join(f"(?P<{code}>{form})" for code, form in _FORMS.items())
_CURRENCY = re.compile(rf"(?<![^\W\d_])(?:{_NAMED})(?![^\W\d_])")
_RIGHT = re.compile(rf"{_BLANK}*(?:{_NAMED})(?![^\W\d_])")
_LEFT = re.compile(rf"(?<![^\W\d_])(?:{_NAMED}){_BLANK}*$")
_STATED = re.compile(
    r"(?i:(?:rechnungs|belegs?)?w(?:\u00e4|ae)hrung|(?:invoice\s+)?currency|devise|valuta"
    rf"|(?:betr\u00e4ge|amounts|montants)\s+(?:in|en))\s{{0,3}}:?\s{{0,3}}(?:{_NAMED})(?![^\W\d_])"
)
_REACH = 14


@dataclass(frozen=True, slots=True)
class ShownAmount:
    """An amount without its sign, whether it has decimals, and the currencies beside it."""

    value: Decimal
    has_decimals: bool
    currencies: frozenset[str]

    @property
    def is_money(self) -> bool:
        """Whether it cannot be a year, a postcode or a count."""
        return self.has_decimals or bool(self.currencies)


def amounts_in(text: str) -> Iterator[ShownAmount]:
    """Every number that may be an amount; one that can be read in two ways comes twice.

    >>> [str(found.value) for found in amounts_in("EUR 6 120,50") if found.has_decimals]
    ['6120.50', '120.50']
    """
    for form in (_GROUPED, _PLAIN):
        for found in form.finditer(text):
            yield _amount(text, found)


def currencies_in(text: str) -> frozenset[str]:
    """Every currency that a text names.

    >>> sorted(currencies_in("12,00 \u20ac oder US$ 13"))
    ['EUR', 'USD']
    """
    return _codes(_CURRENCY.finditer(text))


def stated_currencies(text: str) -> frozenset[str]:
    """The currencies that a text calls that of the document.

    >>> stated_currencies("W\u00e4hrung: GBP, Betrag in EUR")
    frozenset({'GBP'})
    """
    return _codes(_STATED.finditer(text))


def _amount(text: str, found: re.Match[str]) -> ShownAmount:
    decimals = found["decimals"] or ""
    whole = re.sub(r"\D", "", found["whole"])
    value = Decimal(f"{whole}.{decimals}") if decimals.isdigit() else Decimal(whole)
    start, end = found.span("all")
    beside = (
        _LEFT.search(text, max(0, start - _REACH), start),
        _RIGHT.match(text, end, end + _REACH),
    )
    return ShownAmount(value, bool(decimals), _codes(match for match in beside if match))


def _codes(matches: Iterator[re.Match[str]]) -> frozenset[str]:
    found: set[str] = set()
    for match in matches:
        code = match.lastgroup or ""
        found.update(_KRONA if code == "KRONA" else (code,))
    return frozenset(found)
