"""Date ranges, months and fiscal years. Dates are dates; instants are UTC."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.errors import InvalidInput

_ZONES = {"AT": ZoneInfo("Europe/Vienna"), "DE": ZoneInfo("Europe/Berlin")}
COUNTRIES = tuple(_ZONES)
"""Countries in which tenants are."""
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
"""Days that a document can be about; terms of years still fit behind the last one."""


@dataclass(frozen=True, slots=True)
class DateRange:
    """All days from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a range that ends before it begins."""
        check_order(self.first, self.last, "query/endDate")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def check_order(first: date | None, last: date | None, pointer: str) -> None:
    """Refuse days of which the last lies before the first: nobody should read that nothing was.

    `pointer` names the last one; where either is left out, the range is open. Raises InvalidInput.
    """
    if first is not None and last is not None and last < first:
        raise InvalidInput(pointer, "lies before the start")


def believable(day: date) -> date | None:
    """A day that a document states, if it can be about it; one at the end of all days is none.

    >>> believable(date(2026, 3, 2)), believable(date(9999, 12, 31)), believable(date.min)
    (datetime.date(2026, 3, 2), None, None)
    """
    return day if EARLIEST <= day <= LATEST else None


def month_of(day: date) -> str:
    """Name of the month of a day.

    >>> month_of(date(2026, 3, 31))
    '2026-03'
    """
    return f"{day.year:04d}-{day.month:02d}"


@lru_cache(maxsize=1024)
def month_range(month: str) -> DateRange:
    """First and last day of a month.

    >>> month_range("2026-02").last
    datetime.date(2026, 2, 28)
    """
    year, number = int(month[:4]), int(month[5:7])
    return DateRange(date(year, number, 1), date(year, number, monthrange(year, number)[1]))


def fiscal_year_of(day: date, start_month: int) -> int:
    """Fiscal year of a day, named by the calendar year in which it ends.

    >>> fiscal_year_of(date(2026, 6, 30), 7), fiscal_year_of(date(2026, 7, 1), 7)
    (2026, 2027)
    """
    return day.year + (start_month > 1 and day.month >= start_month)


def fiscal_year_range(year: int, start_month: int) -> DateRange:
    """First and last day of the fiscal year that ends in `year`.

    >>> fiscal_year_range(2026, 7).first
    datetime.date(2025, 7, 1)
    """
    first = date(year - (start_month > 1), start_month, 1)
    last_month = start_month - 1 or 12
    return DateRange(first, date(year, last_month, monthrange(year, last_month)[1]))


def zone_of(country: str) -> str:
    """The name of the time zone of a country (AT or DE).

    >>> zone_of("DE")
    'Europe/Berlin'
    """
    return _ZONES[country].key


def local_day(at: datetime, country: str) -> date:
    """The day it is in a country (AT or DE) at an instant.

    >>> local_day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "AT")
    datetime.date(2027, 1, 1)
    """
    return at.astimezone(_ZONES[country]).date()


def end_of_day(day: date, country: str) -> datetime:
    """The last instant (in microseconds) of a day where a tenant is, in UTC.

    >>> end_of_day(date(2026, 1, 31), "DE")
    datetime.datetime(2026, 1, 31, 22, 59, 59, 999999, tzinfo=datetime.timezone.utc)
    """
    return datetime.combine(day, time.max, _ZONES[country]).astimezone(UTC)


@lru_cache(maxsize=64)
def instant(value: datetime) -> str:
    """UTC instant in the one written form, always with six fraction digits.

    >>> instant(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '2026-01-02T03:04:05.000000Z'
    """
    return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
