"""A raw message becomes documents, and each document a process of its own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import WorkflowAlreadyStartedError

from domain.actor import Actor
from workflows.document_intake.workflow import SHAPE, DocumentIntake, IntakeSubject
from workflows.mail_ingestion.steps import (
    FiledDocument,
    FiledMail,
    FiledStatement,
    MailActivities,
    SplitMail,
)
from workflows.shared.ids import LEDGER_QUEUE, STAGE, intake_id, statement_import_id
from workflows.shared.options import TASK_TIMEOUT, WRITE
from workflows.statement_import.steps import StatementFile
from workflows.statement_import.workflow import StatementImport


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDelivery:
    """A raw message that the mailroom has put into the object store.

    `shape` is that of the process: what began as 0 shows the stage `split`, too.
    """

    tenant_id: UUID
    sha256: str
    received_at: datetime
    shape: int = 0


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
        if not delivery.shape:
            workflow.upsert_search_attributes([STAGE.value_set("split")])
        for document in filed.documents:
            await self._begin(delivery.tenant_id, document)
        for statement in filed.statements:
            await self._import(delivery.tenant_id, statement)
        workflow.upsert_search_attributes([STAGE.value_set("done")])
        workflow.set_current_details(
            f"{len(filed.documents)} documents filed, {filed.logged} rows in the ingestion log"
        )
        return filed

    async def _import(self, tenant_id: UUID, statement: FiledStatement) -> None:
        """Start an import that outlives this mail; one that is at work already goes on."""
        process = statement_import_id(tenant_id, statement.batch_id)
        try:
            await workflow.start_child_workflow(
                StatementImport.run,
                StatementFile(
                    tenant_id=tenant_id,
                    batch_id=statement.batch_id,
                    sha256=statement.sha256,
                    actor=Actor.system("mail"),
                ),
                id=str(process),
                task_queue=LEDGER_QUEUE,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                priority=process.priority,
                search_attributes=process.search_attributes("importing"),
                static_summary=f"Import of statement file {statement.batch_id}",
            )
        except WorkflowAlreadyStartedError:
            workflow.logger.info("the import is at work already")

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
                    shape=SHAPE,
                    is_fresh=not document.is_unopened,
                ),
                id=str(process),
                task_timeout=TASK_TIMEOUT,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                priority=process.priority,
                search_attributes=process.search_attributes("received", document.document_id),
                static_summary=f"Intake of document {document.document_id}",
            )
        except WorkflowAlreadyStartedError:
            workflow.logger.info("the intake is at work already")
