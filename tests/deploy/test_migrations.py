"""The migrated schema and the tables in Python are the same; migrating twice changes nothing."""

from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import String, text
from sqlalchemy.types import TypeDecorator, TypeEngine

import domain.tables
from deploy.migrations.run import migrate
from deploy.stack.postgres import Postgres
from domain.store import journal_index
from domain.store.transaction import reading
from domain.tables.base import Table
from domain.views import invoices, periods
from tests.benchmarks.bulk import fill
from tests.builders import another_tenant
from tests.servers import APP_PASSWORD, Database, empty


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


# Every sale stands for a purchase as well, so that invoices can be made of them.
_FILL = """
INSERT INTO vendor (tenant_id, id, number, name, name_key, created_at, updated_at)
VALUES (current_tenant(), gen_random_uuid(), 70000, 'Papier', 'papier', now(), now());
INSERT INTO open_item
SELECT tenant_id, gen_random_uuid(), intent_id, '3300', 'C', amount, NULL, document_number,
    booking_date, due_date, currency, amount FROM open_item;
INSERT INTO settlement
SELECT p.tenant_id, gen_random_uuid(), p.open_item_id, s.intent_id, p.amount, s.settled_on,
    s.created_at
FROM settlement s
JOIN open_item o ON o.open_item_id = s.open_item_id
JOIN open_item p ON p.intent_id = o.intent_id AND p.side = 'C';
INSERT INTO invoice (tenant_id, id, vendor_id, invoice_number, invoice_date, total_net, total_tax,
    total_gross, currency, intent_id, created_at, updated_at)
SELECT o.tenant_id, gen_random_uuid(), v.id, o.intent_id, o.booking_date, o.amount, 0, o.amount,
    'EUR', o.intent_id, now(), now()
FROM open_item o, vendor v WHERE o.side = 'C';
INSERT INTO transaction (tenant_id, id, type, amount, description, booking_date, tags, reconciled,
    created_at)
SELECT tenant_id, intent_id, 'income', total, 'Verkauf', booking_date, '[]', false, created_at
FROM intent;
INSERT INTO journal_index SELECT tenant_id, last_number FROM tenant_head
ON CONFLICT (tenant_id) DO UPDATE SET last_number = excluded.last_number;
"""


def test_books_that_are_there_come_along(
    cluster: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What older rows lack is made up for; lists and counts are right before and after."""
    with empty(cluster) as database:
        _migrate_to(database, "0013", monkeypatch)
        tenant = another_tenant(database)
        fill(database, tenant, 1_600)
        with database.owner_engine.begin() as connection:
            setting = {"tenant": str(tenant.id)}
            connection.execute(text("SELECT set_config('app.tenant_id', :tenant, true)"), setting)
            connection.execute(text(_FILL))
        migrate(database.owner_url, APP_PASSWORD)

        assert _counted(database, tenant.id) == (20, 1_600)
        assert journal_index.behind(database.engine) == [tenant.id]
        while journal_index.catch_up(database.engine, tenant.id):
            pass
        assert _counted(database, tenant.id) == (20, 1_600)
        with reading(database.engine, tenant.id) as session:
            maybe = "SELECT count(*) FROM invoices_maybe_open()"
            assert session.execute(text(maybe)).scalar_one() == 20
            wrong = "SELECT count(*) FROM transaction WHERE cents IS DISTINCT FROM amount * 100"
            assert session.execute(text(wrong)).scalar_one() == 0
        assert _unforced(database) == []


def _migrate_to(database: Database, revision: str, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade = command.upgrade
    with monkeypatch.context() as patch:
        patch.setattr(command, "upgrade", lambda config, _: upgrade(config, revision))
        migrate(database.owner_url, APP_PASSWORD)


def _counted(database: Database, tenant_id: UUID) -> tuple[int, int]:
    """Unpaid invoices and bookings, as lists tell of them."""
    with reading(database.engine, tenant_id) as session:
        unpaid = invoices.open_items(session, date(2026, 1, 1))
        booked = periods.periods(session)
    return sum(len(each.invoices) for each in unpaid), sum(each.booking_count for each in booked)


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
