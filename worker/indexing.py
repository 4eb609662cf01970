"""Keeps what is derived for readers up with what is stored, beside the steps of the ledger's queue.

That is the index of every journal, and the lengths of lists.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from domain.database import listing_store
from domain.journal_index import store as journal_index

_PAUSE_SECONDS = 1.0
log = structlog.get_logger("worker.indexing")


@asynccontextmanager
async def indexing(bind: Engine) -> AsyncIterator[None]:
    """Index while the block runs; a transaction that is under way may finish.

    Several workers share the work, and without any the journal is read slower, never wrongly.
    """
    stopping = asyncio.Event()
    following = asyncio.create_task(_follow(bind, stopping))
    try:
        yield
    finally:
        stopping.set()
        await following


async def _follow(bind: Engine, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            indexed = await asyncio.to_thread(advance, bind)
        except SQLAlchemyError as error:
            log.warning("journals are not indexed now", reason=type(error).__name__)
            indexed = 0
        if not indexed:
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), _PAUSE_SECONDS)


def advance(bind: Engine) -> int:
    """Index a segment of each journal that lags behind, and return how many entries that were.

    Lengths of lists that have changed often are added up.
    """
    for tenant in listing_store.behind(bind):
        listing_store.add_up(bind, tenant)
    return sum(journal_index.catch_up(bind, tenant) for tenant in journal_index.behind(bind))
