"""The schedule of the resumption, and an order for one at once."""

from contextlib import suppress
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)
from temporalio.common import WorkflowIDConflictPolicy

from workflows.resume.steps import Resumed
from workflows.resume.workflow import Resume
from workflows.shared.client import ProcessClient
from workflows.shared.ids import LEDGER_QUEUE

SCHEDULE_ID = "belegfluss-resume"
EVERY = timedelta(minutes=5)
_PATIENCE = timedelta(minutes=10)
"""So long an order waits: all that a lost store has left behind is started one by one."""
_SUMMARY = "Starts what is open and has no process"


async def keep_schedule(client: Client, every: timedelta = EVERY) -> None:
    """Make the schedule where it is missing, as after a loss of Temporal's store, and run it."""
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(
            Resume.run, id="resume", task_queue=LEDGER_QUEUE, static_summary=_SUMMARY
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP),
    )
    with suppress(ScheduleAlreadyRunningError):
        await client.create_schedule(SCHEDULE_ID, schedule, trigger_immediately=True)


class Resumption(ProcessClient):
    """Orders a resumption without waiting for the schedule."""

    def __init__(self, client: Client, *, deadline: timedelta = _PATIENCE) -> None:
        super().__init__(client, deadline=deadline)

    async def now(self) -> Resumed:
        """Compare and start what is missing; one that is at work already is waited for."""
        async with self._bounded():
            handle = await self._client.start_workflow(
                Resume.run,
                id="resume/now",
                task_queue=LEDGER_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary=_SUMMARY,
            )
            return await handle.result()
