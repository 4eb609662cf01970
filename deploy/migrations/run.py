"""Bring a database to the newest schema."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy import Connection, Engine, create_engine, event, text

from deploy.migrations.rules import APP

_LOCK = 0x62656C6567
_INI = Path(__file__).parents[1] / "alembic.ini"


def migrate(owner_url: str, app_password: str) -> None:
    """Create the application's role where it is missing and run what has not run yet.

    `owner_url` names the role that owns the tables; it needs CREATEROLE the first time.
    Two migrations at once wait for each other; a second run changes nothing.
    """
    engine = _engine(owner_url)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            _prepare_role(connection, app_password)
            _upgrade(connection)
    finally:
        engine.dispose()


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


def _prepare_role(connection: Connection, password: str) -> None:
    exists = text("SELECT 1 FROM pg_roles WHERE rolname = :name")
    verb = "ALTER" if connection.execute(exists, {"name": APP}).scalar() else "CREATE"
    driver = connection.connection.driver_connection
    if driver is None:
        raise ConnectionError("The connection was closed.")
    # The verifier instead of the password, so that no server log can tell it.
    verifier = driver.pgconn.encrypt_password(password.encode(), APP.encode(), b"scram-sha-256")
    statement = sql.SQL("{} ROLE {} LOGIN NOINHERIT PASSWORD {}").format(
        sql.SQL(verb), sql.Identifier(APP), sql.Literal(verifier.decode())
    )
    driver.execute(statement)
    for grant in ("GRANT USAGE ON SCHEMA public TO {}", "GRANT CONNECT ON DATABASE {db} TO {}"):
        database = connection.execute(text("SELECT current_database()")).scalar_one()
        driver.execute(sql.SQL(grant).format(sql.Identifier(APP), db=sql.Identifier(database)))
