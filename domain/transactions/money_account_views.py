"""Reads where the money of transactions lies, and how much of it there is."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, func
from sqlmodel import Session, col, select

from domain.banking.rows import BankAccountRow
from domain.database.session import tenant_of
from domain.ledger.rows import AccountBalanceRow, PeriodRow
from domain.money import BASE_CURRENCY, ZERO
from domain.transactions.transaction import InvalidAccount


@dataclass(frozen=True, slots=True)
class MoneyAccount:
    """Where money lies: a ledger account, and the bank account that is its twin, if any."""

    id: UUID | None
    number: str


def money_account(session: Session, account_id: UUID, pointer: str) -> MoneyAccount:
    """Ledger account of a bank account that is kept in EUR, else InvalidAccount."""
    row = _row(session, account_id, pointer)
    if row.currency != BASE_CURRENCY:
        raise InvalidAccount(pointer, f"is kept in {row.currency}")
    return MoneyAccount(row.id, row.account_number)


def check_known(session: Session, account_id: UUID, pointer: str) -> None:
    """Refuse a bank account that the tenant does not have (InvalidAccount)."""
    _row(session, account_id, pointer)


def default_account(session: Session, number: str) -> MoneyAccount:
    """The bank account behind the chart's bank, else the oldest; else just the chart's bank."""
    row = session.exec(
        select(BankAccountRow)
        .where(
            BankAccountRow.tenant_id == tenant_of(session),
            BankAccountRow.currency == BASE_CURRENCY,
        )
        .order_by(
            (col(BankAccountRow.account_number) == number).desc(),
            col(BankAccountRow.created_at),
            col(BankAccountRow.id),
        )
        .limit(1)
    ).first()
    return MoneyAccount(row.id, row.account_number) if row else MoneyAccount(None, number)


def balance(session: Session, number: str) -> Decimal:
    """Balance of a ledger account over all periods: debit minus credit."""
    row = AccountBalanceRow
    moved = col(row.opening_debit) + row.debit - row.opening_credit - row.credit
    of_period = and_(col(row.tenant_id) == PeriodRow.tenant_id, col(row.period) == PeriodRow.name)
    total = session.exec(
        select(func.coalesce(func.sum(moved), ZERO))
        .select_from(PeriodRow)
        .join(row, of_period)
        .where(PeriodRow.tenant_id == tenant_of(session), col(row.account) == number)
    ).one()
    return Decimal(total)


def _row(session: Session, account_id: UUID, pointer: str) -> BankAccountRow:
    row = session.get(BankAccountRow, (tenant_of(session), account_id))
    if row is None:
        raise InvalidAccount(pointer, "is no bank account")
    return row
