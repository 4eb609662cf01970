"""Reads transactions; whether one stands, and is reconciled, is what the ledger says."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from domain.banking.rows import BankAccountRow
from domain.database.among import among
from domain.database.session import tenant_of
from domain.dates import DateRange
from domain.ledger.rows import AccountRow, IntentRow, JournalEntryRow
from domain.money import ZERO
from domain.transactions.category import Direction
from domain.transactions.rows import TransactionCategoryRow, TransactionRow, TransactionTotalRow
from domain.transactions.state_views import holds_no_longer, is_reconciled, is_reversed, reverses_it
from domain.transactions.transaction import TransactionNotFound, TransactionType, shown


@dataclass(frozen=True, slots=True)
class NamedLine:
    """One line of a transaction's booking with the name of its account."""

    account_code: str
    account_name: str
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True)
class TransactionView:
    """One transaction as it stands: its row, its booking, and what became of it."""

    row: TransactionRow
    is_reversed: bool
    is_reconciled: bool
    account_name: str | None
    lines: tuple[NamedLine, ...]


@dataclass(frozen=True, slots=True)
class TransactionFilter:
    """Which transactions."""

    type: TransactionType | None = None
    category: str | None = None
    account_id: UUID | None = None
    first: date | None = None
    last: date | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    reconciled: bool | None = None

    @property
    def is_counted(self) -> bool:
        """Whether the database has counted these already."""
        return self.least is None and self.most is None and self.reconciled is None


@dataclass(frozen=True, slots=True)
class Flow:
    """Income or expenses of a range of days: gross sums, and the VAT within them."""

    total: Decimal = ZERO
    count: int = 0
    vat: Decimal = ZERO
    by_category: Mapping[str, Decimal] = field(default_factory=dict)


def transaction(session: Session, transaction_id: UUID) -> TransactionView:
    """One transaction, or TransactionNotFound."""
    row = session.get(TransactionRow, (tenant_of(session), transaction_id), populate_existing=True)
    if row is None:
        raise TransactionNotFound
    return _viewed(session, [row])[0]


def transactions(
    session: Session, wanted: TransactionFilter, *, limit: int, offset: int
) -> tuple[list[TransactionView], int]:
    """Transactions, latest first, and how many there are in all."""
    conditions = list(_conditions(session, wanted))
    start = _start(session, wanted, offset)
    offset -= start.before
    page = (
        select(TransactionRow.id)
        .where(*conditions, *start.conditions)
        .order_by(*_LATEST)
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    query = (
        select(TransactionRow)
        .join(page, and_(col(TransactionRow.id) == page.c.id))
        .where(TransactionRow.tenant_id == tenant_of(session))
        .order_by(*_LATEST)
    )
    return _viewed(session, list(session.exec(query))), _count(session, wanted, conditions)


def flows(session: Session, days: DateRange) -> dict[Direction, Flow]:
    """Income and expenses of a range; reversed ones, their reversals and transfers are left out.

    Every day has its totals; what was reversed since is taken from them.
    """
    totals = list(session.exec(_totals(session, days))) + list(session.exec(_undone(session, days)))
    return {
        direction: _flow([each[1:] for each in totals if each[0] == direction.value])
        for direction in Direction
    }


def own_category(session: Session, name: str) -> TransactionCategoryRow | None:
    """A category that the tenant created by using it."""
    return session.exec(
        select(TransactionCategoryRow).where(
            TransactionCategoryRow.tenant_id == tenant_of(session),
            TransactionCategoryRow.name == name,
        )
    ).first()


_FAR = 1000
"""Transactions that are rather walked than led past."""
_WIDEST = Decimal(10) ** 16
_LATEST = (
    col(TransactionRow.booking_date).desc(),
    col(TransactionRow.created_at).desc(),
    col(TransactionRow.id),
)


@dataclass(frozen=True, slots=True)
class _Start:
    """The day on which a page begins, and how many transactions are later than that day."""

    day: date | None = None
    before: int = 0

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        return [] if self.day is None else [col(TransactionRow.booking_date) <= self.day]


_NOWHERE = _Start(date.min)


def _start(session: Session, wanted: TransactionFilter, offset: int) -> _Start:
    """Where to begin to walk to a page: far down, the counts of days lead there."""
    if offset < _FAR or not wanted.is_counted:
        return _Start()
    day = col(TransactionTotalRow.booking_date)
    counted = func.sum(col(TransactionTotalRow.count))
    reached = func.sum(counted).over(order_by=day.desc())
    days = (
        select(day.label("day"), (reached - counted).label("before"), reached.label("reached"))
        .where(
            TransactionTotalRow.tenant_id == tenant_of(session),
            *_common(wanted, TransactionTotalRow),
        )
        .group_by(day)
        .subquery()
    )
    query = select(days.c.day, days.c.before).where(days.c.reached > offset)
    found = session.exec(query.order_by(days.c.day.desc()).limit(1)).first()
    return _Start(found[0], int(found[1])) if found else _NOWHERE


def _viewed(session: Session, rows: Sequence[TransactionRow]) -> list[TransactionView]:
    ids = [row.id for row in rows]
    reversed_ids = _among(session, ids, is_reversed())
    reconciled_ids = _among(session, ids, is_reconciled())
    accounts = _bank_names(session, {row.bank_account_id for row in rows})
    lines = _lines(session, rows)
    return [
        TransactionView(
            row,
            row.id in reversed_ids,
            row.id in reconciled_ids,
            accounts.get(row.bank_account_id) if row.bank_account_id else None,
            lines[row.id],
        )
        for row in rows
    ]


def _among(session: Session, ids: list[UUID], condition: ColumnElement[bool]) -> set[UUID]:
    """Those of some transactions that meet a condition."""
    query = select(TransactionRow.id).where(
        TransactionRow.tenant_id == tenant_of(session),
        among(col(TransactionRow.id), ids),
        condition,
    )
    return set(session.exec(query))


def _bank_names(session: Session, ids: set[UUID | None]) -> dict[UUID, str]:
    query = select(BankAccountRow.id, BankAccountRow.name).where(
        BankAccountRow.tenant_id == tenant_of(session),
        among(col(BankAccountRow.id), [each for each in ids if each]),
    )
    return dict(session.exec(query).all())


def _lines(session: Session, rows: Sequence[TransactionRow]) -> dict[UUID, tuple[NamedLine, ...]]:
    """How some transactions were booked, from the journal."""
    entries = list(
        session.exec(
            select(JournalEntryRow)
            .where(
                JournalEntryRow.tenant_id == tenant_of(session),
                among(col(JournalEntryRow.intent_id), [row.id for row in rows]),
            )
            .order_by(col(JournalEntryRow.journal_number))
        )
    )
    names = _names(session, entries)
    moves: dict[UUID, list[tuple[str, str, Decimal]]] = {row.id: [] for row in rows}
    for entry in entries:
        moves[entry.intent_id].append((entry.debit_account, entry.credit_account, entry.amount))
    return {
        row.id: tuple(
            NamedLine(line.account, names.get(line.account, ""), line.debit, line.credit)
            for line in shown(TransactionType(row.type), moves[row.id])
        )
        for row in rows
    }


def _names(session: Session, entries: list[JournalEntryRow]) -> dict[str, str]:
    numbers = {e.debit_account for e in entries} | {e.credit_account for e in entries}
    query = select(AccountRow.number, AccountRow.name).where(
        AccountRow.tenant_id == tenant_of(session), col(AccountRow.number).in_(numbers)
    )
    return dict(session.exec(query).all())


def _totals(session: Session, days: DateRange) -> Any:
    """Type, category, number, gross and VAT of everything that was booked in a range."""
    row = TransactionTotalRow
    sums = (func.sum(col(row.count)), func.sum(col(row.amount)), func.sum(col(row.vat)))
    return _by_category(session, row, days).add_columns(*sums)


def _undone(session: Session, days: DateRange) -> Any:
    """The same of what holds no longer, with the opposite sign."""
    row = TransactionRow
    deducted = func.sum(col(row.vat_amount)).filter(func.coalesce(col(row.vat_deductible), true()))
    sums = (-func.count(), -func.sum(col(row.amount)), -func.coalesce(deducted, ZERO))
    # Few reversals are reversed themselves; only of those the whole story is asked.
    again = aliased(IntentRow)
    is_last = ~exists().where(
        col(again.tenant_id) == IntentRow.tenant_id,
        col(again.reverses_intent_id) == IntentRow.intent_id,
    )
    undone = case((is_last, true()), else_=holds_no_longer())
    query = _by_category(session, row, days).add_columns(*sums)
    return query.join(IntentRow, reverses_it()).where(undone)


def _by_category(
    session: Session, row: type[TransactionRow | TransactionTotalRow], days: DateRange
) -> Any:
    return (
        select(col(row.type), col(row.category))
        .where(
            col(row.tenant_id) == tenant_of(session),
            col(row.booking_date).between(days.first, days.last),
            col(row.type).in_([each.value for each in Direction]),
        )
        .group_by(col(row.type), col(row.category))
        .order_by(col(row.type), col(row.category))
    )


def _flow(totals: list[tuple[str, int, Decimal, Decimal]]) -> Flow:
    counts: Counter[str] = Counter()
    sums: dict[str, Decimal] = {}
    for category, count, amount, _ in totals:
        counts[category] += int(count)
        sums[category] = sums.get(category, ZERO) + amount
    return Flow(
        total=sum(sums.values(), ZERO),
        count=counts.total(),
        vat=sum((vat for _, _, _, vat in totals), ZERO),
        by_category={category: amount for category, amount in sums.items() if counts[category]},
    )


def _count(
    session: Session, wanted: TransactionFilter, conditions: list[ColumnElement[bool]]
) -> int:
    """How many there are: from what is summed up already, as far as that knows the filter."""
    if not wanted.is_counted:
        rows = select(func.count()).select_from(TransactionRow).where(*conditions)
        return session.exec(rows).one()
    row = TransactionTotalRow
    query = select(func.coalesce(func.sum(col(row.count)), 0)).where(
        row.tenant_id == tenant_of(session), *_common(wanted, row)
    )
    return int(session.exec(query).one())


def _conditions(session: Session, wanted: TransactionFilter) -> Iterator[ColumnElement[bool]]:
    yield col(TransactionRow.tenant_id) == tenant_of(session)
    yield from _common(wanted, TransactionRow)
    if wanted.least is not None:
        yield col(TransactionRow.cents) >= _cents(wanted.least, ROUND_CEILING)
    if wanted.most is not None:
        yield col(TransactionRow.cents) <= _cents(wanted.most, ROUND_FLOOR)
    if wanted.reconciled is not None:
        yield col(TransactionRow.reconciled) == wanted.reconciled


def _cents(amount: Decimal, rounding: str) -> int:
    """The whole cents that an amount bounds; no stored amount is beyond the widest bound."""
    bounded = max(min(amount, _WIDEST), -_WIDEST)
    return int((bounded * 100).to_integral_value(rounding))


def _common(
    wanted: TransactionFilter, row: type[TransactionRow | TransactionTotalRow]
) -> Iterator[ColumnElement[bool]]:
    """What transactions and their counts can both be asked for."""
    if wanted.type:
        yield col(row.type) == wanted.type.value
    if wanted.category:
        yield col(row.category) == wanted.category
    if wanted.account_id:
        yield or_(
            col(row.bank_account_id) == wanted.account_id,
            col(row.to_bank_account_id) == wanted.account_id,
        )
    if wanted.first:
        yield col(row.booking_date) >= wanted.first
    if wanted.last:
        yield col(row.booking_date) <= wanted.last
