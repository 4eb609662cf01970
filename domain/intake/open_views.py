"""Reads which documents wait for their reader or for a person."""

from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlmodel import Session, col, select

from domain.approvals import views as policies
from domain.database.session import tenant_of
from domain.intake.inbox import InboxStatus
from domain.intake.reminding import next_reminder
from domain.intake.review import ReviewState
from domain.intake.rows import InboxItemRow, ReviewCaseRow

_WAITING = tuple(each.value for each in ReviewState if not each.is_final)
_OPEN = (InboxStatus.PROCESSING.value, InboxStatus.PENDING.value)


def open_items(session: Session) -> list[tuple[UUID, UUID]]:
    """Documents of the inbox that are not decided; statements are imported, not read."""
    query = select(InboxItemRow.id, InboxItemRow.document_id).where(
        InboxItemRow.tenant_id == tenant_of(session),
        col(InboxItemRow.status).in_(_OPEN),
        col(InboxItemRow.statement_batch_id).is_(None),
    )
    return list(session.exec(query))


def late_items(session: Session, at: datetime, limit: int) -> list[UUID]:
    """Documents whose open cases people are to be reminded of, those first that wait longest."""
    deadlines = policies.in_force(session, at).policy.deadlines
    query = (
        select(
            ReviewCaseRow.inbox_id,
            ReviewCaseRow.created_at,
            ReviewCaseRow.reminders,
            ReviewCaseRow.reminded_at,
        )
        .where(
            ReviewCaseRow.tenant_id == tenant_of(session),
            col(ReviewCaseRow.queue_state).in_(_WAITING),
        )
        .order_by(col(ReviewCaseRow.created_at), col(ReviewCaseRow.id))
    )
    late = (
        inbox_id
        for inbox_id, since, reminders, last in session.exec(query)
        if next_reminder(deadlines, since, reminders, last) <= at
    )
    return list(islice(late, limit))
