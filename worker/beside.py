"""What a worker does beside its steps: again and again, whatever breaks meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog
from prometheus_client import Counter
from temporalio.service import RPCError

from domain.database.outages import is_away
from domain.errors import Unavailable
from domain.logs import way_of

_LONGEST_PAUSE = 10.0  # seconds, unless the pause itself is longer
_MOST_DOUBLINGS = 8
_BROKE = Counter(
    "belegfluss_beside_broke", "Work beside the steps that broke, outages apart", ["what"]
)
log = structlog.get_logger("worker.beside")


@asynccontextmanager
async def repeated(
    what: str, act: Callable[[], Awaitable[bool]], pause: float
) -> AsyncIterator[None]:
    """Act while the block runs; where `act` says that there is more, go on at once.

    What breaks is told and tried again, later each time: whoever lives on without it would be seen
    by nobody. An act that is under way at the end of the block may finish.
    """
    stopping = asyncio.Event()
    _BROKE.labels(what)  # served as 0 from now on: what is counted for the first time is seen
    acting = asyncio.create_task(_again(what, act, pause, stopping))
    try:
        yield
    finally:
        stopping.set()
        await acting


async def _again(
    what: str, act: Callable[[], Awaitable[bool]], pause: float, stopping: asyncio.Event
) -> None:
    failures = 0
    while not stopping.is_set():
        try:
            is_more = await act()
        except Exception as error:  # noqa: BLE001 - told; the next time may go well
            tell(what, error)
            is_more, failures = False, min(failures + 1, _MOST_DOUBLINGS)
        else:
            failures = 0
        if not is_more:
            patience = min(pause * 2**failures, max(pause, _LONGEST_PAUSE))
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), patience)


def tell(what: str, error: Exception) -> None:
    """Log what kept work from being done: an outage in one line, anything else with its place."""
    kind = type(error).__name__
    if isinstance(error, RPCError):
        log.warning("Temporal refused", what=what, kind=error.status.name, reason=error.message)
    elif isinstance(error, Unavailable) or is_away(error):
        log.warning("waits", what=what, kind=kind)
    else:
        _BROKE.labels(what).inc()
        log.error("broke", what=what, kind=kind, way=way_of(error))
