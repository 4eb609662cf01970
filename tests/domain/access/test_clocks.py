"""How long credentials hold is told by one clock, the database's, which judges them, too."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from domain.access import store
from domain.database.session import write_session
from tests.builders import Tenant
from tests.servers import Database


def a_login(session: Session, tenant: Tenant) -> None:
    """Log a person in."""
    store.start_session(session, tenant.people["admin"].user_id)


def a_known_device(session: Session, tenant: Tenant) -> None:
    """Remember a device."""
    store.know_device(session, tenant.people["admin"].user_id)


def a_reset(session: Session, tenant: Tenant) -> None:
    """Let a person set a password."""
    store.issue_password_token(session, tenant.people["admin"].user_id, "reset")


@pytest.mark.parametrize(
    ("begin", "table"),
    [(a_login, "session_token"), (a_known_device, "known_device"), (a_reset, "password_token")],
)
def test_it_begins_when_the_database_says(
    database: Database, tenant: Tenant, begin: Any, table: str
) -> None:
    """The clock of the machine that asks may be an hour ahead: its logins would be refused."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        begin(session, tenant)
        session.flush()
        newest = f"SELECT now(), max(created_at) FROM {table}"  # noqa: S608 - our own name
        now, begun = session.execute(text(newest)).one()

    assert isinstance(now, datetime)
    assert begun == now


def test_it_goes_on_from_when_the_database_says(database: Database, tenant: Tenant) -> None:
    """Nor does a page end the login of whoever turns it."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        token, _ = store.start_session(session, tenant.people["admin"].user_id, store.IDLE_LIFE / 2)
        session.flush()
        store.prolong_session(session, token.hash)
        query = text("SELECT now(), expires_at FROM session_token WHERE token_hash = :hash")
        now, ends = session.execute(query, {"hash": token.hash}).one()

    assert ends == now + store.IDLE_LIFE
