"""Pages of words with boxes and confidences, whatever they came from.

Lengths are whole ten-thousandths of the page's width or height, from its top left corner, as the
page reads when it is upright and straight. What a reviewer sees may be turned or skewed;
`Page.visible` leads back there.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

UNIT = 10_000
SURE = Decimal(1)
THIN = "\u202f"  # between the thousands of one number
_ROWS = 5  # rows above that a word may still belong to
_TWICE = 25  # units between the two places of a word that is drawn twice
_WHOLE = re.compile(r"(?:Ft\.?|HUF|JPY|ISK)(?:[-\u2212]?\d{1,3})?")
_BLANK = 0.9  # widths of a character: no more lies between the parts of one number
_EVEN_BLANK = 1.1  # the same where all signs have one width, a blank among them
_LONG = 3  # signs of words that tell how wide a sign is
_MANY = 20  # such words: fewer tell nothing
_EVEN = 0.04  # of a width: no more differs between most signs of such a page
_CODES = r"EUR|CHF|USD|GBP|HUF|CZK|PLN|SEK|NOK|DKK|RON|Ft\.?|K\u010d|z\u0142|kr\.?"
_HEAD_OF_NUMBER = re.compile(
    rf"(?:[-\u2212(\u20ac$\u00a3]{{0,2}}|(?:{_CODES})[-\u2212]?)\d{{1,3}}$"
)
_PART_OF_NUMBER = re.compile(
    r"\d{3}(?:[.,](?:\d{2}(?:[.,;]$)?|[-\u2013\u2014=]{1,2}))?[)\u20ac]?-?$"
)
_MONEY = re.compile(rf"{_CODES}|[\u20ac$\u00a3]")
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
        first = max(bisect_right(self._starts, start) - 1, 0)
        last = bisect_left(self._starts, end)
        if first < last and self._starts[first] + len(self.words[first].text) <= start:
            first += 1  # it begins in the blank behind a word
        touched = self.words[first:last] or self.words[:1]
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

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        """Where each word begins in the text."""
        lengths = (len(word.text) + 1 for word in self.words[:-1])
        return tuple(accumulate(lengths, initial=0))


@dataclass(frozen=True)
class Page:
    """One page.

    `turn` is how many degrees it was turned clockwise to stand upright, `slope` how many units
    a line falls over the whole width, `hidden` how many words of its text layer nobody can see.
    `stamps` are words that run aslant over it, each stamp a line of its own after all others.
    """

    number: int
    words: tuple[Word, ...]
    source: Source
    turn: int = 0
    slope: int = 0
    hidden: int = 0
    stamps: tuple[tuple[Word, ...], ...] = ()

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The words as lines, from top to bottom."""
        rows: list[list[Word]] = []
        for word in sorted(self.words, key=lambda word: word.box.top + word.box.bottom):
            row = _row_of(rows[-_ROWS:], word)
            if row is None:
                rows.append([word])
            elif not any(_is_twice(other, word) for other in _beside(row, word)):
                insort(row, word, key=_left)
        whole = any(_WHOLE.fullmatch(word.text) for word in self.words)
        blank = _EVEN_BLANK if _is_even(self.words) else _BLANK
        read = (Line(self.number, tuple(_joined(row, blank, whole=whole))) for row in rows)
        return (*read, *(Line(self.number, stamp) for stamp in self.stamps))

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


def _row_of(rows: Sequence[list[Word]], word: Word) -> list[Word] | None:
    """The row to which a word belongs: it stands beside its nearest word, and above none."""
    best, most = None, 0
    for row in reversed(rows):
        nearest = min(_beside(row, word), key=lambda other: _apart(other.box, word.box))
        if _apart(nearest.box, word.box) < 0 and not _is_twice(nearest, word):
            continue
        shared = _shared(nearest.box, word.box)
        if shared > most:
            best, most = row, shared
    return best


def _beside(row: Sequence[Word], word: Word) -> Sequence[Word]:
    """The words of a row, which stand from left to right, that may be the nearest to another."""
    first = bisect_left(row, word.box.left - _TWICE, key=_left)
    last = bisect_right(row, word.box.left + _TWICE, key=_left)
    return row[max(first - 1, 0) : last + 1]


def _left(word: Word) -> int:
    return word.box.left


def _apart(one: Box, other: Box) -> int:
    """How far two boxes are apart from left to right; below 0 if one covers the other."""
    gap = max(one.left - other.right, other.left - one.right)
    narrow = min(one.right - one.left, other.right - other.left)
    return gap if gap > -narrow // 2 else -1


def _shared(one: Box, other: Box) -> int:
    """The height that two boxes share, in percent of the lower one; 0 for less than a half."""
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    height = max(min(one.bottom - one.top, other.bottom - other.top), 1)
    return 100 * overlap // height if 2 * overlap >= height else 0


def _is_twice(one: Word, other: Word) -> bool:
    """Whether a word is drawn a second time on its place, to look bold."""
    return one.text == other.text and all(
        abs(side - same) <= _TWICE for side, same in zip(one.box, other.box, strict=True)
    )


def _is_even(words: Sequence[Word]) -> bool:
    """Whether all signs of a page are of one width for their height, as those of a till are."""
    widths = sorted(
        (word.box.right - word.box.left) / len(word.text) / (word.box.bottom - word.box.top)
        for word in words
        if len(word.text) >= _LONG and word.box.bottom > word.box.top
    )
    tenth = len(widths) // 10
    return (
        len(widths) >= _MANY
        and widths[-tenth - 1] - widths[tenth] <= _EVEN * widths[len(widths) // 2]
    )


def _joined(row: list[Word], blank: float, *, whole: bool) -> Iterator[Word]:
    """The words of a row; a number whose thousands stand apart by a blank becomes one word."""
    at = 0
    while at < len(row):
        end = _end_of_number(row, at, blank, whole=whole)
        yield _as_one(row[at:end]) if end > at + 1 else row[at]
        at = end


def _end_of_number(row: list[Word], start: int, blank: float, *, whole: bool) -> int:
    """Where the number that begins here ends; it needs cents, or a currency beside it.

    `blank` are the widths of a sign that may lie between its parts,
    `whole`: the page has a currency without cents, so that its numbers need neither.
    """
    end = start + 1
    if not _HEAD_OF_NUMBER.match(row[start].text):
        return end
    while end < len(row) and _is_near(row[end - 1], row[end], blank):
        if not _PART_OF_NUMBER.match(row[end].text):
            break
        end += 1
        if not row[end - 1].text.isdigit():
            return end
    beside = [row[at].text for at in (start - 1, end) if 0 <= at < len(row)]
    is_money = (
        whole or any(_MONEY.fullmatch(text) for text in beside) or not row[start].text[0].isdigit()
    )
    return end if is_money else start + 1


def _is_near(before: Word, after: Word, blank: float) -> bool:
    """Whether no more than a blank lies between two words."""
    width = (before.box.right - before.box.left) / max(len(before.text), 1)
    return after.box.left - before.box.right <= blank * width


def _as_one(words: Sequence[Word]) -> Word:
    text = THIN.join(word.text for word in words)
    return Word(text, box_of(words), min(word.confidence for word in words))


def _escaped(line: Line) -> str:
    cells = " | ".join(_MARKUP.sub(r"\\\1", cell.text) for cell in line.cells)
    return _LEADING.sub(r"\\\1", cells)
