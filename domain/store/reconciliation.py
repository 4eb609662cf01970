"""Ties bank transactions to the books, and unties them: in one transaction each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text, update
from sqlmodel import Session, col, select

from domain.banking.reconciliation import (
    Mode,
    Plan,
    TargetNotFound,
    account_type_of,
    check_open,
    link,
    settle,
)
from domain.banking.suggestion import CandidateKind
from domain.banking.transaction import (
    BankStatus,
    TxAlreadyHandled,
    TxNotFound,
    TxNotMatched,
    TxNotZero,
)
from domain.errors import DomainError, InvalidInput, NotFound
from domain.ids import derived_id
from domain.ledger.booking import Booking
from domain.ledger.reversal import HasSettlements
from domain.store import audit, journal, opening, transaction_rows
from domain.store.books import books
from domain.tables.bank import BankAccountRow, BankTransactionRow
from domain.tables.bound import tenant_of
from domain.views import bank, bank_targets

_CLAIM_INTENT = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('tie' || CAST(:intent AS text), 0))"
)


@dataclass(frozen=True, slots=True)
class Target:
    """What a transaction is to be tied to; open items need their account."""

    intent_id: UUID
    kind: CandidateKind
    open_item_account: str | None = None


@dataclass(frozen=True, slots=True)
class Tied:
    """How a transaction was tied; `intent_id` is the linked or the settling intent."""

    mode: Mode
    intent_id: UUID


@dataclass(frozen=True, slots=True)
class Untied:
    """A transaction that is open again, and the reversal of what had settled it."""

    bank_transaction_id: UUID
    reversal_intent_id: UUID | None


def reconcile(session: Session, bank_transaction_id: UUID, target: Target) -> Tied:
    """Tie a transaction to an intent; an open item gets a settlement on the transaction's day."""
    row = _claimed(session, bank_transaction_id)
    check_open(BankStatus(row.status))
    session.execute(_CLAIM_INTENT, {"intent": target.intent_id})
    if bank_targets.is_reversed(session, target.intent_id):
        raise TargetNotFound
    plan = _plan(session, row, target)
    intent_id = _settled(session, row, plan) if plan.lines else target.intent_id
    _store(
        session,
        row,
        status=BankStatus.RECONCILED.value,
        mode=plan.mode.value,
        intent_id=intent_id,
        match_count=row.match_count + 1,
    )
    tied: dict[str, object] = {"mode": plan.mode.value, "intent_id": intent_id}
    _record(session, row, BankStatus.RECONCILED, tied)
    return Tied(plan.mode, intent_id)


def reconcile_all(
    session: Session, pairs: Sequence[tuple[UUID, Target]]
) -> list[tuple[UUID, Target, DomainError]]:
    """Tie many, each in a savepoint of its own; return those that were refused, and why."""
    refused = []
    for bank_transaction_id, target in pairs:
        try:
            with session.begin_nested():
                reconcile(session, bank_transaction_id, target)
        except DomainError as error:
            refused.append((bank_transaction_id, target, error))
    return refused


def unmatch(session: Session, bank_transaction_id: UUID, today: date) -> Untied:
    """Reopen a transaction; what had settled it is reversed today."""
    row = _claimed(session, bank_transaction_id)
    if row.status == BankStatus.UNRECONCILED.value:
        raise TxNotMatched
    reversal = None
    if row.intent_id is not None and row.mode != Mode.LINKED.value:
        reversal = journal.reverse_intent(session, row.intent_id, today=today).intent_id
    _store(session, row, status=BankStatus.UNRECONCILED.value, mode=None, intent_id=None)
    _record(session, row, BankStatus.UNRECONCILED, {"reversal_intent_id": reversal})
    return Untied(row.id, reversal)


def reverse(
    session: Session,
    intent_id: UUID,
    *,
    today: date,
    in_original_period: bool = False,
    reason: str | None = None,
) -> journal.Posted:
    """Reverse an intent and reopen the transactions tied to it.

    Whoever ties one to it at the same moment waits, and then finds it reversed. What it would
    settle, and payments settle already, gives HasSettlements.
    """
    session.execute(_CLAIM_INTENT, {"intent": intent_id})
    opening.check_reversal(session, intent_id)
    tied = session.exec(
        select(BankTransactionRow)
        .where(
            BankTransactionRow.tenant_id == tenant_of(session),
            BankTransactionRow.intent_id == intent_id,
        )
        .order_by(col(BankTransactionRow.id))
        .with_for_update()
    ).all()
    try:
        posted = journal.reverse_intent(
            session, intent_id, today=today, in_original_period=in_original_period, reason=reason
        )
    except journal.SettlementExceedsOpenAmount as error:
        raise HasSettlements(intent_id) from error
    transaction_rows.keep_reversal(session, intent_id, posted.intent_id, reason)
    for row in tied:
        _store(session, row, status=BankStatus.UNRECONCILED.value, mode=None, intent_id=None)
        _record(session, row, BankStatus.UNRECONCILED, {"reversed_intent_id": intent_id})
    return posted


def dismiss(session: Session, bank_transaction_id: UUID) -> None:
    """Mark a transaction of nothing as handled."""
    try:
        row = _claimed(session, bank_transaction_id)
    except NotFound as error:
        raise TxNotFound from error
    if row.status != BankStatus.UNRECONCILED.value:
        raise TxAlreadyHandled(BankStatus(row.status))
    if row.amount:
        raise TxNotZero
    _store(session, row, status=BankStatus.EXCLUDED.value)
    _record(session, row, BankStatus.EXCLUDED, {})


def _plan(session: Session, row: BankTransactionRow, target: Target) -> Plan:
    account = session.get_one(BankAccountRow, (row.tenant_id, row.bank_account_id))
    movement = bank.movement_of(row)
    if target.kind is CandidateKind.BANK_BOOKING:
        booking = bank_targets.bank_booking(
            session, target.intent_id, account.account_number, movement.currency
        )
        return link(movement, booking)
    if target.open_item_account is None:
        raise InvalidInput("/open_item_account", "is needed for open items")
    kind = account_type_of(target.kind)
    items = bank_targets.open_items(session, target.intent_id, target.open_item_account, kind)
    chart = books(session, row.tenant_id).chart
    return settle(movement, items, account.account_number, chart)


def _settled(session: Session, row: BankTransactionRow, plan: Plan) -> UUID:
    """Post the settlement; the count makes a new intent of each new match."""
    intent_id = derived_id("bank-settlement", row.tenant_id, row.id, row.match_count)
    words = (plan.document_number, row.counterparty_name)
    posted = journal.book(
        session,
        Booking(
            intent_id=intent_id,
            booking_date=row.tx_date,
            description=" ".join(("Zahlung", *filter(None, words)))[:500],
            lines=plan.lines,
            source="bank",
            external_reference=plan.document_number,
            settles=plan.settles,
        ),
    )
    return posted.intent_id


def _claimed(session: Session, bank_transaction_id: UUID) -> BankTransactionRow:
    row = session.exec(
        select(BankTransactionRow)
        .where(
            BankTransactionRow.tenant_id == tenant_of(session),
            BankTransactionRow.id == bank_transaction_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound("There is no such bank transaction.")
    return row


def _store(session: Session, row: BankTransactionRow, **values: object) -> None:
    session.execute(
        update(BankTransactionRow)
        .where(
            col(BankTransactionRow.tenant_id) == row.tenant_id,
            col(BankTransactionRow.id) == row.id,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )


_ACTIONS = {
    BankStatus.RECONCILED: "reconciled",
    BankStatus.UNRECONCILED: "unmatched",
    BankStatus.EXCLUDED: "dismissed",
}


def _record(
    session: Session, row: BankTransactionRow, status: BankStatus, facts: dict[str, object]
) -> None:
    audit.record(
        session,
        f"bank_transaction.{_ACTIONS[status]}",
        "bank_transaction",
        row.id,
        before={"status": row.status, "intent_id": row.intent_id},
        after={"status": status.value, **facts},
    )
