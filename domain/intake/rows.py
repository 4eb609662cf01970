"""Rows of the mail, the inbox, the review cases and the ingestion log."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from domain.database.table import Table

# None is NULL, not the JSON null.
_JSON = JSONB(none_as_null=True)
_NUMBER_KEY = "number_key(normalized_invoice ->> 'invoice_number')"
_SUM_KEY = (
    "(normalized_invoice ->> 'invoice_date') || ' '"
    " || round((normalized_invoice ->> 'total_gross')::numeric, 2)::text"
)
_URGENCY = """CASE
    WHEN queue_state IN ('approved', 'rejected') THEN 4
    WHEN queue_state IN ('exception', 'posting_failed') THEN 0
    WHEN findings @? '$[*] ? (@.severity == "blocking" && @.answer == null)' THEN 0
    WHEN validation_issues @? '$[*] ? (@.code == "MISSING_FIELD")' THEN 0
    WHEN findings @? '$[*] ? (@.severity == "warning" && @.answer == null)' THEN 1
    WHEN findings @? '$[*] ? (@.severity == "hint" && @.answer == null)' THEN 2
    ELSE 3 END"""
_DISCOUNT_DAYS = (
    "jsonb_path_query_array(normalized_invoice,"
    """ '$.terms[*] ? (@.kind == "discount").due_date')"""
)
_BANDS = range(1, 5)


def _computed(formula: str, kind: Any = Text) -> Any:
    return Field(default=None, sa_type=kind, sa_column_args=[Computed(formula, persisted=True)])


def _band(number: int) -> Any:
    """A quarter of the picture's hash, as far as there is anything on that part of the page."""
    return _computed(f"nullif(substr(page_hash, {4 * number - 3}, 4), '0000')")


def _to_document() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", "document_id"], ["document.tenant_id", "document.id"])


def _of_tenant() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id"], ["tenant.id"])


def _to_inbox() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "inbox_id"], ["inbox_item.tenant_id", "inbox_item.id"]
    )


class ArrivalRow(Table, table=True):
    """What came in by any door, kept before anyone opens it; `split_at` is when it was filed."""

    __tablename__ = "arrival"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _of_tenant(),
        UniqueConstraint("tenant_id", "sha256", name="uq_arrival_sha256"),
        Index(
            "ix_arrival_waiting",
            "tenant_id",
            text("received_at DESC"),
            "id",
            postgresql_where=text("split_at IS NULL"),
        ),
    )

    tenant_id: UUID
    id: UUID
    sha256: str
    size_bytes: int = Field(sa_type=BigInteger)
    channel: str
    original_name: str | None = None
    source_email: str | None = None
    created_by: UUID | None = None
    received_at: datetime = Field(sa_type=DateTime(timezone=True))
    split_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class MailboxRow(Table, table=True):
    """A mailbox on a foreign server; `secret` names where its password is."""

    __tablename__ = "mailbox"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _of_tenant(),
        Index(
            "uq_mailbox_active",
            "tenant_id",
            "host",
            "username",
            "folder",
            unique=True,
            postgresql_where=text("is_active"),
        ),
    )

    tenant_id: UUID
    id: UUID
    host: str
    port: int
    security: str
    username: str
    secret: str
    folder: str
    move_to: str | None = None
    is_active: bool = True
    polled_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    problem: str | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class MailboxMessageRow(Table, table=True):
    """A message of a mailbox that was fetched."""

    __tablename__ = "mailbox_message"
    __table_args__ = (
        PrimaryKeyConstraint(
            "tenant_id", "mailbox_id", "uid_validity", "uid", "message_id", "size_bytes"
        ),
        ForeignKeyConstraint(["tenant_id", "mailbox_id"], ["mailbox.tenant_id", "mailbox.id"]),
    )

    tenant_id: UUID
    mailbox_id: UUID
    uid_validity: int = Field(sa_type=BigInteger)
    uid: int = Field(sa_type=BigInteger)
    message_id: str
    size_bytes: int = Field(sa_type=BigInteger)
    sha256: str
    seen_at: datetime = Field(sa_type=DateTime(timezone=True))


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
        ForeignKeyConstraint(
            ["tenant_id", "statement_batch_id"], ["bank_import.tenant_id", "bank_import.id"]
        ),
        UniqueConstraint("tenant_id", "document_id", name="uq_inbox_item_document"),
        Index(
            "ix_inbox_item_statement",
            "tenant_id",
            "statement_batch_id",
            postgresql_where=text("statement_batch_id IS NOT NULL"),
        ),
        Index(
            "ix_inbox_item_mail",
            "tenant_id",
            "mail_id",
            postgresql_where=text("mail_id IS NOT NULL"),
        ),
        Index("ix_inbox_item_status", "tenant_id", "status", text("created_at DESC"), "id"),
        Index(
            "ix_inbox_item_open",
            "tenant_id",
            text("created_at DESC"),
            "id",
            postgresql_where=text("status IN ('processing', 'pending')"),
        ),
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
    notice: str | None = None
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    statement_batch_id: UUID | None = None


class InboxAttachmentRow(Table, table=True):
    """A file that an item brought along: shown beside it, never read."""

    __tablename__ = "inbox_attachment"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "inbox_id", "document_id"),
        _to_inbox(),
        _to_document(),
    )

    tenant_id: UUID
    inbox_id: UUID
    document_id: UUID
    position: int
    original_name: str


class ReviewCaseRow(Table, table=True):
    """One review case: what is proposed for posting, and what became of it.

    `urgency` is what stands worst in it: 0 it is blocked, 1 warned, 2 hinted, 3 clean, 4 decided.
    A case that cannot be approved as it is counts as blocked.
    """

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
        Index("ix_review_case_number_key", "tenant_id", "number_key"),
        Index("ix_review_case_sum_key", "tenant_id", "sum_key"),
        *(Index(f"ix_review_case_page_band_{n}", "tenant_id", f"page_band_{n}") for n in _BANDS),
        Index("ix_review_case_created_at", "tenant_id", "created_at", "id"),
        Index(
            "ix_review_case_decided",
            "tenant_id",
            text("decided_at DESC NULLS LAST"),
            "id",
            postgresql_where=text("queue_state IN ('approved', 'rejected')"),
        ),
        Index(
            "ix_review_case_standing",
            "tenant_id",
            "vendor_id",
            postgresql_where=text(
                "queue_state = 'approved' AND findings @> '[{\"code\": \"STANDING_INVOICE\"}]'"
            ),
        ),
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
    findings: list[object] = Field(default_factory=list, sa_type=_JSON)
    tax_proposals: list[dict[str, Any]] = Field(default_factory=list, sa_type=_JSON)
    validation_issues: list[object] = Field(default_factory=list, sa_type=_JSON)
    duplicate_hint: dict[str, object] | None = Field(default=None, sa_type=_JSON)
    page_hash: str | None = None
    number_key: str | None = _computed(_NUMBER_KEY)
    sum_key: str | None = _computed(_SUM_KEY)
    page_band_1: str | None = _band(1)
    page_band_2: str | None = _band(2)
    page_band_3: str | None = _band(3)
    page_band_4: str | None = _band(4)
    urgency: int | None = _computed(_URGENCY, SmallInteger)
    due_date: str | None = _computed("normalized_invoice ->> 'due_date'")
    discount_days: list[str | None] | None = _computed(_DISCOUNT_DAYS, _JSON)
    compliance_check: dict[str, object] | None = Field(default=None, sa_type=_JSON)
    posting_error: dict[str, object] | None = Field(default=None, sa_type=_JSON)
    rejection_reason: str | None = None
    invoice_id: UUID | None = None
    intent_id: UUID | None = None
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    version: int = 1
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


class CaseCommentRow(Table, table=True):
    """What a person said on a case, and whom they named; never changed or removed."""

    __tablename__ = "case_comment"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        ForeignKeyConstraint(["tenant_id", "case_id"], ["review_case.tenant_id", "review_case.id"]),
        ForeignKeyConstraint(["tenant_id", "author_id"], ["app_user.tenant_id", "app_user.id"]),
        Index("ix_case_comment_case", "tenant_id", "case_id", "created_at", "id"),
    )

    tenant_id: UUID
    id: UUID
    case_id: UUID
    author_id: UUID
    text: str
    mentions: list[UUID] = Field(sa_type=ARRAY(Uuid))
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class CaseAssignmentRow(Table, table=True):
    """Who looks after a case, counted by a version of its own; without an assignee, nobody."""

    __tablename__ = "case_assignment"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "case_id"),
        ForeignKeyConstraint(["tenant_id", "case_id"], ["review_case.tenant_id", "review_case.id"]),
        ForeignKeyConstraint(["tenant_id", "assignee_id"], ["app_user.tenant_id", "app_user.id"]),
        Index("ix_case_assignment_assignee", "tenant_id", "assignee_id", "case_id"),
    )

    tenant_id: UUID
    case_id: UUID
    assignee_id: UUID | None = None
    version: int
    assigned_by: UUID | None = None
    assigned_at: datetime = Field(sa_type=DateTime(timezone=True))


class CasePresenceRow(Table, table=True):
    """Who had a case open lately; gone after some minutes.

    No key leads to the case: to look never waits for whoever decides it.
    """

    __tablename__ = "case_presence"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "case_id", "user_id"),
        ForeignKeyConstraint(["tenant_id", "user_id"], ["app_user.tenant_id", "app_user.id"]),
        Index("ix_case_presence_seen_at", "tenant_id", "seen_at"),
    )

    tenant_id: UUID
    case_id: UUID
    user_id: UUID
    seen_at: datetime = Field(sa_type=DateTime(timezone=True))


class IngestionLogRow(Table, table=True):
    """What became of one attachment, or of a mail without a usable one."""

    __tablename__ = "ingestion_log"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _of_tenant(),
        Index(
            "ix_ingestion_log_received_at",
            "tenant_id",
            text("received_at DESC"),
            "position",
            "id",
        ),
        Index(
            "ix_ingestion_log_outcome",
            "tenant_id",
            "outcome",
            text("received_at DESC"),
            "position",
            "id",
        ),
        Index("ix_ingestion_log_document", "tenant_id", "document_id"),
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


class CaseDecisionRow(Table, table=True):
    """What the policy said of a case, and from which facts; `is_posted` where it was posted so."""

    __tablename__ = "case_decision"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        ForeignKeyConstraint(["tenant_id", "case_id"], ["review_case.tenant_id", "review_case.id"]),
        Index("ix_case_decision_case", "tenant_id", "case_id", "decided_at"),
        Index("ix_case_decision_decided_at", "tenant_id", "decided_at", "id"),
        Index(
            "ix_case_decision_posted",
            "tenant_id",
            "vendor_id",
            "day",
            postgresql_where=text("is_posted"),
        ),
    )

    tenant_id: UUID
    id: UUID
    case_id: UUID
    case_version: int
    policy_version: int
    outcome: str
    reasons: list[object] = Field(sa_type=_JSON)
    inputs: dict[str, object] = Field(sa_type=_JSON)
    vendor_id: UUID | None = None
    amount: Decimal | None = Field(default=None, sa_type=Numeric(18, 2))
    day: date
    is_posted: bool = False
    decided_at: datetime = Field(sa_type=DateTime(timezone=True))
