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


class Heartbeat(Interceptor):
    """Heartbeats for every step that has a heartbeat timeout, as long as its process lives.

    A step that hangs ends by its own time limit; a process that is killed is noticed after
    the heartbeat timeout, and another takes the step over.
    """

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 - named by the SDK
        """Put the heartbeat around each step."""
        return _Beating(next)


class _Beating(ActivityInboundInterceptor):
    def init(self, outbound: ActivityOutboundInterceptor) -> None:
        self._outbound = _Remembering(outbound)
        super().init(self._outbound)

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
            self._outbound.beat()
            await asyncio.sleep(pause.total_seconds())


class _Remembering(ActivityOutboundInterceptor):
    """Says again what the step last said of itself: a bare heartbeat would erase it."""

    def __init__(self, next: ActivityOutboundInterceptor) -> None:  # noqa: A002 - named by the SDK
        super().__init__(next)
        self._said: tuple[Any, ...] = ()

    def heartbeat(self, *details: Any) -> None:
        """Keep what the step says, and pass it on."""
        self._said = details
        super().heartbeat(*details)

    def beat(self) -> None:
        """Tell that the process lives, with what was said last."""
        super().heartbeat(*self._said)
