"""Every way that an import of a statement goes, to be saved and replayed."""

from uuid import UUID

from temporalio import activity
from temporalio.testing import WorkflowEnvironment

from domain.actor import Actor
from tests.workflows.running import serving
from workflows.shared.ids import statement_import_id
from workflows.statement_import.client import StatementImportsSender
from workflows.statement_import.steps import ImportOutcome, StatementActivities, StatementFile
from workflows.statement_import.workflow import StatementImport

WAYS = ("done", "refused")


class Told(StatementActivities):
    """Answers with what it was told."""

    def __init__(self, state: str) -> None:
        self._state = state

    @activity.defn(name="statements.import_file")
    def import_file(self, file: StatementFile) -> ImportOutcome:
        """End as told."""
        return ImportOutcome(state=self._state, rows=3)


async def history(environment: WorkflowEnvironment, way: str) -> str:
    """Go one way and return its history as JSON."""
    number = 700 + WAYS.index(way)
    file = StatementFile(
        tenant_id=UUID(int=number),
        batch_id=UUID(int=number),
        sha256="0" * 64,
        actor=Actor(UUID(int=1), "person", "api"),
    )
    async with serving(environment.client, [StatementImport], [Told(way).import_file]):
        await StatementImportsSender(environment.client).take(file)
        process = statement_import_id(file.tenant_id, file.batch_id)
        handle = environment.client.get_workflow_handle(str(process))
    return (await handle.fetch_history()).to_json()
