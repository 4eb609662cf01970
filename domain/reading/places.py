"""Where a value stands, told so that the same place is found on the vendor's next document.

A place is the words that name the value, beside it or above it; without any, its spot on the page.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.reading.candidate import Candidate
from domain.reading.layout import Box, Passage
from domain.reading.months import folded
from domain.reading.surroundings import Cell, Sheet, Surroundings

FIELDS = ("invoice_number", "invoice_date", "due_date", "total_net", "total_tax", "total_gross")
"""Fields whose place can be learned. Accounts and VAT ids are not among them: what an invoice says
of who is paid is checked each time."""
MOST = 8  # values of a field that are kept with a reading
_WORD = re.compile(r"[^\W\d_]+")
_MOST_WORDS = 5
_LINES_ABOVE = 4
_NEAR = 350  # units of the page: as far may a value without words move


@dataclass(frozen=True, slots=True)
class Place:
    """The words that name a value and where they are (`beside`, `above`, or `none`), and its spot.

    `page` counts from 1, the box is as on a `Passage`. `form` tells apart the readings of one spot,
    as with the letters before a number or without them.
    """

    label: str
    side: str
    page: int
    box: Box
    form: str = ""

    def to_json(self) -> dict[str, Any]:
        """The place as it is kept."""
        return {
            "label": self.label,
            "side": self.side,
            "page": self.page,
            "box": list(self.box),
            "form": self.form,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Place":
        """The place again."""
        left, top, right, bottom = (int(each) for each in stored["box"])
        return cls(
            str(stored["label"]),
            str(stored["side"]),
            int(stored["page"]),
            Box(left, top, right, bottom),
            str(stored["form"]),
        )

    def away_from(self, other: "Place") -> int | None:
        """How far apart two spots are that may be the same place; None where they are not.

        >>> one = Place("rechnung nr", "beside", 1, Box(0, 0, 10, 10))
        >>> one.away_from(Place("rechnung nr", "beside", 1, Box(0, 500, 10, 510)))
        500
        >>> one.away_from(Place("kunden nr", "beside", 1, Box(0, 0, 10, 10))) is None
        True
        """
        if (self.label, self.side, self.form) != (other.label, other.side, other.form):
            return None
        away = abs(self.box.left - other.box.left) + abs(self.box.top - other.box.top)
        if not self.label and (away > _NEAR or self.page != other.page):
            return None
        return away + 10_000 * abs(self.page - other.page)


@dataclass(frozen=True, slots=True)
class Alternative:
    """A value that a field might have had, as it is stored, and its place."""

    value: str
    place: Place

    def to_json(self) -> dict[str, Any]:
        """The alternative as a reading keeps it."""
        return {"value": self.value, "place": self.place.to_json()}


def place_of(around: Surroundings, candidate: Candidate[Any]) -> Place | None:
    """Where a candidate stands; None if it follows from others."""
    passage = candidate.passage
    if passage is None:
        return None
    label, side = _named(around, passage)
    form = next((each[5:] for each in candidate.features if each.startswith("form:")), "")
    return Place(label, side, passage.page, passage.box, form)


def nearest(place: Place, places: Sequence[Place | None]) -> int | None:
    """Which of some places is this one; None if none is."""
    found = [
        (away, at)
        for at, other in enumerate(places)
        if other is not None and (away := place.away_from(other)) is not None
    ]
    return min(found)[1] if found else None


def _named(around: Surroundings, passage: Passage) -> tuple[str, str]:
    """The words that name a spot: those before it on its line, else those above it."""
    sheet = next(each for each in around.sheets if each.page.number == passage.page)
    line = _line_of(sheet, passage)
    if line is None:
        return "", "none"
    beside = _beside(sheet.cells[line], passage.box)
    if beside:
        return beside, "beside"
    above = _above(sheet, line, passage.box)
    return (above, "above") if above else ("", "none")


def _line_of(sheet: Sheet, passage: Passage) -> int | None:
    middle = (passage.box.top + passage.box.bottom) // 2
    lines = (at for at, line in enumerate(sheet.lines) if line.box.top <= middle <= line.box.bottom)
    return next(lines, None)


def _beside(cells: Sequence[Cell], box: Box) -> str:
    """The words before a spot in its cell, else in the cell left of it."""
    own = next((cell for cell in reversed(cells) if cell.box.left <= box.left), None)
    if own is None:
        return ""
    before = (word.text for word in own.line.words if word.box.right <= box.left)
    label = _label(before)
    at = cells.index(own)
    return label or (_label(word.text for word in cells[at - 1].line.words) if at else "")


def _above(sheet: Sheet, line: int, box: Box) -> str:
    """The words of the nearest line above that cover the column of a spot."""
    for index in range(line - 1, max(-1, line - 1 - _LINES_ABOVE), -1):
        for cell in sheet.cells[index]:
            if cell.box.left <= box.right and cell.box.right >= box.left:
                label = _label(word.text for word in cell.line.words)
                if label:
                    return label
    return ""


def _label(words: Iterable[str]) -> str:
    """The last words without figures and signs, in small letters."""
    found = [each for word in words for each in _WORD.findall(folded(word))]
    return " ".join(found[-_MOST_WORDS:])
