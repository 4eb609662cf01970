"""What the audit log tells of an intent is the event that it is, cut where numbers belong."""

from datetime import UTC, datetime
from uuid import UUID

from domain.actor import Actor
from domain.audit_event import GENESIS, AuditEvent
from domain.canonical import canonical
from domain.dates import instant
from domain.posting.events import event_of
from tests.strategies import intent_of_plain

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
TENANT = UUID(int=1)


def test_the_text_is_that_of_the_event() -> None:
    """Hostile words of a caller change nothing but themselves."""
    intent = intent_of_plain()
    for called in ("r-1", '","request_id":null,"', "1900-01-01T00:00:00.000000Z", None):
        actor = Actor(UUID(int=2), "person", "api", None, called)
        told = event_of(TENANT, actor, intent, instant(NOW))
        event = AuditEvent(
            tenant_id=TENANT,
            occurred_at=NOW,
            actor=actor,
            action="journal.posted",
            subject="intent",
            subject_id=str(intent.intent_id),
            after={
                "entries": str(len(intent.entries)),
                "period": intent.period,
                "source": intent.source,
            },
        )
        row = event.row
        assert f"{told['tail']}{intent.intent_id}{told['rest']}" == row["tail"]
        assert told["head"] == row["head"]
        assert canonical(called).decode() in told["tail"]
        assert event.hash(1, GENESIS)
