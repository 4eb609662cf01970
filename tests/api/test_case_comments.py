"""What people say on a case over HTTP: for good, once, among themselves."""

from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from domain.access import store as access
from domain.database.session import read_session, write_session
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
def path(database: Database, tenant: Tenant) -> str:
    """A case that waits."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        return f"{CASES}/{a_case(session)}/comments"


@pytest.fixture
def clerk(http: TestClient, tenant: Tenant) -> Caller:
    """Who says things."""
    return caller(http, tenant, "bookkeeper")


def written(database: Database, tenant: Tenant) -> list[UUID | None]:
    """To whom letters about comments go."""
    with read_session(database.engine, tenant.id) as session:
        found, _ = letters.letters(session, limit=50, offset=0)
    return [each.recipient_id for each in found if each.kind == "case_mention"]


def test_who_is_named_gets_one_letter(
    database: Database, tenant: Tenant, clerk: Caller, path: str
) -> None:
    """Said once, however often the call comes; oneself gets none; it stands in the timeline."""
    body = {"text": "@approver, @bookkeeper und @approver:\r\nstimmt das?"}
    first, again = (clerk.post(path, body, key="k") for _ in range(2))

    assert first.status_code == 201, first.text
    assert again.json() == first.json()
    approver = tenant.people["approver"].user_id
    assert written(database, tenant) == [approver]
    assert first.json()["text"] == body["text"].replace("\r", "")
    assert first.json()["mentions"] == [{"user_id": str(approver), "name": "approver"}]
    clerk.post(path, {"text": "danke"})
    listed = clerk.get(path)
    assert [each["text"] for each in listed.json()][1:] == ["danke"]
    assert listed.headers["X-Total-Count"] == "2"
    assert [each["text"] for each in clerk.get(path, limit=1, offset=1).json()] == ["danke"]
    events = caller(clerk.http, tenant).get("/v1/audit", action="review_case.commented").json()
    assert [each["after"]["text"] for each in events] == ["danke", first.json()["text"]]
    case = clerk.get(path.removesuffix("/comments")).json()
    assert case["version"] == 1, "nobody's approval is stale because somebody spoke"


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("x" * 2001, 400, "INVALID_INPUT"),
        ("  ", 400, "INVALID_INPUT"),
        ("fdp\u202eexe", 400, "INVALID_INPUT"),
        ("@niemand", 400, "MENTION_UNKNOWN"),
        ("@auditor", 409, "PERSON_SHUT_OUT"),
    ],
)
def test_what_cannot_be_said_is_told(  # noqa: PLR0913, PLR0917 (fixtures)
    database: Database, tenant: Tenant, clerk: Caller, path: str, text: str, status: int, code: str
) -> None:
    """And nothing of it is kept."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        access.deactivate_user(session, tenant.people["auditor"].user_id)

    refused = clerk.post(path, {"text": text})

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert clerk.get(path).json() == []
    assert written(database, tenant) == []


def test_others_neither_read_nor_speak(
    http: TestClient, database: Database, tenant: Tenant, path: str
) -> None:
    """Another company, somebody who only reads, and a case that is none."""
    stranger = caller(http, another_tenant(database))
    reader = with_scopes(http, database, tenant, "kreditoren:read")
    assert (stranger.get(path).status_code, stranger.post(path, {"text": "x"}).status_code) == (
        404,
        404,
    )
    assert reader.post(path, {"text": "x"}).status_code == 403
    assert reader.get(path).status_code == 200
    assert reader.get(f"{CASES}/{unknown()}/comments").status_code == 404
