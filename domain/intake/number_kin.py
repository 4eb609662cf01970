"""Numbers of invoices that differ by words around them, or by a sign behind (decision 0046)."""

import re
from collections.abc import Iterator
from enum import StrEnum

from domain.plain_text import looks


class Kin(StrEnum):
    """How two numbers that are not equal belong together."""

    SAME = "same"
    NEAR = "near"


# A label is none of the number; `RE-1001` has one that may well be.
_LABEL = re.compile(
    r"^(?:(?:(?:ein)?gangs|ausgangs)?(?:rechnung(?:s|en)?|beleg|faktura|invoice|facture|fattura|factuur"
    r"|faktur\w?)(?![^\W\d_])|rechnungsn(?:umme)?r|belegn(?:umme)?r|re(?=[.\s:])|rg(?=[.\s:])|rech(?=[.\s:])"
    r"|inv(?=[.\s:])|nummer|number|n[ro]?(?=[.\s:\u00b0\u00ba])|zu|zur|der|of|for|von|the|[\s.:#\u00b0\u00ba\-/])+",
    re.IGNORECASE,
)
_COPY = (
    r"(?:rechnungs?-?)?(?:kopie|duplikat|duplicate|duplicata|duplicado|duplicato|zweitschrift"
    r"|zweitausfertigung|(?:2|zweite)\.?\s?ausfertigung|abschrift|copy|copia|copie|kopia|kopija|kopi"
    r"|nachdruck|zweitdruck|reprint|nochmals|erneut|wiederholung)"
)
_COPY_BEHIND = re.compile(
    rf"[\s(\[/_.-]{{0,4}}(?<![^\W\d_]){_COPY}\s?\d{{0,2}}[)\]\s.]{{0,3}}$", re.IGNORECASE
)
_COPY_BEFORE = re.compile(rf"^[\s(\[]{{0,3}}{_COPY}(?![^\W_])[)\]\s.:/_-]{{0,4}}", re.IGNORECASE)
_WORD_BEHIND = re.compile(
    r"(?:[\s/_.(\[-]{1,4}|(?<=\d))(?:v|ver|version|rev|revision|korr|korrektur|korrigiert|corr|corrected"
    r"|berichtigt|berichtigung|ge\u00e4ndert|neu|new|final)(?:[\s.-]{0,2}\d{1,2})?[\s.)\]]{0,3}$",
    re.IGNORECASE,
)
_LETTER_BEHIND = re.compile(r"(?<=\d)[\s/_.-]{0,2}[A-Za-z]$")
_FIGURE_BEHIND = re.compile(r"(?<=[^\W_])(?:\s?\(\d\)|[\s/_-]\d)$")
_YEAR = re.compile(r"^(?:19|20)\d\d$")
_LEAST = 3  # letters and figures of a number that something can stand behind
_LEADS = (
    "Rechnung",
    "Rechnung Nr.",
    "Rechnungsnummer",
    "Re.Nr.",
    "RE",
    "RG",
    "Nr.",
    "No.",
    "Invoice",
)
_COPIES = ("Kopie", "Copy", "Duplikat", "Duplicate", "Zweitschrift", "Zweitausfertigung")
_ENDS = (*"ABC", *"123", "Rev1", "Rev2", "V2", "korr", "Korrektur", "korrigiert", "neu", "final")


def kin_of(one: str, two: str) -> Kin | None:
    """How a number belongs to another one that is not equal to it; None where it does not.

    It is the same but for a label, or for words that say that it is a copy. It is near where one
    is the other with a letter, a figure or a word of a new version behind it.

    >>> kin_of("FB-100 Kopie", "Re.Nr. FB-100"), kin_of("FB-100-A", "FB-100")
    (<Kin.SAME: 'same'>, <Kin.NEAR: 'near'>)
    >>> kin_of("FB-100", "FB-101")
    """
    if _letters(one) == _letters(two):
        return None
    bare, other = _bare(one), _bare(two)
    if not _is_number(bare) or not _is_number(other):
        return None
    if _letters(bare) == _letters(other):
        return Kin.SAME
    return Kin.NEAR if _is_near(bare, other) else None


def near_numbers(number: str | None) -> tuple[str, ...]:
    """Numbers under which the same invoice may be here already, to be looked for by their keys.

    Not all that `kin_of` knows: what stands around most often.
    """
    if not number or not _is_number(bare := _bare(number)):
        return ()
    stems = dict.fromkeys((bare, *_stems(bare)))
    found = [
        *stems,
        *(f"{lead} {bare}" for lead in _LEADS),
        *(f"{bare} {word}" for word in _COPIES),
        *(f"{word} {bare}" for word in _COPIES),
        *(f"{stem} {end}" for stem in stems for end in _ENDS),
    ]
    return tuple(each for each in dict.fromkeys(found) if each != number)


def _is_near(one: str, two: str) -> bool:
    """Whether what is left of one is the other, or of both, where letters or words stood behind."""
    if any(_letters(stem) == _letters(two) for stem in _stems(one)):
        return True
    if any(_letters(stem) == _letters(one) for stem in _stems(two)):
        return True
    worded = {_letters(each) for each in _stems(one, with_figures=False)}
    return bool(worded & {_letters(each) for each in _stems(two, with_figures=False)})


def _stems(number: str, *, with_figures: bool = True) -> Iterator[str]:
    """A number without what may stand behind it."""
    ends = (_WORD_BEHIND, _LETTER_BEHIND, *((_FIGURE_BEHIND,) if with_figures else ()))
    for end in ends:
        stem = end.sub("", number)
        if stem != number and len(_letters(stem)) >= _LEAST and not _YEAR.match(stem):
            yield stem


def _bare(number: str) -> str:
    """A number without its label and words that say that it is a copy."""
    before = None
    bare = number.strip()
    while bare != before:
        before = bare
        bare = _COPY_BEFORE.sub("", _COPY_BEHIND.sub("", bare))
        bare = _LABEL.sub("", bare).strip()
    return bare


def _is_number(bare: str) -> bool:
    return any(map(str.isdigit, bare))


def _letters(number: str) -> str:
    return re.sub(r"[\W_]", "", looks(number))
