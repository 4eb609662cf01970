"""Rows of letters."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKeyConstraint, Index, PrimaryKeyConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.database.table import Table

_INSTANT = DateTime(timezone=True)


class LetterRow(Table, table=True):
    """One letter to one person; only its state moves on, and it is never removed.

    Without a recipient it goes to whoever runs the service, or to a debtor.
    """

    __tablename__ = "letter"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        ForeignKeyConstraint(
            ["tenant_id", "recipient_id"],
            ["app_user.tenant_id", "app_user.id"],
            name="fk_letter_recipient",
        ),
        Index("ix_letter_due", "due_at", postgresql_where=text("state = 'pending'")),
        Index("ix_letter_created_at", "tenant_id", "created_at", "id"),
        Index("ix_letter_subject", "tenant_id", "subject", "subject_id"),
    )

    tenant_id: UUID
    id: UUID
    kind: str
    subject: str
    subject_id: UUID
    round: int
    recipient_id: UUID | None = None
    facts: dict[str, str] = Field(sa_type=JSONB)
    state: str
    attempts: int = 0
    failure: str | None = None
    due_at: datetime = Field(sa_type=_INSTANT)
    created_at: datetime = Field(sa_type=_INSTANT)
    decided_at: datetime | None = Field(default=None, sa_type=_INSTANT)


class ContactMessageRow(Table, table=True):
    """A message to whoever runs the service, as it was written."""

    __tablename__ = "contact_message"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["app_user.tenant_id", "app_user.id"],
            name="fk_contact_message_user",
        ),
        Index("ix_contact_message_user", "tenant_id", "user_id", "created_at"),
    )

    tenant_id: UUID
    id: UUID
    user_id: UUID | None = None
    name: str
    email: str
    message: str
    created_at: datetime = Field(sa_type=_INSTANT)
