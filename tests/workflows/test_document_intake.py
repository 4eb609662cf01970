"""The intake of a document on real Temporal servers, its steps in memory."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from domain.actor import seal
from domain.database.outages import DatabaseUnavailable
from domain.errors import StepBroke
from domain.ids import sha256_hex
from domain.intake.inbox import AlreadyProcessed
from domain.intake.review import AlreadyApproved, AlreadyRejected
from domain.posting.outcome import PeriodLocked
from tests.workflows.intake_in_memory import ReadingInMemory
from tests.workflows.intake_served import AT, Desk, served, until
from workflows.document_intake.client import Intakes
from workflows.document_intake.steps import Failing, IntakeStatus, Stage
from workflows.document_intake.workflow import SHAPE, DocumentIntake, IntakeSubject
from workflows.mail_ingestion.client import Mails
from workflows.mail_ingestion.steps import FiledDocument
from workflows.shared.client import ProcessUnavailable
from workflows.shared.ids import LEDGER_QUEUE, STAGE, intake_id, mail_id
from workflows.shared.options import JUDGE, READ_DOCUMENT

ACTIONS = (
    "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED",
    "EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED",
    "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED",
    "EVENT_TYPE_MARKER_RECORDED",
    "EVENT_TYPE_TIMER_STARTED",
    "EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES",
    "EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED",
    "EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED",
)


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
    assert desk.items.calls == ["check", "post"]
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


async def test_forty_corrections_at_once_wait_for_their_turn(desk: Desk) -> None:
    """Temporal takes ten orders of a process at a time; none of the others hears 503."""
    subject = await desk.arrived()
    await reviewed(desk, subject)

    answers = await asyncio.gather(*(desk.intakes.amend(subject, desk.order()) for _ in range(40)))

    assert {answer.stage for answer in answers} == {Stage.IN_REVIEW}
    assert desk.items.calls.count("amend") == 40


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
        await desk.running(filed(subject), "intake.read")

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

    assert desk.reading.keys == ["first", seal(desk.tenant, "again")]
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
        assert desk.items.calls == ["give_up", "check"]
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
        assert desk.items.calls == ["check"]
        assert (await desk.intakes.approve(subject, desk.order())).stage is Stage.POSTED


async def test_what_cannot_be_judged_reaches_a_person(time_skipping: WorkflowEnvironment) -> None:
    """A document that breaks the rules themselves is an unreadable one, not a stuck one."""
    async with served(Desk(time_skipping.client)) as desk:
        desk.items.unfit = 10
        subject = await desk.arrived()
        await time_skipping.sleep(timedelta(hours=1))

        assert desk.items.calls[-2:] == ["give_up", "check"]
        assert desk.items.noted == []
        assert desk.items.items[subject.inbox_id].stage is Stage.IN_REVIEW
        assert (await desk.intakes.reject(subject, desk.order())).stage is Stage.REJECTED


async def test_what_can_never_be_judged_is_entered_by_hand(
    time_skipping: WorkflowEnvironment,
) -> None:
    """Twenty times failed: the class of the error stands with a case, and a person decides."""
    async with served(Desk(time_skipping.client)) as desk:
        desk.items.unfit = 1000
        subject = await desk.arrived()
        await time_skipping.sleep(timedelta(hours=1))

        assert desk.items.calls.count("check") == 2 * JUDGE["retry_policy"].maximum_attempts
        assert desk.items.noted == [(Failing.CHECK, "RuntimeError")]
        assert desk.items.items[subject.inbox_id].stage is Stage.IN_REVIEW
        assert (await desk.intakes.approve(subject, desk.order())).stage is Stage.POSTED


@pytest.mark.parametrize("shape", [0, SHAPE])
async def test_a_posting_that_breaks_for_good_lets_go(temporal: Client, shape: int) -> None:
    """Tried a few times, told, kept with the case; then corrected, approved, posted."""
    async with served(Desk(temporal, shape=shape)) as desk:
        subject = await desk.arrived()
        await reviewed(desk, subject)
        desk.items.broken["post"] = TypeError("a bug with words that must not leak")
        if not shape:
            desk.items.broken["post"] = ApplicationError("", type="TypeError", non_retryable=True)

        with pytest.raises(StepBroke) as told:
            await desk.intakes.approve(subject, desk.order())

        assert told.value.context == {"kind": "TypeError"}
        assert desk.items.noted == [(Failing.POST, "TypeError")]
        assert desk.items.items[subject.inbox_id].stage is Stage.POSTING_FAILED
        del desk.items.broken["post"]
        await desk.intakes.amend(subject, desk.order())
        assert (await desk.intakes.approve(subject, desk.order())).stage is Stage.POSTED


async def test_a_case_that_cannot_be_posted_can_be_rejected(desk: Desk) -> None:
    """Neither the failure nor the note of it holds the turn."""
    subject = await desk.arrived()
    await reviewed(desk, subject)
    desk.items.broken |= dict.fromkeys(["post", "note_failure"], TypeError("bug"))

    with pytest.raises(StepBroke):
        await desk.intakes.approve(subject, desk.order())

    assert (await desk.intakes.reject(subject, desk.order())).stage is Stage.REJECTED


async def test_a_posting_that_broke_after_its_commit_is_posted(desk: Desk) -> None:
    """The answer was lost, the posting was not: the note finds it decided."""
    subject = await desk.arrived()
    await reviewed(desk, subject)
    known = desk.items.items[subject.inbox_id]
    desk.items.broken["post"] = TypeError("after the commit")
    desk.items.items[subject.inbox_id] = replace(known, stage=Stage.POSTED)

    assert (await desk.intakes.approve(subject, desk.order())).stage is Stage.POSTED


async def test_a_correction_that_breaks_lets_go(desk: Desk) -> None:
    """The caller hears that it is our fault; the case waits as it was."""
    subject = await desk.arrived()
    await reviewed(desk, subject)
    desk.items.broken["amend"] = KeyError("bug")

    with pytest.raises(StepBroke):
        await desk.intakes.amend(subject, desk.order())

    assert desk.items.noted == []
    assert (await desk.intakes.approve(subject, desk.order())).stage is Stage.POSTED


async def test_an_outage_during_a_posting_is_waited_for(desk: Desk) -> None:
    """The caller hears 503 meanwhile; nothing is noted, and in the end it is posted."""
    subject = await desk.arrived()
    await reviewed(desk, subject)
    desk.items.broken["post"] = DatabaseUnavailable()
    order = desk.order()

    with pytest.raises(ProcessUnavailable):
        await Intakes(desk.client, deadline=timedelta(seconds=3)).approve(subject, order)
    del desk.items.broken["post"]

    assert (await desk.intakes.approve(subject, order)).stage is Stage.POSTED
    assert desk.items.noted == []


async def test_a_case_that_is_there_is_left_alone_by_a_fresh_start(desk: Desk) -> None:
    """A mail that comes again does not undo what a person has entered."""
    document = desk.document()
    case_id = uuid4()
    desk.items.items[document.inbox_id] = IntakeStatus(stage=Stage.IN_REVIEW, case_id=case_id)
    await desk.client.start_workflow(
        DocumentIntake.run,
        replace(desk.subject(document), is_fresh=True),
        id=str(intake_id(desk.tenant, document.inbox_id)),
        task_queue=LEDGER_QUEUE,
    )
    await until(lambda: desk.items.calls == ["check"])

    assert desk.items.items[document.inbox_id].case_id == case_id


async def test_thirteen_actions_from_the_mail_to_the_posting(desk: Desk) -> None:
    """Whatever a server stores or charges: starts, steps, timers, updates, markers, attributes.

    Two of them say that the schedule reminds (`workflow.patched`), and no timer does.
    """
    document = desk.document()
    desk.mail.documents = (document,)
    sha256 = sha256_hex(document.inbox_id.bytes)
    await Mails(desk.client).ingest(desk.tenant, sha256, AT)
    subject = desk.subject(document)
    await until(lambda: document.inbox_id in desk.items.items)
    await reviewed(desk, subject)
    await desk.staged(document, "in_review")

    await desk.intakes.approve(subject, desk.order())
    await desk.handle(document).result()

    ids = [str(mail_id(desk.tenant, sha256)), desk.handle(document).id]
    counted = Counter[str]()
    for each in ids:
        history = await desk.client.get_workflow_handle(each).fetch_history()
        counted.update(EventType.Name(event.event_type) for event in history.events)
    actions = {name: counted[name] for name in ACTIONS}
    assert sum(actions.values()) <= 13, actions


async def test_a_refused_order_shows_what_became_of_the_document(desk: Desk) -> None:
    """Decided behind its back, the process learns of it and ends."""
    subject = await desk.arrived()
    await reviewed(desk, subject)
    desk.items.items[subject.inbox_id] = IntakeStatus(stage=Stage.REJECTED)

    with pytest.raises(AlreadyRejected):
        await desk.intakes.amend(subject, desk.order())

    async with asyncio.timeout(90):
        assert (await desk.handle(filed(subject)).result()).stage is Stage.REJECTED


async def test_waiting_costs_nothing(time_skipping: WorkflowEnvironment) -> None:
    """Half a year adds no event, no timer is pending, and the decision ends it."""
    async with served(Desk(time_skipping.client)) as desk:
        subject = await desk.arrived()
        await time_skipping.sleep(timedelta(hours=1))
        before = await desk.handle(filed(subject)).fetch_history()
        await time_skipping.sleep(timedelta(days=180))
        after = await desk.handle(filed(subject)).fetch_history()

        assert len(after.events) == len(before.events)
        assert not any(each.HasField("timer_started_event_attributes") for each in after.events)
        assert desk.items.reminders == 0
        assert (await desk.intakes.approve(subject, desk.order())).stage is Stage.POSTED
        await desk.handle(filed(subject)).result()


async def test_what_needs_no_person_is_posted_at_once(desk: Desk) -> None:
    """The policy says so when it is checked; nobody gives an order."""
    desk.items.touchless = True
    subject = await desk.arrived()

    outcome = await desk.handle(filed(subject)).result()
    assert outcome.stage is Stage.POSTED
    assert desk.items.calls[-2:] == ["check", "post_by_policy"]


async def test_when_the_policy_thinks_better_a_person_decides(desk: Desk) -> None:
    """What was true at the check may be so no longer: the case waits as any other."""
    desk.items.touchless, desk.items.locked = True, True
    subject = await desk.arrived()
    await until(lambda: "post_by_policy" in desk.items.calls)
    desk.items.locked = False

    assert (await desk.intakes.approve(subject, desk.order())).stage is Stage.POSTED
    assert desk.items.calls.count("post_by_policy") == 1


async def test_the_policy_waits_for_the_rest_of_the_mail(desk: Desk) -> None:
    """It is asked again until all is read: another document may be the invoice in another form."""
    desk.items.touchless, desk.items.unread_mail = True, 3
    subject = await desk.arrived()

    assert (await desk.handle(filed(subject)).result()).stage is Stage.POSTED
    assert desk.items.calls[-4:] == ["check", *["post_by_policy"] * 3]


async def test_who_acts_while_the_mail_is_read_has_the_case(desk: Desk) -> None:
    """A correction ends the wait: nothing is posted behind a person's back."""
    desk.items.touchless, desk.items.unread_mail = True, 9999
    subject = await desk.arrived()
    await until(lambda: "post_by_policy" in desk.items.calls)
    await desk.intakes.amend(subject, desk.order())
    asked = desk.items.calls.count("post_by_policy")
    await asyncio.sleep(5)

    assert desk.items.calls.count("post_by_policy") == asked
    assert (await desk.intakes.approve(subject, desk.order())).stage is Stage.POSTED


async def test_what_breaks_on_the_way_is_left_to_a_person(desk: Desk) -> None:
    """A step that fails for good shows as a failed posting, and can be approved."""
    desk.items.touchless = True
    desk.items.broken["post_by_policy"] = RuntimeError("no rule for this")
    subject = await desk.arrived()
    await until(lambda: "note_failure" in desk.items.calls)

    assert (await desk.intakes.approve(subject, desk.order())).stage is Stage.POSTED


async def test_an_answer_that_was_lost_is_looked_for_in_the_database(desk: Desk) -> None:
    """A decision that was looked up may be that of the order itself: only a reread is refused."""
    subject = desk.subject(desk.document())
    order = desk.order()
    process = DocumentIntake(subject)
    process._status = IntakeStatus(stage=Stage.POSTED)  # noqa: SLF001 - no server can be stopped there
    orders = ("approve", "retry_posting", "amend", "reject", "confirm", "reread")

    def refused() -> set[str]:
        found = set()
        for each in orders:
            try:
                getattr(process, f"refuse_{each}")(order)
            except AlreadyApproved:
                found.add(each)
        return found

    assert refused() == set(orders)
    process._was_looked_up = True  # noqa: SLF001
    assert refused() == {"reread"}
