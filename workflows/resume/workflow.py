"""Every few minutes: what the database says is open has a process that carries it on."""

from temporalio import workflow

from workflows.resume.steps import ResumeActivities, Resumed
from workflows.shared.options import RESUME


@workflow.defn
class Resume:
    """Starts what ended, was cancelled or terminated, or was lost with Temporal's store."""

    @workflow.run
    async def run(self) -> Resumed:
        """Compare once; the schedule comes again."""
        done = await workflow.execute_activity_method(ResumeActivities.start_missing, **RESUME)
        workflow.set_current_details(
            "\n".join(
                f"{kind}: {done.open.get(kind, 0)} open, {done.started.get(kind, 0)} started"
                + (f", {done.failed[kind]} could not be started" if kind in done.failed else "")
                for kind in sorted({*done.open, *done.failed})
            )
        )
        return done
