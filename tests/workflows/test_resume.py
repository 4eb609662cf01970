"""The resumption on real Temporal servers, its step in memory."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client

from deploy.stack import temporal as servers
from tests.workflows.resume_in_memory import ResumeInMemory
from tests.workflows.running import serving
from worker.registry import steps_of
from workflows.resume.client import SCHEDULE_ID, Resumption, keep_schedule
from workflows.resume.workflow import Resume
from workflows.shared.connection import TemporalServer, connect


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[Client]:
    """Run a server on which nobody else keeps the schedule."""
    with servers.started(tmp_path / "log", tmp_path / "temporal.db") as server:
        yield await connect(TemporalServer(server.address))


async def test_what_was_started_is_told(alone: Client) -> None:
    """By kind of process; the second time nothing is left."""
    async with serving(alone, [Resume], steps_of(ResumeInMemory())):
        first, second = [await Resumption(alone).now() for _ in range(2)]
    assert first.open == second.open == {"intake": 2, "payment-run": 1}
    assert (first.started, second.started) == ({"intake": 1}, {})


async def test_the_schedule_is_made_once_and_comes_again(alone: Client) -> None:
    """It runs at once when it is made; made again it stays what it is."""
    steps = ResumeInMemory()
    async with serving(alone, [Resume], steps_of(steps)):
        for _ in range(2):
            await keep_schedule(alone, every=timedelta(seconds=1))
        try:
            async with asyncio.timeout(90):
                while steps.calls < 2:  # noqa: ASYNC110 - until the schedule came again
                    await asyncio.sleep(0.1)
        finally:
            await alone.get_schedule_handle(SCHEDULE_ID).delete()
    assert steps.calls >= 2
