"""Days on which banks settle."""

from datetime import date

import pytest

from domain.payments.business_day import (
    NotABusinessDay,
    business_day_before,
    check_business_day,
    is_business_day,
    next_business_day,
)


@pytest.mark.parametrize(
    ("year", "open_days"),
    [(2025, 255), (2026, 256), (2027, 258), (2028, 255), (2029, 255), (2030, 255)],
)
def test_target_is_open_as_published(year: int, open_days: int) -> None:
    """Weekends, New Year, Good Friday, Easter Monday, 1 May, 25 and 26 December."""
    first = date(year, 1, 1).toordinal()
    days = [date.fromordinal(at) for at in range(first, date(year + 1, 1, 1).toordinal())]
    assert sum(map(is_business_day, days)) == open_days


@pytest.mark.parametrize("day", ["2026-01-06", "2026-05-14", "2026-10-26", "2026-12-24"])
def test_holidays_of_countries_are_business_days(day: str) -> None:
    """Epiphany, Ascension, the Austrian national day, Christmas Eve."""
    assert is_business_day(date.fromisoformat(day))


def test_the_next_and_the_one_before_skip_what_is_closed() -> None:
    """Christmas 2026: open on Thursday 24, then on Monday 28."""
    assert next_business_day(date(2026, 12, 25)) == date(2026, 12, 28)
    assert business_day_before(date(2026, 12, 28)) == date(2026, 12, 24)
    check_business_day(date(2026, 12, 24))
    with pytest.raises(NotABusinessDay) as refused:
        check_business_day(date(2026, 12, 26))
    assert refused.value.context == {"next": "2026-12-28"}
    assert refused.value.code == "NOT_A_BUSINESS_DAY"
