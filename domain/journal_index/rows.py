"""Rows that are derived from the journal so that it is read fast; they can be made again."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Numeric, PrimaryKeyConstraint
from sqlalchemy.dialects.postgresql import BIT
from sqlmodel import Field

from domain.database.table import Table


class JournalIndexRow(Table, table=True):
    """Up to which number the journal is indexed, and up to which its open items are."""

    __tablename__ = "journal_index"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id"),
        ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name="fk_journal_index_tenant_id_tenant"
        ),
    )

    tenant_id: UUID
    last_number: int = Field(sa_type=BigInteger)
    items_to: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})


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


class ItemSpanRow(Table, table=True):
    """Between which days and journal numbers something was left of an open item.

    `last_day` and `last_number` are those that left nothing; while it is open the day is infinite.
    """

    __tablename__ = "item_span"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "open_item_id"),
        Index("ix_item_span_day", "tenant_id", "last_day", "first_day", "open_item_id"),
        Index("ix_item_span_number", "tenant_id", "last_number", "first_number", "open_item_id"),
    )

    tenant_id: UUID
    open_item_id: UUID
    first_day: date
    last_day: date
    first_number: int = Field(sa_type=BigInteger)
    last_number: int = Field(sa_type=BigInteger)


class PeriodCountRow(Table, table=True):
    """How many intents of the indexed part of the journal a period has."""

    __tablename__ = "period_count"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "period"),)

    tenant_id: UUID
    period: str = Field(max_length=8)
    bookings: int = Field(sa_type=BigInteger)
