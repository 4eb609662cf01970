"""A lane of its own for what nobody has logged in for: bounded, and left free by all others.

Passwords are hashed on purpose slowly. In the pool that reads the books, guests would stand before
those who are known; here they stand behind each other, and who finds the lane full is turned away.
Who is turned away hears so after a moment: a machine that asks again and again, as fast as it is
refused, would otherwise keep the door itself busy.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Request

from domain.access.throttle_store import RateLimited
from domain.errors import Unavailable

_WAITING_FOR_EACH = 4
_MOMENT = 1  # second until a refusal is told
_MOST_HELD = 1000  # who comes beyond them is told at once: what waits takes memory
_P = ParamSpec("_P")
_T = TypeVar("_T")


class LoginsBusy(Unavailable):
    """Too many people log in, or set a password, at once."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__("Too many logins at once; try again.", retry_after=2)


class Lane:
    """Some threads, and a queue before them that has an end."""

    def __init__(self, at_once: int) -> None:
        self._most = at_once * (1 + _WAITING_FOR_EACH)
        self._inside = 0
        self._held = 0
        self._threads = CapacityLimiter(at_once)

    async def run(self, act: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> _T:
        """Act in a thread of the lane. Raises LoginsBusy, and what `act` raises."""
        async with self._told_late():
            if self._inside >= self._most:
                raise LoginsBusy
            self._inside += 1
            try:
                return await to_thread.run_sync(lambda: act(*args, **named), limiter=self._threads)
            finally:
                self._inside -= 1

    @asynccontextmanager
    async def _told_late(self) -> AsyncIterator[None]:
        try:
            yield
        except (LoginsBusy, RateLimited):
            if self._held < _MOST_HELD:
                self._held += 1
                try:
                    await _hold(_MOMENT)
                finally:
                    self._held -= 1
            raise


async def _hold(seconds: int) -> None:
    await asyncio.sleep(seconds)


def guests(request: Request) -> Lane:
    """The lane of this process for people who are not known yet."""
    lane: Lane = request.app.state.guests
    return lane
