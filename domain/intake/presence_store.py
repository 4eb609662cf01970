"""Notes who has a case open. What is noted is worth a minute, and is gone after some."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import actor_of, tenant_of

KEPT = timedelta(minutes=5)

# Nobody misses it after a crash: the answer does not wait for the disk.
_UNHURRIED = text("SELECT set_config('synchronous_commit', 'off', true)")
_LOOK = text("""
INSERT INTO case_presence (tenant_id, case_id, user_id, seen_at)
SELECT :tenant, c.id, :person, :at FROM review_case c WHERE c.tenant_id = :tenant AND c.id = :case
ON CONFLICT (tenant_id, case_id, user_id) DO UPDATE SET seen_at = excluded.seen_at
""")
# After the own row, and only what nobody holds: two who look at once never wait for each other.
_FORGET = text("""
DELETE FROM case_presence p USING (
    SELECT case_id, user_id FROM case_presence
    WHERE tenant_id = :tenant AND seen_at < :before LIMIT 50 FOR UPDATE SKIP LOCKED) old
WHERE p.tenant_id = :tenant AND p.case_id = old.case_id AND p.user_id = old.user_id
""")


def look(session: Session, case_id: UUID, at: datetime) -> None:
    """Note that whoever acts has a case open now; of a service, or no case, nothing is noted."""
    person = actor_of(session).user_id
    if person is None:
        return
    tenant = tenant_of(session)
    session.execute(_UNHURRIED)
    session.execute(_LOOK, {"tenant": tenant, "case": case_id, "person": person, "at": at})
    session.execute(_FORGET, {"tenant": tenant, "before": at - KEPT})
