"""Roles that somebody made before us: taken over where we may, told where we may not."""

from collections.abc import Iterator

import psycopg
import pytest

from deploy.migrations.objects import APP, BACKUP
from deploy.migrations.run import RoleNotOurs, migrate
from deploy.stack import postgres
from deploy.stack.postgres import OWNER, Postgres, prepare_database


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A cluster in which a superuser has made the application's role."""
    with postgres.started(tmp_path_factory.mktemp("roles"), fast=True) as fresh:
        with psycopg.connect(fresh.conninfo(), autocommit=True) as session:
            session.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD 'owner'")
            session.execute(f"CREATE ROLE {APP}")
            session.execute(f"CREATE DATABASE books OWNER {OWNER}")
        yield fresh


def test_a_role_of_somebody_else_is_told_and_then_taken_over(server: Postgres) -> None:
    """First in words, with what to grant; then the embedded stack, which may, goes on."""
    url = server.url("books", OWNER, "owner")
    with pytest.raises(RoleNotOurs, match=f"GRANT {APP} TO {OWNER} WITH ADMIN"):
        migrate(url, "app")

    for _ in range(2):
        prepare_database(server, "books", "owner")
        migrate(url, "app", "backup")
    for role, password in ((APP, "app"), (BACKUP, "backup")):
        psycopg.connect(_conninfo(server, role, password)).close()


def test_the_owner_is_no_member(server: Postgres) -> None:
    """It manages the roles and has none of their rights: policies for them are not for it."""
    prepare_database(server, "books", "owner")
    migrate(server.url("books", OWNER, "owner"), "app")
    with psycopg.connect(_conninfo(server, OWNER, "owner")) as session:
        for role in (APP, BACKUP):
            asked = "SELECT pg_has_role(%s, %s, 'USAGE'), pg_has_role(%s, %s, 'SET')"
            assert session.execute(asked, (OWNER, role) * 2).fetchone() == (False, False)


def _conninfo(server: Postgres, role: str, password: str) -> str:
    return f"postgresql://{role}:{password}@127.0.0.1:{server.port}/books"
