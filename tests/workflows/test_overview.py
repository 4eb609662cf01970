"""What a step fails with that Temporal itself repeats is told to whoever runs the service."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from structlog.testing import capture_logs
from temporalio import activity, workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.client import WorkflowExecution as Execution
from temporalio.exceptions import ApplicationError

from domain.actor import Actor
from tests.workflows.running import serving
from worker.registry import steps_of
from workflows.resume.overview import Failures, How, Operations, Part
from workflows.shared.ids import LEDGER_QUEUE, statement_import_id
from workflows.statement_import.client import StatementImportsSender
from workflows.statement_import.steps import ImportOutcome, StatementActivities, StatementFile
from workflows.statement_import.workflow import StatementImport

UNREADABLE = "f" * 64


class Breaking(StatementActivities):
    """An import that meets a mistake of ours in each attempt."""

    @activity.defn(name="statements.import_file")
    def import_file(self, file: StatementFile) -> ImportOutcome:
        """Break; of one file in words that another build may have written."""
        if file.sha256 == UNREADABLE:
            raise ApplicationError("x", {"refusal": "of a shape that nobody knows"}, type="X")
        raise ZeroDivisionError


def the_file(sha256: str = "0" * 64) -> StatementFile:
    """A statement of a company."""
    actor = Actor(uuid4(), "person", "api")
    return StatementFile(tenant_id=uuid4(), batch_id=uuid4(), sha256=sha256, actor=actor)


def process(temporal: Client, file: StatementFile) -> WorkflowHandle[object, object]:
    """The process of its import."""
    return temporal.get_workflow_handle(str(statement_import_id(file.tenant_id, file.batch_id)))


async def test_a_step_that_is_repeated_without_end_is_told(temporal: Client) -> None:
    """Its process is at work, as far as it knows; what has just begun is not told yet.

    It hangs since the step was asked for, not since the process began.
    """
    file, operations, now = the_file(), Operations(temporal), datetime.now(UTC)
    await StatementImportsSender(temporal).begin(file)
    await asyncio.sleep(2)  # nobody is there to begin with it
    served_at = datetime.now(UTC)

    async with serving(temporal, [StatementImport], steps_of(Breaking())):
        told = await until_told(operations, now + timedelta(minutes=2), {"ZeroDivisionError"})

        assert "ZeroDivisionError" not in {f.kind for f in await imports(operations, now)}
        (found,) = (each for each in told if each.kind == "ZeroDivisionError")
        assert found.how is How.STUCK
        assert served_at - timedelta(seconds=1) < found.since
        await process(temporal, file).terminate()


async def test_a_process_that_cannot_be_asked_hides_no_other(temporal: Client) -> None:
    """It is told as one that could not be asked, with the class of the error."""
    files = [the_file(), the_file(UNREADABLE)]
    operations, later = Operations(temporal), datetime.now(UTC) + timedelta(minutes=2)

    async with serving(temporal, [StatementImport], steps_of(Breaking())):
        for each in files:
            await StatementImportsSender(temporal).begin(each)
        told = await until_told(operations, later, {"ZeroDivisionError", "ValidationError"})

        assert {each.kind: each.how for each in told} == {
            "ZeroDivisionError": How.STUCK,
            "ValidationError": How.UNTOLD,
        }
        for each in files:
            await process(temporal, each).terminate()


class SlowHistory(Operations):
    """Asks a server that tells everything at once, and a history never."""

    async def _asked_at(self, each: Execution, step: str) -> datetime:
        """Take longer than anybody waits."""
        await asyncio.sleep(60)
        return await super()._asked_at(each, step)


async def test_a_slow_history_does_not_hide_why_a_step_hangs(temporal: Client) -> None:
    """The class is known; since when is as near as is known: when its process began."""
    file, later = the_file(), datetime.now(UTC) + timedelta(minutes=2)
    async with serving(temporal, [StatementImport], steps_of(Breaking())):
        await StatementImportsSender(temporal).begin(file)
        with capture_logs() as lines:
            told = await until_told(SlowHistory(temporal), later, {"ZeroDivisionError"})
        began = (await process(temporal, file).describe()).start_time
        await process(temporal, file).terminate()

    (found,) = told
    assert (found.kind, found.how, found.since) == ("ZeroDivisionError", How.STUCK, began)
    noted = [line for line in lines if line.get("asked") == "since"]
    assert noted
    assert noted[0]["kind"] == "TimeoutError"
    assert any("overview.py" in place for place in noted[0]["way"])


@workflow.defn(name="Resume", sandboxed=False)
class OlderResume:
    """A resumption of a build whose words are not ours."""

    @workflow.run
    async def run(self) -> dict[str, str]:
        """Say something else."""
        return {"open": "many"}


async def test_a_part_that_cannot_be_told_hides_no_other(temporal: Client) -> None:
    """Nobody takes what the last resumption said for nothing at all."""
    async with serving(temporal, [OlderResume], []):
        name = f"resume-{uuid4()}"
        await temporal.execute_workflow("Resume", id=name, task_queue=LEDGER_QUEUE)

        async with asyncio.timeout(30):
            while True:
                with capture_logs() as lines:
                    told = await Operations(temporal).overview(datetime.now(UTC))
                if told.untold:
                    break
                await asyncio.sleep(0.2)

    assert dict(told.untold) == {Part.LAST: "ValidationError"}
    assert [(line["asked"], line["kind"]) for line in lines] == [("last", "ValidationError")]
    assert lines[0]["way"]
    assert told.last is None
    assert told.queues
    assert told.running
    await temporal.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(
            namespace=temporal.namespace,
            workflow_execution=WorkflowExecution(workflow_id=name),
        )
    )


async def until_told(operations: Operations, now: datetime, kinds: set[str]) -> Sequence[Failures]:
    """Wait until lists of Temporal, and the first attempts, have come so far."""
    async with asyncio.timeout(90):
        while True:
            told = await imports(operations, now)
            if kinds <= {each.kind for each in told}:
                return told
            await asyncio.sleep(0.2)


async def imports(operations: Operations, now: datetime) -> list[Failures]:
    """What holds up imports, as the page tells it at some time."""
    told = await operations.overview(now)
    return [f for f in told.failures if f.process == "statement" and f.how is not How.ENDED]
