"""Where a table without a heading may begin: lines that compute, or end with an amount."""

from collections.abc import Iterator

from domain.reading.layout import Layout, Line
from domain.reading.table_columns import (
    LETTERS,
    Column,
    Entry,
    are_factors,
    entry_of,
    is_bare,
    numbers_on,
    without_sum,
)
from domain.reading.table_rows import Roles, multiplies

_MOST_COMPUTING, _MOST_OTHERS = 3, 10
_MOST_NUMBERS = 8


def row_starts(
    layout: Layout, *, by_words: bool = True
) -> Iterator[tuple[int, int, tuple[Column, ...]]]:
    """Page, line and columns of what may be the first row: each of its numbers is a column.

    First lines on which two numbers make a third one, then others that end with an amount.
    """
    computing = others = 0
    for page in layout.pages:
        for index, line in enumerate(page.lines):
            entry = _row_on(line, by_words=by_words)
            if entry is None:
                continue
            if _computes(entry):
                computing += 1
            else:
                others += 1
            is_too_many = computing > _MOST_COMPUTING if _computes(entry) else others > _MOST_OTHERS
            if not is_too_many:
                is_told_above = index > 0 and (is_bare(line) or _is_factors(page.lines[index - 1]))
                yield page.number, index - is_told_above, _columns(line)


def _row_on(line: Line, *, by_words: bool) -> Entry | None:
    """A line with money, which is no sum of others, and has words or computes."""
    columns = _columns(line)
    if not columns or len(columns) > _MOST_NUMBERS:
        return None
    entry = entry_of(line, columns)
    entry = entry if by_words else without_sum(entry)
    if entry.is_sum or not any(number.is_money or number.is_exact for number in entry.found):
        return None
    return entry if len(columns) == 1 or LETTERS.search(line.text) or _computes(entry) else None


def _columns(line: Line) -> tuple[Column, ...]:
    return tuple(Column(frozenset(), number.box) for number in numbers_on(line))


def _computes(entry: Entry) -> bool:
    """Whether two of the numbers make another one."""
    return any(
        multiplies(entry, Roles(None, None, place))
        for place, number in entry.numbers.items()
        if number.is_money
    )


def _is_factors(line: Line) -> bool:
    return are_factors(line, tuple(numbers_on(line)))
