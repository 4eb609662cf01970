"""Starts a process for each letter that is due, beside the steps of the ledger's queue.

A letter is a row, written with what causes it. Whoever serves the queue looks every second; a
letter that is still pending some minutes after its start is started again: one that is at work
goes on, one that was lost with Temporal's store is at work again.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Engine
from temporalio.client import Client

from domain.actor import Actor
from domain.database.session import now_of, write_session
from domain.errors import Unavailable
from domain.letters import store, views
from domain.letters.letter import AGAIN
from domain.letters.views import DueLetter
from worker.beside import repeated
from workflows.letter.client import Letters

_PAUSE_SECONDS = 1.0


@asynccontextmanager
async def mailing(bind: Engine, client: Client) -> AsyncIterator[None]:
    """Look while the block runs."""
    letters = Letters(client)

    async def act() -> bool:
        await begin_due(bind, letters)
        return False

    async with repeated("mailing", act, _PAUSE_SECONDS):
        yield


async def begin_due(bind: Engine, letters: Letters) -> int:
    """Start what is due and return how many letters that were.

    One that cannot be started is looked at again as late as the others are, and takes nobody's
    place; what it broke over is raised when the others are at work.
    """
    found = await asyncio.to_thread(views.due, bind)
    broken: list[Exception] = []
    for each in found:
        try:
            await letters.begin(each.tenant_id, each.kind, each.letter_id)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - raised below
            broken.append(error)
        await asyncio.to_thread(_handed_over, bind, each)
    if broken:
        raise broken[0]
    return len(found)


def _handed_over(bind: Engine, letter: DueLetter) -> None:
    with write_session(bind, letter.tenant_id, Actor.system("workflow")) as session:
        store.hand_over(session, letter.letter_id, now_of(session) + AGAIN)
