"""Tenants with people, as small as an honest one can be."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import insert

from domain.access.actor import Actor
from domain.ledger.chart import Chart
from domain.store import charts
from domain.store.transaction import transaction
from domain.tables.access import TenantRow
from tests.servers import Database


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant and who acts in it where a test does not care."""

    id: UUID
    actor: Actor


def another_tenant(database: Database, chart: Chart = Chart.AT_EKR) -> Tenant:
    """Create a tenant that no other test has."""
    tenant = Tenant(uuid4(), Actor.system("cli"))
    with transaction(database.engine, tenant.id, tenant.actor) as session:
        session.execute(
            insert(TenantRow).values(
                id=tenant.id,
                company_name="Muster GmbH",
                country=chart.country,
                chart=chart.value,
                inbox_address=f"{tenant.id.hex}@inbox.test",
                created_at=datetime.now(UTC),
            )
        )
        charts.load(session, tenant.id, chart)
    return tenant
