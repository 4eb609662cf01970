"""Labelled search in a layout: a value stands right of its label, or below it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.reading.layout import Layout, Line, Passage

_REACH = 60  # characters between a label and its value
_LINES_BELOW = 3
_FALL = 600  # units between a label and a value below it
_SLACK = 120


@dataclass(frozen=True, slots=True)
class Hit:
    """A value beside its label."""

    match: re.Match[str]
    passage: Passage
    label: str
    line: Line
    strength: Decimal


def labelled(
    layout: Layout, label: re.Pattern[str], value: re.Pattern[str], *, strict: bool = False
) -> Iterator[Hit]:
    """Every value with the label before it on the line, else in the column below.

    `strict` wants nothing but blanks and signs between label and value.
    """
    for index, line in enumerate(layout.lines):
        for found in label.finditer(line.text):
            hit = _right(line, found, value, strict=strict)
            if hit is None:
                hit = _below(line, found, value, layout.lines[index + 1 : index + 1 + _LINES_BELOW])
            if hit is not None:
                yield hit


def _right(line: Line, label: re.Match[str], value: re.Pattern[str], *, strict: bool) -> Hit | None:
    match = value.search(line.text, label.end())
    if match is None or match.start() - label.end() > _REACH:
        return None
    between = line.text[label.end() : match.start()]
    if strict and re.search(r"[^\W_]", between):
        return None
    near = Decimal("0.95") if not re.search(r"[^\W_]{3}", between) else Decimal("0.8")
    return Hit(match, line.passage(match.start(), match.end()), label[0], line, near)


def _below(
    line: Line, label: re.Match[str], value: re.Pattern[str], following: Sequence[Line]
) -> Hit | None:
    left, right = _column(line, label)
    for below in following:
        if below.page != line.page or below.box.top - line.box.bottom > _FALL:
            return None
        column = below.between(left, right)
        match = value.search(column.text) if column is not None else None
        if column is not None and match is not None:
            passage = column.passage(match.start(), match.end())
            return Hit(match, passage, label[0], below, Decimal("0.85"))
    return None


def _column(line: Line, label: re.Match[str]) -> tuple[int, int]:
    """From the label to the next cell on its right, with some slack."""
    box = line.passage(label.start(), label.end()).box
    starts = [cell.box.left for cell in line.cells if cell.box.left > box.right]
    edge = min(starts, default=box.right + 2 * (box.right - box.left) + 1000)
    return box.left - _SLACK, max(edge - 1, box.right + _SLACK)
