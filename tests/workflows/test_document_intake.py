"""The intake of a document on real Temporal servers, its steps in memory."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.stubs.intake import IntakeStatus, Stage
from activities.stubs.mail import FiledDocument
from domain.intake.inbox import AlreadyProcessed
from domain.intake.review import AlreadyApproved, AlreadyRejected
from domain.store.journal import PeriodLocked
from tests.workflows.intake_in_memory import ReadingInMemory
from tests.workflows.intake_served import Desk, served, until
from workflows.document_intake import PATIENCE, IntakeSubject
from workflows.ids import STAGE
from workflows.options import READ_DOCUMENT


@pytest.fixture
async def desk(temporal: Client) -> AsyncIterator[Desk]:
    """Serve a desk on the dev server."""
    async with served(Desk(temporal)) as ready:
        yield ready


async def reviewed(desk: Desk, subject: IntakeSubject) -> None:
    """Wait until a document is in review."""
    await until(lambda: desk.items.items[subject.inbox_id].stage is Stage.IN_REVIEW)


def filed(subject: IntakeSubject) -> FiledDocument:
    """The document of a subject."""
    return FiledDocument(inbox_id=subject.inbox_id, document_id=subject.document_id)


async def test_read_matched_checked_approved(desk: Desk) -> None:
    """The straight way, and the stage in the search attributes at its end."""
    subject = await desk.arrived()
    await reviewed(desk, subject)

    status = await desk.intakes.approve(subject, desk.order())
    outcome = await desk.handle(filed(subject)).result()

    assert (status.stage, outcome.stage) == (Stage.POSTED, Stage.POSTED)
    assert desk.items.calls == ["match", "check", "post"]
    described = await desk.handle(filed(subject)).describe()
    assert described.typed_search_attributes[STAGE] == "posted"


async def test_ten_approvals_at_once_post_once(desk: Desk) -> None:
    """One posts; the others hear that it is approved, never that it is unknown."""
    subject = await desk.arrived()
    await reviewed(desk, subject)

    answers = await asyncio.gather(
        *(desk.intakes.approve(subject, desk.order()) for _ in range(10)), return_exceptions=True
    )

    posted = [answer for answer in answers if not isinstance(answer, BaseException)]
    refused = [answer for answer in answers if isinstance(answer, AlreadyApproved)]
    assert (len(posted), len(refused)) == (1, 9)


async def test_a_refused_posting_can_be_corrected(desk: Desk) -> None:
    """The refusal comes back as itself; the process goes on."""
    subject = await desk.arrived()
    await reviewed(desk, subject)
    desk.items.locked = True

    with pytest.raises(PeriodLocked):
        await desk.intakes.approve(subject, desk.order())
    with pytest.raises(PeriodLocked):
        await desk.intakes.retry_posting(subject, desk.order())
    desk.items.locked = False
    await desk.intakes.amend(subject, desk.order())

    assert (await desk.intakes.approve(subject, desk.order())).stage is Stage.POSTED


async def test_what_is_decided_stays_decided(desk: Desk) -> None:
    """Also when the process is long gone: the next order starts it again and hears the same."""
    subject = await desk.arrived()
    await reviewed(desk, subject)
    await desk.intakes.reject(subject, desk.order())
    await desk.handle(filed(subject)).result()

    with pytest.raises(AlreadyRejected):
        await desk.intakes.approve(subject, desk.order())
    with pytest.raises(AlreadyProcessed):
        await desk.intakes.confirm(subject, desk.order(at_inbox=True))
    assert (await desk.handle(filed(subject)).result()).stage is Stage.REJECTED


async def test_confirmed_while_nobody_reads(temporal: Client) -> None:
    """A decision does not wait for a reader that is away, and calls it off."""
    async with served(Desk(temporal), reader=False) as desk:
        subject = await desk.arrived()
        await desk.staged(filed(subject), "reading")

        status = await desk.intakes.confirm(subject, desk.order(at_inbox=True))

        assert status.stage is Stage.CONFIRMED
        assert (await desk.handle(filed(subject)).result()).stage is Stage.CONFIRMED


async def test_a_process_that_was_lost_goes_on_from_the_database(desk: Desk) -> None:
    """Terminated by hand, history gone: the next order starts where the document stands."""
    subject = await desk.arrived()
    await reviewed(desk, subject)
    await desk.handle(filed(subject)).terminate("an accident")

    assert (await desk.intakes.approve(subject, desk.order())).stage is Stage.POSTED
    assert desk.reading.keys == ["first"]


async def test_it_is_read_again_when_asked(desk: Desk) -> None:
    """A second reading under its own key; the case is brought up to date."""
    subject = await desk.arrived()
    await reviewed(desk, subject)

    await desk.intakes.reread(subject, desk.order(key="again"))
    await until(lambda: desk.items.calls.count("check") == 2)

    assert desk.reading.keys == ["first", "again"]
    assert (await desk.intakes.approve(subject, desk.order())).stage is Stage.POSTED


async def test_a_dead_reader_is_an_unreadable_document(
    time_skipping: WorkflowEnvironment,
) -> None:
    """Tried a few times, then given up; a person decides."""
    made = Desk(time_skipping.client, reading=ReadingInMemory(broken=True))
    async with served(made) as desk:
        subject = await desk.arrived()
        await time_skipping.sleep(timedelta(hours=1))

        attempts = READ_DOCUMENT["retry_policy"].maximum_attempts
        assert desk.reading.keys == ["first"] * attempts
        assert desk.items.calls == ["give_up", "match", "check"]
        assert (await desk.intakes.reject(subject, desk.order())).stage is Stage.REJECTED


async def test_an_outage_says_nothing_about_the_document(
    time_skipping: WorkflowEnvironment,
) -> None:
    """A database that is away longer than a reader may fail is waited for."""
    attempts = READ_DOCUMENT["retry_policy"].maximum_attempts
    made = Desk(time_skipping.client, reading=ReadingInMemory(away=2 * attempts))
    async with served(made) as desk:
        subject = await desk.arrived()
        await time_skipping.sleep(timedelta(hours=1))

        assert desk.reading.keys == ["first"] * (2 * attempts + 1)
        assert desk.items.calls == ["match", "check"]
        assert (await desk.intakes.approve(subject, desk.order())).stage is Stage.POSTED


async def test_what_cannot_be_judged_reaches_a_person(time_skipping: WorkflowEnvironment) -> None:
    """A document that breaks the rules themselves is an unreadable one, not a stuck one."""
    async with served(Desk(time_skipping.client)) as desk:
        desk.items.unfit = 10
        subject = await desk.arrived()
        await time_skipping.sleep(timedelta(hours=1))

        assert desk.items.calls[-3:] == ["give_up", "match", "check"]
        assert desk.items.items[subject.inbox_id].stage is Stage.IN_REVIEW
        assert (await desk.intakes.reject(subject, desk.order())).stage is Stage.REJECTED


async def test_a_refused_order_shows_what_became_of_the_document(desk: Desk) -> None:
    """Decided behind its back, the process learns of it and ends."""
    subject = await desk.arrived()
    await reviewed(desk, subject)
    desk.items.items[subject.inbox_id] = IntakeStatus(stage=Stage.REJECTED)

    with pytest.raises(AlreadyRejected):
        await desk.intakes.amend(subject, desk.order())

    async with asyncio.timeout(10):
        assert (await desk.handle(filed(subject)).result()).stage is Stage.REJECTED


async def test_waiting_cases_are_remembered(time_skipping: WorkflowEnvironment) -> None:
    """Every three days, for as long as it takes; the decision ends it."""
    async with served(Desk(time_skipping.client)) as desk:
        subject = await desk.arrived()
        await time_skipping.sleep(3 * PATIENCE + timedelta(hours=1))

        assert desk.items.reminders == 3
        assert (await desk.intakes.approve(subject, desk.order())).stage is Stage.POSTED
        await desk.handle(filed(subject)).result()
