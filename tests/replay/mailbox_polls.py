"""Every way that a poll goes, to be saved and replayed."""

from uuid import UUID

from temporalio.testing import WorkflowEnvironment

from domain.ids import sha256_hex
from tests.workflows.intake_in_memory import IntakeInMemory, MailInMemory
from tests.workflows.intake_served import AT
from tests.workflows.mailboxes_in_memory import MailboxInMemory
from tests.workflows.running import serving
from worker.registry import steps_of
from workflows.mail_ingestion.workflow import MailIngestion
from workflows.mailbox_poll.client import Mailboxes
from workflows.mailbox_poll.steps import KeptMessage, Polled
from workflows.mailbox_poll.workflow import MailboxPoll
from workflows.shared.ids import mailbox_id

WAYS = ("rounds",)


async def history(environment: WorkflowEnvironment, way: str) -> str:
    """Go one way and return its history as JSON."""
    client, tenant, mailbox = environment.client, UUID(int=400), UUID(int=401)
    one = KeptMessage(sha256=sha256_hex(way.encode()), received_at=AT)
    steps = MailboxInMemory(Polled(messages=(one,), more=True), Polled())
    mails = MailInMemory(IntakeInMemory())
    async with serving(client, [MailboxPoll, MailIngestion], steps_of(steps, mails)):
        await Mailboxes(client).poll(tenant, mailbox)
        handle = client.get_workflow_handle(f"{mailbox_id(tenant, mailbox)}/now")
    return (await handle.fetch_history()).to_json()
