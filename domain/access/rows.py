"""Rows of access: tenants, people and their credentials."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from domain.database.table import Table

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
    vat_deduction: str = Field(default="full", sa_column_kwargs={"server_default": "full"})
    is_small_business: bool | None = None
    is_builder: bool | None = None
    is_cleaner: bool | None = None
    is_energy_reseller: bool | None = None
    is_telecom_reseller: bool | None = None
    is_cash_basis: bool | None = None
    small_difference_limit: Decimal = Field(
        default=Decimal(), sa_type=Numeric(18, 2), sa_column_kwargs={"server_default": "0"}
    )
    fx_difference_percent: Decimal = Field(
        default=Decimal(15), sa_type=Numeric(5, 2), sa_column_kwargs={"server_default": "15"}
    )
    creditor_id: str | None = None
    most_invoices_in_run: int = Field(default=500, sa_column_kwargs={"server_default": "500"})
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
    """A person of a tenant; `password_hash` is empty until the invitation is taken.

    `access_until` is the last day on which they come in; who only reads has one. `shut_out_at` is
    when somebody else last saw to it that they do not.
    """

    __tablename__ = "app_user"

    tenant_id: UUID = Field(primary_key=True, foreign_key="tenant.id")
    id: UUID = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    role: str
    password_hash: str | None = None
    active: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    access_until: date | None = None
    shut_out_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
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
    """A login, kept as the hash of its token; `id` names it to people."""

    __tablename__ = "session_token"
    __table_args__ = (
        _of_user("session_token"),
        UniqueConstraint("tenant_id", "id", name="uq_session_token_id"),
        Index("ix_session_token_user", "tenant_id", "user_id", "expires_at"),
    )

    tenant_id: UUID = Field(primary_key=True)
    token_hash: str = Field(primary_key=True, unique=True)
    id: UUID = Field(sa_column_kwargs={"server_default": text("gen_random_uuid()")})
    user_id: UUID
    surface: str = Field(default="api", sa_column_kwargs={"server_default": "api"})
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


class KnownDeviceRow(Table, table=True):
    """A device on which a person has logged in, kept as the hash of its token."""

    __tablename__ = "known_device"
    __table_args__ = (_of_user("known_device"),)

    tenant_id: UUID = Field(primary_key=True)
    token_hash: str = Field(primary_key=True, unique=True)
    user_id: UUID
    created_at: datetime
    expires_at: datetime


class SecondFactorRow(Table, table=True):
    """A secret that makes codes, sealed with a key that is not in the database.

    It counts once a code of it was shown, and is forgotten when it ends.
    """

    __tablename__ = "second_factor"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _of_user("second_factor"),
        CheckConstraint("(ended_at IS NULL) = (sealed IS NOT NULL)", name="sealed_until_ended"),
        Index(
            "uq_second_factor_user",
            "tenant_id",
            "user_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    tenant_id: UUID
    id: UUID
    user_id: UUID
    sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    last_step: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")}
    )
    last_use: str | None = None
    created_at: datetime
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None


class RecoveryCodeRow(Table, table=True):
    """A code for who lost the second factor, kept as its hash; `used_at` ends it."""

    __tablename__ = "recovery_code"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "code_hash"),
        ForeignKeyConstraint(
            ["tenant_id", "factor_id"],
            ["second_factor.tenant_id", "second_factor.id"],
            name="fk_recovery_code_factor",
        ),
        Index("ix_recovery_code_factor", "tenant_id", "factor_id"),
    )

    tenant_id: UUID
    code_hash: str
    factor_id: UUID
    last_use: str | None = None
    created_at: datetime
    used_at: datetime | None = None


class PasskeyRow(Table, table=True):
    """The public half of a key that a device of a person holds."""

    __tablename__ = "passkey"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        _of_user("passkey"),
        UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
        Index("ix_passkey_user", "tenant_id", "user_id"),
    )

    tenant_id: UUID
    id: UUID
    user_id: UUID
    credential_id: bytes = Field(sa_type=LargeBinary)
    public_key: bytes = Field(sa_type=LargeBinary)
    sign_count: int = Field(sa_type=BigInteger)
    name: str
    created_at: datetime
    last_used_at: datetime | None = None
    removed_at: datetime | None = None


class PasskeyChallengeRow(Table, table=True):
    """A question put to an authenticator; of no tenant, and reached by functions only."""

    __tablename__ = "passkey_challenge"
    __table_args__ = (Index("ix_passkey_challenge_expires_at", "expires_at"),)

    challenge_hash: str = Field(primary_key=True)
    asked_of: str
    used_by: str | None = None
    expires_at: datetime


class LoginAttemptRow(Table, table=True):
    """One login that was tried; belongs to no tenant and is reached by functions only."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index("ix_login_attempt_place_attempted_at", "place", "attempted_at"),)

    id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=True)])
    address_hash: str
    place: str
    attempted_at: datetime = Field(sa_column_kwargs={"server_default": text("clock_timestamp()")})
    failed: bool = Field(sa_column_kwargs={"server_default": text("true")})
