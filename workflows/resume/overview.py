"""What runs, waits and broke, as Temporal tells it: for whoever runs the service."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, DescribeTaskQueueResponse
from temporalio.client import Client, WorkflowExecution, WorkflowFailureError
from temporalio.service import RPCError, RPCStatusCode

from workflows.resume.steps import Resumed
from workflows.shared.client import ProcessClient
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


@dataclass(frozen=True, slots=True)
class Failures:
    """Processes of one kind that one class of error holds up, or has ended."""

    process: str
    kind: str
    count: int
    since: datetime
    has_ended: bool


@dataclass(frozen=True, slots=True)
class LastResume:
    """The last resumption that ended."""

    at: datetime
    found: Resumed


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it, as of about one instant."""

    queues: Sequence[Queue]
    workers: Sequence[Worker]
    running: dict[str, int]
    failures: Sequence[Failures]
    more_stuck: bool
    more_failed: bool
    last: LastResume | None


class Operations(ProcessClient):
    """Asks Temporal on behalf of whoever runs the service."""

    async def overview(self, now: datetime) -> Overview:
        """Look at everything at once. Raises Unavailable where Temporal is away."""
        names = (LEDGER_QUEUE, DOCUMENTS_QUEUE)
        async with self._bounded():
            described, running, stuck, repeated, failed, last = await asyncio.gather(
                asyncio.gather(*(self._described(name, now) for name in names)),
                self._running(),
                _some(self._client.list_workflows(STUCK), MOST + 1),
                self._repeated(now - _AT_ONCE),
                self._failed(now - _LATELY),
                self._last(),
            )
        return Overview(
            queues=[queue for queue, _ in described],
            workers=[worker for _, workers in described for worker in workers],
            running=running,
            failures=[
                *_stuck(stuck[:MOST]),
                *_grouped(repeated[0], has_ended=False),
                *_ended(failed[:MOST_FAILED]),
            ],
            more_stuck=len(stuck) > MOST or repeated[1],
            more_failed=len(failed) > MOST_FAILED,
            last=last,
        )

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

    async def _repeated(
        self, before: datetime
    ) -> tuple[list[tuple[tuple[str, str], datetime]], bool]:
        """What began before then, and a step of which failed and is tried again by Temporal itself.

        Its process cannot tell: it hears of the step when that has ended. And whether there is more
        at work than was asked: the oldest are.
        """
        query = f'{AT_WORK} AND StartTime < "{before.isoformat()}"'
        at_work = await _some(self._client.list_workflows(query), MOST)
        found = at_work[-MOST_AT_WORK:]
        kinds = await asyncio.gather(*(self._repeats(each) for each in found))
        repeated = [
            ((_process_of(each), kind), each.start_time)
            for each, kind in zip(found, kinds, strict=True)
            if kind is not None
        ]
        return repeated, len(at_work) > MOST_AT_WORK

    async def _repeats(self, each: WorkflowExecution) -> str | None:
        """Class of the error with which a step of a process failed last; None: none did."""
        try:
            told = await self._client.get_workflow_handle(each.id, run_id=each.run_id).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise
        for step in told.raw_description.pending_activities:
            if step.HasField("last_failure"):
                converter = self._client.data_converter
                return kind_of(await converter.decode_failure(step.last_failure))
        return None

    async def _failed(self, since: datetime) -> list[tuple[WorkflowExecution, str]]:
        """What failed since then, the newest first, with the class of the error that ended it."""
        query = f'ExecutionStatus = "Failed" AND CloseTime > "{since.isoformat()}"'
        found = await _some(self._client.list_workflows(query), MOST_FAILED + 1)
        kinds = await asyncio.gather(*(_kind(self._client, each) for each in found))
        return list(zip(found, kinds, strict=True))

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


async def _kind(client: Client, failed: WorkflowExecution) -> str:
    try:
        await client.get_workflow_handle(failed.id, run_id=failed.run_id).result(follow_runs=False)
    except WorkflowFailureError as error:
        return kind_of(error.cause)
    return "?"


def _worker(queue: str, poller: PollerInfo) -> Worker:
    build = poller.deployment_options.build_id or poller.worker_version_capabilities.build_id
    seen_at = poller.last_access_time.ToDatetime(tzinfo=UTC)
    return Worker(queue, poller.identity, build, seen_at)


def _process_of(each: WorkflowExecution) -> str:
    return each.typed_search_attributes.get(PROCESS) or each.workflow_type


def _stuck(found: Sequence[WorkflowExecution]) -> list[Failures]:
    told = [
        (
            (_process_of(each), each.typed_search_attributes.get(STUCK_BY) or "?"),
            each.typed_search_attributes.get(STUCK_SINCE) or each.start_time,
        )
        for each in found
    ]
    return _grouped(told, has_ended=False)


def _ended(found: Sequence[tuple[WorkflowExecution, str]]) -> list[Failures]:
    told = [((_process_of(each), kind), each.close_time or each.start_time) for each, kind in found]
    return _grouped(told, has_ended=True)


def _grouped(
    told: Sequence[tuple[tuple[str, str], datetime]], *, has_ended: bool
) -> list[Failures]:
    """By process and class, the most of them first; `since` is the earliest."""
    counts = Counter(key for key, _ in told)
    return [
        Failures(*key, count, min(at for other, at in told if other == key), has_ended)
        for key, count in counts.most_common()
    ]
