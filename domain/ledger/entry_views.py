"""Journal rows as people read them: with names, texts and origin."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import and_, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER
from sqlmodel import Session, col

from domain.access.rows import UserRow
from domain.database.session import tenant_of
from domain.ledger import journal_views
from domain.ledger.intent import Kind
from domain.ledger.provenance_views import Provenance, provenance
from domain.ledger.rows import IntentRow, JournalEntryRow
from domain.money import BASE_CURRENCY

_ACTOR = {"surface": "surface", "kind": "actor_kind", "key_prefix": "key_prefix"}
_LINES = (
    select(
        *(
            getattr(JournalEntryRow, name)
            for name in (
                *("journal_number", "intent_id", "booking_date", "debit_account"),
                *("credit_account", "amount", "fx_amount"),
            )
        ),
        *(
            getattr(IntentRow, name)
            for name in (
                *("description", "source", "kind", "external_reference", "supply_date"),
                *("custom_metadata", "fx_currency"),
            )
        ),
        *(col(IntentRow.actor)[name].astext.label(label) for name, label in _ACTOR.items()),
        col(UserRow.name).label("actor_name"),
    )
    .join(
        IntentRow,
        and_(
            col(IntentRow.tenant_id) == col(JournalEntryRow.tenant_id),
            col(IntentRow.intent_id) == col(JournalEntryRow.intent_id),
        ),
    )
    .join(
        UserRow,
        and_(
            col(UserRow.tenant_id) == col(IntentRow.tenant_id),
            col(UserRow.id) == col(IntentRow.created_by),
        ),
        isouter=True,
    )
    .where(col(JournalEntryRow.tenant_id) == bindparam("tenant"))
    .order_by(col(JournalEntryRow.journal_number).desc())
    # Written into the text, so that one plan made for good knows how few rows are wanted.
    .limit(bindparam("limit", type_=INTEGER, literal_execute=True))
)
# Joined at once, many companies in one table look like few rows, and all of them would be sorted.
_NEWEST = _LINES.where(
    col(JournalEntryRow.journal_number).in_(
        select(col(JournalEntryRow.journal_number))
        .where(
            col(JournalEntryRow.tenant_id) == bindparam("tenant"),
            col(JournalEntryRow.journal_number) < bindparam("before"),
        )
        .order_by(col(JournalEntryRow.journal_number).desc())
        .limit(bindparam("limit", type_=INTEGER, literal_execute=True))
        .correlate(None)
    )
)
_NUMBERED = _LINES.where(
    col(JournalEntryRow.journal_number) == any_(bindparam("numbers", type_=ARRAY(BIGINT)))
)


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
    supply_date: date | None
    custom_metadata: dict[str, object] | None
    fx_currency: str | None
    fx_amount: Decimal | None
    provenance_summary: Provenance


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the journal, and the number before which the next part lies, if there is one."""

    lines: list[JournalLine]
    next: int | None


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

    view: journal_views.IntentView
    lines: list[AuditedLine]
    total: Decimal

    @property
    def status(self) -> str:
        """Whether it stands, was reversed, or reverses another."""
        if self.view.intent.kind == Kind.REVERSAL:
            return "reversal"
        return "reversed" if self.view.is_reversed else "posted"


def page(
    session: Session, wanted: journal_views.JournalFilter, *, limit: int, before: int | None = None
) -> Page:
    """Rows of the journal, newest first by number; `before` is the cursor of the page before.

    Numbers only grow, so that what is posted meanwhile never moves a page.
    """
    arguments = {"tenant": tenant_of(session), "limit": limit + 1}
    if wanted == journal_views.JournalFilter():
        rows = session.execute(_NEWEST, {**arguments, "before": before or journal_views.NEWEST})
    else:
        numbers = journal_views.numbers(session, wanted, limit=limit + 1, before=before)
        if not numbers:
            return Page([], None)
        rows = session.execute(_NUMBERED, {**arguments, "numbers": numbers})
    lines = [JournalLine(**_facts(row, row, _origin(row))) for row in rows]
    more = len(lines) > limit
    return Page(lines[:limit], lines[limit - 1].journal_number if more else None)


def audited(session: Session, intent_id: UUID) -> AuditedIntent:
    """One intent with everything that an audit asks for. Raises NotFound."""
    view = journal_views.intent(session, intent_id)
    origin = _origin_of(view)
    return AuditedIntent(
        view=view,
        lines=[_audited(entry, view, origin) for entry in view.entries],
        total=sum((entry.amount for entry in view.entries), Decimal("0.00")),
    )


def _origin(row: Any) -> Provenance:
    return provenance(
        row.kind,
        row.source,
        surface=row.surface,
        actor_kind=row.actor_kind,
        key_prefix=row.key_prefix,
        name=row.actor_name,
    )


def _origin_of(view: journal_views.IntentView) -> Provenance:
    intent = view.intent
    parts = {label: cast("str | None", intent.actor.get(name)) for name, label in _ACTOR.items()}
    return provenance(intent.kind, intent.source, **parts, name=view.ties.created_by)


def _facts(entry: Any, intent: Any, origin: Provenance) -> dict[str, Any]:
    """Facts of an entry and of its intent: two rows, or one that holds both."""
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
        "supply_date": intent.supply_date,
        "custom_metadata": intent.custom_metadata,
        "fx_currency": intent.fx_currency,
        "fx_amount": entry.fx_amount,
        "provenance_summary": origin,
    }


def _audited(
    entry: JournalEntryRow, view: journal_views.IntentView, origin: Provenance
) -> AuditedLine:
    intent = view.intent
    return AuditedLine(
        **_facts(entry, intent, origin),
        account_debit_name=view.ties.names.get(entry.debit_account, ""),
        account_credit_name=view.ties.names.get(entry.credit_account, ""),
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
