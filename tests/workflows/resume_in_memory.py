"""The step of the resumption without database and Temporal."""

from temporalio import activity

from workflows.resume.steps import ResumeActivities, Resumed


class ResumeInMemory(ResumeActivities):
    """Finds two open cases, and starts one of them the first time it is asked."""

    def __init__(self) -> None:
        self.calls = 0

    @activity.defn(name="resume.start_missing")
    async def start_missing(self) -> Resumed:
        """Start what is left."""
        self.calls += 1
        started = {"intake": 1} if self.calls == 1 else {}
        return Resumed(open={"intake": 2, "payment-run": 1}, started=started)
