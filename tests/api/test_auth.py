"""Logins, passwords, keys and scopes over HTTP."""

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from activities.letter import PostgresLetters
from activities.relay import Relay
from api.http import lanes
from deploy.stack.people import Principal
from domain.access import store as access
from domain.access.token import hash_of
from domain.database.blobs import Blobs
from domain.database.session import write_session
from domain.letters import views
from tests.api.callers import Caller, booking, caller, with_scopes
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from workflows.letter.steps import LetterStep

NEW_PASSWORD = "a new and long password"  # noqa: S105 (of a tenant that lives for one test)


class Letters:
    """Keeps what is handed over."""

    def __init__(self) -> None:
        self.kept: list[EmailMessage] = []

    def send(self, database: Database) -> None:
        """Send what is due, as the worker does."""
        steps = PostgresLetters(database.engine, Relay("relay"), Blobs("memory:///"))
        for each in views.due(database.engine):
            at = datetime.now(UTC)
            steps.send(LetterStep(tenant_id=each.tenant_id, letter_id=each.letter_id, at=at))


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Letters:
    """Stand in for the relay."""
    kept = Letters()
    monkeypatch.setattr(Relay, "send", lambda _, letter: kept.kept.append(letter))
    return kept


@pytest.fixture
def person(database: Database) -> Principal:
    """A member of a tenant that no other test has."""
    return another_tenant(database).people["bookkeeper"]


def from_place(http: TestClient) -> TestClient:
    """A caller who comes from a network that no other test has."""
    return TestClient(http.app, client=(str(uuid4()), 1))


def login(http: TestClient, email: str, password: str) -> Any:
    """Try to log in."""
    return http.post("/v1/auth/login", json={"email": email, "password": password})


def test_a_login_opens_the_books(http: TestClient, person: Principal) -> None:
    """The token works as a credential until logout."""
    answer = login(http, person.email.upper(), person.password).json()
    assert answer["user"] == {
        "id": str(person.user_id),
        "email": person.email,
        "role": "member",
    }
    ends = datetime.fromisoformat(answer["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=11, minutes=59) < ends <= timedelta(hours=12)
    logged_in = Caller(http, answer["token"])
    assert logged_in.get("/v1/journal").status_code == 200
    assert logged_in.post("/v1/auth/logout").json() == {"ok": True}
    assert logged_in.get("/v1/journal").json()["code"] == "UNAUTHORIZED"


def test_unknown_and_wrong_look_the_same(http: TestClient, person: Principal) -> None:
    """Nobody learns which addresses exist."""
    wrong = login(http, person.email, "wrong").json()
    unknown = login(http, f"{uuid4()}@example.at", "wrong").json()
    assert wrong["code"] == "INVALID_CREDENTIALS"
    assert {**wrong, "request_id": ""} == {**unknown, "request_id": ""}


@pytest.mark.parametrize("known", [True, False])
def test_failures_throttle_their_place(http: TestClient, person: Principal, known: bool) -> None:  # noqa: FBT001
    """Known address or not; other places do not wait, and no wait is longer than a minute."""
    email = person.email if known else f"{uuid4()}@example.at"
    here, elsewhere = from_place(http), from_place(http)
    codes = [login(here, email, "wrong").json()["code"] for _ in range(5)]
    assert set(codes) == {"INVALID_CREDENTIALS"}
    answers = [login(here, email, "wrong") for _ in range(5)]
    refused = [each for each in answers if each.status_code == 429]
    assert refused
    assert {each.json()["code"] for each in refused} == {"RATE_LIMITED"}
    assert all(0 < int(each.headers["Retry-After"]) <= 60 for each in refused)
    assert login(elsewhere, email, person.password).status_code == (200 if known else 401)


def test_a_known_device_gets_through(
    http: TestClient, person: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a stranger of the same network has just failed again and again."""

    async def at_once(_: int) -> None:
        """A refusal that is told late would let the first wait, a second, go by."""

    monkeypatch.setattr(lanes, "_hold", at_once)
    here = from_place(http)
    asked = {"email": person.email, "password": person.password, "remember_device": True}
    device = here.post("/v1/auth/login", json=asked).json()["device_token"]
    assert device
    assert any(login(here, person.email, "wrong").status_code == 429 for _ in range(20))

    shown = {**asked, "device_token": device}
    answer = here.post("/v1/auth/login", json=shown)
    assert (answer.status_code, answer.json()["device_token"]) == (200, device)
    invented = here.post("/v1/auth/login", json={**asked, "device_token": "x" * 40})
    assert invented.status_code == 429
    assert http.get("/v1/me", headers={"Authorization": f"Bearer {device}"}).status_code == 401


def test_a_login_that_asks_for_no_device_gets_none(http: TestClient, person: Principal) -> None:
    """Nothing is kept of it."""
    assert login(http, person.email, person.password).json()["device_token"] is None


def test_successes_do_not_throttle(http: TestClient, person: Principal) -> None:
    """Only failures count."""
    statuses = {login(http, person.email, person.password).status_code for _ in range(12)}
    assert statuses == {200}


def test_a_reset_works_once_and_ends_logins(
    http: TestClient, person: Principal, letters: Letters, database: Database
) -> None:
    """The letter's token sets a password; old logins and the token itself are gone."""
    old = Caller(http, login(http, person.email, person.password).json()["token"])
    assert http.post("/v1/auth/forgot-password", json={"email": person.email}).json() == {
        "ok": True
    }
    letters.send(database)
    body = {"token": _token(letters), "password": NEW_PASSWORD}
    assert http.post("/v1/auth/setup-password", json=body).json() == {"ok": True}
    assert old.get("/v1/journal").status_code == 401
    assert login(http, person.email, person.password).status_code == 401
    assert login(http, person.email, NEW_PASSWORD).status_code == 200
    assert http.post("/v1/auth/setup-password", json=body).json()["code"] == "INVALID_TOKEN"


def test_unknown_addresses_get_no_letter(
    http: TestClient, letters: Letters, database: Database
) -> None:
    """The answer is the same."""
    answer = http.post("/v1/auth/forgot-password", json={"email": f"{uuid4()}@example.at"})
    letters.send(database)
    assert answer.json() == {"ok": True}
    assert letters.kept == []


def test_a_new_token_voids_the_older(database: Database, http: TestClient) -> None:
    """Only the last letter counts."""
    tenant = another_tenant(database)
    first, second = (_issue(database, tenant, "reset") for _ in range(2))
    codes = [_setup(http, secret).json().get("code") for secret in (first, second)]
    assert codes == ["INVALID_TOKEN", None]


def test_a_token_grows_old(database: Database, http: TestClient) -> None:
    """After its time it is refused by name."""
    tenant = another_tenant(database)
    secret = _issue(database, tenant, "invitation")
    with database.owner_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL app.tenant_id = '{tenant.id}'"))
        connection.execute(
            text("UPDATE password_token SET expires_at = now() WHERE token_hash = :hash"),
            {"hash": hash_of(secret)},
        )
    assert _setup(http, secret).json()["code"] == "TOKEN_EXPIRED"


@pytest.mark.parametrize("password", ["short", "x" * 129])
def test_passwords_have_limits(http: TestClient, password: str) -> None:
    """12 to 128 characters."""
    answer = http.post("/v1/auth/setup-password", json={"token": "x", "password": password})
    assert answer.json()["errors"][0]["pointer"] == "/password"


def test_a_key_does_what_its_scopes_say(
    database: Database, http: TestClient, tenant: Tenant
) -> None:
    """`write` does not imply `read`; what is lacking is named."""
    writer = with_scopes(http, database, tenant, "journal:write")
    assert writer.post("/v1/bookings", booking()).status_code == 201
    refused = writer.get("/v1/journal")
    assert (refused.status_code, refused.json()["code"]) == (403, "INSUFFICIENT_SCOPE")
    assert refused.json()["context"] == {"scope": "journal:read"}


def test_a_refused_scope_is_in_the_audit_log(
    database: Database, http: TestClient, tenant: Tenant
) -> None:
    """Who tried what, with which key, under which request id."""
    auditor = caller(http, tenant, "auditor")
    answer = auditor.post("/v1/bookings", booking())
    query = text("SELECT * FROM audit_event WHERE request_id = :id")
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        event = session.execute(query, {"id": answer.headers["X-Request-Id"]}).mappings().one()
    assert event["action"] == "POST /v1/bookings"
    assert event["after"] == {"refused": "INSUFFICIENT_SCOPE"}
    assert event["user_id"] == tenant.people["auditor"].user_id
    assert event["key_prefix"] == auditor.key[:8]


def test_revoked_keys_and_people_shut_out_are_nobody(database: Database, http: TestClient) -> None:
    """A key ends at once, and with its person."""
    tenant = another_tenant(database)
    auditor, admin = (caller(http, tenant, name) for name in ("auditor", "admin"))
    assert auditor.get("/v1/journal").status_code == 200
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        access.deactivate_user(session, tenant.people["auditor"].user_id)
        query = text("SELECT id FROM api_key WHERE user_id = :user")
        key_id = session.execute(query, {"user": tenant.people["admin"].user_id}).scalar_one()
        access.revoke_key(session, key_id)
    assert auditor.get("/v1/journal").status_code == 401
    assert admin.get("/v1/journal").status_code == 401


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer x", "Basic eDp5", "Bearer ll_" + "x" * 500]
)
def test_nobody_gets_in(http: TestClient, header: str | None) -> None:
    """Without a valid credential there is one answer."""
    headers = {} if header is None else {"Authorization": header}
    answer = http.get("/v1/journal", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_secrets_are_kept_as_hashes(database: Database, tenant: Tenant) -> None:
    """Neither keys nor passwords can be read from the database."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        keys = session.execute(text("SELECT CAST(k AS text) FROM api_key k")).scalars().all()
        users = session.execute(text("SELECT CAST(u AS text) FROM app_user u")).scalars().all()
    stored = " ".join([*keys, *users])
    for person in tenant.people.values():
        assert person.api_key not in stored
        assert person.password not in stored
        assert hash_of(person.api_key) in stored


def _issue(database: Database, tenant: Tenant, purpose: str) -> str:
    user_id = tenant.people["auditor"].user_id
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        return access.issue_password_token(session, user_id, purpose).secret


def _setup(http: TestClient, secret: str) -> Any:
    return http.post("/v1/auth/setup-password", json={"token": secret, "password": NEW_PASSWORD})


def _token(letters: Letters) -> str:
    letter = letters.kept[-1].get_payload(decode=True)
    assert isinstance(letter, bytes)
    found = re.search(r"#token=(\w+)", letter.decode())
    assert found
    return found.group(1)
