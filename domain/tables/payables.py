"""Rows of vendors, incoming invoices and payment runs. Lines and files only grow."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy import Table as View
from sqlmodel import Field

from domain.tables.base import Table

_MONEY = Numeric(18, 2)
_TRUE = {"server_default": text("true")}


def _of_tenant() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id"], ["tenant.id"])


def _to(table: str, column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


class VendorRow(Table, table=True):
    """A vendor; `number` is its account in the creditor range, `iban_*` the story of its IBAN."""

    __tablename__ = "vendor"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _of_tenant(),
        ForeignKeyConstraint(
            ["tenant_id", "default_account"], ["account.tenant_id", "account.number"]
        ),
        UniqueConstraint("tenant_id", "number", name="uq_vendor_number"),
        UniqueConstraint("tenant_id", "name_key", name="uq_vendor_name_key"),
        UniqueConstraint("tenant_id", "tax_id", name="uq_vendor_tax_id"),
        UniqueConstraint("tenant_id", "vat_id", name="uq_vendor_vat_id"),
        Index("ix_vendor_iban", "tenant_id", "iban"),
    )

    tenant_id: UUID
    id: UUID
    number: int
    name: str
    name_key: str
    tax_id: str | None = None
    vat_id: str | None = None
    iban: str | None = None
    bic: str | None = None
    street: str | None = None
    zip: str | None = None
    city: str | None = None
    country: str | None = None
    default_account: str | None = None
    notes: str | None = None
    is_active: bool = Field(default=True, sa_column_kwargs=_TRUE)
    iban_changed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    iban_changed_by: UUID | None = None
    iban_confirmed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    iban_confirmed_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    updated_at: datetime = Field(sa_type=DateTime(timezone=True))


class InvoiceRow(Table, table=True):
    """An incoming invoice; what remains of it stands in `invoice_state`.

    The database keeps `covered` at whether it is paid once all items of its intent are settled.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _of_tenant(),
        _to("vendor", "vendor_id"),
        _to("document", "document_id"),
        ForeignKeyConstraint(["tenant_id", "intent_id"], ["intent.tenant_id", "intent.intent_id"]),
        UniqueConstraint("tenant_id", "vendor_id", "invoice_number", name="uq_invoice_number"),
        Index("ix_invoice_date", "tenant_id", "invoice_date", "id"),
        Index("ix_invoice_intent", "tenant_id", "intent_id"),
        Index("ix_invoice_document", "tenant_id", "document_id"),
        Index(
            "ix_invoice_not_covered",
            "tenant_id",
            "id",
            postgresql_where=text("NOT covered AND intent_id IS NOT NULL"),
        ),
    )

    tenant_id: UUID
    id: UUID
    vendor_id: UUID
    document_id: UUID | None = None
    invoice_number: str
    invoice_date: date
    due_date: date | None = None
    total_net: Decimal = Field(sa_type=_MONEY)
    total_tax: Decimal = Field(sa_type=_MONEY)
    total_gross: Decimal = Field(sa_type=_MONEY)
    currency: str
    intent_id: UUID | None = None
    notes: str | None = None
    payment_reference: str | None = None
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    updated_at: datetime = Field(sa_type=DateTime(timezone=True))
    covered: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class InvoiceLineRow(Table, table=True):
    """One line of an invoice."""

    __tablename__ = "invoice_line"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "invoice_id", "position"),
        _to("invoice", "invoice_id"),
    )

    tenant_id: UUID
    invoice_id: UUID
    position: int
    description: str
    quantity: Decimal = Field(sa_type=Numeric(28, 10))
    unit_price: Decimal = Field(sa_type=Numeric(28, 10))
    tax_rate: Decimal = Field(sa_type=Numeric(12, 10))
    tax_amount: Decimal = Field(sa_type=_MONEY)
    line_total: Decimal = Field(sa_type=_MONEY)
    account_number: str | None = None


class PaymentRunRow(Table, table=True):
    """One payment run and who moved it on."""

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


class PaymentRunItemRow(Table, table=True):
    """One invoice in a run; an invoice is active in one run only."""

    __tablename__ = "payment_run_item"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _to("payment_run", "run_id"),
        _to("invoice", "invoice_id"),
        _to("vendor", "vendor_id"),
        UniqueConstraint("tenant_id", "run_id", "position", name="uq_payment_run_item_position"),
        Index(
            "uq_payment_run_item_active",
            "tenant_id",
            "invoice_id",
            unique=True,
            postgresql_where=text("is_active"),
        ),
    )

    tenant_id: UUID
    id: UUID
    run_id: UUID
    position: int
    invoice_id: UUID
    vendor_id: UUID
    vendor_name: str
    vendor_iban: str
    vendor_bic: str | None = None
    invoice_number: str
    amount: Decimal = Field(sa_type=_MONEY)
    currency: str
    reference: str
    is_active: bool = Field(default=True, sa_column_kwargs=_TRUE)


class PaymentRunLabelRow(Table, table=True):
    """What a person calls a run: written beside the process, so that Temporal never sees it."""

    __tablename__ = "payment_run_label"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "run_id"), _of_tenant())

    tenant_id: UUID
    run_id: UUID
    label: str


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


INVOICE_STATE = View(
    "invoice_state",
    MetaData(),
    Column("tenant_id", Uuid),
    Column("id", Uuid),
    Column("intent_id", Uuid),
    Column("remaining_amount", _MONEY),
    Column("remaining_base", _MONEY),
)
"""What remains of each invoice, in its currency and in EUR; without intent it is a draft."""
