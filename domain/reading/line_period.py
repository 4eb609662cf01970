"""The days over which a line on a page was supplied, where its words say them.

`Miete 01.12.2020 - 31.12.2020`, `Wartung Dezember 2020`, `Leistungsdatum 15.12.2020`. A day beside
another word (`Bestellung vom 3.12.2020`, `Garantie bis 31.12.2030`) is none of the supply.
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
# What is supplied over time: a period beside anything else may be that of a calendar or a film.
_LASTING = re.compile(
    r"leistung|lieferung|zeitraum|monat|quartal|period|miet|pacht|leas|wartung|service|hosting"
    r"|housing|hotline|support|software|cloud|saas|lizenz|licen[cs]|domain|server|subscription"
    r"|\babo(?:nnement|s)?\b|betreuung|beratung|consult|honorar|lohn|personal|arbeit|stunden"
    r"|pauschal|geb(?:\u00fc|ue)hr|entgelt|beitrag|pr(?:\u00e4|ae)mie|kosten|strom|energie|erdgas"
    r"|w(?:\u00e4|ae)rme|wasser\b|m(?:\u00fc|ue)ll|entsorgung|reinigung|cleaning|telefon|internet"
    r"|mobil|anschluss|tarif|nutzung|usage|verbrauch|\brent|maintenance|retainer|\bfees?\b|\bplan\b"
    r"|akonto|vorschreibung|provision|lagerung|platz\b|garage|bewachung|winterdienst|buchhaltung"
    r"|n(?:\u00e4|ae)chtigung|aufenthalt|hotel|zimmer|werbung|anzeige|affitto|canone|loyer",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"garantie|gew(?:\u00e4|ae)hrleistung|warrant|guarantee|kalender|calendar|katalog|angebot"
    r"|\boffer|\bquot(?:e|ation)\b|voranschlag|bestell|\border|g(?:\u00fc|ue)ltig|\bvalid\b"
    r"|haltbar|\bexpir|zahlbar|f(?:\u00e4|ae)llig",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\W{0,3}(?:bestellt|beauftragt|angefragt|angeboten|storniert|ordered|requested|offered)\b",
    re.IGNORECASE,
)
_JOINING = re.compile(r"\b(?:vom|von|bis|zum|from|to|until)\b|[\W_]", re.IGNORECASE)


def line_day(text: str) -> date | None:
    """Last day of what a line supplies, None where its words say none.

    >>> line_day("Miete 01.12.2020 - 31.12.2020"), line_day("Wartung Dezember 2020")
    (datetime.date(2020, 12, 31), datetime.date(2020, 12, 31))
    >>> line_day("Bestellung vom 03.12.2020"), line_day("Garantie 01.01.2026 - 31.12.2030")
    (None, None)
    """
    period = line_period(text)
    return None if period is None else period[1]


def line_period(text: str) -> tuple[date, date] | None:
    """First and last day of what a line supplies, None where its words say none.

    A period counts beside a word for what is supplied over time, or alone, and never beside one
    for an order, an offer or a warranty; one day, behind a word for the supply itself.

    >>> line_period("Hosting November 2020 bis Februar 2021")
    (datetime.date(2020, 11, 1), datetime.date(2021, 2, 28))
    """
    dates = list(DATE.finditer(text))
    for first, last in pairwise(dates):
        if _TO.fullmatch(text[first.end() : last.start()]) and _lasts(text, [first, last]):
            return _span(date_of(first), date_of(last))
    for found in dates:
        before = text[max(0, found.start() - _BEFORE) : found.start()]
        if _OF_SUPPLY.search(before) and not _NOT_YET.match(text, found.end()):
            return _span(date_of(found), date_of(found))
    months = [found for found in _MONTH.finditer(text) if not _is_in(found, dates)]
    if not months or not _lasts(text, months):
        return None
    return _span(_start_of(months[0]), _end_of(months[-1]))


def _lasts(text: str, found: list[re.Match[str]]) -> bool:
    """Whether what stands beside days and months is supplied over them; nothing is, too."""
    beside = text
    for each in reversed(found):
        beside = beside[: each.start()] + " " + beside[each.end() :]
    if _OTHERWISE.search(beside):
        return False
    return _LASTING.search(beside) is not None or not _JOINING.sub("", beside)


def _span(first: date | None, last: date | None) -> tuple[date, date] | None:
    return None if first is None or last is None else (min(first, last), last)


def _is_in(found: re.Match[str], dates: list[re.Match[str]]) -> bool:
    return any(each.start() < found.end() and found.start() < each.end() for each in dates)


def _start_of(found: re.Match[str]) -> date | None:
    month = month_of(found[1])
    return None if month is None else date(int(found[2]), month, 1)


def _end_of(found: re.Match[str]) -> date | None:
    month, year = month_of(found[1]), int(found[2])
    return None if month is None else date(year, month, monthrange(year, month)[1])
