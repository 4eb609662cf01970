"""Bring a database to the newest schema."""

from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection, Engine, create_engine, event, text

from deploy.migrations.objects import APP, BACKUP

_LOCK = 0x62656C6567
_HASHED = b"scram-sha-256"
_INI = Path(__file__).parents[1] / "alembic.ini"


class RoleNotOurs(RuntimeError):
    """A role was made by somebody else, and the owner of the tables may not change it."""

    def __init__(self, role: str, owner: str) -> None:
        super().__init__(
            f"The role {role} exists and does not belong to {owner}. As a superuser:"
            f" GRANT {role} TO {owner} WITH ADMIN TRUE, INHERIT FALSE; or drop the role, if nothing"
            " uses it."
        )


def migrate(owner_url: str, app_password: str, backup_password: str | None = None) -> None:
    """Create the roles of application and backups where they are missing; run what has not run.

    `owner_url` names the role that owns the tables; it needs CREATEROLE the first time. Without a
    password the role of backups cannot log in, or keeps the one that it has. Two migrations at
    once wait for each other; a second run changes nothing. Raises RoleNotOurs.
    """
    engine = _engine(owner_url)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            prepare_roles(connection, app_password, backup_password)
            _upgrade(connection)
    finally:
        engine.dispose()


def prepare_roles(
    connection: Connection, app_password: str, backup_password: str | None = None
) -> None:
    """Make the roles that own nothing, and let them in. Raises RoleNotOurs."""
    _prepare_role(connection, APP, app_password)
    _prepare_role(connection, BACKUP, backup_password)


def newest() -> str:
    """Number of the newest migration."""
    head = ScriptDirectory.from_config(Config(str(_INI))).get_current_head()
    return head or ""


def _engine(url: str) -> Engine:
    """Engine that sends a text of several statements as it stands."""
    engine = create_engine(url, execution_options={"no_parameters": True})

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def as_it_stands(*call: Any) -> tuple[str, Any]:
        statement, parameters = call[2], call[3]
        return (statement if parameters else statement.replace("%%", "%")), parameters

    return engine


def _upgrade(connection: Connection) -> None:
    config = Config(str(_INI))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _prepare_role(connection: Connection, role: str, password: str | None) -> None:
    exists = text("SELECT 1 FROM pg_roles WHERE rolname = :name")
    driver = connection.connection.driver_connection
    if driver is None:
        raise ConnectionError("The connection was closed.")
    name = sql.Identifier(role)
    if not connection.execute(exists, {"name": role}).scalar():
        driver.execute(sql.SQL("CREATE ROLE {} NOINHERIT").format(name))
    if password is not None:
        # The verifier instead of the password, so that no server log can tell it.
        verifier = driver.pgconn.encrypt_password(password.encode(), role.encode(), _HASHED)
        login = sql.SQL("ALTER ROLE {} LOGIN NOINHERIT PASSWORD {}")
        try:
            driver.execute(login.format(name, sql.Literal(verifier.decode())))
        except psycopg.errors.InsufficientPrivilege as error:
            raise RoleNotOurs(role, str(connection.engine.url.username)) from error
    database = connection.execute(text("SELECT current_database()")).scalar_one()
    grants = ["GRANT USAGE ON SCHEMA public TO {}", "GRANT CONNECT ON DATABASE {db} TO {}"]
    if role == APP:  # pieces of statements pass through a table of the session
        grants.append("GRANT TEMPORARY ON DATABASE {db} TO {}")
    for grant in grants:
        driver.execute(sql.SQL(grant).format(name, db=sql.Identifier(database)))
