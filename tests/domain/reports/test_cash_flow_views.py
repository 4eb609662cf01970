"""Cash flow of books that were kept by hand, and its agreement with the ledger."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.database.session import read_session, write_session
from domain.ledger.booking import Line
from domain.ledger.intent import Side
from domain.ledger.opening import Balance, Opening
from domain.money import ZERO
from domain.posting import opening_store
from domain.reports import cash_flow_views, drill_down_views
from domain.reports.cash_flow import Activity, CashFlow
from domain.reports.drill_down import FigureRow, LineNotFound, Statement, Wanted
from domain.reports.snapshot import Asked
from tests.books import Books
from tests.builders import another_tenant
from tests.servers import Database

FIRST, LAST = date(2026, 4, 1), date(2026, 4, 30)
BEFORE, WITHIN, AFTER = date(2026, 3, 31), date(2026, 4, 15), date(2026, 5, 1)


@pytest.fixture
def books(database: Database) -> Books:
    """Give each test books of its own."""
    return Books(database, another_tenant(database))


def moves(books: Books, day: date, debit: str, credit: str, amount: str = "100.00") -> None:
    """Move an amount from one account to another."""
    value = Decimal(amount)
    books.book(day, Line(debit, Side.DEBIT, value), Line(credit, Side.CREDIT, value))


def april(books: Books) -> CashFlow:
    """Cash flow of April."""
    return books.read(cash_flow_views.of_range, FIRST, LAST)


def nets(found: CashFlow) -> dict[str, str]:
    """Lines that moved."""
    return {line.heading.line: f"{line.net:.2f}" for line in found.lines if line.entries}


def texts(*amounts: Decimal) -> list[str]:
    """Amounts as they are read."""
    return [f"{amount:.2f}" for amount in amounts]


def test_each_flow_is_told_by_the_other_side(books: Books) -> None:
    """A month of a small company, by hand."""
    moves(books, BEFORE, "2800", "9000", "5000.00")
    moves(books, WITHIN, "2800", "2000", "1200.00")
    moves(books, WITHIN, "3300", "2800", "480.00")
    books.buy(WITHIN, "120.00", "VST20")
    moves(books, WITHIN, "0620", "2800", "600.00")
    moves(books, WITHIN, "2800", "3150", "1000.00")
    moves(books, WITHIN, "3520", "2800", "200.00")
    moves(books, WITHIN, "6210", "2800", "900.00")
    moves(books, AFTER, "6210", "2800", "900.00")

    found = april(books)

    assert nets(found) == {
        "customers": "1200.00",
        "suppliers": "-600.00",
        "employees": "-900.00",
        "taxes": "-200.00",
        "fixed_assets": "-600.00",
        "loans": "1000.00",
    }
    assert texts(*(found.of(activity) for activity in Activity)) == [
        "-500.00",
        "-600.00",
        "1000.00",
        "0.00",
    ]
    assert texts(found.opening, found.change, found.closing) == ["5000.00", "-100.00", "4900.00"]
    assert found.difference == 0


def test_each_line_leads_to_its_entries(books: Books) -> None:
    """Page by page; an activity leads to those of all its lines."""
    books.buy(WITHIN, "120.00", "VST20")
    moves(books, WITHIN, "2800", "3300", "20.00")
    moves(books, WITHIN, "6210", "2800", "900.00")
    moves(books, WITHIN, "2700", "2800", "50.00")

    assert behind(books, "suppliers") == ["-100.00", "20.00", "-20.00", "-100.00"]
    assert behind(books, "employees") == ["-900.00", "-900.00"]
    assert behind(books, "operating")[0] == "-1000.00"
    assert behind(books, "loans") == ["0.00"]
    with pytest.raises(LineNotFound):
        behind(books, "bank")


def behind(books: Books, line: str) -> list[str]:
    """A figure of April, then what each entry brings to it, newest first."""
    asked = Asked(datetime.now(UTC), FIRST, LAST)
    found: list[FigureRow] = []
    while True:
        before = found[-1].journal_number if found else None
        with read_session(books.database.engine, books.tenant.id) as session:
            _, figure, page = drill_down_views.rows(
                session, asked, Wanted(Statement.CASH_FLOW, line), limit=2, before=before
            )
        found += page
        if len(page) < 2:
            return texts(figure.amount, *(row.debit - row.credit for row in found))


def test_between_cash_accounts_nothing_flows(books: Books) -> None:
    """From the bank to the till, or through money in transit."""
    moves(books, WITHIN, "2700", "2800", "50.00")

    found = april(books)

    assert nets(found) == {}
    assert [a.number for a in found.accounts] == ["2700", "2800"]
    assert texts(*(a.closing for a in found.accounts)) == ["50.00", "-50.00"]
    assert found.difference == 0


def test_what_was_taken_back_did_not_flow(books: Books) -> None:
    """A reversal lowers what went out, in its own range; reversed again, it went out after all."""
    paid = books.buy(BEFORE, "120.00", "VST20")
    back = books.reverse(paid, WITHIN)

    (line,) = (line for line in april(books).lines if line.entries)
    assert texts(line.inflow, line.outflow, line.net) == ["0.00", "-120.00", "120.00"]

    again = books.reverse(back, WITHIN)
    (line,) = (line for line in april(books).lines if line.entries)
    assert texts(line.inflow, line.outflow, line.net) == ["0.00", "0.00", "0.00"]
    assert line.entries == 4

    books.reverse(again, WITHIN)
    (line,) = (line for line in april(books).lines if line.entries)
    assert texts(line.inflow, line.outflow, line.net) == ["0.00", "-120.00", "120.00"]


def test_money_that_has_no_purpose_is_said_to_have_none(books: Books) -> None:
    """Against a statistical account."""
    moves(books, WITHIN, "2800", "9800")

    assert nets(april(books)) == {"unassigned": "100.00"}


def test_opening_entries_are_the_start_and_no_flow(books: Books) -> None:
    """Also those that are dated within the range."""
    balances = (
        Balance(0, "2800", Decimal(300), ZERO),
        Balance(1, "9000", ZERO, Decimal(300)),
    )
    with write_session(books.database.engine, books.tenant.id, books.tenant.actor) as session:
        opening_store.open_books(session, Opening(uuid4(), FIRST, balances))
    moves(books, WITHIN, "6210", "2800", "40.00")

    found = april(books)

    assert nets(found) == {"employees": "-40.00"}
    assert texts(found.opening, found.closing, found.difference) == ["300.00", "260.00", "0.00"]


ACCOUNTS = st.sampled_from(("2700", "2800", "2000", "3300", "0620", "6210", "3150", "9800"))
MOVES = st.tuples(
    st.dates(date(2026, 3, 1), date(2026, 5, 31)), ACCOUNTS, ACCOUNTS, st.integers(1, 10**6)
)


@settings(deadline=None, max_examples=10)
@given(st.lists(MOVES, min_size=1, max_size=6), st.dates(FIRST, LAST), st.dates(FIRST, LAST))
def test_flows_are_the_movement_of_the_cash_accounts(
    database: Database, wanted: list[tuple[date, str, str, int]], one: date, other: date
) -> None:
    """In any range, whatever was booked."""
    books = Books(database, another_tenant(database))
    for day, debit, credit, cents in wanted:
        if debit == credit:
            continue
        moves(books, day, debit, credit, str(Decimal(cents).scaleb(-2)))

    found = books.read(cash_flow_views.of_range, min(one, other), max(one, other))

    assert found.difference == 0
