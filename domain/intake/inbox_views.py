"""Reads the inbox: a page is found by the numbers of its days and an index, and joined after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, and_, literal_column
from sqlmodel import Session, col, select

from domain.database import listing_views
from domain.database.among import among
from domain.database.listing_views import Counted
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
    page = (
        select(InboxItemRow.id)
        .where(
            col(InboxItemRow.tenant_id) == tenant_of(session),
            _of_status(status),
            begin.instants_down(col(InboxItemRow.created_at)),
        )
        .order_by(col(InboxItemRow.created_at).desc(), col(InboxItemRow.id))
        .limit(limit)
        .offset(begin.skipped)
    )
    ids = session.exec(page).all()
    found = _shown(session, ids)
    return [found[each] for each in ids], begin.total


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
    found = _shown(session, [inbox_id])
    if not found:
        raise NotFound("There is no such document in the inbox.")
    return found[inbox_id]


def attachments_of(
    session: Session, inbox_ids: Sequence[UUID]
) -> Mapping[UUID, tuple[AttachedDocument, ...]]:
    """What items brought along inside their XML, in its order; only items that did."""
    rows = session.exec(
        select(InboxAttachmentRow, DocumentRow.mime_type, DocumentRow.size_bytes)
        .join(
            DocumentRow,
            and_(
                col(DocumentRow.tenant_id) == col(InboxAttachmentRow.tenant_id),
                col(DocumentRow.id) == col(InboxAttachmentRow.document_id),
            ),
        )
        .where(
            col(InboxAttachmentRow.tenant_id) == tenant_of(session),
            among(col(InboxAttachmentRow.inbox_id), inbox_ids),
        )
        .order_by(col(InboxAttachmentRow.position))
    )
    found: dict[UUID, tuple[AttachedDocument, ...]] = {}
    for row, mime_type, size in rows:
        file = AttachedDocument(row.document_id, row.original_name, mime_type, size)
        found[row.inbox_id] = (*found.get(row.inbox_id, ()), file)
    return found


def _of_status(status: str) -> ColumnElement[bool]:
    """Condition on the status, in the words of the index that serves it."""
    if status == OPEN:
        return _UNDECIDED
    return col(InboxItemRow.status) == status


def _shown(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, InboxItem]:
    """These items with their reading, their review case and what they brought along."""
    rows = session.exec(_items_with_cases(session).where(among(col(InboxItemRow.id), ids)))
    brought = attachments_of(session, ids)
    return {
        found.id: _item(found, read, case_id, brought.get(found.id, ()))
        for found, *read, case_id in rows
    }


def _items_with_cases(session: Session) -> Any:
    """Items with their reading and their review case."""
    return (
        select(InboxItemRow, ExtractionRow.fields, ExtractionRow.raw_text, ReviewCaseRow.id)
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
        .where(col(InboxItemRow.tenant_id) == tenant_of(session))
    )


def _item(
    row: InboxItemRow,
    read: Sequence[Any],
    case_id: UUID | None,
    attachments: tuple[AttachedDocument, ...],
) -> InboxItem:
    fields, raw_text = read
    return InboxItem(
        id=row.id,
        document_id=row.document_id,
        status=row.status,
        ocr_extraction=fields,
        ocr_raw=raw_text,
        vendor_match=row.vendor_match,
        compliance_check=row.compliance_check,
        source_email=row.source_email,
        source_subject=row.source_subject,
        original_name=row.original_name,
        created_at=row.created_at,
        rejection_reason=row.rejection_reason,
        review_case_id=case_id,
        unreadable_reason=row.notice if fields is None else None,
        statement_batch_id=row.statement_batch_id,
        attachments=attachments,
    )
