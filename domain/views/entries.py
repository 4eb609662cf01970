"""Journal rows as people read them: with names, texts and origin."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Session

from domain.ledger.intent import Kind
from domain.money import BASE_CURRENCY
from domain.tables.ledger import IntentRow, JournalEntryRow
from domain.views import journal, origins
from domain.views.provenance import Provenance, provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """One row with what its intent says about it."""

    journal_number: int
    intent_id: UUID
    booking_date: date
    account_debit: str
    account_credit: str
    amount: Decimal
    description: str
    source: str
    external_reference: str | None
    custom_metadata: dict[str, object] | None
    fx_currency: str | None
    fx_amount: Decimal | None
    provenance_summary: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedLine(JournalLine):
    """One row with its place in the chain of hashes."""

    account_debit_name: str
    account_credit_name: str
    currency: str
    created_at: datetime
    created_by: str | None
    document_id: UUID | None
    reverses_intent_id: UUID | None
    audit_hash: str
    prev_hash: str
    fx_rate: Decimal | None
    fx_rate_date: date | None
    fx_rate_source: str | None
    tax_code: str | None
    period: str


@dataclass(frozen=True, slots=True)
class AuditedIntent:
    """One intent for an auditor: rows, links, origin, and whether its chain holds."""

    view: journal.IntentView
    lines: list[AuditedLine]
    documents: list[origins.LinkedDocument]
    bank_transactions: list[origins.LinkedBankTransaction]
    total: Decimal

    @property
    def status(self) -> str:
        """Whether it stands, was reversed, or reverses another."""
        if self.view.intent.kind == Kind.REVERSAL:
            return "reversal"
        return "reversed" if self.view.reversed_by else "posted"


def lines(session: Session, wanted: journal.JournalFilter, *, limit: int) -> list[JournalLine]:
    """Rows of the journal, newest first."""
    found = journal.rows(session, wanted, limit=limit)
    people = _people(session, (intent for _, intent in found))
    return [JournalLine(**_facts(entry, intent, people)) for entry, intent in found]


def audited(session: Session, intent_id: UUID) -> AuditedIntent:
    """One intent with everything that an audit asks for. Raises NotFound."""
    view = journal.intent(session, intent_id)
    people = _people(session, [view.intent])
    return AuditedIntent(
        view=view,
        lines=[_audited(entry, view, people) for entry in view.entries],
        documents=origins.documents(session, view.intent.document_id),
        bank_transactions=origins.bank_transactions(session, intent_id),
        total=sum((entry.amount for entry in view.entries), Decimal("0.00")),
    )


def _people(session: Session, intents: Iterable[IntentRow]) -> dict[UUID, str]:
    return origins.people(session, {each.created_by for each in intents if each.created_by})


def _facts(entry: JournalEntryRow, intent: IntentRow, people: dict[UUID, str]) -> dict[str, Any]:
    return {
        "journal_number": entry.journal_number,
        "intent_id": entry.intent_id,
        "booking_date": entry.booking_date,
        "account_debit": entry.debit_account,
        "account_credit": entry.credit_account,
        "amount": entry.amount,
        "description": intent.description or "",
        "source": intent.source,
        "external_reference": intent.external_reference,
        "custom_metadata": intent.custom_metadata,
        "fx_currency": intent.fx_currency,
        "fx_amount": entry.fx_amount,
        "provenance_summary": provenance(intent, people),
    }


def _audited(
    entry: JournalEntryRow, view: journal.IntentView, people: dict[UUID, str]
) -> AuditedLine:
    intent = view.intent
    return AuditedLine(
        **_facts(entry, intent, people),
        account_debit_name=view.names.get(entry.debit_account, ""),
        account_credit_name=view.names.get(entry.credit_account, ""),
        currency=BASE_CURRENCY,
        created_at=intent.created_at,
        created_by=None if intent.created_by is None else str(intent.created_by),
        document_id=intent.document_id,
        reverses_intent_id=intent.reverses_intent_id,
        audit_hash=entry.audit_hash,
        prev_hash=entry.prev_hash,
        fx_rate=intent.fx_rate,
        fx_rate_date=intent.fx_rate_date,
        fx_rate_source=intent.fx_rate_source,
        tax_code=entry.debit_tax_code or entry.credit_tax_code,
        period=entry.period,
    )
