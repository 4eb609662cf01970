"""What every sender shares: a deadline, and Temporal's errors in our words."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, TypeVar

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

from activities.stubs.command import Command
from domain.errors import DomainError, Unavailable
from domain.ids import derived_id
from workflows.failures import refusal_in

DEADLINE = timedelta(seconds=10)
_ATTEMPTS = 3
# Away, restarting, overloaded, or (FAILED_PRECONDITION) a worker that died over this process
# so often that Temporal takes no order for it until the next one has had its turn.
_AWAY = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.ABORTED,
    RPCStatusCode.FAILED_PRECONDITION,
    RPCStatusCode.UNKNOWN,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.DATA_LOSS,
}
_CUT_OFF = "AcceptedUpdateCompletedWorkflow"  # the server's own words

_Answer = TypeVar("_Answer")


class ProcessUnavailable(Unavailable):
    """No worker answered in time, or Temporal is away; the same key finds the outcome later."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self, retry_after: int = 2) -> None:
        super().__init__("The process did not answer in time.", retry_after=retry_after)


class ProcessEnded(ProcessUnavailable):
    """The process ended while the order was on its way; the next try starts another."""

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
        start: Callable[[], WithStartWorkflowOperation[Any, Any]],
    ) -> _Answer:
        """Give an order to a process, starting it where none is at work; wait for the answer."""
        for _ in range(_ATTEMPTS - 1):
            with suppress(ProcessEnded):
                return await self._give_once(update, order, command, start())
        return await self._give_once(update, order, command, start())

    async def _give_once(
        self,
        update: UpdateMethodMultiParam[[Any, Any], _Answer],
        order: Any,
        command: Command,
        start: WithStartWorkflowOperation[Any, Any],
    ) -> _Answer:
        async with self._answered(start):
            return await self._client.execute_update_with_start_workflow(
                update, order, start_workflow_operation=start, id=update_id(command)
            )

    @asynccontextmanager
    async def _answered(
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


def update_id(command: Command) -> str:
    """Id under which Temporal finds an update again.

    It names who asks and for what, so that a key used twice finds no one else's answer.
    """
    asker = command.actor.user_id or command.actor.kind
    return str(derived_id(command.operation, command.key, asker, command.request_hash))


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
        if isinstance(cause, CancelledError | TerminatedError | StepTimeout):
            return ProcessUnavailable()
        cause = cause.__cause__
    return None


def _translated_rpc(error: RPCError) -> DomainError | None:
    if error.status is RPCStatusCode.NOT_FOUND:
        return ProcessEnded()
    return ProcessUnavailable() if error.status in _AWAY else None


def _is_unconnected(error: Exception) -> bool:
    """Whether a lazy client could not connect; the SDK has no class for it."""
    return isinstance(error, RuntimeError) and "client connect" in str(error)
