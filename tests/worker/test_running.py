"""A worker that is told to stop lets running steps finish."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from temporalio.client import Client
from temporalio.worker import Worker

from tests.worker.examples import FINISHED, STARTED, Limited, Slow, limited, slow
from worker.memory import cached_in, memory_limit
from worker.registry import Registration
from worker.running import Limits, limits_of, worker_of
from worker.settings import WorkerSettings
from workflows.shared.ids import DOCUMENTS_QUEUE, LEDGER_QUEUE
from workflows.shared.options import ATTEMPT_LOCAL, WRITE


def _worker(client: Client, queue: str) -> Worker:
    registration = Registration(queue, [Slow, Limited], [slow, limited])
    return worker_of(client, registration, Limits(threads=2, grace=timedelta(seconds=60)))


def test_documents_are_read_one_for_each_core() -> None:
    """A reader is a process that costs a core and memory (BOUNDED); a transaction is not."""
    told = {"database_url": "postgresql://x", "blob_url": "file:///x", "worker_threads": 150}
    many = WorkerSettings.model_validate(told)
    few = WorkerSettings.model_validate({**told, "worker_readers": 3})

    assert limits_of(LEDGER_QUEUE, many).threads == 150
    assert 1 <= limits_of(DOCUMENTS_QUEUE, many).threads <= (os.cpu_count() or 1)
    assert limits_of(DOCUMENTS_QUEUE, few).threads == 3


def test_a_worker_keeps_what_its_container_has_room_for(tmp_path: Path) -> None:
    """The limit of the container, if it has one, and never more than the machine."""
    machine = memory_limit(())
    limit, away = tmp_path / "memory.max", tmp_path / "away"
    told = {"268435456\n": 268435456, "max\n": machine, "9223372036854771712\n": machine}
    for text, bytes_ in told.items():
        limit.write_text(text)
        assert memory_limit((away, limit)) == bytes_

    assert cached_in(268435456) < cached_in(536870912) < cached_in(2**40)
    assert cached_in(536870912) * 350_000 < 536870912 / 2
    assert cached_in(0) > 0


async def test_a_running_step_finishes_once(temporal: Client) -> None:
    """The step that was at work when the stop came is done, and not done again."""
    STARTED.clear()
    FINISHED.clear()
    queue = f"slow-{uuid4()}"
    async with _worker(temporal, queue):
        handle = await temporal.start_workflow(Slow.run, id=queue, task_queue=queue)
        assert await asyncio.to_thread(STARTED.wait, 60)
    async with _worker(temporal, queue):
        result = await handle.result()

    assert result == "done"
    assert FINISHED == ["done"]


async def test_transactions_of_a_step_end_before_it(temporal: Client) -> None:
    """In a workflow task they wait two seconds for a lock, outside of it ten."""
    queue = f"limited-{uuid4()}"
    async with _worker(temporal, queue):
        inside, outside = await temporal.execute_workflow(Limited.run, id=queue, task_queue=queue)

    assert inside
    assert outside
    for found, longest in ((inside, ATTEMPT_LOCAL), (outside, WRITE)):
        lock, statement, transaction = found
        assert lock < statement < transaction
        assert transaction <= longest["start_to_close_timeout"] / timedelta(milliseconds=1)
    assert inside[0] <= 2000 < outside[0] <= 10_000
