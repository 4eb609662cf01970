"""When words say that something is to be paid: days from some day, months, days of the calendar."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from domain.reading.months import folded
from domain.reading.values import DATE, date_of

_NUMBERS = {
    "ein": 1,
    "eine": 1,
    "einem": 1,
    "einen": 1,
    "eines": 1,
    "einer": 1,
    "one": 1,
    "a": 1,
    "zwei": 2,
    "two": 2,
    "drei": 3,
    "three": 3,
    "vier": 4,
    "sieben": 7,
    "acht": 8,
    "zehn": 10,
    "ten": 10,
    "vierzehn": 14,
    "fourteen": 14,
    "zwanzig": 20,
    "dreißig": 30,
    "dreissig": 30,
    "thirty": 30,
    "sechzig": 60,
    "sixty": 60,
    "neunzig": 90,
}
_COUNT = r"(?<![\w.,/%-])(?P<{0}>\d{{1,3}}|" + "|".join(_NUMBERS) + r")\s*-?\s*"
_TIME = re.compile(
    "|".join(
        (
            _COUNT.format("days") + r"(?:kalendertage?n?|tage?n?s?|tg\b\.?|days?|jours?|giorni|gg"
            r"|dagen|d[ií]as|dni|dniach|dn[íůu]|dnech|dneh|nap(?:on|os|ot)?)(?!\w)",
            _COUNT.format("weeks")
            + r"(?:wochen?|weeks?|semaines?|settiman[ae]|weken|semanas?|tygodni\w*|t\u00fddn\w+"
            r"|h\u00e9t\w*|ted\w+)(?!\w)",
            _COUNT.format("months")
            + r"(?:monate?n?s?|months?|mois|mes[ei]|maanden|meses|miesi\w+|m\u011bs\u00edc\w*"
            r"|h\u00f3nap\w*|mesec\w*)(?!\w)",
            (
                r"(?P<of_next>\d{1,2})\.?\s*(?:(?:tag\s+)?des|of\s+the)?\s*"
                r"(?:folgemonats|n\u00e4chsten\s+monats|(?:following|next)\s+month)"
            ),
            (
                r"(?P<end_next>ende\s+(?:des\s+)?(?:folgemonats|n\u00e4chsten\s+monats)"
                r"|end\s+of\s+(?:the\s+)?(?:following|next)\s+month)"
            ),
            (
                r"\bnet\s+(?P<net>\d{1,3})\b(?!\s*(?:%|days|tage)|[.,/-]\d|[.,'\u2019\s]\d{3}\b"
                r"|(?:st|nd|rd|th)?\.?\s(?:jan|feb|m\u00e4r|mar|apr|ma[iy]|ju[nl]|aug|sep|o[ck]t|nov|de[cz]))"
            ),
            r"(?P<end>monatsende|monatsletzten|ultimo|\beom\b|ende?\s+(?:des|of)\s+(?:the\s+)?mon\w+)",
            (
                r"(?P<at_once>(?<!\w)(?:sofort|prompt|umgehend|netto\s+kasse|immediately|due\s+now"
                r"|(?:bei|nach|up)?on?\s+(?:receipt|erhalt)|bei\s+(?:erhalt|abholung)))(?!\w)"
            ),
        )
    ),
    re.IGNORECASE,
)
_RECEIPT = re.compile(r"erhalt|eingang|zugang|receipt", re.IGNORECASE)
_DELIVERY = re.compile(
    r"(?:ab|nach|bei)\s+(?:\w+\s+)?(?:lieferung|leistung|montage|abnahme)"
    r"|lieferdatum|(?:after|from|of)\s+delivery",
    re.IGNORECASE,
)
_MONTH_END = re.compile(r"monatsende|\beom\b|end\s+of\s+(?:the\s+)?month", re.IGNORECASE)
# `30 gg fine mese`: the days first, then to the end of the month in which they end.
_THEN_MONTH_END = re.compile(
    r"\d\s*(?:jours?|gg|giorni|d[i\u00ed]as)\.?\s{1,3}(?:d\.?f\.?\s|data\sfattura\s|date\sde\sfacture\s)?"
    r"(?:fin\sde\smois|fine\smese|f\.?m\.?(?!\w)|fin\sde\smes)",
    re.IGNORECASE,
)
_MOST_TIMES = 100  # of one clause
_PLUS = re.compile(r"\beom\s*\+\s*(\d{1,3})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Days:
    """The days that terms count from; `received` falls back to the day of issue."""

    issued: date | None = None
    received: date | None = None
    delivered: date | None = None

    def of(self, basis: str) -> date | None:
        """The day that a basis names; what is not known is counted from the day of issue."""
        known = {"receipt": self.received, "delivery": self.delivered}.get(basis)
        return known or self.issued


@dataclass(frozen=True, slots=True)
class When:
    """A time in some words: the day that it comes to, None where that cannot be known.

    `days` is stated where days were counted, `basis` what from; `start` and `end` are its place.
    """

    day: date | None
    basis: str
    days: int | None
    start: int
    end: int


def times_in(text: str, days: Days) -> list[When]:
    """Every time that a clause states, in its order.

    >>> [found.day for found in times_in("30 Tage netto", Days(date(2026, 11, 20)))]
    [datetime.date(2026, 12, 20)]
    """
    plus = _PLUS.search(text)
    if plus is not None:
        return [_from_month_end(days, int(plus[1]), plus.span())]
    found = [*islice(_dates(text), _MOST_TIMES), *islice(_counted(text, days), _MOST_TIMES)]
    month_end = [when for when in found if when.basis == "month_end"]
    if month_end and any(when.days is not None for when in month_end):
        found = [when for when in found if when.basis != "month_end" or when.days is not None]
    return sorted(_without_overlaps(found), key=lambda when: when.start)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, cut to its last.

    >>> months_later(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def month_end(day: date, months: int = 0) -> date:
    """Last day of the month, or of a later one.

    >>> month_end(date(2026, 11, 20), 1)
    datetime.date(2026, 12, 31)
    """
    later = months_later(day.replace(day=1), months)
    return later.replace(day=monthrange(later.year, later.month)[1])


def _dates(text: str) -> Iterator[When]:
    for match in DATE.finditer(text):
        day = date_of(match)
        if day is not None:
            yield When(day, "fixed", None, match.start(), match.end())


def _counted(text: str, days: Days) -> Iterator[When]:
    for match in _TIME.finditer(text):
        kind = match.lastgroup or ""
        yield _READ[kind](match, text, days)


def _of_days(match: re.Match[str], text: str, days: Days) -> When:
    count = _number(match[match.lastgroup or 0])
    return _after(match, text, days, count * (7 if match.lastgroup == "weeks" else 1))


def _of_months(match: re.Match[str], text: str, days: Days) -> When:
    basis = _basis(text)
    since = days.of(basis)
    day = months_later(since, _number(match["months"])) if since else None
    return When(day, basis, None, *match.span())


def _of_next_month(match: re.Match[str], text: str, days: Days) -> When:
    first = days.issued.replace(day=1) if days.issued else None
    last = month_end(first, 1) if first else None
    number = int(match["of_next"])
    day = last.replace(day=min(number, last.day)) if last and number else None
    return When(day, "fixed", None, *match.span())


def _of_month_end(match: re.Match[str], text: str, days: Days) -> When:
    following = match.lastgroup == "end_next"
    day = month_end(days.issued, int(following)) if days.issued else None
    return When(day, "month_end_next" if following else "month_end", None, *match.span())


def _at_once(match: re.Match[str], text: str, days: Days) -> When:
    basis = "receipt" if _RECEIPT.search(match[0]) else "invoice_date"
    return When(days.of(basis), basis, 0, *match.span())


def _after(match: re.Match[str], text: str, days: Days, count: int) -> When:
    if _MONTH_END.search(text):
        return _from_month_end(days, count, match.span())
    basis = _basis(text)
    since = days.of(basis)
    day = since + timedelta(days=count) if since else None
    if day is not None and _THEN_MONTH_END.match(
        text, match.end("days") - 1 if match["days"] else 0
    ):
        return When(month_end(day), "month_end", count, *match.span())
    return When(day, basis, count, *match.span())


def _from_month_end(days: Days, count: int, place: tuple[int, int]) -> When:
    since = month_end(days.issued) if days.issued else None
    return When(since + timedelta(days=count) if since else None, "month_end", count, *place)


def _basis(text: str) -> str:
    if _RECEIPT.search(text):
        return "receipt"
    return "delivery" if _DELIVERY.search(text) else "invoice_date"


def _number(written: str) -> int:
    return int(written) if written.isdecimal() else _NUMBERS[folded(written)]


def _without_overlaps(found: list[When]) -> Iterator[When]:
    """A day of receipt that days are counted from is no time of its own."""
    counted = any(when.days for when in found)
    for when in found:
        inside = any(o is not when and o.start <= when.start < o.end for o in found)
        if not inside and not (counted and when.days == 0 and when.basis == "receipt"):
            yield when


_READ: dict[str, Callable[[re.Match[str], str, Days], When]] = {
    "days": _of_days,
    "weeks": _of_days,
    "net": _of_days,
    "months": _of_months,
    "of_next": _of_next_month,
    "end_next": _of_month_end,
    "end": _of_month_end,
    "at_once": _at_once,
}
