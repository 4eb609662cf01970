"""Reads bank accounts and their transactions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from domain.banking.transaction import BankStatus, BankTransaction
from domain.errors import NotFound
from domain.tables.bank import BankAccountRow, BankEvidenceRow, BankTransactionRow
from domain.tables.bound import tenant_of


@dataclass(frozen=True, slots=True)
class AccountView:
    """One bank account with its counters."""

    account: BankAccountRow
    tx_count: int
    unreconciled_count: int
    last_tx_date: date | None


@dataclass(frozen=True, slots=True)
class TransactionFilter:
    """Which transactions; `search` looks at counterparty name and reference."""

    bank_account_id: UUID | None = None
    first: date | None = None
    last: date | None = None
    search: str | None = None
    status: BankStatus | None = None


def accounts(session: Session) -> list[AccountView]:
    """All bank accounts by name."""
    query = _accounts(session).order_by(col(BankAccountRow.name), col(BankAccountRow.id))
    return [AccountView(*row) for row in session.exec(query)]


def account(session: Session, bank_account_id: UUID) -> AccountView:
    """One bank account, or NOT_FOUND."""
    row = session.exec(_accounts(session).where(BankAccountRow.id == bank_account_id)).first()
    if row is None:
        raise NotFound("There is no such bank account.")
    return AccountView(*row)


def account_by_iban(session: Session, iban: str) -> BankAccountRow:
    """The bank account with an IBAN, or NOT_FOUND that names it."""
    row = session.exec(
        select(BankAccountRow).where(
            BankAccountRow.tenant_id == tenant_of(session), BankAccountRow.iban == iban
        )
    ).first()
    if row is None:
        raise NotFound("No bank account has this IBAN.", iban=iban)
    return row


def transactions(
    session: Session, wanted: TransactionFilter, *, limit: int, offset: int
) -> tuple[list[BankTransactionRow], int]:
    """Transactions, newest first, and how many there are in all."""
    conditions = list(_conditions(session, wanted))
    total = session.exec(
        select(func.count()).select_from(BankTransactionRow).where(*conditions)
    ).one()
    query = (
        select(BankTransactionRow)
        .where(*conditions)
        .order_by(
            col(BankTransactionRow.tx_date).desc(),
            col(BankTransactionRow.created_at).desc(),
            col(BankTransactionRow.position),
            col(BankTransactionRow.id),
        )
        .limit(limit)
        .offset(offset)
    )
    return list(session.exec(query)), total


def transaction(session: Session, bank_transaction_id: UUID) -> BankTransactionRow:
    """One transaction, or NOT_FOUND."""
    row = session.exec(
        select(BankTransactionRow).where(
            BankTransactionRow.tenant_id == tenant_of(session),
            BankTransactionRow.id == bank_transaction_id,
        )
    ).first()
    if row is None:
        raise NotFound("There is no such bank transaction.")
    return row


def evidence(session: Session, bank_transaction_id: UUID) -> BankEvidenceRow | None:
    """The evidence of a movement; NOT_FOUND when there is no such movement."""
    transaction(session, bank_transaction_id)
    return session.exec(
        select(BankEvidenceRow)
        .where(
            BankEvidenceRow.tenant_id == tenant_of(session),
            BankEvidenceRow.bank_transaction_id == bank_transaction_id,
        )
        .execution_options(populate_existing=True)
    ).first()


def evidenced(session: Session, bank_transaction_ids: list[UUID]) -> set[UUID]:
    """Which of these movements have evidence."""
    query = select(BankEvidenceRow.bank_transaction_id).where(
        BankEvidenceRow.tenant_id == tenant_of(session),
        col(BankEvidenceRow.bank_transaction_id).in_(bank_transaction_ids),
    )
    return set(session.exec(query))


def unreconciled_count(session: Session) -> int:
    """Number of open transactions of the tenant."""
    return session.exec(
        select(func.count())
        .select_from(BankTransactionRow)
        .where(
            BankTransactionRow.tenant_id == tenant_of(session),
            BankTransactionRow.status == BankStatus.UNRECONCILED.value,
        )
    ).one()


def movement_of(row: BankTransactionRow) -> BankTransaction:
    """Value of a row."""
    return BankTransaction(
        tx_date=row.tx_date,
        amount=row.amount,
        currency=row.currency,
        value_date=row.value_date,
        counterparty_name=row.counterparty_name,
        counterparty_iban=row.counterparty_iban,
        reference=row.reference,
        bank_reference=row.bank_reference,
        tx_type=row.tx_type,
        end_to_end_id=row.end_to_end_id,
    )


def _accounts(session: Session) -> Any:
    open_ones = func.count(col(BankTransactionRow.id)).filter(
        col(BankTransactionRow.status) == BankStatus.UNRECONCILED.value
    )
    of_account = and_(
        col(BankTransactionRow.tenant_id) == BankAccountRow.tenant_id,
        col(BankTransactionRow.bank_account_id) == BankAccountRow.id,
    )
    return (
        select(
            BankAccountRow,
            func.count(col(BankTransactionRow.id)),
            open_ones,
            func.max(BankTransactionRow.tx_date),
        )
        .join(BankTransactionRow, of_account, isouter=True)
        .where(BankAccountRow.tenant_id == tenant_of(session))
        .group_by(col(BankAccountRow.tenant_id), col(BankAccountRow.id))
    )


def _conditions(session: Session, wanted: TransactionFilter) -> Iterator[ColumnElement[bool]]:
    yield col(BankTransactionRow.tenant_id) == tenant_of(session)
    if wanted.bank_account_id:
        yield col(BankTransactionRow.bank_account_id) == wanted.bank_account_id
    if wanted.first:
        yield col(BankTransactionRow.tx_date) >= wanted.first
    if wanted.last:
        yield col(BankTransactionRow.tx_date) <= wanted.last
    if wanted.status:
        yield col(BankTransactionRow.status) == wanted.status.value
    if wanted.search:
        yield or_(
            col(BankTransactionRow.counterparty_name).icontains(wanted.search, autoescape=True),
            col(BankTransactionRow.reference).icontains(wanted.search, autoescape=True),
        )
