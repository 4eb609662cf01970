"""ISOLATED: every row belongs to a tenant, and no other tenant ever sees it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from temporalio.client import Client

import domain.tables
from api.main import create_app
from api.settings import Settings
from domain.formats.camt_writer import write_statement
from domain.formats.mail import Attachment, Mail, MailKind
from domain.formats.statement import Statement
from domain.store import documents, ingestion, review_cases
from domain.store.blobs import Blobs
from domain.store.transaction import transaction
from domain.tables.base import Table
from tests.builders import Tenant, another_tenant
from tests.openapi import Operation, operations
from tests.payables import a_bank_account, a_posted_invoice, a_vendor, an_invoice
from tests.servers import Database
from worker.registry import Resources, ledger
from worker.running import Limits, worker_of

STATEMENT = write_statement(
    Statement("1", "AT611904300234573201", "EUR", Decimal(0), Decimal(0), ()),
    "2026-03-02T00:00:00Z",
)
WITHOUT_TENANT = {"login_attempt"}

for module in Path(domain.tables.__file__).parent.glob("*.py"):
    import_module(f"domain.tables.{module.stem}")
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
    with transaction(database.engine, tenant.id, tenant.actor) as session:
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
        transaction(database.engine, tenant.id, tenant.actor) as session,
    ):
        session.execute(statement, {"tenant": other.id})


def test_nothing_is_changed_of_another(database: Database, tenant: Tenant, other: Tenant) -> None:
    """An update finds nothing to change."""
    with transaction(database.engine, tenant.id, tenant.actor) as session:
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
    with transaction(database.engine, tenant.id, tenant.actor) as session:
        invoice = a_posted_invoice(session, an_invoice(a_vendor(session)))
        account = a_bank_account(session)
        _receive(session)
    today = datetime.now(UTC).date() + timedelta(days=2)
    run = {
        "bank_account_id": str(account),
        "execution_date": str(today),
        "invoice_ids": [str(invoice)],
    }
    movement = {"tx_date": "2026-01-05", "amount": -1}
    for path, body in (
        ("/v1/periods/2026-01/lock", None),
        ("/v1/payment-runs", run),
        (
            "/v1/bank-transactions",
            {"bank_account_id": str(account), "transactions": [movement]},
        ),
    ):
        made = await service.post(path, json=body, headers=_as_admin(tenant))
        assert made.status_code == 201, made.text
    return _ids(database, tenant)


def _receive(session: Session) -> None:
    """File a mail with a document that nobody could read, and open its review case."""
    at = datetime(2026, 1, 2, tzinfo=UTC)
    item = Attachment("a.pdf", "application/pdf", b"%PDF-", sender="a@b.example")
    mail = Mail(MailKind.ORDINARY, "a@b.example", "Rechnung", None, (), (item,))
    receipt = ingestion.Receipt(sha256=item.sha256, size_bytes=1, received_at=at, delivery="first")
    ((inbox_id, document_id),) = ingestion.file_mail(session, mail, receipt).waiting
    documents.keep_reading(session, document_id, "first", documents.Reading(failure="X"), at)
    review_cases.match(session, inbox_id)
    review_cases.check(session, inbox_id, at)


async def _described(service: httpx.AsyncClient) -> dict[str, Any]:
    document: dict[str, Any] = (await service.get("/openapi.json")).json()
    return document


async def _status(
    service: httpx.AsyncClient, caller: Tenant, operation: Operation, ids: dict[str, Any]
) -> int:
    path = operation.path.replace("{period}", "2026-01")
    for name in operation.id_parameters:
        path = path.replace(f"{{{name}}}", str(ids[name]))
    answer = await service.request(
        operation.method,
        path,
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
    with transaction(database.engine, tenant.id, tenant.actor) as session:
        for name in TABLES:
            columns = Table.metadata.tables[name].columns
            column = next((c for c in ("id", f"{name}_id", "request_id") if c in columns), "")
            if column in columns:
                query = f"SELECT {column} FROM {name} LIMIT 1"  # noqa: S608 (our own names)
                found[f"{name}_id"] = session.execute(text(query)).scalar()
    aliases = {"request_id": "lock_request_id", "inbox_id": "inbox_item_id"}
    found |= {name: found.get(table) for name, table in aliases.items()}
    return {name: value for name, value in found.items() if value is not None}


def _count(connection: Any, query: str) -> int:
    counted: int = connection.execute(text(query)).scalar_one()
    return counted
