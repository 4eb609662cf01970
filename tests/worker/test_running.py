"""A worker that is told to stop lets running steps finish."""

import asyncio
import os
from datetime import timedelta
from uuid import uuid4

from temporalio.client import Client
from temporalio.worker import Worker

from tests.worker.examples import FINISHED, STARTED, Slow, slow
from worker.registry import Registration
from worker.running import Limits, limits_of, worker_of
from worker.settings import WorkerSettings
from workflows.ids import DOCUMENTS_QUEUE, LEDGER_QUEUE


def _worker(client: Client, queue: str) -> Worker:
    registration = Registration(queue, [Slow], [slow])
    return worker_of(client, registration, Limits(threads=2, grace=timedelta(seconds=5)))


def test_documents_are_read_one_for_each_core() -> None:
    """A reader is a process that costs a core and memory (BOUNDED); a transaction is not."""
    told = {"database_url": "postgresql://x", "blob_url": "file:///x", "worker_threads": 150}
    many = WorkerSettings.model_validate(told)
    few = WorkerSettings.model_validate({**told, "worker_readers": 3})

    assert limits_of(LEDGER_QUEUE, many).threads == 150
    assert 1 <= limits_of(DOCUMENTS_QUEUE, many).threads <= (os.cpu_count() or 1)
    assert limits_of(DOCUMENTS_QUEUE, few).threads == 3


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
