"""A worker that is told to stop lets running steps finish."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from temporalio.client import Client
from temporalio.worker import Worker

from tests.worker.examples import FINISHED, STARTED, Slow, slow
from worker.registry import Registration
from worker.running import Limits, worker_of


def _worker(client: Client, queue: str) -> Worker:
    registration = Registration(queue, [Slow], [slow])
    return worker_of(client, registration, Limits(threads=2, grace=timedelta(seconds=5)))


async def test_a_running_step_finishes_once(temporal: Client) -> None:
    """The step that was at work when the stop came is done, and not done again."""
    STARTED.clear()
    FINISHED.clear()
    queue = f"slow-{uuid4()}"
    async with _worker(temporal, queue):
        handle = await temporal.start_workflow(Slow.run, id=queue, task_queue=queue)
        await asyncio.to_thread(STARTED.wait, 20)
    async with _worker(temporal, queue):
        result = await handle.result()

    assert result == "done"
    assert FINISHED == ["done"]
