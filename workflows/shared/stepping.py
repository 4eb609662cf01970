"""How a process has its steps done: an outage is waited for, and who cancels a process is heard.

A process that somebody cancels ends when the orders under way have ended. What it was about is open
in the database as before: the next order or the resumption starts it again (ALIVE).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from domain.errors import StepBroke, Unavailable
from workflows.shared.failures import STEP_FAILED, is_outage, kind_of, refusal_in
from workflows.shared.ids import STUCK_BY, STUCK_SINCE
from workflows.shared.options import ATTEMPT_LOCAL, PATIENCE, WRITE, EndingOptions, StepOptions

_PAUSE, _LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=1)
_Given = TypeVar("_Given")
_Answer = TypeVar("_Answer")


class ProcessStopped(Unavailable):
    """Somebody cancelled the process while the order waited; given again, it starts another."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__(
            "An operator stopped the process before this was done; ask again.", retry_after=2
        )


@asynccontextmanager
async def orders_end_first() -> AsyncIterator[None]:
    """Around the life of a process: cancelled, or failed, it ends after the orders under way."""
    try:
        yield
    except (Exception, asyncio.CancelledError) as error:
        if is_cancelled_exception(error) or isinstance(error, STEP_FAILED):
            await workflow.wait_condition(workflow.all_handlers_finished)
        raise


def is_stopping() -> bool:
    """Whether somebody asked that this process ends."""
    return workflow.cancellation_reason() is not None


async def locally(
    step: Callable[[Any, _Given], _Answer], given: _Given, options: StepOptions = ATTEMPT_LOCAL
) -> _Answer:
    """Have a short step done within the task; an outage is waited for, but not for ever.

    The waiting is the process's, with timers: no task of it is kept at work meanwhile. Raises the
    refusal or the accident of the step, the outage after PATIENCE, ProcessStopped.
    """
    end, pause = workflow.now() + PATIENCE, _PAUSE
    while True:
        try:
            answer = await workflow.execute_local_activity_method(step, given, **options)
        except STEP_FAILED as error:
            if not is_outage(error):
                raise
            if is_stopping():
                raise ProcessStopped from error
            if workflow.now() + pause > end:
                tell(f"Given up after {PATIENCE}: {kind_of(error)}")
                raise
            is_stuck(error)
        else:
            goes_on()
            return answer
        with suppress(TimeoutError):
            await workflow.wait_condition(is_stopping, timeout=pause, timeout_summary="outage")
        pause = min(2 * pause, _LONGEST_PAUSE)


async def at_length(
    step: Callable[[Any, _Given], _Answer], given: _Given, options: EndingOptions = WRITE
) -> _Answer:
    """Have a longer step done for an order; after PATIENCE what it fails with is told.

    Raises the refusal or the outage behind the step; StepBroke for anything else.
    """
    try:
        return await workflow.execute_activity_method(step, given, **options)
    except ActivityError as error:
        if is_cancelled_exception(error) or refusal_in(error) is not None:
            raise
        tell(f"Given up after {PATIENCE}: {kind_of(error)}")
        raise StepBroke(kind_of(error)) from error


def stand(standing: str) -> None:
    """Say in Temporal's UI where the process stands, and since when it was seen there."""
    said, _, _ = workflow.get_current_details().partition(_NOTE)
    if not said.startswith(f"{standing}{_SINCE}"):
        said = f"{standing}{_SINCE}{workflow.now():{_MINUTE}} UTC"
    workflow.set_current_details(said)


def tell(what: str) -> None:
    """Say, below where the process stands, why it does not go on."""
    said, _, _ = workflow.get_current_details().partition(_NOTE)
    workflow.set_current_details(f"{said}{_NOTE}{what} ({workflow.now():{_MINUTE}} UTC)")


def is_stuck(error: BaseException) -> None:
    """Say that the process does not go on, since when and by which class of error.

    Whoever runs the service finds it by BelegflussStuckSince and BelegflussStuckBy.
    """
    kind, known = kind_of(error), workflow.info().typed_search_attributes
    since = known.get(STUCK_SINCE) or workflow.now()
    tell(f"Stuck since {since:{_MINUTE}} UTC by {kind}; last tried")
    is_news = (known.get(STUCK_SINCE), known.get(STUCK_BY)) != (since, kind)
    if is_news and workflow.patched(_MARKED):
        workflow.upsert_search_attributes([STUCK_SINCE.value_set(since), STUCK_BY.value_set(kind)])


def goes_on() -> None:
    """Take back that the process is stuck, if it was."""
    if workflow.info().typed_search_attributes.get(STUCK_SINCE) is not None:
        workflow.upsert_search_attributes([STUCK_SINCE.value_unset(), STUCK_BY.value_unset()])


_NOTE = "\n\nNote: "
_SINCE = "\n\nSeen so since "
_MINUTE = "%Y-%m-%d %H:%M"
_MARKED = "stuck-since"
