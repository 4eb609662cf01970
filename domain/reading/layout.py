"""Pages of words with boxes and confidences, whatever they came from.

Lengths are whole ten-thousandths of the page's width or height, from its top left corner, as the
page reads when it is upright and straight. What a reviewer sees may be turned or skewed;
`Page.visible` leads back there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

UNIT = 10_000
SURE = Decimal(1)
_COLUMN_GAP = 2  # widths of a character: a wider gap separates two cells
_MARKUP = re.compile(r"([\\`*<|])")
_LEADING = re.compile(r"^(#+|[>+-])(?=\s|$)")

Fractions = tuple[Decimal, Decimal, Decimal, Decimal]


class Source(StrEnum):
    """Where a value came from."""

    XML = "xml"
    TEXT = "text"
    OCR = "ocr"
    RULE = "rule"
    LEARNED = "learned"
    PERSON = "person"


class Box(NamedTuple):
    """A rectangle in ten-thousandths of the page."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def fractions(self) -> Fractions:
        """The same as fractions of the page.

        >>> [str(side) for side in Box(0, 2500, 5000, 10000).fractions]
        ['0.0000', '0.2500', '0.5000', '1.0000']
        """
        left, top, right, bottom = (Decimal(side).scaleb(-4) for side in self)
        return left, top, right, bottom

    def around(self, other: "Box") -> "Box":
        """The smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without a blank, where they stand and how sure they are (0 to 1)."""

    text: str
    box: Box
    confidence: Decimal = SURE


@dataclass(frozen=True, slots=True)
class Passage:
    """Some words that were found together."""

    text: str
    page: int
    box: Box
    confidence: Decimal


@dataclass(frozen=True)
class Line:
    """Words that stand on one line of a page, from left to right."""

    page: int
    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        """The words with one blank between them."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def box(self) -> Box:
        """The box of all words."""
        return box_of(self.words)

    @cached_property
    def cells(self) -> tuple["Line", ...]:
        """The parts of the line between gaps wider than a few characters."""
        parts: list[list[Word]] = [[self.words[0]]]
        for before, word in zip(self.words, self.words[1:], strict=False):
            width = (before.box.right - before.box.left) // max(len(before.text), 1)
            if word.box.left - before.box.right > _COLUMN_GAP * max(width, 40):
                parts.append([])
            parts[-1].append(word)
        return tuple(Line(self.page, tuple(part)) for part in parts)

    def passage(self, start: int, end: int) -> Passage:
        """The words that the characters from `start` to `end` of the text touch."""
        touched = [
            word for first, last, word in self._spans() if first < end and last > start
        ] or list(self.words[:1])
        return Passage(
            self.text[start:end],
            self.page,
            box_of(touched),
            min(word.confidence for word in touched),
        )

    def between(self, left: int, right: int) -> "Line | None":
        """The words whose middle lies between two positions, None without any."""
        words = tuple(
            word for word in self.words if left <= (word.box.left + word.box.right) // 2 <= right
        )
        return Line(self.page, words) if words else None

    def _spans(self) -> Iterator[tuple[int, int, Word]]:
        start = 0
        for word in self.words:
            yield start, start + len(word.text), word
            start += len(word.text) + 1


@dataclass(frozen=True)
class Page:
    """One page.

    `turn` is how many degrees it was turned clockwise to stand upright, `slope` how many units
    a line falls over the whole width.
    """

    number: int
    words: tuple[Word, ...]
    source: Source
    turn: int = 0
    slope: int = 0

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The words as lines, from top to bottom."""
        rows: list[list[Word]] = []
        for word in sorted(self.words, key=lambda word: word.box.top + word.box.bottom):
            row = next((row for row in reversed(rows[-3:]) if _same_line(row, word)), None)
            if row is None:
                rows.append([word])
            else:
                row.append(word)
        ordered = (sorted(row, key=lambda word: word.box.left) for row in rows)
        return tuple(Line(self.number, tuple(row)) for row in ordered)

    def visible(self, box: Box) -> Box:
        """The box on the page as it is stored, before it was straightened and turned.

        >>> Page(1, (), Source.OCR, turn=180).visible(Box(0, 0, 1000, 500))
        Box(left=9000, top=9500, right=10000, bottom=10000)
        """
        fall = self.slope * ((box.left + box.right) // 2 - UNIT // 2) // UNIT
        left, top, right, bottom = box.left, box.top + fall, box.right, box.bottom + fall
        if self.turn == 90:  # noqa: PLR2004
            left, top, right, bottom = top, UNIT - right, bottom, UNIT - left
        elif self.turn == 180:  # noqa: PLR2004
            left, top, right, bottom = UNIT - right, UNIT - bottom, UNIT - left, UNIT - top
        elif self.turn == 270:  # noqa: PLR2004
            left, top, right, bottom = UNIT - bottom, left, UNIT - top, right
        return Box(*(min(max(side, 0), UNIT) for side in (left, top, right, bottom)))


@dataclass(frozen=True)
class Layout:
    """A document as pages of words."""

    pages: tuple[Page, ...]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """All lines, page by page."""
        return tuple(line for page in self.pages for line in page.lines)

    @property
    def text(self) -> str:
        """All lines as plain text."""
        return "\n".join(line.text for line in self.lines)

    def page(self, number: int) -> Page:
        """The page with this number, counted from 1."""
        return next(page for page in self.pages if page.number == number)

    def markdown(self) -> str:
        """The raw text as Markdown that shows exactly these characters.

        Cells of a line are separated by a bar, pages by a rule.
        """
        return "\n\n---\n\n".join(
            "  \n".join(_escaped(line) for line in page.lines) for page in self.pages
        )


def box_of(words: Sequence[Word]) -> Box:
    """The smallest box that holds all words."""
    box = words[0].box
    for word in words[1:]:
        box = box.around(word.box)
    return box


def _same_line(row: list[Word], word: Word) -> bool:
    """Whether a word overlaps the last word of a row by half of the lower one's height."""
    last = row[-1].box
    overlap = min(last.bottom, word.box.bottom) - max(last.top, word.box.top)
    height = min(last.bottom - last.top, word.box.bottom - word.box.top)
    return 2 * overlap >= height


def _escaped(line: Line) -> str:
    cells = " | ".join(_MARKUP.sub(r"\\\1", cell.text) for cell in line.cells)
    return _LEADING.sub(r"\\\1", cells)
