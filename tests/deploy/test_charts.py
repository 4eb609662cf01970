"""System codes of a new release reach the tenants that were there before."""

from sqlalchemy import text

from deploy.migrations.charts import complete
from deploy.migrations.run import migrate
from deploy.stack.postgres import Postgres
from domain.actor import Actor
from domain.database.session import read_session, write_session
from domain.ledger import books_store, tenant_store
from domain.ledger.chart import Chart
from domain.tax.code import system_codes
from tests.builders import Tenant, another_tenant
from tests.schema_dump import BASELINE, restore
from tests.servers import APP_PASSWORD, Database, empty

_OWN = text("UPDATE tax_code SET is_system = false, label = 'ours' WHERE code = 'VST13-ND'")


def _lose(database: Database, tenant: Tenant) -> None:
    """As if the tenant had been opened before these codes were there, with one of its own."""
    with database.owner_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL app.tenant_id = '{tenant.id}'"))
        connection.execute(text("DELETE FROM tax_code WHERE code LIKE 'VST-RC20-%-ND'"))
        connection.execute(_OWN)


def _completed(database: Database) -> None:
    with database.owner_engine.begin() as connection:
        complete(connection)


def test_missing_codes_are_added_once(database: Database) -> None:
    """With a new version of the chart, so that no posting is prepared without them."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, Actor.system("cli")) as session:
        before = books_store.books(session, tenant.id, fresh=True)
    _lose(database, tenant)

    _completed(database)
    _completed(database)

    with read_session(database.engine, tenant.id) as session:
        known = books_store.books(session, tenant.id, fresh=True)
    assert set(known.tax_codes) == {code.code for code in system_codes(Chart.AT_EKR)}
    assert known.tax_codes["VST-RC20-BAU-ND"].is_system
    assert known.version == before.version + 1


def test_an_own_code_of_the_name_stays(database: Database) -> None:
    """Nobody's code is turned into another."""
    tenant = another_tenant(database)
    _lose(database, tenant)

    _completed(database)

    with read_session(database.engine, tenant.id) as session:
        kept = books_store.books(session, tenant.id, fresh=True).tax_codes["VST13-ND"]
    assert (kept.label, kept.is_system) == ("ours", False)


def test_what_was_added_is_told(database: Database) -> None:
    """In the audit log of each tenant, one event for each code."""
    tenant = another_tenant(database)
    _lose(database, tenant)

    _completed(database)

    query = text(
        "SELECT subject_id FROM audit_event WHERE action = 'tax_code.created' ORDER BY number"
    )
    with read_session(database.engine, tenant.id) as session:
        told = list(session.execute(query).scalars())
    assert told == ["VST-RC20-BAU-ND", "VST-RC20-SICH-ND", "VST-RC20-SCHROTT-ND"]


def test_the_first_release_gets_them(cluster: Postgres) -> None:
    """Its tenants have every code of their chart once the database is migrated."""
    with empty(cluster) as database:
        restore(cluster, str(database.engine.url.database), BASELINE)
        migrate(database.owner_url, APP_PASSWORD)

        for tenant_id in tenant_store.all_ids(database.engine):
            with read_session(database.engine, tenant_id) as session:
                known = books_store.books(session, tenant_id, fresh=True)
            assert {code.code for code in system_codes(known.chart)} <= set(known.tax_codes)
