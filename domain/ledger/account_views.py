"""Reads the chart, and the statement of one account."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, bindparam, func, or_, text
from sqlmodel import Session, col, select

from domain.database.session import tenant_of
from domain.dates import DateRange, month_of, month_range
from domain.errors import InvalidInput, NotFound
from domain.ledger.journal_views import NEWEST
from domain.ledger.rows import AccountBalanceRow, AccountRow, JournalEntryRow, PeriodRow
from domain.money import ZERO

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
    """The latest rows of an account in a range of days, and its balance at the end of it.

    `next` is the row before which more of them lie, if they do.
    """

    lines: list[StatementLine]
    balance: Decimal
    next: int | None


ALWAYS = DateRange(date.min, date.max)
_MOVED = text("SELECT account_moved(:account, :first, :last)")
# Two walks along two indexes: with one condition on both columns the server would sort them all.
# The limit is written into the text, so that one plan made for good knows how few are wanted.
_ROWS = text("""
SELECT m.*, i.description, i.document_id, i.external_reference, a.name AS contra_account_name
FROM (
    (SELECT e.journal_number, e.entry_no, e.intent_id, e.booking_date, e.debit_account,
        e.credit_account, e.amount, e.credit_account AS contra_account
    FROM journal_entry e
    WHERE e.tenant_id = :tenant AND e.debit_account = :account
      AND (e.booking_date, e.journal_number) <= (:day, :number) AND e.booking_date >= :first
    ORDER BY e.booking_date DESC, e.journal_number DESC LIMIT :limit)
    UNION ALL
    (SELECT e.journal_number, e.entry_no, e.intent_id, e.booking_date, e.debit_account,
        e.credit_account, e.amount, e.debit_account
    FROM journal_entry e
    WHERE e.tenant_id = :tenant AND e.credit_account = :account AND e.debit_account <> :account
      AND (e.booking_date, e.journal_number) <= (:day, :number) AND e.booking_date >= :first
    ORDER BY e.booking_date DESC, e.journal_number DESC LIMIT :limit)
    ORDER BY booking_date DESC, journal_number DESC LIMIT :limit
) m
JOIN intent i ON i.tenant_id = :tenant AND i.intent_id = m.intent_id
JOIN account a ON a.tenant_id = :tenant AND a.number = m.contra_account
ORDER BY m.booking_date DESC, m.journal_number DESC
""").bindparams(bindparam("limit", type_=Integer, literal_execute=True))
_MOVED_ON_DAY = text("""
SELECT coalesce(sum(amount), 0) FROM (
    SELECT e.amount FROM journal_entry e
    WHERE e.tenant_id = :tenant AND e.debit_account = :account AND e.booking_date = :day
      AND e.journal_number <= :number
    UNION ALL
    SELECT -e.amount FROM journal_entry e
    WHERE e.tenant_id = :tenant AND e.credit_account = :account AND e.booking_date = :day
      AND e.journal_number <= :number
) moved
""")


def page(session: Session, *, limit: int, offset: int) -> tuple[list[AccountRow], int]:
    """Active accounts by number, and how many there are."""
    active = (AccountRow.tenant_id == tenant_of(session), col(AccountRow.active))
    query = select(AccountRow).where(*active).order_by(AccountRow.number)
    total = session.exec(select(func.count()).select_from(AccountRow).where(*active)).one()
    return list(session.exec(query.limit(limit).offset(offset))), total


def inactive(session: Session) -> list[AccountRow]:
    """Accounts that are no longer used, by number."""
    query = select(AccountRow).where(
        AccountRow.tenant_id == tenant_of(session), col(AccountRow.active).is_(False)
    )
    return list(session.exec(query.order_by(AccountRow.number)))


def is_active(session: Session, number: str) -> bool:
    """Whether an account is used. Raises NotFound."""
    row = session.get(AccountRow, (tenant_of(session), number))
    if row is None:
        raise NotFound(f"There is no account {number}.")
    return row.active


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


def names(session: Session, numbers: Iterable[str]) -> dict[str, str]:
    """Names of some accounts by number, those no longer in use included."""
    query = select(AccountRow.number, AccountRow.name).where(
        AccountRow.tenant_id == tenant_of(session), col(AccountRow.number).in_(set(numbers))
    )
    return dict(session.exec(query).all())


def statement(
    session: Session,
    number: str,
    days: DateRange = ALWAYS,
    *,
    limit: int,
    before: int | None = None,
) -> Statement:
    """Statement of an account: the latest `limit` rows, ascending, with running balance.

    `before` is the journal number of the first row of the page that was read last.
    """
    if session.get(AccountRow, (tenant_of(session), number)) is None:
        raise NotFound(f"There is no account {number}.")
    balance = _balance(session, number, days.last)
    end = (days.last, NEWEST)
    closing = balance
    if before is not None and (cut := (_day_of(session, before), before - 1)) < end:
        end, closing = cut, _balance_at(session, number, *cut)
    rows = _rows(session, number, days.first, end, limit + 1)
    lines = list(_lines(number, rows[:limit], closing))[::-1]
    return Statement(lines, balance, lines[0].journal_number if len(rows) > limit else None)


def _balance(session: Session, number: str, last: date) -> Decimal:
    """Debit minus credit up to a day: whole periods from the roll-ups, the rest by day."""
    row = AccountBalanceRow
    moved = col(row.debit) + col(row.opening_debit) - col(row.credit) - col(row.opening_credit)
    rolled_up = select(func.coalesce(func.sum(moved), ZERO)).where(
        row.tenant_id == tenant_of(session), row.account == number
    )
    if last == date.max:
        return session.exec(rolled_up).one()
    ended = select(PeriodRow.name).where(
        PeriodRow.tenant_id == tenant_of(session), PeriodRow.last_day <= last
    )
    whole = session.exec(rolled_up.where(col(row.period).in_(ended))).one()
    month = month_range(month_of(last))
    if last == month.last:
        return whole
    part = {"account": number, "first": month.first, "last": last}
    return whole + Decimal(session.execute(_MOVED, part).scalar_one())


def _balance_at(session: Session, number: str, day: date, last: int) -> Decimal:
    """Balance in the middle of a day, after the row with a number."""
    rows = {"tenant": tenant_of(session), "account": number, "day": day, "number": last}
    moved = session.execute(_MOVED_ON_DAY, rows).scalar_one()
    return _balance(session, number, day - timedelta(days=1)) + Decimal(moved)


def _day_of(session: Session, number: int) -> date:
    """Day of a row of the journal. Raises InvalidInput for a number that no row has."""
    row = session.get(JournalEntryRow, (tenant_of(session), number))
    if row is None:
        raise InvalidInput("query/before", "is no row of the journal")
    return row.booking_date


def _lines(number: str, rows: Iterable[Any], balance: Decimal) -> Iterator[StatementLine]:
    """Walk back from the closing balance, so that what lies before need not be read."""
    for row in rows:
        is_debit = row.debit_account == number
        own = row.debit_account == row.credit_account
        debit = row.amount if is_debit else ZERO
        credit = row.amount if not is_debit or own else ZERO
        yield StatementLine(
            entry_no=row.entry_no,
            intent_id=row.intent_id,
            journal_number=row.journal_number,
            booking_date=row.booking_date,
            description=row.description or "",
            contra_account=row.contra_account,
            contra_account_name=row.contra_account_name,
            debit=debit,
            credit=credit,
            running_balance=balance,
            document_id=row.document_id,
            external_reference=row.external_reference,
        )
        balance -= debit - credit


def _rows(
    session: Session, number: str, first: date, end: tuple[date, int], limit: int
) -> Sequence[Any]:
    wanted = {
        "tenant": tenant_of(session),
        "account": number,
        "first": first,
        "day": end[0],
        "number": end[1],
        "limit": limit,
    }
    return session.execute(_ROWS, wanted).all()
