"""A worker of an older build beside a newer one: orders may wait, none is lost or done twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from tests.workflows.builds import NAME, Newer, Notes, Older
from worker.registry import Registration
from worker.running import Limits, worker_of

_LIMITS = Limits(threads=4, grace=timedelta(seconds=2))
_Rebuilt = WorkflowHandle[Newer, None]


@asynccontextmanager
async def at_work(client: Client, queue: str, build: type, notes: Notes) -> AsyncIterator[None]:
    """Run a worker of one build until the block ends."""
    registration = Registration(queue, [build], [notes.check, notes.write])
    async with worker_of(client, registration, _LIMITS):
        yield


@pytest.fixture
async def process(temporal: Client) -> AsyncIterator[tuple[str, _Rebuilt]]:
    """Begin a process on a queue of its own."""
    queue = f"builds-{uuid4()}"
    begun: _Rebuilt = await temporal.start_workflow(NAME, id=queue, task_queue=queue)
    yield queue, begun
    await begun.terminate("over")


async def test_the_newer_goes_on_where_the_older_was(
    temporal: Client, process: tuple[str, _Rebuilt]
) -> None:
    """A life that was begun in the old way goes on in it, until it begins anew."""
    (queue, begun), notes = process, Notes()
    async with at_work(temporal, queue, Older, notes):
        assert await begun.execute_update(Newer.order, "a") == 1
    async with at_work(temporal, queue, Newer, notes):
        assert await begun.execute_update(Newer.order, "b") == 2

    assert (notes.written, notes.checked) == (["a", "b"], [])


async def test_an_older_one_leaves_to_a_newer_what_it_does_not_know(
    temporal: Client, process: tuple[str, _Rebuilt]
) -> None:
    """Its task fails as often as it takes it; the order is answered once a newer one is there."""
    (queue, begun), notes = process, Notes()
    async with at_work(temporal, queue, Newer, notes):
        assert await begun.execute_update(Newer.order, "a") == 1
    async with at_work(temporal, queue, Older, notes):
        asked = asyncio.create_task(_ordered(begun, "b"))
        _, unanswered = await asyncio.wait({asked}, timeout=5)
        assert unanswered
        assert notes.written == ["a"]
    async with at_work(temporal, queue, Newer, notes), asyncio.timeout(90):
        assert await asked == 2
        assert await _ordered(begun, "b") == 2  # the same order

    assert notes.written == ["a", "b"]


async def _ordered(begun: _Rebuilt, word: str) -> int:
    """Give an order as our senders do: again where a task of the process has failed."""
    while True:
        try:
            return await begun.execute_update(Newer.order, word, id=word)
        except RPCError as error:
            if error.status is not RPCStatusCode.FAILED_PRECONDITION:
                raise
            await asyncio.sleep(0.2)
