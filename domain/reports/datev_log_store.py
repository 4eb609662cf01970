"""Notes in the audit log what was exported for DATEV: whose days, and up to which entry."""

from sqlmodel import Session

from domain.database import audit
from domain.dates import DateRange
from domain.reports.datev_views import Export

EXPORTED = "datev.exported"


def note(session: Session, plan: Export, days: DateRange, form: str) -> None:
    """Note an export; whoever asks for what is new begins after its last entry."""
    facts: dict[str, object] = {
        "first": str(days.first),
        "last": str(days.last),
        "form": form,
        "entries": sum(each.entries for each in plan.batches),
        "last_number": plan.last_number,
    }
    audit.record(session, EXPORTED, "datev", f"{days.first}/{days.last}", after=facts)
