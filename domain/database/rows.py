"""Rows of the audit log, of commands, and of the lengths of lists."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, PrimaryKeyConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.database.table import Table


class AuditEventRow(Table, table=True):
    """One event of the audit log; only grows."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_tenant_id_subject_subject_id", "tenant_id", "subject", "subject_id"),
    )

    tenant_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    occurred_at: datetime
    user_id: UUID | None = None
    kind: str
    surface: str
    key_prefix: str | None = None
    request_id: str | None = None
    action: str
    subject: str
    subject_id: str
    before: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    after: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    reason: str | None = None
    prev_hash: str
    audit_hash: str


class IdempotencyRow(Table, table=True):
    """The key of a command, what was asked and what was answered; only grows."""

    __tablename__ = "idempotency"

    tenant_id: UUID = Field(primary_key=True)
    operation: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request_hash: str
    body: Any = Field(sa_type=JSONB)
    created_at: datetime = Field(sa_column_kwargs={"server_default": text("now()")})


class ListCountRow(Table, table=True):
    """How many rows of a list a day has, by scope and part; added up at a distance."""

    __tablename__ = "list_count"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "list", "scope", "part", "day"),)

    tenant_id: UUID
    list: str
    scope: UUID
    part: str
    day: date
    rows: int = Field(sa_type=BigInteger)


class ListMonthRow(Table, table=True):
    """How many rows of a list a month has, which is named by its first day; from its days."""

    __tablename__ = "list_month"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "list", "scope", "part", "month"),)

    tenant_id: UUID
    list: str
    scope: UUID
    part: str
    month: date
    rows: int = Field(sa_type=BigInteger)


class ListChangeRow(Table, table=True):
    """A change of such a number that is not added up yet; stored by a trigger."""

    __tablename__ = "list_change"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "id"),)

    tenant_id: UUID
    id: int = Field(sa_type=BigInteger, sa_column_args=[Identity(always=True)])
    list: str
    scope: UUID
    part: str
    day: date
    rows: int = Field(sa_type=BigInteger)
