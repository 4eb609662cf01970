"""Keeps what is derived for readers up with what is stored, beside the steps of the ledger's queue.

That is the index of every journal, and the lengths of lists.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import Engine

from domain.database import listing_store
from domain.database.outages import is_away
from domain.journal_index import store as journal_index
from worker.beside import repeated

_PAUSE_SECONDS = 1.0


@asynccontextmanager
async def indexing(bind: Engine) -> AsyncIterator[None]:
    """Index while the block runs; a transaction that is under way may finish.

    Several workers share the work, and without any the journal is read slower, never wrongly.
    """

    async def act() -> bool:
        return await asyncio.to_thread(advance, bind) > 0

    async with repeated("indexing", act, _PAUSE_SECONDS):
        yield


def advance(bind: Engine) -> int:
    """Index a segment of each journal that lags behind, and return how many entries that were.

    Lengths of lists that have changed often are added up. What breaks over one company is raised
    when all others had their turn.
    """
    broken: list[Exception] = []

    def attempt(act: Callable[[Engine, UUID], int | None], tenant: UUID) -> int:
        try:
            return act(bind, tenant) or 0
        except Exception as error:
            if is_away(error):
                raise
            broken.append(error)
            return 0

    for tenant in listing_store.behind(bind):
        attempt(listing_store.add_up, tenant)
    indexed = sum(attempt(journal_index.catch_up, each) for each in journal_index.behind(bind))
    if broken:
        raise broken[0]
    return indexed
