"""Reads how much is open in the whole service, and since when: numbers only, for who runs it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, text

from domain.database.session import read_session
from domain.letters.letter import AGAIN

MOST = 1000
"""Companies that are looked at."""
_TENANTS = text("SELECT tenant_ids()")
_OPEN = text("""
SELECT 'mail' AS process, 'received' AS stage, count(*) AS amount, min(received_at) AS oldest
FROM arrival WHERE tenant_id = current_tenant() AND split_at IS NULL
UNION ALL
SELECT 'intake', coalesce(c.queue_state, 'reading'), count(*), min(i.created_at)
FROM inbox_item i
LEFT JOIN review_case c ON c.tenant_id = i.tenant_id AND c.inbox_id = i.id
WHERE i.tenant_id = current_tenant() AND i.status IN ('processing', 'pending')
    AND i.statement_batch_id IS NULL
GROUP BY 2
UNION ALL
SELECT 'payment-run', status, count(*), min(created_at) FROM payment_run
WHERE tenant_id = current_tenant() AND status NOT IN ('completed', 'cancelled') GROUP BY status
UNION ALL
SELECT 'period-lock', status, count(*), min(created_at) FROM lock_request
WHERE tenant_id = current_tenant() AND status = 'pending' GROUP BY status
UNION ALL
SELECT 'statement', state, count(*), min(created_at) FROM bank_import
WHERE tenant_id = current_tenant() AND state = 'importing' AND source = 'file' GROUP BY state
UNION ALL
SELECT 'letter', CASE WHEN due_at > clock_timestamp() + :again THEN 'later' ELSE state END,
    count(*), min(created_at)
FROM letter WHERE tenant_id = current_tenant() AND state = 'pending' GROUP BY 2
""")
LATER = "later"
"""Stage of what is not due yet, as a reminder of tomorrow.

What was handed to a process is not among them, though it is looked at again only by and by.
"""


@dataclass(frozen=True, slots=True)
class Open:
    """What is open of one kind of process at one stage, in all companies together."""

    process: str
    stage: str
    count: int
    oldest: datetime


def open_work(bind: Engine) -> tuple[list[Open], bool]:
    """What is open, and whether there are more companies than were looked at.

    Debtors are left out: what is overdue is told by the books, not by a row that is open.
    """
    with bind.connect() as connection:
        tenants = list(connection.execute(_TENANTS).scalars())
    found: dict[tuple[str, str], Open] = {}
    for each in _each(bind, tenants[:MOST]):
        known = found.get((each.process, each.stage))
        if known is not None:
            oldest = min(known.oldest, each.oldest)
            each = Open(each.process, each.stage, known.count + each.count, oldest)  # noqa: PLW2901
        found[each.process, each.stage] = each
    return list(found.values()), len(tenants) > MOST


def _each(bind: Engine, tenants: list[UUID]) -> Iterator[Open]:
    for tenant_id in tenants:
        with read_session(bind, tenant_id) as session:
            rows = session.connection().execute(_OPEN, {"again": AGAIN})
            yield from (Open(*row) for row in rows if row.amount)
