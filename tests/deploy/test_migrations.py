"""The migrated schema and the tables in Python are the same; migrating twice changes nothing."""

import random
import string
from collections.abc import Callable
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import String, text
from sqlalchemy.types import TypeDecorator, TypeEngine

from deploy.migrations.objects import names, path_of, replace
from deploy.migrations.run import migrate
from deploy.stack.postgres import Postgres
from domain.database.session import read_session
from domain.database.table import Table
from domain.ledger import tenant_store
from tests.invariants import check_books
from tests.rows import import_rows
from tests.schema_dump import BASELINE, fill, restore, schema_of
from tests.servers import APP_PASSWORD, TEMPLATE, Database, empty


def differs(
    _context: Any, _inspected: Any, _column: Any, stored: TypeEngine[Any], meant: TypeEngine[Any]
) -> bool | None:
    """`text` in the schema is a `str` without a length in Python."""
    plain = meant.impl_instance if isinstance(meant, TypeDecorator) else meant
    if isinstance(stored, String) and isinstance(plain, String):
        return plain.length is not None and stored.length != plain.length
    return None


def test_the_schema_is_what_the_tables_say(database: Database) -> None:
    """Columns, keys, indexes and unique constraints agree, table by table."""
    import_rows()
    with database.owner_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": differs})
        assert compare_metadata(context, Table.metadata) == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    """The newest schema stays what it is."""
    before = _tables(database)
    migrate(database.owner_url, APP_PASSWORD)
    assert _tables(database) == before


def test_the_schema_is_the_golden_one(
    cluster: Postgres, golden: Callable[[str, bytes], None]
) -> None:
    """What a migrated database is can be read in one file."""
    golden("schema.sql", schema_of(cluster, TEMPLATE).encode())


def test_the_first_release_is_taken_over(cluster: Postgres) -> None:
    """Its schema becomes that of a new database, and its books stay what they were."""
    with empty(cluster) as database:
        name = str(database.engine.url.database)
        restore(cluster, name, BASELINE)
        before = _counted(database)

        migrate(database.owner_url, APP_PASSWORD)

        assert schema_of(cluster, name) == _restored(cluster)
        assert _counted(database) == before
        for tenant_id in tenant_store.all_ids(database.engine):
            assert check_books(database.engine, tenant_id) == before[1]
        assert _unforced(database) == []


def test_what_older_readings_name_is_known(cluster: Postgres) -> None:
    """Numbers of any length that were read before a table of their keys was there."""
    with empty(cluster) as database:
        name = str(database.engine.url.database)
        restore(cluster, name, BASELINE)
        number = "".join(random.Random(54).choices(string.ascii_uppercase, k=4000))  # noqa: S311
        fill(cluster, name, _NAMING.format(number=number))

        migrate(database.owner_url, APP_PASSWORD)

        found: list[tuple[int, int]] = []
        for tenant_id in tenant_store.all_ids(database.engine):
            with read_session(database.engine, tenant_id) as session:
                found += [(length, place) for length, place in session.execute(text(_NAMED))]
    assert sorted(length for length, _ in found) == [3, 100]
    assert sorted(place for _, place in found) == [1, 3]


def test_an_older_function_gets_the_text_of_today(database: Database) -> None:
    """A migration says what it replaces; the file has the text."""
    with database.owner_engine.begin() as connection:
        connection.execute(text(_OLDER))
        with Operations.context(MigrationContext.configure(connection)):
            replace("keep_locked")
        body = connection.execute(text("SELECT prosrc FROM pg_proc WHERE proname = 'keep_locked'"))
        assert body.scalar_one() in path_of("keep_locked").read_text()


def test_each_file_is_part_of_the_baseline(database: Database) -> None:
    """A function or view that has a file exists, and one that exists has a file."""
    query = """
        SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION SELECT viewname FROM pg_views WHERE schemaname = 'public'
    """
    with database.owner_engine.connect() as connection:
        found = sorted(connection.execute(text(query)).scalars())
    assert names() == found


def test_a_function_without_a_file_is_told() -> None:
    """By its name."""
    with pytest.raises(FileNotFoundError, match="no_such_thing"):
        path_of("no_such_thing")


_NAMING = """
INSERT INTO document
    (tenant_id, id, sha256, mime_type, original_name, size_bytes, source, created_at)
SELECT id, id, repeat('0', 64), 'application/xml', 'a', 1, 'upload', now()
FROM tenant ORDER BY id LIMIT 1;
INSERT INTO extraction (tenant_id, document_id, version, key, fields, created_at)
SELECT tenant_id, id, 1, 'a', '{{"preceding": [{{"number": null}}, {{"number": "{number}"}},
    {{"number": "-"}}, {{"number": "R-12"}}, {{"number": "R 12"}}]}}', now()
FROM document WHERE id = tenant_id;
"""
_NAMED = """
SELECT length(number_key), place FROM named_invoice
WHERE document_id = tenant_id
"""
_OLDER = """
CREATE OR REPLACE FUNCTION keep_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RETURN NEW; END $$
"""


def _restored(cluster: Postgres) -> str:
    """The newest schema after a restore, which spells some checks in another way."""
    with empty(cluster) as database:
        name = str(database.engine.url.database)
        fill(cluster, name, schema_of(cluster, TEMPLATE))
        return schema_of(cluster, name)


def _counted(database: Database) -> tuple[int, int, int]:
    """Intents, entries and invoices of all tenants."""
    counts = [0, 0, 0]
    for tenant_id in tenant_store.all_ids(database.engine):
        with read_session(database.engine, tenant_id) as session:
            for at, table in enumerate(("intent", "journal_entry", "invoice")):
                count = f"SELECT count(*) FROM {table}"  # noqa: S608 - our own names
                counts[at] += session.execute(text(count)).scalar_one()
    return counts[0], counts[1], counts[2]


def _unforced(database: Database) -> list[str]:
    """Tables whose owner sees the rows of every tenant."""
    query = "SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity"
    with database.owner_engine.connect() as connection:
        return list(connection.execute(text(query)).scalars())


def _tables(database: Database) -> list[Any]:
    query = (
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' ORDER BY 1, 2"
    )
    with database.owner_engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]
