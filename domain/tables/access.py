"""Rows of access: tenants, people, credentials, the audit log, keys of commands."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Identity, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from domain.tables.base import Table

_NO_HASH = text("repeat('0', 64)")


def _of_user(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "user_id"], ["app_user.tenant_id", "app_user.id"], name=f"fk_{table}_user"
    )


class TenantRow(Table, table=True):
    """A company whose books are kept."""

    __tablename__ = "tenant"

    id: UUID = Field(primary_key=True)
    company_name: str
    country: str
    chart: str
    fiscal_year_start: int = Field(
        default=1, sa_type=SmallInteger, sa_column_kwargs={"server_default": "1"}
    )
    vat_id: str | None = None
    tax_id: str | None = None
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    iban: str | None = None
    bic: str | None = None
    inbox_address: str = Field(unique=True)
    datev_consultant: str | None = None
    datev_client: str | None = None
    created_at: datetime


class TenantHeadRow(Table, table=True):
    """Counters and last hashes of a tenant; locked last, written by server-side functions only."""

    __tablename__ = "tenant_head"

    tenant_id: UUID = Field(primary_key=True, foreign_key="tenant.id")
    last_number: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    last_hash: str = Field(sa_column_kwargs={"server_default": _NO_HASH})
    by_year: dict[str, Any] = Field(sa_type=JSONB, sa_column_kwargs={"server_default": "{}"})
    audit_number: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    audit_hash: str = Field(sa_column_kwargs={"server_default": _NO_HASH})
    config_version: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "1"})


class UserRow(Table, table=True):
    """A person of a tenant; `password_hash` is empty until the invitation is taken."""

    __tablename__ = "app_user"

    tenant_id: UUID = Field(primary_key=True, foreign_key="tenant.id")
    id: UUID = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    role: str
    password_hash: str | None = None
    active: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    created_at: datetime


class ApiKeyRow(Table, table=True):
    """A key of a person, kept as its hash, with scopes of its own."""

    __tablename__ = "api_key"
    __table_args__ = (_of_user("api_key"),)

    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    user_id: UUID
    name: str
    key_hash: str = Field(unique=True)
    display_prefix: str
    scopes: list[str] = Field(sa_type=ARRAY(Text))
    created_at: datetime
    revoked_at: datetime | None = None


class SessionTokenRow(Table, table=True):
    """A login, kept as the hash of its token."""

    __tablename__ = "session_token"
    __table_args__ = (_of_user("session_token"),)

    tenant_id: UUID = Field(primary_key=True)
    token_hash: str = Field(primary_key=True, unique=True)
    user_id: UUID
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


class PasswordTokenRow(Table, table=True):
    """An invitation or a reset, kept as the hash of its token; it works once."""

    __tablename__ = "password_token"
    __table_args__ = (_of_user("password_token"),)

    tenant_id: UUID = Field(primary_key=True)
    token_hash: str = Field(primary_key=True, unique=True)
    user_id: UUID
    purpose: str
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


class LoginAttemptRow(Table, table=True):
    """One login that was tried; belongs to no tenant and is reached by functions only."""

    __tablename__ = "login_attempt"
    __table_args__ = (
        Index("ix_login_attempt_address_hash_attempted_at", "address_hash", "attempted_at"),
    )

    id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=True)])
    address_hash: str
    attempted_at: datetime = Field(sa_column_kwargs={"server_default": text("clock_timestamp()")})
    failed: bool = Field(sa_column_kwargs={"server_default": text("true")})


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
