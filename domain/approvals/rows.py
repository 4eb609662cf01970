"""Rows of approval policies."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.database.table import Table


class ApprovalPolicyRow(Table, table=True):
    """One version of a tenant's policy; never changed, only followed by the next."""

    __tablename__ = "approval_policy"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "version"),
        ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
    )

    tenant_id: UUID
    version: int
    body: dict[str, object] = Field(sa_type=JSONB)
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class ApprovalRow(Table, table=True):
    """One person's approval of one version of a case or a run; never changed."""

    __tablename__ = "approval"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        ForeignKeyConstraint(
            ["tenant_id", "user_id"], ["app_user.tenant_id", "app_user.id"], name="fk_approval_user"
        ),
        UniqueConstraint(
            "tenant_id", "subject", "subject_id", "version", "user_id", name="uq_approval_once"
        ),
    )

    tenant_id: UUID
    id: UUID
    subject: str
    subject_id: UUID
    version: int
    user_id: UUID
    policy_version: int
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
