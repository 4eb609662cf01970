"""Real servers for the tests: one PostgreSQL and one Temporal for each test process."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import URL, Engine, create_engine

from deploy.migrations.objects import APP, BACKUP
from deploy.migrations.run import migrate
from deploy.stack import postgres
from domain.database.session import engine

TEMPLATE = "template_migrated"
OWNER_PASSWORD = "owner"  # noqa: S105 - a server on loopback that lives for one test run
APP_PASSWORD = "app"  # noqa: S105 - as above
BACKUP_PASSWORD = "backup"  # noqa: S105 - as above


@dataclass(frozen=True, slots=True)
class Database:
    """A fresh, migrated database; `engine` and `url` are the application's."""

    engine: Engine
    owner_engine: Engine

    @property
    def url(self) -> str:
        """Url for the application's role."""
        return self.engine.url.render_as_string(hide_password=False)

    @property
    def owner_url(self) -> str:
        """Url for the owner's role."""
        return self.owner_engine.url.render_as_string(hide_password=False)

    @property
    def backup_url(self) -> URL:
        """Url for the role of backups."""
        return self.owner_engine.url.set(username=BACKUP, password=BACKUP_PASSWORD)


@contextmanager
def migrated_cluster(home: Path, *, durable: bool = False) -> Iterator[postgres.Postgres]:
    """Run a PostgreSQL that holds a migrated template; without durability unless asked for."""
    with postgres.started(home, fast=not durable) as server:
        postgres.prepare_database(server, TEMPLATE, OWNER_PASSWORD)
        migrate(server.url(TEMPLATE, postgres.OWNER, OWNER_PASSWORD), APP_PASSWORD, BACKUP_PASSWORD)
        yield server


@contextmanager
def cloned(server: postgres.Postgres) -> Iterator[Database]:
    """Clone the template, and drop the clone when the block ends."""
    with _created(server, TEMPLATE) as fresh:
        yield fresh


@contextmanager
def empty(server: postgres.Postgres) -> Iterator[Database]:
    """Make a database in which nothing was migrated, and drop it when the block ends."""
    with _created(server, "template0") as fresh:
        yield fresh


@contextmanager
def _created(server: postgres.Postgres, template: str) -> Iterator[Database]:
    name = f"test_{secrets.token_hex(4)}"
    # Files are copied in less than half the time that the journal of a copy takes.
    create = "CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY FILE_COPY"
    _as_superuser(server, create, name, template, postgres.OWNER)
    database = Database(
        engine(server.url(name, APP, APP_PASSWORD), pool_size=20),
        create_engine(server.url(name, postgres.OWNER, OWNER_PASSWORD)),
    )
    try:
        yield database
    finally:
        database.engine.dispose()
        database.owner_engine.dispose()
        _as_superuser(server, "DROP DATABASE {} WITH (FORCE)", name)


def _as_superuser(server: postgres.Postgres, command: str, *names: str) -> None:
    with psycopg.connect(server.conninfo(), autocommit=True) as session:
        session.execute(SQL(command).format(*(Identifier(name) for name in names)))
