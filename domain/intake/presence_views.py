"""Reads who has a case open."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import tenant_of

PRESENT = timedelta(seconds=60)
"""How long somebody counts as present after the last sign of them."""

_OTHERS = text("""
SELECT u.id, u.name, p.seen_at FROM case_presence p
JOIN app_user u ON u.tenant_id = p.tenant_id AND u.id = p.user_id
WHERE p.tenant_id = :tenant AND p.case_id = :case AND p.user_id <> :person AND p.seen_at > :since
    AND is_admitted(u.active, u.access_until)
ORDER BY u.name, u.id
""")


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who has a case open, and the last sign of it."""

    user_id: UUID
    name: str
    seen_at: datetime


def others(session: Session, case_id: UUID, person: UUID, now: datetime) -> list[Present]:
    """Who else has a case open, by name."""
    asked = {"tenant": tenant_of(session), "case": case_id, "person": person}
    return [Present(*row) for row in session.execute(_OTHERS, {**asked, "since": now - PRESENT})]
