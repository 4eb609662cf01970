"""A step that says where it is, while somebody else tells that its process lives."""

import asyncio
import dataclasses
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.testing import ActivityEnvironment
from temporalio.worker import (
    ActivityInboundInterceptor,
    ActivityOutboundInterceptor,
    ExecuteActivityInput,
)

from worker.heartbeat import Heartbeat


class _Said(ActivityOutboundInterceptor):
    """Keeps every heartbeat that would reach the server."""

    def __init__(self) -> None:
        self.beats: list[tuple[Any, ...]] = []

    def heartbeat(self, *details: Any) -> None:
        """Note it."""
        self.beats.append(details)


class _Reading(ActivityInboundInterceptor):
    """A step that tells its page once and then works for a while."""

    def __init__(self, said: _Said) -> None:
        """Look at what is said; nothing lies beneath."""
        self._said = said

    def init(self, outbound: ActivityOutboundInterceptor) -> None:
        """Keep the way out that the step is given."""
        self._out = outbound

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        """Tell, and wait for several beats."""
        await self._beaten(1)
        self._out.heartbeat("page", 3)
        await self._beaten(len(self._said.beats) + 2)

    async def _beaten(self, times: int) -> None:
        async with asyncio.timeout(60):
            while len(self._said.beats) < times:  # noqa: ASYNC110 - the beat is no event
                await asyncio.sleep(0.01)


async def test_what_a_step_said_last_outlives_the_bare_heartbeats() -> None:
    """They repeat it: details that are not sent again are gone for whoever looks."""
    said, environment = _Said(), ActivityEnvironment()
    environment.info = dataclasses.replace(
        environment.info, heartbeat_timeout=timedelta(milliseconds=80)
    )
    steps = Heartbeat().intercept_activity(_Reading(said))
    steps.init(said)
    nothing: Mapping[str, Any] = {}
    await environment.run(
        steps.execute_activity, ExecuteActivityInput(activity.info, [], None, nothing)
    )

    told = said.beats.index(("page", 3))
    assert told > 0
    assert set(said.beats[:told]) == {()}
    assert len(said.beats[told:]) > 2
    assert set(said.beats[told:]) == {("page", 3)}
