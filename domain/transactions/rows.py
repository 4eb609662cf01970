"""Rows of transactions: what an intent in the simple form says beyond its booking."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Numeric,
    PrimaryKeyConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.database.table import Table

_MONEY = Numeric(18, 2)
_LATEST = (text("booking_date DESC"), text("created_at DESC"), "id")


class TransactionCategoryRow(Table, table=True):
    """A tenant's own category; without account it is booked like what has no better name."""

    __tablename__ = "transaction_category"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "name"),
        ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        ForeignKeyConstraint(["tenant_id", "account"], ["account.tenant_id", "account.number"]),
    )

    tenant_id: UUID
    name: str
    direction: str
    account: str | None = None
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class TransactionRow(Table, table=True):
    """One transaction; its id is that of its intent, whose entries say how it was booked.

    `bank_account_id` is where the money came to, went from, or a transfer's source. A reversal
    negates the amounts of what it reverses. The database keeps `reconciled` at what the ledger
    says, and `cents` at the amount, by which it can look up under row security.
    """

    __tablename__ = "transaction"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        ForeignKeyConstraint(["tenant_id", "id"], ["intent.tenant_id", "intent.intent_id"]),
        ForeignKeyConstraint(
            ["tenant_id", "reverses_id"], ["transaction.tenant_id", "transaction.id"]
        ),
        ForeignKeyConstraint(
            ["tenant_id", "bank_account_id"], ["bank_account.tenant_id", "bank_account.id"]
        ),
        ForeignKeyConstraint(
            ["tenant_id", "to_bank_account_id"], ["bank_account.tenant_id", "bank_account.id"]
        ),
        Index("ix_transaction_date", "tenant_id", *_LATEST),
        Index("ix_transaction_type", "tenant_id", "type", *_LATEST),
        Index("ix_transaction_category", "tenant_id", "category", *_LATEST),
        Index("ix_transaction_account", "tenant_id", "bank_account_id", *_LATEST),
        Index(
            "ix_transaction_to_account",
            "tenant_id",
            "to_bank_account_id",
            *_LATEST,
            postgresql_where=text("to_bank_account_id IS NOT NULL"),
        ),
        Index("ix_transaction_reconciled", "tenant_id", "reconciled", *_LATEST),
        Index("ix_transaction_cents", "tenant_id", "cents", *_LATEST),
        Index(
            "ix_transaction_receipt",
            "tenant_id",
            "receipt",
            postgresql_where=text("receipt IS NOT NULL"),
        ),
    )

    tenant_id: UUID
    id: UUID
    type: str
    amount: Decimal = Field(sa_type=_MONEY)
    description: str
    booking_date: date
    category: str | None = None
    bank_account_id: UUID | None = None
    to_bank_account_id: UUID | None = None
    vat_rate: Decimal | None = Field(default=None, sa_type=Numeric(6, 3))
    vat_amount: Decimal | None = Field(default=None, sa_type=_MONEY)
    net_amount: Decimal | None = Field(default=None, sa_type=_MONEY)
    vat_deductible: bool | None = None
    reference_type: str | None = None
    reference_id: str | None = None
    reference_number: str | None = None
    receipt_id: str | None = None
    receipt: str | None = None
    payment_method: str | None = None
    notes: str | None = None
    tags: list[str] = Field(sa_type=JSONB)
    reverses_id: UUID | None = None
    reason: str | None = None
    reconciled: bool = False
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    cents: int | None = Field(
        default=None,
        sa_type=BigInteger,
        sa_column_args=[Computed("CAST(amount * 100 AS bigint)", persisted=True)],
    )


class TransactionTotalRow(Table, table=True):
    """How many transactions of a kind a day has, and their sums; `vat` as far as it is deducted.

    `category` is empty and the accounts are the nil UUID where a transaction has none. What was
    reversed since is within; the ledger knows it.
    """

    __tablename__ = "transaction_total"
    __table_args__ = (
        PrimaryKeyConstraint(
            "tenant_id", "booking_date", "type", "category", "bank_account_id", "to_bank_account_id"
        ),
    )

    tenant_id: UUID
    booking_date: date
    type: str
    category: str
    bank_account_id: UUID
    to_bank_account_id: UUID
    count: int = Field(sa_type=BigInteger)
    amount: Decimal = Field(sa_type=_MONEY)
    vat: Decimal = Field(sa_type=_MONEY)
