"""Reads the whole journal as plain text, row by row in constant memory."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

import sqlalchemy
from sqlalchemy import Row, Text, and_, cast, func
from sqlmodel import Session, col, select

from domain.access.rows import TenantRow
from domain.database.session import tenant_of
from domain.dates import DateRange, instant
from domain.errors import NotFound
from domain.formats.plain_text import (
    Facts,
    Form,
    Money,
    PlainAccount,
    PlainBooks,
    PlainPosting,
    PlainTransaction,
    account_path,
)
from domain.ledger.chain import plain
from domain.ledger.rows import AccountBalanceRow, AccountRow, IntentRow, JournalEntryRow, PeriodRow

_BATCH = 2000
_ALWAYS = DateRange(date.min, date.max)
_OF_ENTRY = [
    "journal_number",
    "entry_no",
    "intent_id",
    "period",
    "booking_date",
    "amount",
    "reverses_entry_no",
    "fx_amount",
    "debit_account",
    "debit_tax_code",
    "debit_tax_part",
    "debit_partner_id",
    "credit_account",
    "credit_tax_code",
    "credit_tax_part",
    "credit_partner_id",
]
_OF_INTENT = [
    "description",
    "kind",
    "source",
    "document_date",
    "supply_date",
    "external_reference",
    "reverses_intent_id",
    "document_id",
    "document_sha256",
    "fx_currency",
    "fx_rate",
    "fx_rate_date",
    "fx_rate_source",
    "created_at",
    "created_by",
    "approved_by",
]


def lines(session: Session, form: Form, days: DateRange = _ALWAYS) -> Iterator[str]:
    """Every booking on the days, in the order of the journal.

    The whole journal ends with the balance that each account must have then, taken from the
    roll-ups: whatever reads the file checks both against each other.
    """
    books = _books(session)
    paths = {account.number: account.path for account in books.accounts}
    yield from form.head(books)
    for transaction in _transactions(session, paths, days):
        yield from form.transaction(transaction)
    if days == _ALWAYS and paths:
        yield from form.assertion(_last_day(session), _balances(session, paths))


def _books(session: Session) -> PlainBooks:
    """Accounts that the journal has ever moved, opened when its first period began."""
    tenant_id = tenant_of(session)
    tenant = session.get(TenantRow, tenant_id)
    if tenant is None:
        raise NotFound("There is no such tenant.")
    moved = select(AccountBalanceRow.account).where(AccountBalanceRow.tenant_id == tenant_id)
    rows = session.exec(
        select(AccountRow)
        .where(AccountRow.tenant_id == tenant_id, col(AccountRow.number).in_(moved))
        .order_by(col(AccountRow.number))
    )
    first = select(func.min(PeriodRow.first_day)).where(PeriodRow.tenant_id == tenant_id)
    return PlainBooks(
        title=tenant.company_name,
        opened_on=session.exec(first).one() or date.min,
        accounts=[
            PlainAccount(r.number, r.name, account_path(r.number, r.name, r.type, r.category))
            for r in rows
        ],
    )


def _transactions(
    session: Session, paths: dict[str, str], days: DateRange
) -> Iterator[PlainTransaction]:
    query = (
        sqlalchemy.select(
            *(getattr(JournalEntryRow, name) for name in _OF_ENTRY),
            *(getattr(IntentRow, name) for name in _OF_INTENT),
            cast(IntentRow.custom_metadata, Text).label("custom_metadata"),
        )
        .join(
            IntentRow,
            and_(
                col(IntentRow.tenant_id) == JournalEntryRow.tenant_id,
                col(IntentRow.intent_id) == JournalEntryRow.intent_id,
            ),
        )
        .where(
            col(JournalEntryRow.tenant_id) == tenant_of(session),
            col(JournalEntryRow.booking_date).between(days.first, days.last),
        )
        .order_by(col(JournalEntryRow.journal_number))
        .execution_options(yield_per=_BATCH)
    )
    for _, group in groupby(session.execute(query), key=lambda row: row.intent_id):
        rows = list(group)
        yield PlainTransaction(
            day=rows[0].booking_date,
            number=rows[0].journal_number,
            text=rows[0].description or "",
            facts=_facts(rows[0]),
            postings=[posting for row in rows for posting in _postings(row, paths)],
        )


def _facts(row: Row[Any]) -> Facts:
    return {
        "intent": str(row.intent_id),
        "kind": row.kind,
        "source": row.source,
        "period": row.period,
        "document-date": row.document_date,
        "supply-date": row.supply_date,
        "reference": row.external_reference,
        "reverses": _text(row.reverses_intent_id),
        "document": _text(row.document_id),
        "document-sha256": row.document_sha256,
        "fx-currency": row.fx_currency,
        "fx-rate": plain(row.fx_rate),
        "fx-rate-date": row.fx_rate_date,
        "fx-rate-source": row.fx_rate_source,
        "custom-metadata": row.custom_metadata,
        "posted-at": instant(row.created_at),
        "posted-by": _text(row.created_by),
        "approved-by": _text(row.approved_by),
    }


def _postings(row: Row[Any], paths: dict[str, str]) -> Iterator[PlainPosting]:
    shared = {
        "entry": row.entry_no,
        "journal": row.journal_number,
        "reverses-entry": row.reverses_entry_no,
        "fx-amount": row.fx_currency and Money(row.fx_amount, row.fx_currency),
    }
    for side, amount in (("debit", row.amount), ("credit", -row.amount)):
        own = {
            "tax-code": getattr(row, f"{side}_tax_code"),
            "tax-part": getattr(row, f"{side}_tax_part"),
            "partner": _text(getattr(row, f"{side}_partner_id")),
        }
        yield PlainPosting(paths[getattr(row, f"{side}_account")], amount, shared | own)


def _last_day(session: Session) -> date:
    """Day of the last booking."""
    query = select(func.max(JournalEntryRow.booking_date)).where(
        JournalEntryRow.tenant_id == tenant_of(session)
    )
    return session.exec(query).one()


def _balances(session: Session, paths: dict[str, str]) -> list[tuple[str, Decimal]]:
    row = AccountBalanceRow
    debit = col(row.opening_debit) + col(row.debit)
    credit = col(row.opening_credit) + col(row.credit)
    query = (
        select(row.account, func.sum(debit - credit))
        .where(row.tenant_id == tenant_of(session))
        .group_by(col(row.account))
        .order_by(col(row.account))
    )
    return [(paths[account], balance) for account, balance in session.exec(query)]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
