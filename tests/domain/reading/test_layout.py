"""Words to lines and cells, and back to the page as it was."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reading.layout import UNIT, Box, Layout, Line, Page, Source, Word
from tests.layouts import INVOICE, typed

SIDES = st.integers(0, UNIT)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    """Boxes inside the page."""
    left, right = sorted((draw(SIDES), draw(SIDES)))
    top, bottom = sorted((draw(SIDES), draw(SIDES)))
    return Box(left, top, right, bottom)


def turned(box: Box, turn: int) -> Box:
    """The box on a page that is turned clockwise, in the naive way."""
    for _ in range(turn // 90):
        box = Box(UNIT - box.bottom, box.left, UNIT - box.top, box.right)
    return box


@given(boxes(), st.sampled_from([0, 90, 180, 270]))
def test_turning_is_undone_for_the_reviewer(box: Box, turn: int) -> None:
    """A box is shown where the words stand on the page as it is stored."""
    page = Page(1, (), Source.OCR, turn=turn)

    assert page.visible(turned(box, turn)) == box


def test_words_become_lines_in_reading_order() -> None:
    """From top to bottom, from left to right, however they were found."""
    layout = typed("one two\nthree   four")
    shuffled = Layout((Page(1, tuple(reversed(layout.pages[0].words)), Source.TEXT),))

    assert [line.text for line in shuffled.lines] == ["one two", "three four"]
    assert [cell.text for cell in shuffled.lines[1].cells] == ["three", "four"]


def test_a_passage_has_the_box_and_the_least_confidence_of_its_words() -> None:
    """A value is as sure as its worst word."""
    sure = Word("IBAN", Box(0, 0, 400, 100))
    unsure = Word("AT61", Box(500, 0, 900, 100), Decimal("0.4"))
    passage = Line(1, (sure, unsure)).passage(0, 9)

    assert passage.box == Box(0, 0, 900, 100)
    assert passage.confidence == Decimal("0.4")


def test_markdown_shows_what_stands_there() -> None:
    """Markup on the page is not markup of ours."""
    layout = typed("# <b>*1*</b> | x")

    assert layout.markdown() == r"\# \<b>\*1\*\</b> \| x"


def test_fractions_have_four_places() -> None:
    """As the origins show them."""
    assert Box(1, 2, 3, 10_000).fractions == tuple(
        map(Decimal, ("0.0001", "0.0002", "0.0003", "1.0000"))
    )


def test_pages_are_found_by_number() -> None:
    """Counted from 1."""
    assert typed(INVOICE).page(1).number == 1
    with pytest.raises(StopIteration):
        typed(INVOICE).page(2)


def spaced(*words: tuple[str, int, int]) -> str:
    """The text of a line with these words from one place to another."""
    placed = tuple(Word(text, Box(left, 100, right, 200)) for text, left, right in words)
    (line,) = Page(1, placed, Source.TEXT).lines
    return line.text


def test_a_number_with_a_blank_between_its_thousands_is_one_word() -> None:
    """6 120,00 is no 120,00; a quantity in a column of its own is no thousand."""
    assert spaced(("6", 1000, 1050), ("120,00", 1075, 1350)) == "6\u202f120,00"
    assert spaced(("1", 1000, 1050), ("234", 1075, 1225), ("567,89", 1250, 1550)) == (
        "1\u202f234\u202f567,89"
    )
    assert spaced(("6", 1000, 1050), ("120,00", 1200, 1475)) == "6 120,00"


def test_whole_thousands_need_a_currency_beside_them() -> None:
    """Telephone numbers and postcodes have blanks, too."""
    assert spaced(("125", 1000, 1150), ("000", 1175, 1325), ("Ft", 1350, 1450)) == "125\u202f000 Ft"
    assert spaced(("125", 1000, 1150), ("000", 1175, 1325)) == "125 000"


def test_a_number_goes_on_behind_a_blank_as_wide_as_a_figure_where_all_signs_are_so() -> None:
    """On a till roll; a page in another type has wider blanks between its columns."""
    rows = [(f"Posten {place:05}", 0) for place in range(1000, 1030)]
    roll = [*rows, ("Summe", 0), ("2 610,18", 3000)]

    def read(widths: dict[str, int]) -> str:
        words = []
        for row, (text, left) in enumerate(roll):
            at = left
            for part in text.split():
                width = sum(widths.get(sign, 100) for sign in part)
                words.append(Word(part, Box(at, 200 * row, at + width, 200 * row + 150)))
                at += width + 105
        return Page(1, tuple(words), Source.TEXT).lines[-1].text

    assert read({}) == "2\u202f610,18"
    assert read({"P": 160, "s": 60, "t": 40}) == "2 610,18"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([("83", 1000, 1100), ("395,42,", 1125, 1425)], "83\u202f395,42,"),
        ([("K\u010d26", 1000, 1200), ("762,73", 1225, 1525)], "K\u010d26\u202f762,73"),
        ([("Ft121", 1000, 1250), ("956", 1275, 1425)], "Ft121\u202f956"),
        ([("A26", 1000, 1150), ("762,73", 1175, 1475)], "A26 762,73"),
        ([("26", 1000, 1100), ("762,73.5", 1125, 1525)], "26 762,73.5"),
    ],
)
def test_a_number_may_have_its_currency_before_it_and_a_comma_behind(
    words: list[tuple[str, int, int]], text: str
) -> None:
    """In a sentence, and where a currency stands without a blank."""
    assert spaced(*words) == text
