"""Starts a process for each letter that is due, beside the steps of the ledger's queue.

A letter is a row, written with what causes it. Whoever serves the queue looks every second; a
letter that is still pending some minutes after its start is started again: one that is at work
goes on, one that was lost with Temporal's store is at work again.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client

from domain.actor import Actor
from domain.database.session import write_session
from domain.errors import Unavailable
from domain.letters import store, views
from domain.letters.letter import AGAIN
from domain.letters.views import DueLetter
from workflows.letter.client import Letters

_PAUSE_SECONDS = 1.0
log = structlog.get_logger("worker.mailing")


@asynccontextmanager
async def mailing(bind: Engine, client: Client) -> AsyncIterator[None]:
    """Look while the block runs."""
    stopping = asyncio.Event()
    looking = asyncio.create_task(_look_again(bind, Letters(client), stopping))
    try:
        yield
    finally:
        stopping.set()
        await looking


async def begin_due(bind: Engine, letters: Letters) -> int:
    """Start what is due and return how many letters that were."""
    found = await asyncio.to_thread(views.due, bind)
    for each in found:
        await letters.begin(each.tenant_id, each.kind, each.letter_id)
        await asyncio.to_thread(_handed_over, bind, each)
    return len(found)


async def _look_again(bind: Engine, letters: Letters, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            await begin_due(bind, letters)
        except (SQLAlchemyError, Unavailable) as error:
            log.warning("letters wait", reason=type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _PAUSE_SECONDS)


def _handed_over(bind: Engine, letter: DueLetter) -> None:
    with write_session(bind, letter.tenant_id, Actor.system("workflow")) as session:
        store.hand_over(session, letter.letter_id, datetime.now(UTC) + AGAIN)
