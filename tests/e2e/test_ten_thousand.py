"""After 10,000 random operations over HTTP, Beancount computes the trial balance of the service."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli.main import app
from deploy.stack.process import Service, free_port, running
from deploy.stack.services import answers
from tests.builders import Tenant
from tests.e2e.keep_alive import Connection
from tests.e2e.operations import Clerk
from tests.invariants import check_books
from tests.plain_text import beancount, number_of
from tests.servers import Database

pytestmark = pytest.mark.timeout(600)

OPERATIONS = int(os.environ.get("BELEGFLUSS_OPERATIONS", "10000"))
SEED = os.environ.get("BELEGFLUSS_SEED", "2026")
CLERKS = 8
_RESULT = ("Income", "Expenses")


@pytest.fixture(scope="module")
def port(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Run the API as a process of its own."""
    port = free_port()
    command = (
        *(sys.executable, "-m", "uvicorn", "api.main:create_app", "--factory"),
        *("--host", "127.0.0.1", "--port", str(port)),
        *("--http", "api.http.head_limits:LimitedHead", "--no-access-log"),
    )
    told = {"BELEGFLUSS_DATABASE_URL": database.url, "BELEGFLUSS_LOG_LEVEL": "WARNING"}
    ready = partial(answers, f"http://127.0.0.1:{port}/readyz")
    service = Service("api", command, ready, told)
    with running(service, tmp_path_factory.mktemp("api") / "log", 300):
        yield port


async def test_beancount_computes_the_same_trial_balance(
    database: Database,
    tenant: Tenant,
    port: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Account by account, for two fiscal years; and every accepted intent is there once."""
    year = datetime.now(UTC).year
    clerks = await worked(port, tenant, year)
    counts = sum((clerk.tally.answers for clerk in clerks), Counter())
    monkeypatch.setenv("BELEGFLUSS_DATABASE_URL", database.url)

    found = beancount(exported(tenant, tmp_path / "books.beancount"))

    assert found["errors"] == []
    assert found["asserted"] == len(found["opened"])
    intents = [each["facts"]["intent"].replace("-", "") for each in found["transactions"]]
    assert sorted(intents) == sorted(set().union(*(clerk.tally.intents for clerk in clerks)))
    assert len(intents) > OPERATIONS / 2, counts
    for asked in (year - 1, year):
        assert await trial_balance(port, tenant, asked) == expected(found["years"], asked), counts
    check_books(database.engine, tenant.id)


async def worked(port: int, tenant: Tenant, year: int) -> list[Clerk]:
    """Let all clerks work at the same time."""
    token = tenant.people["admin"].api_key
    connections = [await Connection.to(port, token) for _ in range(CLERKS)]
    own = {"code": "OWN", "label": "Own", "rate": 5, "vat_account": "2500"}
    assert (await connections[0].send("POST", "/v1/tax-codes", own)).status == 201
    clerks = [Clerk(each, f"{SEED}-{at}", year) for at, each in enumerate(connections)]
    await asyncio.gather(*(clerk.work(OPERATIONS // CLERKS) for clerk in clerks))
    for each in connections:
        await each.close()
    return clerks


async def trial_balance(port: int, tenant: Tenant, year: int) -> dict[str | None, Decimal]:
    """Closing balances at the end of a year, where there are any."""
    connection = await Connection.to(port, tenant.people["admin"].api_key)
    path = f"/v1/reports?type=susa&startDate={year}-01-01&endDate={year}-12-31"
    answer = await connection.send("GET", path)
    await connection.close()
    assert answer.status == 200, answer.body
    rows: list[dict[str, Any]] = answer.body
    return {
        row["number"]: Decimal(str(row["closing_balance"]))
        for row in rows
        if row["closing_balance"]
    }


def expected(years: dict[str, dict[str, str]], year: int) -> dict[str | None, Decimal]:
    """The same from Beancount: what earlier years earned stands in a row without a number."""
    found: Counter[str | None] = Counter()
    for each, balances in years.items():
        if int(each) <= year:
            for path, amount in balances.items():
                carried = path.startswith(_RESULT) and int(each) < year
                found[None if carried else number_of(path)] += Decimal(amount)  # type: ignore[assignment]
    return {number: Decimal(amount) for number, amount in found.items() if amount}


def exported(tenant: Tenant, path: Path) -> Path:
    """Export with the command."""
    told = ["export", str(tenant.id), "--format", "beancount", "--output", str(path)]
    result = CliRunner().invoke(app, told)
    assert result.exit_code == 0, result.output
    return path
