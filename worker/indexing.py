"""Keeps the index of every journal up with its postings, beside the steps of the ledger's queue."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from domain.store import journal_index

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
    """Index a segment of each journal that lags behind, and return how many entries that were."""
    return sum(journal_index.catch_up(bind, tenant) for tenant in journal_index.behind(bind))
