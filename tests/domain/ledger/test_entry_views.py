"""Whatever is derived to read the journal fast, readers see what a plain walk would show."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, and_, func, or_, text
from sqlmodel import Session, col, select

from domain.database.session import read_session, write_session
from domain.dates import DateRange
from domain.errors import InvalidInput
from domain.journal_index import store as journal_index
from domain.ledger import account_views, entry_views
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Entry, Intent, Posting, Side
from domain.ledger.journal_views import JournalFilter, numbers
from domain.ledger.rows import IntentRow, JournalEntryRow
from domain.posting.store import book, book_all, post
from tests.benchmarks.bulk import THE_YEAR, fill
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from tests.strategies import plain_booking

ODD = (
    "100 % Baumwolle_weiß",
    "Straße \\ Öl",
    "ÄRZTE İzmir ΑΣ",
    "a_b",
    "axb",
    "50%",
    "",
    "Ελλάδα Kelvin K",
    "Zeile\nzwei",
    "日本語の請求書",
)
DAYS = st.dates(date(2024, 12, 1), date(2026, 2, 1))


@pytest.fixture(scope="module")
def books(database: Database, tenant: Tenant) -> Tenant:
    """Books of 20,000 entries of which all but some hundred are indexed, odd texts in both."""
    fill(database, tenant, 8_000)
    _post_odd(database, tenant)
    fill(database, tenant, 7_992)
    while journal_index.catch_up(database.engine, tenant.id):
        pass
    _post_odd(database, tenant)
    fill(database, tenant, 400, DateRange(date(2025, 11, 1), date(2025, 12, 31)))
    return tenant


def _post_odd(database: Database, tenant: Tenant) -> None:
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        book_all(session, [_odd(text_, day) for day in (5, 6) for text_ in ODD])


def _odd(description: str, day: int) -> Booking:
    lines = (
        Line("6815", Side.DEBIT, Decimal("1.00")),
        Line("2700" if day == 6 else "2800", Side.CREDIT, Decimal("1.00")),
    )
    return Booking(
        intent_id=uuid4(),
        booking_date=date(2025, 12, day),
        description=description,
        lines=lines,
        source="booking",
        external_reference=f"Ref_{description[:2]}%" if day == 5 else None,
    )


def _plainly(
    session: Session, wanted: JournalFilter, *, limit: int, before: int | None
) -> list[int]:
    """Read as one would without any index."""
    query = (
        select(JournalEntryRow.journal_number)
        .join(
            IntentRow,
            and_(
                col(IntentRow.tenant_id) == col(JournalEntryRow.tenant_id),
                col(IntentRow.intent_id) == col(JournalEntryRow.intent_id),
            ),
        )
        .where(*_conditions(wanted))
        .order_by(col(JournalEntryRow.journal_number).desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(JournalEntryRow.journal_number < before)
    return list(session.exec(query))


def _conditions(wanted: JournalFilter) -> Iterator[Any]:
    row = JournalEntryRow
    if wanted.account:
        yield _on(wanted.account)
    if wanted.first:
        yield row.booking_date >= wanted.first
    if wanted.last:
        yield row.booking_date <= wanted.last
    if wanted.external_reference:
        yield IntentRow.external_reference == wanted.external_reference
    if wanted.search:
        searched = (
            IntentRow.description,
            IntentRow.external_reference,
            row.debit_account,
            row.credit_account,
        )
        yield or_(*(col(each).icontains(wanted.search, autoescape=True) for each in searched))


def _on(account: str) -> ColumnElement[bool]:
    row = JournalEntryRow
    return or_(col(row.debit_account) == account, col(row.credit_account) == account)


def _texts() -> st.SearchStrategy[str]:
    known = st.sampled_from(
        (
            *ODD,
            "Büromaterial Gebrüder Weiß OG",
            "ZAHLUNGSEINGANG re-2025-0000127",
            "ER-2025-0010000",
            "Quittung verloren",
            "Miete Geschäftslokal 04/2025",
            "2800",
            "gibt es nicht",
        )
    )
    pieces = st.tuples(known, st.integers(0, 30), st.integers(1, 30)).map(
        lambda x: x[0][x[1] : x[1] + x[2]]
    )
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    return pieces | st.text(characters, max_size=3) | st.integers(0, 99999).map(str)


FILTERS = st.builds(
    JournalFilter,
    account=st.none() | st.none() | st.sampled_from(("2800", "6815", "2000", "9999")),
    first=st.none() | st.none() | DAYS,
    last=st.none() | st.none() | DAYS,
    search=st.none() | _texts(),
    external_reference=st.none()
    | st.none()
    | st.sampled_from(("ER-2025-0000016", "Ref_a_%", "ref_a_%", "x", "RE-2025-0016002")),
)


@settings(max_examples=300, deadline=None)
@given(wanted=FILTERS, limit=st.integers(1, 300), before=st.none() | st.integers(1, 21_000))
def test_a_filter_finds_what_a_plain_walk_finds(
    database: Database, books: Tenant, wanted: JournalFilter, limit: int, before: int | None
) -> None:
    """Wildcards, umlauts, letter case, short texts, digits, any other filter beside them."""
    with read_session(database.engine, books.id) as session:
        found = numbers(session, wanted, limit=limit, before=before)

        assert found == _plainly(session, wanted, limit=limit, before=before)


@pytest.mark.parametrize(
    "wanted", [JournalFilter(), JournalFilter(search="büro"), JournalFilter(account="2000")]
)
def test_pages_hold_every_row_once_while_others_post(
    database: Database, books: Tenant, wanted: JournalFilter
) -> None:
    """What is posted meanwhile lies before the first page and moves none."""
    with read_session(database.engine, books.id) as session:
        whole = _plainly(session, wanted, limit=30_000, before=None)
    found: list[int] = []
    cursor = None
    while not found or cursor is not None:
        with read_session(database.engine, books.id) as session:
            page = entry_views.page(session, wanted, limit=1000, before=cursor)
        found += [line.journal_number for line in page.lines]
        cursor = page.next
        with write_session(database.engine, books.id, books.actor) as session:
            book(session, plain_booking(uuid4(), THE_YEAR.last))

    assert found == whole


@settings(max_examples=100, deadline=None)
@given(
    account=st.sampled_from(("2800", "2000", "6815", "7300")),
    first=DAYS,
    length=st.integers(0, 400),
    limit=st.integers(1, 50),
)
def test_a_statement_says_what_the_rows_say(
    database: Database, books: Tenant, account: str, first: date, length: int, limit: int
) -> None:
    """Its balance is the sum of all rows up to the last day, and each row adds what it moves."""
    days = DateRange(first, first + timedelta(days=length))
    with read_session(database.engine, books.id) as session:
        found = account_views.statement(session, account, days, limit=limit)
        rows = _rows_of(session, account, days)
        balance = _sum_of(session, account, days.last)

    assert found.balance == balance
    assert [line.journal_number for line in found.lines] == rows[-limit:]
    assert all(
        later.running_balance - earlier.running_balance == later.debit - later.credit
        for earlier, later in pairwise(found.lines)
    )
    assert not found.lines or found.lines[-1].running_balance == balance


def test_a_statement_is_read_page_by_page(database: Database, books: Tenant) -> None:
    """The pages of a hot account are its rows once each, and the balance runs through them."""
    lines: list[account_views.StatementLine] = []
    cursor = None
    days = DateRange(date(2025, 11, 20), date(2025, 12, 20))
    with read_session(database.engine, books.id) as session:
        while not lines or cursor is not None:
            page = account_views.statement(session, "2800", days, limit=97, before=cursor)
            lines = [*page.lines, *lines]
            cursor = page.next
        rows = _rows_of(session, "2800", days)
        balance = _sum_of(session, "2800", days.last)

    assert [line.journal_number for line in lines] == rows
    for line in reversed(lines):
        assert line.running_balance == balance
        balance -= line.debit - line.credit


def test_a_statement_refuses_a_cursor_that_is_no_row(database: Database, books: Tenant) -> None:
    """A number from somewhere else."""
    with read_session(database.engine, books.id) as session, pytest.raises(InvalidInput):
        account_views.statement(session, "2800", limit=1, before=10**9)


@pytest.mark.parametrize("last", [date(2025, 3, 31), date.min])
def test_a_cursor_never_leads_behind_the_range(
    database: Database, books: Tenant, last: date
) -> None:
    """A row of December as cursor of a statement that ends before."""
    with read_session(database.engine, books.id) as session:
        days = DateRange(date.min, last)
        december = account_views.statement(session, "2800", limit=1).lines[0]
        found = account_views.statement(
            session, "2800", days, limit=5, before=december.journal_number
        )

        assert december.booking_date > last
        assert found == account_views.statement(session, "2800", days, limit=5)


def test_an_account_against_itself_counts_once(database: Database) -> None:
    """A row whose two accounts are one stands once in the statement and moves nothing."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        post(session, lambda _: _against_itself())
    for _ in range(2):
        with read_session(database.engine, tenant.id) as session:
            days = DateRange(date.min, date(2025, 12, 6))
            found = account_views.statement(session, "6815", days, limit=5)
        assert [(line.debit, line.credit) for line in found.lines] == [(Decimal(1), Decimal(1))]
        assert found.balance == 0
        journal_index.catch_up(database.engine, tenant.id)


def _against_itself() -> Intent:
    """As books of the past have it: it is refused today."""
    debit, credit = (Posting("6815", side, Decimal(1)) for side in (Side.DEBIT, Side.CREDIT))
    return Intent(
        intent_id=uuid4(),
        booking_date=date(2025, 12, 6),
        period="2025-12",
        fiscal_year=2025,
        description="Umbuchung",
        postings=(debit, credit),
        source="booking",
        reversed_entries=(Entry(debit, credit, Decimal(1)),),
    )


def _rows_of(session: Session, account: str, days: DateRange) -> list[int]:
    row = JournalEntryRow
    query = (
        select(row.journal_number)
        .where(
            _on(account),
            row.booking_date >= days.first,
            row.booking_date <= days.last,
        )
        .order_by(col(row.booking_date), col(row.journal_number))
    )
    return list(session.exec(query))


def _sum_of(session: Session, account: str, last: date) -> Decimal:
    total = Decimal()
    for column, sign in ((JournalEntryRow.debit_account, 1), (JournalEntryRow.credit_account, -1)):
        query = select(func.coalesce(func.sum(JournalEntryRow.amount), 0)).where(
            col(column) == account, JournalEntryRow.booking_date <= last
        )
        total += sign * session.exec(query).one()
    return total


def test_the_index_is_walked_and_never_the_table(database: Database, books: Tenant) -> None:
    """No plan of a statement's rows sorts or reads a table whole."""
    with read_session(database.engine, books.id) as session:
        wanted = {
            "tenant": books.id,
            "account": "2800",
            "first": date.min,
            "day": date.max,
            "number": 2**63 - 1,
            "limit": 50,
        }
        query = text(f"EXPLAIN {account_views._ROWS.text}")  # noqa: SLF001
        plan = "\n".join(session.execute(query, wanted).scalars())

    assert "Seq Scan on journal_entry" not in plan
    assert "ix_journal_entry_debit" in plan
    assert "ix_journal_entry_credit" in plan
