"""What a report is asked for, and what it was made of."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from domain.dates import (
    DateRange,
    end_of_day,
    fiscal_year_of,
    fiscal_year_range,
    local_day,
)
from domain.errors import InvalidInput
from domain.ledger.chart import Chart

_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{1,18}")
_AS_OF = "must be a day, an instant with its offset, or the number of a journal entry"


@dataclass(frozen=True, slots=True)
class Asked:
    """A range of days and an instant, as they were asked for; `now` is when.

    `as_of` is a day (the end of it, where the tenant is), an instant with its offset, or the
    number of the last journal entry that counts.
    """

    now: datetime
    first: date | None = None
    last: date | None = None
    as_of: str | None = None

    @property
    def number(self) -> int | None:
        """The journal number that is meant; None where an instant is, or everything.

        >>> Asked(datetime(2026, 11, 1, tzinfo=UTC), as_of="17").number
        17
        """
        is_number = self.as_of is not None and _NUMBER.fullmatch(self.as_of)
        return int(self.as_of or "") if is_number else None

    def check_number(self, last_number: int) -> None:
        """Refuse a number that no entry of the journal has yet. Raises InvalidInput."""
        if self.number is not None and self.number > last_number:
            raise InvalidInput("query/as_of", _AS_OF)

    def instant(self, country: str) -> datetime | None:
        """The instant that is meant; None where everything in the books counts, or a number is.

        >>> Asked(datetime(2026, 11, 1, tzinfo=UTC), as_of="2026-03-31").instant("AT")
        datetime.datetime(2026, 3, 31, 21, 59, 59, 999999, tzinfo=datetime.timezone.utc)
        """
        if self.as_of is None or self.number is not None:
            return None
        try:
            if _DAY.fullmatch(self.as_of):
                meant = end_of_day(date.fromisoformat(self.as_of), country)
            else:
                meant = datetime.fromisoformat(self.as_of)
        except (ValueError, OverflowError):
            meant = None
        if meant is None or meant.tzinfo is None:
            raise InvalidInput("query/as_of", _AS_OF)
        _check_year("query/as_of", meant)
        return meant.astimezone(UTC)

    def days(self, country: str, fiscal_year_start: int) -> DateRange:
        """The range, by default from the start of the fiscal year to the day it is.

        With `as_of` in the past, the day it is means the day it was then.

        >>> Asked(datetime(2026, 3, 2, tzinfo=UTC)).days("AT", 7)
        DateRange(first=datetime.date(2025, 7, 1), last=datetime.date(2026, 3, 2))
        """
        then = min(self.instant(country) or self.now, self.now)
        last = self.last or local_day(then, country)
        _check_year("query/endDate", last)
        first = self.first or _start_of_year(last, fiscal_year_start)
        _check_year("query/startDate", first)
        return DateRange(first, last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The books of a tenant as they were at an instant, and the days that are reported.

    `cut` is the last journal number that counts; everything up to `last_number` when it is
    None. `closing_hash` is there when every period that the report reads is locked.
    """

    tenant_id: UUID
    company_name: str
    chart: Chart
    fiscal_year_start: int
    days: DateRange
    today: date
    created_at: datetime
    as_of: datetime | None
    cut: int | None
    last_number: int
    closing_hash: str | None = None

    @property
    def country(self) -> str:
        """AT or DE."""
        return self.chart.country

    @property
    def year_start(self) -> date:
        """First day of the fiscal year in which the range begins."""
        return _start_of_year(self.days.first, self.fiscal_year_start)

    @property
    def last_entry(self) -> int:
        """Journal number of the last entry that counts; 0 where there is none."""
        return self.last_number if self.cut is None else self.cut

    @property
    def state(self) -> str:
        """Whether any posting could still change the report."""
        return "locked" if self.closing_hash else "preliminary"


def _check_year(pointer: str, day: date) -> None:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise InvalidInput(pointer, f"must lie between {_FIRST_YEAR} and {_LAST_YEAR}")


def _start_of_year(day: date, start_month: int) -> date:
    return fiscal_year_range(fiscal_year_of(day, start_month), start_month).first
