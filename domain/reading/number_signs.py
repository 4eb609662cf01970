"""What tells the number of an invoice where no word does: its year, and the days and title beside.

A page that nobody has seen has words that no table knows. On it, too, the number stands near the
day of issue or the title, and many hold the year of that day.
"""

import re
from collections.abc import Iterator

from domain.reading.layout import Line
from domain.reading.surroundings import Cell, Sheet, Spot, Surroundings
from domain.reading.values import date_of

_BARE_YEAR = re.compile(r"(?:19|20)\d{2}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}|(?:19|20)\d{2}(?!\d)")
_SHORT_YEAR = re.compile(
    r"(?<![A-Z0-9])\d{2}(?=[-/._]|\d{3,6}(?!\d))|(?<=[A-Z])\d{2}(?=[-/._]|\d{3,6}(?!\d))"
    r"|(?<=[-/._])\d{2}(?!\d)",
    re.IGNORECASE,
)
_CENTURY = 2000
_EARLIEST, _LATEST = 1990, 2100
_NEAR = 3  # cells of the column above or below
_ROWS = 4  # lines among which they are looked for
_TITLE = 1.3  # times the usual height
_OWN_SIZE = 1.15
_LIKE = 0.95


def years_on(around: Surroundings) -> frozenset[int]:
    """The years of all days on the pages."""
    days = (date_of(each) for sheet in around.sheets for found in sheet.dates for each in found)
    years = (day.year for day in days if day is not None)
    return frozenset(year for year in years if _EARLIEST <= year < _LATEST)


def year_in(text: str, years: frozenset[int]) -> Iterator[str]:
    """Whether one of the years is in a number, or is all of it.

    >>> [*year_in("RE-2026-17", frozenset({2026})), *year_in("26/17", frozenset({2026}))]
    ['year:whole', 'year:short']
    """
    if _BARE_YEAR.fullmatch(text):
        yield "year:bare"
    elif any(int(each) in years for each in _YEAR.findall(text)):
        yield "year:whole"
    elif any(_CENTURY + int(each) in years for each in _SHORT_YEAR.findall(text)):
        yield "year:short"


def beside(sheet: Sheet, spot: Spot) -> Iterator[str]:
    """Days on its line and in its column, and letters that are larger than others beside it."""
    own = sheet.cell(spot)
    yield from _days(sheet, spot, own)
    yield from _title(sheet, spot, own)


def _days(sheet: Sheet, spot: Spot, own: Cell) -> Iterator[str]:
    if sheet.dates[spot.line]:
        yield "day:line"
    if _has_day(sheet, spot.line, own):
        yield "day:cell"
    for way, name in ((-1, "above"), (1, "below")):
        for steps, (line, cell) in enumerate(_column(sheet, spot, way), 1):
            if _has_day(sheet, line, cell):
                yield f"day:{name}{steps}"
                break


def _column(sheet: Sheet, spot: Spot, way: int) -> Iterator[tuple[int, Cell]]:
    """The next cells above or below a value."""
    box = spot.passage.box
    found = 0
    for line in range(spot.line + way, spot.line + way * (_ROWS + 1), way):
        cell = sheet.over(line, box.left, box.right) if 0 <= line < len(sheet.lines) else None
        if cell is None:
            continue
        yield line, cell
        found += 1
        if found == _NEAR:
            return


def _has_day(sheet: Sheet, line: int, cell: Cell) -> bool:
    return any(each.start() < cell.end and each.end() > cell.start for each in sheet.dates[line])


def _title(sheet: Sheet, spot: Spot, own: Cell) -> Iterator[str]:
    large = sheet.height * _TITLE
    above = next((cell for _, cell in _column(sheet, spot, -1)), None)
    if above is not None and _height(above.line) > large:
        yield "title:above"
    before = [cell for cell in sheet.cells[spot.line] if cell.end <= own.start]
    if before and _height(before[-1].line) > large:
        yield "title:left"
    box = spot.passage.box
    height = box.bottom - box.top
    if height > _OWN_SIZE * sheet.height and height >= _LIKE * sheet.largest_figure:
        yield "title:own"


def _height(line: Line) -> int:
    return max(word.box.bottom - word.box.top for word in line.words)
