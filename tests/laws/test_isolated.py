"""ISOLATED: every row belongs to a tenant, and no other tenant ever sees it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from temporalio.client import Client

from api.main import create_app
from api.settings import Settings
from domain.access import store as access
from domain.database.blobs import Blobs
from domain.database.session import write_session
from domain.database.table import Table
from domain.formats.camt_writer import write_statement
from domain.formats.statement import Statement
from domain.ledger import tenant_store
from domain.payments import collection_store
from domain.payments.business_day import next_business_day
from domain.payments.collection_store import NewCollection
from domain.payments.mandate import Mandate, Scheme
from domain.posting.queue_store import PostingQueue
from domain.receivables import dunning_store
from tests.builders import Tenant, another_tenant
from tests.cases import a_case
from tests.openapi import Operation, operations
from tests.payables import a_bank_account, a_posted_invoice, a_vendor, an_invoice
from tests.receivables import DAY, a_customer, a_posted_outgoing_invoice, an_outgoing_invoice
from tests.rows import import_rows
from tests.servers import Database
from worker.registry import Resources, ledger
from worker.running import Limits, worker_of

STATEMENT = write_statement(
    Statement("1", "AT611904300234573201", "EUR", Decimal(0), Decimal(0), ()),
    "2026-03-02T00:00:00Z",
)
LAYOUT = {
    "name": "Hausbank",
    "header": ["Tag", "Wer", "Wie viel"],
    "columns": {"booking_date": "Tag", "counterparty": "Wer", "amount": "Wie viel"},
    "decimal": ",",
    "dates": ["%d.%m.%Y"],
}
WITHOUT_TENANT = {"login_attempt", "passkey_challenge"}

import_rows()
TABLES = sorted(set(Table.metadata.tables) - WITHOUT_TENANT)


def column_of(table: str) -> str:
    """Column that names the tenant."""
    return "id" if table == "tenant" else "tenant_id"


def counting(table: str) -> str:
    """Query that counts the rows which are seen."""
    return f"SELECT count(*) FROM {table}"  # noqa: S608 (our own names)


@pytest.fixture(scope="module")
def other(database: Database) -> Tenant:
    """Somebody else."""
    return another_tenant(database)


@pytest.fixture(scope="module")
async def service(
    database: Database, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the application with a worker of the ledger's queue behind it."""
    blobs = tmp_path_factory.mktemp("blobs").as_uri()
    told = {"database_url": database.url, "blob_url": blobs, "log_level": "ERROR"}
    app = create_app(Settings.model_validate(told))
    app.state.temporal = temporal
    work = ledger(Resources(database.engine, Blobs(blobs)))
    transport = httpx.ASGITransport(app)
    async with (
        worker_of(temporal, work, Limits(threads=8, grace=timedelta(seconds=5))),
        PostingQueue(app.state.engine).opened() as app.state.queue,
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        yield client
    app.state.engine.dispose()


@pytest.mark.parametrize("table", TABLES)
def test_row_security_is_forced(database: Database, table: str) -> None:
    """Security holds even for the owner of the table, and has a policy."""
    query = text(
        "SELECT relrowsecurity, relforcerowsecurity, (SELECT count(*) FROM pg_policy"
        " WHERE polrelid = c.oid AND polname = 'isolated') FROM pg_class c"
        " WHERE oid = CAST(:table AS regclass)"
    )
    with database.owner_engine.connect() as connection:
        assert tuple(connection.execute(query, {"table": table}).one()) == (True, True, 1)


@pytest.mark.parametrize("table", TABLES)
def test_a_backup_leaves_no_row_out(database: Database, table: str) -> None:
    """Its role reads every row of every tenant; without the policy it silently sees none."""
    query = text(
        "SELECT count(*) FROM pg_policy WHERE polrelid = CAST(:table AS regclass)"
        " AND polname = 'backed_up' AND polcmd = 'r'"
    )
    with database.owner_engine.connect() as connection:
        assert connection.execute(query, {"table": table}).scalar_one() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE app_user SET name = 'x'",
        "DELETE FROM journal_entry",
        "INSERT INTO tenant_head (tenant_id) VALUES (gen_random_uuid())",
        "SELECT find_login('x')",
        "SET ROLE belegfluss_app",
        "CREATE TABLE mine (id int)",
    ],
)
def test_a_backup_only_reads(database: Database, tenant: Tenant, statement: str) -> None:
    """Neither rows nor functions nor other roles are its own."""
    bind = create_engine(database.backup_url)
    try:
        with pytest.raises(DBAPIError, match="permission denied"), bind.begin() as connection:
            connection.execute(text(statement))
    finally:
        bind.dispose()


def test_no_table_was_forgotten(database: Database) -> None:
    """What the database holds is what this file knows."""
    query = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    with database.owner_engine.connect() as connection:
        stored = set(connection.execute(query).scalars())
    assert stored - {"alembic_version"} == set(TABLES) | WITHOUT_TENANT


@pytest.mark.parametrize("table", TABLES)
def test_without_a_tenant_nothing_is_seen(database: Database, tenant: Tenant, table: str) -> None:
    """A transaction that names no tenant sees an empty database."""
    with database.engine.begin() as connection:
        assert _count(connection, counting(table)) == 0
    with database.engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.tenant_id', '', true)"))
        assert _count(connection, counting(table)) == 0


@pytest.mark.parametrize("table", TABLES)
def test_only_own_rows_are_seen(
    database: Database, tenant: Tenant, other: Tenant, table: str
) -> None:
    """Whatever is seen is one's own."""
    foreign = f"{counting(table)} WHERE {column_of(table)} <> '{tenant.id}'"
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        assert _count(session, foreign) == 0


def test_the_setting_ends_with_its_transaction(database: Database, tenant: Tenant) -> None:
    """The next user of the same connection starts with nothing."""
    with database.engine.connect() as connection:
        with connection.begin():
            connection.execute(text(f"SET LOCAL app.tenant_id = '{tenant.id}'"))
            assert _count(connection, "SELECT count(*) FROM tenant") == 1
        with connection.begin():
            assert _count(connection, "SELECT count(*) FROM tenant") == 0


def test_nothing_is_stored_for_another(database: Database, tenant: Tenant, other: Tenant) -> None:
    """A row with another tenant's id is refused."""
    statement = text(
        "INSERT INTO idempotency (tenant_id, operation, key, request_hash, body)"
        " VALUES (:tenant, 'x', 'x', 'x', '{}')"
    )
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        session.execute(statement, {"tenant": other.id})


def test_nothing_is_changed_of_another(database: Database, tenant: Tenant, other: Tenant) -> None:
    """An update finds nothing to change."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        done = session.execute(
            text("UPDATE tenant SET city = 'x' WHERE id = :tenant"), {"tenant": other.id}
        )
        assert done.rowcount == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM tenant",
        "ALTER ROLE belegfluss_app BYPASSRLS",
        "ALTER TABLE tenant DISABLE ROW LEVEL SECURITY",
        "SET ROLE belegfluss_owner",
        "CREATE TABLE mine (id int)",
        "SELECT * FROM login_attempt",
        "DELETE FROM login_attempt",
        "SELECT * FROM passkey_challenge",
    ],
)
def test_the_application_cannot_get_around(database: Database, statement: str) -> None:
    """The application's role has no way past its policies."""
    with pytest.raises(DBAPIError), database.engine.begin() as connection:
        connection.execute(text(statement))


async def test_what_belongs_to_another_does_not_exist(
    other: Tenant, service: httpx.AsyncClient, filled: dict[str, Any]
) -> None:
    """Every operation on an id of somebody else is answered with 404."""
    answers = {}
    for operation in operations(await _described(service)):
        if operation.id_parameters:
            call = f"{operation.method} {operation.path}"
            answers[call] = await _status(service, other, operation, filled)
    assert answers
    assert {call: status for call, status in answers.items() if status != 404} == {}


async def test_lists_hold_nothing_of_another(
    tenant: Tenant, other: Tenant, service: httpx.AsyncClient, filled: dict[str, Any]
) -> None:
    """No id of the first tenant appears in any answer to the second."""
    ids = {str(value) for value in filled.values()} | {str(tenant.id)}
    for operation in operations(await _described(service)):
        if operation.method == "GET" and "{" not in operation.path:
            answer = await service.get(
                operation.path, params=operation.query, headers=_as_admin(other)
            )
            assert not [each for each in ids if each in answer.text], operation.path


@pytest.fixture(scope="module")
async def filled(database: Database, tenant: Tenant, service: httpx.AsyncClient) -> dict[str, Any]:
    """Fill the first tenant's books; one real id of each kind, by name of its parameter."""
    creditor = {"creditor_id": "AT61ZZZ01234567890"}
    tenant_store.change(database.engine, tenant.id, creditor, tenant.actor)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        invoice = a_posted_invoice(session, an_invoice(a_vendor(session)))
        customer_id = a_customer(session)
        sold = a_posted_outgoing_invoice(session, an_outgoing_invoice(customer_id, due=DAY))
        dunning_store.look(session, customer_id, datetime.now(UTC))
        account = a_bank_account(session)
        _collect(session, account, customer_id)
        a_case(session)
        access.start_session(session, tenant.people["admin"].user_id)
    today = next_business_day(datetime.now(UTC).date() + timedelta(days=2))
    run = {
        "bank_account_id": str(account),
        "execution_date": str(today),
        "invoice_ids": [str(invoice)],
    }
    movements = [{"tx_date": "2026-01-05", "amount": amount} for amount in (-1, 120)]
    for path, body in (
        ("/v1/periods/2026-01/lock", None),
        ("/v1/payment-runs", run),
        (
            "/v1/bank-transactions",
            {"bank_account_id": str(account), "transactions": movements},
        ),
        ("/v1/bank-csv-layouts", LAYOUT),
        ("/v1/bank-transactions/auto-match", {"bank_account_id": str(account), "least_score": 1}),
    ):
        made = await service.post(path, json=body, headers=_as_admin(tenant))
        assert made.status_code == 201, made.text
    await _match(service, tenant, sold)
    return _ids(database, tenant)


def _collect(session: Session, account: UUID, customer_id: UUID) -> None:
    """Collect an outgoing invoice by a mandate."""
    now = datetime.now(UTC)
    day = next_business_day(now.date() + timedelta(days=5))
    told = day - timedelta(days=14)
    owed = a_posted_outgoing_invoice(session, an_outgoing_invoice(customer_id, due=DAY))
    iban = "DE89370400440532013000"
    collection_store.add_mandate(
        session, Mandate(uuid4(), customer_id, "M-1", "Muster", iban, told)
    )
    new = NewCollection(uuid4(), account, day, Scheme.CORE, {owed: told})
    collection_store.collect(session, new, now.date(), now)


async def _match(service: httpx.AsyncClient, tenant: Tenant, sold: UUID) -> None:
    """Settle an outgoing invoice by a group of one movement."""
    admin = _as_admin(tenant)
    found = (await service.get("/v1/bank-transactions", headers=admin)).json()["transactions"]
    shown = await service.get(f"/v1/outgoing-invoices/{sold}", headers=admin)
    allocation = {
        "intent_id": shown.json()["intent_id"],
        "candidate_kind": "open_receivable",
        "open_item_account": "2000",
        "allocated_bank_amount": 120,
    }
    movements = [each["id"] for each in found if each["amount"] == 120]
    body = {"bank_transaction_ids": movements, "allocations": [allocation]}
    made = await service.post("/v1/bank-match-groups", json=body, headers=admin)
    assert made.status_code == 201, made.text


async def _described(service: httpx.AsyncClient) -> dict[str, Any]:
    document: dict[str, Any] = (await service.get("/openapi.json")).json()
    return document


_TABLES = {
    "user_id": "app_user_id",
    "key_id": "api_key_id",
    "session_id": "session_token_id",
    "layout_id": "bank_csv_profile_id",
}
"""Parameters that are not called like the table."""
_NAMED = {"period": "2026-01", "page": "1", "number": "7300", "code": "VST20"}


def path_of(operation: Operation, ids: dict[str, Any]) -> str:
    """The address of something that is there."""
    path = operation.path
    for name, value in _NAMED.items():
        path = path.replace(f"{{{name}}}", value)
    for name in operation.id_parameters:
        known = "outgoing_invoice_id" if "outgoing-invoices" in path else name
        known = _TABLES.get(known, known)
        path = path.replace(f"{{{name}}}", str(ids[known]))
    return path


async def _status(
    service: httpx.AsyncClient, caller: Tenant, operation: Operation, ids: dict[str, Any]
) -> int:
    answer = await service.request(
        operation.method,
        path_of(operation, ids),
        headers=_as_admin(caller),
        params=operation.query,
        json=operation.body,
        files={"file": ("camt.xml", STATEMENT, "application/xml")}
        if operation.takes_file
        else None,
    )
    return answer.status_code


def _as_admin(tenant: Tenant) -> dict[str, str]:
    return {"Authorization": f"Bearer {tenant.people['admin'].api_key}"}


def _ids(database: Database, tenant: Tenant) -> dict[str, Any]:
    """One real id of each kind that the first tenant has, by the name of its parameter."""
    found: dict[str, Any] = {}
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        for name in TABLES:
            columns = Table.metadata.tables[name].columns
            column = next((c for c in ("id", f"{name}_id", "request_id") if c in columns), "")
            if column in columns:
                query = f"SELECT {column} FROM {name} LIMIT 1"  # noqa: S608 (our own names)
                found[f"{name}_id"] = session.execute(text(query)).scalar()
    aliases = {
        "request_id": "lock_request_id",
        "inbox_id": "inbox_item_id",
        "batch_id": "bank_import_id",
        "match_group_id": "bank_match_group_id",
        "auto_match_id": "bank_auto_match_id",
    }
    found |= {name: found.get(table) for name, table in aliases.items()}
    return {name: value for name, value in found.items() if isinstance(value, UUID)}


def _count(connection: Any, query: str) -> int:
    counted: int = connection.execute(text(query)).scalar_one()
    return counted
