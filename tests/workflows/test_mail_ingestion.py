"""The ingestion of mail on a real Temporal server, its steps in memory."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from temporalio.client import Client

from domain.ids import sha256_hex
from tests.workflows.intake_served import AT, Desk, served, until
from workflows.document_intake.steps import Stage
from workflows.mail_ingestion.client import Mails
from workflows.mail_ingestion.steps import FiledStatement
from workflows.shared.ids import LEDGER_QUEUE, mail_id, statement_import_id

SHA256 = sha256_hex(b"mail")


@pytest.fixture
async def desk(temporal: Client) -> AsyncIterator[Desk]:
    """Serve a desk on the dev server."""
    made = Desk(temporal)
    made.mail.documents = (made.document(), made.document())
    async with served(made) as ready:
        yield ready


async def ingested(desk: Desk, sha256: str = SHA256) -> None:
    """Hand a message over and wait until it is filed."""
    await Mails(desk.client).ingest(desk.tenant, sha256, AT)
    process = mail_id(desk.tenant, sha256)
    await desk.client.get_workflow_handle(str(process)).result()


async def test_each_document_gets_a_process_that_outlives_the_mail(desk: Desk) -> None:
    """Split, started, done; the intakes wait for people."""
    await ingested(desk)

    await until(lambda: {each.stage for each in desk.items.items.values()} == {Stage.IN_REVIEW})
    first, second = desk.mail.documents
    assert (await desk.intakes.approve(desk.subject(first), desk.order())).stage is Stage.POSTED
    assert (await desk.intakes.reject(desk.subject(second), desk.order())).stage is Stage.REJECTED


async def test_the_same_message_again_finds_the_same_processes(desk: Desk) -> None:
    """At work: one run. Ended: another delivery, which starts nothing twice."""
    await asyncio.gather(*(Mails(desk.client).ingest(desk.tenant, SHA256, AT) for _ in range(5)))
    await ingested(desk)
    await ingested(desk)

    assert len(set(desk.mail.deliveries)) <= 3
    assert len(desk.reading.keys) <= 2


async def test_a_mail_without_documents_ends(desk: Desk) -> None:
    """Nothing to start, nothing left running."""
    desk.mail.documents = ()

    await ingested(desk, sha256_hex(uuid4().bytes))

    assert desk.items.items == {}


async def test_a_statement_gets_an_import_that_outlives_the_mail(desk: Desk) -> None:
    """It is started on the queue of the ledger, once, by the system."""
    desk.mail.documents = ()
    statement = FiledStatement(batch_id=uuid4(), sha256="0" * 64)
    desk.mail.statements = (statement,)
    for _ in range(2):
        await ingested(desk, sha256_hex(b"statement"))
    process = statement_import_id(desk.tenant, statement.batch_id)
    handle = desk.client.get_workflow_handle(str(process))
    described = await handle.describe()
    assert (described.task_queue, described.workflow_type) == (LEDGER_QUEUE, "StatementImport")
    await handle.terminate()
