"""Reads the inbox: a page is found by the numbers of its days and an index, and joined after."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Boolean, and_, bindparam, case, literal_column, true
from sqlmodel import Session, col, select

from domain.database import listing_views
from domain.database.listing_views import Counted
from domain.database.plain import TENANT, is_among, rows_among, rows_of
from domain.database.session import tenant_of
from domain.documents.rows import DocumentRow, ExtractionRow
from domain.errors import NotFound
from domain.intake.inbox import OPEN, InboxStatus
from domain.intake.rows import InboxAttachmentRow, InboxItemRow, ReviewCaseRow

# The partial index is chosen by what the statement says, so no parameter may stand here.
_UNDECIDED_STATUSES = (InboxStatus.PROCESSING.value, InboxStatus.PENDING.value)
_UNDECIDED = literal_column("inbox_item.status IN ('processing', 'pending')", Boolean)


@dataclass(frozen=True, slots=True)
class AttachedDocument:
    """A file that an e-invoice carried inside its XML: shown beside it, never read."""

    document_id: UUID
    original_name: str
    mime_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One document that arrived; the JSON parts are as the wire has them, amounts as text."""

    id: UUID
    document_id: UUID
    status: str
    ocr_extraction: dict[str, Any] | None
    ocr_raw: str | None
    vendor_match: dict[str, Any] | None
    compliance_check: dict[str, Any] | None
    source_email: str | None
    source_subject: str | None
    original_name: str
    created_at: datetime
    rejection_reason: str | None
    review_case_id: UUID | None
    unreadable_reason: str | None
    statement_batch_id: UUID | None
    attachments: tuple[AttachedDocument, ...]


def items(
    session: Session, status: str, *, limit: int, offset: int
) -> tuple[Sequence[InboxItem], int]:
    """Items of a status, newest first, and how many there are in all.

    `open` stands for all that is not decided: processing and pending.
    """
    statuses = _UNDECIDED_STATUSES if status == OPEN else (status,)
    begin = listing_views.place(session, Counted("inbox_item", statuses), offset)
    if begin.is_beyond:
        return [], begin.total
    page = _page_query(is_open=status == OPEN, is_first=begin.until is None)
    named = {"status": status, "until": begin.until, "limit": limit, "offset": begin.skipped}
    found = _shown(session, rows_of(session, page, **named))
    return list(found.values()), begin.total


@cache
def _page_query(*, is_open: bool, is_first: bool) -> Any:
    """A page, whose ids an index holds; what belongs to it is joined to these alone."""
    row = InboxItemRow
    begins = true() if is_first else col(row.created_at) < bindparam("until")
    newest_first = col(row.created_at).desc(), col(row.id)
    page = (
        sqlalchemy.select(col(row.id))
        .where(
            col(row.tenant_id) == TENANT,
            _UNDECIDED if is_open else col(row.status) == bindparam("status"),
            begins,
        )
        .order_by(*newest_first)
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
        .subquery()
    )
    return _items_query().join(page, page.c.id == col(row.id)).order_by(*newest_first)


def statements_waiting(session: Session, *, limit: int) -> Sequence[InboxItemRow]:
    """Statements that wait for a person, the oldest first."""
    query = (
        select(InboxItemRow)
        .where(
            InboxItemRow.tenant_id == tenant_of(session),
            InboxItemRow.status == InboxStatus.PENDING.value,
            col(InboxItemRow.statement_batch_id).is_not(None),
            col(InboxItemRow.notice).is_not(None),
        )
        .order_by(col(InboxItemRow.created_at), col(InboxItemRow.id))
        .limit(limit)
    )
    return session.exec(query).all()


def item(session: Session, inbox_id: UUID) -> InboxItem:
    """One item. Raises NotFound."""
    one = _items_query().where(col(InboxItemRow.id) == inbox_id)
    found = _shown(session, rows_of(session, one))
    if not found:
        raise NotFound("There is no such document in the inbox.")
    return found[inbox_id]


def attachments_of(
    session: Session, inbox_ids: Sequence[UUID]
) -> Mapping[UUID, tuple[AttachedDocument, ...]]:
    """What items brought along inside their XML, in its order; only items that did."""
    found: dict[UUID, tuple[AttachedDocument, ...]] = {}
    for row in rows_among(session, _attachments_query(), inbox_ids):
        found[row[0]] = (*found.get(row[0], ()), AttachedDocument(*row[1:]))
    return found


@cache
def _attachments_query() -> Any:
    row = InboxAttachmentRow
    asked: Any = (
        row.inbox_id, row.document_id, row.original_name, DocumentRow.mime_type,
        DocumentRow.size_bytes,
    )  # fmt: skip
    return (
        sqlalchemy.select(*asked)
        .join(
            DocumentRow,
            and_(
                col(DocumentRow.tenant_id) == col(row.tenant_id),
                col(DocumentRow.id) == col(row.document_id),
            ),
        )
        .where(col(row.tenant_id) == TENANT, is_among(col(row.inbox_id)))
        .order_by(col(row.position))
    )


def _shown(session: Session, rows: Sequence[Any]) -> Mapping[UUID, InboxItem]:
    """Items as `_items_query` finds them, in their order, with what they brought along."""
    brought = attachments_of(session, [row[0] for row in rows])
    facts: Iterator[Any] = ((*row, brought.get(row[0], ())) for row in rows)
    return {each[0]: InboxItem(*each) for each in facts}


@cache
def _items_query() -> Any:
    """Items with their reading and their review case."""
    joined: dict[str, Any] = {
        "ocr_extraction": ExtractionRow.fields,
        "ocr_raw": ExtractionRow.raw_text,
        "review_case_id": ReviewCaseRow.id,
        "unreadable_reason": case((col(ExtractionRow.fields).is_(None), InboxItemRow.notice)),
    }
    names = [name for name in InboxItem.__slots__ if name != "attachments"]
    asked: Any = (joined[n] if n in joined else getattr(InboxItemRow, n) for n in names)
    return (
        sqlalchemy.select(*asked)
        .select_from(InboxItemRow)
        .outerjoin(
            ExtractionRow,
            and_(
                col(ExtractionRow.tenant_id) == col(InboxItemRow.tenant_id),
                col(ExtractionRow.document_id) == col(InboxItemRow.document_id),
                col(ExtractionRow.version) == col(InboxItemRow.extraction_version),
            ),
        )
        .outerjoin(
            ReviewCaseRow,
            and_(
                col(ReviewCaseRow.tenant_id) == col(InboxItemRow.tenant_id),
                col(ReviewCaseRow.inbox_id) == col(InboxItemRow.id),
            ),
        )
        .where(col(InboxItemRow.tenant_id) == TENANT)
    )
