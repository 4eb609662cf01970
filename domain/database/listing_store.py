"""Adds up what has changed in the lengths of lists.

Triggers store each change as a row of its own (domain/database/count_listed.sql); readers add
those that are left to what is added up here.
"""

from uuid import UUID

from sqlalchemy import Engine, text

from domain.actor import Actor
from domain.database.session import write_session

STEP = 256
"""Changes that a tenant may have before they are added up."""

_SYSTEM = Actor.system("workflow")
_BEHIND = text("SELECT lists_behind(:changes)")
_ADD_UP = text("""
WITH gone AS (
    DELETE FROM list_change WHERE tenant_id = :tenant RETURNING list, scope, part, day, rows),
months AS (
    INSERT INTO list_month AS known (tenant_id, list, scope, part, month, rows)
    SELECT :tenant, list, scope, part, date_trunc('month', day)::date AS month, sum(rows)
    FROM gone GROUP BY list, scope, part, month ORDER BY list, scope, part, month
    ON CONFLICT ON CONSTRAINT pk_list_month DO UPDATE SET rows = known.rows + excluded.rows)
INSERT INTO list_count AS known (tenant_id, list, scope, part, day, rows)
SELECT :tenant, list, scope, part, day, sum(rows) FROM gone
GROUP BY list, scope, part, day ORDER BY list, scope, part, day
ON CONFLICT ON CONSTRAINT pk_list_count DO UPDATE SET rows = known.rows + excluded.rows
""")


def behind(bind: Engine, changes: int = STEP) -> list[UUID]:
    """Tenants of which so many changes are not added up."""
    with bind.connect() as connection:
        return list(connection.execute(_BEHIND, {"changes": changes}).scalars())


def add_up(bind: Engine, tenant_id: UUID) -> None:
    """Add up all changes of a tenant; two at once wait for each other and do it once."""
    with write_session(bind, tenant_id, _SYSTEM) as session:
        session.execute(_ADD_UP, {"tenant": tenant_id})
