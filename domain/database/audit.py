"""The audit log: every change of state and every refused attempt (TRACED)."""

from datetime import UTC, datetime
from typing import TypedDict, Unpack
from uuid import UUID

import orjson
from sqlalchemy import Engine, text
from sqlmodel import Session

from domain.actor import Actor
from domain.audit_event import AuditEvent
from domain.database.session import actor_of, at_end, tenant_of, write_session
from domain.errors import DomainError

_RECORD = text("SELECT record_audit(CAST(:events AS jsonb))")


class Facts(TypedDict, total=False):
    """What a change says besides its subject."""

    before: dict[str, object] | None
    after: dict[str, object] | None
    reason: str | None


def record(
    session: Session, action: str, subject: str, subject_id: object, **facts: Unpack[Facts]
) -> None:
    """Collect one event; all of a transaction are numbered and stored just before its commit.

    `action` names the subject and what happened to it: `payment_run.approved`.
    """
    event = AuditEvent(
        tenant_id=tenant_of(session),
        occurred_at=datetime.now(UTC),
        actor=actor_of(session),
        action=action,
        subject=subject,
        subject_id=str(subject_id),
        **facts,
    )
    session.info.setdefault("audit_events", []).append(event)
    at_end(session, "audit", _write)


def record_refusal(  # noqa: PLR0913, PLR0917 (an event has this many facts)
    bind: Engine,
    tenant_id: UUID,
    actor: Actor,
    action: str,
    subject: str,
    subject_id: object,
    error: DomainError,
) -> None:
    """Store a refused attempt in a transaction of its own, since the refused one is gone."""
    with write_session(bind, tenant_id, actor) as session:
        refusal: dict[str, object] = {"refused": error.code}
        record(session, action, subject, subject_id, after=refusal, reason=error.message)


def _write(session: Session) -> None:
    events = [event.row for event in session.info.pop("audit_events")]
    session.execute(_RECORD, {"events": orjson.dumps(events).decode()})
