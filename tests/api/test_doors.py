"""What every answer tells and hides, what paths take, and what bodies may say."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from fastapi.testclient import TestClient

from api import main
from api.http.json_bodies import parsed
from api.main import create_app
from api.settings import Settings
from deploy.stack.process import free_port
from tests.api.callers import Caller, booking, caller
from tests.builders import another_tenant
from tests.servers import Database


@pytest.fixture(scope="module")
def office(http: TestClient, database: Database) -> Caller:
    """Who may do everything in a company of their own."""
    return caller(http, another_tenant(database))


@contextmanager
def serving(database: Database, **settings: object) -> Iterator[TestClient]:
    """An application with other settings."""
    told = {"database_url": database.url, "temporal_address": "127.0.0.1:1", **settings}
    app = create_app(Settings.model_validate({**told, "log_level": "ERROR"}))
    with TestClient(app) as client:
        yield client
    app.state.engine.dispose()


def test_answers_are_not_kept(office: Caller) -> None:
    """Good ones, refusals and those to nobody; over plain HTTP nobody is told to want TLS."""
    for answer in (
        office.get("/v1/journal"),
        office.get("/v1/nothing"),
        office.http.get("/v1/journal"),
        office.http.get("/healthz"),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Strict-Transport-Security" not in answer.headers
        assert "Server" not in answer.headers


def test_over_tls_browsers_are_told_to_stay_with_it(database: Database) -> None:
    """Where people reach the service by https."""
    with serving(database, public_url="https://books.example") as client:
        told = client.get("/healthz").headers["Strict-Transport-Security"]
    assert told == "max-age=31536000; includeSubDomains"


def test_numbers_have_a_port_of_their_own(database: Database) -> None:
    """Then the API itself does not tell them; without one it does."""
    port = free_port()
    with serving(database, metrics_port=port) as client:
        assert client.get("/metrics").status_code == 404
        assert client.get("/healthz").status_code == 200
        told = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        assert 'belegfluss_http_requests_total{method="GET",route="/healthz"' in told
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/metrics")
    with serving(database) as client:
        assert client.get("/metrics").status_code == 200


def test_the_description_is_served_where_it_is_wanted(database: Database) -> None:
    """Else neither the page nor what it is made of."""
    paths = ("/docs", "/openapi.json")
    with serving(database) as client:
        assert [client.get(path).status_code for path in paths] == [200, 200]
    with serving(database, docs=False) as client:
        hidden = (*paths, "/redoc", "/static-offline-docs/swagger-ui.css")
        assert {client.get(path).status_code for path in hidden} == {404}
        assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/vendors", "GET, POST"),
        ("POST", "/v1/approval-policy", "GET, PUT"),
        ("DELETE", "/v1/bookings/batch", "POST"),
        ("GET", "/v1/payment-runs/status-reports", "POST"),
        ("POST", "/v1/payment-runs/eligible-invoices", "GET"),
        ("GET", "/v1/auth/login", "POST"),
    ],
)
def test_a_method_that_is_not_taken_is_told_which_are(
    office: Caller, method: str, path: str, allowed: str
) -> None:
    """All of the path, also where its name could be an id of another one."""
    answer = office.http.request(method, path, headers={"Authorization": f"Bearer {office.key}"})
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == allowed


def test_what_is_no_id_is_told(office: Caller) -> None:
    """As before: the name of nothing is a bad id, not a method."""
    answer = office.get("/v1/payment-runs/nothing")
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT")


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\x1b", "\x7f", "\x85", "\x00", "\b", "\f"])
@pytest.mark.parametrize("is_ascii", [True, False])
def test_what_cannot_be_seen_is_refused(office: Caller, sign: str, is_ascii: bool) -> None:  # noqa: FBT001
    """However it is written, and with the field that holds it; nothing is booked."""
    body = json.dumps(booking(description=f"Papier{sign}fdp"), ensure_ascii=is_ascii)
    answer = office.http.post(
        "/v1/bookings",
        content=body.encode(),
        headers={"Authorization": f"Bearer {office.key}", "Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT")
    (told,) = answer.json()["errors"]
    assert told["pointer"] == "/description"
    assert f"U+{ord(sign):04X}" in told["detail"]
    assert office.get("/v1/journal").json()["entries"] == []


@pytest.mark.parametrize(
    "words", ["Zeile\neins\tzwei\r\n", "שלום\u200f עולם", "Straße 🧾", "\\u202e"]
)
def test_what_people_write_is_taken(http: TestClient, database: Database, words: str) -> None:
    """Line ends, tabs, other scripts with their marks, pictures."""
    who = caller(http, another_tenant(database))
    assert who.post("/v1/bookings", booking(description=words)).status_code == 201


def test_a_key_that_stands_twice_is_refused(office: Caller) -> None:
    """At the top or deep inside; of two readers one would see another amount."""
    text = json.dumps(booking())
    for twice in (
        text.replace('"description"', '"description": "x", "description"'),
        text.replace('"debit": 100', '"debit": 1, "debit": 100'),
    ):
        answer = office.http.post(
            "/v1/bookings",
            content=twice,
            headers={"Authorization": f"Bearer {office.key}", "Content-Type": "application/json"},
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT")
        assert "twice" in answer.json()["detail"]
    assert office.get("/v1/journal").json()["entries"] == []
    assert parsed(b'{"a": {"b": 1}, "b": {"b": 2}}') == {"a": {"b": 1}, "b": {"b": 2}}


def test_what_is_too_large_is_told_in_the_same_form(database: Database) -> None:
    """A problem document, declared for every operation that takes a body."""
    with serving(database, max_body_bytes=1024) as client:
        who = caller(client, another_tenant(database))
        answer = who.post("/v1/vendors", {"name": "x" * 2000})
        assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")
        described = client.get("/openapi.json").json()["paths"]
    operations = [each for path in described.values() for each in path.values()]
    assert all("413" in each["responses"] for each in operations if "requestBody" in each)
    keyed = [
        each
        for each in operations
        if any(named["name"] == "Idempotency-Key" for named in each.get("parameters", []))
    ]
    assert all("409" in each["responses"] for each in keyed)


def test_long_answers_are_packed_for_who_unpacks(office: Caller) -> None:
    """The same bytes unpacked; short ones, and callers that do not ask, get them as they are."""

    def asked(path: str, encoding: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {office.key}", "Accept-Encoding": encoding}
        answer: httpx.Response = office.http.get(path, headers=headers)
        return answer

    plain, small = asked("/v1/accounts", "identity"), asked("/v1/accounts", "gzip")
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert small.content == plain.content
    assert int(small.headers["Content-Length"]) < len(plain.content) / 3
    assert small.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in asked("/v1/me", "gzip").headers


def test_a_taken_port_for_the_numbers_is_told_in_a_line() -> None:
    """By the names of the variables, before anything is served."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = {"BELEGFLUSS_METRICS_PORT": str(port), "BELEGFLUSS_DATABASE_URL": "postgresql://x/y"}
        ended = subprocess.run(  # noqa: S603 - our own line
            [sys.executable, "-m", "api", "--port", str(free_port())],
            env=os.environ | told,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    assert ended.returncode == 1
    assert "BELEGFLUSS_METRICS_HOST and BELEGFLUSS_METRICS_PORT" in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout


@pytest.mark.parametrize("host", ["::1", "127.0.0.1", "localhost"])
def test_the_numbers_are_served_where_it_is_said(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """The port is tried in the family of its address, as the server of the numbers opens it."""
    monkeypatch.setenv("BELEGFLUSS_METRICS_HOST", host)
    monkeypatch.setenv("BELEGFLUSS_METRICS_PORT", str(free_port()))
    monkeypatch.setenv("BELEGFLUSS_DATABASE_URL", "postgresql://x/y")
    settings = main._told()  # noqa: SLF001 - what ends the process before anything is served
    with main._metrics(settings):  # noqa: SLF001 - as above
        where = f"[{host}]" if ":" in host else host
        assert httpx.get(f"http://{where}:{settings.metrics_port}/metrics").status_code == 200
