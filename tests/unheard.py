"""Answers that nobody heard: the API was killed after what it did and before it kept it."""

from uuid import UUID

from sqlalchemy import text

from tests.servers import Database


def forget_answers(database: Database, tenant_id: UUID, operation: str) -> int:
    """Forget what was answered to an operation of the API; how often it was.

    What the steps of a process keep, in the transaction of their effect, stays.
    """
    with database.owner_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL app.tenant_id = '{tenant_id}'"))
        connection.execute(text("ALTER TABLE idempotency DISABLE TRIGGER USER"))
        lost = connection.execute(
            text("DELETE FROM idempotency WHERE operation = :operation"), {"operation": operation}
        )
        connection.execute(text("ALTER TABLE idempotency ENABLE TRIGGER USER"))
    return lost.rowcount
