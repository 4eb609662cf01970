"""The polling of mailboxes on a real Temporal server, its step in memory."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from temporalio.client import Client

from domain.ids import sha256_hex
from tests.workflows.intake_in_memory import IntakeInMemory, MailInMemory
from tests.workflows.intake_served import AT
from tests.workflows.mailboxes_in_memory import MailboxInMemory
from tests.workflows.running import serving
from worker.registry import steps_of
from workflows.mail_ingestion.workflow import MailIngestion
from workflows.mailbox_poll.client import Mailboxes, keep_schedules
from workflows.mailbox_poll.steps import KeptMessage, Polled
from workflows.mailbox_poll.workflow import ROUNDS, MailboxPoll, PollSubject
from workflows.shared.ids import mail_id, mailbox_id

WORKFLOWS: list[type] = [MailboxPoll, MailIngestion]


def kept(*names: str) -> tuple[KeptMessage, ...]:
    """Messages that were kept."""
    return tuple(KeptMessage(sha256=sha256_hex(name.encode()), received_at=AT) for name in names)


async def listed(temporal: Client) -> set[str]:
    """Schedules that Temporal lists."""
    return {each.id async for each in await temporal.list_schedules()}


async def test_each_message_is_taken_apart_and_rounds_go_on(temporal: Client) -> None:
    """While there is more it is fetched; every message gets the process of a mail."""
    tenant = uuid4()
    steps = MailboxInMemory(
        Polled(messages=kept("a", "b"), more=True), Polled(messages=kept("b", "c"))
    )
    mails = MailInMemory(IntakeInMemory())
    async with serving(temporal, WORKFLOWS, steps_of(steps, mails)):
        assert await Mailboxes(temporal).poll(tenant, uuid4()) == 4
        for name in ("a", "b", "c"):
            process = str(mail_id(tenant, sha256_hex(name.encode())))
            await temporal.get_workflow_handle(process).result()

    assert steps.polls == 2


async def test_a_poll_ends_however_much_there_is(temporal: Client) -> None:
    """What is left is for the next."""
    steps = MailboxInMemory(*[Polled(more=True)] * (ROUNDS + 5))
    async with serving(temporal, WORKFLOWS, steps_of(steps)):
        await Mailboxes(temporal).poll(uuid4(), uuid4())

    assert steps.polls == ROUNDS


async def test_a_mailbox_has_a_schedule_as_long_as_it_is_polled(temporal: Client) -> None:
    """Made once, run at once and again; ended when the mailbox is gone."""
    subject = PollSubject(tenant_id=uuid4(), mailbox_id=uuid4())
    name = str(mailbox_id(subject.tenant_id, subject.mailbox_id))
    steps = MailboxInMemory()
    async with serving(temporal, WORKFLOWS, steps_of(steps)):
        for _ in range(2):
            await keep_schedules(temporal, [subject], every=timedelta(seconds=1))
        async with asyncio.timeout(90):
            while steps.polls < 2:  # noqa: ASYNC110 - until the schedule came again
                await asyncio.sleep(0.1)
            while name not in await listed(temporal):  # noqa: ASYNC110 - lists lag behind
                await asyncio.sleep(0.1)
        await keep_schedules(temporal, [])
        async with asyncio.timeout(90):
            while name in await listed(temporal):  # noqa: ASYNC110 - lists lag behind
                await asyncio.sleep(0.1)
