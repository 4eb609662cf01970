"""Rows of bank accounts, imports and transactions."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Numeric,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.tables.base import Table


def _to_account() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "bank_account_id"], ["bank_account.tenant_id", "bank_account.id"]
    )


class BankAccountRow(Table, table=True):
    """An account at a bank and the asset account that is its twin."""

    __tablename__ = "bank_account"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        ForeignKeyConstraint(
            ["tenant_id", "account_number"], ["account.tenant_id", "account.number"]
        ),
        UniqueConstraint("tenant_id", "iban", name="uq_bank_account_iban"),
        UniqueConstraint("tenant_id", "account_number", name="uq_bank_account_account_number"),
    )

    tenant_id: UUID
    id: UUID
    name: str
    iban: str
    bic: str | None = None
    account_number: str
    currency: str
    payment_version: str = Field(
        default="pain.001.001.09",
        sa_column_kwargs={"server_default": text("'pain.001.001.09'")},
    )
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class BankImportRow(Table, table=True):
    """One import and what became of its rows; only grows."""

    __tablename__ = "bank_import"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "id"), _to_account())

    tenant_id: UUID
    id: UUID
    bank_account_id: UUID
    source: str
    sha256: str | None = None
    total_rows: int
    imported: int
    skipped_duplicates: int
    errors: list[dict[str, object]] = Field(sa_type=JSONB)
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class BankTransactionRow(Table, table=True):
    """One movement at the bank; `match_count` counts how often it was reconciled."""

    __tablename__ = "bank_transaction"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _to_account(),
        ForeignKeyConstraint(
            ["tenant_id", "batch_id"], ["bank_import.tenant_id", "bank_import.id"]
        ),
        ForeignKeyConstraint(["tenant_id", "intent_id"], ["intent.tenant_id", "intent.intent_id"]),
        UniqueConstraint(
            "tenant_id", "bank_account_id", "content_hash", name="uq_bank_transaction_content"
        ),
        Index("ix_bank_transaction_date", "tenant_id", "bank_account_id", "tx_date", "id"),
        Index("ix_bank_transaction_status", "tenant_id", "status"),
        Index("ix_bank_transaction_intent", "tenant_id", "intent_id"),
    )

    tenant_id: UUID
    id: UUID
    bank_account_id: UUID
    batch_id: UUID | None = None
    position: int
    tx_date: date
    value_date: date | None = None
    amount: Decimal = Field(sa_type=Numeric(18, 2))
    currency: str
    counterparty_name: str | None = None
    counterparty_iban: str | None = None
    reference: str | None = None
    bank_reference: str | None = None
    tx_type: str | None = None
    end_to_end_id: str | None = None
    content_hash: str
    status: str
    mode: str | None = None
    intent_id: UUID | None = None
    match_count: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class BankEvidenceRow(Table, table=True):
    """What proves a movement; it books nothing."""

    __tablename__ = "bank_evidence"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "bank_transaction_id"),
        ForeignKeyConstraint(
            ["tenant_id", "bank_transaction_id"],
            ["bank_transaction.tenant_id", "bank_transaction.id"],
        ),
        ForeignKeyConstraint(["tenant_id", "document_id"], ["document.tenant_id", "document.id"]),
    )

    tenant_id: UUID
    bank_transaction_id: UUID
    id: UUID
    evidence_type: str
    title: str | None = None
    note: str | None = None
    document_id: UUID | None = None
    facts: dict[str, object] | None = Field(
        default=None, sa_column=Column("metadata", JSONB(none_as_null=True))
    )
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    updated_at: datetime = Field(sa_type=DateTime(timezone=True))
