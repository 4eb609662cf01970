"""Rows that are derived from the journal so that it is read fast; they can be made again."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Numeric, PrimaryKeyConstraint
from sqlalchemy.dialects.postgresql import BIT
from sqlmodel import Field

from domain.tables.base import Table


class JournalIndexRow(Table, table=True):
    """Up to which number the journal is indexed."""

    __tablename__ = "journal_index"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id"),
        ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name="fk_journal_index_tenant_id_tenant"
        ),
    )

    tenant_id: UUID
    last_number: int = Field(sa_type=BigInteger)


class JournalTokenRow(Table, table=True):
    """Which entries of a segment bear a token: one bit each, the newest leftmost."""

    __tablename__ = "journal_token"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "token", "segment"),)

    tenant_id: UUID
    token: str
    segment: int
    entries: str = Field(sa_type=BIT(16384))


class AccountDayRow(Table, table=True):
    """Roll-up of the indexed part of the journal by account and day."""

    __tablename__ = "account_day"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "account", "day"),)

    tenant_id: UUID
    account: str = Field(max_length=8)
    day: date
    debit: Decimal = Field(sa_type=Numeric(18, 2))
    credit: Decimal = Field(sa_type=Numeric(18, 2))
