"""Whom a page names as the recipient of an invoice, where it says so beyond doubt.

It says so beside a label ("Rechnung an"), or in the block that the window of an envelope shows.
Where it could be the vendor, or somebody else a second time, nobody is told.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz import fuzz

from domain.reading.address import SEPARATOR, STREET, town_in
from domain.reading.id_candidates import is_customers
from domain.reading.layout import UNIT, Layout
from domain.reading.names import FORM, bare_of, is_like_name, is_same_name
from domain.reading.surroundings import Cell, Sheet
from domain.reading.values import IBAN_START, VAT_ID

_TOP, _WINDOW, _LABELLED = UNIT // 22, UNIT * 38 // 100, UNIT * 55 // 100
_LINES, _NAME_AND_STREET, _LONGEST, _MOST_WORDS = 5, 2, 80, 8
_LEAST = Decimal("0.80")  # less sure of its words, a scan may have read another name
_MENTIONED = 82
_GREETING = re.compile(r"(?:an(?: die)?|firma|fa\.?|herrn?|frau|messrs\.?)[\s:]*", re.IGNORECASE)
_NO_NAME = re.compile(rf"^{_GREETING.pattern}$|\d{{5}}", re.IGNORECASE)
# Words that are a label of many things, or stand before the name of a person.
_WEAK = re.compile(r"(?:an|to|aan|a|da|herrn?|frau|firma|gast|teilnehmer)\b", re.IGNORECASE)
_CONTACT = re.compile(r"@|www\.|\b(?:tel|telefon|phone|fax|mail|mobil)\b", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{2}")
_SIGNS = " :.,;-\u2013|"


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    confidence: Decimal
    is_labelled: bool


def recipient_on(layout: Layout, vendor: str | None) -> str | None:
    """The company that the first page is made out to; None where that is not clear.

    `vendor` is the name of the vendor as it was read: without one nobody can be told from it.
    """
    if vendor is None or not layout.pages:
        return None
    found = [each for each in _found(Sheet(layout.pages[0])) if not is_like_name(each.name, vendor)]
    named = [each for each in found if each.is_labelled] or found
    if not named or any(not is_same_name(each.name, named[0].name) for each in named):
        return None
    best = named[0]
    is_clear = best.is_labelled or not _is_told_again(layout, best.name)
    return best.name if is_clear and best.confidence >= _LEAST else None


def names_party(layout: Layout, name: str) -> bool:
    """Whether a party stands somewhere on the pages, by its name without the legal form.

    >>> from domain.reading.layout import Layout
    >>> names_party(Layout(()), "Kunden AG")
    False
    """
    sought = bare_of(FORM.sub(" ", name)) or bare_of(name)
    shown = bare_of(" ".join(cell.text for line in layout.lines for cell in line.cells))
    if sought.replace(" ", "") in shown.replace(" ", ""):
        return True
    words = set(shown.split())
    return fuzz.partial_ratio(sought, shown) >= _MENTIONED and all(
        any(fuzz.ratio(part, word) >= _MENTIONED for word in words) for part in sought.split()
    )


def is_addressed_to(layout: Layout, name: str, street: str, postal_code: str) -> bool:
    """Whether street and postal code stand in the lines below a name on the first page.

    >>> from domain.reading.layout import Layout
    >>> is_addressed_to(Layout(()), "Kunden AG", "Ring 5", "4020")
    False
    """
    sought = bare_of(name)
    told = [bare_of(line.text) for line in layout.lines if line.page == 1]
    return any(
        sought in line and is_at(" ".join(told[at : at + _LINES]), street, postal_code)
        for at, line in enumerate(told)
    )


def is_at(address: str, street: str, postal_code: str) -> bool:
    """Whether an address has this street with its number, and this postal code.

    >>> is_at("Ringstraße 5, 4020 Linz, AT", "Ringstr. 5", "4020")
    True
    >>> is_at("Ringstraße 55, 4020 Linz, AT", "Ringstr. 5", "4020")
    False
    """
    block, wanted = _bare_street(address), re.escape(_bare_street(street))
    is_there = re.search(rf"(?<!\S){wanted}(?!\S)", block) is not None
    return is_there and bare_of(postal_code) in block.split()


def _bare_street(text: str) -> str:
    return bare_of(text).replace("strasse", "str")


def _found(sheet: Sheet) -> Iterator[_Found]:
    for index, cells in enumerate(sheet.cells):
        for place, cell in enumerate(cells):
            if cell.box.top < _LABELLED:
                yield from _beside_label(sheet, index, place)
            if _TOP < cell.box.top < _WINDOW and cell.box.left < UNIT // 2:
                yield from _in_window(sheet, index, cell)


def _beside_label(sheet: Sheet, index: int, place: int) -> Iterator[_Found]:
    """What stands behind the label, in the next cell, or in the lines below."""
    cells = sheet.cells[index]
    cell = cells[place]
    label = cell.labels[0] if cell.labels else None
    text = cell.line.text
    if label is None or label.kinds[0] != "recipient" or text[: label.start].strip(_SIGNS):
        return
    is_weak = _WEAK.fullmatch(text[label.start : label.end]) is not None
    if rest := text[label.end :].strip(_SIGNS):
        yield from () if is_weak else _named((rest,), cell, is_labelled=True)
        return
    block = list(sheet.below(index, cell, _LINES))
    if any(IBAN_START.search(under.line.text) for under in block):
        return  # the recipient of a payment
    is_address = any(town_in(under.line.text) for under in block)
    found = list(_of_block(block, is_labelled=True)) if is_address or not is_weak else []
    if not found and len(cells) > place + 1 and not is_weak:
        found = list(_named((cells[place + 1].line.text,), cells[place + 1], is_labelled=True))
    yield from found


def _in_window(sheet: Sheet, index: int, cell: Cell) -> Iterator[_Found]:
    """The block of an address, if it begins here: no line of the same column stands above it."""
    block = [cell, *sheet.below(index, cell, _LINES)]
    town = next((at for at, each in enumerate(block) if town_in(each.line.text)), 0)
    told = [each.line.text for each in block]
    if town < _NAME_AND_STREET or SEPARATOR.search(told[0]) or _is_sender(block[: town + 3]):
        return
    if not _begins(sheet, index, cell):
        return
    if any(STREET.search(text) for text in told[1:town]):
        yield from _of_block(block[:town], is_labelled=False)


def _begins(sheet: Sheet, index: int, cell: Cell) -> bool:
    """Whether no line of the same block stands above, but a greeting or that of the sender."""
    for above in range(index - 1, max(-1, index - 3), -1):
        for other in sheet.cells[above]:
            is_near = cell.box.top - other.box.bottom < sheet.height
            is_over = min(cell.box.right, other.box.right) > max(cell.box.left, other.box.left)
            text = other.line.text
            if is_near and is_over and not (_GREETING.fullmatch(text) or SEPARATOR.search(text)):
                return False
    return True


def _is_sender(block: Sequence[Cell]) -> bool:
    """Whether it has what a sender names of itself; the VAT id of a customer says the contrary."""
    lines = [each.line for each in block]
    ids = ((line, found) for line in lines if (found := VAT_ID.search(line.text)) is not None)
    is_named = any(not is_customers(line, found.start()) for line, found in ids)
    return is_named or any(_CONTACT.search(line.text) for line in lines)


def _of_block(block: Sequence[Cell], *, is_labelled: bool) -> Iterator[_Found]:
    lines = [each for each in block if not _NO_NAME.search(each.line.text)][:2]
    if not lines:
        return
    yield from _named([each.line.text for each in lines], lines[0], is_labelled=is_labelled)


def _named(texts: Sequence[str], cell: Cell, *, is_labelled: bool) -> Iterator[_Found]:
    """The name of a company: on one line, or with its legal form on the second."""
    for many in (1, 2):
        text = " ".join(texts[:many])
        form = FORM.search(text)
        if form is None or form.start() < 2:  # noqa: PLR2004
            continue
        name = text[: form.end()].lstrip(_SIGNS)
        is_name = name[:1].isalnum() and _LETTERS.search(name[: form.start()])
        if is_name and len(name) <= _LONGEST and len(name.split()) <= _MOST_WORDS:
            sure = min(word.confidence for word in cell.line.words)
            yield _Found(name, sure, is_labelled)
            return


def _is_told_again(layout: Layout, name: str) -> bool:
    """Whether the name stands in several places, as that of a vendor does."""
    bare = bare_of(name)
    return sum(bare in bare_of(line.text) for line in layout.lines) > 1
