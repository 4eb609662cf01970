"""Waits until a statement waits for a lock, so that races happen when a test wants them."""

import time

from sqlalchemy import text

from tests.servers import Database

_BLOCKED = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
_PATIENCE_SECONDS = 90


def until_somebody_waits(database: Database) -> None:
    """Return as soon as a statement waits for another transaction."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        with database.owner_engine.connect() as connection:
            if connection.execute(_BLOCKED).scalar_one():
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")
