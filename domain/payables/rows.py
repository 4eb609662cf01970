"""Rows of vendors and incoming invoices. Lines only grow."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy import Table as View
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.database.table import Table

_MONEY = Numeric(18, 2)
_NUMBER_KEY = Computed("number_key(invoice_number)", persisted=True)
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

    The database ties it to the open item of its intent, and refuses what cannot be tied.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _of_tenant(),
        _to("vendor", "vendor_id"),
        _to("document", "document_id"),
        ForeignKeyConstraint(["tenant_id", "intent_id"], ["intent.tenant_id", "intent.intent_id"]),
        UniqueConstraint("tenant_id", "vendor_id", "invoice_number", name="uq_invoice_number"),
        Index(
            "ix_invoice_date",
            "tenant_id",
            text("invoice_date DESC"),
            text("created_at DESC"),
            "id",
        ),
        Index("ix_invoice_number_key", "tenant_id", "vendor_id", "number_key"),
        Index("ix_invoice_vendor_day", "tenant_id", "vendor_id", "invoice_date"),
        Index("ix_invoice_intent", "tenant_id", "intent_id"),
        Index("ix_invoice_document", "tenant_id", "document_id"),
        Index(
            "ix_invoice_untied",
            "tenant_id",
            text("invoice_date DESC"),
            text("created_at DESC"),
            "id",
            postgresql_where=text("open_item_id IS NULL"),
        ),
        ForeignKeyConstraint(
            ["tenant_id", "open_item_id"], ["open_item.tenant_id", "open_item.open_item_id"]
        ),
        Index("uq_invoice_open_item", "tenant_id", "open_item_id", unique=True),
        Index(
            "uq_invoice_tied_intent",
            "tenant_id",
            "intent_id",
            unique=True,
            postgresql_where=text("open_item_id IS NOT NULL"),
        ),
    )

    tenant_id: UUID
    id: UUID
    vendor_id: UUID
    document_id: UUID | None = None
    invoice_number: str
    number_key: str | None = Field(default=None, sa_column_args=[_NUMBER_KEY])
    invoice_date: date
    due_date: date | None = None
    total_net: Decimal = Field(sa_type=_MONEY)
    total_tax: Decimal = Field(sa_type=_MONEY)
    total_gross: Decimal = Field(sa_type=_MONEY)
    currency: str
    intent_id: UUID | None = None
    notes: str | None = None
    payment_reference: str | None = None
    prepaid_amount: Decimal | None = Field(default=None, sa_type=_MONEY)
    rounding_amount: Decimal | None = Field(default=None, sa_type=_MONEY)
    amount_due: Decimal | None = Field(default=None, sa_type=_MONEY)
    payment_method: str | None = None
    payee_name: str | None = None
    payee_iban: str | None = None
    payee_bic: str | None = None
    payee_typed_by: UUID | None = None
    payment_terms: list[object] = Field(
        default_factory=list, sa_type=JSONB, sa_column_kwargs={"server_default": text("'[]'")}
    )
    fx_rate: Decimal | None = Field(default=None, sa_type=Numeric(20, 10))
    fx_rate_date: date | None = None
    fx_rate_source: str | None = None
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    updated_at: datetime = Field(sa_type=DateTime(timezone=True))
    open_item_id: UUID | None = None

    @property
    def owed_amount(self) -> Decimal:
        """What the whole invoice asks for: its total, rounded as it is to be paid."""
        return self.total_gross + (self.rounding_amount or Decimal())


class VendorPayeeRow(Table, table=True):
    """What a person decided of a payee that is not the vendor itself; decisions only grow."""

    __tablename__ = "vendor_payee"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _to("vendor", "vendor_id"),
        Index("ix_vendor_payee_vendor", "tenant_id", "vendor_id", "decided_at"),
    )

    tenant_id: UUID
    id: UUID
    vendor_id: UUID
    name: str
    iban: str | None = None
    bic: str | None = None
    is_accepted: bool
    reason: str | None = None
    decided_by: UUID | None = None
    decided_at: datetime = Field(sa_type=DateTime(timezone=True))


class VendorVatTreatmentRow(Table, table=True):
    """How a vendor is usually treated in VAT; versions only grow, from 1.

    `follows` is the version that was in force before (0: none), None where nothing is left to
    undo; `undoes` the version that this one takes back.
    """

    __tablename__ = "vendor_vat_treatment"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "vendor_id", "version"),
        _to("vendor", "vendor_id"),
        _to("document", "document_id"),
    )

    tenant_id: UUID
    vendor_id: UUID
    version: int
    follows: int | None = None
    undoes: int | None = None
    source: str
    country: str | None = None
    category: str | None = None
    tax_code: str | None = None
    supply_kind: str | None = None
    supply_rate: Decimal | None = Field(default=None, sa_type=Numeric(6, 3))
    is_small_business: bool | None = None
    small_business_until: date | None = None
    varies: list[str] = Field(
        default_factory=list, sa_type=JSONB, sa_column_kwargs={"server_default": text("'[]'")}
    )
    document_id: UUID | None = None
    reason: str | None = None
    decided_by: UUID | None = None
    decided_at: datetime = Field(sa_type=DateTime(timezone=True))


class VendorLearnedValueRow(Table, table=True):
    """What a correction taught of a vendor; versions of a subject only grow, from 1.

    `value` is None where it was taken back, by a person or by a document booked otherwise.
    """

    __tablename__ = "vendor_learned_value"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "vendor_id", "subject", "version"),
        _to("vendor", "vendor_id"),
        _to("document", "document_id"),
    )

    tenant_id: UUID
    vendor_id: UUID
    subject: str
    version: int
    value: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    document_id: UUID | None = None
    reason: str | None = None
    decided_by: UUID | None = None
    decided_at: datetime = Field(sa_type=DateTime(timezone=True))


class VendorPayeeCheckRow(Table, table=True):
    """What a bank answered about name and IBAN of a vendor; answers only grow."""

    __tablename__ = "vendor_payee_check"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _to("vendor", "vendor_id"),
        Index("ix_vendor_payee_check_vendor", "tenant_id", "vendor_id", "told_at"),
    )

    tenant_id: UUID
    id: UUID
    vendor_id: UUID
    name: str
    iban: str
    result: str
    account_name: str | None = None
    told_at: datetime = Field(sa_type=DateTime(timezone=True))
    recorded_by: UUID | None = None


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

INVOICE_PAYABLE = View(
    "invoice_payable",
    MetaData(),
    Column("tenant_id", Uuid),
    Column("id", Uuid),
    Column("intent_id", Uuid),
    Column("remaining_amount", _MONEY),
    Column("payable_amount", _MONEY),
)
"""What a payment run may still pay of each invoice, beside what remains of it."""

PARTNER = View(
    "partner",
    MetaData(),
    Column("tenant_id", Uuid),
    Column("id", Uuid),
    Column("name", Text),
    Column("iban", Text),
)
"""Vendors and customers as one list; of customers the area of receivables keeps the rest."""

SAME_COMPANY = View(
    "same_company",
    MetaData(),
    Column("tenant_id", Uuid),
    Column("vendor_id", Uuid),
    Column("customer_id", Uuid),
    Column("is_same", Boolean),
    Column("decided_at", DateTime(timezone=True)),
)
"""Decisions on vendors and customers that are one company; the area of receivables keeps them."""

TIED_INVOICE = View(
    "tied_invoice",
    MetaData(),
    Column("tenant_id", Uuid),
    Column("open_item_id", Uuid),
    Column("invoice_id", Uuid),
    Column("partner_id", Uuid),
    Column("invoice_number", Text),
    Column("due_date", Date),
)
"""Incoming and outgoing invoices with the open item that each is tied to."""
