"""Rows of customers, outgoing invoices and dunning. Lines only grow."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy import Table as View
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.database.table import Table

_MONEY = Numeric(18, 2)
_TRUE = {"server_default": text("true")}


def _of_tenant() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id"], ["tenant.id"])


def _to(table: str, column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


class CustomerRow(Table, table=True):
    """A customer; `number` is its account in the debtor range."""

    __tablename__ = "customer"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _of_tenant(),
        ForeignKeyConstraint(
            ["tenant_id", "default_account"], ["account.tenant_id", "account.number"]
        ),
        UniqueConstraint("tenant_id", "number", name="uq_customer_number"),
        UniqueConstraint("tenant_id", "name_key", name="uq_customer_name_key"),
        UniqueConstraint("tenant_id", "tax_id", name="uq_customer_tax_id"),
        UniqueConstraint("tenant_id", "vat_id", name="uq_customer_vat_id"),
        Index("ix_customer_iban", "tenant_id", "iban"),
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
    email: str | None = None
    is_active: bool = Field(default=True, sa_column_kwargs=_TRUE)
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    updated_at: datetime = Field(sa_type=DateTime(timezone=True))


class OutgoingInvoiceRow(Table, table=True):
    """An outgoing invoice or credit note; what remains of it stands in `outgoing_invoice_state`.

    The database ties it to the open item of its intent, and refuses what cannot be tied.
    """

    __tablename__ = "outgoing_invoice"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _of_tenant(),
        _to("customer", "customer_id"),
        _to("document", "document_id"),
        ForeignKeyConstraint(["tenant_id", "intent_id"], ["intent.tenant_id", "intent.intent_id"]),
        ForeignKeyConstraint(
            ["tenant_id", "open_item_id"], ["open_item.tenant_id", "open_item.open_item_id"]
        ),
        UniqueConstraint(
            "tenant_id", "customer_id", "invoice_number", name="uq_outgoing_invoice_number"
        ),
        Index("ix_outgoing_invoice_date", "tenant_id", "invoice_date", "created_at", "id"),
        Index(
            "ix_outgoing_invoice_customer",
            "tenant_id",
            "customer_id",
            "invoice_date",
            "created_at",
            "id",
        ),
        Index("ix_outgoing_invoice_intent", "tenant_id", "intent_id"),
        Index("ix_outgoing_invoice_document", "tenant_id", "document_id"),
        Index(
            "ix_outgoing_invoice_untied",
            "tenant_id",
            "invoice_date",
            "created_at",
            "id",
            postgresql_where=text("open_item_id IS NULL"),
        ),
        Index("uq_outgoing_invoice_open_item", "tenant_id", "open_item_id", unique=True),
        Index(
            "uq_outgoing_invoice_tied_intent",
            "tenant_id",
            "intent_id",
            unique=True,
            postgresql_where=text("open_item_id IS NOT NULL"),
        ),
    )

    tenant_id: UUID
    id: UUID
    customer_id: UUID
    type: str
    document_id: UUID | None = None
    invoice_number: str
    invoice_date: date
    due_date: date | None = None
    total_net: Decimal = Field(sa_type=_MONEY)
    total_tax: Decimal = Field(sa_type=_MONEY)
    total_gross: Decimal = Field(sa_type=_MONEY)
    currency: str
    intent_id: UUID | None = None
    open_item_id: UUID | None = None
    notes: str | None = None
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    updated_at: datetime = Field(sa_type=DateTime(timezone=True))


class OutgoingInvoiceLineRow(Table, table=True):
    """One line of an outgoing invoice."""

    __tablename__ = "outgoing_invoice_line"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "invoice_id", "position"),
        _to("outgoing_invoice", "invoice_id"),
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


class DunningPolicyRow(Table, table=True):
    """One version of how a tenant dunns; never changed, only followed by the next."""

    __tablename__ = "dunning_policy"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "version"), _of_tenant())

    tenant_id: UUID
    version: int
    body: dict[str, object] = Field(sa_type=JSONB)
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class DunningNoticeRow(Table, table=True):
    """A letter to a debtor; what it says never changes, only what becomes of it.

    `mailed_to` is where a released one was sent; without it, it is printed.
    """

    __tablename__ = "dunning_notice"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _to("customer", "customer_id"),
        _to("document", "document_id"),
        Index("ix_dunning_notice_created_at", "tenant_id", "created_at", "id"),
        Index("ix_dunning_notice_customer", "tenant_id", "customer_id", "created_at"),
        Index(
            "uq_dunning_notice_proposed",
            "tenant_id",
            "customer_id",
            unique=True,
            postgresql_where=text("state = 'proposed'"),
        ),
    )

    tenant_id: UUID
    id: UUID
    customer_id: UUID
    state: str
    level: int
    language: str
    day: date
    pay_until: date
    fee: Decimal = Field(sa_type=_MONEY)
    total: Decimal = Field(sa_type=_MONEY)
    policy_version: int
    document_id: UUID | None = None
    reason: str | None = None
    released_on: date | None = None
    mailed_to: str | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    decided_by: UUID | None = None


class DunningNoticeItemRow(Table, table=True):
    """One open item in a letter, with what was left of it; below zero where we owe it."""

    __tablename__ = "dunning_notice_item"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "notice_id", "open_item_id"),
        _to("dunning_notice", "notice_id"),
        ForeignKeyConstraint(
            ["tenant_id", "open_item_id"], ["open_item.tenant_id", "open_item.open_item_id"]
        ),
        Index("ix_dunning_notice_item_item", "tenant_id", "open_item_id"),
    )

    tenant_id: UUID
    notice_id: UUID
    open_item_id: UUID
    level: int
    document_number: str | None = None
    document_date: date
    due_date: date | None = None
    remaining_amount: Decimal = Field(sa_type=_MONEY)


class DunningStopRow(Table, table=True):
    """A debtor that is not dunned, for good or until a day; gone when it is dunned again."""

    __tablename__ = "dunning_stop"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "customer_id"),
        _to("customer", "customer_id"),
    )

    tenant_id: UUID
    customer_id: UUID
    until: date | None = None
    reason: str
    stopped_by: UUID | None = None
    stopped_at: datetime = Field(sa_type=DateTime(timezone=True))


OUTGOING_INVOICE_STATE = View(
    "outgoing_invoice_state",
    MetaData(),
    Column("tenant_id", Uuid),
    Column("id", Uuid),
    Column("intent_id", Uuid),
    Column("remaining_amount", _MONEY),
    Column("remaining_base", _MONEY),
)
"""What remains of each invoice, in its currency, and in EUR (credit notes below zero)."""


class SameCompanyRow(Table, table=True):
    """Whether a vendor and a customer are one company, as a person decided; decisions only grow."""

    __tablename__ = "same_company"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _to("vendor", "vendor_id"),
        _to("customer", "customer_id"),
        Index("ix_same_company_vendor", "tenant_id", "vendor_id", "customer_id", "decided_at"),
        Index("ix_same_company_customer", "tenant_id", "customer_id"),
    )

    tenant_id: UUID
    id: UUID
    vendor_id: UUID
    customer_id: UUID
    is_same: bool
    reason: str | None = None
    decided_by: UUID | None = None
    decided_at: datetime = Field(sa_type=DateTime(timezone=True))
