"""Accounts out of use and back: what the service needs stays, and nothing is booked beside it."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from domain.banking import statement_store
from domain.banking.account import BankAccount
from domain.database.session import read_session, write_session
from domain.errors import NotFound
from domain.ledger import account_store, account_views, chart_store
from domain.ledger.account import Account, AccountRole, AccountType
from domain.ledger.account_store import AccountInUse
from domain.ledger.booking import AccountNotFound, Line
from domain.ledger.books_store import books
from domain.ledger.chart import role
from domain.ledger.intent import Side
from tests.books import Books
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database

DAY = date(2026, 3, 1)


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a chart of its own."""
    return another_tenant(database)


def turned(database: Database, tenant: Tenant, number: str, *, is_active: bool) -> bool:
    """Turn an account in a transaction of its own, and say how it stands then."""
    turn = account_store.activate if is_active else account_store.deactivate
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        turn(session, number)
    with read_session(database.engine, tenant.id) as session:
        return account_views.is_active(session, number)


def test_an_account_goes_and_comes_back(database: Database, tenant: Tenant) -> None:
    """Twice is once; meanwhile nothing is booked on it, and it is listed apart."""
    made = Books(database, tenant)
    made.sell(DAY, "120.00", "UST20")
    sold = "4000"
    for _ in range(2):
        assert not turned(database, tenant, sold, is_active=False)
    with pytest.raises(AccountNotFound):
        made.sell(DAY, "120.00", "UST20")
    with read_session(database.engine, tenant.id) as session:
        assert sold in [row.number for row in account_views.inactive(session)]
        assert sold not in [row.number for row in account_views.search(session, sold, None)]
    for _ in range(2):
        assert turned(database, tenant, sold, is_active=True)
    made.sell(DAY, "120.00", "UST20")
    check_books(database.engine, tenant.id)


def test_what_the_service_needs_stays(database: Database, tenant: Tenant) -> None:
    """Accounts of roles and tax codes, bank accounts, and whatever has a balance."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        statement_store.open_account(session, uuid4(), BankAccount("Spar", None, "2810"))
        own = Account("0815", "Anlage", AccountType.ASSET)
        chart_store.add_account(session, tenant.id, own)
        known = books(session, tenant.id)
    needed = {role(known.chart, each) for each in AccountRole} | set(known.tax_accounts) | {"2810"}
    for number in sorted(needed):
        with pytest.raises(AccountInUse):
            turned(database, tenant, number, is_active=False)
    assert not turned(database, tenant, "0815", is_active=False), "nothing is on it"
    with pytest.raises(NotFound):
        turned(database, tenant, "99999999", is_active=False)
    with pytest.raises(NotFound):
        turned(database, another_tenant(database), "0815", is_active=True)


def test_an_account_with_a_balance_stays_until_it_has_none(
    database: Database, tenant: Tenant
) -> None:
    """Of assets, liabilities and equity; income and expense end with the year."""
    made = Books(database, tenant)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        for number in ("0815", "0816"):
            added = Account(number, "Anlage", AccountType.ASSET)
            chart_store.add_account(session, tenant.id, added)
    there = [Line("0815", Side.DEBIT, Decimal(50)), Line("0816", Side.CREDIT, Decimal(50))]
    made.book(DAY, *there)
    with pytest.raises(AccountInUse):
        turned(database, tenant, "0815", is_active=False)
    made.book(DAY, *(Line(each.account, each.side.other, each.amount) for each in there))
    assert not turned(database, tenant, "0815", is_active=False)
    check_books(database.engine, tenant.id)
