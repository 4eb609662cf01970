"""Notes in the audit log what a recapitulative statement (ZM) said when it was sent.

The statement is made of the books and the master data of the moment: only what is noted can be
compared with later. Whoever sends one elsewhere says so here.
"""

from datetime import date

from sqlmodel import Session

from domain.database import audit
from domain.database.session import actor_of
from domain.dates import DateRange, month_range
from domain.errors import InvalidInput
from domain.reports import zm_views
from domain.reports.snapshot import Snapshot
from domain.tax.zm import Sent

SENT = "zm.sent"
_MONTH = slice(0, 7)
_QUARTER = 3


def note(session: Session, snapshot: Snapshot) -> Sent:
    """Note that the statement of a month or quarter was sent, as it is now; what was noted.

    Raises INVALID_INPUT for other days, and before they are over.
    """
    _check(snapshot.days, snapshot.today)
    found = zm_views.of_range(session, snapshot)
    sent = Sent(
        at=snapshot.created_at,
        user_id=actor_of(session).user_id,
        first=snapshot.days.first,
        last=snapshot.days.last,
        last_number=snapshot.last_entry,
        lines={each.name: each.base for each in (*found.lines, *found.corrections)},
    )
    facts: dict[str, object] = {
        "at": sent.at.isoformat(),
        "first": str(sent.first),
        "last": str(sent.last),
        "last_number": sent.last_number,
        "lines": [[str(name), str(base)] for name, base in sent.lines.items()],
    }
    audit.record(session, SENT, "zm", f"{sent.first}/{sent.last}", after=facts)
    return sent


def may_be_sent(days: DateRange, today: date) -> bool:
    """Whether days are a month or quarter that is stated, and over."""
    return _is_stated(days) and days.last < today


def _check(days: DateRange, today: date) -> None:
    if not _is_stated(days):
        raise InvalidInput("/first_day", "is a whole month, or a quarter, that is stated")
    if days.last >= today:
        raise InvalidInput("/last_day", "is not over yet")


def _is_stated(days: DateRange) -> bool:
    """Whether days are a whole month or quarter."""
    first, last = (month_range(each.isoformat()[_MONTH]) for each in (days.first, days.last))
    if (days.first, days.last) != (first.first, last.last):
        return False
    months = last.first.month - first.first.month
    is_quarter = months == _QUARTER - 1 and first.first.month % _QUARTER == 1
    return first.first.year == last.first.year and (not months or is_quarter)
