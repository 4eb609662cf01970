"""Rows of the ledger. `intent`, `journal_entry`, `open_item` and `settlement` only grow."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DOMAIN, JSONB
from sqlmodel import Field

from domain.database.table import Table


class _Amount(DOMAIN):
    """A number that the database refuses unless it is positive."""

    operator_classes = Numeric.operator_classes


class _Kind(DOMAIN):
    """A word that the database refuses unless it knows it."""

    operator_classes = String.operator_classes


POSITIVE = _Amount("positive_amount", Numeric(18, 2))
_NUMBER_KEY = Computed("number_key(document_number)", persisted=True)
KIND = _Kind("intent_kind", String(10))


def _of_tenant(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=f"fk_{table}_tenant_id_tenant")


def _to_account(name: str, column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", column], ["account.tenant_id", "account.number"], name=name
    )


def _to_intent(name: str, column: str = "intent_id") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", column], ["intent.tenant_id", "intent.intent_id"], name=name
    )


def _of_partners(side: str) -> Index:
    """Rows that name a partner, with all that the balance of each partner is made of."""
    return Index(
        f"ix_journal_entry_{side}_partner",
        "tenant_id",
        f"{side}_account",
        f"{side}_partner_id",
        postgresql_include=["booking_date", "journal_number", "amount"],
        postgresql_where=text(f"{side}_partner_id IS NOT NULL"),
    )


class AccountRow(Table, table=True):
    """One account of a tenant's chart."""

    __tablename__ = "account"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "number"), _of_tenant("account"))

    tenant_id: UUID
    number: str = Field(max_length=8)
    name: str = Field(max_length=255)
    type: str = Field(max_length=9)
    category: str | None = Field(default=None, max_length=100)
    report_group: str | None = Field(default=None, max_length=40)
    statement_group: str | None = Field(default=None, max_length=40)
    default_tax_code: str | None = Field(default=None, max_length=20)
    is_system: bool
    is_open_item: bool
    active: bool


class TaxCodeRow(Table, table=True):
    """One tax code of a tenant; `rate` in percent."""

    __tablename__ = "tax_code"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "code"),
        _of_tenant("tax_code"),
        _to_account("fk_tax_code_vat_account", "vat_account"),
        _to_account("fk_tax_code_self_assess_account", "self_assess_account"),
    )

    tenant_id: UUID
    code: str = Field(max_length=20)
    label: str = Field(max_length=120)
    description: str | None = Field(default=None, max_length=500)
    rate: Decimal | None = Field(default=None, sa_type=Numeric(6, 3))
    direction: str = Field(max_length=6)
    kind: str = Field(max_length=40)
    vat_account: str | None = Field(default=None, max_length=8)
    self_assess_account: str | None = Field(default=None, max_length=8)
    deductible: bool
    valid_from: date | None = None
    valid_to: date | None = None
    suspended_from: date | None = None
    suspended_to: date | None = None
    datev_bu_key: str | None = Field(default=None, max_length=4)
    reports_as: str | None = Field(default=None, max_length=20)
    is_system: bool
    active: bool
    created_at: datetime = Field(
        sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": text("now()")}
    )


class TaxCodeHistoryRow(Table, table=True):
    """What a tax code meant for journal entries up to `last_number`, before it was changed."""

    __tablename__ = "tax_code_history"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "code", "last_number"),
        ForeignKeyConstraint(
            ["tenant_id", "code"],
            ["tax_code.tenant_id", "tax_code.code"],
            name="fk_tax_code_history_tax_code",
        ),
    )

    tenant_id: UUID
    code: str = Field(max_length=20)
    last_number: int = Field(sa_type=BigInteger)
    rate: Decimal | None = Field(default=None, sa_type=Numeric(6, 3))
    direction: str = Field(max_length=6)
    kind: str = Field(max_length=40)
    vat_account: str | None = Field(default=None, max_length=8)
    self_assess_account: str | None = Field(default=None, max_length=8)
    deductible: bool
    reports_as: str | None = Field(default=None, max_length=20)


class PeriodRow(Table, table=True):
    """One month or adjustment period, made on first use."""

    __tablename__ = "period"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "name"), _of_tenant("period"))

    tenant_id: UUID
    name: str = Field(max_length=8)
    period_number: int = Field(sa_type=SmallInteger)
    fiscal_year: int = Field(sa_type=SmallInteger)
    first_day: date
    last_day: date
    status: str = Field(max_length=11)
    locked_by: UUID | None = None
    locked_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class IntentRow(Table, table=True):
    """One accounting fact as it was asked for."""

    __tablename__ = "intent"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "intent_id"),
        _to_intent("fk_intent_reverses", "reverses_intent_id"),
        UniqueConstraint("tenant_id", "reverses_intent_id", name="uq_intent_reversed_once"),
        Index("ix_intent_fingerprint", "tenant_id", "fingerprint"),
        Index("ix_intent_period", "tenant_id", "period"),
        Index("ix_intent_created_at", "tenant_id", "created_at"),
        Index(
            "ix_intent_external_reference",
            "tenant_id",
            "external_reference",
            postgresql_where=text("external_reference IS NOT NULL"),
        ),
        Index(
            "ix_intent_document",
            "tenant_id",
            "document_id",
            postgresql_where=text("document_id IS NOT NULL"),
        ),
        Index(
            "ix_intent_opening",
            "tenant_id",
            "booking_date",
            postgresql_where=text("kind = 'opening'"),
        ),
    )

    tenant_id: UUID
    intent_id: UUID
    booking_date: date
    document_date: date | None = None
    supply_date: date | None = None
    period: str = Field(max_length=8)
    fiscal_year: int = Field(sa_type=SmallInteger)
    kind: str = Field(sa_type=KIND)
    source: str = Field(max_length=40)
    description: str | None = Field(default=None, max_length=600)
    text_salt: str | None = Field(default=None, max_length=32)
    text_commitment: str = Field(max_length=64)
    external_reference: str | None = Field(default=None, max_length=500)
    custom_metadata: dict[str, object] | None = Field(default=None, sa_type=JSONB)
    document_id: UUID | None = None
    document_sha256: str | None = Field(default=None, max_length=64)
    fx_currency: str | None = Field(default=None, max_length=3)
    fx_amount: Decimal | None = Field(default=None, sa_type=Numeric(18, 3))
    fx_rate: Decimal | None = Field(default=None, sa_type=Numeric(20, 10))
    fx_rate_date: date | None = None
    fx_rate_source: str | None = Field(default=None, max_length=10)
    reverses_intent_id: UUID | None = None
    fingerprint: str = Field(max_length=64)
    total: Decimal = Field(sa_type=POSITIVE)
    event_count: int
    lines: list[dict[str, object]] = Field(sa_type=JSONB)
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    created_by: UUID | None = None
    approved_by: UUID | None = None
    actor: dict[str, object] = Field(sa_type=JSONB)

    def day_of(self, line: Mapping[str, object]) -> date:
        """Day on which the tax code of one of its lines held: of its supply, else its document."""
        own = line.get("supply_date")
        day = date.fromisoformat(str(own)) if own else self.supply_date
        return day or self.document_date or self.booking_date


class JournalEntryRow(Table, table=True):
    """One row of the journal; `journal_number` is gapless per tenant, `entry_no` per year."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "journal_number"),
        UniqueConstraint("tenant_id", "entry_no", name="uq_journal_entry_no"),
        Index("ix_journal_entry_intent", "tenant_id", "intent_id"),
        Index("ix_journal_entry_period", "tenant_id", "period", "journal_number"),
        Index(
            "ix_journal_entry_debit",
            "tenant_id",
            "debit_account",
            "booking_date",
            "journal_number",
        ),
        Index(
            "ix_journal_entry_credit",
            "tenant_id",
            "credit_account",
            "booking_date",
            "journal_number",
        ),
        *(_of_partners(side) for side in ("debit", "credit")),
    )

    tenant_id: UUID
    journal_number: int = Field(sa_type=BigInteger)
    entry_no: str = Field(max_length=20)
    intent_id: UUID
    period: str = Field(max_length=8)
    booking_date: date
    debit_account: str = Field(max_length=8)
    credit_account: str = Field(max_length=8)
    amount: Decimal = Field(sa_type=POSITIVE)
    debit_tax_code: str | None = Field(default=None, max_length=20)
    debit_tax_part: str | None = Field(default=None, max_length=4)
    credit_tax_code: str | None = Field(default=None, max_length=20)
    credit_tax_part: str | None = Field(default=None, max_length=4)
    debit_partner_id: UUID | None = None
    credit_partner_id: UUID | None = None
    fx_amount: Decimal | None = Field(default=None, sa_type=Numeric(18, 3))
    reverses_entry_no: str | None = Field(default=None, max_length=20)
    audit_hash: str = Field(max_length=64)
    prev_hash: str = Field(max_length=64)


class AccountBalanceRow(Table, table=True):
    """Roll-up of the journal by account and period, kept in the posting transaction."""

    __tablename__ = "account_balance"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "period", "account"),
        _to_account("fk_account_balance_account", "account"),
        ForeignKeyConstraint(
            ["tenant_id", "period"],
            ["period.tenant_id", "period.name"],
            name="fk_account_balance_period",
        ),
    )

    tenant_id: UUID
    period: str = Field(max_length=8)
    account: str = Field(max_length=8)
    opening_debit: Decimal = Field(sa_type=Numeric(18, 2))
    opening_credit: Decimal = Field(sa_type=Numeric(18, 2))
    debit: Decimal = Field(sa_type=Numeric(18, 2))
    credit: Decimal = Field(sa_type=Numeric(18, 2))


class OpenItemRow(Table, table=True):
    """What a partner owed or was owed when it was posted; settlements lower the rest."""

    __tablename__ = "open_item"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "open_item_id"),
        _to_intent("fk_open_item_intent"),
        _to_account("fk_open_item_account", "account"),
        CheckConstraint("amount > 0", name="amount_positive"),
        Index("ix_open_item_intent", "tenant_id", "intent_id", "account"),
        Index(
            "ix_open_item_number_key",
            "tenant_id",
            "partner_id",
            "number_key",
            "side",
            postgresql_where=text("partner_id IS NOT NULL"),
        ),
    )

    tenant_id: UUID
    open_item_id: UUID
    intent_id: UUID
    account: str = Field(max_length=8)
    side: str = Field(max_length=1)
    amount: Decimal = Field(sa_type=Numeric(18, 2))
    partner_id: UUID | None = None
    document_number: str | None = Field(default=None, max_length=500)
    booking_date: date
    due_date: date | None = None
    currency: str = Field(max_length=3)
    document_amount: Decimal = Field(sa_type=Numeric(18, 3))
    number_key: str | None = Field(default=None, sa_column_args=[_NUMBER_KEY])


class SettlementRow(Table, table=True):
    """An amount by which an intent settled an open item; negative undoes one.

    `document_amount` where it was said what it settled in the currency of the item.
    """

    __tablename__ = "settlement"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "settlement_id"),
        UniqueConstraint(
            "tenant_id", "intent_id", "open_item_id", name="uq_settlement_intent_item"
        ),
        ForeignKeyConstraint(
            ["tenant_id", "open_item_id"],
            ["open_item.tenant_id", "open_item.open_item_id"],
            name="fk_settlement_open_item",
        ),
        _to_intent("fk_settlement_intent"),
        CheckConstraint("amount <> 0", name="amount_moves"),
        Index("ix_settlement_open_item", "tenant_id", "open_item_id"),
    )

    tenant_id: UUID
    settlement_id: UUID
    open_item_id: UUID
    intent_id: UUID
    amount: Decimal = Field(sa_type=Numeric(18, 2))
    settled_on: date
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    document_amount: Decimal | None = Field(default=None, sa_type=Numeric(18, 3))


class PrepaymentUseRow(Table, table=True):
    """What of a prepayment an intent gives back, because a final invoice was set off against it.

    `prepayment_id` is the intent that booked it; `whole_amount` what it had booked on the account
    at the code. What was used by an intent that is reversed is not used.
    """

    __tablename__ = "prepayment_use"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "intent_id", "position"),
        _to_intent("fk_prepayment_use_intent"),
        _to_intent("fk_prepayment_use_prepayment", "prepayment_id"),
        CheckConstraint("amount <> 0", name="amount_moves"),
        Index("ix_prepayment_use_prepayment", "tenant_id", "prepayment_id"),
    )

    tenant_id: UUID
    intent_id: UUID
    position: int
    prepayment_id: UUID
    account: str
    tax_code: str | None = None
    amount: Decimal = Field(sa_type=Numeric(18, 2))
    tax_amount: Decimal = Field(sa_type=Numeric(18, 2))
    whole_amount: Decimal = Field(sa_type=Numeric(18, 2))


class ExchangeRateRow(Table, table=True):
    """Units of a currency for one EUR on a day; a rate that is known is never changed."""

    __tablename__ = "exchange_rate"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "currency", "rate_date"),
        _of_tenant("exchange_rate"),
        CheckConstraint("rate > 0", name="rate_positive"),
    )

    tenant_id: UUID
    currency: str = Field(max_length=3)
    rate_date: date
    rate: Decimal = Field(sa_type=Numeric(20, 10))
    source: str = Field(max_length=10)
    created_at: datetime = Field(
        sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": text("now()")}
    )
