"""Reads the journal: rows, and intents with their links."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, and_, bindparam, func, text
from sqlmodel import Session, col, select

from domain.access.rows import TenantRow
from domain.database.among import among
from domain.database.session import tenant_of
from domain.errors import NotFound
from domain.ledger.intent import Entry, Exchange, Kind, Posting, Settling, Side
from domain.ledger.leaf_views import stored_leaf
from domain.ledger.prepayment_use_views import check_reversible
from domain.ledger.reversal import AlreadyReversed, HasSettlements, Posted
from domain.ledger.rows import IntentRow, JournalEntryRow, OpenItemRow, SettlementRow
from domain.ledger.tie_views import Ties, ties
from domain.tax.code import TaxPart

NEWEST = 2**63 - 1
"""Above every journal number."""
_NUMBERS = text(
    "SELECT journal_numbers(:account, :first, :last, :search, :external_reference, :before, :limit)"
)
_NO_INTENT = "There is no such intent."


_ROWS = (
    select(IntentRow, JournalEntryRow)
    .join(
        JournalEntryRow,
        and_(
            col(JournalEntryRow.tenant_id) == IntentRow.tenant_id,
            col(JournalEntryRow.intent_id) == IntentRow.intent_id,
        ),
        isouter=True,
    )
    .where(
        col(IntentRow.tenant_id) == bindparam("tenant"),
        col(IntentRow.intent_id) == bindparam("intent"),
    )
    .order_by(col(JournalEntryRow.journal_number))
)


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """Which rows of the journal; `search` looks at text, account numbers and reference."""

    account: str | None = None
    first: date | None = None
    last: date | None = None
    search: str | None = None
    external_reference: str | None = None


@dataclass(frozen=True, slots=True)
class IntentView:
    """One intent with everything that an audit asks for."""

    intent: IntentRow
    entries: list[JournalEntryRow]
    ties: Ties
    is_reversed: bool
    chain_valid: bool


def numbers(
    session: Session, wanted: JournalFilter, *, limit: int, before: int | None = None
) -> list[int]:
    """Numbers of the entries that a filter finds, newest first; `before` pages on."""
    asked = {name: value or None for name, value in asdict(wanted).items()}
    arguments = {**asked, "before": before or NEWEST, "limit": limit}
    found: list[int] = session.execute(_NUMBERS, arguments).scalar_one()
    return found


def intent(session: Session, intent_id: UUID) -> IntentView:
    """One intent, its rows, ties and whether its part of the chain still holds."""
    rows = session.execute(_ROWS, {"tenant": tenant_of(session), "intent": intent_id}).all()
    if not rows:
        raise NotFound(_NO_INTENT)
    row: IntentRow = rows[0].IntentRow
    entries = [each.JournalEntryRow for each in rows if each.JournalEntryRow is not None]
    tied = ties(session, intent_id)
    leaves = [stored_leaf(each, row, tied.hashes.get(each.journal_number - 1)) for each in entries]
    return IntentView(
        intent=row,
        entries=entries,
        ties=tied,
        is_reversed=tied.reversed_by is not None and _is_cancelled(session, intent_id),
        chain_valid=len(entries) == row.event_count
        and all(leaf.is_valid and leaf.is_chained for leaf in leaves),
    )


def accounts_of(
    session: Session, intent_ids: Iterable[UUID]
) -> dict[UUID, list[tuple[str, str | None]]]:
    """What intents of partners were booked on: account and tax code, each once, in their order.

    Accounts that bear a partner are left out, and those of a tax itself.
    """
    row = JournalEntryRow
    query = (
        select(row)
        .where(row.tenant_id == tenant_of(session), among(col(row.intent_id), intent_ids))
        .order_by(col(row.journal_number))
    )
    found: dict[UUID, list[tuple[str, str | None]]] = {}
    for each in session.exec(query):
        known = found.setdefault(each.intent_id, [])
        for account, code, part, partner in (
            (each.debit_account, each.debit_tax_code, each.debit_tax_part, each.debit_partner_id),
            (each.credit_account, each.credit_tax_code, each.credit_tax_part,
             each.credit_partner_id),
        ):  # fmt: skip
            is_cost = partner is None and part in (None, TaxPart.BASE)
            if is_cost and (account, code) not in known:
                known.append((account, code))
    return found


def _is_cancelled(session: Session, intent_id: UUID) -> bool:
    """Whether its reversal holds, and was not reversed itself."""
    call = func.is_cancelled(tenant_of(session), intent_id, type_=Boolean)
    return session.exec(select(call)).one()


def posted_of(session: Session, intent_id: UUID) -> Posted:
    """A stored intent as its reversal needs it; refuses one with settlements.

    A prepayment that a final invoice was set off against has some, too.
    """
    row = _intent_row(session, intent_id)
    check_reversible(session, _first_of(session, row).intent_id)
    opened = _opened(session, intent_id)
    settled = _settlements_of(session, intent_id)
    start = session.exec(
        select(TenantRow.fiscal_year_start).where(TenantRow.id == tenant_of(session))
    ).one()
    return Posted(
        intent_id=intent_id,
        booking_date=row.booking_date,
        period=row.period,
        fiscal_year_start=start,
        description=row.description or "",
        external_reference=row.external_reference,
        entries=tuple(as_entry(each) for each in _entries(session, intent_id)),
        settles=settled,
        opened=opened,
        exchange=_exchange_of(row),
        is_opening=_first_of(session, row).kind == Kind.OPENING.value,
    )


def opening_behind(session: Session, intent_id: UUID) -> IntentRow | None:
    """Find the opening of the books that an intent is, reverses, or restores."""
    row = _first_of(session, _intent_row(session, intent_id))
    return row if row.kind == Kind.OPENING.value else None


def first_of(session: Session, intent_id: UUID) -> UUID:
    """The intent that a row of reversals is about: itself where it reverses nothing."""
    return _first_of(session, _intent_row(session, intent_id)).intent_id


def in_force(session: Session, intent_id: UUID) -> UUID:
    """What is to be reversed so that an intent counts no more: itself, or what restored it last.

    Raises ALREADY_REVERSED where it does not count now.
    """
    last, counts = intent_id, True
    while (later := _reversal_of(session, last)) is not None:
        last, counts = later, not counts
    if not counts:
        raise AlreadyReversed(intent_id)
    return last


def _reversal_of(session: Session, intent_id: UUID) -> UUID | None:
    query = select(IntentRow.intent_id).where(
        IntentRow.tenant_id == tenant_of(session), IntentRow.reverses_intent_id == intent_id
    )
    return session.exec(query).first()


def _first_of(session: Session, row: IntentRow) -> IntentRow:
    """The first intent of a row of reversals."""
    while row.reverses_intent_id is not None:
        row = _intent_row(session, row.reverses_intent_id)
    return row


def _exchange_of(row: IntentRow) -> Exchange | None:
    if (
        row.fx_currency is None
        or row.fx_amount is None
        or row.fx_rate is None
        or row.fx_rate_date is None
        or row.fx_rate_source is None
    ):
        return None
    return Exchange(
        row.fx_currency, row.fx_amount, row.fx_rate, row.fx_rate_date, row.fx_rate_source
    )


def _intent_row(session: Session, intent_id: UUID) -> IntentRow:
    row = session.exec(
        select(IntentRow).where(
            IntentRow.tenant_id == tenant_of(session), IntentRow.intent_id == intent_id
        )
    ).first()
    if row is None:
        raise NotFound(_NO_INTENT)
    return row


def _entries(session: Session, intent_id: UUID) -> list[JournalEntryRow]:
    query = (
        select(JournalEntryRow)
        .where(
            JournalEntryRow.tenant_id == tenant_of(session),
            JournalEntryRow.intent_id == intent_id,
        )
        .order_by(col(JournalEntryRow.journal_number))
    )
    return list(session.exec(query))


def _opened(session: Session, intent_id: UUID) -> tuple[Settling, ...]:
    """Open items of an intent as its reversal settles them: in full, none settled before."""
    open_now = col(OpenItemRow.amount) - func.coalesce(
        func.sum(col(SettlementRow.amount)), Decimal()
    )
    query = (
        select(col(OpenItemRow.open_item_id), col(OpenItemRow.amount), open_now)
        .join(SettlementRow, _of_item(), isouter=True)
        .where(OpenItemRow.tenant_id == tenant_of(session), OpenItemRow.intent_id == intent_id)
        .group_by(
            col(OpenItemRow.tenant_id), col(OpenItemRow.open_item_id), col(OpenItemRow.amount)
        )
    )
    items = list(session.exec(query))
    if _reversal_of(session, intent_id) is None and any(
        rest != amount for _, amount, rest in items
    ):
        raise HasSettlements(intent_id)
    return tuple(Settling(item, amount) for item, amount, _ in items)


def _of_item() -> ColumnElement[bool]:
    return and_(
        col(SettlementRow.tenant_id) == col(OpenItemRow.tenant_id),
        col(SettlementRow.open_item_id) == col(OpenItemRow.open_item_id),
    )


def _settlements_of(session: Session, intent_id: UUID) -> tuple[Settling, ...]:
    query = select(
        col(SettlementRow.open_item_id),
        col(SettlementRow.amount),
        col(SettlementRow.document_amount),
    ).where(SettlementRow.tenant_id == tenant_of(session), SettlementRow.intent_id == intent_id)
    return tuple(Settling(*row) for row in session.exec(query))


def as_entry(row: JournalEntryRow) -> Entry:
    """Value of a row."""
    debit = Posting(
        row.debit_account,
        Side.DEBIT,
        row.amount,
        row.debit_tax_code,
        TaxPart(row.debit_tax_part) if row.debit_tax_part else None,
        row.debit_partner_id,
    )
    credit = Posting(
        row.credit_account,
        Side.CREDIT,
        row.amount,
        row.credit_tax_code,
        TaxPart(row.credit_tax_part) if row.credit_tax_part else None,
        row.credit_partner_id,
    )
    return Entry(debit, credit, row.amount, row.entry_no)
