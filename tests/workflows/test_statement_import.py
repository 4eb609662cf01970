"""Statement files by a worker: large ones, those that nobody waits for, and a worker that dies."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlmodel import Session
from temporalio.client import Client

from activities.statement_import import PostgresStatements
from api.main import create_app
from api.settings import Settings
from domain.banking import import_store, statement_store
from domain.banking.account import BankAccount
from domain.banking.import_store import FileOrder
from domain.banking.open_views import open_imports
from domain.banking.spool import Spool
from domain.database.blobs import Blobs
from domain.database.session import read_session, write_session
from domain.formats import statement_file
from domain.ids import sha256_hex
from domain.payments import answer_file_store
from tests.benchmarks.statements import a_statement
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from worker.registry import Resources, ledger
from worker.running import Limits, worker_of
from workflows.statement_import.steps import StatementFile

IBAN = "AT611904300234573201"
ENTRIES = 12_000
FILE = a_statement(ENTRIES)
IMPORT = "/v1/bank-transactions/import-file"


@pytest.fixture
def blobs(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder of bytes."""
    return tmp_path_factory.mktemp("blobs").as_uri()


@pytest.fixture
def office(database: Database) -> tuple[Tenant, UUID]:
    """A tenant with a bank account."""
    tenant = another_tenant(database)
    account = BankAccount("Giro", IBAN, "2800")
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        return tenant, statement_store.open_account(session, uuid4(), account)


@pytest.fixture
async def service(
    database: Database, temporal: Client, blobs: str
) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the application with a worker behind it."""
    told = {"database_url": database.url, "blob_url": blobs, "log_level": "ERROR"}
    app = create_app(Settings.model_validate(told))
    app.state.temporal = temporal
    work = ledger(Resources(database.engine, Blobs(blobs)))
    transport = httpx.ASGITransport(app)
    async with (
        worker_of(temporal, work, Limits(threads=8, grace=timedelta(seconds=5))),
        httpx.AsyncClient(transport=transport, base_url="http://test", timeout=120) as client,
    ):
        yield client
    app.state.engine.dispose()


async def send(
    service: httpx.AsyncClient, tenant: Tenant, data: bytes, **headers: str
) -> httpx.Response:
    """Send a file."""
    told = {"Authorization": f"Bearer {tenant.people['admin'].api_key}", **headers}
    return await service.post(IMPORT, files={"file": ("s.xml", data)}, headers=told)


def stored(database: Database, tenant: Tenant) -> int:
    """Number of movements."""
    with read_session(database.engine, tenant.id) as session:
        return int(session.execute(text("SELECT count(*) FROM bank_transaction")).scalar_one())


async def ended(
    service: httpx.AsyncClient, tenant: Tenant, begun: httpx.Response
) -> dict[str, Any]:
    """How an import is when it is no longer at work."""
    told = {"Authorization": f"Bearer {tenant.people['admin'].api_key}"}
    for _ in range(600):
        shown: dict[str, Any] = (await service.get(begun.headers["Location"], headers=told)).json()
        if shown["state"] != "importing":
            return shown
        await asyncio.sleep(0.1)
    raise TimeoutError


async def test_a_large_file_is_answered_when_it_is_done(
    database: Database, service: httpx.AsyncClient, office: tuple[Tenant, UUID]
) -> None:
    """By a worker, in pieces; the same bytes again add nothing."""
    tenant, _ = office
    first = await send(service, tenant, FILE)
    again = await send(service, tenant, FILE)

    assert (first.status_code, first.json()["imported"]) == (200, ENTRIES)
    assert (again.json()["imported"], again.json()["skipped_duplicates"]) == (0, ENTRIES)
    assert stored(database, tenant) == ENTRIES


async def test_who_does_not_wait_sees_the_progress(
    service: httpx.AsyncClient, office: tuple[Tenant, UUID]
) -> None:
    """202 at once, then a state until it is done; the same key is the same import."""
    tenant, _ = office
    named = {"Prefer": "respond-async", "Idempotency-Key": "one"}
    begun, again = [await send(service, tenant, FILE, **named) for _ in range(2)]
    assert (begun.status_code, begun.headers["Preference-Applied"]) == (202, "respond-async")
    assert again.json() == begun.json()

    shown = await ended(service, tenant, begun)
    assert (shown["state"], shown["imported"], shown["total_rows"]) == ("done", ENTRIES, ENTRIES)


async def test_a_refusal_is_told_and_leaves_nothing(
    database: Database, service: httpx.AsyncClient, office: tuple[Tenant, UUID]
) -> None:
    """Large or small, waited for or not, the reason is the same."""
    tenant, _ = office
    strange = FILE.replace(IBAN.encode(), b"DE89370400440532013000", 1)
    refused = await send(service, tenant, strange)
    assert (refused.status_code, refused.json()["code"]) == (404, "NOT_FOUND")
    assert refused.json()["context"] == {"iban": "DE89370400440532013000"}

    broken = await send(service, tenant, b"no statement", Prefer="respond-async")
    shown = await ended(service, tenant, broken)
    assert (shown["state"], shown["problem"]["code"]) == ("refused", "UNSUPPORTED_FORMAT")
    assert stored(database, tenant) == 0


async def test_the_key_gives_the_first_answer_whether_one_waits_or_not(
    service: httpx.AsyncClient, office: tuple[Tenant, UUID]
) -> None:
    """What was begun is told as begun, and what was done as done."""
    tenant, _ = office
    small, later = a_statement(3), {"Prefer": "respond-async"}
    begun = await send(service, tenant, small, **later, **{"Idempotency-Key": "begun"})
    again = await send(service, tenant, small, **{"Idempotency-Key": "begun"})
    done = await send(service, tenant, a_statement(4), **{"Idempotency-Key": "done"})
    told = await send(service, tenant, a_statement(4), **later, **{"Idempotency-Key": "done"})

    assert (begun.status_code, again.status_code) == (202, 202), again.text
    assert (again.json(), again.headers["Location"]) == (begun.json(), begun.headers["Location"])
    assert (done.status_code, told.status_code) == (200, 200), told.text
    assert told.json() == done.json()
    assert [each.headers.get("Idempotent-Replayed") for each in (begun, again, done, told)] == [
        *(None, "true"),
        *(None, "true"),
    ]


@pytest.mark.parametrize("prefer", [{}, {"Prefer": "respond-async"}])
async def test_another_file_under_the_key_leaves_nothing(
    database: Database,
    service: httpx.AsyncClient,
    office: tuple[Tenant, UUID],
    prefer: dict[str, str],
) -> None:
    """Neither movements nor an import that the resumption would carry on with."""
    tenant, _ = office
    named = {"Idempotency-Key": "one", **prefer}
    await send(service, tenant, a_statement(3), **named)
    refused = await send(service, tenant, FILE, **named)

    assert (refused.status_code, refused.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    with read_session(database.engine, tenant.id) as session:
        shas = session.execute(text("SELECT sha256 FROM bank_import")).scalars().all()
    assert sha256_hex(FILE) not in shas


async def test_a_refused_file_leaves_its_key_free(
    database: Database, service: httpx.AsyncClient, office: tuple[Tenant, UUID]
) -> None:
    """The same large file is taken once its account is there."""
    tenant, _ = office
    strange = FILE.replace(IBAN.encode(), b"DE89370400440532013000", 1)
    refused = [await send(service, tenant, strange, **{"Idempotency-Key": "k"}) for _ in range(2)]
    account = BankAccount("Zweitkonto", "DE89370400440532013000", "2810")
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        statement_store.open_account(session, uuid4(), account)
    taken = await send(service, tenant, strange, **{"Idempotency-Key": "k"})

    assert [each.status_code for each in refused] == [404, 404]
    assert (taken.status_code, taken.json()["imported"]) == (200, ENTRIES), taken.text


class Killed(RuntimeError):
    """The worker is gone."""


def mortal(database: Database, tenant: Tenant) -> Callable[[int], Callable[..., object]]:
    """Transactions, of which only so many are reached."""

    def transact(limit: int) -> Callable[[Callable[[Session], object]], object]:
        calls = 0

        def act(step: Callable[[Session], object]) -> object:
            nonlocal calls
            calls += 1
            if calls > limit:
                raise Killed
            with write_session(database.engine, tenant.id, tenant.actor) as session:
                return step(session)

        return act

    return transact


def test_a_killed_import_goes_on_where_it_was(
    database: Database, blobs: str, office: tuple[Tenant, UUID]
) -> None:
    """Half of it is stored; the next attempt stores the rest, whoever imported in between."""
    tenant, account_id = office
    order = FileOrder(uuid4(), sha256_hex(FILE), account_id)
    stores, transact = Blobs(blobs), mortal(database, tenant)
    stores.put(tenant.id, FILE)

    with Spool() as spool:
        spool.take(statement_file.parts(BytesIO(FILE)))
        with pytest.raises(Killed):
            import_store.import_file(transact(2), order, spool, answer_file_store.take)
    assert stored(database, tenant) == import_store.PIECE
    with read_session(database.engine, tenant.id) as session:
        assert [each.batch_id for each in open_imports(session)] == [order.batch_id]

    with Spool() as spool:  # somebody sends the same entries in another file meanwhile
        spool.take(statement_file.parts(BytesIO(a_statement(ENTRIES, "OTHER"))))
        between = import_store.import_file(
            transact(99), FileOrder(uuid4(), "b" * 64, account_id), spool, answer_file_store.take
        )
    file = StatementFile(
        tenant_id=tenant.id,
        batch_id=order.batch_id,
        sha256=order.sha256,
        actor=tenant.actor,
        bank_account_id=account_id,
    )
    outcome = PostgresStatements(database.engine, stores).import_file(file)
    repeated = PostgresStatements(database.engine, stores).import_file(file)

    assert between.imported == ENTRIES - import_store.PIECE
    assert outcome == repeated
    assert (outcome.state, outcome.rows) == ("done", ENTRIES)
    assert stored(database, tenant) == ENTRIES
