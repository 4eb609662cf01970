"""APPEND_ONLY: journal, settlements and audit log are never changed or deleted."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from domain.database.session import write_session
from domain.posting.store import book
from tests.builders import Tenant
from tests.servers import Database
from tests.strategies import plain_booking

GROWING = ("intent", "journal_entry", "open_item", "settlement", "audit_event", "idempotency",
           "case_comment")  # fmt: skip


def _enter(connection: Connection, tenant: Tenant) -> None:
    connection.execute(
        text("SELECT set_config('app.tenant_id', :tenant, true)"), {"tenant": str(tenant.id)}
    )


@pytest.fixture(autouse=True)
def _booked(database: Database, tenant: Tenant) -> None:
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        book(session, plain_booking(uuid4(), date(2026, 3, 1)))


@pytest.mark.parametrize("table", GROWING)
@pytest.mark.parametrize("command", ["UPDATE {} SET tenant_id = tenant_id", "DELETE FROM {}"])
def test_the_application_lacks_the_right(
    database: Database, tenant: Tenant, table: str, command: str
) -> None:
    """The application's role may not even try."""
    with database.engine.begin() as connection:
        _enter(connection, tenant)
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(command.format(table)))


@pytest.mark.parametrize("table", ["intent", "journal_entry", "audit_event"])
@pytest.mark.parametrize("command", ["UPDATE {} SET tenant_id = tenant_id", "DELETE FROM {}"])
def test_triggers_refuse_the_owner(
    database: Database, tenant: Tenant, table: str, command: str
) -> None:
    """Who owns the tables is refused as well."""
    with database.owner_engine.begin() as connection:
        _enter(connection, tenant)
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(command.format(table)))


@pytest.mark.parametrize("table", GROWING)
def test_nobody_truncates(database: Database, table: str) -> None:
    """TRUNCATE passes by row triggers, so it has its own."""
    with database.owner_engine.begin() as connection, pytest.raises(DBAPIError, match="refused"):
        connection.execute(text(f"TRUNCATE {table} CASCADE"))


@pytest.mark.parametrize("table", ["intent", "journal_entry", "open_item", "settlement"])
def test_only_the_posting_function_writes(database: Database, tenant: Tenant, table: str) -> None:
    """The application cannot slip a row past numbering and hashing."""
    with database.engine.begin() as connection:
        _enter(connection, tenant)
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(f"INSERT INTO {table} (tenant_id) VALUES (NULL)"))  # noqa: S608
