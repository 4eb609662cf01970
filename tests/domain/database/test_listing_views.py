"""Pages that are found by the numbers of days hold what a walk through the whole list holds."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import text
from sqlmodel import Session

from domain.banking import bank_views, statement_store
from domain.banking.account import BankAccount
from domain.banking.bank_transaction import BankStatus
from domain.banking.bank_views import TransactionFilter
from domain.database import listing_store
from domain.database.session import read_session, write_session
from domain.intake import inbox_views, ingestion_views, review_views
from domain.payables import invoice_views
from domain.payables.invoice import InvoiceStatus
from domain.payables.invoice_views import InvoiceFilter, InvoiceView
from domain.payables.normalized import NormalizedInvoice
from domain.receivables import outgoing_invoice_views
from domain.receivables.outgoing_invoice import InvoiceType
from domain.receivables.outgoing_invoice_views import OutgoingInvoiceFilter, OutgoingInvoiceView
from tests.builders import Tenant, another_tenant
from tests.payables import a_vendor
from tests.receivables import a_customer
from tests.servers import Database

_LIMIT = 7
_ROWS = 60
_TODAY = date(2026, 5, 1)
_ITEMS = ("processing", "pending", "confirmed", "rejected")
_CASES = ("approval", "correction", "exception", "rejected")
_OUTCOMES = ("accepted", "duplicate", "unsupported_type")
_PROCESSED = {"confirmed", "rejected"}


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 (the same rows in every run)


def _at(chance: random.Random) -> datetime:
    """An instant on one of a few days, midnight among them; some come twice."""
    day = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=chance.randrange(5))
    return day + timedelta(hours=chance.choice((0, 0, 1, 12, 23)), seconds=chance.randrange(3))


def _store(session: Session, table: str, rows: Sequence[dict[str, object]]) -> None:
    names = ", ".join(rows[0])
    values = ", ".join(f":{name}" for name in rows[0])
    session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), list(rows))  # noqa: S608


def _filled(database: Database, tenant: Tenant, chance: random.Random) -> None:
    """Some rows of each list, some changed after, some added up before the others come."""
    empty = NormalizedInvoice().to_json()
    for part in range(2):
        with write_session(database.engine, tenant.id, tenant.actor) as session:
            items = [_item(tenant, chance) for _ in range(_ROWS)]
            _store(session, "document", [_document(each) for each in items])
            _store(session, "inbox_item", items)
            cases = [_case(each, chance, empty) for each in items]
            _store(session, "review_case", cases)
            _store(session, "ingestion_log", [_entry(tenant, chance) for _ in range(_ROWS)])
            arrivals = [_arrival(tenant, chance) for _ in range(4)]
            _store(session, "arrival", arrivals)
            vendors = [a_vendor(session) for _ in range(2)]
            _store(session, "invoice", [_invoice(tenant, vendors, chance) for _ in range(_ROWS)])
            customers = [a_customer(session) for _ in range(2)]
            sold = [_sold(tenant, customers, chance) for _ in range(_ROWS)]
            _store(session, "outgoing_invoice", sold)
            number = ("2800", "2801")[part]
            account = statement_store.open_account(session, uuid4(), BankAccount("B", None, number))
            _store(
                session, "bank_transaction", [_moved(tenant, account, chance) for _ in range(_ROWS)]
            )
        with write_session(database.engine, tenant.id, tenant.actor) as session:
            session.execute(
                text(
                    "UPDATE inbox_item SET status = 'pending' WHERE status = 'processing'"
                    " AND original_name < 'h'"
                )
            )
            session.execute(
                text(
                    "UPDATE review_case SET queue_state = 'approval', version = version + 1"
                    " WHERE queue_state = 'exception'"
                )
            )
            session.execute(
                text("UPDATE bank_transaction SET status = 'excluded' WHERE position % 5 = 0")
            )
        if part == 0:
            listing_store.add_up(database.engine, tenant.id)


def _item(tenant: Tenant, chance: random.Random) -> dict[str, object]:
    status, at = chance.choice(_ITEMS), _at(chance)
    return {
        "tenant_id": tenant.id,
        "id": uuid4(),
        "document_id": uuid4(),
        "status": status,
        "original_name": chance.choice("abcdefghijklmnop"),
        "created_at": at,
        "decided_at": at if status in _PROCESSED else None,
    }


def _document(item: dict[str, object]) -> dict[str, object]:
    return {
        "tenant_id": item["tenant_id"],
        "id": item["document_id"],
        "sha256": UUID(str(item["document_id"])).hex * 2,
        "mime_type": "application/pdf",
        "original_name": "x.pdf",
        "size_bytes": 1,
        "source": "mail",
        "created_at": item["created_at"],
    }


def _case(
    item: dict[str, object], chance: random.Random, invoice: dict[str, Any]
) -> dict[str, object]:
    state, at = chance.choice(_CASES), _at(chance)
    return {
        "tenant_id": item["tenant_id"],
        "id": uuid4(),
        "inbox_id": item["id"],
        "document_id": item["document_id"],
        "queue_state": state,
        "normalized_invoice": _json(invoice),
        "decided_at": at if state == "rejected" else None,
        "created_at": at,
        "updated_at": at,
    }


def _json(value: dict[str, Any]) -> str:
    return orjson.dumps(value).decode()


def _entry(tenant: Tenant, chance: random.Random) -> dict[str, object]:
    return {
        "tenant_id": tenant.id,
        "id": uuid4(),
        "received_at": _at(chance),
        "position": chance.randrange(3),
        "outcome": chance.choice(_OUTCOMES),
    }


def _arrival(tenant: Tenant, chance: random.Random) -> dict[str, object]:
    return {
        "tenant_id": tenant.id,
        "id": uuid4(),
        "sha256": uuid4().hex * 2,
        "size_bytes": 1,
        "channel": "mail",
        "received_at": _at(chance),
        "split_at": chance.choice((None, None, _at(chance))),
    }


def _invoice(tenant: Tenant, vendors: Sequence[UUID], chance: random.Random) -> dict[str, object]:
    at = _at(chance)
    return {
        "tenant_id": tenant.id,
        "id": uuid4(),
        "vendor_id": chance.choice(vendors),
        "invoice_number": uuid4().hex,
        "invoice_date": at.date(),
        "total_net": 100,
        "total_tax": 20,
        "total_gross": 120,
        "currency": "EUR",
        "created_at": at,
        "updated_at": at,
    }


def _sold(tenant: Tenant, customers: Sequence[UUID], chance: random.Random) -> dict[str, object]:
    made = _invoice(tenant, customers, chance)
    made["customer_id"] = made.pop("vendor_id")
    return made | {"type": chance.choice(("invoice", "credit_note"))}


def _moved(tenant: Tenant, account: UUID, chance: random.Random) -> dict[str, object]:
    at = _at(chance)
    return {
        "tenant_id": tenant.id,
        "id": uuid4(),
        "bank_account_id": account,
        "position": chance.randrange(9),
        "tx_date": at.date(),
        "amount": 5,
        "currency": "EUR",
        "counterparty_name": chance.choice(("Papier Müller", "Stahl 100%", "Holz")),
        "content_hash": uuid4().hex * 2,
        "status": chance.choice(("unreconciled", "excluded")),
        "created_at": at,
    }


_View = Callable[[Session, int, int], tuple[Sequence[Any], int]]


@pytest.fixture(scope="module")
def lists(database: Database) -> tuple[Database, Tenant]:
    """A tenant with lists, beside another one with others."""
    tenant = another_tenant(database)
    _filled(database, tenant, _chance(7))
    _filled(database, another_tenant(database), _chance(8))
    return database, tenant


def _check(lists: tuple[Database, Tenant], view: _View, query: str, **values: object) -> None:
    """Every page is that of the naive query, and so is the length, however deep it begins."""
    database, tenant = lists
    with read_session(database.engine, tenant.id) as session:
        naive = list(session.execute(text(query), values).scalars())
        assert naive
        for offset in (*range(0, len(naive) + _LIMIT, 5), len(naive), len(naive) + 100):
            found, total = view(session, _LIMIT, offset)
            ids = [_id_of(each) for each in found]
            assert (ids, total) == (naive[offset : offset + _LIMIT], len(naive))


def _id_of(row: Any) -> UUID:
    found: UUID = row.invoice.id if isinstance(row, InvoiceView | OutgoingInvoiceView) else row.id
    return found


@pytest.mark.parametrize("status", [*_ITEMS, "open"])
def test_inbox(lists: tuple[Database, Tenant], status: str) -> None:
    """Newest first, of each status and of what is undecided."""
    of = ["processing", "pending"] if status == "open" else [status]
    _check(
        lists,
        lambda session, limit, offset: inbox_views.items(
            session, status, limit=limit, offset=offset
        ),
        "SELECT id FROM inbox_item WHERE status = ANY (:of) ORDER BY created_at DESC, id",
        of=of,
    )


@pytest.mark.parametrize("state", [None, "approval", "correction", "rejected"])
def test_review_cases(lists: tuple[Database, Tenant], state: str | None) -> None:
    """Oldest first, of each state and of all."""
    _check(
        lists,
        lambda session, limit, offset: review_views.cases(
            session, state, limit=limit, offset=offset
        ),
        "SELECT id FROM review_case WHERE queue_state = coalesce(:state, queue_state)"
        " ORDER BY created_at, id",
        state=state,
    )


@pytest.mark.parametrize("outcome", [None, "received", *_OUTCOMES])
def test_ingestion_log(lists: tuple[Database, Tenant], outcome: str | None) -> None:
    """Newest first, with what waits in between."""
    _check(
        lists,
        lambda session, limit, offset: ingestion_views.ingestion_log(
            session, outcome, limit=limit, offset=offset
        ),
        "SELECT id FROM ("
        " SELECT id, received_at, position, outcome FROM ingestion_log UNION ALL"
        " SELECT id, received_at, 0, 'received' FROM arrival WHERE split_at IS NULL) x"
        " WHERE outcome = coalesce(:outcome, outcome) ORDER BY received_at DESC, position, id",
        outcome=outcome,
    )


_DAYS = ((None, None), (date(2026, 3, 2), None), (date(2026, 3, 2), date(2026, 3, 4)))


@pytest.mark.parametrize(("first", "last"), _DAYS)
@pytest.mark.parametrize("of_vendor", [False, True])
def test_invoices(
    lists: tuple[Database, Tenant], first: date | None, last: date | None, *, of_vendor: bool
) -> None:
    """Latest first, of a stretch of days, of a vendor."""
    vendor = _one_of(lists, "SELECT min(vendor_id::text)::uuid FROM invoice") if of_vendor else None
    wanted = InvoiceFilter(vendor, None, first, last)
    _check(
        lists,
        lambda session, limit, offset: invoice_views.invoices(
            session, wanted, _TODAY, limit=limit, offset=offset
        ),
        "SELECT id FROM invoice WHERE invoice_date >= coalesce(:first, invoice_date)"
        " AND invoice_date <= coalesce(:last, invoice_date)"
        " AND vendor_id = coalesce(:vendor, vendor_id)"
        " ORDER BY invoice_date DESC, created_at DESC, id",
        first=first,
        last=last,
        vendor=vendor,
    )


@pytest.mark.parametrize(("first", "last"), _DAYS)
@pytest.mark.parametrize("of_customer", [False, True])
@pytest.mark.parametrize("type_", [None, InvoiceType.CREDIT_NOTE])
def test_outgoing_invoices(
    lists: tuple[Database, Tenant],
    first: date | None,
    last: date | None,
    type_: InvoiceType | None,
    *,
    of_customer: bool,
) -> None:
    """Latest first, of a stretch of days, of a customer, of one type."""
    query = "SELECT min(customer_id::text)::uuid FROM outgoing_invoice"
    customer = _one_of(lists, query) if of_customer else None
    for status in (None, InvoiceStatus.DRAFT):
        wanted = OutgoingInvoiceFilter(customer, status, type_, first, last)
        _check(
            lists,
            lambda session, limit, offset, wanted=wanted: outgoing_invoice_views.invoices(  # type: ignore[misc]
                session, wanted, _TODAY, limit=limit, offset=offset
            ),
            "SELECT id FROM outgoing_invoice WHERE invoice_date >= coalesce(:first, invoice_date)"
            " AND invoice_date <= coalesce(:last, invoice_date)"
            " AND customer_id = coalesce(:customer, customer_id) AND type = coalesce(:type, type)"
            " ORDER BY invoice_date DESC, created_at DESC, id DESC",
            first=first,
            last=last,
            customer=customer,
            type=type_.value if type_ else None,
        )


@pytest.mark.parametrize(("first", "last"), _DAYS)
@pytest.mark.parametrize("status", [None, "unreconciled", "excluded"])
@pytest.mark.parametrize("search", [None, "müller", "100%"])
@pytest.mark.parametrize("of_account", [False, True])
def test_bank_transactions(
    lists: tuple[Database, Tenant],
    first: date | None,
    last: date | None,
    status: str | None,
    search: str | None,
    *,
    of_account: bool,
) -> None:
    """Latest first, by every filter."""
    account = _one_of(lists, "SELECT id FROM bank_account WHERE account_number = '2800'")
    of = account if of_account else None
    wanted = TransactionFilter(of, first, last, search, BankStatus(status) if status else None)
    _check(
        lists,
        lambda session, limit, offset: bank_views.transactions(
            session, wanted, limit=limit, offset=offset
        ),
        "SELECT id FROM bank_transaction WHERE tx_date >= coalesce(:first, tx_date)"
        " AND tx_date <= coalesce(:last, tx_date) AND status = coalesce(:status, status)"
        " AND bank_account_id = coalesce(:account, bank_account_id)"
        " AND strpos(lower(counterparty_name), coalesce(:search, '')) > 0"
        " ORDER BY tx_date DESC, created_at DESC, position, id",
        first=first,
        last=last,
        status=status,
        account=of,
        search=search,
    )


def test_counters_of_bank_accounts(lists: tuple[Database, Tenant]) -> None:
    """All, what is not reconciled, the latest day; an account without movements has none."""
    database, tenant = lists
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        statement_store.open_account(session, uuid4(), BankAccount("Leer", None, "2810"))
    with read_session(database.engine, tenant.id) as session:
        found = [
            (each.account.id, each.tx_count, each.unreconciled_count, each.last_tx_date)
            for each in bank_views.accounts(session)
        ]
        naive = session.execute(
            text(
                "SELECT a.id, count(t.id), count(t.id) FILTER (WHERE status = 'unreconciled'),"
                " max(tx_date) FROM bank_account a LEFT JOIN bank_transaction t"
                " ON t.bank_account_id = a.id GROUP BY a.id, a.name ORDER BY a.name, a.id"
            )
        ).all()
        assert found == [tuple(each) for each in naive]
        assert found[-1][1:] == (0, 0, None)
        unreconciled = sum(row[2] for row in naive)
        assert bank_views.unreconciled_count(session) == unreconciled


def test_changes_are_added_up_once(lists: tuple[Database, Tenant]) -> None:
    """Twice, and by two at once: the numbers stay what they are, and nothing is left to add."""
    database, tenant = lists
    before = _numbers(lists)
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: listing_store.add_up(database.engine, tenant.id), range(4)))
    assert _numbers(lists) == before
    with read_session(database.engine, tenant.id) as session:
        assert session.execute(text("SELECT count(*) FROM list_change")).scalar_one() == 0
    assert tenant.id not in listing_store.behind(database.engine, 1)


def test_who_has_changed_much_is_behind(database: Database) -> None:
    """Tenants with so many changes are told, others are not."""
    tenant = another_tenant(database)
    assert tenant.id not in listing_store.behind(database.engine, 1)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        _store(session, "arrival", [_arrival(tenant, _chance(1))])
        _store(session, "ingestion_log", [_entry(tenant, _chance(1))])
    assert tenant.id in listing_store.behind(database.engine, 1)
    assert tenant.id not in listing_store.behind(database.engine, 2)


def _numbers(lists: tuple[Database, Tenant]) -> list[object]:
    database, tenant = lists
    query = (
        "SELECT list, scope, part, day, sum(rows) FROM ("
        " SELECT list, scope, part, day, rows FROM list_count UNION ALL"
        " SELECT list, scope, part, day, rows FROM list_change) x"
        " GROUP BY list, scope, part, day HAVING sum(rows) <> 0 ORDER BY list, scope, part, day"
    )
    with read_session(database.engine, tenant.id) as session:
        return list(session.execute(text(query)).all())


def _one_of(lists: tuple[Database, Tenant], query: str) -> UUID:
    database, tenant = lists
    with read_session(database.engine, tenant.id) as session:
        found: UUID = session.execute(text(query)).scalar_one()
        return found
