"""Rows of the mail, the inbox, the review cases and the ingestion log."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.tables.base import Table

# None is NULL, not the JSON null.
_JSON = JSONB(none_as_null=True)


def _to_document() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", "document_id"], ["document.tenant_id", "document.id"])


def _of_tenant() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id"], ["tenant.id"])


def _to_inbox() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "inbox_id"], ["inbox_item.tenant_id", "inbox_item.id"]
    )


class MailMessageRow(Table, table=True):
    """One raw message; `delivery` names the run that took it first."""

    __tablename__ = "mail_message"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _of_tenant(),
        UniqueConstraint("tenant_id", "sha256", name="uq_mail_message_sha256"),
    )

    tenant_id: UUID
    id: UUID
    sha256: str
    size_bytes: int = Field(sa_type=BigInteger)
    kind: str
    sender: str | None = None
    subject: str | None = None
    message_id: str | None = None
    delivery: str
    received_at: datetime = Field(sa_type=DateTime(timezone=True))


class InboxItemRow(Table, table=True):
    """One document that waits to become an invoice; a document waits once."""

    __tablename__ = "inbox_item"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _to_document(),
        ForeignKeyConstraint(
            ["tenant_id", "mail_id"], ["mail_message.tenant_id", "mail_message.id"]
        ),
        UniqueConstraint("tenant_id", "document_id", name="uq_inbox_item_document"),
        Index("ix_inbox_item_status", "tenant_id", "status", "created_at", "id"),
    )

    tenant_id: UUID
    id: UUID
    document_id: UUID
    mail_id: UUID | None = None
    status: str
    source_email: str | None = None
    source_subject: str | None = None
    original_name: str
    extraction_version: int | None = None
    vendor_match: dict[str, object] | None = Field(default=None, sa_type=_JSON)
    compliance_check: dict[str, object] | None = Field(default=None, sa_type=_JSON)
    rejection_reason: str | None = None
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class ReviewCaseRow(Table, table=True):
    """One review case: what is proposed for posting, and what became of it."""

    __tablename__ = "review_case"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _to_document(),
        _to_inbox(),
        ForeignKeyConstraint(["tenant_id", "intent_id"], ["intent.tenant_id", "intent.intent_id"]),
        UniqueConstraint("tenant_id", "inbox_id", name="uq_review_case_inbox"),
        UniqueConstraint("tenant_id", "intent_id", name="uq_review_case_intent"),
        UniqueConstraint("tenant_id", "invoice_id", name="uq_review_case_invoice"),
        Index("ix_review_case_queue_state", "tenant_id", "queue_state", "created_at", "id"),
    )

    tenant_id: UUID
    id: UUID
    inbox_id: UUID
    document_id: UUID
    queue_state: str
    vendor_id: UUID | None = None
    vendor_candidates: list[object] = Field(default_factory=list, sa_type=_JSON)
    normalized_invoice: dict[str, object] = Field(sa_type=_JSON)
    is_amended: bool = False
    validation_issues: list[object] = Field(default_factory=list, sa_type=_JSON)
    duplicate_hint: dict[str, object] | None = Field(default=None, sa_type=_JSON)
    compliance_check: dict[str, object] | None = Field(default=None, sa_type=_JSON)
    posting_error: dict[str, object] | None = Field(default=None, sa_type=_JSON)
    rejection_reason: str | None = None
    invoice_id: UUID | None = None
    intent_id: UUID | None = None
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    reminders: int = 0
    reminded_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    updated_at: datetime = Field(sa_type=DateTime(timezone=True))


class CaseInputRow(Table, table=True):
    """What a person said in a command: kept here, so that Temporal carries the id alone."""

    __tablename__ = "case_input"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "id"), _of_tenant(), _to_inbox())

    tenant_id: UUID
    id: UUID
    inbox_id: UUID
    body: dict[str, object] = Field(sa_type=_JSON)
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class IngestionLogRow(Table, table=True):
    """What became of one attachment, or of a mail without a usable one."""

    __tablename__ = "ingestion_log"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _of_tenant(),
        Index("ix_ingestion_log_received_at", "tenant_id", "received_at", "position", "id"),
    )

    tenant_id: UUID
    id: UUID
    received_at: datetime = Field(sa_type=DateTime(timezone=True))
    position: int
    source_email: str | None = None
    source_subject: str | None = None
    message_id: str | None = None
    original_name: str | None = None
    mime_type: str | None = None
    size_bytes: int | None = Field(default=None, sa_type=BigInteger)
    sha256: str | None = None
    outcome: str
    detail: str | None = None
    document_id: UUID | None = None
    inbox_id: UUID | None = None
