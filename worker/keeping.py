"""Keeps in Temporal what its store must hold: search attributes, schedules of Resume and mailboxes.

A store that was lost comes back empty. Whoever serves the ledger's queue looks every minute, so
that everything open is at work again within minutes of the server's start.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError

from domain.database.session import read_session
from domain.intake import mailbox_store
from domain.ledger import tenant_store
from workflows.mailbox_poll.client import keep_schedules
from workflows.mailbox_poll.workflow import PollSubject
from workflows.resume.client import keep_schedule
from workflows.shared.connection import register_search_attributes

_PAUSE_SECONDS = 60.0
log = structlog.get_logger("worker.keeping")


@asynccontextmanager
async def keeping(
    client: Client, pause: float = _PAUSE_SECONDS, engine: Engine | None = None
) -> AsyncIterator[None]:
    """Look while the block runs; with an engine, at the mailboxes as well."""
    stopping = asyncio.Event()
    looking = asyncio.create_task(_look_again(client, stopping, pause, engine))
    try:
        yield
    finally:
        stopping.set()
        await looking


async def _look_again(
    client: Client, stopping: asyncio.Event, pause: float, engine: Engine | None
) -> None:
    async def mailbox_schedules(client: Client) -> None:
        if engine is not None:
            await keep_schedules(client, await asyncio.to_thread(_mailboxes, engine))

    while not stopping.is_set():
        for keep in (register_search_attributes, keep_schedule, mailbox_schedules):
            try:
                await keep(client)
            except RPCError as error:
                log.warning("not kept in Temporal", what=keep.__name__, reason=error.message)
            except SQLAlchemyError as error:
                log.warning("the database does not answer", error=type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), pause)


def _mailboxes(engine: Engine) -> list[PollSubject]:
    """Every mailbox of every tenant that is to be polled."""
    found = []
    for tenant_id in tenant_store.all_ids(engine):
        with read_session(engine, tenant_id) as session:
            found += [
                PollSubject(tenant_id=tenant_id, mailbox_id=each.id)
                for each in mailbox_store.active(session)
            ]
    return found
