"""Many bookings in one call: all of them or none; and the short way answers as the long one."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.http.auth import Remembered
from domain.access import store as access
from domain.actor import Actor
from domain.database.session import write_session
from tests.api.callers import Caller, booking, caller, unknown, with_scopes
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database

BATCH = "/v1/bookings/batch"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def company(database: Database) -> Tenant:
    """A company with empty books."""
    return another_tenant(database)


@pytest.fixture
def admin(http: TestClient, company: Tenant) -> Caller:
    """Someone of that company."""
    return caller(http, company)


def batch(*changes: dict[str, Any]) -> dict[str, Any]:
    """Small bookings that differ by these changes."""
    return {"bookings": [booking(**each) for each in changes]}


def test_a_batch_is_answered_in_its_order(
    admin: Caller, database: Database, company: Tenant
) -> None:
    """Ids and rows of each booking, as its own call would give them."""
    lines = [
        {"account_number": "6815", "debit": 120, "credit": 0, "tax_code": "VST20"},
        {"account_number": "2800", "debit": 0, "credit": 120},
    ]
    sent = batch({"description": "A"}, {"description": "B", "lines": lines}, {"description": "C"})
    posted = admin.post(BATCH, sent)

    assert posted.status_code == 201, posted.text
    results = posted.json()["results"]
    assert [each["event_count"] for each in results] == [1, 2, 1]
    shown = [admin.get(f"/v1/journal/{each['intent_id']}").json() for each in results]
    assert [each["entries"][0]["description"] for each in shown] == ["A", "B", "C"]
    assert check_books(database.engine, company.id) == 4


def test_a_batch_is_posted_once(admin: Caller, database: Database, company: Tenant) -> None:
    """Its key gives the first answer again; another order is another request."""
    sent = batch({"description": "A"}, {"description": "B"})
    first, again = (admin.post(BATCH, sent, key="once") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"

    turned = {"bookings": sent["bookings"][::-1]}
    assert admin.post(BATCH, turned, key="once").json()["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert admin.post("/v1/bookings", booking(), key="once").status_code == 201
    assert check_books(database.engine, company.id) == 3


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"description": ""}, "INVALID_INPUT", "/bookings/1/description"),
        ({"lines": [{"account_number": "999", "debit": 1, "credit": 0},
                    {"account_number": "2800", "debit": 0, "credit": 1}]},
         "ACCOUNT_NOT_FOUND", "/bookings/1/lines/0/account_number"),
        ({"lines": [{"account_number": "6815", "debit": 1, "credit": 0}]},
         "BALANCE_MISMATCH", "/bookings/1"),
        ({"adjustment_period": 13}, "INVALID_ADJUSTMENT_PERIOD", "/bookings/1"),
        ({"document_id": str(unknown())}, "DOCUMENT_NOT_FOUND", "/bookings/1/document_id"),
        ({"skip_duplicate_check": False}, "DUPLICATE_SUSPECTED", "/bookings/1"),
        ({"booking_date": "2026-01-31"}, "PERIOD_LOCKED", "/bookings/1/booking_date"),
    ],
)  # fmt: skip
def test_one_bad_booking_refuses_all(
    admin: Caller, company: Tenant, database: Database, changes: Any, code: str, pointer: str
) -> None:
    """It is pointed at, nothing is stored, and the key is free for what is mended."""
    admin.post("/v1/periods/2026-01/soft-lock")
    answer = admin.post(BATCH, batch({}, changes, {}), key="k")

    assert answer.json()["code"] == code, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert check_books(database.engine, company.id) == 0
    assert admin.post(BATCH, batch({}, {}), key="k").status_code == 201


@pytest.mark.parametrize("size", [0, 1001])
def test_a_batch_has_its_limits(admin: Caller, size: int) -> None:
    """From 1 to 1,000."""
    answer = admin.post(BATCH, batch(*[{}] * size))
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT")
    assert answer.json()["errors"][0]["pointer"] == "/bookings"


def test_a_thousand_usual_bookings_are_taken(
    admin: Caller, database: Database, company: Tenant
) -> None:
    """Their text stays well below the limit of a body, also with tax, reference and metadata."""
    lines = [
        {"account_number": "6815", "account_name": "Bürobedarf", "debit": 12345.67, "credit": 0,
         "tax_code": "VST20"},
        {"account_number": "2800", "account_name": "Bank", "debit": 0, "credit": 12345.67},
    ]  # fmt: skip
    each = {
        "lines": lines,
        "description": "Kopierpapier A4, Rechnung 2026-4711 der Papier Muster GmbH" * 2,
        "external_reference": "RE-2026-0004711",
        "custom_metadata": {"cost_centre": "Graz", "order": "PO-2026-0815"},
    }
    sent = batch(*[each] * 1000)
    assert len(json.dumps(sent)) < 2 * 1024 * 1024 / 2
    answer = admin.post(BATCH, sent)
    assert answer.status_code == 201, answer.text
    assert len(answer.json()["results"]) == 1000
    assert check_books(database.engine, company.id) == 2000


def test_many_at_once_are_each_answered(
    http: TestClient, database: Database, company: Tenant
) -> None:
    """Batches, single calls and repeated ones of several companies share transactions."""
    others = [another_tenant(database) for _ in range(2)]
    callers = [caller(http, each) for each in (company, *others)]

    def work(number: int) -> int:
        who, key = callers[number % 3], f"key-{number // 6}"
        if number % 2:
            return who.post(BATCH, batch({}, {}), key=key).status_code
        return who.post("/v1/bookings", booking(), key=key).status_code

    with ThreadPoolExecutor(12) as pool:
        codes = list(pool.map(work, list(range(60)) * 2))
    assert set(codes) <= {201, 409}
    assert {work(number) for number in range(60)} == {201}
    rows = [check_books(database.engine, each.id) for each in (company, *others)]
    assert rows == [30, 30, 30]


ODD: dict[str, tuple[bytes, dict[str, str]]] = {
    "nothing": (b"", {}),
    "null": (b"null", {}),
    "a list": (b"[]", {}),
    "no JSON": (b"{", {}),
    "no text": (b"\xff", {}),
    "a NUL": (json.dumps(booking(description="a\0b")).encode(), {}),
    "half a letter": (json.dumps(booking(description="\ud800")).encode(), {}),
    "nested without end": (b'{"a":' + b"[" * 950 + b'"\\u0000"' + b"]" * 950 + b"}", {}),
    "nested and named": (b'{"a":' + b"[" * 400 + b"]" * 400 + b"}", {"Idempotency-Key": "k"}),
    "too large": (b" " * (2 * 1024 * 1024 + 1), {}),
    "an odd number": (json.dumps(booking()).replace("100", "1e9999").encode(), {}),
    "another type": (json.dumps(booking()).encode(), {"Content-Type": "text/plain"}),
    "a charset": (
        json.dumps(booking()).encode(),
        {"Content-Type": "application/json; charset=utf-8"},
    ),
    "an empty key": (json.dumps(booking()).encode(), {"Idempotency-Key": ""}),
    "a long key": (json.dumps(booking()).encode(), {"Idempotency-Key": "k" * 256}),
    "an odd key": (json.dumps(booking()).encode(), {"Idempotency-Key": "ä"}),
    "no credential": (json.dumps(booking()).encode(), {"Authorization": ""}),
    "an odd credential": (json.dumps(booking()).encode(), {"Authorization": "Basic abc"}),
    "a long credential": (json.dumps(booking()).encode(), {"Authorization": "Bearer " + "x" * 999}),
    "an unknown field": (json.dumps(booking(tax_cod=1)).encode(), {}),
    "no account": (json.dumps(booking()).replace("6815", "999").encode(), {}),
    "a good one": (json.dumps(booking()).encode(), {}),
}


@pytest.mark.parametrize("name", ODD)
def test_the_short_way_answers_as_the_long_one(app: FastAPI, admin: Caller, name: str) -> None:
    """Whoever is remembered hears what a stranger hears, with the request's id."""
    content, headers = ODD[name]
    usual = {
        "Authorization": f"Bearer {admin.key}",
        "Content-Type": "application/json",
        "X-Request-Id": TRACE,
    }
    answers = []
    for remembered in (False, True):
        app.state.remembered = Remembered()
        if remembered:
            admin.post("/v1/bookings", booking())
        told = {key: value.encode() for key, value in {**usual, **headers}.items()}
        answers.append(admin.http.post("/v1/bookings", content=content, headers=told))

    slow, quick = answers
    assert slow.status_code == quick.status_code == (201 if name in {"a good one", "a charset"} else
                                                     slow.status_code)  # fmt: skip
    assert slow.status_code < 500
    assert dict(slow.headers) == dict(quick.headers)
    assert slow.headers["X-Request-Id"] == TRACE
    if slow.status_code == 201:
        assert slow.json()["event_count"] == quick.json()["event_count"]
    else:
        assert slow.json() == quick.json()


def test_a_scope_is_needed_whoever_is_remembered(
    http: TestClient, database: Database, company: Tenant
) -> None:
    """403, and the attempt stands in the audit log."""
    reader = with_scopes(http, database, company, "journal:read")
    for _ in range(2):
        answer = reader.post(BATCH, batch({}))
        assert (answer.status_code, answer.json()["code"]) == (403, "INSUFFICIENT_SCOPE")
    assert check_books(database.engine, company.id) == 0


def test_a_revoked_key_is_refused_at_once(
    http: TestClient, database: Database, company: Tenant
) -> None:
    """Though the process remembers it; repeated calls of it hear nothing either."""
    who = with_scopes(http, database, company, "journal:write")
    assert who.post("/v1/bookings", booking(), key="k").status_code == 201
    with write_session(database.engine, company.id, Actor.system("cli")) as session:
        found = text("SELECT id FROM api_key ORDER BY created_at DESC LIMIT 1")
        access.revoke_key(session, session.execute(found).scalar_one())

    for key in ("k", str(uuid4()), None):
        answer = who.post("/v1/bookings", booking(), key=key)
        assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert check_books(database.engine, company.id) == 1


def test_what_overflows_is_no_bug(admin: Caller, database: Database, company: Tenant) -> None:
    """A sum beyond what a column holds is refused, and nothing of it is stored."""
    most = 999_999_999_999.99
    lines = [
        *[{"account_number": "6815", "debit": most, "credit": 0}] * 250,
        *[{"account_number": "2800", "debit": 0, "credit": most}] * 250,
    ]
    answer = admin.post(BATCH, batch(*[{"lines": lines}] * 41))
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT"), answer.text
    assert check_books(database.engine, company.id) == 0
    assert admin.post("/v1/bookings", booking()).status_code == 201


def test_calls_are_counted_and_named(admin: Caller) -> None:
    """The short way is measured as every other."""
    name = 'belegfluss_http_requests_total{method="POST",route="/v1/bookings/batch",status="201"}'

    def counted() -> float:
        found = [each for each in admin.http.get("/metrics").text.splitlines() if name in each]
        return float(found[0].split()[-1]) if found else 0

    before = counted()
    for _ in range(3):
        admin.post(BATCH, batch({}))
    assert counted() == before + 3
