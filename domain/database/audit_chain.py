"""Reads the audit log and checks its chain."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.actor import Actor, ActorKind, Surface
from domain.audit_event import GENESIS, AuditEvent, plain
from domain.canonical import NotCanonical
from domain.database.rows import AuditEventRow
from domain.database.session import tenant_of
from domain.errors import Failed

_BATCH = 1000
_HEAD = text("SELECT audit_number, audit_hash FROM tenant_head WHERE tenant_id = :tenant")
_REMOVED, _ALTERED = "was removed", "was altered or put in"


class AuditBroken(Failed):
    """An event is not what the chain says: the audit log was tampered with."""

    code = "INTERNAL_ERROR"

    def __init__(self, number: int, what: str) -> None:
        super().__init__(f"Event {number} {what}.", number=number)


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The last event by number and hash; before the first, what it follows."""

    number: int = 0
    audit_hash: str = GENESIS


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event at its place in the chain."""

    number: int
    event: AuditEvent
    prev_hash: str
    audit_hash: str


def events(session: Session) -> Iterator[StoredEvent]:
    """Every event of the tenant in its order, in constant memory."""
    query = select(AuditEventRow).where(AuditEventRow.tenant_id == tenant_of(session))
    query = query.order_by(col(AuditEventRow.number)).execution_options(yield_per=_BATCH)
    for row in session.exec(query):
        yield StoredEvent(row.number, _event(row), row.prev_hash, row.audit_hash)


def check_events(session: Session) -> AuditHead:
    """Hold each event against its hash and the one before, and the last against the head.

    Raises AuditBroken at the first that was altered, removed or put in. Of a chain that was made
    anew from some event on, the head tells, and it tells of the last event.
    """
    last = AuditHead()
    try:
        for stored in events(session):
            _check_next(stored, last)
            last = AuditHead(stored.number, stored.audit_hash)
    except (TypeError, ValueError, NotCanonical) as error:  # with such values none is recorded
        raise AuditBroken(last.number + 1, _ALTERED) from error
    _check_end(last, _head(session))
    return last


def _check_next(stored: StoredEvent, last: AuditHead) -> None:
    if stored.number > last.number + 1:
        raise AuditBroken(last.number + 1, _REMOVED)
    facts = [stored.event.before, stored.event.after]
    is_recorded = plain(facts) == facts and stored.prev_hash == last.audit_hash
    if not is_recorded or stored.event.hash(stored.number, last.audit_hash) != stored.audit_hash:
        raise AuditBroken(stored.number, _ALTERED)


def _check_end(last: AuditHead, head: AuditHead) -> None:
    if last.number < head.number:
        raise AuditBroken(last.number + 1, _REMOVED)
    if last != head:
        raise AuditBroken(min(last.number, head.number + 1), _ALTERED)


def _head(session: Session) -> AuditHead:
    found = session.execute(_HEAD, {"tenant": tenant_of(session)}).first()
    return AuditHead(*found) if found else AuditHead()


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
