"""Sender to the ingestion of mail."""

from datetime import datetime
from uuid import UUID

from temporalio.exceptions import WorkflowAlreadyStartedError

from workflows.clients.base import ProcessClient
from workflows.ids import LEDGER_QUEUE, mail_id
from workflows.mail_ingestion import MailDelivery, MailIngestion


class Mails(ProcessClient):
    """Hands raw messages over."""

    async def ingest(self, tenant_id: UUID, sha256: str, received_at: datetime) -> None:
        """Start the ingestion of a stored message; one that is at work already is fine.

        A message that comes again after its ingestion has ended is ingested again: nothing
        is filed twice, and the ingestion log says that it was a duplicate.
        """
        process = mail_id(tenant_id, sha256)
        async with self._answered():
            try:
                await self._client.start_workflow(
                    MailIngestion.run,
                    MailDelivery(tenant_id=tenant_id, sha256=sha256, received_at=received_at),
                    id=str(process),
                    task_queue=LEDGER_QUEUE,
                    search_attributes=process.search_attributes("received"),
                    static_summary="Ingestion of one message",
                )
            except WorkflowAlreadyStartedError:
                return
