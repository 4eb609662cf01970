"""What a customer keeps back of an invoice until a later day: Haftrücklass, Sicherheitseinbehalt.

It is owed like the rest, years later. Without a day nobody can say when: then nothing is told.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.reading.values import AMOUNT, DATE, amount_of, date_of

_WORDS = re.compile(
    r"(?:r\u00fcck|rueck)(?:lass|behalt)|\w*einbehalt\b|\bretention\b|\bretainage\b|\bretained\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[^\W\d_]{3}[.;])\s+|(?<=\d[.;])\s+(?=[A-Z\u00c4\u00d6\u00dc])")


@dataclass(frozen=True, slots=True)
class Retained:
    """The sum that is kept back, and the day on which it is to be paid."""

    amount: Decimal
    day: date


def sum_kept_back(lines: Iterable[str], whole: Decimal, due: Decimal) -> Decimal | None:
    """What lies between the whole and what is due now, where lines name it as kept back."""
    amounts = {abs(amount_of(each)) for part in _told(lines) for each in AMOUNT.finditer(part)}
    kept = whole - due
    return kept if kept > 0 and kept in amounts else None


def retained_days(lines: Iterable[str]) -> frozenset[date]:
    """Days that sentences name for what is kept back: none on which the rest is due.

    >>> retained_days(["Zahlbar bis 20.12.2026. Der Einbehalt ist fällig am 20.11.2030."])
    frozenset({datetime.date(2030, 11, 20)})
    """
    days = {date_of(each) for part in _told(lines) for each in DATE.finditer(part)}
    return frozenset(day for day in days if day is not None)


def without_retained(words: str) -> str:
    """Words without the sentences that name a day for what is kept back.

    >>> without_retained("Zahlbar bis 20.12.2026. Der Einbehalt ist fällig am 20.11.2030.")
    'Zahlbar bis 20.12.2026.'
    """
    kept = (
        " ".join(part for part in _SENTENCE.split(line) if not _names_day(part))
        for line in words.splitlines()
    )
    return "\n".join(kept)


def retained_in(lines: Iterable[str], whole: Decimal, due: Decimal) -> Retained | None:
    """What lies between the whole and what is due now, where lines name it and one day for it.

    >>> said = ["abzüglich 5 % Einbehalt -297,50", "Einbehalt fällig am 30.11.2031"]
    >>> retained_in(said, Decimal("5950.00"), Decimal("5652.50"))
    Retained(amount=Decimal('297.50'), day=datetime.date(2031, 11, 30))
    >>> retained_in(said[:1], Decimal("5950.00"), Decimal("5652.50"))
    """
    told = list(lines)
    kept, days = sum_kept_back(told, whole, due), retained_days(told)
    if kept is None or len(days) != 1:
        return None
    (day,) = days
    return Retained(kept, day)


def _told(lines: Iterable[str]) -> Iterator[str]:
    """The sentences that speak of it."""
    for line in lines:
        yield from (part for part in _SENTENCE.split(line) if _WORDS.search(part))


def _names_day(sentence: str) -> bool:
    return bool(_WORDS.search(sentence) and DATE.search(sentence))
