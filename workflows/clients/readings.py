"""Sender to the reading of a document."""

from uuid import UUID

from temporalio.common import WorkflowIDConflictPolicy

from activities.stubs.intake import ReadResult
from workflows.clients.base import ProcessClient
from workflows.document_reading import DocumentReading, ReadingOrder
from workflows.ids import LEDGER_QUEUE, reading_id


class Readings(ProcessClient):
    """Has documents read."""

    async def read(self, tenant_id: UUID, document_id: UUID, key: str) -> ReadResult:
        """Read a document and wait for it; the same key finds the same reading."""
        process = reading_id(tenant_id, document_id, key)
        async with self._answered():
            return await self._client.execute_workflow(
                DocumentReading.run,
                ReadingOrder(tenant_id=tenant_id, document_id=document_id, key=key),
                id=str(process),
                task_queue=LEDGER_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                search_attributes=process.search_attributes("reading", document_id),
                static_summary=f"Reading of document {document_id}",
            )
