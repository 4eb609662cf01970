"""Reads what happened to one case, from the mail to the payment and the lock of its period."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.database import audit_views
from domain.database.audit_views import Event
from domain.database.session import tenant_of
from domain.errors import NotFound

MOST = 500
"""So many events are told; what is left out is the beginning, and is said to be."""

# Each step leads to the next: the case to its posting, that to what settled it and to the money.
_TIED = text("""
WITH found AS (
    SELECT c.id, c.inbox_id, c.document_id, c.invoice_id, c.intent_id
    FROM review_case c WHERE c.tenant_id = :tenant AND c.id = :case
),
settling AS (
    SELECT DISTINCT s.intent_id
    FROM found JOIN open_item o ON o.tenant_id = :tenant AND o.intent_id = found.intent_id
    JOIN settlement s ON s.tenant_id = :tenant AND s.open_item_id = o.open_item_id
)
SELECT 'review_case', id::text FROM found
UNION SELECT 'inbox_item', inbox_id::text FROM found
UNION SELECT 'document', document_id::text FROM found
UNION SELECT 'invoice', invoice_id::text FROM found WHERE invoice_id IS NOT NULL
UNION SELECT 'intent', intent_id::text FROM found WHERE intent_id IS NOT NULL
UNION SELECT 'intent', intent_id::text FROM settling
UNION SELECT 'bank_transaction', b.id::text FROM settling s
    JOIN bank_transaction b ON b.tenant_id = :tenant AND b.intent_id = s.intent_id
UNION SELECT 'payment_run', i.run_id::text FROM found
    JOIN payment_run_item i ON i.tenant_id = :tenant AND i.invoice_id = found.invoice_id
UNION SELECT 'period', n.period FROM found
    JOIN intent n ON n.tenant_id = :tenant AND n.intent_id = found.intent_id
""")
_CASE = text("""
SELECT c.inbox_id, c.document_id, c.invoice_id, c.intent_id, c.queue_state,
    c.normalized_invoice -> 'vendor' ->> 'name' AS vendor,
    c.normalized_invoice ->> 'invoice_number' AS number,
    i.source_email, i.source_subject
FROM review_case c JOIN inbox_item i ON i.tenant_id = :tenant AND i.id = c.inbox_id
WHERE c.tenant_id = :tenant AND c.id = :case
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A case, what it came with, and what happened; `is_cut` where the beginning is left out."""

    inbox_id: UUID
    document_id: UUID
    invoice_id: UUID | None
    intent_id: UUID | None
    queue_state: str
    vendor: str | None
    number: str | None
    source_email: str | None
    source_subject: str | None
    events: tuple[Event, ...]
    is_cut: bool


def of_case(session: Session, case_id: UUID) -> Timeline:
    """Everything that happened to a case and to what came of it. Raises NotFound."""
    asked = {"tenant": tenant_of(session), "case": case_id}
    case = session.execute(_CASE, asked).one_or_none()
    if case is None:
        raise NotFound("There is no such review case.")
    tied = [(subject, subject_id) for subject, subject_id in session.execute(_TIED, asked)]
    events = audit_views.of_subjects(session, tied, limit=MOST + 1)
    told = tuple(events[-MOST:])
    return Timeline(**case._asdict(), events=told, is_cut=len(events) > MOST)
