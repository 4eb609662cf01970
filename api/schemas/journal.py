"""Wire models of the journal."""

from dataclasses import fields
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.accounts import entry_id
from api.schemas.types import BodyIn, BodyOut, Money, Rate
from domain.ledger.entry_views import AuditedIntent, AuditedLine, JournalLine
from domain.money import BASE_CURRENCY

_PLAIN = tuple(field.name for field in fields(JournalLine))
_AUDITED = tuple(field.name for field in fields(AuditedLine))


class ProvenanceOut(BodyOut):
    """Where a row came from: through which door, in which way, by whom."""

    surface: Literal["dashboard", "api", "mcp", "system"]
    surface_label: str
    channel: Literal[
        "manual",
        "import",
        "bank_reconciliation",
        "reversal",
        "opening_balance",
        "review_approval",
        "workflow",
    ]
    channel_label: str
    actor_type: Literal["user", "api_key", "system"]
    actor_label: str
    actor_key_prefix: str | None
    actor_display: str


class EntryOut(BodyOut):
    """One row of the journal: a debit account, a credit account, an amount."""

    id: UUID
    journal_number: int
    booking_date: date
    account_debit: str
    account_credit: str
    amount: Money
    description: str
    source: str
    intent_id: UUID
    fx_currency: str | None
    fx_amount: Rate | None
    external_reference: str | None
    supply_date: date | None = Field(description="Date of supply where one was given (ours)")
    custom_metadata: dict[str, Any] | None
    provenance_summary: ProvenanceOut

    @classmethod
    def of(cls, line: JournalLine, tenant_id: UUID) -> "EntryOut":
        """Row of the wire."""
        return cls.model_validate(_with_id(line, tenant_id))


class JournalOut(BodyOut):
    """Rows of the journal, newest first."""

    entries: list[EntryOut]


class AuditedEntryOut(BodyOut):
    """One row with its place in the chain of hashes."""

    id: UUID
    intent_id: UUID
    journal_number: int
    booking_date: date
    account_debit: str
    account_credit: str
    account_debit_name: str
    account_credit_name: str
    amount: Money
    currency: str
    description: str
    created_at: datetime
    created_by: str | None
    source: str
    supply_date: date | None = Field(description="Date of supply where one was given (ours)")
    document_id: UUID | None
    reverses_intent_id: UUID | None
    audit_hash: str
    prev_hash: str
    provenance_summary: ProvenanceOut
    fx_currency: str | None
    fx_amount: Rate | None
    fx_rate: Rate | None
    fx_rate_date: date | None
    fx_rate_source: str | None
    tax_code: str | None
    period: str


class SummaryOut(BodyOut):
    """The intent in short."""

    booking_date: date
    description: str
    period: str
    status: Literal["posted", "reversed", "reversal"]
    total_debit: Money
    total_credit: Money
    line_count: int
    currency: str = BASE_CURRENCY
    source: str
    created_at: datetime
    created_by: str | None
    document_ids: list[UUID]
    bank_transaction_ids: list[UUID]


class LinkOut(BodyOut):
    """Another intent that settles, or is settled, and by how much."""

    intent_id: UUID
    open_item_account: str
    amount: Money


class LinkedIntentsOut(BodyOut):
    """Reversal and settlement, both ways."""

    reverses: UUID | None
    reversed_by: UUID | None
    settles: list[LinkOut]
    settled_by: list[LinkOut]


class LinkedDocumentOut(BodyOut):
    """A document that the intent was booked from."""

    id: UUID
    original_name: str
    mime_type: str


class LinkedBankTransactionOut(BodyOut):
    """A bank transaction of the intent."""

    id: UUID
    tx_date: date
    amount: Money
    match_group_id: UUID | None


class IntentMetadataOut(BodyOut):
    """What came with the intent, and whether its part of the chain holds."""

    external_reference: str | None
    custom_metadata: dict[str, Any] | None
    documents: list[LinkedDocumentOut]
    bank_transactions: list[LinkedBankTransactionOut]
    chain_valid: bool = Field(description="Computed on read over the rows and their predecessors")


class IntentOut(BodyOut):
    """One intent with everything that an audit asks for."""

    intent_id: UUID
    entries: list[AuditedEntryOut]
    summary: SummaryOut
    linked_intents: LinkedIntentsOut
    metadata: IntentMetadataOut

    @classmethod
    def of(cls, found: AuditedIntent, tenant_id: UUID) -> "IntentOut":
        """Intent of the wire."""
        rows = [_with_id(line, tenant_id) for line in found.lines]
        return cls(
            intent_id=found.view.intent.intent_id,
            entries=[AuditedEntryOut.model_validate(row) for row in rows],
            summary=_summary(found),
            linked_intents=_links(found),
            metadata=_metadata(found),
        )


class ReversalIn(BodyIn):
    """Which intent, why, and into which period."""

    intent_id: UUID
    reason: str | None = Field(default=None, max_length=500)
    posting_mode: Literal["current_period", "original_period"] = "current_period"


class ReversalOut(BodyOut):
    """The intent that mirrors another."""

    reversal_intent_id: UUID
    original_intent_id: UUID
    event_count: int


def _with_id(line: JournalLine, tenant_id: UUID) -> dict[str, Any]:
    names = _AUDITED if isinstance(line, AuditedLine) else _PLAIN
    facts = {name: getattr(line, name) for name in names}
    return {**facts, "id": entry_id(tenant_id, line.journal_number)}


def _summary(found: AuditedIntent) -> SummaryOut:
    intent = found.view.intent
    return SummaryOut(
        booking_date=intent.booking_date,
        description=intent.description or "",
        period=intent.period,
        status=found.status,
        total_debit=found.total,
        total_credit=found.total,
        line_count=len(found.lines),
        source=intent.source,
        created_at=intent.created_at,
        created_by=None if intent.created_by is None else str(intent.created_by),
        document_ids=[each.id for each in found.view.ties.documents],
        bank_transaction_ids=[each.id for each in found.view.ties.bank_transactions],
    )


def _links(found: AuditedIntent) -> LinkedIntentsOut:
    ties = found.view.ties
    return LinkedIntentsOut(
        reverses=found.view.intent.reverses_intent_id,
        reversed_by=ties.reversed_by,
        settles=[LinkOut.model_validate(link) for link in ties.settles],
        settled_by=[LinkOut.model_validate(link) for link in ties.settled_by],
    )


def _metadata(found: AuditedIntent) -> IntentMetadataOut:
    ties = found.view.ties
    return IntentMetadataOut(
        external_reference=found.view.intent.external_reference,
        custom_metadata=found.view.intent.custom_metadata,
        documents=[LinkedDocumentOut.model_validate(each) for each in ties.documents],
        bank_transactions=[
            LinkedBankTransactionOut.model_validate(each) for each in ties.bank_transactions
        ],
        chain_valid=found.view.chain_valid,
    )
