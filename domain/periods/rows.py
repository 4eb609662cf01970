"""Rows of lock requests and closings. `closing` only grows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.database.table import Table


def _to_period(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "period"], ["period.tenant_id", "period.name"], name=name
    )


class LockRequestRow(Table, table=True):
    """One request to lock a period, and who decided it."""

    __tablename__ = "lock_request"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "request_id", name="pk_lock_request"),
        _to_period("fk_lock_request_period"),
        CheckConstraint(
            "status IN ('pending', 'approved', 'cancelled', 'expired')", name="status_known"
        ),
        Index("ix_lock_request_period", "tenant_id", "period"),
        Index(
            "uq_lock_request_one_pending",
            "tenant_id",
            "period",
            unique=True,
            postgresql_where=text("status = 'pending'"),
        ),
    )

    tenant_id: UUID
    request_id: UUID
    period: str = Field(max_length=8)
    requested_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    status: str = Field(max_length=9)
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class ClosingRow(Table, table=True):
    """The seal of one locked period; `closing_seq` chains those of a tenant.

    `blocks` holds the roots of its tree's complete subtrees of `BLOCK` leaves, 32 bytes each.
    """

    __tablename__ = "closing"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "closing_seq", name="pk_closing"),
        UniqueConstraint("tenant_id", "period", name="uq_closing_period"),
        _to_period("fk_closing_period"),
        ForeignKeyConstraint(
            ["tenant_id", "request_id"],
            ["lock_request.tenant_id", "lock_request.request_id"],
            name="fk_closing_request",
        ),
        CheckConstraint("closing_seq > 0", name="seq_positive"),
    )

    tenant_id: UUID
    closing_seq: int
    period: str = Field(max_length=8)
    request_id: UUID
    body: dict[str, object] = Field(sa_type=JSONB)
    config: str
    closing_hash: str = Field(max_length=64)
    blocks: bytes | None = Field(default=None, sa_type=LargeBinary)
