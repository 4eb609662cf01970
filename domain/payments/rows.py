"""Rows of payment runs and their files."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.database.table import Table
from domain.money import ZERO

_MONEY = Numeric(18, 2)
_TRUE = {"server_default": text("true")}


def _of_tenant() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id"], ["tenant.id"])


def _to(table: str, column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


class PaymentRunRow(Table, table=True):
    """One payment run and who moved it on; `evidence` counts what it knows of the bank's word."""

    __tablename__ = "payment_run"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _of_tenant(),
        ForeignKeyConstraint(
            ["tenant_id", "bank_account_id"],
            ["bank_account.tenant_id", "bank_account.id"],
            name="fk_payment_run_bank_account",
        ),
        Index("ix_payment_run_created", "tenant_id", "created_at", "id"),
    )

    tenant_id: UUID
    id: UUID
    bank_account_id: UUID
    status: str
    execution_date: date
    total_amount: Decimal = Field(sa_type=_MONEY)
    invoice_count: int
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    approved_by: UUID | None = None
    approved_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    exported_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    completed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    cancelled_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    reminded_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    evidence: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class PaymentRunItemRow(Table, table=True):
    """One invoice in a run, or an open item without one; each is active in one run only.

    Items of one `transfer` are paid together; a credit has an amount below zero. `standing`
    is where the transfer stands at the bank; a released one may be paid by another run.
    """

    __tablename__ = "payment_run_item"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _to("payment_run", "run_id"),
        _to("invoice", "invoice_id"),
        _to("vendor", "vendor_id"),
        ForeignKeyConstraint(
            ["tenant_id", "open_item_id"],
            ["open_item.tenant_id", "open_item.open_item_id"],
            name="fk_payment_run_item_open_item",
        ),
        UniqueConstraint("tenant_id", "run_id", "position", name="uq_payment_run_item_position"),
        Index("ix_payment_run_item_invoice", "tenant_id", "invoice_id"),
        Index(
            "ix_payment_run_item_open_item",
            "tenant_id",
            "open_item_id",
            postgresql_where=text("open_item_id IS NOT NULL"),
        ),
        Index(
            "uq_payment_run_item_active",
            "tenant_id",
            "invoice_id",
            unique=True,
            postgresql_where=text("is_active"),
        ),
        Index(
            "uq_payment_run_item_credit",
            "tenant_id",
            "open_item_id",
            unique=True,
            postgresql_where=text("is_active AND open_item_id IS NOT NULL"),
        ),
    )

    tenant_id: UUID
    id: UUID
    run_id: UUID
    position: int
    invoice_id: UUID | None = None
    vendor_id: UUID
    vendor_name: str
    vendor_iban: str
    vendor_bic: str | None = None
    invoice_number: str
    amount: Decimal = Field(sa_type=_MONEY)
    currency: str
    reference: str
    is_active: bool = Field(default=True, sa_column_kwargs=_TRUE)
    transfer: int
    standing: str | None = None
    reason: str | None = None
    reason_text: str | None = None
    executed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    released_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    discount: Decimal = Field(
        default=ZERO, sa_type=_MONEY, sa_column_kwargs={"server_default": text("0")}
    )
    discount_until: date | None = None
    open_item_id: UUID | None = None


class PaymentRunLabelRow(Table, table=True):
    """What a person calls a run: written beside the process, so that Temporal never sees it."""

    __tablename__ = "payment_run_label"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "run_id"), _of_tenant())

    tenant_id: UUID
    run_id: UUID
    label: str


class PaymentRunWishRow(Table, table=True):
    """How a run is to pay its invoices; amounts of people stay in the database like their words."""

    __tablename__ = "payment_run_wish"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "run_id"), _of_tenant())

    tenant_id: UUID
    run_id: UUID
    nets_credit_notes: bool
    amounts: dict[str, str] = Field(sa_type=JSONB)
    discounts: list[str] = Field(
        default_factory=list, sa_type=JSONB, sa_column_kwargs={"server_default": text("'[]'")}
    )
    is_instant: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    is_batch_booked: bool = Field(default=True, sa_column_kwargs=_TRUE)
    # Pairs of an open item and an amount: the order is the caller's, which an object would lose.
    credits: list[tuple[str, str | None]] = Field(
        default_factory=list, sa_type=JSONB, sa_column_kwargs={"server_default": text("'[]'")}
    )


class PaymentFileRow(Table, table=True):
    """The file of a run, byte for byte as it was first exported."""

    __tablename__ = "payment_file"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "run_id"),
        _to("payment_run", "run_id"),
        UniqueConstraint("tenant_id", "message_id", name="uq_payment_file_message_id"),
    )

    tenant_id: UUID
    run_id: UUID
    message_id: str
    version: str
    content: bytes = Field(sa_type=LargeBinary)
    sha256: str
    transfer_count: int
    control_sum: Decimal = Field(sa_type=_MONEY)
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class PaymentAnswerRow(Table, table=True):
    """One status of a file or of a transfer in it, as a message of the bank told it."""

    __tablename__ = "payment_answer"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _to("payment_run", "run_id"),
        Index("ix_payment_answer_run", "tenant_id", "run_id"),
    )

    tenant_id: UUID
    id: UUID
    run_id: UUID
    transfer: int | None = None
    depth: int
    message_id: str
    status: str
    reason: str | None = None
    reason_text: str | None = None
    told_at: datetime = Field(sa_type=DateTime(timezone=True))
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class PaymentWithdrawalRow(Table, table=True):
    """One person who asks that an exported file counts for nothing; the second decides it."""

    __tablename__ = "payment_withdrawal"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "run_id", "asked_by"),
        _to("payment_run", "run_id"),
    )

    tenant_id: UUID
    run_id: UUID
    asked_by: UUID
    reason: str
    asked_at: datetime = Field(sa_type=DateTime(timezone=True))


class MandateRow(Table, table=True):
    """What a customer has signed; only its end is written later."""

    __tablename__ = "mandate"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _to("customer", "customer_id"),
        UniqueConstraint("tenant_id", "reference", name="uq_mandate_reference"),
        Index("ix_mandate_customer", "tenant_id", "customer_id", "signed_on"),
    )

    tenant_id: UUID
    id: UUID
    customer_id: UUID
    reference: str
    holder: str
    iban: str
    bic: str | None = None
    scheme: str
    is_recurrent: bool
    signed_on: date
    notice_days: int
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    revoked_by: UUID | None = None
    revoked_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class CollectionRow(Table, table=True):
    """One file of direct debits, byte for byte as it was made; only its withdrawal comes later."""

    __tablename__ = "collection"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _to("bank_account", "bank_account_id"),
        Index("ix_collection_created", "tenant_id", "created_at", "id"),
        Index("ix_collection_message", "tenant_id", "message_id"),
    )

    tenant_id: UUID
    id: UUID
    bank_account_id: UUID
    scheme: str
    collection_date: date
    total_amount: Decimal = Field(sa_type=_MONEY)
    debit_count: int
    message_id: str
    version: str
    content: bytes = Field(sa_type=LargeBinary)
    sha256: str
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    withdrawn_by: UUID | None = None
    withdrawn_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    withdrawal_reason: str | None = None


class CollectionItemRow(Table, table=True):
    """One outgoing invoice in a file, with the mandate that collects it."""

    __tablename__ = "collection_item"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "collection_id", "position"),
        _to("collection", "collection_id"),
        _to("outgoing_invoice", "invoice_id"),
        _to("mandate", "mandate_id"),
        Index("ix_collection_item_invoice", "tenant_id", "invoice_id"),
        Index("ix_collection_item_mandate", "tenant_id", "mandate_id"),
    )

    tenant_id: UUID
    collection_id: UUID
    position: int
    invoice_id: UUID
    mandate_id: UUID
    amount: Decimal = Field(sa_type=_MONEY)
    sequence: str
    told_on: date
    end_to_end_id: str


class CollectionAnswerRow(Table, table=True):
    """One status of a collection or of a debit in it, as a message of the bank told it."""

    __tablename__ = "collection_answer"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _to("collection", "collection_id"),
        Index("ix_collection_answer_collection", "tenant_id", "collection_id"),
    )

    tenant_id: UUID
    id: UUID
    collection_id: UUID
    debit: int | None = None
    depth: int
    message_id: str
    status: str
    reason: str | None = None
    reason_text: str | None = None
    told_at: datetime = Field(sa_type=DateTime(timezone=True))
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
