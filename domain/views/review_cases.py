"""Reads review cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.errors import NotFound
from domain.tables.bound import tenant_of
from domain.tables.intake import ReviewCaseRow


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """One case; the JSON parts are as the wire has them, amounts as text."""

    id: UUID
    queue_state: str
    inbox_id: UUID
    document_id: UUID
    vendor_id: UUID | None
    normalized_invoice: dict[str, Any]
    vendor_candidates: list[Any]
    validation_issues: list[Any]
    duplicate_hint: dict[str, Any] | None
    compliance_check: dict[str, Any] | None
    posting_error: dict[str, Any] | None
    rejection_reason: str | None
    invoice_id: UUID | None
    intent_id: UUID | None
    decided_by: UUID | None
    decided_at: datetime | None
    created_at: datetime
    updated_at: datetime


def cases(
    session: Session, queue_state: str | None, *, limit: int, offset: int
) -> tuple[Sequence[ReviewCase], int]:
    """Cases, the one that has waited longest first, and how many there are in all."""
    conditions = [col(ReviewCaseRow.tenant_id) == tenant_of(session)]
    if queue_state is not None:
        conditions.append(col(ReviewCaseRow.queue_state) == queue_state)
    rows = session.exec(
        select(ReviewCaseRow)
        .where(*conditions)
        .order_by(col(ReviewCaseRow.created_at), col(ReviewCaseRow.id))
        .limit(limit)
        .offset(offset)
    )
    total = session.exec(select(func.count()).select_from(ReviewCaseRow).where(*conditions)).one()
    return [_case(row) for row in rows], total


def case(session: Session, case_id: UUID) -> ReviewCase:
    """One case. Raises NotFound."""
    row = session.get(ReviewCaseRow, (tenant_of(session), case_id))
    if row is None:
        raise NotFound("There is no such review case.")
    return _case(row)


def _case(row: ReviewCaseRow) -> ReviewCase:
    return ReviewCase(*(getattr(row, name) for name in ReviewCase.__slots__))
