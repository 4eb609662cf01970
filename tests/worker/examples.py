"""Workflows with a slow step and a limited one. The sandbox loads this file again."""

import threading
import time
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.common import RetryPolicy

from domain.database.budget import limits
from workflows.shared.options import ATTEMPT_LOCAL, WRITE

STARTED = threading.Event()
FINISHED: list[str] = []


@activity.defn(name="examples.slow", no_thread_cancel_exception=True)
def slow() -> str:
    """Take a second and a half, as a transaction on a bad day."""
    STARTED.set()
    time.sleep(1.5)
    FINISHED.append("done")
    return "done"


@activity.defn(name="examples.limited", no_thread_cancel_exception=True)
def limited() -> tuple[int, int, int] | None:
    """What a transaction of this step may take: for a lock, a statement, as a whole."""
    return limits()


@workflow.defn
class Limited:
    """One step twice: in the task, and outside of it."""

    @workflow.run
    async def run(self) -> list[tuple[int, int, int] | None]:
        """Ask both."""
        return [
            await workflow.execute_local_activity(limited, **ATTEMPT_LOCAL),
            await workflow.execute_activity(limited, **WRITE),
        ]


@workflow.defn
class Slow:
    """One slow step."""

    @workflow.run
    async def run(self) -> str:
        """Wait for the step."""
        return await workflow.execute_activity(slow, **WRITE)


@activity.defn(name="examples.refuse")
def refuse() -> None:
    """Fail."""
    raise ValueError("no")


@workflow.defn
class Stumbling:
    """A step that fails, and with it the process."""

    @workflow.run
    async def run(self) -> None:
        """Try once."""
        await workflow.execute_activity(
            refuse,
            start_to_close_timeout=timedelta(seconds=5),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )
