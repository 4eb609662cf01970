"""Names, days and states of periods."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from domain.errors import InvalidInput
from domain.periods.period import (
    Period,
    PeriodAlreadyLocked,
    PeriodAlreadyOpen,
    PeriodAlreadySoftLocked,
    PeriodIrreversible,
    PeriodName,
    PeriodStatus,
)

NOW = datetime(2026, 4, 1, tzinfo=UTC)
EVA = UUID(int=1)


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026-P12", "26-01", "2026-01 ", "0000-01", "0000-P13", "", "x"]
)
def test_other_forms_are_refused(text: str) -> None:
    """A period is YYYY-MM, YYYY-P13 or YYYY-P14."""
    with pytest.raises(InvalidInput):
        PeriodName(text)


@pytest.mark.parametrize(
    ("text", "start", "year", "first"),
    [
        ("2026-03", 1, 2026, date(2026, 3, 1)),
        ("2026-07", 7, 2027, date(2026, 7, 1)),
        ("2026-06", 7, 2026, date(2026, 6, 1)),
        ("2026-P13", 1, 2026, date(2026, 12, 1)),
        ("2026-P14", 7, 2026, date(2026, 6, 1)),
        ("0001-P13", 7, 1, date(1, 6, 1)),
        ("9999-12", 7, 10000, date(9999, 12, 1)),
    ],
)
def test_a_name_tells_year_and_days(text: str, start: int, year: int, first: date) -> None:
    """Adjustment periods share the last month of the year that is in their name."""
    span = PeriodName(text).span(start)

    assert (span.fiscal_year, span.days.first) == (year, first)


def test_a_soft_lock_comes_and_goes() -> None:
    """Open, soft-locked, open again without a trace of who locked it."""
    locked = Period("2026-03").soft_locked(EVA, NOW)

    assert (locked.status, locked.locked_by) == (PeriodStatus.SOFT_LOCKED, EVA)
    assert locked.reopened() == Period("2026-03")
    with pytest.raises(PeriodAlreadySoftLocked):
        locked.soft_locked(EVA, NOW)


def test_a_hard_lock_is_for_ever() -> None:
    """Nothing leads out of it."""
    locked = Period("2026-03").locked(EVA, NOW)

    with pytest.raises(PeriodIrreversible):
        locked.reopened()
    with pytest.raises(PeriodAlreadyLocked):
        locked.soft_locked(EVA, NOW)
    with pytest.raises(PeriodAlreadyLocked):
        locked.locked(EVA, NOW)


def test_an_open_period_cannot_be_reopened() -> None:
    """Reopening what is open is a mistake of the caller."""
    with pytest.raises(PeriodAlreadyOpen):
        Period("2026-03").reopened()
