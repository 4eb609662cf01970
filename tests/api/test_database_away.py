"""The API outlives its database: away is 503, back is back, nothing is written twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep

from fastapi.testclient import TestClient
from httpx import Response

from api.main import create_app
from api.settings import Settings
from deploy.migrations.objects import APP
from deploy.migrations.run import migrate
from deploy.stack import postgres
from deploy.stack.process import free_port
from domain.database.session import engine
from domain.database.silence import ANSWER_SECONDS
from tests.api.callers import Caller, booking, caller
from tests.builders import Tenant, another_tenant
from tests.frozen import frozen, mute_listener
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


def _calls(admin: Caller, name: str) -> list[Callable[[], Response]]:
    """One of each way to the database: reading, posting, orders, logins, pages, probes."""
    login = {"email": f"{name}@example.at", "password": "wrong password"}
    stranger = Caller(admin.http, "ll_unknown")
    return [
        *(lambda: admin.get("/v1/accounts") for _ in range(24)),  # more than there are threads
        lambda: admin.get("/v1/journal"),
        lambda: admin.post("/v1/bookings", booking(), key=f"{name} single"),
        lambda: admin.post("/v1/bookings/batch", {"bookings": [booking()]}, key=f"{name} batch"),
        lambda: admin.post("/v1/periods/2026-05/soft-lock", key=f"{name} lock"),
        lambda: stranger.get("/v1/accounts"),
        lambda: admin.http.post("/v1/auth/login", json=login),
        lambda: admin.http.get("/inbox", headers={"Cookie": f"belegfluss={'x' * 43}"}),
        lambda: admin.http.get("/readyz"),
    ]


def _all_told(calls: list[Callable[[], Response]]) -> list[Response]:
    """Answers of calls made at once; each in the end."""
    begun = monotonic()
    with ThreadPoolExecutor(len(calls)) as threads:
        told = list(threads.map(lambda call: call(), calls))
    assert monotonic() - begun < 2 * ANSWER_SECONDS
    return told


def test_a_frozen_database_keeps_nobody(
    cluster: postgres.Postgres, http: TestClient, tenant: Tenant
) -> None:
    """Stopped under idle connections it answers nobody: all hear 503 in time, then their answer."""
    admin = caller(http, tenant)
    for call in _calls(admin, "before"):
        assert call().status_code < 500  # connections of each pool are open now
    sleep(1.1)  # and idle
    calls = _calls(admin, "frozen")
    with frozen(cluster):
        told = _all_told(calls)
    _are_away(told)
    while http.get("/readyz").status_code != 200:
        sleep(0.1)
    again = admin.post("/v1/bookings", booking(), key="frozen single")
    assert again.status_code == 201
    assert admin.post("/v1/bookings", booking(), key="frozen single").json() == again.json()


def _are_away(told: list[Response]) -> None:
    """Programs get the documented problem, people a page."""
    pages = [each for each in told if each.headers["content-type"].startswith("text/html")]
    assert {(each.request.url.path, each.status_code) for each in pages} == {("/inbox", 503)}
    said = {(each.status_code, each.json()["code"]) for each in told if each not in pages}
    assert said == {(503, "SERVICE_UNAVAILABLE")}


def test_what_takes_connections_and_says_nothing_keeps_nobody() -> None:
    """As a pooler does whose servers are away."""
    with mute_listener() as port:
        told = {"database_url": f"postgresql://a:b@127.0.0.1:{port}/c", "log_level": "ERROR"}
        with TestClient(create_app(Settings.model_validate(told))) as http:
            answers = _all_told(_calls(Caller(http, "ll_x"), "mute"))
    _are_away(answers)
