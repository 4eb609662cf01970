"""How a tenant dunns: levels with days, fees and words, as data that have versions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from pydantic import TypeAdapter

from domain.errors import InvalidInput
from domain.money import ZERO, amount

MOST_LEVELS = 9
_MOST_DAYS = 365
_LENGTHS = {"subject": 200, "body": 5000}
WORDS = frozenset({"company", "customer", "total", "fee", "pay_until", "day", "level"})
"""What a text may name in braces."""


class Language(StrEnum):
    """Languages in which letters to customers are written."""

    DE = "de"
    EN = "en"

    @classmethod
    def of(cls, country: str | None) -> "Language":
        """German where it is spoken, or where the country is not known; else English.

        >>> Language.of("AT").value, Language.of(None).value, Language.of("FR").value
        ('de', 'de', 'en')
        """
        return cls.DE if (country or "").strip().upper() in _GERMAN else cls.EN


_GERMAN = frozenset({"", "AT", "DE", "CH", "LI", "ÖSTERREICH", "DEUTSCHLAND", "SCHWEIZ"})


@dataclass(frozen=True, slots=True)
class LevelText:
    """What is written at a level in one language, with words in braces."""

    subject: str
    body: str

    def check(self, pointer: str) -> None:
        """Refuse what is empty, without end, or has in braces other than a word of letters."""
        for field, most in _LENGTHS.items():
            value = getattr(self, field)
            if not 0 < len(value.strip()) <= most:
                raise InvalidInput(f"{pointer}/{field}", f"needs 1 to {most} characters")
            try:
                found = [each[1:] for each in Formatter().parse(value) if each[1] is not None]
            except ValueError:
                raise InvalidInput(f"{pointer}/{field}", "has a brace without its other") from None
            unknown = {str(name) for name, *_ in found} - WORDS
            if unknown:
                names = ", ".join(sorted(unknown))
                raise InvalidInput(f"{pointer}/{field}", f"names what no letter knows: {names}")
            if any(form or conversion for _, form, conversion in found):
                raise InvalidInput(f"{pointer}/{field}", "has more than a word in braces")


@dataclass(frozen=True, slots=True)
class Level:
    """One level: `after_days` after the due date or the letter before, `fee` in EUR.

    `pay_days` is the time that the letter gives.
    """

    after_days: int
    fee: Decimal
    pay_days: int
    texts: Mapping[Language, LevelText]


@dataclass(frozen=True, slots=True)
class DunningPolicy:
    """What is dunned, how often, and whether a person releases each letter.

    Below `least_amount` (EUR, credits deducted) nothing is dunned. Version 0 is what holds before
    a tenant says something.
    """

    is_on: bool
    needs_release: bool
    least_amount: Decimal
    levels: tuple[Level, ...]
    version: int = 0

    def __post_init__(self) -> None:
        """Refuse levels without words, and days and fees out of range."""
        if not 1 <= len(self.levels) <= MOST_LEVELS:
            raise InvalidInput("/levels", f"needs 1 to {MOST_LEVELS} levels")
        if amount(self.least_amount) < ZERO:
            raise InvalidInput("/least_amount", "must not be negative")
        for number, level in enumerate(self.levels):
            _check_level(level, f"/levels/{number}")

    def to_json(self) -> dict[str, Any]:
        """The policy as it is stored and compared."""
        found: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return found

    @classmethod
    def from_json(cls, body: Mapping[str, Any], version: int) -> "DunningPolicy":
        """A stored policy."""
        return replace(_ADAPTER.validate_python(body), version=version)


_ADAPTER = TypeAdapter(DunningPolicy)


def _check_level(level: Level, pointer: str) -> None:
    for field in ("after_days", "pay_days"):
        if not 1 <= getattr(level, field) <= _MOST_DAYS:
            raise InvalidInput(f"{pointer}/{field}", f"must be 1 to {_MOST_DAYS}")
    if amount(level.fee) < ZERO:
        raise InvalidInput(f"{pointer}/fee", "must not be negative")
    for language in Language:
        if language not in level.texts:
            raise InvalidInput(f"{pointer}/texts/{language}", "is missing")
        level.texts[language].check(f"{pointer}/texts/{language}")


@cache
def default_policy() -> DunningPolicy:
    """What holds before a tenant says something: each letter is released by a person."""
    source = files("domain.receivables").joinpath("dunning_policy.json")
    return DunningPolicy.from_json(json.loads(source.read_text(encoding="utf-8")), 0)
