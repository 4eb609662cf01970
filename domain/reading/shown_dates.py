"""Days, months and terms that a text shows, in the forms and languages in which they are written.

Texts are in lower case and without accents. A day may be read in more ways than one: what is asked
is whether a known day may be meant.
"""

import re
from collections.abc import Iterator
from datetime import date

from domain.reading.months import MONTHS

_FILLERS = frozenset({"de", "of", "den", "der", "the", "st", "nd", "rd", "th", "er", "del"})
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_FIGURES = re.compile(r"(?<![\d.,/])(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{2,4})(?![\d/])")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
_PERIOD = re.compile(r"(?<![\d./-])(0?[1-9]|1[0-2])[./-]((?:19|20)\d{2})(?![\d./-]\d)")
_DAYS = re.compile(
    r"(?<!\d)(\d{1,3})\s*(?:kalender|werk)?"
    r"(?:tage?n?|days?|jours?|giorni|dagen|dias|dni|dnech|dnu|nap(?:on)?)\b"
)
_AT_ONCE = re.compile(
    r"\bsofort|(?:on|upon)\s+receipt|immediate|\bprompt|a\s+reception|comptant|bei\s+erhalt"
)
_YEAR_LENGTH, _SHORT, _MONTHS, _PIVOT = 4, 2, 12, 70


def dates_in(text: str) -> frozenset[date]:
    """Every day that a text may mean.

    >>> sorted(map(str, dates_in("le 3 fevrier 2026, 04.05.26")))
    ['2026-02-03', '2026-05-04']
    """
    return frozenset((*_in_figures(text), *_in_words(_tokens(text))))


def months_in(text: str) -> frozenset[tuple[int, int]]:
    """Years and months that are named without a day before them.

    >>> months_in("leistungszeitraum oktober 2026, am 3. mai 2026")
    frozenset({(2026, 10)})
    """
    in_figures = ((int(found[2]), int(found[1])) for found in _PERIOD.finditer(text))
    return frozenset((*in_figures, *_months_in_words(_tokens(text))))


def longest_term(text: str) -> int | None:
    """Days of the longest term, 0 when it is due at once, None when no term is named.

    >>> longest_term("8 tage 2 % skonto, 30 tage netto"), longest_term("sofort"), longest_term("")
    (30, 0, None)
    """
    days = [int(found) for found in _DAYS.findall(text)]
    return max(days, default=0 if _AT_ONCE.search(text) else None)


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(token for token in _TOKEN.findall(text) if token not in _FILLERS)


def _in_figures(text: str) -> Iterator[date]:
    """With slashes a month may come first, unless a date with slashes forbids it."""
    matches = list(_FIGURES.finditer(text))
    month_first = all(int(found[1]) <= _MONTHS for found in matches if found[2] == "/")
    for found in matches:
        one, two, three = found[1], found[3], found[4]
        if len(one) == _YEAR_LENGTH:
            yield from _day(one, two, three)
            continue
        yield from _day(three, two, one)
        if found[2] == "/" and month_first:
            yield from _day(three, one, two)
    for found in _COMPACT.finditer(text):
        yield from _day(*found.groups())


def _in_words(tokens: tuple[str, ...]) -> Iterator[date]:
    """`7 mai 2014`, `May 7 2014` and `2014 majus 7`."""
    for one, two, three in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if two in MONTHS and one.isdigit() and three.isdigit():
            yield from _day(three, str(MONTHS[two]), one)
            yield from _day(one, str(MONTHS[two]), three)
        elif one in MONTHS and two.isdigit() and three.isdigit():
            yield from _day(three, str(MONTHS[one]), two)


def _months_in_words(tokens: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    for before, one, two in zip(("", *tokens), tokens, tokens[1:], strict=False):
        is_year = two.isdigit() and len(two) == _YEAR_LENGTH
        if one in MONTHS and is_year and not before.isdigit():
            yield int(two), MONTHS[one]


def _day(year: str, month: str, day: str) -> Iterator[date]:
    if len(year) not in (_SHORT, _YEAR_LENGTH) or len(day) > _SHORT:
        return
    try:
        yield date(_year(year), int(month), int(day))
    except ValueError:
        return


def _year(text: str) -> int:
    number = int(text)
    if len(text) > _SHORT:
        return number
    return number + (2000 if number < _PIVOT else 1900)
