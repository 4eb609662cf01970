"""A statement file becomes movements, piece by piece, by a worker."""

from temporalio import workflow

from workflows.shared.ids import STAGE
from workflows.shared.options import IMPORT
from workflows.statement_import.steps import ImportOutcome, StatementActivities, StatementFile


@workflow.defn
class StatementImport:
    """Imports one file; a worker that dies is followed by another, where it stopped."""

    @workflow.run
    async def run(self, file: StatementFile) -> ImportOutcome:
        """Import, and say how it ended; progress is read from the database."""
        outcome = await workflow.execute_activity_method(
            StatementActivities.import_file, file, **IMPORT
        )
        workflow.upsert_search_attributes([STAGE.value_set(outcome.state)])
        workflow.set_current_details(f"{outcome.state}: {outcome.rows} rows")
        return outcome
