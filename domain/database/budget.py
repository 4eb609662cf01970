"""How long a step may take: what it waits for in the database ends before the step does.

A step that is over its time is tried again. Its first attempt must have ended by then, or must at
least change nothing any more: waiting for a lock < a statement < the step.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from time import monotonic_ns

from domain.errors import Unavailable

LONGEST_LOCK = timedelta(seconds=10)
"""So long anybody waits for a lock."""
LONGEST_STATEMENT = timedelta(seconds=30)
"""So long a statement may take, unless it is said otherwise."""
_SHORTEST_MS = 50
_END: ContextVar[tuple[int, int] | None] = ContextVar("end", default=None)


class StepTooLate(Unavailable):
    """The time of the step is over before it was done; the next attempt has its own."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__("The step took too long; it is tried again.", retry_after=2)


@contextmanager
def limited(budget: timedelta, lock: timedelta = LONGEST_LOCK) -> Iterator[None]:
    """Limit transactions that begin in the block to what is left of the budget.

    None of them waits longer than `lock` for a lock.
    """
    token = _END.set((monotonic_ns() + _ms(budget) * 1_000_000, _ms(lock)))
    try:
        yield
    finally:
        _END.reset(token)


def limits() -> tuple[int, int, int] | None:
    """Milliseconds for a lock, a statement and a transaction; None where nothing limits them.

    Raises StepTooLate when nothing is left.
    """
    end = _END.get()
    if end is None:
        return None
    left = check_left()
    lock = min(end[1], left * 2 // 5)
    return lock, min(_ms(LONGEST_STATEMENT), left * 4 // 5), left


def check_left() -> int:
    """Milliseconds that are left. Raises StepTooLate; where nothing limits them, there is a lot."""
    end = _END.get()
    if end is None:
        return _ms(LONGEST_STATEMENT)
    left = (end[0] - monotonic_ns()) // 1_000_000
    if left < _SHORTEST_MS:
        raise StepTooLate
    return left


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)
