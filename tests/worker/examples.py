"""A workflow with a slow step. It stands alone: the sandbox loads this file again."""

import threading
import time

from temporalio import activity, workflow

from workflows.options import WRITE

STARTED = threading.Event()
FINISHED: list[str] = []


@activity.defn(name="examples.slow", no_thread_cancel_exception=True)
def slow() -> str:
    """Take a second and a half, as a transaction on a bad day."""
    STARTED.set()
    time.sleep(1.5)
    FINISHED.append("done")
    return "done"


@workflow.defn
class Slow:
    """One slow step."""

    @workflow.run
    async def run(self) -> str:
        """Wait for the step."""
        return await workflow.execute_activity(slow, **WRITE)
