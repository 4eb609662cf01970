"""Wire models of the inbox and the ingestion log."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.extraction import ComplianceOut, ExtractionOut, VendorMatchOut
from api.schemas.types import BodyIn, BodyOut
from domain.formats.mail import Outcome
from domain.views.inbox import InboxItem

StatusName = Literal["pending", "processing", "confirmed", "rejected"]


class InboxItemOut(BodyOut):
    """One document of the inbox."""

    id: UUID
    document_id: UUID
    status: StatusName
    ocr_extraction: ExtractionOut | None
    vendor_match: VendorMatchOut | None
    compliance_check: ComplianceOut | None
    source_email: str | None
    source_subject: str | None
    original_name: str
    created_at: datetime

    @classmethod
    def of(cls, item: InboxItem) -> "InboxItemOut":
        """Item of the wire."""
        return cls.model_validate(_facts(item))


class InboxItemShownOut(InboxItemOut):
    """One document of the inbox with its raw text and what became of it."""

    ocr_raw: str | None
    rejection_reason: str | None
    review_case_id: UUID | None

    @classmethod
    def of(cls, item: InboxItem) -> "InboxItemShownOut":
        """Item of the wire."""
        return cls.model_validate(_facts(item))


class RejectIn(BodyIn):
    """Why."""

    reason: str | None = Field(default=None, max_length=1000)


class ConfirmedOut(BodyOut):
    """Done."""

    confirmed: bool
    inbox_id: UUID


class RejectedOut(BodyOut):
    """Done."""

    rejected: bool
    inbox_id: UUID


class AddressOut(BodyOut):
    """Where the tenant's suppliers send their invoices."""

    inbox_address: str = Field(examples=["muster-4711@inbox.example"])


class IngestionEntryOut(BodyOut):
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
    outcome: Outcome
    detail: str | None
    document_id: UUID | None
    inbox_id: UUID | None


def _facts(item: InboxItem) -> dict[str, Any]:
    facts = {name: getattr(item, name) for name in InboxItem.__slots__}
    read = item.status != "processing"
    return facts | {"ocr_extraction": ExtractionOut.of(item.ocr_extraction) if read else None}
