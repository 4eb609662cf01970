"""When people are reminded of a case that waits: ever more rarely, and on the day of escalation."""

from datetime import datetime, timedelta

from domain.approvals.policy import Deadlines

_LONGEST_GAP = timedelta(days=30)
_DOUBLED_AT_MOST = 5


def next_reminder(
    deadlines: Deadlines, since: datetime, reminders: int, last: datetime | None
) -> datetime:
    """When people are reminded next of what waits since an instant.

    `reminders` of them went out, the last at `last`. Each gap is twice the one before, up to 30
    days (or what the policy says, if that is more); the day of escalation is not passed over.

        >>> from datetime import UTC, date
        >>> since, days = datetime(2026, 1, 1, tzinfo=UTC), []
        >>> last = None
        >>> for count in range(8):
        ...     last = next_reminder(Deadlines(), since, count, last)
        ...     days.append((last - since).days)
        >>> days
        [3, 9, 21, 45, 75, 105, 135, 165]
    """
    first = timedelta(days=deadlines.reminder_days)
    gap = min(first * 2 ** min(reminders, _DOUBLED_AT_MOST), max(first, _LONGEST_GAP))
    before = last or since
    due = before + gap
    escalation = since + timedelta(days=deadlines.escalation_days)
    return escalation if before < escalation < due else due


def is_escalated(deadlines: Deadlines, since: datetime, at: datetime) -> bool:
    """Whether what still waits at an instant goes to those whom the policy names for that."""
    return at >= since + timedelta(days=deadlines.escalation_days)
