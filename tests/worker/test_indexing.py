"""The index of the journal follows it in the background."""

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from domain.database.session import engine, read_session
from domain.dates import DateRange
from domain.journal_index import store as journal_index
from tests.benchmarks.bulk import fill
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from worker import indexing as module
from worker.indexing import advance, indexing

QUARTER = DateRange(date(2025, 1, 1), date(2025, 3, 31))


def _indexed(database: Database, tenant: Tenant) -> int:
    with read_session(database.engine, tenant.id) as session:
        found = session.execute(text("SELECT last_number FROM journal_index")).scalar()
    return found or 0


def _wait_until(holds: Callable[[], bool]) -> None:
    while not holds():
        time.sleep(0.05)


async def test_a_journal_that_grew_is_indexed(database: Database, tenant: Tenant) -> None:
    """Without being asked, and only when it has grown enough to matter."""
    fill(database, tenant, 800, QUARTER)
    assert advance(database.engine) == 0
    fill(database, tenant, 800, QUARTER)
    async with indexing(database.engine), asyncio.timeout(120):
        await asyncio.to_thread(_wait_until, lambda: _indexed(database, tenant) == 2000)

    assert journal_index.behind(database.engine) == []


async def test_a_database_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker ends for it: it tries again, and again."""
    tried = threading.Semaphore(0)

    def away(bind: Engine) -> int:
        tried.release()
        return advance(bind)

    monkeypatch.setattr(module, "advance", away)
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0.01)
    nowhere = engine("postgresql://nobody@127.0.0.1:9/none", pool_size=1)
    async with indexing(nowhere):
        assert all([await asyncio.to_thread(tried.acquire, timeout=60) for _ in range(3)])


def test_a_journal_that_breaks_keeps_no_other_from_its_index(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All others had their turn when the error is told; an outage is told at once."""
    broken, other = another_tenant(database), another_tenant(database)
    last = fill(database, broken, 1600, QUARTER)
    assert fill(database, other, 1600, QUARTER) == last
    catch_up = journal_index.catch_up

    def breaks(bind: Engine, tenant_id: UUID) -> int:
        if tenant_id == broken.id:
            raise ValueError("a bug")
        return catch_up(bind, tenant_id)

    monkeypatch.setattr(journal_index, "catch_up", breaks)
    with pytest.raises(ValueError, match="a bug"):
        advance(database.engine)

    assert (_indexed(database, broken), _indexed(database, other)) == (0, last)
    monkeypatch.undo()
    _wait_until(lambda: advance(database.engine) == 0)
    assert _indexed(database, broken) == last
