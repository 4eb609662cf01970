"""Reads the audit log and checks its chain."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from sqlmodel import Session, col, select

from domain.access.actor import Actor, ActorKind, Surface
from domain.access.audit_event import GENESIS, AuditEvent
from domain.tables.access import AuditEventRow
from domain.tables.bound import tenant_of

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event at its place in the chain."""

    number: int
    event: AuditEvent
    prev_hash: str
    audit_hash: str


def events(
    session: Session, *, subject: str | None = None, subject_id: str | None = None
) -> Iterator[StoredEvent]:
    """Events of the tenant in their order, of one kind of subject or one subject."""
    query = select(AuditEventRow).where(AuditEventRow.tenant_id == tenant_of(session))
    if subject is not None:
        query = query.where(AuditEventRow.subject == subject)
    if subject_id is not None:
        query = query.where(AuditEventRow.subject_id == subject_id)
    query = query.order_by(col(AuditEventRow.number)).execution_options(yield_per=_BATCH)
    for row in session.exec(query):
        yield StoredEvent(row.number, _event(row), row.prev_hash, row.audit_hash)


def first_break(session: Session) -> int | None:
    """Number of the first event that was altered, removed or put in; None if all holds."""
    prev_hash = GENESIS
    for number, stored in enumerate(events(session), start=1):
        follows = (stored.number, stored.prev_hash) == (number, prev_hash)
        if not follows or stored.event.hash(number, prev_hash) != stored.audit_hash:
            return number
        prev_hash = stored.audit_hash
    return None


def _event(row: AuditEventRow) -> AuditEvent:
    actor = Actor(
        row.user_id,
        cast(ActorKind, row.kind),
        cast(Surface, row.surface),
        row.key_prefix,
        row.request_id,
    )
    return AuditEvent(
        tenant_id=row.tenant_id,
        occurred_at=row.occurred_at,
        actor=actor,
        action=row.action,
        subject=row.subject,
        subject_id=row.subject_id,
        before=row.before,
        after=row.after,
        reason=row.reason,
    )
