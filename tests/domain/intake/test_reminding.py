"""Reminders come ever more rarely, never stop, and do not pass over the day of escalation."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.approvals.policy import Deadlines
from domain.intake.reminding import is_escalated, next_reminder

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@given(first=st.integers(1, 90), more=st.integers(0, 270))
def test_a_waiting_case_is_reminded_of_for_ever(first: int, more: int) -> None:
    """Whatever a policy says, gaps grow up to 30 days or the policy's own, whichever is more."""
    deadlines = Deadlines(reminder_days=first, escalation_days=first + more)
    escalation = SINCE + timedelta(days=first + more)
    days, last = [SINCE], None
    for count in range(60):
        last = next_reminder(deadlines, SINCE, count, last)
        days.append(last)

    gaps = [after - before for before, after in pairwise(days)]
    assert gaps[0] == timedelta(days=first)
    assert max(gaps) <= timedelta(days=max(first, 30))
    assert min(gaps) > timedelta()
    escalated = [each for each in days[1:] if is_escalated(deadlines, SINCE, each)]
    assert escalated[0] == escalation


def test_half_a_year_takes_few_reminders() -> None:
    """It were sixty, one every three days."""
    last, count = None, 0
    while (last := next_reminder(Deadlines(), SINCE, count, last)) < SINCE + timedelta(days=180):
        count += 1

    assert count == 8
