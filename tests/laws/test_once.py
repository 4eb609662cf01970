"""ONCE: the same key finds the first result, whatever is resent, repeated or killed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from domain.command_key import IdempotencyKeyInUse, IdempotencyKeyReused
from domain.database import audit
from domain.database.idempotency import answer_once
from domain.database.session import read_session, write_session
from domain.errors import DomainError
from tests.audit import events_of
from tests.builders import Tenant, another_tenant
from tests.servers import Database


def act(
    database: Database,
    tenant: Tenant,
    key: str | None,
    *,
    asked: str = "same",
    operation: str = "op",
) -> tuple[dict[str, Any], bool]:
    """Do something that leaves an event; tell its result, and whether it is an old one."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:

        def effect() -> dict[str, Any]:
            audit.record(session, "thing.done", "thing", key)
            return {"amount": 12345678901.23, "key": key}

        result = answer_once(session, operation, key, asked, effect)
        return result, session.info["replayed"]


def effects(database: Database, tenant: Tenant, key: str) -> int:
    """How often it was done."""
    with read_session(database.engine, tenant.id) as session:
        return len(events_of(session, "thing", key))


def test_the_second_call_gets_the_first_answer(database: Database, tenant: Tenant) -> None:
    """One effect, one answer, to the cent."""
    first, second = act(database, tenant, "a"), act(database, tenant, "a")
    assert (first[1], second[1]) == (False, True)
    assert first[0] == second[0]
    assert effects(database, tenant, "a") == 1


def test_another_request_with_the_key_is_refused(database: Database, tenant: Tenant) -> None:
    """A key stands for one request."""
    act(database, tenant, "b")
    with pytest.raises(IdempotencyKeyReused):
        act(database, tenant, "b", asked="other")


def test_keys_belong_to_tenant_and_operation(database: Database, tenant: Tenant) -> None:
    """The same key elsewhere is another key."""
    act(database, tenant, "c")
    assert act(database, tenant, "c", operation="other")[1] is False
    assert act(database, another_tenant(database), "c")[1] is False


def test_without_a_key_it_is_done_each_time(database: Database, tenant: Tenant) -> None:
    """Nothing is remembered."""
    assert [act(database, tenant, None)[1] for _ in range(2)] == [False, False]


def test_killed_halfway_it_has_not_happened(database: Database, tenant: Tenant) -> None:
    """Effect and key vanish together, so that the next call does it."""
    with (
        pytest.raises(RuntimeError),
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        answer_once(session, "op", "d", "same", lambda: _dies_after(session))
    assert effects(database, tenant, "d") == 0
    assert act(database, tenant, "d")[1] is False


def test_a_call_that_is_running_is_not_run_beside(database: Database, tenant: Tenant) -> None:
    """The second caller is told to come back."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        answer_once(session, "op", "e", "same", dict)
        with pytest.raises(IdempotencyKeyInUse):
            act(database, tenant, "e")
    assert act(database, tenant, "e") == ({}, True)


def test_many_at_once_do_it_once(database: Database, tenant: Tenant) -> None:
    """One does it; the others hear the same, or that it is in use."""

    def call(_: int) -> str:
        try:
            return "old" if act(database, tenant, "f")[1] else "new"
        except DomainError as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(call, range(24)))
    assert answers.count("new") == 1
    assert set(answers) <= {"new", "old", "IDEMPOTENCY_KEY_IN_USE"}
    assert effects(database, tenant, "f") == 1


def _dies_after(session: Any) -> dict[str, Any]:
    audit.record(session, "thing.done", "thing", "d")
    raise RuntimeError
