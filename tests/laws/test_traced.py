"""TRACED: every change of state and every refused attempt leaves an event in the chain."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.actor import Actor
from domain.database import audit
from domain.database import audit_chain as log
from domain.database.session import read_session, write_session
from domain.errors import SelfApprovalDenied
from domain.posting import store as journal
from tests.audit import events_of
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database
from tests.strategies import plain_booking


def change(database: Database, tenant: Tenant, subject_id: object = "x") -> None:
    """Record one event."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        audit.record(
            session, "thing.changed", "thing", subject_id, before={"n": 1}, after={"n": "ä\n\u0001"}
        )


def refused(database: Database, tenant: Tenant, subject_id: object) -> None:
    """Record an event in a transaction that fails."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        audit.record(session, "thing.lost", "thing", subject_id)
        raise RuntimeError


def test_an_event_says_who_when_what_from_and_to(database: Database, tenant: Tenant) -> None:
    """All facts come back as they were given."""
    user_id, subject_id = tenant.people["bookkeeper"].user_id, uuid4()
    actor = Actor(user_id, "person", "api", "ll_12345", "request-1")
    with write_session(database.engine, tenant.id, actor) as session:
        audit.record(
            session, "thing.changed", "thing", subject_id, before={"a": 1}, reason="because"
        )
    with read_session(database.engine, tenant.id) as session:
        (stored,) = events_of(session, "thing", str(subject_id))
    assert stored.event.actor == actor
    assert (stored.event.before, stored.event.after) == ({"a": "1"}, None)
    assert stored.event.reason == "because"


def test_the_chain_holds_and_shows_where_it_was_cut(database: Database) -> None:
    """An altered event is found, even one that the owner of the database altered."""
    tenant = another_tenant(database)
    for _ in range(3):
        change(database, tenant)
    with read_session(database.engine, tenant.id) as session:
        last = log.check_events(session).number
    _as_owner(
        database,
        tenant,
        "ALTER TABLE audit_event DISABLE TRIGGER USER",
        "UPDATE audit_event SET reason = 'forged' WHERE number = (SELECT max(number) - 1"
        " FROM audit_event)",
        "ALTER TABLE audit_event ENABLE TRIGGER USER",
    )
    with (
        read_session(database.engine, tenant.id) as session,
        pytest.raises(log.AuditBroken, match=f"Event {last - 1} was altered"),
    ):
        log.check_events(session)


def test_many_at_once_are_numbered_without_gaps(database: Database) -> None:
    """Whoever comes at the same time waits, and no number is lost to a refused transaction."""
    tenant = another_tenant(database)

    def write(number: int) -> None:
        if number % 3:
            change(database, tenant, number)
            return
        with pytest.raises(RuntimeError):
            refused(database, tenant, number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(30)))
    with read_session(database.engine, tenant.id) as session:
        last = log.check_events(session)
        assert not events_of(session, "thing", "0")
        assert last.number == sum(1 for _ in log.events(session))


def test_a_refusal_is_recorded_though_the_attempt_is_gone(
    database: Database, tenant: Tenant
) -> None:
    """The refused transaction leaves nothing but the event."""
    error = SelfApprovalDenied("Not your own.")
    audit.record_refusal(
        database.engine, tenant.id, tenant.actor, "run.approve", "run", "r-1", error
    )
    with read_session(database.engine, tenant.id) as session:
        (stored,) = events_of(session, "run", "r-1")
    assert stored.event.after == {"refused": "SELF_APPROVAL_DENIED"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET reason = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "INSERT INTO audit_event SELECT * FROM audit_event",
        "UPDATE tenant_head SET audit_number = 0",
    ],
)
def test_the_application_cannot_forge(database: Database, tenant: Tenant, statement: str) -> None:
    """The application's role has the right to none of these."""
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        session.execute(text(statement))


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET reason = 'x'", "DELETE FROM audit_event"]
)
def test_not_even_the_owner_changes_an_event(
    database: Database, tenant: Tenant, statement: str
) -> None:
    """Triggers refuse it for everyone."""
    with pytest.raises(DBAPIError, match="append-only"):
        _as_owner(database, tenant, statement)


def _as_owner(database: Database, tenant: Tenant, *statements: str) -> None:
    with database.owner_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL app.tenant_id = '{tenant.id}'"))
        for statement in statements:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    "request_id",
    [
        *("00000000-0000-4000-8000-000000000000", "00000000-0000-4000-8000-000000000001"),
        *("1900-01-01T00:00:00.000000Z", '"request_id":null', 'ü","subject_id":"', "\\1"),
    ],
)
def test_no_name_of_a_call_changes_what_is_hashed(database: Database, request_id: str) -> None:
    """Callers choose the names of their calls; texts of events are put together around them."""
    tenant = another_tenant(database)
    user_id = tenant.people["bookkeeper"].user_id
    actor = Actor(user_id, "person", "api", "ll_12345", request_id)
    with write_session(database.engine, tenant.id, actor) as session:
        journal.book_all(session, [plain_booking(uuid4(), date(2026, 3, day)) for day in (1, 2)])
    check_books(database.engine, tenant.id)
