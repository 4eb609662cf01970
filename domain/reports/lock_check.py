"""What is looked at before a period is locked for good: what would be left outside of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class Subject(StrEnum):
    """What is looked at, in the order in which one works."""

    EARLIER = "earlier"
    CASES = "cases"
    UNREAD = "unread"
    DOCUMENTS = "documents"
    RUNS = "runs"
    MOVEMENTS = "movements"
    STATEMENTS = "statements"
    PAYABLES = "payables"
    RECEIVABLES = "receivables"
    VAT = "vat"
    STANDING = "standing"
    VOUCHERS = "vouchers"
    NUMBERS = "numbers"


HINTS = frozenset({Subject.EARLIER, Subject.STANDING, Subject.VOUCHERS})
"""What may well be so: locking does not lose it."""


@dataclass(frozen=True, slots=True)
class Check:
    """How many things are left, and what they come to in EUR where that says something.

    `is_explained` where a person has said of each, with a reason, that it stays as it is.
    """

    subject: Subject
    count: int
    amount: Decimal | None = None
    is_explained: bool = False

    @property
    def is_clear(self) -> bool:
        """Whether nothing is left."""
        return not self.count

    @property
    def severity(self) -> str:
        """In order, a hint, or a warning: nothing of it forbids the lock."""
        if self.is_clear:
            return "ok"
        return "hint" if self.is_explained or self.subject in HINTS else "warning"


@dataclass(frozen=True, slots=True)
class Extent:
    """What the lock would cover: entries, their numbers, and what they move on either side."""

    entries: int
    first_number: int | None
    last_number: int | None
    total: Decimal


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of days of an account whose statements do not follow one another.

    `amount` is what is missing, None where there is no statement, or where they are in two
    currencies (`is_mixed`). `reason` is why a person put it aside, and `until` the day up to which
    it is: what is put aside for good is explained, what is until a day is still expected.
    """

    account: str
    first_day: date
    last_day: date
    amount: Decimal | None
    is_mixed: bool = False
    reason: str | None = None
    until: date | None = None

    @property
    def is_explained(self) -> bool:
        """Whether nothing is expected any more."""
        return self.reason is not None and self.until is None


@dataclass(frozen=True, slots=True)
class Expected:
    """A vendor whose invoice stands for each period (Dauerrechnung), with nothing booked in one."""

    vendor_id: UUID
    vendor_name: str


@dataclass(frozen=True, slots=True)
class LockCheck:
    """What stands before the lock of a period."""

    extent: Extent
    checks: tuple[Check, ...]
    gaps: tuple[Gap, ...]
    expected: tuple[Expected, ...] = ()

    @property
    def left(self) -> int:
        """How many of the checks are not clear, hints aside."""
        return sum(each.severity == "warning" for each in self.checks)
