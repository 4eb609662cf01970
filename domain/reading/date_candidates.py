"""Days on the pages, each with what stands around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from domain.reading.candidate import Candidate, counted
from domain.reading.surroundings import Spot, Surroundings
from domain.reading.values import DATE, IBAN_START, date_of

_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 1, 1)
MOST = 120
UNSURE_ORDER = "unsure_order"
"""Feature of a day that may as well be another: 03/04 in one order or in the other."""
_SLASHES = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?![\d/])")
_NO_ENGLISH = re.compile(
    r"\b(?:rechnung\w*|datum|f\u00e4llig\w*|facture|\u00e9ch\u00e9ance|fattura|scadenza|factura|vencimiento"
    r"|fatura|factuur|vervaldatum|faktura|splatnost\w*|term\u00edn|ra\u010dun|sz\u00e1mla)\b",
    re.IGNORECASE,
)
_MONTHS = 12
_USUAL = frozenset({5, 7, 8, 10, 14, 15, 20, 21, 28, 30, 31, 45, 60, 90})  # days to pay
_TOWN_BEFORE = re.compile(
    r"[^\W\d_]{3},?\s{0,3}(?:(?:am|den|le|li|a|dnia|dne|v)\s{0,3})?$", re.IGNORECASE
)
_UNTIL = re.compile(
    r"(?<!\w)(?:bis(?:\s+(?:sp\u00e4testens|l\u00e4ngstens))?(?:\s+zum)?|sp\u00e4testens(?:\s+am)?|until|by|before|avant(?:\s+le)?"
    r"|jusqu'au|entro(?:\s+il)?|v\u00f3\u00f3r|voor|uiterlijk|antes\s+del?|hasta\s+el|do(?:\s+(?:dnia|dne))?|najkasneje\s+do)\s*$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"^\W{0,4}\d{1,2}:\d{2}")
_DASH = re.compile(r"^\s*(?:-|\u2013|bis|to|au|al|do|t/m|a|und)\s*\d", re.IGNORECASE)
_BEGUN = re.compile(r"\d[^\d]{0,14}$|[^\W\d_]{3}\W?$")  # what may be the first part of a day
_LINES_BELOW = 2
_DASH_BEFORE = re.compile(r"\d\s*(?:-|\u2013|bis|to|au|al|do|t/m|a)\s*$", re.IGNORECASE)


def date_candidates(around: Surroundings) -> tuple[Candidate[date], ...]:
    """Every day on the pages with its features, in reading order."""
    found = list(islice(_found(around), MOST))
    days = sorted({candidate.value for candidate in found})
    return tuple(
        Candidate(each.value, each.passage, (*each.features, *_order(each.value, days, place)))
        for place, each in enumerate(counted(found))
    )


def _order(day: date, days: list[date], place: int) -> Iterator[str]:
    """Where it stands among all days: invoices are issued before they are due."""
    yield f"nth{min(place, 3)}"
    if day == days[0]:
        yield "earliest"
    if day == days[-1]:
        yield "latest"
    if len(days) == 1:
        yield "only"
    if any((day - other).days in _USUAL for other in days):
        yield "term_after"
    if any((other - day).days in _USUAL for other in days):
        yield "term_before"
    if (days[-1] - day).days > 400:  # noqa: PLR2004  more than a year before the last one
        yield "old"


def _found(around: Surroundings) -> Iterator[Candidate[date]]:
    order = order_of(around)
    month_first = order.month_first
    for page, sheet in enumerate(around.sheets):
        for index, line in enumerate(sheet.lines):
            amounts = len(sheet.amounts[index])
            for match in sheet.dates[index]:
                value = date_of(match, month_first=month_first)
                if value is None or not _EARLIEST <= value <= _LATEST:
                    continue
                passage = line.passage(match.start(), match.end())
                spot = Spot(page, index, match.start(), match.end(), passage)
                features = (*around.features(spot), *_form(line.text, match, amounts))
                if not order.is_sure and match["sign"] == "/" and match["day"]:
                    features = (*features, UNSURE_ORDER)
                yield Candidate(value, passage, features)
            yield from _wrapped(around, page, index, month_first=month_first)


def _wrapped(
    around: Surroundings, page: int, index: int, *, month_first: bool
) -> Iterator[Candidate[date]]:
    """Days that begin in a cell and end in one below it: `18`, `October`, `2026`."""
    sheet = around.sheets[page]
    for cell in sheet.cells[index]:
        whole = sheet.wrapped(index, cell, _LINES_BELOW) if _BEGUN.search(cell.line.text) else None
        for match in DATE.finditer(whole.text) if whole is not None else ():
            value = date_of(match, month_first=month_first)
            is_over = match.start() < len(cell.line.text) < match.end()
            if whole is None or value is None or not is_over:
                continue
            if _EARLIEST <= value <= _LATEST:
                passage = whole.passage(match.start(), match.end())
                spot = Spot(page, index, cell.start + match.start(), cell.end, passage)
                features = (*around.features(spot), *_form(whole.text, match, 0), "wrapped")
                yield Candidate(value, passage, features)


def _form(text: str, match: re.Match[str], amounts: int) -> Iterator[str]:
    before, after = text[: match.start()], text[match.end() :]
    if _DASH.match(after):
        yield "begins"
    if _DASH_BEFORE.search(before):
        yield "ends"
    if _CLOCK.match(after):
        yield "clock"
    if _TOWN_BEFORE.search(before):
        yield "word_before"
    if _UNTIL.search(before):
        yield "until"
    if amounts:
        yield f"amounts{min(amounts, 2)}"
    if match["word_month"] or match["bare_month"] or match["us_month"] or match["year_month"]:
        yield "in_words"


@dataclass(frozen=True, slots=True)
class DateOrder:
    """In which order a document writes its days with slashes; `is_sure` where nothing else fits."""

    month_first: bool = False
    is_sure: bool = True


def order_of(around: Surroundings) -> DateOrder:
    """One order for the whole document: the one in which all its days are plausible.

    A day that exists in one order only decides, and so does an invoice that would be due before
    it is dated. Where both fit, the day stands first; sure of that is who writes another language
    than English, or asks for money on an IBAN: Americans do neither.
    """
    spots = list(_with_slashes(around))
    pairs = [(int(match["day"]), int(match["month"])) for _, match in spots]
    forced = [first > _MONTHS for first, _ in pairs], [second > _MONTHS for _, second in pairs]
    if any(forced[0]) or any(forced[1]):
        return DateOrder(month_first=not any(forced[0]))
    if all(first == second for first, second in pairs):
        return DateOrder()
    fits = {each: _is_plausible(around, spots, month_first=each) for each in (False, True)}
    if fits[False] != fits[True]:
        return DateOrder(month_first=fits[True])
    return DateOrder(is_sure=fits[False] and _is_european(around))


def day_first(text: str) -> str:
    """A text of a document that writes the month first, with the day before it.

    >>> day_first("due 04/03/2026, 3.4.2026")
    'due 03/04/2026, 3.4.2026'
    """
    return _SLASHES.sub(r"\2/\1/\3", text)


def _with_slashes(around: Surroundings) -> Iterator[tuple[Spot, re.Match[str]]]:
    for page, sheet in enumerate(around.sheets):
        for index, line in enumerate(sheet.lines):
            for match in sheet.dates[index]:
                if match["day"] and match["sign"] == "/":
                    passage = line.passage(match.start(), match.end())
                    yield Spot(page, index, match.start(), match.end(), passage), match


def _is_plausible(
    around: Surroundings, spots: list[tuple[Spot, re.Match[str]]], *, month_first: bool
) -> bool:
    """Whether nothing is due before it is dated."""
    days: dict[str, list[date]] = {}
    for spot, match in spots[:MOST]:
        value = date_of(match, month_first=month_first)
        if value is None:
            return False
        for feature in around.features(spot):
            days.setdefault(feature, []).append(value)
    issued, due = days.get("L:invoice_date"), days.get("L:due_date")
    return not issued or not due or min(issued) <= min(due)


def _is_european(around: Surroundings) -> bool:
    lines = (line.text for sheet in around.sheets for line in sheet.lines)
    return any(IBAN_START.search(line) or _NO_ENGLISH.search(line) for line in lines)
