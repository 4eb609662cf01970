"""Wire models of the inbox and the ingestion log."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field

from api.schemas.extraction import ComplianceOut, ExtractionOut, VendorMatchOut
from api.schemas.types import BodyIn, BodyOut
from domain.formats.mail import Outcome
from domain.intake.inbox_views import InboxItem
from domain.intake.ingestion_views import IngestionEntry
from domain.intake.splitting import MOST_PARTS, Part

StatusName = Literal["pending", "processing", "confirmed", "rejected"]
StatusFilter = Literal["pending", "processing", "confirmed", "rejected", "open"]


class AttachedDocumentOut(BodyOut):
    """A file that an e-invoice carried inside its XML (BG-24)."""

    document_id: UUID
    original_name: str
    mime_type: str
    size_bytes: int


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
    received_at: datetime
    age_seconds: int = Field(description="Since it was received")
    unreadable_reason: str | None = Field(
        description="Why there is no reading of it, or what of a statement people have to look at"
    )
    kind: Literal["document", "statement"] = Field(
        description="A bank statement is imported, not read; `statement_batch_id` names the import"
    )
    statement_batch_id: UUID | None
    attachments: list[AttachedDocumentOut]

    @classmethod
    def of(cls, item: InboxItem, now: datetime) -> Self:
        """Item of the wire."""
        return cls.model_validate(_facts(item, now))


class InboxItemShownOut(InboxItemOut):
    """One document of the inbox with its raw text and what became of it."""

    ocr_raw: str | None
    rejection_reason: str | None
    review_case_id: UUID | None


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


class RereadOut(BodyOut):
    """Ordered; the document is read again meanwhile."""

    reread: bool
    inbox_id: UUID


class PagesIn(BodyIn):
    """Pages of one invoice, counted from 1, the last included."""

    first_page: int = Field(ge=1, le=100_000)
    last_page: int = Field(ge=1, le=100_000)


class SplitIn(BodyIn):
    """Which pages are documents of their own; each page is in one of them or left out."""

    parts: list[PagesIn] = Field(min_length=1, max_length=MOST_PARTS)
    left_out: list[Annotated[int, Field(ge=1)]] = Field(default=[], max_length=1000)

    def split(self) -> list[Part]:
        """The parts as the domain takes them."""
        return [Part(each.first_page, each.last_page) for each in self.parts]


class ReopenedItemOut(BodyOut):
    """Done; the document is read again meanwhile."""

    reopened: bool
    inbox_id: UUID


class InboxAddressOut(BodyOut):
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


class ReceivedOut(BodyOut):
    """What became of one file of an upload, or of a file inside it.

    `received` means that it is kept and still being taken apart: the ingestion log says the rest.
    """

    file: str
    original_name: str | None
    outcome: Outcome
    detail: str | None
    mime_type: str | None
    size_bytes: int | None
    sha256: str | None
    document_id: UUID | None
    inbox_id: UUID | None

    @classmethod
    def of(cls, file: str, entry: IngestionEntry) -> Self:
        """Row of the wire."""
        names = (name for name in cls.model_fields if name != "file")
        return cls.model_validate({"file": file, **{name: getattr(entry, name) for name in names}})


class SplitOut(BodyOut):
    """What became of each part, in their order; the whole is closed and says so."""

    split: bool
    inbox_id: UUID
    documents: list[ReceivedOut]


class UploadedOut(BodyOut):
    """What became of each file, in the order they were sent."""

    documents: list[ReceivedOut]


def _facts(item: InboxItem, now: datetime) -> dict[str, Any]:
    facts = {name: getattr(item, name) for name in InboxItem.__slots__}
    facts["received_at"] = item.created_at
    facts["age_seconds"] = max(0, int((now - item.created_at).total_seconds()))
    facts["kind"] = "document" if item.statement_batch_id is None else "statement"
    read = item.status != "processing"
    return facts | {"ocr_extraction": ExtractionOut.of(item.ocr_extraction) if read else None}
