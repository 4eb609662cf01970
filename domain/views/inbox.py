"""Reads the inbox and the ingestion log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func
from sqlmodel import Session, col, select

from domain.errors import NotFound
from domain.tables.bound import tenant_of
from domain.tables.documents import ExtractionRow
from domain.tables.intake import InboxItemRow, IngestionLogRow, ReviewCaseRow


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


@dataclass(frozen=True, slots=True)
class IngestionEntry:
    """What became of one attachment, or of a mail without a usable one."""

    id: UUID
    received_at: datetime
    source_email: str | None
    source_subject: str | None
    message_id: str | None
    original_name: str | None
    mime_type: str | None
    size_bytes: int | None
    sha256: str | None
    outcome: str
    detail: str | None
    document_id: UUID | None
    inbox_id: UUID | None


def items(
    session: Session, status: str, *, limit: int, offset: int
) -> tuple[Sequence[InboxItem], int]:
    """Items of a status, newest first, and how many there are in all."""
    rows = session.exec(
        _joined(session)
        .where(col(InboxItemRow.status) == status)
        .order_by(col(InboxItemRow.created_at).desc(), col(InboxItemRow.id))
        .limit(limit)
        .offset(offset)
    )
    total = session.exec(
        select(func.count())
        .select_from(InboxItemRow)
        .where(
            col(InboxItemRow.tenant_id) == tenant_of(session), col(InboxItemRow.status) == status
        )
    ).one()
    return [_item(*row) for row in rows], total


def item(session: Session, inbox_id: UUID) -> InboxItem:
    """One item. Raises NotFound."""
    row = session.exec(_joined(session).where(col(InboxItemRow.id) == inbox_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such document in the inbox.")
    return _item(*row)


def ingestion_log(
    session: Session, outcome: str | None, *, limit: int, offset: int
) -> tuple[Sequence[IngestionEntry], int]:
    """Rows of the ingestion log, newest first, and how many there are in all."""
    conditions = [col(IngestionLogRow.tenant_id) == tenant_of(session)]
    if outcome is not None:
        conditions.append(col(IngestionLogRow.outcome) == outcome)
    rows = session.exec(
        select(IngestionLogRow)
        .where(*conditions)
        .order_by(
            col(IngestionLogRow.received_at).desc(),
            col(IngestionLogRow.position),
            col(IngestionLogRow.id),
        )
        .limit(limit)
        .offset(offset)
    )
    total = session.exec(select(func.count()).select_from(IngestionLogRow).where(*conditions)).one()
    names = IngestionEntry.__slots__
    return [IngestionEntry(*(getattr(row, name) for name in names)) for row in rows], total


def _joined(session: Session) -> Any:
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
    row: InboxItemRow, fields: dict[str, Any] | None, raw_text: str | None, case_id: UUID | None
) -> InboxItem:
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
    )
