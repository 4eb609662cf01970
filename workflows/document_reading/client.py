"""Sender to the reading of a document."""

from uuid import UUID

from temporalio.common import WorkflowIDConflictPolicy

from domain.actor import seal
from workflows.document_reading.steps import ReadResult
from workflows.document_reading.workflow import DocumentReading, ReadingOrder
from workflows.shared.client import ProcessClient
from workflows.shared.ids import LEDGER_QUEUE, reading_id


class Readings(ProcessClient):
    """Has documents read."""

    async def read(self, tenant_id: UUID, document_id: UUID, key: str) -> ReadResult:
        """Read a document and wait for it; the same key finds the same reading."""
        process = reading_id(tenant_id, document_id, key)
        async with self._bounded():
            return await self._client.execute_workflow(
                DocumentReading.run,
                ReadingOrder(
                    tenant_id=tenant_id, document_id=document_id, key=seal(tenant_id, key)
                ),
                id=str(process),
                task_queue=LEDGER_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                priority=process.urgent,
                search_attributes=process.search_attributes("reading", document_id),
                static_summary=f"Reading of document {document_id}",
            )
