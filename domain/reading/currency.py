"""The currency of a page: codes beside amounts, signs, and what is no sign of any one currency."""

import re
from collections import Counter
from collections.abc import Iterator

from domain.money import CURRENCIES
from domain.reading.layout import Layout, Passage

_SIGNS = {
    "EUR": r"\u20ac|\beuro\b",
    "USD": r"US\s?\$",
    "GBP": r"\u00a3",
    "CHF": r"\bSFr\b\.?|(?<=\d)\s?Fr\.(?!\w)|\bFr\.(?=\s?\d)",
    "HUF": r"(?<=\d)\s?Ft\b\.?",
    "CZK": r"K\u010d",
    "PLN": r"z\u0142",
    "RON": r"(?<=\d)\s?\blei\b",
    "BGN": r"\u043b\u0432",
    "TRY": r"\u20ba",
    "INR": r"\u20b9",
    "ILS": r"\u20aa",
    "UAH": r"\u20b4",
    "CAD": r"C(?:A|DN)?\$",
    "AUD": r"A(?:U)?\$",
}
# Signs that several countries use: the currency stays unknown unless a code says which.
_AMBIGUOUS = re.compile(r"(?<=\d)\s?(?:kr|:-)(?![\w/])\.?|\bkr\.?(?=\s?\d)|\u00a5", re.IGNORECASE)
# A dollar that does not say whose it is.
_DOLLAR = re.compile(r"(?<![A-Z])(?<!US\s)\$", re.IGNORECASE)
_SIGN_PATTERNS = {code: re.compile(signs, re.IGNORECASE) for code, signs in _SIGNS.items()}
_NUMBER = r"-?\d[\d.,'\u2019 ]*"
_CODE = re.compile(
    rf"(?<![A-Za-z])([A-Z]{{3}})(?=\s?\$?\s?{_NUMBER})|(?<=\d)\s?([A-Z]{{3}})(?![A-Za-z])"
)
_NAMED = re.compile(
    r"(?:w\u00e4hrung|currency|betr\u00e4ge\s+in|amounts?\s+in|in)\W{1,3}([A-Z]{3})(?![A-Za-z])",
    re.IGNORECASE,
)
# Codes that are words, or parts of other numbers, unless they are the document's own.
_OFTEN_WORDS = frozenset({"ALL", "TOP", "CUP", "MOP", "BAM", "LAK", "PEN", "TRY", "GEL", "COP"})


def currency_in(layout: Layout) -> str | None:
    """The currency that is named most often; None where none is, or none can be told.

    A code goes before a sign that several currencies have; a sign of no one currency that stands
    more often than all others makes it unknown. So does a bare dollar, of which there are many,
    unless a code or an address in the United States says which it is.
    """
    found = Counter(code for line in layout.lines for code, _, _ in _named(line.text))
    unclear = sum(len(_AMBIGUOUS.findall(line.text)) for line in layout.lines)
    dollars = sum(len(_DOLLAR.findall(line.text)) for line in layout.lines)
    whose = _dollar(layout) if dollars or "USD" in found else None
    if whose is not None:
        found[whose] += dollars + (found.pop("USD", 0) if whose != "USD" else 0)
        dollars = 0
    if not found:
        return None
    code, count = found.most_common(1)[0]
    return code if count >= unclear and count > dollars else None


def currency_passage(layout: Layout, currency: str) -> Passage | None:
    """Where a currency is named first, or else its bare sign."""
    for line in layout.lines:
        for code, start, end in _named(line.text):
            if code == currency:
                return line.passage(start, end)
    is_dollar = currency == "USD" or currency in _DOLLARS
    for line in layout.lines if is_dollar else ():
        sign = _DOLLAR.search(line.text)
        if sign is not None:
            return line.passage(*sign.span())
    return None


def _named(text: str) -> Iterator[tuple[str, int, int]]:
    """Codes beside amounts or behind `Währung`, and signs, each place once."""
    found = {start: (code, start, end) for code, start, end in (*_codes(text), *_signs(text))}
    yield from found.values()


def _codes(text: str) -> Iterator[tuple[str, int, int]]:
    for pattern in (_CODE, _NAMED, _BARE):
        for match in pattern.finditer(text):
            place = match.lastindex or 0
            code = match[place].upper()
            if code in CURRENCIES and (code not in _OFTEN_WORDS or pattern is _NAMED):
                yield code, match.start(place), match.end(place)


def _signs(text: str) -> Iterator[tuple[str, int, int]]:
    for code, pattern in _SIGN_PATTERNS.items():
        for match in pattern.finditer(text):
            yield code, match.start(), match.end()


def _dollar(layout: Layout) -> str | None:
    """Whose dollar it is: another code goes before USD, and a code before an address."""
    text = "\n".join(line.text for line in layout.lines)
    codes = {code for line in layout.lines for code, _, _ in _named(line.text)}
    codes |= set(_BARE_DOLLARS.findall(text))
    other = next((code for code in _DOLLARS if code in codes), None)
    if other is not None:
        return other
    return "USD" if "USD" in codes or _AMERICAN.search(text) else None


_DOLLARS = ("CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD")
_BARE_DOLLARS = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(_DOLLARS)})(?![A-Za-z])")
# The country in words, or a state with its postal code behind the city; DE is another country.
_AMERICAN = re.compile(
    r"\bUSA\b|\bU\.S\.A\.|\bUnited States\b|\bEIN\b\W{0,2}\d{2}-\d{7}\b"
    r"|,\s*(?:A[KLRZ]|C[AOT]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]"
    r"|T[NX]|UT|V[AT]|W[AIVY]|DC),?\s+\d{5}(?:-\d{4})?\b"
)
# Codes that stand for themselves wherever they are written.
_BARE = re.compile(r"(?<![A-Za-z])(?:EUR|CHF|USD|GBP|DEM)(?![A-Za-z])", re.IGNORECASE)
