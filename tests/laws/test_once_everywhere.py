"""ONCE, at every door: the same call under a key is told again, another one is refused.

Every operation of the served description that takes a key is called with the smallest body that its
schema allows, on books in which there is one of everything.
"""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from api.http.idempotent_writes import REPLAYED
from domain.access import store as access
from domain.actor import Actor
from domain.database.session import read_session, write_session
from tests.builders import Tenant
from tests.described import DOCUMENT
from tests.laws.test_isolated import STATEMENT, filled, path_of, service
from tests.openapi import Operation, operations
from tests.servers import Database
from tests.unheard import forget_answers

__all__ = ["filled", "service"]
KEYED = [
    each
    for each in operations(DOCUMENT)
    if any(one["name"] == "Idempotency-Key" for one in each.described.get("parameters", ()))
]
WITHOUT_EFFECT = {"POST /v1/approval-policy/simulate", "POST /v1/contact"}
"""A question; and what nobody is told was dropped."""
UNTRACED = {
    "POST /v1/auth/logout",
    "POST /v1/bank-accounts/{bank_account_id}/gaps/resume",
    "POST /v1/bank-transactions/batch-reconcile",
    "POST /v1/vendors/{vendor_id}/activate",
}
"""What finds nothing to change here: a key has no session, no gap is put aside, and so on."""


@pytest.fixture(scope="module")
def key(database: Database, tenant: Tenant, filled: dict[str, Any]) -> str:
    """A credential that no call of this file revokes."""
    admin = tenant.people["admin"].user_id
    with write_session(database.engine, tenant.id, Actor.system("cli")) as session:
        return access.issue_key(session, admin, name="once", scopes=["admin"]).secret


def events(database: Database, tenant: Tenant) -> int:
    """How many events there are."""
    with read_session(database.engine, tenant.id) as session:
        return int(session.execute(text("SELECT count(*) FROM audit_event")).scalar_one())


def is_carried_out(operation: Operation) -> bool:
    """Whether a process does it: its answer is kept afterwards, and may be lost."""
    told = operation.described["responses"]["503"]["content"]["application/problem+json"]
    return "$ref" not in told["examples"]["SERVICE_UNAVAILABLE"]


@pytest.mark.parametrize("operation", KEYED, ids=lambda each: f"{each.method} {each.path}")
async def test_a_key_stands_for_one_call(
    database: Database,
    tenant: Tenant,
    service: httpx.AsyncClient,
    filled: dict[str, Any],
    key: str,
    operation: Operation,
) -> None:
    """Done once and told twice; what was refused is refused again, and leaves the key free.

    Where a process does it, who did not hear of it asks again and hears that it is done.

    What was done has left an event (TRACED), and what was told again has not.
    """
    named = {"Authorization": f"Bearer {key}", "Idempotency-Key": str(uuid4())}

    async def call(**query: str) -> httpx.Response:
        files = {"file": ("camt.xml", STATEMENT, "application/xml")}
        return await service.request(
            operation.method,
            path_of(operation, filled),
            headers=named,
            params={**operation.query, **query},
            json=operation.body,
            files=files if operation.takes_file else None,
        )

    name = f"{operation.method} {operation.path}"
    before = events(database, tenant)
    first = await call()
    if first.is_success and is_carried_out(operation):
        assert forget_answers(database, tenant.id, name) == 1
        first = await call()
        assert first.is_success, first.text
    done = events(database, tenant)
    again, told = await call(), events(database, tenant)
    other = await call(another="call")

    assert again.status_code == first.status_code, again.text
    if name in WITHOUT_EFFECT:
        return
    if first.is_success:
        check_replayed(first, again, other)
        assert (done > before, told) == (name not in UNTRACED, done)
    else:
        assert first.status_code < 500, first.text
        assert again.json()["code"] == first.json()["code"]
        assert other.json()["code"] != "IDEMPOTENCY_KEY_REUSED"


def check_replayed(first: httpx.Response, again: httpx.Response, other: httpx.Response) -> None:
    """The first answer is told again as one, and the key is taken for another call."""
    assert again.json() == first.json()
    assert again.headers[REPLAYED] == "true"
    assert again.headers.get("ETag") == first.headers.get("ETag")
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
