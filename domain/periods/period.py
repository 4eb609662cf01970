"""Periods: their names, their days, and open, soft-locked, locked.

A month is `YYYY-MM`. The adjustment periods `YYYY-P13` and `YYYY-P14` share the last month
of the fiscal year that ends in YYYY and lock on their own.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.dates import (
    EARLIEST,
    LATEST,
    DateRange,
    fiscal_year_of,
    fiscal_year_range,
    month_of,
    month_range,
)
from domain.errors import Conflict, FieldError, Invalid, InvalidInput, NotFound

_NAME = re.compile(r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2]|P13|P14)")


class PeriodStatus(StrEnum):
    """How much a period still takes: everything, nothing for now, nothing for ever."""

    OPEN = "open"
    SOFT_LOCKED = "soft_locked"
    LOCKED = "locked"


class PeriodNotFound(NotFound):
    """An adjustment period of a year that has no books yet."""

    code = "NOT_FOUND"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no period {name}.", period=name)


class PeriodAlreadySoftLocked(Conflict):
    """The period is soft-locked as it is."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Period {name} is soft-locked already.", period=name)


class PeriodAlreadyLocked(Conflict):
    """The period is locked for ever as it is."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Period {name} is locked for good.", period=name)


class PeriodIrreversible(Conflict):
    """A hard lock cannot be undone."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Period {name} is locked for good and stays so.", period=name)


class PeriodAlreadyOpen(Invalid):
    """There is no soft lock to undo."""

    code = "INVALID_INPUT"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Period {name} is open.", fields=(FieldError("period", "is open"),), period=name
        )


@dataclass(frozen=True, slots=True)
class PeriodName:
    """A well-formed period name.

    >>> PeriodName("2026-P13").number
    13
    """

    text: str

    def __post_init__(self) -> None:
        """Refuse any other form."""
        if not _NAME.fullmatch(self.text):
            raise InvalidInput("period", "must look like YYYY-MM, YYYY-P13 or YYYY-P14")

    def __str__(self) -> str:
        return self.text

    @property
    def number(self) -> int:
        """0 for a month, 13 and 14 for adjustment periods."""
        return int(self.text[6:]) if self.text[5] == "P" else 0

    @property
    def year(self) -> int:
        """Calendar year in the name."""
        return int(self.text[:4])

    def span(self, start_month: int) -> "PeriodSpan":
        """Fiscal year and days, for a fiscal year that starts in `start_month`.

        >>> PeriodName("2026-P14").span(7).days.first
        datetime.date(2026, 6, 1)
        """
        if self.number:
            last_month = f"{self.text[:4]}-{start_month - 1 or 12:02d}"
            return PeriodSpan(self.year, month_range(last_month))
        days = month_range(self.text)
        return PeriodSpan(fiscal_year_of(days.first, start_month), days)


def named(text: str) -> PeriodName:
    """A period that somebody names, of a year that books can be of: 0206 was meant to be another.

    Raises InvalidInput.
    """
    name = PeriodName(text)
    if not EARLIEST.year <= name.year <= LATEST.year:
        raise InvalidInput("period", f"must lie between {EARLIEST.year} and {LATEST.year}")
    return name


@dataclass(frozen=True, slots=True)
class PeriodSpan:
    """The fiscal year a period belongs to and the days it covers."""

    fiscal_year: int
    days: DateRange


@dataclass(frozen=True, slots=True)
class Period:
    """State of one period; `locked_by` and `locked_at` tell of the last lock."""

    name: str
    status: PeriodStatus = PeriodStatus.OPEN
    locked_by: UUID | None = None
    locked_at: datetime | None = None

    def check_lockable(self) -> None:
        """Open and soft-locked periods may be locked; raise PeriodAlreadyLocked."""
        if self.status is PeriodStatus.LOCKED:
            raise PeriodAlreadyLocked(self.name)

    def soft_locked(self, by: UUID | None, at: datetime) -> "Period":
        """Refuse new bookings until it is reopened."""
        self.check_lockable()
        if self.status is PeriodStatus.SOFT_LOCKED:
            raise PeriodAlreadySoftLocked(self.name)
        return replace(self, status=PeriodStatus.SOFT_LOCKED, locked_by=by, locked_at=at)

    def reopened(self) -> "Period":
        """Undo a soft lock, and nothing else."""
        if self.status is PeriodStatus.LOCKED:
            raise PeriodIrreversible(self.name)
        if self.status is PeriodStatus.OPEN:
            raise PeriodAlreadyOpen(self.name)
        return Period(self.name)

    def locked(self, by: UUID, at: datetime) -> "Period":
        """Lock for ever."""
        self.check_lockable()
        return replace(self, status=PeriodStatus.LOCKED, locked_by=by, locked_at=at)


def first_open_day(day: date, closed: Collection[str], fiscal_year_start: int) -> date | None:
    """First day from `day` on, in its fiscal year, whose month is not closed; None without one.

    >>> first_open_day(date(2026, 9, 20), {"2026-09", "2026-10"}, 1)
    datetime.date(2026, 11, 1)
    """
    last = fiscal_year_range(fiscal_year_of(day, fiscal_year_start), fiscal_year_start).last
    while day <= last:
        if month_of(day) not in closed:
            return day
        day = month_range(month_of(day)).last + timedelta(days=1)
    return None
