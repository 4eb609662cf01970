"""What the audit log tells of intents, as text that is complete but for its numbers."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from domain.actor import Actor
from domain.audit_event import AuditEvent
from domain.canonical import canonical
from domain.dates import instant
from domain.ledger.intent import Intent, Kind

# Where the text of an event without a call, at no instant and about nothing, is cut.
_NEVER = datetime(1900, 1, 1, tzinfo=UTC)
_INSTANT = instant(_NEVER)
_CALL = '"request_id":'
_NO_CALL = f"{_CALL}null"
_SUBJECT = "00000000-0000-4000-8000-000000000001"
_TOLD = ("user_id", "kind", "surface", "key_prefix", "action", "subject", "after", "head")


def event_of(tenant_id: UUID, actor: Actor, intent: Intent, at: str) -> dict[str, Any]:
    """The event of an intent at an instant, without the intent's id and the event's number."""
    like = _event_like(
        tenant_id,
        (actor.user_id, actor.kind, actor.surface, actor.key_prefix),
        "journal.reversed" if intent.kind is Kind.REVERSAL else "journal.posted",
        (len(intent.entries), intent.period, intent.source),
    )
    called = canonical(actor.request_id).decode()
    return {
        **like.facts,
        "occurred_at": at,
        "request_id": actor.request_id,
        "tail": f"{like.to_instant}{at}{like.to_call}{called}{like.to_subject}",
        "rest": like.rest,
    }


@dataclass(frozen=True, slots=True)
class _EventLike:
    """Fields of an event, and its text after the number, cut where each has something of its own.

    Nothing is looked for in what a caller chose: the text is joined around it.
    """

    facts: dict[str, Any]
    to_instant: str
    to_call: str
    to_subject: str
    rest: str


@lru_cache(maxsize=2048)
def _event_like(
    tenant_id: UUID, who: tuple[Any, ...], action: str, after: tuple[int, str, str]
) -> _EventLike:
    """What all events share that differ by instant, call and intent alone."""
    entries, period, source = after
    event = AuditEvent(
        tenant_id=tenant_id,
        occurred_at=_NEVER,
        actor=Actor(*who),
        action=action,
        subject="intent",
        subject_id=_SUBJECT,
        after={"entries": str(entries), "period": period, "source": source},
    )
    row = event.row
    to_instant, tail = str(row["tail"]).split(_INSTANT)
    to_call, tail = tail.split(_NO_CALL)
    to_subject, rest = tail.split(_SUBJECT)
    facts = {name: row[name] for name in _TOLD if row[name] is not None}
    return _EventLike(facts, to_instant, to_call + _CALL, to_subject, rest)
