"""What a database that does not let the service work is taken for: never for somebody's fault."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from domain.database.outages import DatabaseUnavailable, DatabaseUnfit, is_cut, outage_of
from domain.database.session import WrittenWhileReading, engine, read_session, write_session
from domain.letters import store as letters
from domain.letters.letter import LetterKind, Note
from tests.builders import Tenant
from tests.servers import Database

AT = datetime(2026, 3, 2, tzinfo=UTC)


@contextmanager
def without_right(database: Database) -> Iterator[None]:
    """The application's role may not look at letters for a while."""
    with database.owner_engine.begin() as connection:
        connection.execute(text("REVOKE SELECT ON letter FROM belegfluss_app"))
    try:
        yield
    finally:
        with database.owner_engine.begin() as connection:
            connection.execute(text("GRANT SELECT ON letter TO belegfluss_app"))


@contextmanager
def read_only(database: Database) -> Iterator[None]:
    """Whoever connects meanwhile may only read, as after a failover to a server that follows."""
    name = database.engine.url.database
    with database.owner_engine.begin() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    try:
        yield
    finally:
        with database.owner_engine.begin() as connection:
            connection.execute(text("SET TRANSACTION READ WRITE"))
            connection.execute(text(f'ALTER DATABASE "{name}" RESET ALL'))


def outage(database: Database, statement: str) -> DatabaseUnavailable | None:
    """What a statement of the application fails with."""
    with pytest.raises(DBAPIError) as told, database.engine.begin() as connection:
        connection.execute(text(statement))
    assert not is_cut(told.value)
    return outage_of(told.value)


def test_rights_that_were_taken_away(database: Database) -> None:
    """The very statement works once they are given back."""
    with without_right(database):
        assert isinstance(outage(database, "SELECT id FROM letter"), DatabaseUnfit)
    with database.engine.begin() as connection:
        connection.execute(text("SELECT id FROM letter"))


@pytest.mark.parametrize(
    "statement", ["SELECT 1 FROM nowhere", "SELECT nothing()", "SELECT colour FROM letter"]
)
def test_a_schema_of_another_release(database: Database, statement: str) -> None:
    """It is not migrated yet, or this process is the older one."""
    assert isinstance(outage(database, statement), DatabaseUnfit)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT FROM WHERE",
        "SELECT 1 / 0",
        "SELECT 'x'::integer",
        "SELECT id FROM letter WHERE id = 1",
    ],
)
def test_what_is_wrong_itself_is_no_outage(database: Database, statement: str) -> None:
    """It will not work later either."""
    assert outage(database, statement) is None


def test_a_row_of_another_company_is_a_mistake_of_ours(database: Database, tenant: Tenant) -> None:
    """PostgreSQL refuses it under the state of a right that is missing."""
    with (
        pytest.raises(DBAPIError, match="row-level security") as told,
        write_session(database.engine, tenant.id, tenant.actor) as session,
    ):
        session.execute(
            text(
                "INSERT INTO letter (tenant_id, id, kind, subject, subject_id, state, due_at,"
                " created_at) VALUES (:other, :id, 'reset', 'user', :id, 'pending', now(), now())"
            ),
            {"other": uuid4(), "id": uuid4()},
        )

    assert outage_of(told.value) is None


def test_a_reading_that_writes_is_a_mistake_of_ours(database: Database, tenant: Tenant) -> None:
    """The server would let it; we opened the transaction to read."""
    statement = text("UPDATE letter SET state = state")
    with (
        pytest.raises(WrittenWhileReading) as told,
        read_session(database.engine, tenant.id) as session,
    ):
        session.execute(statement)

    assert outage_of(told.value) is None


def write(bind: Engine, tenant: Tenant) -> None:
    """Write a letter."""
    with write_session(bind, tenant.id, tenant.actor) as session:
        note = Note(LetterKind.INVITATION, "user", uuid4())
        letters.write(session, note, [tenant.people["admin"].user_id], AT, AT)


def test_a_server_that_only_reads_is_read_and_not_written(
    database: Database, tenant: Tenant
) -> None:
    """Nor does a connection write that has read before: it does what the server says."""
    with read_only(database):
        bind = engine(database.url, pool_size=1)
        for _ in range(2):
            with read_session(bind, tenant.id) as session:
                assert session.execute(text("SELECT 1")).scalar_one() == 1
            with pytest.raises(DBAPIError) as told:
                write(bind, tenant)
            assert isinstance(outage_of(told.value), DatabaseUnfit)
        bind.dispose()
