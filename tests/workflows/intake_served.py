"""An intake with both kinds of workers, its steps in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from temporalio.client import Client, WorkflowHandle

from tests.workflows.intake_in_memory import IntakeInMemory, MailInMemory, ReadingInMemory
from tests.workflows.running import command
from worker.registry import Registration, steps_of
from worker.running import Limits, worker_of
from workflows.document_intake.client import Intakes
from workflows.document_intake.steps import IntakeStatus, Stage
from workflows.document_intake.workflow import SHAPE, DocumentIntake, IntakeOrder, IntakeSubject
from workflows.document_reading.workflow import DocumentReading
from workflows.mail_ingestion.steps import FiledDocument
from workflows.mail_ingestion.workflow import MailIngestion
from workflows.shared.ids import DOCUMENTS_QUEUE, LEDGER_QUEUE, STAGE, intake_id

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass
class Desk:
    """A tenant with a clerk, and the steps behind its intakes."""

    client: Client
    tenant: UUID = field(default_factory=uuid4)
    clerk: UUID = field(default_factory=uuid4)
    items: IntakeInMemory = field(default_factory=IntakeInMemory)
    reading: ReadingInMemory = field(default_factory=ReadingInMemory)
    shape: int = SHAPE

    def __post_init__(self) -> None:
        """Make the senders."""
        self.intakes = Intakes(self.client)
        self.mail = MailInMemory(self.items)

    def document(self) -> FiledDocument:
        """A document nobody knows yet."""
        return FiledDocument(inbox_id=uuid4(), document_id=uuid4())

    def subject(self, document: FiledDocument) -> IntakeSubject:
        """What an intake is about."""
        return IntakeSubject(
            tenant_id=self.tenant,
            inbox_id=document.inbox_id,
            document_id=document.document_id,
            shape=self.shape,
        )

    def order(self, *, key: str | None = None, at_inbox: bool = False) -> IntakeOrder:
        """Order of the clerk."""
        given = command(self.tenant, self.clerk, "intake", key)
        return IntakeOrder(command=given, at_inbox=at_inbox)

    def handle(self, document: FiledDocument) -> WorkflowHandle[DocumentIntake, IntakeStatus]:
        """The intake of a document."""
        process = intake_id(self.tenant, document.inbox_id)
        return self.client.get_workflow_handle_for(DocumentIntake.run, str(process))

    async def running(self, document: FiledDocument, step: str) -> None:
        """Wait until a step is asked for, whether or not anybody is there to do it."""
        async with asyncio.timeout(90):
            while True:
                described = await self.handle(document).describe()
                pending = described.raw_description.pending_activities
                if step in [each.activity_type.name for each in pending]:
                    return
                await asyncio.sleep(0.05)

    async def staged(self, document: FiledDocument, stage: str) -> None:
        """Wait until Temporal shows this stage."""
        async with asyncio.timeout(90):
            while True:
                described = await self.handle(document).describe()
                if described.typed_search_attributes.get(STAGE) == stage:
                    return
                await asyncio.sleep(0.05)

    async def arrived(self, document: FiledDocument | None = None) -> IntakeSubject:
        """A document that is being read."""
        document = document or self.document()
        self.items.items[document.inbox_id] = IntakeStatus(stage=Stage.RECEIVED)
        process = intake_id(self.tenant, document.inbox_id)
        await self.client.start_workflow(
            DocumentIntake.run,
            replace(self.subject(document), is_fresh=bool(self.shape)),
            id=str(process),
            task_queue=LEDGER_QUEUE,
            search_attributes=process.search_attributes("received", document.document_id),
        )
        return self.subject(document)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for what the workers do."""
    async with asyncio.timeout(90):
        while True:
            if is_so():
                return
            await asyncio.sleep(0.02)


@asynccontextmanager
async def served(desk: Desk, *, reader: bool = True) -> AsyncIterator[Desk]:
    """Serve a desk as real workers do; without reader nobody reads."""
    workflows = [MailIngestion, DocumentIntake, DocumentReading]
    ledger = Registration(LEDGER_QUEUE, workflows, steps_of(desk.items, desk.mail))
    documents = Registration(DOCUMENTS_QUEUE, [], steps_of(desk.reading))
    limits = Limits(threads=8, grace=timedelta(seconds=5))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(worker_of(desk.client, ledger, limits))
        if reader:
            await stack.enter_async_context(worker_of(desk.client, documents, limits))
        yield desk
