"""Reads the chart, and the statement of one account."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, or_
from sqlmodel import Session, col, select

from domain.dates import month_of, month_range
from domain.errors import NotFound
from domain.money import ZERO
from domain.tables.bound import tenant_of
from domain.tables.ledger import (
    AccountBalanceRow,
    AccountRow,
    IntentRow,
    JournalEntryRow,
    PeriodRow,
    TaxCodeRow,
)

SEARCH_LIMIT = 20


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One row on an account, with the balance (debit minus credit) after it."""

    entry_no: str
    intent_id: UUID
    journal_number: int
    booking_date: date
    description: str
    contra_account: str
    contra_account_name: str
    debit: Decimal
    credit: Decimal
    running_balance: Decimal
    document_id: UUID | None
    external_reference: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """The latest rows of an account in a range of days, and its balance at the end of it."""

    lines: list[StatementLine]
    balance: Decimal


def page(session: Session, *, limit: int, offset: int) -> tuple[list[AccountRow], int]:
    """Active accounts by number, and how many there are."""
    active = (AccountRow.tenant_id == tenant_of(session), col(AccountRow.active))
    query = select(AccountRow).where(*active).order_by(AccountRow.number)
    total = session.exec(select(func.count()).select_from(AccountRow).where(*active)).one()
    return list(session.exec(query.limit(limit).offset(offset))), total


def search(session: Session, text: str, kind: str | None) -> list[AccountRow]:
    """Active accounts whose number begins with a text or whose name contains it."""
    query = select(AccountRow).where(
        AccountRow.tenant_id == tenant_of(session), col(AccountRow.active)
    )
    if text:
        query = query.where(
            or_(
                col(AccountRow.number).startswith(text, autoescape=True),
                col(AccountRow.name).icontains(text, autoescape=True),
            )
        )
    if kind:
        query = query.where(AccountRow.type == kind)
    return list(session.exec(query.order_by(AccountRow.number).limit(SEARCH_LIMIT)))


def tax_codes(session: Session) -> list[TaxCodeRow]:
    """Active tax codes by code."""
    query = select(TaxCodeRow).where(
        TaxCodeRow.tenant_id == tenant_of(session), col(TaxCodeRow.active)
    )
    return list(session.exec(query.order_by(TaxCodeRow.code)))


def statement(
    session: Session, number: str, *, first: date | None, last: date | None, limit: int
) -> Statement:
    """Statement of an account: the latest `limit` rows, ascending, with running balance."""
    if session.get(AccountRow, (tenant_of(session), number)) is None:
        raise NotFound(f"There is no account {number}.")
    balance = _balance(session, number, last)
    return Statement(list(_lines(session, number, (first, last), balance, limit)), balance)


def _balance(session: Session, number: str, last: date | None) -> Decimal:
    """Debit minus credit up to a day: whole periods from the roll-ups, the rest from its rows."""
    row = AccountBalanceRow
    moved = col(row.debit) + col(row.opening_debit) - col(row.credit) - col(row.opening_credit)
    rolled_up = select(func.coalesce(func.sum(moved), ZERO)).where(
        row.tenant_id == tenant_of(session), row.account == number
    )
    if last is None:
        return session.exec(rolled_up).one()
    ended = select(PeriodRow.name).where(
        PeriodRow.tenant_id == tenant_of(session), PeriodRow.last_day <= last
    )
    whole = session.exec(rolled_up.where(col(row.period).in_(ended))).one()
    month = month_range(month_of(last))
    return whole if last == month.last else whole + _moved(session, number, month.first, last)


def _moved(session: Session, number: str, first: date, last: date) -> Decimal:
    total = ZERO
    for column, sign in ((JournalEntryRow.debit_account, 1), (JournalEntryRow.credit_account, -1)):
        query = select(func.coalesce(func.sum(JournalEntryRow.amount), ZERO)).where(
            JournalEntryRow.tenant_id == tenant_of(session),
            col(column) == number,
            JournalEntryRow.booking_date >= first,
            JournalEntryRow.booking_date <= last,
        )
        total += sign * session.exec(query).one()
    return total


def _lines(
    session: Session,
    number: str,
    days: tuple[date | None, date | None],
    balance: Decimal,
    limit: int,
) -> Iterator[StatementLine]:
    """Walk back from the closing balance, so that what lies before need not be read."""
    found = list(session.exec(_rows(session, number, days).limit(limit)))
    lines = []
    for entry, intent, name in found:
        is_debit = entry.debit_account == number
        contra = entry.credit_account if is_debit else entry.debit_account
        own = entry.debit_account == entry.credit_account
        debit = entry.amount if is_debit else ZERO
        credit = entry.amount if not is_debit or own else ZERO
        lines.append(
            StatementLine(
                entry_no=entry.entry_no,
                intent_id=entry.intent_id,
                journal_number=entry.journal_number,
                booking_date=entry.booking_date,
                description=intent.description or "",
                contra_account=contra,
                contra_account_name=name,
                debit=debit,
                credit=credit,
                running_balance=balance,
                document_id=intent.document_id,
                external_reference=intent.external_reference,
            )
        )
        balance -= debit - credit
    return reversed(lines)


def _rows(session: Session, number: str, days: tuple[date | None, date | None]) -> Any:
    contra = case(
        (col(JournalEntryRow.debit_account) == number, col(JournalEntryRow.credit_account)),
        else_=col(JournalEntryRow.debit_account),
    )
    query = (
        select(JournalEntryRow, IntentRow, AccountRow.name)
        .join(
            IntentRow,
            and_(
                col(IntentRow.tenant_id) == col(JournalEntryRow.tenant_id),
                col(IntentRow.intent_id) == col(JournalEntryRow.intent_id),
            ),
        )
        .join(
            AccountRow,
            and_(
                col(AccountRow.tenant_id) == col(JournalEntryRow.tenant_id),
                col(AccountRow.number) == contra,
            ),
        )
        .where(
            JournalEntryRow.tenant_id == tenant_of(session),
            or_(
                col(JournalEntryRow.debit_account) == number,
                col(JournalEntryRow.credit_account) == number,
            ),
        )
        .order_by(
            col(JournalEntryRow.booking_date).desc(), col(JournalEntryRow.journal_number).desc()
        )
    )
    first, last = days
    if first:
        query = query.where(JournalEntryRow.booking_date >= first)
    if last:
        query = query.where(JournalEntryRow.booking_date <= last)
    return query
