"""Who looks after a case and who has it open, over HTTP; no process is there to be asked."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from domain.access import store as access
from domain.database.session import read_session, write_session
from domain.intake import presence_store, presence_views
from domain.letters import views as letters
from tests.api.callers import Caller, caller, unknown, with_scopes
from tests.builders import Tenant, another_tenant
from tests.cases import a_case
from tests.servers import Database

CASES = "/v1/invoice-review-cases"


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test people of its own."""
    return another_tenant(database)


@pytest.fixture
def cases(database: Database, tenant: Tenant) -> list[str]:
    """Two cases that wait."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        return [f"{CASES}/{a_case(session, number)}" for number in range(2)]


@pytest.fixture
def clerk(http: TestClient, tenant: Tenant) -> Caller:
    """Who assigns."""
    return caller(http, tenant, "bookkeeper")


def told(database: Database, tenant: Tenant) -> list[UUID | None]:
    """To whom letters about assignments go."""
    with read_session(database.engine, tenant.id) as session:
        found, _ = letters.letters(session, limit=50, offset=0)
    return [each.recipient_id for each in found if each.kind == "case_assigned"]


def ids(listed: object) -> list[str]:
    """Paths of listed cases."""
    assert isinstance(listed, list), listed
    return [f"{CASES}/{each['id']}" for each in listed]


def test_a_case_is_given_to_a_person_and_found_by_that(
    database: Database, tenant: Tenant, clerk: Caller, cases: list[str]
) -> None:
    """One letter, none to oneself; the version counts assignments, and the case keeps its own."""
    first, second = cases
    approver = str(tenant.people["approver"].user_id)
    me = str(tenant.people["bookkeeper"].user_id)
    before = clerk.get(f"{first}/assignment")
    assert (before.headers["ETag"], before.json()["assignee_id"]) == ('"0"', None)

    given = clerk.put(f"{first}/assignment", {"assignee_id": approver, "version": 0})
    again = clerk.put(f"{first}/assignment", {"assignee_id": approver})
    clerk.put(f"{second}/assignment", {"assignee_id": me})

    assert (given.status_code, given.headers["ETag"]) == (200, '"1"')
    assert (given.json()["assignee_name"], given.json()["assigned_by"]) == ("approver", me)
    assert again.json() == given.json()
    assert told(database, tenant) == [UUID(approver)]
    stale = clerk.put(f"{first}/assignment", {"assignee_id": None, "version": 0})
    assert (stale.status_code, stale.json()["code"]) == (412, "ASSIGNMENT_CHANGED")
    assert ids(clerk.get(CASES, assignee="me").json()) == [second]
    found = clerk.get(CASES, assignee=approver, queue_state="exception")
    assert (ids(found.json()), found.headers["X-Total-Count"]) == ([first], "1")
    assert (found.json()[0]["assignee_name"], found.json()[0]["version"]) == ("approver", 1)
    assert clerk.get(CASES, assignee="nobody").json() == []
    counted = {
        each["assignee_id"]: each["count"] for each in clerk.get(f"{CASES}/assignees").json()
    }
    assert (counted[None], counted[approver], counted[me]) == (0, 1, 1)
    events = caller(clerk.http, tenant).get("/v1/audit", action="review_case.assigned").json()
    assert [each["after"]["assignee_id"] for each in events] == [me, approver]


def test_a_repeated_assignment_is_told_with_its_version(
    tenant: Tenant, clerk: Caller, cases: list[str]
) -> None:
    """The first answer again, header and all: who lost it must know what to say next."""
    body = {"assignee_id": str(tenant.people["approver"].user_id), "version": 0}
    named = {"Authorization": f"Bearer {clerk.key}", "Idempotency-Key": "k"}
    path = f"{cases[0]}/assignment"
    given, again = (clerk.http.put(path, json=body, headers=named) for _ in range(2))

    assert again.headers["Idempotent-Replayed"] == "true"
    assert given.headers["ETag"] == again.headers["ETag"] == '"1"'
    assert again.json() == given.json()


def test_cases_of_somebody_who_is_shut_out_are_nobodys(
    database: Database, tenant: Tenant, clerk: Caller, cases: list[str]
) -> None:
    """And it is said whose they were; nobody gets a case who could not see it."""
    person = tenant.people["approver"].user_id
    clerk.put(f"{cases[0]}/assignment", {"assignee_id": str(person)})
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        access.deactivate_user(session, person)

    shown = clerk.get(f"{cases[0]}/assignment").json()

    assert (shown["assignee_id"], shown["former_name"]) == (None, "approver")
    assert set(ids(clerk.get(CASES, assignee="nobody").json())) == set(cases)
    assert clerk.get(CASES, assignee=str(person)).json() == []
    refused = clerk.put(f"{cases[1]}/assignment", {"assignee_id": str(person)})
    assert (refused.status_code, refused.json()["code"]) == (409, "PERSON_SHUT_OUT")
    nobody = clerk.put(f"{cases[0]}/assignment", {"assignee_id": None})
    assert nobody.json()["former_name"] is None


def test_who_cannot_assign_or_be_assigned(
    http: TestClient, database: Database, tenant: Tenant, clerk: Caller, cases: list[str]
) -> None:
    """A stranger finds nothing and is no colleague; who reads alone changes nothing."""
    path = f"{cases[0]}/assignment"
    other = another_tenant(database)
    stranger = caller(http, other)
    foreign = str(other.people["admin"].user_id)
    assert stranger.get(path).status_code == 404
    assert stranger.put(path, {"assignee_id": None}).status_code == 404
    assert stranger.put(f"{cases[0]}/presence", None).status_code == 404
    refused = clerk.put(path, {"assignee_id": foreign})
    assert (refused.status_code, refused.json()["code"]) == (404, "PERSON_NOT_FOUND")
    assert clerk.put(f"{CASES}/{unknown()}/assignment", {"assignee_id": None}).status_code == 404
    reader = with_scopes(http, database, tenant, "kreditoren:read")
    assert reader.put(path, {"assignee_id": None}).status_code == 403
    of_decided = clerk.get(CASES, assignee="nobody", queue_state="approved")
    assert (of_decided.status_code, of_decided.json()["errors"][0]["pointer"]) == (
        400,
        "query/assignee",
    )
    assert clerk.get(CASES, assignee="somebody").status_code == 400


def test_who_else_has_a_case_open(
    http: TestClient, database: Database, tenant: Tenant, clerk: Caller, cases: list[str]
) -> None:
    """Names alone, for a minute; after some it is forgotten."""
    path = f"{cases[0]}/presence"
    approver = caller(http, tenant, "approver")
    assert clerk.put(path, None).json() == []
    (seen,) = approver.put(path, None).json()
    assert (seen["name"], set(seen)) == ("bookkeeper", {"user_id", "name", "seen_at"})
    assert [each["name"] for each in clerk.get(path).json()] == ["approver"]
    assert clerk.get(f"{cases[1]}/presence").json() == []
    case_id, person = UUID(cases[0].rpartition("/")[2]), tenant.people["approver"]
    later = datetime.now(UTC) + timedelta(seconds=61)
    with write_session(database.engine, tenant.id, person.actor) as session:
        assert presence_views.others(session, case_id, person.user_id, later) == []
        presence_store.look(session, case_id, later + timedelta(minutes=5))
        left = session.execute(text("SELECT user_id FROM case_presence")).scalars().all()
    assert left == [person.user_id]
