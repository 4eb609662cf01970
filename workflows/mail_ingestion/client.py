"""Sender to the ingestion of what arrived: mail, and files that came by themselves."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from temporalio.client import WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy

from domain.errors import Unavailable
from workflows.document_intake.workflow import SHAPE
from workflows.mail_ingestion.steps import FiledMail
from workflows.mail_ingestion.workflow import MailDelivery, MailIngestion
from workflows.shared.client import ProcessClient
from workflows.shared.ids import LEDGER_QUEUE, mail_id


class Mails(ProcessClient):
    """Hands raw messages over."""

    async def ingest(self, tenant_id: UUID, sha256: str, received_at: datetime) -> None:
        """Start the ingestion of a stored message; one that is at work already is fine.

        A message that comes again after its ingestion has ended is ingested again: nothing
        is filed twice, and the ingestion log says that it was a duplicate.
        """
        async with self._bounded():
            await self._begin(tenant_id, sha256, received_at)

    async def file(
        self, tenant_id: UUID, sha256: str, received_at: datetime, patience: timedelta
    ) -> str | None:
        """Start the ingestion and wait until it has filed; the name of the delivery.

        None when that takes longer than `patience`: what arrived is kept, and filed later.
        """
        async with self._bounded():
            handle = await self._begin(tenant_id, sha256, received_at)
        try:
            async with asyncio.timeout(patience.total_seconds()):
                async with self._bounded():
                    await handle.result()
        except (TimeoutError, Unavailable):
            return None
        return handle.first_execution_run_id

    async def _begin(
        self, tenant_id: UUID, sha256: str, received_at: datetime
    ) -> WorkflowHandle[MailIngestion, FiledMail]:
        process = mail_id(tenant_id, sha256)
        return await self._client.start_workflow(
            MailIngestion.run,
            MailDelivery(tenant_id=tenant_id, sha256=sha256, received_at=received_at, shape=SHAPE),
            id=str(process),
            task_queue=LEDGER_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            priority=process.priority,
            search_attributes=process.search_attributes("received"),
            static_summary="Ingestion of one message",
        )
