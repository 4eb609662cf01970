"""Tesseract's table of words."""

from decimal import Decimal

import pytest

from activities.words import page_of
from domain.reading.layout import Source

_HEAD = "level page_num block_num par_num line_num word_num left top width height conf text"
SIZE = (2000, 1000)


def table(*words: tuple[int, int, int, int, str, str]) -> str:
    """A table of one line, given as left, top, width, height, confidence, text."""
    rows = [["1", "1", "0", "0", "0", "0", "0", "0", str(SIZE[0]), str(SIZE[1]), "-1", ""]]
    for number, (left, top, width, height, confidence, text) in enumerate(words, 1):
        box = [str(side) for side in (left, top, width, height)]
        rows.append(["5", "1", "1", "1", "1", str(number), *box, confidence, text])
    return "\n".join("\t".join(row) for row in [_HEAD.split(), *rows])


def test_boxes_become_parts_of_the_page() -> None:
    """And confidences go from 0 to 1."""
    page = page_of(table((200, 100, 400, 50, "96.5", "Rechnung")), 3)
    (word,) = page.words

    assert (page.number, page.source, page.turn) == (3, Source.OCR, 0)
    assert word.box == (1000, 1000, 3000, 1500)
    assert word.confidence == Decimal("0.965")


@pytest.mark.parametrize(
    ("step", "turn"),
    [((300, 0), 0), ((0, -200), 90), ((-300, 0), 180), ((0, 200), 270)],
)
def test_the_reading_direction_tells_how_the_page_lies(step: tuple[int, int], turn: int) -> None:
    """Words follow each other to the left on a page that stands on its head."""
    start = (1000, 500)
    words = [
        (start[0] + at * step[0], start[1] + at * step[1], 100, 20, "90", text)
        for at, text in enumerate(("eins", "zwei", "drei"))
    ]
    page = page_of(table(*words), 1)

    assert page.turn == turn
    assert [line.text for line in page.lines] == ["eins zwei drei"]


def test_a_skewed_line_becomes_straight_and_is_shown_skewed() -> None:
    """Otherwise columns far apart would fall into different lines."""
    words = [(at * 400 + 100, 300 + at * 10, 100, 20, "90", f"w{at}") for at in range(4)]
    page = page_of(table(*words), 1)

    assert page.slope == 500
    assert len(page.lines) == 1
    last = page.lines[0].words[-1]
    assert abs(page.visible(last.box).top - 3300) <= 2


@pytest.mark.parametrize(
    "words", [(), ((0, 0, 10, 10, "5", "smudge"),), ((0, 0, 9, 9, "90", " "),)]
)
def test_what_is_no_word_is_dropped(words: tuple[tuple[int, int, int, int, str, str], ...]) -> None:
    """Smudges and blanks."""
    assert page_of(table(*words), 1).words == ()


def test_an_empty_answer_is_an_empty_page() -> None:
    """A blank page has no table at all."""
    assert page_of("", 1).words == ()
