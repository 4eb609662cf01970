"""Where tables end, and what proves that their rows are whole."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from domain.reading.layout import Box
from domain.reading.table_columns import Column, entry_of
from domain.reading.table_ends import Body, Lines, Rows, bodies
from tests.layouts import typed

_TOTALS = Column(frozenset(), Box(3400, 0, 4000, 100))


def rows(*texts: str) -> Rows:
    """The rows of lines that are typed as words and an amount, parted by a bar."""
    typed_lines = [f"{left:<34}{right:>6}" for left, _, right in (t.partition("|") for t in texts)]
    lines = typed("\n".join(typed_lines)).pages[0].lines
    return Rows(Lines([entry_of(line, (_TOTALS,)) for line in lines]), 0)


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        (["Fzrtg|30,00"], True),
        (["Qnk|6,00", "Mhfnzzra|36,00"], True),
        (["Qnk 10 %|1,00", "Qnk 20 %|4,00", "Mhfnzzra|35,00"], True),
        (["Qnk|7,00", "Mhfnzzra|37,00"], False),
        (["Mhfnzzra|36,00"], False),
        ([], False),
    ],
)
def test_a_sum_is_proven_by_what_stands_below(below: Sequence[str], *, expected: bool) -> None:
    """As it is, or with the taxes that a rate or a percentage makes of it."""
    found = rows("Papier|10,00", "Ordner|20,00", *below)

    assert found.lines.proves(Decimal("30.00"), 2) is expected


@pytest.mark.parametrize(
    ("texts", "kept"),
    [
        (["Papier|10,00", "Ordner|20,00", "Qnk|6,00", "Mhfnzzra|36,00"], (0, 1)),
        (["Papier|10,00", "Ordner|20,00", "Fzrtg|30,00", "Mappe|5,00", "Qnk|35,00"], (0, 1, 3)),
        (
            ["Nord|30,00", "Zwirn|10,00", "Nadel|20,00", "Süd|9,00", "Tuch|4,00", "Faden|5,00"],
            (1, 2, 4, 5),
        ),
    ],
)
def test_sums_need_no_words(texts: Sequence[str], kept: tuple[int, ...]) -> None:
    """Behind the rows, among them, or before them."""
    assert kept in [body.rows for body in bodies(rows(*texts))]


def test_no_rows_are_tried_twice() -> None:
    """However many places end the same rows."""
    found: list[Body] = list(bodies(rows("Papier|10,00", "Ordner|20,00", "Summe|30,00")))

    assert len({body.rows for body in found}) == len(found)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["Fzrtg|100,00", "Qnk|20,00"], True),
        (["Fzrtg|100,00", "Qnk 17 %|17,00"], True),
        (["Zimmer|300,00", "Kurtaxe|12,00"], False),
        (["Papier|100,00", "Retour|-20,00"], False),
        (["Papier|100,00"], False),
    ],
)
def test_an_amount_and_its_tax_are_totals(texts: Sequence[str], *, expected: bool) -> None:
    """They are no lines, though they come to the total."""
    found = rows(*texts)

    assert found.end_with_tax(tuple(found.values), len(texts)) is expected


def test_a_tax_on_all_rows_makes_the_last_one_a_row() -> None:
    """It was a share of the others by chance."""
    found = rows("Papier|100,00", "Ordner|20,00", "Qnk 20 %|24,00", "Mhfnzzra|144,00")

    assert not found.end_with_tax((0, 1), 2)
