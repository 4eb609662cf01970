"""Reads what bank transactions can be tied to: money booked on the account, open items."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, and_, case, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from domain.banking.reconciliation import BankBooking, OpenItem
from domain.banking.rows import BankAccountRow, BankTransactionRow
from domain.database.among import among
from domain.database.session import tenant_of
from domain.ledger.account import AccountType
from domain.ledger.intent import Side
from domain.ledger.remaining_views import remaining_amount
from domain.ledger.rows import AccountRow, IntentRow, JournalEntryRow, OpenItemRow, SettlementRow
from domain.money import BASE_CURRENCY, ZERO, exponent_of
from domain.payables.rows import TIED_INVOICE

_ITEM: Any = OpenItemRow.__table__  # type: ignore[attr-defined]


def bank_booking(
    session: Session, intent_id: UUID, account_number: str, currency: str
) -> BankBooking:
    """What an intent moved on an account, and how much of it is tied to that account's movements.

    A transfer between two bank accounts has a side on each. In a foreign currency the amount of
    the document counts; an intent without one in this currency answers in EUR.
    """
    foreign = session.exec(
        select(IntentRow.intent_id).where(
            IntentRow.tenant_id == tenant_of(session),
            IntentRow.intent_id == intent_id,
            IntentRow.fx_currency == currency,
        )
    ).first()
    amount = col(JournalEntryRow.fx_amount if foreign else JournalEntryRow.amount)
    booked = session.exec(
        select(func.coalesce(func.sum(_net_on(account_number, amount)), ZERO)).where(
            JournalEntryRow.tenant_id == tenant_of(session),
            JournalEntryRow.intent_id == intent_id,
        )
    ).one()
    linked = session.exec(
        select(func.coalesce(func.sum(BankTransactionRow.amount), ZERO))
        .join(BankAccountRow, _of_bank_account())
        .where(
            BankTransactionRow.tenant_id == tenant_of(session),
            BankTransactionRow.intent_id == intent_id,
            BankAccountRow.account_number == account_number,
        )
    ).one()
    return BankBooking(Decimal(booked), Decimal(linked), currency if foreign else BASE_CURRENCY)


def open_items(
    session: Session, intent_id: UUID, account_number: str, kind: AccountType
) -> list[OpenItem]:
    """Open items of an intent on an account of a type, with what remains of each."""
    found = items_of(session, [intent_id]).get(intent_id, [])
    return [item for item, type_ in found if item.account == account_number and type_ is kind]


def items_of(
    session: Session, intent_ids: Iterable[UUID]
) -> dict[UUID, list[tuple[OpenItem, AccountType]]]:
    """Items of intents with what remains of each, and the types of their accounts."""
    tied = TIED_INVOICE.c
    of_item = and_(
        tied.tenant_id == OpenItemRow.tenant_id, tied.open_item_id == OpenItemRow.open_item_id
    )
    partner = func.coalesce(col(OpenItemRow.partner_id), tied.partner_id)
    # Columns instead of rows: a session keeps no hundreds of items in mind that never change.
    columns: Any = (remaining_amount(), _remaining_document(), partner, col(AccountRow.type))
    query: Any = (
        select(*_ITEM.c, *columns)
        .join(AccountRow, _of_account(OpenItemRow.account))
        .join(TIED_INVOICE, of_item, isouter=True)
        .where(
            col(OpenItemRow.tenant_id) == tenant_of(session),
            among(col(OpenItemRow.intent_id), intent_ids),
        )
        .order_by(col(OpenItemRow.open_item_id))
    )
    found: dict[UUID, list[tuple[OpenItem, AccountType]]] = {}
    for row in session.exec(query):
        item = _open_item(row, *row[-4:-1]), AccountType(row[-1])
        found.setdefault(row.intent_id, []).append(item)
    return found


def standing(session: Session, intent_ids: Iterable[UUID]) -> set[UUID]:
    """Those of some intents that are known and were not reversed."""
    query = select(IntentRow.intent_id).where(
        IntentRow.tenant_id == tenant_of(session),
        among(col(IntentRow.intent_id), intent_ids),
        ~_reversed(),
    )
    return set(session.exec(query))


def is_reversed(session: Session, intent_id: UUID) -> bool:
    """Whether an intent is unknown or was reversed."""
    return not standing(session, [intent_id])


def _reversed() -> Any:
    """Whether an intent was reversed, and its reversal was not; most never were."""
    reversal = aliased(IntentRow)
    found = (
        select(reversal.intent_id)
        .where(
            reversal.tenant_id == IntentRow.tenant_id,
            reversal.reverses_intent_id == IntentRow.intent_id,
        )
        .exists()
    )
    of_intent = (col(IntentRow.tenant_id), col(IntentRow.intent_id))
    return and_(found, func.is_cancelled(*of_intent, type_=Boolean))


def _net_on(account_number: str, amount: Any) -> Any:
    """Debit minus credit of a journal entry on an account."""
    entry = JournalEntryRow
    return case((col(entry.debit_account) == account_number, amount), else_=ZERO) - case(
        (col(entry.credit_account) == account_number, amount), else_=ZERO
    )


def _of_bank_account() -> Any:
    return and_(
        col(BankAccountRow.tenant_id) == BankTransactionRow.tenant_id,
        col(BankAccountRow.id) == BankTransactionRow.bank_account_id,
    )


def _of_account(number: Any) -> Any:
    return and_(
        col(AccountRow.tenant_id) == OpenItemRow.tenant_id, col(AccountRow.number) == number
    )


def _remaining_document() -> Any:
    """What remains in the item's currency: less what was said, else less the share in EUR."""
    said = func.coalesce(func.sum(SettlementRow.document_amount), 0)
    shared = func.coalesce(
        func.sum(SettlementRow.amount).filter(col(SettlementRow.document_amount).is_(None)), 0
    )
    whole = col(OpenItemRow.document_amount)
    settled = (
        select(said + whole * shared / col(OpenItemRow.amount))
        .where(
            SettlementRow.tenant_id == OpenItemRow.tenant_id,
            SettlementRow.open_item_id == OpenItemRow.open_item_id,
        )
        .scalar_subquery()
    )
    return whole - settled


def _open_item(
    row: Any, remaining: Decimal, document: Decimal, partner_id: UUID | None
) -> OpenItem:
    is_foreign = row.currency != BASE_CURRENCY
    return OpenItem(
        open_item_id=row.open_item_id,
        account=row.account,
        side=Side(row.side),
        remaining_amount=remaining,
        currency=row.currency,
        document_number=row.document_number,
        partner_id=partner_id,
        remaining_document=round(document, exponent_of(row.currency)) if is_foreign else None,
    )
