"""Now and then: what is new in a mailbox goes the way of every mail."""

from dataclasses import dataclass
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import WorkflowAlreadyStartedError

from workflows.mail_ingestion.workflow import MailDelivery, MailIngestion
from workflows.mailbox_poll.steps import KeptMessage, MailboxActivities, PollStep
from workflows.shared.ids import mail_id
from workflows.shared.options import POLL

ROUNDS = 20
"""So often a poll goes on while there is more; the rest is left for the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSubject:
    """The mailbox of a tenant."""

    tenant_id: UUID
    mailbox_id: UUID


@workflow.defn
class MailboxPoll:
    """Fetches what is new, then has each message taken apart by a process of its own."""

    @workflow.run
    async def run(self, subject: PollSubject) -> int:
        """Poll once, however much there is; tell how many messages were new."""
        count = 0
        for _ in range(ROUNDS):
            step = PollStep(
                tenant_id=subject.tenant_id, mailbox_id=subject.mailbox_id, at=workflow.now()
            )
            polled = await workflow.execute_activity_method(MailboxActivities.poll, step, **POLL)
            for message in polled.messages:
                await self._begin(subject.tenant_id, message)
            count += len(polled.messages)
            if not polled.more:
                break
        workflow.set_current_details(f"{count} new messages")
        return count

    async def _begin(self, tenant_id: UUID, message: KeptMessage) -> None:
        """Start an ingestion that outlives this poll; one that is at work already goes on."""
        process = mail_id(tenant_id, message.sha256)
        delivery = MailDelivery(
            tenant_id=tenant_id, sha256=message.sha256, received_at=message.received_at
        )
        try:
            await workflow.start_child_workflow(
                MailIngestion.run,
                delivery,
                id=str(process),
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                priority=process.priority,
                search_attributes=process.search_attributes("received"),
                static_summary="Ingestion of one message",
            )
        except WorkflowAlreadyStartedError:
            workflow.logger.info("the ingestion is at work already")
