"""Numbers that say who the vendor is: accounts, VAT ids, tax numbers, and what is around them."""

import re
from collections.abc import Iterator
from itertools import islice

from domain.reading.candidate import Candidate, counted
from domain.reading.labels import labels_in
from domain.reading.layout import Layout, Line, Passage, Word, box_of
from domain.reading.origin import OwnParty
from domain.reading.surroundings import Sheet, Spot, Surroundings
from domain.reading.values import (
    IBAN_START,
    VAT_ID,
    iban_in,
    is_vat_id_checked,
    vat_id_written,
)

_NOT_THEIRS = re.compile(
    r"ihre[rnm]?\b|your\b|kunden?|customer|k\u00e4ufer|buyer|empf\u00e4nger|\buw\b|eingezogen|abgebucht"
    r"|lastschrift|votre|client|bill\s+to|von\s+ihrem|nabywc|odb\u011bratel|vev\u0151|kupca|kupec|\bvostr",
    re.IGNORECASE,
)
# Letters of other scripts look like ours.
_CALLED_IBAN = re.compile(
    r"\bIBAN\b[\s.:#-]{0,4}([^\W\d_]{2}\s?[\w*\u2022.]{2}[\s\w*\u2022.]{8,36})"
)
_MASK = re.compile(r"[xX]{2}|[*\u2022]|\.\.")
_TAX_NUMBER = re.compile(
    r"\d{2,3}[ /]\d{3}[ /]\d{3,5}(?:[ /]\d{2})?|\d{2,3}[ -/]\d{3}/\d{4}|\d{9,13}"
)
_BEGUN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[A-Z0-9\s.:/-]{0,14}$")
_BESIDE = re.compile(r"[^\w/]*")
_LINES_BELOW = 4
_LEAST_DIGITS = 8
_LABEL_WORDS, _SENTENCE_WORDS = 4, 8
_LETTER = re.compile(r"[^\W\d_]")
_SLACK = 100
MOST = 60


def iban_candidates(around: Surroundings, own: OwnParty) -> tuple[Candidate[str], ...]:
    """Every account with right check digits that is not the recipient's."""
    found = (each for each in _ibans(around) if each.value not in own.ibans)
    return tuple(counted(islice(found, MOST)))


def vat_id_candidates(around: Surroundings, own: OwnParty) -> tuple[Candidate[str], ...]:
    """Every VAT id that is not the recipient's."""
    mine = vat_id_written(own.vat_id or "")
    found = (each for each in _vat_ids(around) if each.value != mine)
    return tuple(
        Candidate(each.value, each.passage, (*each.features, f"nth{min(place, 3)}"))
        for place, each in enumerate(counted(islice(found, MOST)))
    )


def broken_iban(layout: Layout) -> str | None:
    """What a page calls an IBAN though its check digits or its signs say that it is none.

    What is masked is nobody's to pay to.
    """
    for line in layout.lines:
        for match in _CALLED_IBAN.finditer(line.text):
            begins = match.start(1)
            is_number = sum(map(str.isdigit, match[1])) >= _LEAST_DIGITS
            if not is_number or _MASK.search(match[1]) or _NOT_THEIRS.search(_before(line, begins)):
                continue
            if iban_in(line.text[begins:]) is None:
                return match[1].strip()
    return None


def customer_vat_ids(layout: Layout) -> Iterator[str]:
    """VAT ids that their labels say are the customer's."""
    for line in layout.lines:
        for match in VAT_ID.finditer(line.text):
            if is_customers(line, match.start()):
                yield vat_id_written(match[0])


def is_customers(line: Line, start: int) -> bool:
    """Whether the words before a place say that what stands there is the customer's."""
    return bool(_NOT_THEIRS.search(_named(line, start)))


def tax_numbers(around: Surroundings) -> Iterator[Passage]:
    """Numbers that the tax office gave, right behind their label."""
    for line in around.layout.lines:
        for label in labels_in(line.text):
            gap = _BESIDE.match(line.text, label.end)
            found = _TAX_NUMBER.match(line.text, gap.end() if gap is not None else label.end)
            if "tax_number" in label.kinds and found is not None:
                yield line.passage(found.start(), found.end())


def _vat_ids(around: Surroundings) -> Iterator[Candidate[str]]:
    for page, sheet in enumerate(around.sheets):
        for index, line in enumerate(sheet.lines):
            for match in VAT_ID.finditer(line.text):
                value = vat_id_written(match[0])
                passage = line.passage(match.start(), match.end())
                spot = Spot(page, index, match.start(), match.end(), passage)
                if is_customers(line, match.start()):
                    continue  # the customer's, as its label says
                checked = f"check:{is_vat_id_checked(value)}"
                yield Candidate(value, passage, (*around.features(spot), checked))
            yield from _wrapped_vat_ids(around, page, index)


def _named(line: Line, start: int) -> str:
    """The last words before a place in its cell; where it begins the cell, those of the one left.

    The number of a customer in another column says nothing of it.
    """
    begins, before = 0, ""
    for cell in line.cells:
        if begins + len(cell.text) > start:
            own = cell.text[: start - begins]
            words = own if _LETTER.search(own) else before
            return " ".join(words.split()[-_LABEL_WORDS:])
        begins, before = begins + len(cell.text) + 1, cell.text
    return ""


def _wrapped_vat_ids(around: Surroundings, page: int, index: int) -> Iterator[Candidate[str]]:
    """VAT ids that begin in a cell and end in the one below it."""
    sheet = around.sheets[page]
    for cell in sheet.cells[index]:
        whole = sheet.wrapped(index, cell) if _BEGUN.search(cell.line.text) else None
        for match in VAT_ID.finditer(whole.text) if whole is not None else ():
            if whole is None or not match.start() < len(cell.line.text) < match.end():
                continue
            if is_customers(sheet.lines[index], cell.start + match.start()):
                continue
            value, passage = vat_id_written(match[0]), whole.passage(match.start(), match.end())
            spot = Spot(page, index, cell.start + match.start(), cell.end, passage)
            checked = f"check:{is_vat_id_checked(value)}"
            yield Candidate(value, passage, (*around.features(spot), checked, "wrapped"))


def _ibans(around: Surroundings) -> Iterator[Candidate[str]]:
    place = 0
    for page, sheet in enumerate(around.sheets):
        for index, line in enumerate(sheet.lines):
            for start in IBAN_START.finditer(line.text):
                found = _iban_at(sheet, index, start.start())
                if found is None or _NOT_THEIRS.search(_before(line, start.start())):
                    continue  # none, or the one that money is drawn from
                value, exact, passage = found
                spot = Spot(page, index, start.start(), start.end(), passage)
                features = [*around.features(spot), "exact" if exact else "repaired"]
                features.append(f"nth{min(place, 3)}")
                place += 1
                yield Candidate(value, passage, tuple(features))


def _iban_at(sheet: Sheet, index: int, start: int) -> tuple[str, bool, Passage] | None:
    """An IBAN from a place on a line; it may go on below, in the same column."""
    line = sheet.lines[index]
    rest = line.text[start:]
    found = iban_in(rest)
    if found is not None:
        return *found, line.passage(start, start + _raw_length(rest, len(found[0])))
    cell = _cell_at(line, start)
    first = line.passage(start, start + 1).box.left
    words = [word for word in cell.words if word.box.left >= first]
    for below in sheet.lines[index + 1 : index + _LINES_BELOW]:
        part = below.between(cell.box.left - _SLACK, cell.box.right)
        words += part.words if part is not None else ()
        found = iban_in("".join(word.text for word in words))
        if found is not None:
            return *found, _passage_of(line.page, words)
    return _iban_in_column(sheet, index, start)


def _iban_in_column(sheet: Sheet, index: int, start: int) -> tuple[str, bool, Passage] | None:
    """An IBAN that goes on in the cells below, however wide they are."""
    own = next((cell for cell in sheet.cells[index] if cell.start <= start < cell.end), None)
    whole = sheet.wrapped(index, own, _LINES_BELOW) if own is not None else None
    if own is None or whole is None:
        return None
    rest = whole.text[start - own.start :]
    found = iban_in(rest)
    if found is None:
        return None
    first = start - own.start
    return *found, whole.passage(first, first + _raw_length(rest, len(found[0])))


def _cell_at(line: Line, start: int) -> Line:
    """The cell in which a character of a line stands."""
    left = line.passage(start, start + 1).box.left
    return next(cell for cell in line.cells if cell.box.right > left)


def _passage_of(page: int, words: list[Word]) -> Passage:
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


def _before(line: Line, start: int) -> str:
    """The words of the same sentence or cell before a place."""
    left = line.passage(start, start + 1).box.left
    words = [word.text for word in _cell_at(line, start).words if word.box.left < left]
    return " ".join(words[-_SENTENCE_WORDS:])
