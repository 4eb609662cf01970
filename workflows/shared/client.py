"""What every sender shares: a deadline, and Temporal's errors in our words."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from temporalio.client import (
    Client,
    RPCTimeoutOrCancelledError,
    WithStartWorkflowOperation,
    WorkflowFailureError,
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import ApplicationError, CancelledError, TerminatedError
from temporalio.exceptions import TimeoutError as StepTimeout
from temporalio.service import RPCError, RPCStatusCode
from temporalio.workflow import UpdateMethodMultiParam

from domain.errors import DomainError, Unavailable
from domain.ids import derived_id
from workflows.shared.command import Command
from workflows.shared.failures import refusal_in
from workflows.shared.ids import ProcessId
from workflows.shared.stepping import ProcessStopped

DEADLINE = timedelta(seconds=10)
_ATTEMPTS = 3
_AT_ONCE = 1  # seconds; an outcome that comes sooner is one that Temporal kept
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.05, 0.5  # seconds
_AT_A_TIME = 4
_TURNS: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
"""Orders of one process that are given at a time. They take their turns in it anyway, and each one
beyond ten makes the server forget the task at which the others are being carried out.
"""
# Ten orders are under way, or (FAILED_PRECONDITION) a task of this process failed, or died so often
# that Temporal takes no order until the next one has had its turn.
_BUSY = {RPCStatusCode.RESOURCE_EXHAUSTED, RPCStatusCode.FAILED_PRECONDITION}
_AWAY = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.ABORTED,
    RPCStatusCode.UNKNOWN,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.DATA_LOSS,
    # What lets us in has expired, or a right was taken away: whoever runs the service mends it.
    RPCStatusCode.UNAUTHENTICATED,
    RPCStatusCode.PERMISSION_DENIED,
}
_CUT_OFF = "AcceptedUpdateCompletedWorkflow"  # the server's own words
# As above: of a namespace made anew, for a minute at most. A value that is too long, or of another
# type, is told of a search attribute as well, and is a mistake of ours.
_UNREGISTERED = re.compile(
    r"no mapping defined for search attribute|search attribute \S+ is not defined"
    r"|is not a valid search attribute"
)

_Answer = TypeVar("_Answer")


class ProcessUnavailable(Unavailable):
    """No worker answered in time, or Temporal is away; the same key finds the outcome later."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self, retry_after: int = 2) -> None:
        super().__init__("The process did not answer in time.", retry_after=retry_after)


class ProcessEnded(ProcessUnavailable):
    """The process ended while the order was on its way; the next try starts another."""

    code = "SERVICE_UNAVAILABLE"


class ProcessBusy(ProcessUnavailable):
    """The process takes no order just now; the next try may find it free."""

    code = "SERVICE_UNAVAILABLE"


class ProcessClient:
    """Base of the senders: one subclass for each workflow."""

    def __init__(self, client: Client, *, deadline: timedelta = DEADLINE) -> None:
        self._client = client
        self._deadline = deadline

    async def _give(
        self,
        update: UpdateMethodMultiParam[[Any, Any], _Answer],
        order: Any,
        command: Command,
        process: ProcessId,
        start: Callable[[], WithStartWorkflowOperation[Any, Any]],
    ) -> _Answer:
        """Give an order to a process, starting it where none is at work; wait for the answer.

        Where others are before it, it waits for its turn.
        """
        turns = _TURNS.setdefault(str(process), asyncio.Semaphore(_AT_A_TIME))
        sent = replace(order, command=command.sealed())
        async with self._bounded(), turns:
            return await self._give_again(update, sent, command, start)

    async def _give_again(
        self,
        update: UpdateMethodMultiParam[[Any, Any], _Answer],
        order: Any,
        command: Command,
        start: Callable[[], WithStartWorkflowOperation[Any, Any]],
    ) -> _Answer:
        """Give an order, again where the process was busy or had just ended.

        A process keeps what became of an id: an order that it gave up in an outage some time ago is
        given under the next one.
        """
        number, ended, pause = 0, 0, _SHORTEST_PAUSE
        while True:
            began = monotonic()
            try:
                async with self._bounded(operation := start()):
                    return await self._client.execute_update_with_start_workflow(
                        update,
                        order,
                        start_workflow_operation=operation,
                        id=update_id(command, number),
                    )
            except ProcessEnded:
                ended += 1
                if ended == _ATTEMPTS:
                    raise
            except ProcessBusy:
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            except Unavailable as told:
                if monotonic() - began > _AT_ONCE or not _is_outcome(told):
                    raise
                number += 1

    @asynccontextmanager
    async def _bounded(
        self, start: WithStartWorkflowOperation[Any, Any] | None = None
    ) -> AsyncIterator[None]:
        """Bound a call in time and raise what went wrong as a `DomainError`.

        A failed update-with-start leaves its error in the operation as well; unless `start`
        is given, asyncio complains that nobody took it.
        """
        if start is not None:
            asyncio.ensure_future(start.workflow_handle()).add_done_callback(_take)
        try:
            async with asyncio.timeout(self._deadline.total_seconds()):
                yield
        except DomainError:
            raise
        except Exception as error:
            told = _translated(error)
            if told is None:
                raise
            raise told from error


def _take(handle: asyncio.Future[Any]) -> None:
    if not handle.cancelled():
        handle.exception()


def update_id(command: Command, number: int = 0) -> str:
    """Id under which Temporal finds an update again.

    It names who asks and for what, so that a key used twice finds no one else's answer. `number`
    counts how often the order was given up in an outage.
    """
    asker = command.actor.user_id or command.actor.kind
    again = (number,) if number else ()
    return str(derived_id(command.operation, command.key, asker, command.request_hash, *again))


def _is_outcome(told: Unavailable) -> bool:
    """Whether a process has ended the order with it, rather than not answered."""
    return isinstance(told.__cause__, WorkflowUpdateFailedError) and not isinstance(
        told, ProcessEnded
    )


def _translated(error: Exception) -> DomainError | None:
    if isinstance(error, WorkflowUpdateFailedError | WorkflowFailureError):
        return refusal_in(error) or _cut_short(error)
    if isinstance(error, RPCError):
        return _translated_rpc(error)
    if isinstance(error, RPCTimeoutOrCancelledError | TimeoutError) or _is_unconnected(error):
        return ProcessUnavailable()
    return None


def _cut_short(error: BaseException) -> DomainError | None:
    """What to tell of a process that was ended from outside, by an operator or by Temporal."""
    cause = error.__cause__
    if isinstance(cause, ApplicationError):
        return ProcessEnded() if cause.type == _CUT_OFF else None
    while cause is not None:
        if isinstance(cause, CancelledError | TerminatedError):
            return ProcessStopped()
        if isinstance(cause, StepTimeout):
            return ProcessUnavailable()
        cause = cause.__cause__
    return None


def _translated_rpc(error: RPCError) -> DomainError | None:
    if error.status is RPCStatusCode.NOT_FOUND:
        return ProcessEnded()
    if error.status in _BUSY:
        return ProcessBusy()
    is_invalid = error.status is RPCStatusCode.INVALID_ARGUMENT
    is_made_anew = is_invalid and _UNREGISTERED.search(error.message.lower()) is not None
    return ProcessUnavailable() if error.status in _AWAY or is_made_anew else None


def _is_unconnected(error: Exception) -> bool:
    """Whether a lazy client could not connect; the SDK has no class for it."""
    return isinstance(error, RuntimeError) and "client connect" in str(error)
