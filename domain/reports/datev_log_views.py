"""Reads what was exported for DATEV, and how much was posted since."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.database import audit_views
from domain.database.audit_views import Event, EventFilter
from domain.database.session import tenant_of
from domain.reports.datev_log_store import EXPORTED

_LAST = text("SELECT last_number FROM tenant_head WHERE tenant_id = :tenant")


@dataclass(frozen=True, slots=True)
class Exported:
    """One export: when and by whom, of which days, and up to which entry of the journal."""

    at: datetime
    user_id: UUID | None
    first: date
    last: date
    form: str
    entries: int
    last_number: int


def exports(session: Session, *, limit: int, offset: int) -> tuple[list[Exported], int]:
    """Exports, the newest first, and how many there are."""
    wanted = EventFilter(action=EXPORTED)
    found, total = audit_views.listed(session, wanted, limit=limit, offset=offset)
    return [_exported(each) for each in found], total


def posted_since(session: Session, export: Exported) -> int:
    """How many entries the journal has beyond the last one that an export knew."""
    last = session.execute(_LAST, {"tenant": tenant_of(session)}).scalar_one()
    return max(0, int(last) - export.last_number)


def _exported(event: Event) -> Exported:
    facts: dict[str, Any] = event.after or {}
    return Exported(
        event.occurred_at,
        event.user_id,
        date.fromisoformat(str(facts["first"])),
        date.fromisoformat(str(facts["last"])),
        str(facts["form"]),
        int(str(facts["entries"])),
        int(str(facts["last_number"])),
    )
