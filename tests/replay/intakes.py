"""Every way that a document goes, to be saved and replayed."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from temporalio.testing import WorkflowEnvironment

from domain.errors import DomainError
from tests.workflows.intake_in_memory import ReadingInMemory
from tests.workflows.intake_served import Desk, served
from workflows.document_intake.steps import Stage
from workflows.document_intake.workflow import PATIENCE, SHAPE, IntakeSubject
from workflows.mail_ingestion.steps import FiledDocument

_SOON = timedelta(hours=1)
Way = Callable[[WorkflowEnvironment, Desk, IntakeSubject], Awaitable[None]]


async def approved(environment: WorkflowEnvironment, desk: Desk, subject: IntakeSubject) -> None:
    """Read, corrected, approved."""
    await environment.sleep(_SOON)
    await desk.intakes.amend(subject, desk.order(key="a"))
    await desk.intakes.approve(subject, desk.order(key="b"))


async def rejected(environment: WorkflowEnvironment, desk: Desk, subject: IntakeSubject) -> None:
    """Waits for so long that it is remembered, then rejected."""
    await environment.sleep(PATIENCE + _SOON)
    await desk.intakes.reject(subject, desk.order(key="a"))


async def retried(environment: WorkflowEnvironment, desk: Desk, subject: IntakeSubject) -> None:
    """The books refuse; read again; posted in the end."""
    await environment.sleep(_SOON)
    desk.items.locked = True
    with suppress(DomainError):
        await desk.intakes.approve(subject, desk.order(key="a"))
    desk.items.locked = False
    await desk.intakes.reread(subject, desk.order(key="b"))
    await environment.sleep(_SOON)
    await desk.intakes.retry_posting(subject, desk.order(key="c"))


async def unreadable(environment: WorkflowEnvironment, desk: Desk, subject: IntakeSubject) -> None:
    """The reader dies again and again; a person closes the item."""
    await environment.sleep(_SOON)
    await desk.intakes.confirm(subject, desk.order(key="a", at_inbox=True))


async def broken(environment: WorkflowEnvironment, desk: Desk, subject: IntakeSubject) -> None:
    """The posting breaks for good, is noted, and is done when the bug is gone."""
    await environment.sleep(_SOON)
    desk.items.broken["post"] = TypeError("bug")
    with suppress(DomainError):
        await desk.intakes.approve(subject, desk.order(key="a"))
    desk.items.broken.clear()
    await desk.intakes.reread(subject, desk.order(key="b"))
    await environment.sleep(_SOON)
    await desk.intakes.approve(subject, desk.order(key="c"))


async def unchecked(environment: WorkflowEnvironment, desk: Desk, subject: IntakeSubject) -> None:
    """What was read can never be checked; a person enters it all and approves."""
    desk.items.unfit = 1000
    await environment.sleep(_SOON)
    await desk.intakes.amend(subject, desk.order(key="a"))
    await desk.intakes.approve(subject, desk.order(key="b"))


async def patient(environment: WorkflowEnvironment, desk: Desk, subject: IntakeSubject) -> None:
    """Waits for half a year, is corrected, waits on, and is rejected."""
    await environment.sleep(timedelta(days=180))
    await desk.intakes.amend(subject, desk.order(key="a"))
    await environment.sleep(timedelta(days=180))
    await desk.intakes.reject(subject, desk.order(key="b"))


async def touchless(environment: WorkflowEnvironment, desk: Desk, subject: IntakeSubject) -> None:
    """The policy needs no person."""
    await environment.sleep(_SOON)


async def awaited(environment: WorkflowEnvironment, desk: Desk, subject: IntakeSubject) -> None:
    """The rest of the mail is never read: the policy gives it up, a person approves."""
    await environment.sleep(_SOON)
    await desk.intakes.approve(subject, desk.order(key="a"))


async def taken(environment: WorkflowEnvironment, desk: Desk, subject: IntakeSubject) -> None:
    """A person takes the case while the rest of the mail is still being read."""
    await environment.sleep(timedelta(seconds=20))
    await desk.intakes.amend(subject, desk.order(key="a"))
    await environment.sleep(_SOON)
    await desk.intakes.approve(subject, desk.order(key="b"))


WAYS: dict[str, Way] = {
    "approved": approved,
    "rejected": rejected,
    "retried": retried,
    "unreadable": unreadable,
    "fresh-approved": approved,
    "fresh-retried": retried,
    "broken": broken,
    "unchecked": unchecked,
    "touchless": touchless,
    "stuck": broken,
    "patient": patient,
    "awaited": awaited,
    "taken": taken,
}
_AWAITING = ("awaited", "taken")
_OF_THE_FIRST_SHAPE = ("approved", "rejected", "retried", "unreadable")


async def history(environment: WorkflowEnvironment, way: str) -> str:
    """Go one way and return its history as JSON."""
    number = 200 + list(WAYS).index(way)
    desk = Desk(environment.client, tenant=UUID(int=number), clerk=UUID(int=1))
    desk.shape = 0 if way in _OF_THE_FIRST_SHAPE else SHAPE
    desk.items.touchless = way in {"touchless", *_AWAITING}
    desk.items.unread_mail = 9999 if way in _AWAITING else 0
    desk.reading = ReadingInMemory(broken=way == "unreadable")
    async with served(desk):
        subject = await desk.arrived(FiledDocument(inbox_id=UUID(int=2), document_id=UUID(int=3)))
        await WAYS[way](environment, desk, subject)
        document = FiledDocument(inbox_id=subject.inbox_id, document_id=subject.document_id)
        handle = desk.handle(document)
        outcome = await handle.result()
        if not outcome.stage.is_final or outcome.stage is Stage.DUPLICATE:
            raise AssertionError(outcome)
    return (await handle.fetch_history()).to_json()
