"""Histories are saved in a form that can be replayed."""

from pathlib import Path

from temporalio import workflow
from temporalio.client import Client, WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker

from deploy.stack.history import save
from deploy.stack.temporal import DevServer


@workflow.defn
class Quick:
    """Answers at once."""

    @workflow.run
    async def run(self) -> str:
        """Answer."""
        return "done"


async def test_a_saved_history_replays(
    temporal: Client, dev_server: DevServer, tmp_path: Path
) -> None:
    """The file is named after the process and the end of its id."""
    runner = UnsandboxedWorkflowRunner()
    async with Worker(temporal, task_queue="q", workflows=[Quick], workflow_runner=runner):
        await temporal.execute_workflow(Quick.run, id="quick/tenant/2026-03", task_queue="q")
    path = await save(dev_server.address, "quick/tenant/2026-03", tmp_path / "histories")
    assert path.name == "quick_2026-03.json"
    history = WorkflowHistory.from_json("quick/tenant/2026-03", path.read_text())
    await Replayer(workflows=[Quick], workflow_runner=runner).replay_workflow(history)
