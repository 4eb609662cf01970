"""Reads what bank transactions can be tied to: money booked on the account, open items."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Uuid, and_, case, func, or_, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from domain.banking.reconciliation import BankBooking, OpenItem
from domain.banking.suggestion import Candidate, CandidateKind, Candidates, Suggestion
from domain.banking.transaction import BankStatus
from domain.ledger.account import AccountType
from domain.ledger.intent import Side
from domain.money import BASE_CURRENCY, ZERO
from domain.tables.bank import BankAccountRow, BankTransactionRow
from domain.tables.bound import tenant_of
from domain.tables.ledger import (
    AccountRow,
    IntentRow,
    JournalEntryRow,
    OpenItemRow,
    SettlementRow,
)
from domain.tables.payables import VendorRow
from domain.views import bank
from domain.views.indexed import is_indexed

_MOST_CANDIDATES = 10_000
_MOST_TRANSACTIONS = 500


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
        select(func.coalesce(func.sum(_moved(account_number, amount)), ZERO)).where(
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
    query = (
        select(OpenItemRow, _remaining())
        .join(AccountRow, _of_account(OpenItemRow.account))
        .where(
            OpenItemRow.tenant_id == tenant_of(session),
            OpenItemRow.intent_id == intent_id,
            OpenItemRow.account == account_number,
            AccountRow.type == kind.value,
        )
        .order_by(col(OpenItemRow.open_item_id))
    )
    return [_open_item(row, remaining) for row, remaining in session.exec(query)]


def is_reversed(session: Session, intent_id: UUID) -> bool:
    """Whether an intent is unknown or was reversed."""
    standing = select(IntentRow.intent_id).where(
        IntentRow.tenant_id == tenant_of(session), IntentRow.intent_id == intent_id, ~_reversed()
    )
    return session.exec(standing).first() is None


def suggestions(
    session: Session, bank_account_id: UUID
) -> list[tuple[BankTransactionRow, Suggestion]]:
    """Candidates for each open transaction of an account, best first."""
    account = bank.account(session, bank_account_id).account
    wanted = bank.TransactionFilter(bank_account_id, status=BankStatus.UNRECONCILED)
    rows, _ = bank.transactions(session, wanted, limit=_MOST_TRANSACTIONS, offset=0)
    known = Candidates([*_open_candidates(session), *_booked_candidates(session, account)])
    found = [(row, one) for row in rows for one in known.suggest(bank.movement_of(row))]
    return sorted(found, key=lambda pair: -pair[1].score)


def _open_candidates(session: Session) -> Iterator[Candidate]:
    query: Any = (
        select(OpenItemRow, AccountRow.type)
        .add_columns(
            col(IntentRow.description),
            col(IntentRow.external_reference),
            col(VendorRow.iban),
            col(VendorRow.name),
            _remaining(),
        )
        .join(AccountRow, _of_account(OpenItemRow.account))
        .join(
            IntentRow,
            and_(
                col(IntentRow.tenant_id) == OpenItemRow.tenant_id,
                col(IntentRow.intent_id) == OpenItemRow.intent_id,
            ),
        )
        .join(
            VendorRow,
            and_(
                col(VendorRow.tenant_id) == OpenItemRow.tenant_id,
                col(VendorRow.id) == OpenItemRow.partner_id,
            ),
            isouter=True,
        )
        .where(col(OpenItemRow.tenant_id) == tenant_of(session), _remaining() > ZERO)
        .where(_maybe_open() if is_indexed(session) else true())
        .order_by(col(OpenItemRow.booking_date).desc(), col(OpenItemRow.open_item_id))
        .limit(_MOST_CANDIDATES)
    )
    for item, kind, description, reference, iban, name, remaining in session.exec(query):
        receivable = kind == AccountType.ASSET.value
        yield Candidate(
            intent_id=item.intent_id,
            kind=CandidateKind.OPEN_RECEIVABLE if receivable else CandidateKind.OPEN_LIABILITY,
            amount=remaining if item.side == Side.DEBIT.value else -remaining,
            day=item.due_date or item.booking_date,
            description=description or "",
            open_item_account=item.account,
            invoice_number=item.document_number,
            external_reference=reference,
            counterparty_iban=iban,
            counterparty_name=name,
        )


def _booked_candidates(session: Session, account: BankAccountRow) -> Iterator[Candidate]:
    """Money booked on the account by hand that no transaction is tied to yet."""
    moved = func.sum(_moved(account.account_number, col(JournalEntryRow.amount)))
    tied = (
        select(BankTransactionRow.id)
        .where(
            BankTransactionRow.tenant_id == IntentRow.tenant_id,
            BankTransactionRow.intent_id == IntentRow.intent_id,
            BankTransactionRow.bank_account_id == account.id,
        )
        .exists()
    )
    query: Any = (
        select(IntentRow, moved)
        .join(
            JournalEntryRow,
            and_(
                col(JournalEntryRow.tenant_id) == IntentRow.tenant_id,
                col(JournalEntryRow.intent_id) == IntentRow.intent_id,
            ),
        )
        .where(
            IntentRow.tenant_id == tenant_of(session),
            IntentRow.kind == "regular",
            or_(
                col(JournalEntryRow.debit_account) == account.account_number,
                col(JournalEntryRow.credit_account) == account.account_number,
            ),
            ~tied,
            ~_reversed(),
        )
        .group_by(col(IntentRow.tenant_id), col(IntentRow.intent_id))
        .order_by(col(IntentRow.booking_date).desc(), col(IntentRow.intent_id))
        .limit(_MOST_CANDIDATES)
    )
    for intent, amount in session.exec(query):
        yield Candidate(
            intent_id=intent.intent_id,
            kind=CandidateKind.BANK_BOOKING,
            amount=amount,
            day=intent.booking_date,
            description=intent.description or "",
            external_reference=intent.external_reference,
        )


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


def _moved(account_number: str, amount: Any) -> Any:
    """Debit minus credit of a journal entry on an account."""
    entry = JournalEntryRow
    return case((col(entry.debit_account) == account_number, amount), else_=ZERO) - case(
        (col(entry.credit_account) == account_number, amount), else_=ZERO
    )


def _remaining() -> Any:
    settled = (
        select(func.coalesce(func.sum(SettlementRow.amount), ZERO))
        .where(
            SettlementRow.tenant_id == OpenItemRow.tenant_id,
            SettlementRow.open_item_id == OpenItemRow.open_item_id,
        )
        .scalar_subquery()
    )
    return col(OpenItemRow.amount) - settled


def _maybe_open() -> Any:
    """Whether something may be left of an item; what is settled for good need not be read."""
    maybe: Any = func.items_maybe_open(None, None, type_=Uuid).column_valued("maybe")
    return col(OpenItemRow.open_item_id).in_(select(maybe))


def _of_bank_account() -> Any:
    return and_(
        col(BankAccountRow.tenant_id) == BankTransactionRow.tenant_id,
        col(BankAccountRow.id) == BankTransactionRow.bank_account_id,
    )


def _of_account(number: Any) -> Any:
    return and_(
        col(AccountRow.tenant_id) == OpenItemRow.tenant_id, col(AccountRow.number) == number
    )


def _open_item(row: OpenItemRow, remaining: Decimal) -> OpenItem:
    return OpenItem(
        open_item_id=row.open_item_id,
        account=row.account,
        side=Side(row.side),
        remaining_amount=remaining,
        currency=row.currency,
        document_number=row.document_number,
        partner_id=row.partner_id,
    )
