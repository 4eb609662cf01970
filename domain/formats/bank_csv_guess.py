"""What an unknown CSV begins with, and what its columns may mean: for a person to look at.

Names that banks use tell the meaning; where none does, the shape of what stands below them.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from domain.errors import InvalidInput
from domain.formats.bank_csv import delimiter_of, encoding_of, widest
from domain.formats.bank_csv_profile import names_of, plain_name, profiles

HEAD = 64 * 1024
"""Bytes of a file that are looked at."""

DATES = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y%m%d",
         "%Y-%m-%d %H:%M:%S")  # fmt: skip
"""Forms of a day that a person may choose from, as strptime writes them."""

_ROWS, _SHOWN, _CELL = 60, 5, 200
_CENTS = re.compile(r"[+\-\u2212]?[\d.,' ]*\d([.,])\d\d\s*[+-]?")


@dataclass(frozen=True, slots=True)
class Sample:
    """Names of the columns, and the first rows below them."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def has_names(self) -> bool:
        """Whether the first row names columns, and is no movement itself."""
        return not any(_day_form((cell,)) or _CENTS.fullmatch(cell) for cell in self.header)

    def column(self, place: int) -> tuple[str, ...]:
        """What stands in a column, blanks aside."""
        return tuple(row[place] for row in self.rows if place < len(row) and row[place])


@dataclass(frozen=True, slots=True)
class Guess:
    """What is proposed: meanings by place of the column, and how amounts and days are written."""

    meanings: Mapping[int, str]
    decimal: str
    dates: str


def sample(head: bytes) -> Sample:
    r"""The beginning of a table. Raises InvalidInput for what is none.

    >>> sample(b"Tag;Betrag\n1.2.2026;-3,50\n").rows
    (('1.2.2026', '-3,50'),)
    """
    text = head.decode(encoding_of(head), "replace").replace("\ufeff", "").replace("\0", "")
    delimiter = delimiter_of(text)
    try:
        rows = list(csv.reader(text.splitlines()[:_ROWS], delimiter=delimiter))
    except csv.Error as error:
        raise InvalidInput("/file", "is no table") from error
    header = widest(rows)
    if len(header) < 2:  # noqa: PLR2004 (a day and an amount)
        raise InvalidInput("/file", "is no table")
    below = rows[rows.index(header) + 1 :]
    full = [row for row in below if any(cell.strip() for cell in row)][:_SHOWN]
    return Sample(_cut(header), tuple(_cut(row) for row in full))


def guess(found: Sample) -> Guess:
    r"""Propose what the columns mean.

    >>> guess(sample(b"Buchungstag;Wer;Euro\n01.02.2026;A;-3,50\n")).meanings
    {0: 'booking_date', 2: 'amount'}
    """
    meanings: dict[int, str] = {}
    for place, name in enumerate(found.header):
        meaning = _names().get(plain_name(name))
        if meaning and meaning not in meanings.values() and found.header.index(name) == place:
            meanings[place] = meaning
    said = set(meanings.values())
    if "booking_date" not in said:
        _add(found, meanings, "booking_date", lambda cells: _day_form(cells) is not None)
    if not said & {"amount", "debit", "credit"}:
        _add(found, meanings, "amount", lambda cells: all(map(_CENTS.fullmatch, cells)))
    return Guess(dict(sorted(meanings.items())), _decimal(found), _dates(found, meanings))


def _add(
    found: Sample,
    meanings: dict[int, str],
    meaning: str,
    fits: Callable[[tuple[str, ...]], bool],
) -> None:
    """Give the meaning to the first column that has a name, is free, and looks like it."""
    for place, name in enumerate(found.header):
        cells = found.column(place)
        if name and place not in meanings and cells and fits(cells):
            meanings[place] = meaning
            return


def _decimal(found: Sample) -> str:
    marks = [mark for cell in _cells(found) if (mark := _CENTS.fullmatch(cell))]
    return "." if marks and all(mark[1] == "." for mark in marks) else ","


def _dates(found: Sample, meanings: Mapping[int, str]) -> str:
    """Form of the days; the first of several that fit, for a person to look at."""
    places = [place for place, meaning in meanings.items() if meaning == "booking_date"]
    return next((form for place in places if (form := _day_form(found.column(place)))), DATES[0])


def _cells(found: Sample) -> Iterator[str]:
    for row in found.rows:
        yield from row


def _day_form(cells: tuple[str, ...]) -> str | None:
    """The first form that reads all cells as days."""
    return next(
        (form for form in DATES if cells and all(_reads(form, each) for each in cells)), None
    )


def _reads(form: str, cell: str) -> bool:
    try:
        datetime.strptime(cell, form)  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        return False
    return True


def _cut(row: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(cell.strip()[:_CELL] for cell in row)


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    """Meaning of every name that the known layouts give to a column; the first layout wins."""
    found: dict[str, str] = {}
    for profile in profiles():
        for meaning, column in profile.columns.items():
            for name in () if isinstance(column, int) else names_of(column):
                found.setdefault(plain_name(name), meaning)
    return found
