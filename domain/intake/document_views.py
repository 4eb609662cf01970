"""Reads what a document is used for: the inbox, its case, invoices, intents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from domain.database.session import tenant_of
from domain.documents.rows import DocumentRow
from domain.errors import NotFound
from domain.intake.rows import InboxAttachmentRow, InboxItemRow, ReviewCaseRow
from domain.ledger.rows import IntentRow
from domain.payables.rows import InvoiceRow

USES = 100
"""So many uses of each kind are named; more than a person reads."""


@dataclass(frozen=True, slots=True)
class UsedDocument:
    """A document and where it is used."""

    id: UUID
    mime_type: str
    original_name: str
    size_bytes: int
    sha256: str
    source: str
    created_at: datetime
    inbox_id: UUID | None
    inbox_status: str | None
    review_case_id: UUID | None
    attached_to: Sequence[UUID]
    invoice_ids: Sequence[UUID]
    intent_ids: Sequence[UUID]
    has_more_uses: bool


def document(session: Session, document_id: UUID) -> UsedDocument:
    """One document with its uses. Raises NotFound."""
    tenant_id = tenant_of(session)
    row = session.get(DocumentRow, (tenant_id, document_id))
    if row is None:
        raise NotFound("There is no such document.")
    item = session.exec(
        select(InboxItemRow).where(
            col(InboxItemRow.tenant_id) == tenant_id, col(InboxItemRow.document_id) == document_id
        )
    ).one_or_none()
    used = (
        _attached_to(session, document_id),
        _invoices(session, document_id),
        _intents(session, document_id),
    )
    return UsedDocument(
        id=row.id,
        mime_type=row.mime_type,
        original_name=row.original_name,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        source=row.source,
        created_at=row.created_at,
        inbox_id=item.id if item else None,
        inbox_status=item.status if item else None,
        review_case_id=_case_of(session, item.id) if item else None,
        attached_to=used[0][:USES],
        invoice_ids=used[1][:USES],
        intent_ids=used[2][:USES],
        has_more_uses=any(len(each) > USES for each in used),
    )


def _case_of(session: Session, inbox_id: UUID) -> UUID | None:
    return session.exec(
        select(ReviewCaseRow.id).where(
            col(ReviewCaseRow.tenant_id) == tenant_of(session),
            col(ReviewCaseRow.inbox_id) == inbox_id,
        )
    ).one_or_none()


def _attached_to(session: Session, document_id: UUID) -> Sequence[UUID]:
    return session.exec(
        select(InboxAttachmentRow.inbox_id)
        .where(
            col(InboxAttachmentRow.tenant_id) == tenant_of(session),
            col(InboxAttachmentRow.document_id) == document_id,
        )
        .order_by(col(InboxAttachmentRow.inbox_id))
        .limit(USES + 1)
    ).all()


def _invoices(session: Session, document_id: UUID) -> Sequence[UUID]:
    return session.exec(
        select(InvoiceRow.id)
        .where(
            col(InvoiceRow.tenant_id) == tenant_of(session),
            col(InvoiceRow.document_id) == document_id,
        )
        .order_by(col(InvoiceRow.id))
        .limit(USES + 1)
    ).all()


def _intents(session: Session, document_id: UUID) -> Sequence[UUID]:
    return session.exec(
        select(IntentRow.intent_id)
        .where(
            col(IntentRow.tenant_id) == tenant_of(session),
            col(IntentRow.document_id) == document_id,
        )
        .order_by(col(IntentRow.intent_id))
        .limit(USES + 1)
    ).all()
