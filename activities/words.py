"""Tesseract's table of words to a page that stands upright and straight."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import groupby
from operator import attrgetter
from statistics import median

from domain.reading.layout import UNIT, Box, Page, Source, Word

_LEAST_CONFIDENCE = Decimal("0.20")
_LONG_LINE = 3
_WIDE_LINE = 1500
_HUNDRED = 100
_STEEPEST = 1000  # units; about six degrees: anything more is a wrong measurement


@dataclass(frozen=True, slots=True)
class _Seen:
    """A word as Tesseract reports it; the line as (block, paragraph, line)."""

    line: tuple[int, int, int]
    word: Word


def page_of(table: str, number: int) -> Page:
    """Page of a TSV table; boxes become parts of the page, the reading direction is found out."""
    rows = list(csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    size = next(
        ((int(row["width"]), int(row["height"])) for row in rows if row["level"] == "1"), None
    )
    if size is None:
        return Page(number, (), Source.OCR)
    seen = [found for row in rows if row["level"] == "5" and (found := _word_of(row, size))]
    lines = [[found.word for found in group] for _, group in groupby(seen, attrgetter("line"))]
    turn = _turn(lines)
    upright = [
        [replace(word, box=_turned(word.box, turn)) for word in line]
        for line in lines
        if len(line) < _LONG_LINE or _direction(line) == turn
    ]
    slope = _slope(upright)
    straight = tuple(
        replace(word, box=straightened(word.box, slope)) for line in upright for word in line
    )
    return Page(number, straight, Source.OCR, turn, slope)


def _word_of(row: dict[str, str], size: tuple[int, int]) -> _Seen | None:
    text = (row.get("text") or "").strip()
    confidence = _confidence(row["conf"])
    if not text or confidence < _LEAST_CONFIDENCE:
        return None
    left, top, width, height = (int(row[name]) for name in ("left", "top", "width", "height"))
    box = Box(
        left * UNIT // size[0],
        top * UNIT // size[1],
        (left + width) * UNIT // size[0],
        (top + height) * UNIT // size[1],
    )
    line = (int(row["block_num"]), int(row["par_num"]), int(row["line_num"]))
    return _Seen(line, Word(text, box, confidence))


def _confidence(text: str) -> Decimal:
    try:
        return (Decimal(text) / _HUNDRED).quantize(Decimal("0.001"))
    except InvalidOperation:
        return Decimal()


def _turn(lines: Iterable[list[Word]]) -> int:
    """Degrees clockwise that bring most of the text upright."""
    votes = {0: 0, 90: 0, 180: 0, 270: 0}
    for line in lines:
        if len(line) >= _LONG_LINE:
            votes[_direction(line)] += sum(len(word.text) for word in line)
    return max(votes, key=lambda turn: votes[turn])


def _direction(line: list[Word]) -> int:
    """The turn that makes the words of this line follow each other from left to right."""
    first, last = line[0].box, line[-1].box
    across = last.left + last.right - first.left - first.right
    down = last.top + last.bottom - first.top - first.bottom
    if abs(across) >= abs(down):
        return 0 if across >= 0 else 180
    return 90 if down < 0 else 270


def _turned(box: Box, turn: int) -> Box:
    left, top, right, bottom = box
    return {
        0: box,
        90: Box(UNIT - bottom, left, UNIT - top, right),
        180: Box(UNIT - right, UNIT - bottom, UNIT - left, UNIT - top),
        270: Box(top, UNIT - right, bottom, UNIT - left),
    }[turn]


def _slope(lines: Iterable[list[Word]]) -> int:
    """How many units the lines fall over the whole width of the page."""
    slopes = []
    for line in lines:
        first, last = line[0].box, line[-1].box
        across = (last.left + last.right - first.left - first.right) // 2
        if across > _WIDE_LINE:
            fall = (last.top + last.bottom - first.top - first.bottom) // 2
            slopes.append(fall * UNIT // across)
    slope = int(median(slopes)) if slopes else 0
    return slope if abs(slope) < _STEEPEST else 0


def straightened(box: Box, slope: int) -> Box:
    """The box where it would be, if lines did not fall by `slope` over the width of the page."""
    fall = slope * ((box.left + box.right) // 2 - UNIT // 2) // UNIT
    return Box(box.left, box.top - fall, box.right, box.bottom - fall)
