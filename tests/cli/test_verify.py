"""`belegfluss verify --audit` on audit logs that somebody with all rights has tampered with."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from deploy.cli.main import app
from domain.database import audit
from domain.database.audit_chain import StoredEvent, events
from domain.database.session import read_session, write_session
from tests.builders import Tenant, another_tenant
from tests.servers import Database

MORE = 5
LAST = "(SELECT max(number) FROM audit_event)"
PUT_IN = f"""
INSERT INTO audit_event SELECT tenant_id, number + 1, occurred_at, user_id, kind, surface,
    key_prefix, request_id, action, subject, subject_id, before, after, reason, audit_hash,
    audit_hash FROM audit_event WHERE number = {LAST}
"""  # noqa: S608 - parts of one statement


@pytest.fixture(autouse=True)
def _environment(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BELEGFLUSS_HOME", str(tmp_path))
    monkeypatch.setenv("BELEGFLUSS_DATABASE_URL", database.url)


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test an audit log of its own, with a few events more than a new tenant has."""
    tenant = another_tenant(database)
    for number in range(MORE):
        with write_session(database.engine, tenant.id, tenant.actor) as session:
            audit.record(session, "thing.changed", "thing", number, before={"n": "ä"})
    return tenant


def verify(*arguments: object) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, ["verify", *(str(each) for each in arguments)])


def stored(database: Database, tenant: Tenant) -> list[StoredEvent]:
    """The whole audit log."""
    with read_session(database.engine, tenant.id) as session:
        return list(events(session))


def tamper(database: Database, tenant: Tenant, statement: str, **values: object) -> None:
    """Change the audit log as the owner of the database, who can switch the triggers off."""
    with database.owner_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL app.tenant_id = '{tenant.id}'"))
        connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        connection.execute(text(statement), values)
        connection.execute(text("ALTER TABLE audit_event ENABLE TRIGGER USER"))


def test_an_untouched_log_holds(database: Database, tenant: Tenant) -> None:
    """It tells how many events there are, and the last hash, which may be kept elsewhere."""
    last = stored(database, tenant)[-1]
    result = verify("--audit", tenant.id)

    assert result.exit_code == 0, result.output
    assert f"{last.number} events, last hash {last.audit_hash}" in result.stdout


def test_more_events_than_are_held_at_once(database: Database, tenant: Tenant) -> None:
    """They are read in pieces, in their order."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        for number in range(2500):
            audit.record(session, "thing.changed", "thing", number)
    before = stored(database, tenant)[-1].number
    assert f"{before} events" in verify("--audit", tenant.id).stdout

    tamper(database, tenant, "DELETE FROM audit_event WHERE number = 2001")
    assert "Event 2001 was removed." in verify("--audit", tenant.id).stderr


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'forged'",
        "occurred_at = occurred_at + interval '1 microsecond'",
        """before = '{"n": 1}'""",
        """before = '{"n": 1.5}'""",
        """before = '{"Nach her": "1"}'""",
        "kind = 'person', user_id = NULL",
        "prev_hash = repeat('0', 64)",
        "audit_hash = repeat('0', 64)",
    ],
)
def test_an_altered_event_is_named(database: Database, tenant: Tenant, change: str) -> None:
    """Whatever was altered in it, also to what no event could say."""
    tamper(database, tenant, f"UPDATE audit_event SET {change} WHERE number = 3")  # noqa: S608
    result = verify("--audit", tenant.id)

    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "The audit log does not hold: Event 3 was altered or put in." in result.stderr


@pytest.mark.parametrize(
    ("gone", "first"),
    [
        ("number = 3", lambda last: 3),
        ("number = 1", lambda last: 1),
        (f"number = {LAST}", lambda last: last),
        (f"number >= {LAST} - 1", lambda last: last - 1),
        ("true", lambda last: 1),
    ],
    ids=["middle", "first", "last", "last two", "all"],
)
def test_a_removed_event_is_named(
    database: Database, tenant: Tenant, gone: str, first: Callable[[int], int]
) -> None:
    """In the middle by the one after it, at the end by the head of the tenant."""
    last = stored(database, tenant)[-1].number
    tamper(database, tenant, f"DELETE FROM audit_event WHERE {gone}")  # noqa: S608
    result = verify("--audit", tenant.id)

    assert result.exit_code == 1
    assert f"Event {first(last)} was removed." in result.stderr


def test_an_event_put_in_at_the_end_is_named(database: Database, tenant: Tenant) -> None:
    """Even with the hash that it should have, the head does not know of it."""
    tamper(database, tenant, PUT_IN)
    event = stored(database, tenant)[-1]
    _hash_anew(database, tenant, event)
    result = verify("--audit", tenant.id)

    assert result.exit_code == 1
    assert f"Event {event.number} was altered or put in." in result.stderr


def test_a_chain_that_was_made_anew_is_told_by_the_head(database: Database, tenant: Tenant) -> None:
    """Each event holds and follows the one before, but the last is another one."""
    last = stored(database, tenant)[-1]
    tamper(database, tenant, f"UPDATE audit_event SET reason = 'forged' WHERE number = {LAST}")  # noqa: S608
    _hash_anew(database, tenant, replace(last, event=replace(last.event, reason="forged")))
    result = verify("--audit", tenant.id)

    assert result.exit_code == 1
    assert f"Event {last.number} was altered or put in." in result.stderr


def _hash_anew(database: Database, tenant: Tenant, forged: StoredEvent) -> None:
    statement = "UPDATE audit_event SET audit_hash = :hash WHERE number = :number"
    audit_hash = forged.event.hash(forged.number, forged.prev_hash)
    tamper(database, tenant, statement, hash=audit_hash, number=forged.number)


def test_another_tenants_log_is_not_looked_at(database: Database, tenant: Tenant) -> None:
    """One company's broken log says nothing of another's."""
    tamper(database, tenant, "DELETE FROM audit_event WHERE number = 3")
    assert verify("--audit", another_tenant(database).id).exit_code == 0


def test_an_unknown_tenant_has_no_log() -> None:
    """An empty log would hold."""
    result = verify("--audit", uuid4())
    assert result.exit_code == 1
    assert "There is no tenant" in result.stderr


def test_a_file_or_a_tenant_is_named_and_not_both(tenant: Tenant, tmp_path: Path) -> None:
    """Nobody takes one check for the other."""
    (tmp_path / "proof.ndjson").write_text("{}\n")
    for arguments in ((), (tmp_path / "proof.ndjson", "--audit", tenant.id)):
        result = verify(*arguments)
        assert result.exit_code == 1
        assert "either the FILE of a proof, or a tenant with --audit" in result.stderr
