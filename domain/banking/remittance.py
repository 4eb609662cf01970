"""What the words of a movement say: numbers, percentages, months, and what it is not about.

Words are compared in capitals without accents, as banks write them. What they mean is data
(`remittance_words.csv`).
"""

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from domain.banking.bank_transaction import BankTransaction

LONGEST = 40
"""A number of an invoice has no more signs than this."""
_UMLAUTS = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "SS", "ẞ": "SS"})
_LOOK = str.maketrans("OQIL", "0011")
WORD = re.compile(r"[^\W_]+")
"""Letters and digits between signs."""
_FINE = re.compile(r"[0-9]+|[^\W_0-9]+")
_LABEL = re.compile(r"\b(EREF|KREF|MREF|CRED|DEBT|ABWA|ABWE|SVWZ|PURP|IBAN|BIC|RREF)\+")
_DAYS = re.compile(
    r"\b[0-9]{1,2}[./][0-9]{1,2}[./](?:[0-9]{4}|[0-9]{2})?\b|\b20[0-9]{2}-[0-9]{2}-[0-9]{2}\b"
    r"|\b[0-9]{1,2}[.:][0-9]{2} UHR\b"
)
_MONTH = re.compile(r"(?<![0-9/.-])(0?[1-9]|1[0-2])/(20[0-9]{2}|[0-9]{2})(?![0-9/.])")
_AMOUNTS = re.compile(
    r"(?<![0-9])(?<![0-9][.,])(?:[0-9]{1,3}(?:[.' ][0-9]{3})+|[0-9]+)"
    r"(?:,[0-9]{2}|\.[0-9]{2})(?![0-9.,]?[0-9])"
)
_PERCENT = re.compile(r"([0-9]{1,2}(?:[.,][0-9]{1,2})?) ?(?:%|PCT\b|PROZENT\b)")
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("JAN JAENNER JANUAR", "FEB FEBRUAR FEBER", "MAERZ MRZ", "APR APRIL", "MAI", "JUN JUNI",
         "JUL JULI", "AUG AUGUST", "SEP SEPT SEPTEMBER", "OKT OKTOBER OCT", "NOV NOVEMBER",
         "DEZ DEZEMBER DEC"), 1)
    for name in names.split()
}  # fmt: skip


class Meaning(StrEnum):
    """What a word says about the movement or the number after it."""

    LEGAL = "legal"
    GENERIC = "generic"
    OTHER = "other"
    INVOICE = "invoice"
    DISCOUNT = "discount"
    RETENTION = "retention"
    APART = "apart"
    COLLECTED = "collected"


@cache
def meanings() -> dict[str, Meaning]:
    """Meaning of each word that has one."""
    source = files("domain.banking").joinpath("remittance_words.csv").read_text(encoding="utf-8")
    return {row["word"]: Meaning(row["meaning"]) for row in csv.DictReader(source.splitlines())}


def folded(text: str) -> str:
    """Capitals without accents.

    >>> folded("Übernahme für Café")
    'UEBERNAHME FUER CAFE'
    """
    capital = text.upper()
    if capital.isascii():
        return capital
    plain = unicodedata.normalize("NFKD", capital.translate(_UMLAUTS))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


@lru_cache(maxsize=200_000)
def core_of(name: str) -> frozenset[str]:
    """Words of a name that tell it from others.

    >>> sorted(core_of("Hotel Seeblick Betriebs Ges.m.b.H."))
    ['HOTEL', 'SEEBLICK']
    """
    words = [word for word in WORD.findall(folded(name)) if len(word) > 1]
    known = meanings()
    proper = [word for word in words if known.get(word) is not Meaning.LEGAL]
    special = [word for word in proper if known.get(word) is not Meaning.GENERIC]
    return frozenset(special or proper)


def look_of(squashed: str) -> str:
    """What looks the same.

    >>> look_of("AR2O26O4I1") == look_of("AR20260411")
    True
    """
    return squashed.translate(_LOOK)


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a document, in the forms in which people write it.

    `groups` are its letters and digits apart, leading zeros dropped.
    """

    squashed: str
    groups: tuple[str, ...]

    @property
    def look(self) -> str:
        """The number where letters that look like digits are those."""
        return look_of(self.squashed)

    @property
    def prefix(self) -> str:
        """The letters that it begins with."""
        return self.groups[0] if self.groups and not self.groups[0].isdigit() else ""

    @property
    def digits(self) -> str:
        """What stands after the letters at the beginning."""
        return self.squashed[len(self.prefix) :]

    @property
    def tail(self) -> str:
        """The last group of digits."""
        return next((each for each in reversed(self.groups) if each.isdigit()), "")


@lru_cache(maxsize=400_000)
def number_of(written: str) -> Number:
    """A number as it is written on a document.

    >>> number_of("AR-2026-0411")
    Number(squashed='AR20260411', groups=('AR', '2026', '411'))
    """
    words = WORD.findall(folded(written))
    groups = tuple(_stripped(each) for word in words for each in _FINE.findall(word))
    return Number("".join(words), groups)


def _stripped(group: str) -> str:
    return (group.lstrip("0") or "0") if group.isdigit() else group


@dataclass(frozen=True, slots=True)
class Token:
    """Letters or digits of the text; of digits the letters `before` them, and if those are joined.

    Digits between do not part them: in `AR-2026-0411` all are joined to `AR`.
    """

    text: str
    before: str = ""
    is_joined: bool = False

    @property
    def value(self) -> str:
        """Digits without leading zeros."""
        return _stripped(self.text)


@dataclass(frozen=True, slots=True)
class Said:
    """What a movement says.

    `words` are those of the text, `ids` those of references that software made; `tokens` are
    letters and digits of the text without days, amounts, and numbers of something else.
    """

    words: tuple[str, ...]
    ids: tuple[str, ...]
    tokens: tuple[Token, ...]
    names: frozenset[str]
    percents: tuple[Decimal, ...]
    months: frozenset[int]
    found: frozenset[Meaning]


def said_by(movement: BankTransaction) -> Said:
    """Read a movement once; everything that is looked up afterwards is in here."""
    text, ids = _segments(folded(movement.reference or ""))
    more = filter(None, (ids, movement.end_to_end_id, movement.bank_reference))
    words = tuple(WORD.findall(text))
    known = meanings()
    plain = text
    for pattern in (_DAYS, _PERCENT, _AMOUNTS, _MONTH):
        plain = pattern.sub(" ", plain)
    whose = frozenset(WORD.findall(folded(movement.counterparty_name or "")))
    return Said(
        words=words,
        ids=tuple(WORD.findall(folded(" ".join(more)))),
        tokens=tuple(_tokens(plain)),
        names=whose | frozenset(words),
        percents=tuple(Decimal(each.replace(",", ".")) for each in _PERCENT.findall(text)),
        months=frozenset(_months(text, words)),
        found=frozenset(known[word] for word in words if word in known),
    )


def _segments(text: str) -> tuple[str, str]:
    """Text for people, and the ids beside it: fields of MT940 have labels."""
    parts = _LABEL.split(text)
    kept, ids = [parts[0]], []
    for label, words in zip(parts[1::2], parts[2::2], strict=True):
        if label == "SVWZ":
            kept.append(words)
        elif label in {"EREF", "KREF"}:
            ids.append(words)
    return " ".join(kept), " ".join(ids)


def _months(text: str, words: Sequence[str]) -> Iterator[int]:
    yield from (int(month) for month, _ in _MONTH.findall(text))
    yield from (_MONTHS[word] for word in words if word in _MONTHS)


def _tokens(text: str) -> Iterator[Token]:
    """Letters and digits; digits after a word that means another number are left out."""
    known = meanings()
    before, is_other = "", False
    for chunk in text.split():
        is_joined = False
        for part in (each for word in WORD.findall(chunk) for each in _FINE.findall(word)):
            if not part.isdigit():
                before, is_other, is_joined = part, known.get(part) is Meaning.OTHER, True
                yield Token(part)
            elif not is_other:
                yield Token(part, before, is_joined)


def grams(words: Sequence[str], most: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Stretches of neighbouring words as one, with the words; none longer than a number."""
    for first in range(len(words)):
        squashed = ""
        for last in range(first, min(first + most, len(words))):
            squashed += words[last]
            if len(squashed) > LONGEST:
                break
            yield squashed, tuple(words[first : last + 1])


@lru_cache(maxsize=100_000)
def groups_of(words: tuple[str, ...]) -> str:
    """Letters and digits of some words, leading zeros dropped."""
    return "|".join(_stripped(part) for word in words for part in _FINE.findall(word))
