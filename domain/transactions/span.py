"""Spans of days that a summary covers: a day, week, month, quarter or year of the calendar."""

from datetime import date
from enum import StrEnum

from domain.dates import DateRange, month_of, month_range
from domain.errors import InvalidInput


class Span(StrEnum):
    """How long a summary is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def span_around(span: Span, day: date) -> DateRange:
    """The span that holds a day; weeks start on Monday.

    >>> span_around(Span.QUARTER, date(2026, 5, 17)).first
    datetime.date(2026, 4, 1)
    """
    if span is Span.DAY:
        return DateRange(day, day)
    if span is Span.WEEK:
        monday = day.toordinal() - day.weekday()
        sunday = min(monday + 6, date.max.toordinal())
        return DateRange(date.fromordinal(max(monday, 1)), date.fromordinal(sunday))
    months = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}[span]
    first = (day.month - 1) // months * months + 1
    last = date(day.year, first + months - 1, 1)
    return DateRange(date(day.year, first, 1), month_range(month_of(last)).last)


def days_of(span: Span, first: date | None, last: date | None, today: date) -> DateRange:
    """Days of a summary: two dates win; one reaches to its end of the span; none is the present.

    >>> days_of(Span.MONTH, date(2026, 1, 10), None, date(2026, 5, 1)).last
    datetime.date(2026, 1, 31)
    """
    around = span_around(span, first or last or today)
    if first and last and last < first:
        raise InvalidInput("query/to_date", "lies before from_date")
    return DateRange(first or around.first, last or around.last)
