"""Reads what recapitulative statements said when they were sent."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from domain.database import audit_views
from domain.database.audit_views import Event, EventFilter
from domain.dates import DateRange
from domain.reports.zm_log_store import SENT
from domain.tax.zm import LineName, Sent


def sent(session: Session, *, limit: int, offset: int) -> tuple[list[Sent], int]:
    """Statements that were sent, the newest first, and how many there are."""
    found, total = audit_views.listed(session, EventFilter(action=SENT), limit=limit, offset=offset)
    return [_sent(each) for each in found], total


def last_of(session: Session, days: DateRange) -> Sent | None:
    """What was sent last of just these days."""
    wanted = EventFilter(action=SENT, subject="zm", subject_id=f"{days.first}/{days.last}")
    found, _ = audit_views.listed(session, wanted, limit=1, offset=0)
    return _sent(found[0]) if found else None


def _sent(event: Event) -> Sent:
    facts: dict[str, Any] = event.after or {}
    named = ((LineName.named(name), base) for name, base in facts["lines"])
    return Sent(
        datetime.fromisoformat(str(facts["at"])),
        event.user_id,
        date.fromisoformat(str(facts["first"])),
        date.fromisoformat(str(facts["last"])),
        int(str(facts["last_number"])),
        {line: Decimal(str(base)) for line, base in named if line is not None},
    )
