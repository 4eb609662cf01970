"""A lane of its own for what nobody has logged in for: bounded, and left free by all others.

Passwords are hashed on purpose slowly. In the pool that reads the books, guests would stand before
those who are known; here they stand behind each other, and who finds the lane full is told so at
once.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Request

from domain.errors import Unavailable

_WAITING_FOR_EACH = 4
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
        self._threads = CapacityLimiter(at_once)

    async def run(self, act: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> _T:
        """Act in a thread of the lane. Raises LoginsBusy."""
        if self._inside >= self._most:
            raise LoginsBusy
        self._inside += 1
        try:
            return await to_thread.run_sync(lambda: act(*args, **named), limiter=self._threads)
        finally:
            self._inside -= 1


def guests(request: Request) -> Lane:
    """The lane of this process for people who are not known yet."""
    lane: Lane = request.app.state.guests
    return lane
