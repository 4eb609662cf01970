"""Numbers that say who the vendor is: IBAN, VAT id, tax number, and the invoice's own number."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from domain.reading.anchors import labelled
from domain.reading.layout import Layout, Line, Page, Passage, Word, box_of
from domain.reading.origin import OwnParty, Reading, from_page, surest
from domain.reading.values import (
    DATE,
    IBAN_START,
    NUMBER_WITH_DIGIT,
    VAT_ID,
    iban_in,
    is_vat_id_checked,
    vat_id_written,
)

_LONGEST_IBAN = 34
_NOT_THEIRS = re.compile(
    r"ihre[rnm]?\b|your\b|kunden?|customer|k\u00e4ufer|buyer|empf\u00e4nger|uw\b|eingezogen|abgebucht"
    r"|lastschrift|votre|client|bill\s+to|von\s+ihrem",
    re.IGNORECASE,
)
_VAT_LABEL = re.compile(
    r"u(?:mw)?st\.?|uid|vat|mwst|tva|btw|identnr|steuer-?id|vat\s?registration", re.IGNORECASE
)
_TAX_LABEL = re.compile(
    r"steuer-?\s?(?:nr|nummer|no)\b\.?|st\.?-?\s?nr\b\.?|tax\s?(?:no|number|id)\b\.?", re.IGNORECASE
)
_TAX_NUMBER = re.compile(
    r"\d{2,3}[ /]\d{3}[ /]\d{3,5}(?:[ /]\d{2})?|\d{2,3}[ -/]\d{3}/\d{4}|\d{9,13}"
)
_NUMBER_LABELS = (
    (
        Decimal("1.00"),
        re.compile(
            r"(?<!\w)(?:rechnungs?|gutschrift(?:s)?|beleg|faktura|fakturen|invoice|credit\s?note|rg|re)"
            r"[-.\s]*(?:nummer|num|nr|no|number|id|#|n\u00b0)(?![a-z])[.:]*"
            r"|(?:invoice|rechnung|facture|fature|faktura)\s?(?:#|n\u00b0|\u2116|no?\.)[:]?"
            r"|bon-?nr\.?[:]?|num\u00e9ro\s+de\s+facture|f?\s?actuur\s?(?:nummer|nr)\b|document\s?no\b\.?",
            re.IGNORECASE,
        ),
    ),
    (
        Decimal("0.80"),
        re.compile(
            r"(?<![\w-])(?:rechnung|invoice|facture|factuur|avoir|gutschrift|rechnungskorrektur)\b"
            r"(?!\s*(?:s?datum|date|vom|betrag|total|totaal|summe|amount|to\b))[:]?",
            re.IGNORECASE,
        ),
    ),
    (Decimal("0.55"), re.compile(r"(?<![\w-])(?:nr|no|nummer|number)\b[.:]*", re.IGNORECASE)),
)
_NO_NUMBER = re.compile(r"^(?:\d{1,2}[.,]\d{1,2}|seite|page|\d{1,2}/\d{1,2}|0+)$", re.IGNORECASE)
_ALONE = Decimal("0.80")
_CLEAR = Decimal("0.75")
_CHECKED = Decimal("0.97")
_UNCHECKED = Decimal("0.80")
_REPAIRED = Decimal("0.85")


def invoice_number(layout: Layout) -> Reading[str] | None:
    """The number of the invoice, by the best kind of label that leads to one."""
    for strength, label in _NUMBER_LABELS:
        found = [
            Reading(hit.match[0], from_page(layout, hit.passage, hit.strength * strength))
            for hit in labelled(layout, label, NUMBER_WITH_DIGIT)
            if _is_number(hit.match[0]) and not _is_in_date(hit.line, hit.match)
        ]
        best = surest(found)
        if best is not None:
            return best
    return None


def is_batch(layout: Layout) -> bool:
    """Whether pages contradict each other: in the number, the VAT ids or the accounts."""
    alone = [Layout((page,)) for page in layout.pages]
    numbers = [
        {found.value}
        for page in alone
        if (found := invoice_number(page)) and found.origin.confidence >= _CLEAR
    ]
    vat_ids = [{value for value, _, _ in _vat_ids(page)} for page in alone]
    ibans = [{found.value for found, _ in _ibans(page)} for page in alone]
    return any(map(_are_apart, (numbers, vat_ids, ibans)))


def _are_apart(pages: list[set[str]]) -> bool:
    """Whether two pages that state something have nothing in common."""
    stated = [values for values in pages if values]
    return any(one.isdisjoint(other) for one, other in pairwise(stated))


def vendor_iban(layout: Layout, own: OwnParty) -> Reading[str] | None:
    """The first IBAN that is neither the recipient's nor one that money is drawn from."""
    found = [
        (reading, theirs) for reading, theirs in _ibans(layout) if reading.value not in own.ibans
    ]
    theirs = [reading for reading, is_theirs in found if is_theirs]
    return theirs[0] if theirs else None


def vendor_vat_id(layout: Layout, own: OwnParty) -> Reading[str] | None:
    """The VAT id that is not the recipient's; right check digits and a label speak for one."""
    mine = vat_id_written(own.vat_id or "")
    return surest(
        Reading(value, from_page(layout, passage, _vat_strength(value, line, passage)))
        for value, passage, line in _vat_ids(layout)
        if value != mine and not _is_customers(layout, line, passage)
    )


def vendor_tax_id(layout: Layout) -> Reading[str] | None:
    """The number the tax office gave the vendor."""
    return surest(
        Reading(hit.match[0], from_page(layout, hit.passage, hit.strength))
        for hit in labelled(layout, _TAX_LABEL, _TAX_NUMBER, strict=True)
    )


def _is_number(text: str) -> bool:
    return not _NO_NUMBER.match(text)


def _is_in_date(line: Line, match: re.Match[str]) -> bool:
    if DATE.fullmatch(match[0]):
        return True
    text = match.string
    return any(
        date.start() <= match.start() < date.end() and date.end() - date.start() > len(match[0])
        for date in DATE.finditer(text)
    )


def _ibans(layout: Layout) -> Iterator[tuple[Reading[str], bool]]:
    for page in layout.pages:
        for index, line in enumerate(page.lines):
            for start in IBAN_START.finditer(line.text):
                found = _iban_at(page, index, start.start())
                if found is not None:
                    value, exact, passage = found
                    strength = _CHECKED if exact else _REPAIRED
                    reading = Reading(value, from_page(layout, passage, strength))
                    yield reading, not _NOT_THEIRS.search(_before(page, index, start.start()))


def _iban_at(page: Page, index: int, start: int) -> tuple[str, bool, Passage] | None:
    """An IBAN from a place on a line; it may go on below, in the same column."""
    line = page.lines[index]
    rest = line.text[start:]
    found = iban_in(rest)
    if found is not None:
        return *found, line.passage(start, start + _raw_length(rest, len(found[0])))
    cell = _cell_from(line, start)
    column = cell.box
    words = list(cell.words)
    for below in page.lines[index + 1 : index + 3]:
        part = below.between(column.left - 100, column.right)
        words += part.words if part is not None else ()
        found = iban_in("".join(word.text for word in words))
        if found is not None:
            return *found, _joined(page.number, words)
    return None


def _cell_from(line: Line, start: int) -> Line:
    """The part of a cell from a place of the line on."""
    first = line.passage(start, start + 1).box.left
    cell = next(cell for cell in line.cells if cell.box.right > first)
    return Line(line.page, tuple(word for word in cell.words if word.box.left >= first))


def _joined(page: int, words: list[Word]) -> Passage:
    confidence = min(word.confidence for word in words)
    return Passage(" ".join(word.text for word in words), page, box_of(words), confidence)


def _raw_length(text: str, characters: int) -> int:
    """How much of a text holds so many characters that are no blanks."""
    seen = 0
    for position, character in enumerate(text):
        seen += not character.isspace()
        if seen == characters:
            return position + 1
    return len(text)


def _before(page: Page, index: int, start: int) -> str:
    """The words of the same sentence or cell before a place."""
    line = page.lines[index]
    box = line.passage(start, start + 1).box
    cell = next((cell for cell in line.cells if cell.box.left <= box.left <= cell.box.right), line)
    return " ".join(word.text for word in cell.words if word.box.left < box.left)


def _vat_ids(layout: Layout) -> Iterator[tuple[str, Passage, Line]]:
    for line in layout.lines:
        for match in VAT_ID.finditer(line.text):
            yield vat_id_written(match[0]), line.passage(match.start(), match.end()), line


def _vat_strength(value: str, line: Line, passage: Passage) -> Decimal:
    checked = is_vat_id_checked(value)
    strength = _CHECKED if checked else _UNCHECKED if checked is False else Decimal("0.90")
    return strength if _VAT_LABEL.search(line.text) else strength * _ALONE


def _is_customers(layout: Layout, line: Line, passage: Passage) -> bool:
    """Whether the words before it on the line say that it belongs to the customer."""
    words = [word.text for word in line.words if word.box.right <= passage.box.left]
    return _NOT_THEIRS.search(" ".join(words[-4:])) is not None
