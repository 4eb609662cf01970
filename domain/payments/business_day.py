"""Days on which banks of the euro area settle transfers: the calendar of TARGET."""

from datetime import date, timedelta
from functools import lru_cache

from holidays import financial_holidays

from domain.errors import FieldError, Invalid

_FRIDAY = 4


class NotABusinessDay(Invalid):
    """Banks settle nothing on this day; `context.next` is the next one on which they do."""

    code = "NOT_A_BUSINESS_DAY"

    def __init__(self, day: date) -> None:
        after = next_business_day(day)
        super().__init__(
            f"{day} is no business day of banks; the next one is {after}.",
            fields=(FieldError("/execution_date", f"is no business day; the next is {after}"),),
            next=after.isoformat(),
        )


@lru_cache(maxsize=64)
def _closed(year: int) -> frozenset[date]:
    """Closing days of TARGET in a year, besides Saturdays and Sundays."""
    return frozenset(financial_holidays("XECB", years=year))


def is_business_day(day: date) -> bool:
    """Whether TARGET is open.

    >>> is_business_day(date(2026, 4, 3)), is_business_day(date(2026, 10, 26))
    (False, True)
    """
    return day.weekday() <= _FRIDAY and day not in _closed(day.year)


def next_business_day(day: date) -> date:
    """The day itself, or the first one after it on which TARGET is open.

    >>> next_business_day(date(2026, 12, 25)).isoformat()
    '2026-12-28'
    """
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def business_day_before(day: date) -> date:
    """The last day before this one on which TARGET is open.

    >>> business_day_before(date(2026, 12, 28)).isoformat()
    '2026-12-24'
    """
    day -= timedelta(days=1)
    while not is_business_day(day):
        day -= timedelta(days=1)
    return day


def check_business_day(day: date) -> None:
    """Refuse a day on which no bank settles. Raises NOT_A_BUSINESS_DAY."""
    if not is_business_day(day):
        raise NotABusinessDay(day)
