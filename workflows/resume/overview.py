"""What runs, waits and broke, as Temporal tells it: for whoever runs the service."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

import structlog
from temporalio.api.common import v1 as common
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeTaskQueueResponse,
    GetWorkflowExecutionHistoryReverseRequest,
)
from temporalio.client import WorkflowExecution, WorkflowFailureError
from temporalio.service import RPCError, RPCStatusCode

from domain.logs import way_of
from workflows.resume.steps import Resumed
from workflows.shared.client import ProcessClient, ProcessUnavailable
from workflows.shared.failures import kind_of
from workflows.shared.ids import (
    DOCUMENTS_QUEUE,
    LEDGER_QUEUE,
    PROCESS,
    STUCK_BY,
    STUCK_SINCE,
    Process,
)

MOST = 500
"""Stuck processes that are looked at; of more than these it is told that there are more."""
MOST_FAILED = 20
MOST_AT_WORK = 50
"""Processes that are asked what their step waits for: of the first 500, the oldest."""
_PATIENCE = 4.0
"""Seconds for a question about one process: who does not answer it hides no other."""
_HISTORY_PATIENCE = 2.0
"""Seconds for since when: the class of the error is known by then, and is told in any case."""
_PART_PATIENCE = 8.0
"""Seconds for one part, below the deadline of all."""
_EVENTS_AT_ONCE = 100
_LATELY = timedelta(days=1)
_AT_ONCE = timedelta(minutes=1)
"""So long no machine needs for most of what it does."""
_ALIVE = timedelta(minutes=2)
"""A worker asks for work every minute."""
_TYPES = (
    TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
)
STUCK = 'ExecutionStatus = "Running" AND BelegflussStuckSince IS NOT NULL'
"""Query of the Temporal UI that finds what is stuck."""


_log = structlog.get_logger("workflows.resume.overview")
_Told = TypeVar("_Told")
AT_WORK = """ExecutionStatus = "Running" AND BelegflussStuckSince IS NULL AND (
    BelegflussProcess IN ("mail", "mailbox", "reading", "statement", "letter")
    OR BelegflussProcess = "intake" AND BelegflussStage IN
        ("received", "reading", "matching", "checking", "posting"))"""
"""Query of what waits for no person."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Tasks that wait for a worker of one queue, and how long the oldest of them does."""

    name: str
    waiting: int
    oldest: timedelta


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that asks for work, its build if it has a name, and when it asked last."""

    queue: str
    identity: str
    build: str
    seen_at: datetime


class How(StrEnum):
    """What became of a process: it hangs, it has ended, or could not be asked."""

    STUCK = "stuck"
    ENDED = "ended"
    UNTOLD = "untold"


class Part(StrEnum):
    """What is asked by itself."""

    QUEUES = "queues"
    RUNNING = "running"
    STUCK = "stuck"
    STEPS = "steps"
    FAILED = "failed"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Failures:
    """Processes of one kind that one class of error holds up, or has ended.

    Of those that could not be asked (`How.UNTOLD`) it is the class with which the asking failed.
    """

    process: str
    kind: str
    count: int
    since: datetime
    how: How


@dataclass(frozen=True, slots=True)
class LastResume:
    """The last resumption that ended."""

    at: datetime
    found: Resumed


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it, as of about one instant.

    `untold` names the parts that could not be asked, each with the class of the error; they are
    empty here.
    """

    queues: Sequence[Queue]
    workers: Sequence[Worker]
    running: dict[str, int]
    failures: Sequence[Failures]
    more_stuck: bool
    more_failed: bool
    last: LastResume | None
    untold: Mapping[Part, str]


@dataclass(frozen=True, slots=True)
class _Seen:
    """One process that does not go on, by which class of error, and since when."""

    process: str
    kind: str
    since: datetime
    how: How


class Operations(ProcessClient):
    """Asks Temporal on behalf of whoever runs the service."""

    async def overview(self, now: datetime) -> Overview:
        """Look at everything at once; what cannot be asked hides nothing else.

        Raises Unavailable where Temporal is away.
        """
        untold: dict[Part, str] = {}
        async with self._bounded():
            queues, running, stuck, repeated, failed, last = await asyncio.gather(
                _part(untold, Part.QUEUES, self._queues(now)),
                _part(untold, Part.RUNNING, self._running()),
                _part(untold, Part.STUCK, _some(self._client.list_workflows(STUCK), MOST + 1)),
                _part(untold, Part.STEPS, self._repeated(now - _AT_ONCE)),
                _part(untold, Part.FAILED, self._failed(now - _LATELY)),
                _part(untold, Part.LAST, self._last()),
            )
        if len(untold) == len(Part):
            raise ProcessUnavailable
        steps, more_at_work = repeated or ([], False)
        stuck, failed = stuck or [], failed or []
        return Overview(
            queues=[queue for queue, _ in queues or ()],
            workers=[worker for _, workers in queues or () for worker in workers],
            running=running or {},
            failures=_grouped([*map(_stuck, stuck[:MOST]), *steps, *failed[:MOST_FAILED]]),
            more_stuck=len(stuck) > MOST or more_at_work,
            more_failed=len(failed) > MOST_FAILED,
            last=last,
            untold=untold,
        )

    async def _queues(self, now: datetime) -> list[tuple[Queue, list[Worker]]]:
        names = (LEDGER_QUEUE, DOCUMENTS_QUEUE)
        return await asyncio.gather(*(self._described(name, now) for name in names))

    async def _described(self, name: str, now: datetime) -> tuple[Queue, list[Worker]]:
        told = await asyncio.gather(*(self._asked(name, each) for each in _TYPES))
        waiting = sum(each.stats.approximate_backlog_count for each in told)
        ages = [each.stats.approximate_backlog_age.ToTimedelta() for each in told]
        seen: dict[str, Worker] = {}
        for poller in (poller for each in told for poller in each.pollers):
            worker = _worker(name, poller)
            before = seen.get(worker.identity)
            is_newest = before is None or before.seen_at < worker.seen_at
            if is_newest and now - worker.seen_at < _ALIVE:
                seen[worker.identity] = worker
        return Queue(name, waiting, max(ages)), sorted(seen.values(), key=lambda w: w.identity)

    async def _asked(self, name: str, kind: TaskQueueType.ValueType) -> DescribeTaskQueueResponse:
        request = DescribeTaskQueueRequest(
            namespace=self._client.namespace,
            task_queue=TaskQueue(name=name),
            task_queue_type=kind,
            report_stats=True,
        )
        return await self._client.workflow_service.describe_task_queue(request)

    async def _running(self) -> dict[str, int]:
        """How many processes of each kind are at work."""
        counts = await asyncio.gather(
            *(
                self._client.count_workflows(
                    f'ExecutionStatus = "Running" AND {PROCESS.name} = "{each}"'
                )
                for each in Process
            )
        )
        return {str(each): told.count for each, told in zip(Process, counts, strict=True)}

    async def _repeated(self, before: datetime) -> tuple[list[_Seen], bool]:
        """What began before then, and a step of which failed and is tried again by Temporal itself.

        Its process cannot tell: it hears of the step when that has ended. And whether there is more
        at work than was asked: the oldest are.
        """
        query = f'{AT_WORK} AND StartTime < "{before.isoformat()}"'
        at_work = await _some(self._client.list_workflows(query), MOST)
        found = at_work[-MOST_AT_WORK:]
        seen = await asyncio.gather(*(self._repeats(each) for each in found))
        return [each for each in seen if each is not None], len(at_work) > MOST_AT_WORK

    async def _repeats(self, each: WorkflowExecution) -> _Seen | None:
        """By which class of error, and since when, a step of a process hangs; None: none does."""
        process = _process_of(each)
        try:
            async with asyncio.timeout(_PATIENCE):
                told = await self._failing_step(each)
        except Exception as error:  # noqa: BLE001 - it is told with the others
            if isinstance(error, RPCError) and error.status is RPCStatusCode.NOT_FOUND:
                return None
            _note("step", error)
            return _Seen(process, _class_of(error), each.start_time, How.UNTOLD)
        if told is None:
            return None
        kind, step = told
        return _Seen(process, kind, await self._since(each, step), How.STUCK)

    async def _since(self, each: WorkflowExecution, step: str) -> datetime:
        """When a step was asked for; where its history does not tell in time, when all began."""
        try:
            async with asyncio.timeout(_HISTORY_PATIENCE):
                return await self._asked_at(each, step)
        except (TimeoutError, RPCError) as error:
            _note("since", error)
            return each.start_time

    async def _failing_step(self, each: WorkflowExecution) -> tuple[str, str] | None:
        """Class of the error with which a step failed last, and which step of the history it is."""
        told = await self._client.get_workflow_handle(each.id, run_id=each.run_id).describe()
        for step in told.raw_description.pending_activities:
            if step.HasField("last_failure"):
                failure = await self._client.data_converter.decode_failure(step.last_failure)
                return kind_of(failure), step.activity_id
        return None

    async def _asked_at(self, each: WorkflowExecution, step: str) -> datetime:
        """When a step was asked for: a pending one tells of its last attempt only."""
        request = GetWorkflowExecutionHistoryReverseRequest(
            namespace=self._client.namespace,
            execution=common.WorkflowExecution(workflow_id=each.id, run_id=each.run_id),
            maximum_page_size=_EVENTS_AT_ONCE,
        )
        while True:
            service = self._client.workflow_service
            told = await service.get_workflow_execution_history_reverse(request)
            for event in told.history.events:
                if event.activity_task_scheduled_event_attributes.activity_id == step:
                    return event.event_time.ToDatetime(tzinfo=UTC)
            if not told.next_page_token:
                return each.start_time
            request.next_page_token = told.next_page_token

    async def _failed(self, since: datetime) -> list[_Seen]:
        """What failed since then, the newest first, with the class of the error that ended it."""
        query = f'ExecutionStatus = "Failed" AND CloseTime > "{since.isoformat()}"'
        found = await _some(self._client.list_workflows(query), MOST_FAILED + 1)
        return await asyncio.gather(*(self._ended(each) for each in found))

    async def _ended(self, each: WorkflowExecution) -> _Seen:
        """By which class of error, and when, a process ended."""
        process, at = _process_of(each), each.close_time or each.start_time
        handle = self._client.get_workflow_handle(each.id, run_id=each.run_id)
        try:
            async with asyncio.timeout(_PATIENCE):
                await handle.result(follow_runs=False)
        except WorkflowFailureError as error:
            return _Seen(process, kind_of(error.cause), at, How.ENDED)
        except Exception as error:  # noqa: BLE001 - it is told with the others
            _note("end", error)
            return _Seen(process, _class_of(error), at, How.UNTOLD)
        return _Seen(process, "?", at, How.ENDED)

    async def _last(self) -> LastResume | None:
        query = 'WorkflowType = "Resume" AND ExecutionStatus = "Completed"'
        for each in await _some(self._client.list_workflows(query), 1):
            found: Resumed = await self._client.get_workflow_handle(
                each.id, run_id=each.run_id, result_type=Resumed
            ).result()
            return LastResume(each.close_time or each.start_time, found)
        return None


async def _some(found: AsyncIterator[WorkflowExecution], most: int) -> list[WorkflowExecution]:
    """The first of them, no more than these."""
    taken: list[WorkflowExecution] = []
    async for each in found:
        taken.append(each)
        if len(taken) == most:
            break
    return taken


async def _part(untold: dict[Part, str], part: Part, asked: Awaitable[_Told]) -> _Told | None:
    """What was asked; None and a note where it cannot be told."""
    try:
        async with asyncio.timeout(_PART_PATIENCE):
            return await asked
    except Exception as error:  # noqa: BLE001 - it is told instead of the part
        _note(part, error)
        untold[part] = _class_of(error)
        return None


def _note(asked: str, error: Exception) -> None:
    """Log what could not be asked: by which class, and where."""
    _log.warning("not told", asked=str(asked), kind=_class_of(error), way=way_of(error))


def _class_of(error: Exception) -> str:
    """Class of an error in asking; its words may be those of a server."""
    status = f" {error.status.name}" if isinstance(error, RPCError) else ""
    return f"{type(error).__name__}{status}"


def _worker(queue: str, poller: PollerInfo) -> Worker:
    build = poller.deployment_options.build_id or poller.worker_version_capabilities.build_id
    seen_at = poller.last_access_time.ToDatetime(tzinfo=UTC)
    return Worker(queue, poller.identity, build, seen_at)


def _process_of(each: WorkflowExecution) -> str:
    return each.typed_search_attributes.get(PROCESS) or each.workflow_type


def _stuck(each: WorkflowExecution) -> _Seen:
    known = each.typed_search_attributes
    since = known.get(STUCK_SINCE) or each.start_time
    return _Seen(_process_of(each), known.get(STUCK_BY) or "?", since, How.STUCK)


def _grouped(seen: Sequence[_Seen]) -> list[Failures]:
    """By process, class and what became of them, the most of them first; the earliest instant."""
    counts = Counter((each.how, each.process, each.kind) for each in seen)
    since = {
        key: min(each.since for each in seen if (each.how, each.process, each.kind) == key)
        for key in counts
    }
    return [
        Failures(process, kind, count, since[how, process, kind], how)
        for (how, process, kind), count in counts.most_common()
    ]
