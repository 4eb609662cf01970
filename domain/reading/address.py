"""Street and town: how they look, and those that stand beside the name of the vendor."""

import re
from collections.abc import Iterator
from decimal import Decimal

from domain.reading.layout import UNIT, Layout, Line, Passage
from domain.reading.names import FORM, is_like_name
from domain.reading.origin import Reading, from_page

SEPARATOR = re.compile(
    r"\s{1,9}[-\u2013\u00b7\u2022\u25cf|*/\u25aa\u2027\u22c5~]\s{1,9}|\s{0,9}[|\u00b7\u2022\u25cf\u25aa]\s{0,9}|,\s+|;\s+"
)
TOWN = re.compile(
    r"(?<![\d/-])(?:[A-Z]{1,3}-\s?)?(?:\d{4,5}|\d{3}\s\d{2}|\d{2}-\d{3}|\d{4}\s?[A-Z]{2})\s+[^\W\d_]{2,}"
)
STREET = re.compile(
    r"(?:stra(?:\u00df|ss)e|str\.|gasse|weg|platz|allee|ring|ufer|damm|street|road|avenue|lane|square|straat|laan|plein)\b"
    r"|\b(?:rue|avenue|boulevard|via|viale|piazza|corso|calle|avda|plaza|paseo|ul|aleja|al|ulica|utca|\u00fat|t\u00e9r|cesta|trg|n\u00e1m\u011bst\u00ed|t\u0159\u00edda)\b\.?"
    r"|^[^\W\d_][^\d,]{2,40}\s\d{1,4}\s?[a-z]?(?:[/-]\d+\w?)*$",
    re.IGNORECASE,
)
_BLOCK_LINES = 6
# The canton Aargau, as Swiss towns of one name bear it: `5000 Aarau AG`, `CH-5200 Brugg AG`.
_IN_AARGAU = re.compile(r"^\s*(?:CH-\s?)?[1-9]\d{3}\s[^\W\d_]{2,}(?:-[^\W\d_]{2,})?\sAG\s*$")


def town_in(text: str) -> re.Match[str] | None:
    """The town of a line; a number before the name of a company is none.

    >>> town_in("1010 Wien, Muster GmbH") is not None, town_in("47110 Muster GmbH")
    (True, None)
    >>> town_in("5000 Aarau AG") is not None
    True
    """
    found = TOWN.search(text)
    if found is None:
        return None
    rest = SEPARATOR.split(text[found.start() :], maxsplit=1)[0]
    return None if FORM.search(rest) and not _IN_AARGAU.match(rest) else found


def vendor_address(layout: Layout, name: Reading[str] | None) -> Reading[str] | None:
    """Street and town that stand after the name, on its line or in the block below it."""
    for line, rest in _places(layout, name.value if name is not None else ""):
        found = _sender_address(line, rest) or _block_address(layout, line, rest)
        if found is not None:
            text, passage = found
            return Reading(text, from_page(layout, passage, Decimal("0.75")))
    return None


def _whole(line: Line) -> Passage:
    return line.passage(0, len(line.text))


def _places(layout: Layout, name: str) -> Iterator[tuple[Line, int]]:
    """Where the name stands; the sender line above the address window first."""
    places = [
        (line, line.text.find(name) + len(name))
        for line in layout.lines
        if name and name in line.text
    ]
    yield from sorted(places, key=lambda place: not town_in(place[0].text))


def _is_other_party(text: str, name_line: str) -> bool:
    """Whether a line is the name of a company that the line of the vendor's name is not."""
    is_name = FORM.search(text) is not None and not STREET.search(text)
    is_name = is_name and not _IN_AARGAU.match(text)
    return is_name and not is_like_name(text, name_line)


def _sender_address(line: Line, rest: int) -> tuple[str, Passage] | None:
    parts = [
        part.strip(" -\u2013\u00b7\u2022\u25cf|,") for part in SEPARATOR.split(line.text[rest:])
    ]
    parts = [part for part in parts if len(part) > 1]
    towns = [index for index, part in enumerate(parts) if town_in(part)]
    if not towns or towns[0] > 2:  # noqa: PLR2004
        return None
    town = town_in(parts[towns[0]])
    last = parts[towns[0]][: town.end()] if town is not None else ""
    return ", ".join([*parts[: towns[0]], last]), line.passage(rest, len(line.text))


def _block_address(layout: Layout, line: Line, rest: int) -> tuple[str, Passage] | None:
    """Lines below the name, in its column, down to the one with the postal code."""
    start = line.passage(max(rest - 1, 0), rest).box
    cell = next((cell for cell in line.cells if cell.box.right >= start.left), line.cells[-1])
    lines = layout.page(line.page).lines
    parts: list[str] = []
    for below in lines[lines.index(line) + 1 : lines.index(line) + 1 + _BLOCK_LINES]:
        column = below.between(cell.box.left - 150, cell.box.left + UNIT * 3 // 10)
        if column is None:
            continue
        text = column.cells[0].text
        if _is_other_party(text, line.text):
            return None  # the block below is the recipient's, or whose name it is
        parts.append(text)
        if town_in(text):
            kept = [part for part in parts if STREET.search(part) or town_in(part)]
            return ", ".join(kept), _whole(column)
    return None
