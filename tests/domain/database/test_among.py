"""Many ids in one parameter are read once, whatever the planner makes of the statement."""

from typing import Any
from uuid import uuid4

from sqlalchemy import func
from sqlmodel import Session, select

from domain.access.rows import TenantRow
from domain.database.among import among
from domain.database.session import read_session
from tests.builders import Tenant
from tests.servers import Database


def test_ids_are_found_and_no_others(database: Database, tenant: Tenant) -> None:
    """None, some and strangers."""
    series = [uuid4() for _ in range(3)]
    with read_session(database.engine, tenant.id) as session:
        for wanted in ([], series[:1], [*series[1:], uuid4()]):
            listed = func.unnest(series).column_valued("id")
            found = session.execute(select(listed).where(among(listed, wanted))).scalars()
            assert set(found) == set(wanted) & set(series)


def test_the_ids_are_a_constant_of_the_plan(database: Database, tenant: Tenant) -> None:
    """A text that is cast is cast for each row of a scan: a thousand ids a thousand times."""
    with read_session(database.engine, tenant.id) as session:
        plan = _plan(session)
    assert "= ANY ('{" in plan


def _plan(session: Session) -> str:
    query = select(TenantRow.id).where(among(TenantRow.id, [uuid4(), uuid4()]))
    asked = query.compile(session.get_bind())
    driver: Any = session.connection().connection.driver_connection
    return "\n".join(row[0] for row in driver.execute(f"EXPLAIN {asked}", asked.params))
