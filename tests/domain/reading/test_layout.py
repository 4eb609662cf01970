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
