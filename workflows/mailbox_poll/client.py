"""The schedules of mailboxes, and an order to poll one at once."""

from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)
from temporalio.common import WorkflowIDConflictPolicy

from workflows.mailbox_poll.workflow import MailboxPoll, PollSubject
from workflows.shared.client import ProcessClient
from workflows.shared.ids import LEDGER_QUEUE, Process, mailbox_id

EVERY = timedelta(minutes=2)
_PATIENCE = timedelta(minutes=5)
_SUMMARY = "Fetches what is new in a mailbox"


async def keep_schedules(
    client: Client, subjects: Collection[PollSubject], every: timedelta = EVERY
) -> None:
    """Make a schedule for each mailbox that has none, and end those of mailboxes that are gone."""
    wanted = {str(mailbox_id(each.tenant_id, each.mailbox_id)): each for each in subjects}
    listed = {each.id async for each in await client.list_schedules()}
    for name in listed - set(wanted):
        if name.startswith(f"{Process.MAILBOX}/"):
            await client.get_schedule_handle(name).delete()
    for name in set(wanted) - listed:
        with suppress(ScheduleAlreadyRunningError):
            schedule = _schedule(wanted[name], every)
            await client.create_schedule(name, schedule, trigger_immediately=True)


def _schedule(subject: PollSubject, every: timedelta) -> Schedule:
    process = mailbox_id(subject.tenant_id, subject.mailbox_id)
    return Schedule(
        action=ScheduleActionStartWorkflow(
            MailboxPoll.run,
            subject,
            id=str(process),
            task_queue=LEDGER_QUEUE,
            typed_search_attributes=process.search_attributes("polling"),
            static_summary=_SUMMARY,
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP),
    )


class Mailboxes(ProcessClient):
    """Orders a poll without waiting for the schedule."""

    def __init__(self, client: Client, *, deadline: timedelta = _PATIENCE) -> None:
        super().__init__(client, deadline=deadline)

    async def poll(self, tenant_id: UUID, mailbox: UUID) -> int:
        """Poll now and tell how many messages were new; a poll at work already is waited for."""
        process = mailbox_id(tenant_id, mailbox)
        async with self._bounded():
            handle = await self._client.start_workflow(
                MailboxPoll.run,
                PollSubject(tenant_id=tenant_id, mailbox_id=mailbox),
                id=f"{process}/now",
                task_queue=LEDGER_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                priority=process.priority,
                search_attributes=process.search_attributes("polling"),
                static_summary=_SUMMARY,
            )
            return await handle.result()
