"""People who only read, until a day; keys within roles; logins that are seen and ended."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from domain.access import store as access
from domain.access.views import is_one_person
from domain.approvals import views as approvals
from domain.database.audit_views import EventFilter, listed
from domain.database.session import read_session, write_session
from domain.dates import local_day
from domain.errors import InvalidInput
from tests.api.callers import Caller, booking, caller, unknown
from tests.builders import Tenant, another_tenant
from tests.openapi import operations
from tests.servers import Database

FREE = {
    "POST /v1/auth/logout",
    "POST /v1/auth/login",
    "POST /v1/auth/forgot-password",
    "POST /v1/auth/setup-password",
    "POST /v1/contact",
    "POST /v1/sessions/{session_id}/end",
}
"""What everybody may do, whatever they may read: it changes nothing of the company."""


def logged_in(http: TestClient, tenant: Tenant, name: str) -> Caller:
    """One of a tenant's people with a login."""
    person = tenant.people[name]
    body = {"email": person.email, "password": person.password}
    return Caller(http, http.post("/v1/auth/login", json=body).json()["token"])


def ended(database: Database, tenant: Tenant, name: str, day: date) -> None:
    """Say that a day was the last on which somebody came in."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        access.admit_until(session, tenant.people[name].user_id, day)


def today(tenant: Tenant, http: TestClient) -> date:
    """The day it is where the tenant is."""
    country = caller(http, tenant).get("/v1/tenant").json()["country"]
    return local_day(datetime.now(UTC), country)


def test_a_login_of_a_reader_holds_no_scope_that_writes(http: TestClient, tenant: Tenant) -> None:
    """As their keys."""
    scopes = logged_in(http, tenant, "auditor").get("/v1/me").json()["scopes"]
    assert scopes == caller(http, tenant, "auditor").get("/v1/me").json()["scopes"]
    assert scopes
    assert all(scope.endswith(":read") for scope in scopes)


def test_a_reader_changes_nothing(http: TestClient, tenant: Tenant) -> None:
    """Every operation that changes something is refused, with a login as with a key."""
    auditor, statuses = logged_in(http, tenant, "auditor"), {}
    for each in operations(http.get("/openapi.json").json()):
        call = f"{each.method} {each.path}"
        if each.method == "GET" or call in FREE or _reads(each.described):
            continue
        path = each.path
        for name in each.id_parameters:
            path = path.replace(f"{{{name}}}", str(unknown()))
        path = path.replace("{period}", "2026-01").replace("{page}", "1")
        answer = auditor.http.request(
            each.method,
            path,
            headers={"Authorization": f"Bearer {auditor.key}"},
            params=each.query,
            json=each.body,
        )
        statuses[call] = answer.status_code
    assert len(statuses) > 50
    assert {call: status for call, status in statuses.items() if status != 403} == {}


def test_a_reader_is_in_until_their_last_day(http: TestClient, database: Database) -> None:
    """After it neither key nor login nor password opens a thing, until there is another one."""
    tenant = another_tenant(database)
    day = today(tenant, http)
    key, login = caller(http, tenant, "auditor"), logged_in(http, tenant, "auditor")
    assert [each.get("/v1/journal").status_code for each in (key, login)] == [200, 200]

    ended(database, tenant, "auditor", day - timedelta(days=1))
    assert [each.get("/v1/journal").status_code for each in (key, login)] == [401, 401]
    person = tenant.people["auditor"]
    body = {"email": person.email, "password": person.password}
    assert http.post("/v1/auth/login", json=body).json()["code"] == "INVALID_CREDENTIALS"

    ended(database, tenant, "auditor", day + timedelta(days=1))
    assert key.get("/v1/journal").status_code == 200


def test_the_last_day_counts(database: Database) -> None:
    """Where the tenants are, not where the server is."""
    asked = "SELECT is_admitted(true, (now() AT TIME ZONE 'Europe/Vienna')::date - {})"
    with database.engine.connect() as connection:
        told = [connection.execute(text(asked.format(days))).scalar_one() for days in (0, 1)]
    assert told == [True, False]


def test_who_runs_the_company_says_until_when(http: TestClient, database: Database) -> None:
    """Once or twice, and it is in the audit log; an auditor has an end, nobody is their own."""
    tenant = another_tenant(database)
    admin, day = caller(http, tenant), str(today(tenant, http) + timedelta(days=30))
    person = {"email": "pruefung@example.at", "name": "Prüfung", "role": "auditor"}
    refused = admin.post("/v1/users", person).json()
    assert (refused["code"], refused["errors"][0]["pointer"]) == ("INVALID_INPUT", "/access_until")

    made = admin.post("/v1/users", {**person, "access_until": day}).json()
    assert (made["role"], made["access_until"]) == ("auditor", day)
    path = f"/v1/users/{made['id']}/access"
    assert admin.put(path, {"access_until": None}).json()["code"] == "INVALID_INPUT"
    answers = [admin.put(path, {"access_until": "2999-12-31"}).json() for _ in range(2)]
    assert [each["access_until"] for each in answers] == ["2999-12-31"] * 2
    assert admin.put(f"/v1/users/{unknown()}/access", {"access_until": day}).status_code == 404
    own = f"/v1/users/{tenant.people['admin'].user_id}/access"
    assert admin.put(own, {"access_until": day}).json()["code"] == "OWN_ACCOUNT"
    with read_session(database.engine, tenant.id) as session:
        events, _ = listed(session, EventFilter(action="user.admitted"), limit=9, offset=0)
    assert events[-1].before == {"access_until": day}


def test_who_only_reads_decides_nothing(http: TestClient, database: Database) -> None:
    """They are no second person, and no approver that a policy can name."""
    tenant = another_tenant(database)
    for name in ("bookkeeper", "approver"):
        path = f"/v1/users/{tenant.people[name].user_id}/deactivate"
        assert caller(http, tenant).post(path).status_code == 200
    with read_session(database.engine, tenant.id) as session:
        assert not is_one_person(session)  # whom somebody shut out today still counts
        assert set(approvals.roles(session)) == {tenant.people["admin"].user_id}


@pytest.mark.parametrize(
    ("name", "scope"),
    [("auditor", "journal:write"), ("bookkeeper", "config:write"), ("bookkeeper", "admin")],
)
def test_a_key_holds_no_more_than_its_owner(
    http: TestClient, database: Database, tenant: Tenant, name: str, scope: str
) -> None:
    """It is not given out; and one that was, before roles were asked, does no more."""
    user_id = tenant.people[name].user_id
    with (
        pytest.raises(InvalidInput, match="more than the role"),
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        access.issue_key(session, user_id, name="x", scopes=["journal:read", scope])
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        token = access.issue_key(session, user_id, name="old", scopes=["journal:read"])
    _widen(database, user_id, ["journal:read", scope])
    old = Caller(http, token.secret)
    assert old.get("/v1/me").json()["scopes"] == ["journal:read"]
    assert old.post("/v1/users", {"email": "x@y.at", "name": "X"}).status_code == 403


def test_logins_are_seen_and_ended(http: TestClient, database: Database) -> None:
    """One's own by everybody, all of them by who runs the company; ended twice is ended."""
    tenant = another_tenant(database)
    first, second = (logged_in(http, tenant, "bookkeeper") for _ in range(2))
    admin = caller(http, tenant)
    own = caller(http, tenant, "bookkeeper").get("/v1/sessions").json()
    assert [each["is_current"] for each in first.get("/v1/sessions").json()] == [False, True]
    assert {each["is_current"] for each in own} == {False}
    assert {each["surface"] for each in own} == {"api"}
    assert len(admin.get("/v1/sessions").json()) == 2
    auditor = logged_in(http, tenant, "auditor")
    assert len(auditor.get("/v1/sessions").json()) == 3
    assert len(admin.get("/v1/sessions", user_id=own[0]["user_id"]).json()) == 2

    path = f"/v1/sessions/{own[0]['id']}/end"
    assert auditor.post(path).status_code == 404
    assert [first.post(path).json() for _ in range(2)] == [{"ok": True}] * 2
    assert second.get("/v1/me").status_code == 401
    assert len(caller(http, tenant, "bookkeeper").get("/v1/sessions").json()) == 1
    assert admin.post(f"/v1/sessions/{own[1]['id']}/end").json() == {"ok": True}
    assert first.get("/v1/me").status_code == 401
    assert admin.post(f"/v1/sessions/{unknown()}/end").status_code == 404


def test_a_login_that_ended_books_nothing(http: TestClient, database: Database) -> None:
    """Not even in the seconds in which a caller is remembered."""
    tenant = another_tenant(database)
    login, admin = logged_in(http, tenant, "bookkeeper"), caller(http, tenant)
    assert login.post("/v1/bookings", booking()).status_code == 201
    (held,) = admin.get("/v1/sessions").json()
    admin.post(f"/v1/sessions/{held['id']}/end")
    refused = login.post("/v1/bookings", booking(description="Pens"))
    assert refused.status_code == 401
    assert len(admin.get("/v1/journal").json()["entries"]) == 1


def _reads(described: dict[str, Any]) -> bool:
    """Whether an operation wants scopes that read, and no other: it computes an answer."""
    schemes = described.get("security", [])
    scopes = [scope for each in schemes for held in each.values() for scope in held]
    return bool(scopes) and all(scope.endswith(":read") for scope in scopes)


def _widen(database: Database, user_id: UUID, scopes: list[str]) -> None:
    """Store what was possible once."""
    with database.owner_engine.begin() as connection:
        connection.execute(text("ALTER TABLE api_key NO FORCE ROW LEVEL SECURITY"))
        connection.execute(
            text("UPDATE api_key SET scopes = :scopes WHERE user_id = :user AND name = 'old'"),
            {"scopes": scopes, "user": user_id},
        )
        connection.execute(text("ALTER TABLE api_key FORCE ROW LEVEL SECURITY"))
