"""The contact form over HTTP: kept, mailed by a letter, never too often."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from domain.database.session import read_session
from tests.api.callers import Caller, caller, with_scopes
from tests.builders import Tenant, another_tenant
from tests.servers import Database

PATH = "/v1/contact"
BODY = {"name": "Eva", "email": "eva@example.at", "message": "Guten Tag,\n\nwie geht das?"}


@pytest.fixture
def tenant_(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


@pytest.fixture
def office(http: TestClient, tenant_: Tenant) -> Caller:
    """Give each test a caller of its own."""
    return caller(http, tenant_)


def kept(database: Database, tenant: Tenant) -> list[Any]:
    """Messages of a tenant, each with the state of its letter."""
    query = text(
        "SELECT m.name, m.message, l.kind, l.recipient_id, l.state FROM contact_message m"
        " JOIN letter l ON l.subject_id = m.id"
    )
    with read_session(database.engine, tenant.id) as session:
        return [tuple(row) for row in session.execute(query)]


def test_a_message_is_kept_with_its_letter(
    http: TestClient, database: Database, tenant_: Tenant, office: Caller
) -> None:
    """Any valid token may, without a scope; the same key sends one message."""
    anybody = with_scopes(http, database, tenant_, "journal:read")
    sent = anybody.post(PATH, BODY, key="k")
    assert (sent.status_code, sent.json()) == (200, {"ok": True})
    assert anybody.post(PATH, BODY, key="k").headers["Idempotent-Replayed"] == "true"
    (one,) = kept(database, tenant_)
    assert one == ("Eva", BODY["message"], "contact", None, "pending")
    (letter,) = office.get("/v1/letters").json()
    assert (letter["kind"], letter["recipient_id"]) == ("contact", None)


def test_a_filled_honeypot_is_answered_and_dropped(
    database: Database, tenant_: Tenant, office: Caller
) -> None:
    """Whoever fills what people do not see is no person."""
    sent = office.post(PATH, BODY | {"_honeypot": "x"})
    assert (sent.status_code, sent.json()) == (200, {"ok": True})
    assert kept(database, tenant_) == []
    assert office.post(PATH, BODY | {"_honeypot": ""}).json() == {"ok": True}
    assert len(kept(database, tenant_)) == 1


def test_five_an_hour_are_taken(database: Database, tenant_: Tenant, office: Caller) -> None:
    """Eight at once: five are kept, three are told when to come again."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: office.post(PATH, BODY), range(8)))
    assert sorted(each.status_code for each in answers) == [200] * 5 + [429] * 3
    refused = next(each for each in answers if each.status_code == 429)
    assert refused.json()["code"] == "RATE_LIMITED"
    assert 3500 < int(refused.headers["Retry-After"]) <= 3600
    assert len(kept(database, tenant_)) == 5


def test_what_cannot_be_answered_is_refused(http: TestClient, office: Caller) -> None:
    """Missing, empty, too long, or no address; and nobody without a token."""
    for changes in (
        {"name": ""},
        {"message": "x" * 5001},
        {"email": "eva"},
        {"email": "eva@example.at\r\nBcc: x@example.at"},
        {"_honeypot": "x" * 201},
        {"surprise": 1},
    ):
        refused = office.post(PATH, BODY | changes)
        assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_INPUT")
    assert http.post(PATH, json=BODY).json()["code"] == "UNAUTHORIZED"
