"""The day by which a line on a page was supplied, where its words say it.

`Miete 01.12.2020 - 31.12.2020`, `Wartung Dezember 2020`, `Leistungsdatum 15.12.2020`. A day beside
another word (`Bestellung vom 3.12.2020`) is none of the supply.
"""

import re
from calendar import monthrange
from datetime import date
from itertools import pairwise

from domain.reading.months import MONTHS, WRITTEN, month_of
from domain.reading.values import DATE, date_of

_TO = re.compile(r"\s*(?:-|\u2013|\u2014|bis|to|until)\s*(?:zum\s+)?", re.IGNORECASE)
_OF_SUPPLY = re.compile(
    r"\b(?:leistung\w*|liefer(?:datum|tag|ung)|(?:abrechnungs|leistungs)?zeitraum|delivered"
    r"|service (?:date|period)|period)\W{0,3}(?:(?:vom|von|am|from|on|bis|to)\s+)?$",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"\b(" + "|".join(sorted({*WRITTEN, *MONTHS}, key=len, reverse=True)) + r")\b\.?\s+(20\d{2})\b",
    re.IGNORECASE,
)
_BEFORE = 40


def line_day(text: str) -> date | None:
    """Last day of what a line supplies, None where its words say none.

    >>> line_day("Miete 01.12.2020 - 31.12.2020"), line_day("Wartung Dezember 2020")
    (datetime.date(2020, 12, 31), datetime.date(2020, 12, 31))
    >>> line_day("Bestellung vom 03.12.2020") is None
    True
    """
    dates = list(DATE.finditer(text))
    for first, last in pairwise(dates):
        if _TO.fullmatch(text[first.end() : last.start()]):
            return date_of(last)
    for found in dates:
        if _OF_SUPPLY.search(text[max(0, found.start() - _BEFORE) : found.start()]):
            return date_of(found)
    months = [found for found in _MONTH.finditer(text) if not _is_in(found, dates)]
    return _end_of(months[-1]) if months else None


def _is_in(found: re.Match[str], dates: list[re.Match[str]]) -> bool:
    return any(each.start() < found.end() and found.start() < each.end() for each in dates)


def _end_of(found: re.Match[str]) -> date | None:
    month, year = month_of(found[1]), int(found[2])
    return None if month is None else date(year, month, monthrange(year, month)[1])
