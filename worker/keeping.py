"""Keeps in Temporal what its store must hold: search attributes, schedules of Resume and mailboxes.

A store that was lost comes back empty. Whoever serves the ledger's queue looks every minute, so
that everything open is at work again within minutes of the server's start.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import Gauge
from sqlalchemy import Engine
from temporalio.client import Client

from domain.database.session import now_of, read_session
from domain.intake import mailbox_store
from domain.intake.mailbox import Polling, polling_of
from domain.ledger import tenant_store
from worker.beside import repeated, tell
from workflows.mailbox_poll.client import keep_schedules
from workflows.mailbox_poll.workflow import PollSubject
from workflows.resume.client import keep_schedule
from workflows.shared.connection import register_search_attributes

_PAUSE_SECONDS = 60.0
_MAILBOXES = Gauge(
    "belegfluss_mailboxes", "Foreign mailboxes by how their last poll went", ["polling"]
)


@asynccontextmanager
async def keeping(
    client: Client, pause: float = _PAUSE_SECONDS, engine: Engine | None = None
) -> AsyncIterator[None]:
    """Look while the block runs; with an engine, at the mailboxes as well."""

    async def mailbox_schedules(client: Client) -> None:
        if engine is not None:
            await keep_schedules(client, await asyncio.to_thread(watched_mailboxes, engine))

    async def act() -> bool:
        for keep in (register_search_attributes, keep_schedule, mailbox_schedules):
            try:
                await keep(client)
            except Exception as error:  # noqa: BLE001 - told; it keeps nothing from the others
                tell(keep.__name__, error)
        return False

    async with repeated("keeping", act, pause):
        yield


def watched_mailboxes(engine: Engine) -> list[PollSubject]:
    """Every mailbox of every tenant that is to be polled; how they do is counted."""
    found = []
    counts = dict.fromkeys(Polling, 0)
    for tenant_id in tenant_store.all_ids(engine):
        with read_session(engine, tenant_id) as session:
            now = now_of(session)
            for each in mailbox_store.active(session):
                counts[polling_of(each.polled_at, each.problem, now)] += 1
                found.append(PollSubject(tenant_id=tenant_id, mailbox_id=each.id))
    for polling, count in counts.items():
        _MAILBOXES.labels(polling).set(count)
    return found
