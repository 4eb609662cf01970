"""Reads bank accounts and their transactions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, cast, func, or_
from sqlmodel import Session, col, select

from domain.banking.bank_transaction import BankStatus, BankTransaction
from domain.banking.movement_search import Sought, sought
from domain.banking.rows import BankAccountRow, BankEvidenceRow, BankTransactionRow
from domain.database import listing_views
from domain.database.among import among
from domain.database.listing_views import Counted, Place
from domain.database.session import tenant_of
from domain.errors import NotFound

_LIST = "bank_transaction"
_NEWEST_FIRST = (
    col(BankTransactionRow.tx_date).desc(),
    col(BankTransactionRow.created_at).desc(),
    col(BankTransactionRow.position),
    col(BankTransactionRow.id),
)


@dataclass(frozen=True, slots=True)
class AccountView:
    """One bank account with its counters."""

    account: BankAccountRow
    tx_count: int
    unreconciled_count: int
    last_tx_date: date | None


@dataclass(frozen=True, slots=True)
class TransactionFilter:
    """Which transactions; `search` looks at who, why and how much.

    At the name, the IBAN, the text, the ids and the amount.
    """

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


def transactions(
    session: Session, wanted: TransactionFilter, *, limit: int, offset: int
) -> tuple[list[BankTransactionRow], int]:
    """Transactions, newest first, and how many there are in all."""
    ids, total = _page(session, wanted, limit=limit, offset=offset)
    rows = session.exec(
        select(BankTransactionRow)
        .where(
            BankTransactionRow.tenant_id == tenant_of(session),
            among(col(BankTransactionRow.id), ids),
        )
        .order_by(*_NEWEST_FIRST)
    )
    return list(rows), total


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


def named(session: Session, bank_transaction_ids: Sequence[UUID]) -> list[BankTransactionRow]:
    """Transactions by their ids, the newest first; NOT_FOUND if one is not there."""
    rows = session.exec(
        select(BankTransactionRow)
        .where(
            BankTransactionRow.tenant_id == tenant_of(session),
            col(BankTransactionRow.id).in_(bank_transaction_ids),
        )
        .order_by(*_NEWEST_FIRST)
    ).all()
    if len(rows) < len(set(bank_transaction_ids)):
        raise NotFound("There is no such bank transaction.")
    return list(rows)


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
        among(col(BankEvidenceRow.bank_transaction_id), bank_transaction_ids),
    )
    return set(session.exec(query))


def unreconciled_count(session: Session) -> int:
    """Number of open transactions of the tenant."""
    open_ones = Counted(_LIST, (BankStatus.UNRECONCILED.value,))
    return listing_views.place(session, open_ones, 0).total


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
        batch_reference=row.batch_reference,
        statement_id=row.statement_id,
    )


def _accounts(session: Session) -> Any:
    """Accounts with the sums of the numbers of their months, and their latest day."""
    each = listing_views.by_scope(session, _LIST).subquery()
    is_open = each.c.part == BankStatus.UNRECONCILED.value
    counted = (
        select(
            each.c.scope,
            func.sum(each.c.rows).label("all"),
            func.sum(each.c.rows).filter(is_open).label("open"),
        )
        .group_by(each.c.scope)
        .subquery()
    )
    latest = (
        select(func.max(col(BankTransactionRow.tx_date)))
        .where(
            BankTransactionRow.tenant_id == BankAccountRow.tenant_id,
            BankTransactionRow.bank_account_id == BankAccountRow.id,
        )
        .correlate(BankAccountRow)
        .scalar_subquery()
    )
    return (
        select(BankAccountRow, _number(counted.c.all), _number(counted.c.open), latest)
        .outerjoin(counted, counted.c.scope == BankAccountRow.id)
        .where(BankAccountRow.tenant_id == tenant_of(session))
    )


def _number(column: Any) -> ColumnElement[int]:
    return func.coalesce(cast(column, BigInteger), 0)


def _page(
    session: Session, wanted: TransactionFilter, *, limit: int, offset: int
) -> tuple[Sequence[UUID], int]:
    """Ids of a page and how many there are in all; for a search all rows are walked, once."""
    conditions = list(_conditions(session, wanted))
    found = select(BankTransactionRow.id).where(*conditions)
    if wanted.search:
        counted = found.add_columns(func.count().over()).order_by(*_NEWEST_FIRST)
        rows = session.execute(counted.limit(limit).offset(offset)).all()
        if rows or not offset:
            return [row[0] for row in rows], rows[0][1] if rows else 0
        return [], session.exec(select(func.count()).select_from(found.subquery())).one()
    begin = _begin(session, wanted, offset)
    if begin.is_beyond:
        return [], begin.total
    page = found.where(begin.days_down(col(BankTransactionRow.tx_date))).order_by(*_NEWEST_FIRST)
    return session.exec(page.limit(limit).offset(begin.skipped)).all(), begin.total


def _begin(session: Session, wanted: TransactionFilter, offset: int) -> Place:
    parts = [wanted.status.value] if wanted.status else ()
    counted = Counted(_LIST, parts, wanted.bank_account_id)
    if wanted.first or wanted.last:
        days = counted.days(session, wanted.first, wanted.last)
        return listing_views.place_among(session, days, offset)
    return listing_views.place(session, counted, offset)


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
        yield or_(*_found_by(sought(wanted.search)))


def _found_by(wanted: Sought) -> Iterator[ColumnElement[bool]]:
    row = BankTransactionRow
    names = (row.counterparty_name, row.reference, row.end_to_end_id, row.bank_reference)
    for name in names:
        yield col(name).icontains(wanted.words, autoescape=True)
    if wanted.iban is not None:
        yield col(row.counterparty_iban).contains(wanted.iban, autoescape=True)
    if wanted.amount is not None:
        yield (col(row.amount) if wanted.is_signed else func.abs(row.amount)) == wanted.amount
