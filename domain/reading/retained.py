"""What a customer keeps back of an invoice until a later day: Haftrücklass, Sicherheitseinbehalt.

It is owed like the rest, years later. Without a day nobody can say when: then nothing is told.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.reading.values import AMOUNT, DATE, amount_of, date_of

_WORDS = re.compile(
    r"(?:r\u00fcck|rueck)(?:lass|behalt)|\w*einbehalt\b|\bretention\b|\bretainage\b|\bretained\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Retained:
    """The sum that is kept back, and the day on which it is to be paid."""

    amount: Decimal
    day: date


def retained_in(lines: Iterable[str], whole: Decimal, due: Decimal) -> Retained | None:
    """What lies between the whole and what is due now, where lines name it and one day for it.

    >>> said = ["abzüglich 5 % Einbehalt -297,50", "Einbehalt fällig am 30.11.2031"]
    >>> retained_in(said, Decimal("5950.00"), Decimal("5652.50"))
    Retained(amount=Decimal('297.50'), day=datetime.date(2031, 11, 30))
    >>> retained_in(said[:1], Decimal("5950.00"), Decimal("5652.50"))
    """
    told = [line for line in lines if _WORDS.search(line)]
    amounts = {abs(amount_of(each)) for line in told for each in AMOUNT.finditer(line)}
    days = {date_of(each) for line in told for each in DATE.finditer(line)} - {None}
    kept = whole - due
    if kept <= 0 or kept not in amounts or len(days) != 1:
        return None
    (day,) = days
    return None if day is None else Retained(kept, day)
