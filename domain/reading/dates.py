"""Dates of an invoice: of issue, of supply, and when it is due."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from domain.reading.anchors import Hit, labelled
from domain.reading.layout import Layout
from domain.reading.origin import Origin, Reading, by_rule, from_page, surest
from domain.reading.values import DATE, date_of

_ISSUED = re.compile(
    r"rechnungs-?\s?datum|(?:liefer-?\s?(?:und|/)\s?)rechnungsdatum|datum\s+der\s+rechnung"
    r"|invoice\s?date|date\s+of\s+(?:invoice|issue)|issue(?:d)?\s+(?:at|on|date)|beleg-?datum"
    r"|ausstellungsdatum|facture\s+du|date\s+de\s+facture(?!\s+associ)|factuur\s?datum|gutschriftsdatum"
    r"|fatura\s+tarihi|(?<!\w)(?:rechnung|gutschrift|invoice)\b(?:(?!bestell|auftrag|order|liefer)[^|]){0,40}?\b(?:vo[mn]|of|dated)(?=\s\d)",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"(?<![\w-])(?<!due\s)(?:datum|date|dato)\b(?!\s+of)|(?<=\w\s)vom(?=\s\d)|,\s?(?:am|den)\b",
    re.IGNORECASE,
)
_DUE = re.compile(
    r"f\u00e4llig(?:keit(?:sdatum|stermin)?)?(?:\s+(?:am|bis|ist|zum))?|f\u00e4lligkeitsdatum"
    r"|zahlbar\s+(?:\w+\s+){0,5}?bis(?:\s+(?:zum|sp\u00e4testens))?|zahlungsziel|zahlungsfrist"
    r"|zahlbar\s+am|due\s*(?:date|on|by)?|payable\s+(?:by|until)|pay\s+by|(?:remit|pay)\s+until"
    r"|zu\s+zahlen\s+bis|vervaldatum|date\s+d.?\u00e9ch\u00e9ance|\u00e9ch\u00e9ance"
    r"|\u00fcberweisen\s+(?:\w+\s+){0,6}?bis(?:\s+zum)?|wird\s+am(?=\s\d)|netto\s+bis",
    re.IGNORECASE,
)
_SUPPLIED = re.compile(
    r"(?:liefer|leistungs)(?:-\s?(?:bzw\.?|und|/)\s?leistungs?)?-?\s?(?:datum|termin|tag)"
    r"|liefer-?\s?(?:und|/)\s?(?:leistungs|rechnungs)datum|(?:leistungs|liefer)zeitraum"
    r"|(?:date\s+of\s+)?(?:delivery|supply|service)(?:\s+date)?|(?:shipment|shipping)\s?date",
    re.IGNORECASE,
)
_DAYS = re.compile(
    r"(?:(?P<before>\d{1,3})\s*(?:tage?n?|days?)\s*(?:ohne\s+abzug|rein\s+netto|netto|net\b)"
    r"|(?:zahlbar|f\u00e4llig|payable|due)\s+(?:\w+\s+){0,3}?(?:innerhalb|binnen|innert|within|in)"
    r"\s+(?:von\s+|of\s+)?(?P<within>\d{1,3})\s*(?:tage?n?|days?)"
    r"|payment\s+terms:?\s*(?P<terms>\d{1,3})\s*(?:tage?n?|days?))",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(
    r"sofort\s+(?:zahlbar|f\u00e4llig)|(?:zahlbar|f\u00e4llig)\s+sofort|due\s+(?:upon|on)\s+receipt",
    re.IGNORECASE,
)
_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 1, 1)
_WEAK = Decimal("0.75")
_LONE = Decimal("0.50")
_RULE = Decimal("0.75")


def dates_in(layout: Layout) -> dict[str, Reading[date]]:
    """`invoice_date`, `due_date` and `delivery_date`, as far as they are found."""
    month_first = _is_month_first(layout)
    issued = _issued(layout, month_first=month_first)
    found = {
        "invoice_date": issued,
        "due_date": _due(layout, issued, month_first=month_first),
        "delivery_date": surest(_labelled(layout, _SUPPLIED, month_first=month_first)),
    }
    return {name: reading for name, reading in found.items() if reading is not None}


def _issued(layout: Layout, *, month_first: bool) -> Reading[date] | None:
    strong = list(_labelled(layout, _ISSUED, month_first=month_first))
    weak = [found.doubted(_WEAK) for found in _labelled(layout, _PLAIN, month_first=month_first)]
    return surest(strong) or surest(weak) or _first_date(layout, month_first=month_first)


def _due(
    layout: Layout, issued: Reading[date] | None, *, month_first: bool
) -> Reading[date] | None:
    """The stated day, else the day of issue and the stated number of days."""
    stated = [
        found
        for found in _labelled(layout, _DUE, month_first=month_first)
        if issued is None or found.value >= issued.value
    ]
    text = " ".join(line.text for line in layout.lines)
    return surest(stated) or (due_by_terms(text, issued) if issued is not None else None)


def due_by_terms(terms: str, issued: Reading[date]) -> Reading[date] | None:
    """The day on which an invoice is due by terms such as `14 Tage netto`.

    >>> from domain.reading.layout import Source
    >>> issued = Reading(date(2026, 1, 1), Origin(Source.XML, Decimal("1.00")))
    >>> due_by_terms("Zahlbar innerhalb von 30 Tagen.", issued).value
    datetime.date(2026, 1, 31)
    """
    match = _DAYS.search(terms)
    if match is not None:
        days = int(next(number for number in match.groups() if number))
        return _later(issued, days, match[0])
    match = _AT_ONCE.search(terms)
    return _later(issued, 0, match[0]) if match is not None else None


def _later(issued: Reading[date], days: int, raw_text: str) -> Reading[date]:
    confidence = (issued.origin.confidence * _RULE).quantize(Decimal("0.01"))
    return Reading(issued.value + timedelta(days=days), by_rule(confidence, raw_text))


def _labelled(
    layout: Layout, label: re.Pattern[str], *, month_first: bool
) -> Iterator[Reading[date]]:
    for hit in labelled(layout, label, DATE):
        value = date_of(hit.match, month_first=month_first)
        if value is not None and _EARLIEST <= value <= _LATEST:
            yield Reading(value, _origin(layout, hit))


def _origin(layout: Layout, hit: Hit) -> Origin:
    return from_page(layout, hit.passage, hit.strength)


def _first_date(layout: Layout, *, month_first: bool) -> Reading[date] | None:
    for line in layout.lines:
        for match in DATE.finditer(line.text):
            value = date_of(match, month_first=month_first)
            if value is not None and _EARLIEST <= value <= _LATEST:
                passage = line.passage(match.start(), match.end())
                return Reading(value, from_page(layout, passage, _LONE))
    return None


def _is_month_first(layout: Layout) -> bool:
    """Whether some date with slashes can only be read month first, and none only day first."""
    pairs = list(_slashed(line.text for line in layout.lines))
    return any(second > 12 for _, second in pairs) and not any(first > 12 for first, _ in pairs)  # noqa: PLR2004


def _slashed(texts: Iterable[str]) -> Iterator[tuple[int, int]]:
    for text in texts:
        for match in DATE.finditer(text):
            if match["day"] and "/" in match[0]:
                yield int(match["day"]), int(match["month"])
