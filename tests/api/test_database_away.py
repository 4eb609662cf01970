"""The API outlives its database: away is 503, back is back, nothing is written twice."""

from contextlib import ExitStack
from pathlib import Path

from fastapi.testclient import TestClient

from api.main import create_app
from api.settings import Settings
from deploy.migrations.rules import APP
from deploy.migrations.run import migrate
from deploy.stack import postgres
from deploy.stack.process import free_port
from domain.store.transaction import engine
from tests.api.callers import booking, caller
from tests.builders import another_tenant
from tests.servers import APP_PASSWORD, OWNER_PASSWORD, Database


def test_a_restart_is_survived(tmp_path: Path) -> None:
    """Each connection of the pool is dead afterwards; callers see 503 and then their answer."""
    home, port = tmp_path / "postgres", free_port()
    with ExitStack() as running:
        _restarted(running, home, port)


def _restarted(running: ExitStack, home: Path, port: int) -> None:
    with postgres.started(home, port, fast=True) as server:
        postgres.prepare_database(server, "books", OWNER_PASSWORD)
        owner_url = server.url("books", postgres.OWNER, OWNER_PASSWORD)
        migrate(owner_url, APP_PASSWORD)
        url = server.url("books", APP, APP_PASSWORD)
        database = Database(engine(url), engine(owner_url))
        tenant = another_tenant(database)
        app = create_app(Settings.model_validate({"database_url": url, "log_level": "ERROR"}))
        client = running.enter_context(TestClient(app))
        admin = caller(client, tenant)
        first = admin.post("/v1/bookings", booking(), key="k")
        assert first.status_code == 201
    away = admin.post("/v1/bookings", booking(), key="k")
    assert (away.status_code, away.json()["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert client.get("/healthz").status_code == 200
    with postgres.started(home, port, fast=True):
        again = admin.post("/v1/bookings", booking(), key="k")
        assert (again.status_code, again.json()) == (201, first.json())
        assert again.headers["Idempotent-Replayed"] == "true"
    database.engine.dispose()
    database.owner_engine.dispose()
