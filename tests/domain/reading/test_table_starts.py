"""Where tables without headings may begin."""

import pytest

from domain.reading.table_starts import row_starts
from tests.layouts import typed


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Sehr geehrte Damen und Herren\nPapier A4      10    4,00     40,00", [1]),
        ("Papier A4\n               10    4,00     40,00", [0]),
        ("Melange                          3,80", [0]),
        ("Summe netto                    100,00", []),
        ("Papier A4      10    4,00\n4020 Linz, Ring 5", [0]),
        ("4020 Linz, Ring 5\nTel. 0732 12345", []),
    ],
)
def test_a_row_has_money_and_is_no_sum(text: str, lines: list[int]) -> None:
    """Bare numbers begin with the words above them."""
    assert [line for _, line, _ in row_starts(typed(text))] == lines


def test_lines_that_are_tried_are_bounded() -> None:
    """Pages of amounts do not take for ever."""
    text = "\n".join(f"Ware {number}            {number},00" for number in range(100))

    assert len(list(row_starts(typed(text)))) == 10


def test_every_number_of_the_line_is_a_column() -> None:
    """What they are is for the rows to tell."""
    ((_, _, columns),) = row_starts(typed("Papier A4      10    4,00     40,00"))

    assert [column.kinds for column in columns] == [frozenset()] * 3
