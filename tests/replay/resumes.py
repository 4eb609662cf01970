"""Every way that a resumption goes, to be saved and replayed."""

from temporalio.testing import WorkflowEnvironment

from tests.workflows.resume_in_memory import ResumeInMemory
from tests.workflows.running import serving
from worker.registry import steps_of
from workflows.resume.client import Resumption
from workflows.resume.workflow import Resume

WAYS = ("done",)


async def history(environment: WorkflowEnvironment, way: str) -> str:
    """Go one way and return its history as JSON."""
    client = environment.client
    async with serving(client, [Resume], steps_of(ResumeInMemory())):
        await Resumption(client).now()
        handle = client.get_workflow_handle("resume/now")
    return (await handle.fetch_history()).to_json()
