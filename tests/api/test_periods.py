"""Periods over HTTP, with a worker on real Temporal and a real database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from temporalio.client import Client

from activities.period_lock import PostgresPeriods
from api.main import create_app
from api.settings import Settings
from domain.database.session import read_session
from domain.periods.verifier import verify
from tests.builders import Tenant, another_tenant
from tests.proofs import post
from tests.servers import Database
from tests.workflows.running import serving
from worker.registry import steps_of
from workflows.period_lock.workflow import PeriodLock


@dataclass
class Office:
    """A tenant, the service before it, and its database behind it."""

    http: httpx.AsyncClient
    tenant: Tenant
    database: Database

    async def post(self, path: str, who: str = "bookkeeper", key: str = "") -> httpx.Response:
        """Post as one of the people."""
        headers = self._headers(who) | ({"Idempotency-Key": key} if key else {})
        return await self.http.post(f"/v1/periods{path}", headers=headers)

    async def get(self, path: str = "", who: str = "auditor") -> httpx.Response:
        """Get as one of the people."""
        return await self.http.get(f"/v1/periods{path}", headers=self._headers(who))

    async def prove(self, intent_id: UUID) -> httpx.Response:
        """Ask for the proof of an intent, as the auditor."""
        return await self.http.get(
            f"/v1/journal/{intent_id}/proof", headers=self._headers("auditor")
        )

    def audit(self, action: str) -> list[dict[str, object]]:
        """Audit events of one action."""
        query = text("SELECT * FROM audit_event WHERE action = :action ORDER BY number")
        with read_session(self.database.engine, self.tenant.id) as session:
            return [dict(row) for row in session.execute(query, {"action": action}).mappings()]

    def person(self, name: str) -> str:
        """Id of one of the people."""
        return str(self.tenant.people[name].user_id)

    def _headers(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tenant.people[who].api_key}"}


@pytest.fixture(scope="module")
async def service(database: Database, temporal: Client) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the application with a ledger worker behind it."""
    told = {"database_url": database.url, "log_level": "WARNING"}
    app = create_app(Settings.model_validate(told))
    app.state.temporal = temporal
    transport = httpx.ASGITransport(app)
    worker = serving(temporal, [PeriodLock], steps_of(PostgresPeriods(database.engine)))
    async with worker, httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client
    app.state.engine.dispose()


@pytest.fixture
def office(service: httpx.AsyncClient, database: Database) -> Office:
    """Give each test a tenant of its own."""
    return Office(service, another_tenant(database), database)


async def test_two_people_lock_a_month_and_prove_it(office: Office) -> None:
    """Request, status, approval, list, proof."""
    asked = await office.post("/2026-03/lock")
    waiting = await office.get("/2026-03/lock/status")
    request_id = asked.json()["request_id"]
    locked = await office.post(f"/2026-03/lock/{request_id}/approve", "approver")
    listed = await office.get()
    proof = await office.get("/2026-03/proof")

    assert (asked.status_code, asked.json()["status"]) == (201, "pending")
    assert waiting.json()["has_pending_request"] is True
    assert waiting.json()["requested_by"] == office.person("bookkeeper")
    assert locked.status_code == 200
    assert locked.json() | {"locked_at": "", "closing_hash": ""} == {
        "period": "2026-03",
        "period_number": 0,
        "status": "locked",
        "locked_by": office.person("approver"),
        "locked_at": "",
        "closing_hash": "",
        "request_id": request_id,
        "approved_by": office.person("approver"),
    }
    assert listed.headers["X-Total-Count"] == "1"
    assert listed.json()[0]["status"] == "locked"
    assert verify(proof.text.splitlines(), locked.json()["closing_hash"]).period == "2026-03"
    assert (await office.get("/2026-03/lock/status")).json()["has_pending_request"] is False


async def test_four_eyes_and_the_audit_log(office: Office) -> None:
    """The requester's own approval: 403, and it stands in the audit log."""
    request_id = (await office.post("/2026-03/lock")).json()["request_id"]
    refused = await office.post(f"/2026-03/lock/{request_id}/approve")
    (event,) = office.audit("POST /v1/periods/{period}/lock/{request_id}/approve")

    assert (refused.status_code, refused.json()["code"]) == (403, "SELF_APPROVAL_DENIED")
    assert event["after"] == {"refused": "SELF_APPROVAL_DENIED"}
    assert str(event["user_id"]) == office.person("bookkeeper")
    assert request_id in str(event["subject_id"])


async def test_who_is_alone_approves_alone(office: Office) -> None:
    """A tenant with a single active person may lock its own period."""
    with office.database.owner_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL app.tenant_id = '{office.tenant.id}'"))
        connection.execute(
            text("UPDATE app_user SET active = false WHERE tenant_id = :t AND name <> :n"),
            {"t": office.tenant.id, "n": "bookkeeper"},
        )
    request_id = (await office.post("/2026-03/lock")).json()["request_id"]

    assert (await office.post(f"/2026-03/lock/{request_id}/approve")).status_code == 200


async def test_the_same_key_gets_the_first_answer(office: Office) -> None:
    """Each of the three orders, sent twice: one effect, the same answer, said to be a replay."""
    asked = [await office.post("/2026-03/lock", key="k") for _ in range(2)]
    request_id = asked[0].json()["request_id"]
    path = f"/2026-03/lock/{request_id}/approve"
    locked = [await office.post(path, "approver", key="k") for _ in range(2)]
    second = (await office.post("/2026-05/lock")).json()["request_id"]
    path = f"/2026-05/lock/{second}/cancel"
    cancelled = [await office.post(path, "approver", key="k") for _ in range(2)]

    for first, again in (asked, locked, cancelled):
        assert first.status_code == again.status_code
        assert first.json() == again.json()
        assert "Idempotent-Replayed" not in first.headers
        assert again.headers["Idempotent-Replayed"] == "true"
    other = await office.post("/2026-04/lock", key="k")
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


async def test_a_refused_order_leaves_its_key_to_the_next_person(office: Office) -> None:
    """The requester is refused under a key, again and again; the approver approves under it."""
    request_id = (await office.post("/2026-03/lock")).json()["request_id"]
    path = f"/2026-03/lock/{request_id}/approve"
    refused = [await office.post(path, key="k") for _ in range(2)]
    locked = await office.post(path, "approver", key="k")

    assert [answer.json()["code"] for answer in refused] == ["SELF_APPROVAL_DENIED"] * 2
    assert (locked.status_code, locked.json()["status"]) == (200, "locked")


async def test_whatever_comes_first_decides(office: Office) -> None:
    """Approved and cancelled at once, it is one of both; approved twice, the second hears so."""
    for period in ("2026-03", "2026-04", "2026-05"):
        request_id = (await office.post(f"/{period}/lock")).json()["request_id"]
        path = f"/{period}/lock/{request_id}"
        approve, cancel = await asyncio.gather(
            office.post(f"{path}/approve", "approver"), office.post(f"{path}/cancel")
        )
        again = await office.post(f"{path}/approve", "approver")
        status = {row["period"]: row["status"] for row in (await office.get()).json()}[period]

        if approve.status_code == 200:
            assert (cancel.status_code, cancel.json()["code"]) == (404, "NOT_FOUND")
        else:
            assert (approve.status_code, cancel.json()["status"]) == (409, "cancelled")
        assert status == ("locked" if approve.status_code == 200 else "open")
        assert (again.status_code, again.json()["code"]) == (409, "REQUEST_NOT_PENDING")


async def test_a_year_is_locked_in_any_order(office: Office) -> None:
    """Its adjustments first, and earlier months last: one chain, in the order of the locks."""
    assert (await office.post("/2026-P13/lock")).status_code == 404
    post(office.database, office.tenant, date(2026, 12, 31), "119.00")
    months = [f"2026-{month:02d}" for month in range(1, 13)]
    previous = "0" * 64
    for period in ("2026-P14", "2026-12", "2026-P13", *months[:-1]):
        request_id = (await office.post(f"/{period}/lock")).json()["request_id"]
        locked = await office.post(f"/{period}/lock/{request_id}/approve", "approver")
        assert locked.status_code == 200, locked.text
        proof = (await office.get(f"/{period}/proof")).text.splitlines()
        closing = verify(proof, locked.json()["closing_hash"]).closing
        assert (closing["period"], closing["previous_closing_hash"]) == (period, previous)
        previous = locked.json()["closing_hash"]
    listed = (await office.get()).json()
    assert [row["period"] for row in listed] == ["2026-P14", "2026-P13", *reversed(months)]
    assert {row["status"] for row in listed} == {"locked"}


async def test_a_request_is_cancelled_once(office: Office) -> None:
    """Then it is gone for cancel, and decided for approve."""
    request_id = (await office.post("/2026-03/lock")).json()["request_id"]
    cancelled = await office.post(f"/2026-03/lock/{request_id}/cancel", "approver")
    again = await office.post(f"/2026-03/lock/{request_id}/cancel", "approver")
    approve = await office.post(f"/2026-03/lock/{request_id}/approve", "approver")

    assert cancelled.json() == {"ok": True, "request_id": request_id, "status": "cancelled"}
    assert (again.status_code, again.json()["code"]) == (404, "NOT_FOUND")
    assert (approve.status_code, approve.json()["code"]) == (409, "REQUEST_NOT_PENDING")
    assert len(office.audit("lock_request.cancelled")) == 1


async def test_a_soft_lock_comes_and_goes(office: Office) -> None:
    """soft-lock, again, reopen, again."""
    codes = []
    for path in ("soft-lock", "soft-lock", "reopen", "reopen"):
        answer = await office.post(f"/2026-03/{path}")
        codes.append((answer.status_code, answer.json().get("code")))

    assert codes == [
        (200, None),
        (409, "PERIOD_ALREADY_SOFT_LOCKED"),
        (200, None),
        (400, "INVALID_INPUT"),
    ]


async def test_a_locked_month_stays(office: Office) -> None:
    """Neither reopened, nor soft-locked, nor requested again."""
    request_id = (await office.post("/2026-03/lock")).json()["request_id"]
    await office.post(f"/2026-03/lock/{request_id}/approve", "approver")
    codes = {
        path: (await office.post(f"/2026-03/{path}")).json()["code"]
        for path in ("reopen", "soft-lock", "lock")
    }

    assert codes == {
        "reopen": "PERIOD_IRREVERSIBLE",
        "soft-lock": "PERIOD_ALREADY_LOCKED",
        "lock": "PERIOD_ALREADY_LOCKED",
    }


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/2026-13/lock", 400, "INVALID_INPUT"),
        ("/2026-3/soft-lock", 400, "INVALID_INPUT"),
        ("/0000-01/soft-lock", 400, "INVALID_INPUT"),
        ("/0000-P13/reopen", 400, "INVALID_INPUT"),
        ("/2026-P13/lock", 404, "NOT_FOUND"),
        ("/2026-P13/soft-lock", 404, "NOT_FOUND"),
        ("/2026-P14/reopen", 404, "NOT_FOUND"),
        ("/2026-03/reopen", 400, "INVALID_INPUT"),
        (f"/2026-03/lock/{UUID(int=1)}/approve", 404, "NOT_FOUND"),
        (f"/2026-03/lock/{UUID(int=1)}/cancel", 404, "NOT_FOUND"),
        ("/2026-03/lock/not-an-id/approve", 400, "INVALID_INPUT"),
    ],
)
async def test_what_does_not_exist_is_told(
    office: Office, path: str, status: int, code: str
) -> None:
    """Wrong forms are 400, unknown things 404."""
    answer = await office.post(path, "approver")

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_request_belongs_to_its_period_and_its_tenant(
    office: Office, database: Database
) -> None:
    """Under another period, or with another tenant's key, it does not exist."""
    request_id = (await office.post("/2026-03/lock")).json()["request_id"]
    other = Office(office.http, another_tenant(database), database)

    for asking, period in ((office, "2026-04"), (other, "2026-03")):
        answer = await asking.post(f"/{period}/lock/{request_id}/approve", "approver")
        assert answer.status_code == 404


async def test_an_open_period_has_no_proof(office: Office) -> None:
    """Nothing is sealed yet."""
    answer = await office.get("/2026-03/proof")

    assert (answer.status_code, answer.json()["code"]) == (409, "PERIOD_NOT_LOCKED")


async def test_an_intent_is_proven_once_its_month_is_locked(office: Office) -> None:
    """409 before, 404 for what is not there, and then a proof of this intent alone."""
    intent_id = post(office.database, office.tenant, date(2026, 3, 2), "119.00")
    post(office.database, office.tenant, date(2026, 3, 3), "7777.00")
    early = await office.prove(intent_id)
    request_id = (await office.post("/2026-03/lock")).json()["request_id"]
    locked = await office.post(f"/2026-03/lock/{request_id}/approve", "approver")
    proof = await office.prove(intent_id)
    unknown = await office.prove(UUID(int=1))

    assert (early.status_code, early.json()["code"]) == (409, "PERIOD_NOT_LOCKED")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "NOT_FOUND")
    assert proof.headers["Content-Type"].startswith("application/x-ndjson")
    assert str(intent_id) in proof.headers["Content-Disposition"]
    assert "7777" not in proof.text
    found = verify(proof.text.splitlines(), locked.json()["closing_hash"])
    assert (found.entry_count, found.closing["entry_count"]) == (1, "2")


async def test_reading_needs_the_scope(office: Office) -> None:
    """An auditor reads and does not write."""
    assert (await office.get()).status_code == 200
    assert (await office.post("/2026-03/lock", "auditor")).status_code == 403
