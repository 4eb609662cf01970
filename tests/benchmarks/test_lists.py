"""How many rows a page of a long list looks at, with or without statistics of the tables.

An import leaves tables of which the planner knows nothing. Whatever it knows, a page must not look
at much more than what it shows, and its length must be known without a walk.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import Session

from domain.banking import bank_views, candidate_views
from domain.banking.bank_transaction import BankStatus
from domain.banking.bank_views import TransactionFilter
from domain.database.session import read_session, tenant_of
from domain.intake import inbox_views, ingestion_views, queue_views, review_views
from domain.intake.queue_views import Asked
from domain.payables import invoice_views, item_views, vendor_views
from domain.payables.invoice import InvoiceStatus
from domain.payables.invoice_views import InvoiceFilter
from domain.payables.item_views import ItemFilter
from domain.payments import views as payment_views
from domain.reports import ageing_views, snapshot_views
from domain.reports.snapshot import Asked as AskedReport
from tests.benchmarks.lists import fill
from tests.builders import Tenant, another_tenant
from tests.plans import calls, scans
from tests.servers import Database

_ROWS, _DEEP, _LIMIT = 6000, 5000, 20
_TODAY = date(2016, 1, 1) + timedelta(days=60)
_COUNTERS = {"list_count", "list_month", "list_change"}
# Of 6,000 the newest 2,000 may be owed; three in four of them are.
_FEW, _OWED = 300, 30_000
# Without statistics the planner may walk the list for each row of a page, never for each of the
# list; the first minute after an import is like that.
_BLIND = _ROWS * (_LIMIT + 5)

View = Callable[[Session], object]


def _invoices(status: InvoiceStatus | None, offset: int = 0) -> View:
    return lambda session: invoice_views.invoices(
        session, InvoiceFilter(status=status), _TODAY, limit=_LIMIT, offset=offset
    )


def _moved(wanted: TransactionFilter, offset: int = 0) -> View:
    return lambda session: bank_views.transactions(session, wanted, limit=_LIMIT, offset=offset)


def _vendor(session: Session) -> UUID:
    """One of the two hundred vendors of `lists.sql`, with thirty of the invoices."""
    return UUID(hashlib.md5(f"{tenant_of(session)}/vendor/7".encode()).hexdigest())  # noqa: S324 (as the rows are named)


LISTS: dict[str, tuple[View, int]] = {
    "inbox": (lambda s: inbox_views.items(s, "confirmed", limit=_LIMIT, offset=0), _FEW),
    "inbox, deep": (lambda s: inbox_views.items(s, "confirmed", limit=_LIMIT, offset=4000), _FEW),
    "cases": (lambda s: review_views.cases(s, None, limit=_LIMIT, offset=0), _FEW),
    "cases, deep": (lambda s: review_views.cases(s, None, limit=_LIMIT, offset=_DEEP), _FEW),
    "log": (lambda s: ingestion_views.ingestion_log(s, None, limit=_LIMIT, offset=0), _FEW),
    "log, deep": (
        lambda s: ingestion_views.ingestion_log(s, None, limit=_LIMIT, offset=_DEEP),
        _FEW,
    ),
    "invoices": (_invoices(None), _FEW),
    "invoices, deep": (_invoices(None, _DEEP), 2 * _FEW),
    "invoices, draft": (_invoices(InvoiceStatus.DRAFT), _FEW),
    "invoices, open": (_invoices(InvoiceStatus.OPEN), _OWED),
    "invoices, paid": (_invoices(InvoiceStatus.PAID), _OWED),
    "eligible": (lambda s: payment_views.eligible(s, limit=_LIMIT), _OWED),
    "open items": (lambda s: item_views.open_items(s, ItemFilter(), limit=_LIMIT), _OWED),
    "open items of a vendor": (
        lambda s: item_views.open_items(s, ItemFilter((_vendor(s),)), limit=_LIMIT),
        10 * _FEW,
    ),
    "owed to a vendor": (lambda s: vendor_views.open_amounts(s, [_vendor(s)]), 2 * _FEW),
    "payments, the first": (
        lambda s: payment_views.earliest(s, _TODAY, limit=_LIMIT),
        _OWED // 4,
    ),
    "owed at a day, added up": (
        lambda s: snapshot_views.taken(
            s, AskedReport(datetime.now(UTC), last=_TODAY), ageing_views.payable_sums
        ),
        _OWED,
    ),
    "queue": (
        lambda s: queue_views.waiting(s, Asked(today=_TODAY), limit=_LIMIT, offset=0),
        2 * _FEW,
    ),
    "movements": (_moved(TransactionFilter()), _FEW),
    "movements, deep": (_moved(TransactionFilter(), _DEEP), 2 * _FEW),
    "movements, open": (_moved(TransactionFilter(status=BankStatus.UNRECONCILED)), 2 * _FEW),
    "accounts": (bank_views.accounts, _FEW),
}


Lists = tuple[Database, Tenant, bool]


@pytest.fixture(scope="module", params=[False, True], ids=["as imported", "analyzed"])
def lists(database: Database, request: pytest.FixtureRequest) -> Lists:
    """A tenant with some thousand rows of each list; the first one before any statistics."""
    tenant = another_tenant(database)
    fill(database, tenant, _ROWS, is_analyzed=request.param)
    return database, tenant, request.param


@pytest.mark.parametrize("name", LISTS)
def test_a_page_looks_at_few_rows(lists: Lists, name: str) -> None:
    """However long the list is, and however deep the page lies in it."""
    database, tenant, is_analyzed = lists
    view, most = LISTS[name]
    with read_session(database.engine, tenant.id) as session:
        read = [each for statement in scans(session, view) for each in statement]

    rows = sum(each.rows for each in read if each.table not in _COUNTERS)
    assert rows <= (most if is_analyzed else _BLIND), sorted(read, key=lambda each: -each.rows)[:5]
    assert sum(each.rows for each in read if each.table in _COUNTERS) <= 1000


def test_lengths_are_counted_without_joins(lists: Lists) -> None:
    """The length of a list is a sum of the numbers of its months."""
    database, tenant, _ = lists
    for view in (LISTS["inbox"], LISTS["cases"], LISTS["invoices"], LISTS["movements"]):
        with read_session(database.engine, tenant.id) as session:
            first, *_ = scans(session, view[0])
        assert {each.table for each in first} <= _COUNTERS


def test_whether_much_is_open_is_known_without_a_list(lists: Lists) -> None:
    """The index is asked; it says what counting all of it says, on either side of the number."""
    database, tenant, _ = lists
    with read_session(database.engine, tenant.id) as session:
        every = text("SELECT count(*) FROM items_maybe_open(NULL, NULL)")
        count: int = session.execute(every).scalar_one()
        assert count > 1000
        for most in (count - 1, count, count + 1):
            assert candidate_views.are_many(session, most) is (count > most)
            assert candidate_views.are_few(session, most) is (count <= most)
        many = calls(session, lambda s: candidate_views.are_many(s, 1000), "items_maybe_open")
    assert many == 0
