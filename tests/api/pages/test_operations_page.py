"""The page of whoever runs the service: numbers of all companies, for nobody else."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from temporalio.client import Client

from api.main import create_app
from api.settings import Settings
from deploy.stack.process import free_port
from tests.api.pages.browsers import Plain
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from tests.worker.left_behind import pending_lock, waiting_case
from workflows.shared.connection import TemporalServer, connect


@pytest.fixture
def app(database: Database, tenant: Tenant, temporal: Client) -> FastAPI:
    """Make the application; the admin of one company runs the service, too."""
    told = {
        "database_url": database.url,
        "log_level": "ERROR",
        "operators": f"nobody@example.org, {tenant.people['admin'].email.upper()}",
        "temporal_ui_url": "http://temporal.example/",
    }
    app = create_app(Settings.model_validate(told))
    app.state.temporal = temporal
    return app


@pytest.fixture
async def served(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Serve it."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client
    app.state.engine.dispose()


async def at(http: httpx.AsyncClient, tenant: Tenant, who: str, language: str = "de") -> Plain:
    """Somebody before the page."""
    return await (await Plain(http, tenant, who).sign_in(language)).go("/operations")


async def test_it_tells_what_waits_and_that_nobody_works(
    served: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """In both languages; what is open and has no process is told."""
    waiting_case(database, tenant)
    pending_lock(database, tenant)
    for _ in range(40):  # processes of others on this server may be more than what is open here
        opened, running, _missing = _counts((await at(served, tenant, "admin")).page)
        if opened > running:
            break
        pending_lock(database, another_tenant(database))

    page = await at(served, tenant, "admin")
    english = await at(served, tenant, "admin", "en")

    assert page.answer.status_code == english.answer.status_code == 200
    for word in ("Sperre einer Periode", "Offen und ohne Prozess", "documents"):
        assert word in page.text
    assert "Lock of a period" in english.text
    opened, running, without = _counts(page.page)
    assert without == opened - running > 0
    assert page.page.xpath("//a[contains(@href, 'BelegflussStuckSince')]")


def _counts(page: Any) -> tuple[int, int, int]:
    """Locks that are open, that have a process, and that have none, as the page says."""
    row = page.xpath("//section[@aria-labelledby='h-lost']//tr[th='Sperre einer Periode']")
    opened, running, without = (int(each.text_content()) for each in row[0].xpath("td"))
    return opened, running, without


async def test_no_role_of_a_company_opens_it(served: httpx.AsyncClient, tenant: Tenant) -> None:
    """Nor does the menu lead there."""
    page = await at(served, tenant, "bookkeeper")

    assert page.answer.status_code == 403
    assert not page.page.xpath("//a[@href='/operations']")


async def test_without_temporal_the_database_tells_what_waits(
    app: FastAPI, served: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """And the page says that Temporal is away."""
    waiting_case(database, tenant)
    nobody = TemporalServer(f"127.0.0.1:{free_port()}")
    app.state.temporal = await connect(nobody, lazy=True)

    page = await at(served, tenant, "admin")

    assert page.answer.status_code == 200
    assert "Temporal antwortet nicht" in page.text
    assert page.page.xpath("//tr[th='Beleg']")
