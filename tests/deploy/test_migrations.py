"""The migrated schema and the tables in Python are the same; migrating twice changes nothing."""

from importlib import import_module
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import String, text
from sqlalchemy.types import TypeDecorator, TypeEngine

import domain.tables
from deploy.migrations.run import migrate
from domain.tables.base import Table
from tests.servers import APP_PASSWORD, Database


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
    folder = Path(domain.tables.__file__).parent
    for module in folder.glob("*.py"):
        import_module(f"domain.tables.{module.stem}")
    with database.owner_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": differs})
        assert compare_metadata(context, Table.metadata) == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    """The newest schema stays what it is."""
    before = _tables(database)
    migrate(database.owner_url, APP_PASSWORD)
    assert _tables(database) == before


def _tables(database: Database) -> list[Any]:
    query = (
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' ORDER BY 1, 2"
    )
    with database.owner_engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]
