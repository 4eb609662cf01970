"""A raw message becomes documents, and each document a process of its own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.stubs.mail import FiledDocument, FiledMail, MailActivities, SplitMail
from workflows.document_intake import DocumentIntake, IntakeSubject
from workflows.ids import STAGE, intake_id
from workflows.options import WRITE


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDelivery:
    """A raw message that the mailroom has put into the object store."""

    tenant_id: UUID
    sha256: str
    received_at: datetime


@workflow.defn
class MailIngestion:
    """Splits one message and starts the intake of each of its documents."""

    @workflow.run
    async def run(self, delivery: MailDelivery) -> FiledMail:
        """Split, start, done; every step may be repeated."""
        step = SplitMail(
            tenant_id=delivery.tenant_id,
            sha256=delivery.sha256,
            received_at=delivery.received_at,
            delivery=workflow.info().first_execution_run_id,
        )
        filed = await workflow.execute_activity_method(MailActivities.split, step, **WRITE)
        workflow.upsert_search_attributes([STAGE.value_set("split")])
        for document in filed.documents:
            await self._begin(delivery.tenant_id, document)
        workflow.upsert_search_attributes([STAGE.value_set("done")])
        workflow.set_current_details(
            f"{len(filed.documents)} documents filed, {filed.logged} rows in the ingestion log"
        )
        return filed

    async def _begin(self, tenant_id: UUID, document: FiledDocument) -> None:
        """Start an intake that outlives this mail; one that is at work already goes on."""
        process = intake_id(tenant_id, document.inbox_id)
        try:
            await workflow.start_child_workflow(
                DocumentIntake.run,
                IntakeSubject(
                    tenant_id=tenant_id,
                    inbox_id=document.inbox_id,
                    document_id=document.document_id,
                ),
                id=str(process),
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                search_attributes=process.search_attributes("received", document.document_id),
                static_summary=f"Intake of document {document.document_id}",
            )
        except WorkflowAlreadyStartedError:
            workflow.logger.info("the intake is at work already")
