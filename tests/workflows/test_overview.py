"""What a step fails with that Temporal itself repeats is told to whoever runs the service."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client

from domain.actor import Actor
from tests.workflows.running import serving
from worker.registry import steps_of
from workflows.resume.overview import Operations
from workflows.shared.ids import statement_import_id
from workflows.statement_import.client import StatementImportsSender
from workflows.statement_import.steps import ImportOutcome, StatementActivities, StatementFile
from workflows.statement_import.workflow import StatementImport


class Breaking(StatementActivities):
    """An import that meets a mistake of ours in each attempt."""

    @activity.defn(name="statements.import_file")
    def import_file(self, file: StatementFile) -> ImportOutcome:
        """Break."""
        raise ZeroDivisionError


async def test_a_step_that_is_repeated_without_end_is_told(temporal: Client) -> None:
    """Its process is at work, as far as it knows; what has just begun is not told yet."""
    actor = Actor(uuid4(), "person", "api")
    file = StatementFile(tenant_id=uuid4(), batch_id=uuid4(), sha256="0" * 64, actor=actor)
    operations = Operations(temporal)
    now = datetime.now(UTC)

    async with serving(temporal, [StatementImport], steps_of(Breaking())):
        await StatementImportsSender(temporal).begin(file)
        await until_told(operations, now + timedelta(minutes=2))

        assert "ZeroDivisionError" not in await stuck(operations, now)
        process = str(statement_import_id(file.tenant_id, file.batch_id))
        await temporal.get_workflow_handle(process).terminate()


async def until_told(operations: Operations, now: datetime) -> None:
    """Wait until lists of Temporal, and the first attempt, have come so far."""
    async with asyncio.timeout(90):
        while True:
            if "ZeroDivisionError" in await stuck(operations, now):
                return
            await asyncio.sleep(0.2)


async def stuck(operations: Operations, now: datetime) -> set[str]:
    """Classes of errors that hold up imports, as the page tells them at some time."""
    told = await operations.overview(now)
    return {f.kind for f in told.failures if f.process == "statement" and not f.has_ended}
