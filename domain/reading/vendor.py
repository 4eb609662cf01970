"""Who sent it: name and address of the vendor, where nothing labels them."""

import re
from collections.abc import Iterator
from decimal import Decimal

from rapidfuzz import fuzz

from domain.reading.layout import UNIT, Layout, Line, Passage
from domain.reading.origin import OwnParty, Reading, from_page, surest
from domain.reading.values import DATE

_LEGAL_FORM = re.compile(
    r"\b(?:GmbH(?:\s*&\s*Co\.?\s*KG(?:aA)?)?|mbH|AG|KGaA?|OHG|oHG|OG|GbR|GesbR|e\.\s?U\.|e\.\s?K\."
    r"|UG(?:\s*\(haftungsbeschr\u00e4nkt\))?|SE|eG(?:en)?|a\.\s?G\.|e\.\s?V\.|Ltd\.?|Limited|LLC|Inc\.?"
    r"|B\.\s?V\.|N\.\s?V\.|S\.\s?A\.(?:\s?S\.)?|SARL|S\.r\.l\.|Stiftung|Verein)(?!\w)"
)
_ROLE = re.compile(
    r"^(?:rechnungs?(?:er|aus)steller|verk\u00e4ufer|lieferant|seller|supplier|vendor|absender"
    r"|leistungserbringer)(?:\s*/\s*\w+)?\s*:?$",
    re.IGNORECASE,
)
_ROLE_BESIDE = re.compile(
    r"^(?:rechnungs?(?:er|aus)steller|verk\u00e4ufer|seller|supplier|vendor)\b[:\s]+(?P<name>\S.*)$",
    re.IGNORECASE,
)
_NAME_LABEL = re.compile(r"^name:?\s+(?P<name>\S.*)$", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[-\u2013\u00b7\u2022\u25cf|*]\s+|\s*[|\u00b7\u2022\u25cf]\s*|,\s+")
_TOWN = re.compile(r"(?<!\d)(?:[A-Z]{1,2}-)?\d{4,5}\s+[^\W\d_]{2,}")
_STREET = re.compile(
    r"(?:stra\u00dfe|strasse|str\.|gasse|weg|platz|allee|ring|hof|ufer|street|road|rue)\b"
    r"|[^\W\d_]{3,}\s+\d{1,4}\s?[a-z]?$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"^(?:rechnung|invoice|gutschrift|seite|page|datum|date|tel|fax|www|http|e-?mail|herrn?|frau"
    r"|firma|kunde|liefer(?:adresse|anschrift|datum|schein|termin|ung)\w*|k\u00e4ufer|visualisierung|gesch\u00e4ftsf\u00fchrer|amtsgericht|bank|iban|bic|copy|kopie|original)\b"
    r"|@|\d{5,}|^\W*\d",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:www\.|@)([a-z0-9-]{3,})(?:\.[a-z0-9-]+)*\.[a-z]{2,}", re.IGNORECASE)
_LONGEST = 80
_SAME = 90
_MOST = 100
_LIKE = 75
_ROLE_LINES = 6
_BLOCK_LINES = 6
_HEAD, _FOOT = UNIT * 3 // 10, UNIT * 8 // 10


def vendor_name(layout: Layout, own: OwnParty) -> Reading[str] | None:
    """The best candidate for the vendor's name that is not the recipient's."""
    return surest(
        Reading(passage.text, from_page(layout, passage, strength))
        for passage, strength in _candidates(layout)
        if not is_same_name(passage.text, own.name)
    )


def vendor_address(layout: Layout, name: Reading[str] | None) -> Reading[str] | None:
    """Street and town that stand after the name, on its line or in the block below it."""
    for line, rest in _places(layout, name.value if name is not None else ""):
        found = _sender_address(line, rest) or _block_address(layout, line, rest)
        if found is not None:
            text, passage = found
            return Reading(text, from_page(layout, passage, Decimal("0.75")))
    return None


def is_same_name(one: str, other: str | None) -> bool:
    """Whether two names differ by no more than spelling.

    >>> is_same_name("Kunden AG Mitte", "KUNDEN AG, Mitte")
    True
    """
    return other is not None and fuzz.token_sort_ratio(_bare(one), _bare(other)) >= _SAME


def is_like_name(one: str, other: str) -> bool:
    """Whether two names may mean the same: legal forms and additions differ often.

    >>> is_like_name("Kunden AG Mitte", "Kunden AG"), is_like_name("Kunden AG", "Testfirma")
    (True, False)
    """
    return fuzz.token_set_ratio(_bare(one), _bare(other)) >= _LIKE


def _candidates(layout: Layout) -> Iterator[tuple[Passage, Decimal]]:
    yield from _labelled_names(layout)
    yield from _senders(layout)
    yield from _companies(layout)
    yield from _first_line(layout)


def _labelled_names(layout: Layout) -> Iterator[tuple[Passage, Decimal]]:
    """The name below a heading such as `Verk\u00e4ufer`."""
    for page in layout.pages:
        for index, line in enumerate(page.lines):
            heading = line.cells[0]
            beside = _ROLE_BESIDE.match(heading.text)
            if beside is not None and _LEGAL_FORM.search(beside["name"]):
                yield heading.passage(beside.start("name"), beside.end("name")), Decimal("0.90")
            elif _ROLE.match(heading.text):
                below = page.lines[index + 1 : index + _ROLE_LINES]
                yield from _below_heading(heading, below)


def _below_heading(heading: Line, below: tuple[Line, ...]) -> Iterator[tuple[Passage, Decimal]]:
    columns = [
        column
        for line in below
        if (column := line.between(heading.box.left - 200, heading.box.left + UNIT // 2))
    ]
    for column in columns:
        named = _NAME_LABEL.match(column.text)
        if named is not None:
            yield column.passage(named.start("name"), named.end("name")), Decimal("0.96")
            return
    for column in columns[:3]:
        if _is_name(column.cells[0].text):
            yield _whole(column.cells[0]), Decimal("0.90")
            return


def _senders(layout: Layout) -> Iterator[tuple[Passage, Decimal]]:
    """The first part of the small line above the address window."""
    for line in layout.lines:
        if line.box.top < UNIT // 2 and _TOWN.search(line.text):
            first = _SEPARATOR.split(line.text, maxsplit=1)
            form = _LEGAL_FORM.search(first[0])
            if (len(first) > 1 or form) and _is_name(first[0]):
                strength = Decimal("0.93" if form else "0.85")
                yield line.passage(0, form.end() if form else len(first[0])), strength


def _companies(layout: Layout) -> Iterator[tuple[Passage, Decimal]]:
    """Cells with a legal form; standing twice, in head or foot, or in an address speaks for one."""
    found = [
        cell.passage(0, end.end())
        for line in layout.lines
        for cell in line.cells
        if (end := _LEGAL_FORM.search(cell.text)) and _is_name(cell.text[: end.end()])
    ]
    hosts = [host.lower() for host in _HOST.findall(layout.text)[:_MOST]]
    for passage in found[:_MOST]:
        times = sum(is_same_name(passage.text, other.text) for other in found[:_MOST])
        strength = Decimal("0.55") + Decimal("0.10") * min(times - 1, 2)
        strength += Decimal("0.08") * (passage.box.top < _HEAD or passage.box.top > _FOOT)
        strength += Decimal("0.10") * any(_sounds_like(passage.text, host) for host in hosts)
        yield passage, strength


def _first_line(layout: Layout) -> Iterator[tuple[Passage, Decimal]]:
    """What stands on top, when nothing better is found."""
    for line in layout.lines[:5]:
        cell = line.cells[0]
        if _is_name(cell.text):
            yield _whole(cell), Decimal("0.40")
            return


def _is_name(text: str) -> bool:
    return (
        2 < len(text) <= _LONGEST  # noqa: PLR2004
        and re.search(r"[^\W\d_]{2}", text) is not None
        and _NO_NAME.search(text) is None
        and _ROLE.match(text) is None
        and DATE.search(text) is None
        and (_STREET.search(text) is None or _LEGAL_FORM.search(text) is not None)
    )


def _sounds_like(name: str, host: str) -> bool:
    first = _bare(name).split()
    return bool(first) and len(first[0]) > 2 and first[0] in host  # noqa: PLR2004


def _bare(name: str) -> str:
    """A name without signs and case."""
    return re.sub(r"[\W_]+", " ", name).strip().lower()


def _whole(line: Line) -> Passage:
    return line.passage(0, len(line.text))


def _places(layout: Layout, name: str) -> Iterator[tuple[Line, int]]:
    """Where the name stands; the sender line above the address window first."""
    places = [
        (line, line.text.find(name) + len(name))
        for line in layout.lines
        if name and name in line.text
    ]
    yield from sorted(places, key=lambda place: not _TOWN.search(place[0].text))


def _sender_address(line: Line, rest: int) -> tuple[str, Passage] | None:
    parts = [
        part.strip(" -\u2013\u00b7\u2022\u25cf|,") for part in _SEPARATOR.split(line.text[rest:])
    ]
    parts = [part for part in parts if len(part) > 1]
    towns = [index for index, part in enumerate(parts) if _TOWN.search(part)]
    if not towns or towns[0] > 2:  # noqa: PLR2004
        return None
    town = _TOWN.search(parts[towns[0]])
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
        parts.append(text)
        if _TOWN.search(text):
            kept = [part for part in parts if _STREET.search(part) or _TOWN.search(part)]
            return ", ".join(kept), _whole(column)
    return None
