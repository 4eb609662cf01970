"""Rows of bank accounts, imports and transactions."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from domain.database.table import Table


def _flag() -> Any:
    return Field(default=False, sa_column_kwargs={"server_default": text("false")})


def _counter(kind: Any = Integer) -> Any:
    return Field(default=0, sa_type=kind, sa_column_kwargs={"server_default": text("0")})


def _to_import() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "batch_id"], ["bank_import.tenant_id", "bank_import.id"]
    )


def _to_statement() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "statement_id"], ["bank_statement.tenant_id", "bank_statement.id"]
    )


def _partial(name: str, column: str) -> Index:
    """Index over what the bank calls entries; most rows have one kind of reference only."""
    return Index(
        name,
        "tenant_id",
        "bank_account_id",
        column,
        postgresql_where=text(f"{column} IS NOT NULL"),
    )


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
    iban: str | None = None
    bic: str | None = None
    account_number: str
    currency: str
    payment_version: str = Field(
        default="pain.001.001.09",
        sa_column_kwargs={"server_default": text("'pain.001.001.09'")},
    )
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    refuses_mismatch: bool = _flag()
    trusts_entry_reference: bool = _flag()
    import_version: int = _counter(BigInteger)


class BankAccountAliasRow(Table, table=True):
    """What files call an account; proposed by an import, kept once a person says so."""

    __tablename__ = "bank_account_alias"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "bank_account_id", "name"),
        _to_account(),
        Index(
            "uq_bank_account_alias_confirmed",
            "tenant_id",
            "name",
            unique=True,
            postgresql_where=text("is_confirmed"),
        ),
    )

    tenant_id: UUID
    bank_account_id: UUID
    name: str
    is_confirmed: bool
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class BankCsvProfileRow(Table, table=True):
    """A layout of CSV exports that a person has mapped."""

    __tablename__ = "bank_csv_profile"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        UniqueConstraint("tenant_id", "name", name="uq_bank_csv_profile_name"),
    )

    tenant_id: UUID
    id: UUID
    name: str
    profile: dict[str, object] = Field(sa_type=JSONB)
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class BankImportRow(Table, table=True):
    """One import, how far it is, and what became of its rows."""

    __tablename__ = "bank_import"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _to_account(),
        Index("ix_bank_import_sha256", "tenant_id", "sha256"),
    )

    tenant_id: UUID
    id: UUID
    bank_account_id: UUID | None = None
    source: str
    sha256: str | None = None
    total_rows: int
    imported: int
    skipped_duplicates: int
    errors: list[dict[str, object]] = Field(sa_type=JSONB)
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    state: str = Field(default="done", sa_column_kwargs={"server_default": text("'done'")})
    undecided: int = _counter()
    findings: list[dict[str, object]] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False, server_default=text("'[]'"))
    )
    problem: dict[str, object] | None = Field(
        default=None, sa_column=Column(JSONB(none_as_null=True))
    )
    rows_read: int = _counter()
    next_statement: int = _counter()
    next_entry: int = _counter()
    finished_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class BankStatementRow(Table, table=True):
    """One statement: a stretch of the balance line of an account."""

    __tablename__ = "bank_statement"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _to_account(),
        _to_import(),
        Index("ix_bank_statement_days", "tenant_id", "bank_account_id", "last_day"),
    )

    tenant_id: UUID
    id: UUID
    bank_account_id: UUID
    batch_id: UUID
    ordinal: int
    kind: str
    name: str
    sequence: str | None = None
    currency: str | None = None
    opening: Decimal | None = Field(default=None, sa_type=Numeric(18, 2))
    closing: Decimal | None = Field(default=None, sa_type=Numeric(18, 2))
    first_day: date | None = None
    last_day: date | None = None
    entries: int
    is_closed: bool
    digest: str
    evidence_digest: str
    is_complete: bool = _flag()
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class BankStatementOverlapRow(Table, table=True):
    """An entry of a statement that another statement had brought before."""

    __tablename__ = "bank_statement_overlap"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "statement_id", "entry_id"),
        _to_statement(),
        Index("ix_bank_statement_overlap_entry", "tenant_id", "entry_id"),
    )

    tenant_id: UUID
    statement_id: UUID
    entry_id: UUID


class BankQuestionRow(Table, table=True):
    """An entry of which no rule can know whether it is new; a person says it once."""

    __tablename__ = "bank_question"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "batch_id", "position"),
        _to_import(),
        _to_statement(),
    )

    tenant_id: UUID
    batch_id: UUID
    position: int
    bank_account_id: UUID
    statement_id: UUID
    candidate_id: UUID | None = None
    rows: list[dict[str, object]] = Field(sa_type=JSONB)
    references: list[list[str]] = Field(sa_type=JSONB)
    answer: str | None = None
    answered_by: UUID | None = None
    answered_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class BankAutoMatchRow(Table, table=True):
    """One time that somebody let all sure proposals of an account be carried out."""

    __tablename__ = "bank_auto_match"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _to_account(),
    )

    tenant_id: UUID
    id: UUID
    bank_account_id: UUID
    least_score: Decimal = Field(sa_type=Numeric(3, 2))
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class BankMatchGroupRow(Table, table=True):
    """Movements that were settled together by one intent; undone when that was reversed."""

    __tablename__ = "bank_match_group"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _to_account(),
        ForeignKeyConstraint(["tenant_id", "intent_id"], ["intent.tenant_id", "intent.intent_id"]),
        UniqueConstraint("tenant_id", "intent_id", name="uq_bank_match_group_intent"),
        ForeignKeyConstraint(
            ["tenant_id", "auto_match_id"], ["bank_auto_match.tenant_id", "bank_auto_match.id"]
        ),
        Index(
            "ix_bank_match_group_auto_match",
            "tenant_id",
            "auto_match_id",
            postgresql_where=text("auto_match_id IS NOT NULL"),
        ),
    )

    tenant_id: UUID
    id: UUID
    bank_account_id: UUID
    intent_id: UUID
    mode: str
    bank_transaction_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    auto_match_id: UUID | None = None


class BankUntieRow(Table, table=True):
    """A movement that the reversal of an intent opened again, and how it had been tied to it."""

    __tablename__ = "bank_untie"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "intent_id", "bank_transaction_id"),
        ForeignKeyConstraint(["tenant_id", "intent_id"], ["intent.tenant_id", "intent.intent_id"]),
        ForeignKeyConstraint(
            ["tenant_id", "bank_transaction_id"],
            ["bank_transaction.tenant_id", "bank_transaction.id"],
        ),
        ForeignKeyConstraint(
            ["tenant_id", "match_group_id"], ["bank_match_group.tenant_id", "bank_match_group.id"]
        ),
    )

    tenant_id: UUID
    intent_id: UUID
    bank_transaction_id: UUID
    mode: str
    match_group_id: UUID | None = None


class BankTransactionRow(Table, table=True):
    """One movement at the bank; `match_count` counts how often it was reconciled.

    `last_batch_id` is the import that has last said what it is, where that is not its first one:
    what a person brought is that person's word, so both are asked who brought them.
    """

    __tablename__ = "bank_transaction"
    __table_args__ = (
        # Its account and its import are held by movement_origin.sql, for many rows at once.
        PrimaryKeyConstraint("tenant_id", "id"),
        ForeignKeyConstraint(["tenant_id", "intent_id"], ["intent.tenant_id", "intent.intent_id"]),
        ForeignKeyConstraint(
            ["tenant_id", "match_group_id"], ["bank_match_group.tenant_id", "bank_match_group.id"]
        ),
        ForeignKeyConstraint(
            ["tenant_id", "last_batch_id"],
            ["bank_import.tenant_id", "bank_import.id"],
            name="fk_bank_transaction_last_batch",
        ),
        Index(
            "ix_bank_transaction_match_group",
            "tenant_id",
            "match_group_id",
            postgresql_where=text("match_group_id IS NOT NULL"),
        ),
        UniqueConstraint(
            "tenant_id", "bank_account_id", "content_hash", name="uq_bank_transaction_content"
        ),
        Index("ix_bank_transaction_date", "tenant_id", "bank_account_id", "tx_date", "id"),
        Index(
            "ix_bank_transaction_day",
            "tenant_id",
            text("tx_date DESC"),
            text("created_at DESC"),
            "position",
            "id",
        ),
        Index("ix_bank_transaction_status", "tenant_id", "status", "tx_date"),
        # What is imported has no intent yet: it is spared the entry.
        Index(
            "ix_bank_transaction_intent",
            "tenant_id",
            "intent_id",
            postgresql_where=text("intent_id IS NOT NULL"),
        ),
        _partial("ix_bank_transaction_servicer", "servicer_reference"),
        _partial("ix_bank_transaction_swift", "swift_reference"),
        _partial("ix_bank_transaction_unique", "unique_reference"),
        _partial("ix_bank_transaction_entry_reference", "entry_reference"),
        Index(
            "ix_bank_transaction_entry",
            "tenant_id",
            "bank_account_id",
            "entry_id",
            postgresql_where=text("entry_id IS NOT NULL AND entry_id <> id"),
        ),
        Index(
            "ix_bank_transaction_transfer",
            "tenant_id",
            text('"left"(end_to_end_id, 25)'),
            postgresql_where=text("substr(end_to_end_id, 26, 1) = '-'"),
        ),
        Index(
            "ix_bank_transaction_batch_reference",
            "tenant_id",
            "batch_reference",
            postgresql_where=text("batch_reference IS NOT NULL"),
        ),
        Index(
            "ix_bank_transaction_announced",
            "tenant_id",
            "bank_account_id",
            postgresql_where=text("is_announced"),
        ),
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
    match_count: int = _counter()
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    statement_id: UUID | None = None
    entry_id: UUID | None = None
    is_announced: bool = _flag()
    servicer_reference: str | None = None
    swift_reference: str | None = None
    unique_reference: str | None = None
    entry_reference: str | None = None
    batch_reference: str | None = None
    last_batch_id: UUID | None = None
    match_group_id: UUID | None = None
    details: dict[str, object] | None = Field(
        default=None, sa_column=Column(JSONB(none_as_null=True))
    )


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


class StatementDeferralRow(Table, table=True):
    """Gaps of an account that nobody is reminded of; gone when they are told again."""

    __tablename__ = "statement_deferral"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "bank_account_id"), _to_account())

    tenant_id: UUID
    bank_account_id: UUID
    gaps: list[list[str | None]] = Field(sa_type=JSONB)
    until: date | None = None
    reason: str
    deferred_by: UUID | None = None
    deferred_at: datetime = Field(sa_type=DateTime(timezone=True))
