"""Every way that a mail goes, to be saved and replayed."""

from uuid import UUID

from temporalio.testing import WorkflowEnvironment

from domain.ids import sha256_hex
from tests.workflows.intake_served import AT, Desk, served
from workflows.mail_ingestion.client import Mails
from workflows.mail_ingestion.steps import FiledDocument, FiledStatement
from workflows.shared.ids import mail_id

WAYS = {"filed": 2, "empty": 0, "handed-on": 2, "statement": 1}
"""How many documents are in it."""


async def history(environment: WorkflowEnvironment, way: str) -> str:
    """Go one way and return its history as JSON."""
    number = 300 + list(WAYS).index(way)
    desk = Desk(environment.client, tenant=UUID(int=number), clerk=UUID(int=1))
    desk.mail.documents = tuple(
        FiledDocument(inbox_id=UUID(int=10 + each), document_id=UUID(int=20 + each))
        for each in range(WAYS[way])
    )
    if way == "statement":
        desk.mail.statements = (FiledStatement(batch_id=UUID(int=30), sha256="0" * 64),)
    sha256 = sha256_hex(way.encode())
    async with served(desk):
        await Mails(environment.client).ingest(desk.tenant, sha256, AT)
        handle = environment.client.get_workflow_handle(str(mail_id(desk.tenant, sha256)))
        await handle.result()
    return (await handle.fetch_history()).to_json()
