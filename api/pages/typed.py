"""What people type, or click on a page: amounts, days and rates in German or English form."""

import re
from datetime import date
from decimal import Decimal

from domain.reading.values import DATE, date_of

_EURO = re.compile(r"€|EUR\b", re.IGNORECASE)
_BLANKS = re.compile(r"[\s\u00a0\u202f]")
# One mark divides groups of three, another one the decimals.
_GROUPED = re.compile(
    r"(?P<sign>[+-]?) ?(?P<whole>[0-9]{1,3}(?P<group>[.,'\u2019 ])[0-9]{3}(?:(?P=group)[0-9]{3})*)"
    r"(?:(?!(?P=group))[.,](?P<decimals>[0-9]{1,4}))?"
)
_PLAIN = re.compile(
    r"(?P<sign>[+-]?) ?(?P<whole>[0-9]+)(?:(?P<point>[.,])(?P<decimals>[0-9]{1,4}))?"
)
_POINT = {"de": ","}


class Mistyped(ValueError):
    """A text that is no value of its kind; the code says which."""


def amount_of(text: str, language: str) -> Decimal | None:
    """The amount that a text means; nothing where it is empty. Raises Mistyped.

    Two kinds of marks: the last one is the point. One kind: it is what the language makes of it.
    Groups are of three figures and divided by one kind of mark: 1.000.00 and 7 5 are no amounts.

    >>> [amount_of(text, "de") for text in ("1.005,55", "1,005.55", "12,5", "1.005", "-3 €")]
    [Decimal('1005.55'), Decimal('1005.55'), Decimal('12.5'), Decimal('1005'), Decimal('-3')]
    >>> amount_of("1,005", "en"), amount_of("1.50", "en"), amount_of(" ", "en")
    (Decimal('1005'), Decimal('1.50'), None)
    """
    bare = _BLANKS.sub(" ", _EURO.sub("", text)).strip()
    bare = bare.replace("\u2212", "-").replace("\u2013", "-")
    if not bare or bare == "?":
        return None
    grouped, plain = _GROUPED.fullmatch(bare), _PLAIN.fullmatch(bare)
    found = plain or grouped
    if found is None:
        raise Mistyped("amount")
    if grouped is not None and plain is not None and plain["point"] != _POINT.get(language, "."):
        found = grouped
    whole = re.sub(r"[^0-9]", "", found["whole"])
    decimals = found["decimals"]
    return Decimal(f"{found['sign']}{whole}" + (f".{decimals}" if decimals else ""))


def rate_of(text: str, language: str) -> Decimal | None:
    """The rate that a text in percent means, as a fraction. Raises Mistyped.

    >>> rate_of("19 %", "de"), rate_of("5,5", "de")
    (Decimal('0.19'), Decimal('0.055'))
    """
    found = amount_of(text.replace("%", ""), language)
    if found is None:
        return None
    if not 0 <= found <= 100:  # noqa: PLR2004
        raise Mistyped("rate")
    return found / 100


def day_of(text: str) -> date | None:
    """The day that a text means; nothing where it is empty. Raises Mistyped.

    >>> {day_of(text) for text in ("11.7.2026", "2026-07-11", "11 Jul 2026", "11. Juli 2026")}
    {datetime.date(2026, 7, 11)}
    """
    bare = text.strip()
    if not bare or bare == "?":
        return None
    found = DATE.fullmatch(bare)
    day = date_of(found) if found else None
    if day is None:
        raise Mistyped("day")
    return day
