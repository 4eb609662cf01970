"""Sender to imports of statement files."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from temporalio.client import WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy

from workflows.shared.client import ProcessClient, ProcessUnavailable
from workflows.shared.ids import LEDGER_QUEUE, statement_import_id
from workflows.statement_import.steps import ImportOutcome, StatementFile
from workflows.statement_import.workflow import StatementImport

PATIENCE = timedelta(minutes=10)


class StatementImportsSender(ProcessClient):
    """Hands stored files over."""

    async def begin(self, file: StatementFile) -> None:
        """Start the import of a stored file; one that is at work already is fine."""
        async with self._bounded():
            await self._begin(file)

    async def take(self, file: StatementFile, patience: timedelta = PATIENCE) -> ImportOutcome:
        """Start an import and wait until it is done. Raises ProcessUnavailable beyond patience."""
        async with self._bounded():
            handle = await self._begin(file)
        try:
            async with asyncio.timeout(patience.total_seconds()):
                return await handle.result()
        except TimeoutError as error:
            raise ProcessUnavailable(retry_after=30) from error

    async def _begin(self, file: StatementFile) -> WorkflowHandle[StatementImport, ImportOutcome]:
        process = statement_import_id(file.tenant_id, file.batch_id)
        return await self._client.start_workflow(
            StatementImport.run,
            replace(file, actor=file.actor.sealed(file.tenant_id)),
            id=str(process),
            task_queue=LEDGER_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            priority=process.priority,
            search_attributes=process.search_attributes("importing"),
            static_summary=f"Import of statement file {file.batch_id}",
        )
