"""Spans hold their day and meet without a gap."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.transactions.span import Span, days_of, span_around

DAY = date(2026, 1, 10)


@given(st.sampled_from(Span), st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_a_span_holds_its_day_and_ends_where_the_next_begins(span: Span, day: date) -> None:
    """Whatever day it is found by."""
    days = span_around(span, day)
    assert day in days
    assert span_around(span, days.first) == span_around(span, days.last) == days
    assert span_around(span, days.last + timedelta(days=1)).first == days.last + timedelta(days=1)


@pytest.mark.parametrize("day", [date.min, date.max])
@pytest.mark.parametrize("span", Span)
def test_the_ends_of_time_have_spans(span: Span, day: date) -> None:
    """Even where the week would begin before the calendar, or end after it."""
    assert day in span_around(span, day)


def test_two_dates_win_and_one_reaches_to_its_end_of_the_span() -> None:
    """None means the present."""
    last = date(2026, 3, 5)
    assert days_of(Span.DAY, DAY, last, DAY).last == last
    assert days_of(Span.QUARTER, DAY, None, DAY).last == date(2026, 3, 31)
    assert days_of(Span.YEAR, None, last, DAY).first == date(2026, 1, 1)
    assert days_of(Span.WEEK, None, None, DAY).first == date(2026, 1, 5)
    with pytest.raises(InvalidInput):
        days_of(Span.MONTH, last, DAY, DAY)
