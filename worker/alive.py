"""Tells Temporal that this process still works on a step, so that its death is seen at once."""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.worker import (
    ActivityInboundInterceptor,
    ActivityOutboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

_BEATS_PER_TIMEOUT = 4


class Alive(Interceptor):
    """Heartbeats for every step that has a heartbeat timeout, as long as its process lives.

    A step that hangs ends by its own time limit; a process that is killed is noticed after
    the heartbeat timeout, and another takes the step over.
    """

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 - named by the SDK
        """Put the heartbeat around each step."""
        return _Beating(next)


class _Beating(ActivityInboundInterceptor):
    def init(self, outbound: ActivityOutboundInterceptor) -> None:
        self._outbound = outbound
        super().init(outbound)

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - named by the SDK
        timeout = activity.info().heartbeat_timeout
        if timeout is None or activity.info().is_local:
            return await super().execute_activity(input)
        beating = asyncio.create_task(self._beat(timeout / _BEATS_PER_TIMEOUT))
        try:
            return await super().execute_activity(input)
        finally:
            beating.cancel()

    async def _beat(self, pause: timedelta) -> None:
        while True:
            self._outbound.heartbeat()
            await asyncio.sleep(pause.total_seconds())
