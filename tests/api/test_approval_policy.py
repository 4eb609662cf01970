"""The approval policy over HTTP: looked at, replaced by its next version, never changed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.database.session import read_session, write_session
from tests.api.callers import Caller, caller
from tests.audit import events_of
from tests.builders import Tenant, another_tenant
from tests.servers import Database

PATH = "/v1/approval-policy"


@pytest.fixture
def fresh(database: Database) -> Tenant:
    """A tenant without a policy of its own."""
    return another_tenant(database)


@pytest.fixture
def admin(http: TestClient, fresh: Tenant) -> Caller:
    """Someone who may configure."""
    return caller(http, fresh)


def policy(version: int = 0, **changes: Any) -> dict[str, Any]:
    """Two people above 10,000, by owners."""
    return {
        "version": version,
        "invoices": [
            {"above": 0, "approvals": 1},
            {"above": 10000, "approvals": 2, "approvers": {"roles": ["owner"], "users": []}},
        ],
        "payment_runs": [{"above": 0, "approvals": 1}],
        **changes,
    }


def test_without_a_policy_the_default_is_shown(admin: Caller) -> None:
    """Version 0, which nobody made."""
    shown = admin.get(PATH)

    assert shown.headers["ETag"] == '"0"'
    assert (shown.json()["version"], shown.json()["created_by"]) == (0, None)
    assert shown.json()["touchless"]["is_on"] is False


def test_a_change_is_a_new_version(admin: Caller, fresh: Tenant, database: Database) -> None:
    """It holds at once, the old ones stay, and the audit log says who made it."""
    made = admin.put(PATH, policy())

    assert made.status_code == 200, made.text
    assert (made.json()["version"], made.headers["ETag"]) == (1, '"1"')
    assert admin.get(PATH).json() == made.json()
    assert [each["version"] for each in admin.get(f"{PATH}/versions").json()] == [1, 0]
    with read_session(database.engine, fresh.id) as session:
        (stored,) = events_of(session, "approval_policy", "1")
    assert stored.event.actor.user_id == fresh.people["admin"].user_id
    assert (stored.event.before or {})["version"] == "0"


def test_a_policy_may_begin_later(admin: Caller) -> None:
    """Until its day the one before is in force."""
    later = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
    assert admin.put(PATH, policy(valid_from=later)).status_code == 200

    assert admin.get(PATH).json()["version"] == 0
    assert admin.get(f"{PATH}/versions").json()[0]["valid_from"] == later


def test_every_version_is_on_a_page(admin: Caller) -> None:
    """However short the pages are; version 0 is counted and stands on the last."""
    for version in range(2):
        assert admin.put(PATH, policy(version)).status_code == 200

    pages = [admin.get(f"{PATH}/versions", limit=1, offset=at) for at in range(4)]

    assert [[each["version"] for each in page.json()] for page in pages] == [[2], [1], [0], []]
    assert {page.headers["X-Total-Count"] for page in pages} == {"3"}


def test_who_looked_at_an_older_version_is_refused(admin: Caller) -> None:
    """By body or by If-Match; the newer one stays (SEEN)."""
    assert admin.put(PATH, policy()).status_code == 200

    stale = admin.put(PATH, policy(0, alone_may_approve=False))
    assert (stale.status_code, stale.json()["code"]) == (412, "POLICY_CHANGED")
    assert stale.json()["context"] == {"version": 1}
    headers = {"Authorization": f"Bearer {admin.key}", "If-Match": '"0"'}
    unsaid = {name: value for name, value in policy().items() if name != "version"}
    assert admin.http.put(PATH, json=unsaid, headers=headers).status_code == 412
    headers["If-Match"] = '"1"'
    assert admin.http.put(PATH, json=unsaid, headers=headers).json()["version"] == 2


def test_ten_changes_at_once_make_one_version(admin: Caller) -> None:
    """All saw the same one; nine are told to look again."""
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: admin.put(PATH, policy()).status_code, range(10)))

    assert sorted(answers) == [200] + [412] * 9
    assert len(admin.get(f"{PATH}/versions").json()) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": None},
        {"valid_from": "2020-01-01"},
        {"invoices": []},
        {"payment_runs": [{"above": 0, "approvals": 0}]},
        {"payment_runs": [{"above": 5, "approvals": 1}]},
        {"touchless": {"is_on": True}},
        {"touchless": {"is_on": True, "up_to": 10, "least_history": 1}},
        {"deadlines": {"reminder_days": 9, "escalation_days": 3}},
        {"deadlines": {"remind": {"roles": ["boss"], "users": []}}},
        {"deadlines": {"remind": {"roles": [], "users": [str(uuid4())]}}},
        {"touchles": {}},
    ],
)
def test_what_makes_no_sense_is_refused(admin: Caller, wrong: dict[str, Any]) -> None:
    """400, and no version is made."""
    answer = admin.put(PATH, policy(**wrong))

    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT"), answer.text
    assert admin.get(PATH).json()["version"] == 0


def test_a_vendor_must_exist(admin: Caller) -> None:
    """A limit for nobody would protect nobody."""
    limits = [{"vendor_id": str(uuid4()), "limit": 100}]

    assert admin.put(PATH, policy(vendor_limits=limits)).json()["code"] == "VENDOR_NOT_FOUND"


def test_who_may_not_configure_is_refused(http: TestClient, fresh: Tenant) -> None:
    """It takes config:write."""
    assert caller(http, fresh, "bookkeeper").put(PATH, policy()).status_code == 403


def test_another_tenant_sees_its_own(http: TestClient, admin: Caller, database: Database) -> None:
    """ISOLATED."""
    assert admin.put(PATH, policy()).status_code == 200

    other = caller(http, another_tenant(database))
    assert [each["version"] for each in other.get(f"{PATH}/versions").json()] == [0]


def test_a_version_is_never_changed(admin: Caller, fresh: Tenant, database: Database) -> None:
    """APPEND_ONLY: what was decided by it can be looked up for ever."""
    assert admin.put(PATH, policy()).status_code == 200
    for statement in ("UPDATE approval_policy SET version = 9", "DELETE FROM approval_policy"):
        with (
            pytest.raises(DBAPIError),
            write_session(database.engine, fresh.id, fresh.actor) as session,
        ):
            session.execute(text(statement))


def test_a_policy_is_tried_without_being_made(admin: Caller, fresh: Tenant) -> None:
    """The one in force, or one that is sent; nothing changes."""
    tried = admin.post(f"{PATH}/simulate", {"policy": policy(), "last": 10})
    own = admin.post(f"{PATH}/simulate", {})

    assert (tried.status_code, own.status_code) == (200, 200), tried.text
    assert tried.json()["outcomes"] == {"touchless": 0, "person": 0}
    assert (own.json()["documents"], own.json()["decisions"]) == (0, [])
    assert admin.get(PATH).json()["version"] == 0
    wrong = admin.post(f"{PATH}/simulate", {"last": 0})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "INVALID_INPUT")
