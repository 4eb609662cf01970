"""The days that a page is about, as its address says them, and those one usually wants."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query

from api.pages import typed
from api.pages.typed import Mistyped
from domain.dates import DateRange, fiscal_year_of, fiscal_year_range, month_of, month_range
from domain.errors import InvalidInput

_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Span:
    """From a day to a day, both as they were typed; either may be missing."""

    first: date | None = None
    last: date | None = None

    def query(self, **more: object) -> str:
        """The same days as the end of an address."""
        told = {"from": self.first, "to": self.last, **more}
        return urlencode({name: str(value) for name, value in told.items() if value})


def span_of(
    first: Annotated[str, Query(alias="from", max_length=_LONGEST)] = "",
    last: Annotated[str, Query(alias="to", max_length=_LONGEST)] = "",
) -> Span:
    """The days of an address. Raises InvalidInput where one is no day, or the end comes first."""
    found = Span(_day("query/startDate", first), _day("query/endDate", last))
    DateRange(found.first or date.min, found.last or date.max)
    return found


def last_month(today: date) -> Span:
    """The month before this one.

    >>> last_month(date(2026, 3, 31)).first
    datetime.date(2026, 2, 1)
    """
    days = month_range(month_of(today.replace(day=1) - timedelta(days=1)))
    return Span(days.first, days.last)


def usual(today: date, fiscal_year_start: int) -> list[tuple[str, Span]]:
    """Stretches of days that one asks for most, each with the code of its name."""
    year = fiscal_year_of(today, fiscal_year_start)
    month = month_range(month_of(today))
    last_year = fiscal_year_range(year - 1, fiscal_year_start)
    return [
        ("span_month", Span(month.first, month.last)),
        ("span_last_month", last_month(today)),
        ("span_year", Span(fiscal_year_range(year, fiscal_year_start).first, today)),
        ("span_last_year", Span(last_year.first, last_year.last)),
    ]


def _day(pointer: str, text: str) -> date | None:
    try:
        return typed.day_of(text)
    except Mistyped as error:
        raise InvalidInput(pointer, "is no day") from error
