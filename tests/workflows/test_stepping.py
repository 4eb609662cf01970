"""What is away is waited for, with an end; a process that is cancelled lets its orders end."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError

from domain.database.outages import DatabaseUnavailable
from domain.errors import StepBroke
from tests.workflows.intake_served import Desk, served, until
from tests.workflows.running import command, serving
from tests.workflows.test_document_intake import filed, reviewed
from tests.workflows.test_payment_run import an_office
from worker.registry import steps_of
from workflows.document_intake.steps import Stage
from workflows.document_intake.workflow import IntakeSubject
from workflows.payment_run.workflow import PaymentRun
from workflows.resume.overview import Operations
from workflows.shared import options, stepping
from workflows.shared.ids import STUCK_BY, STUCK_SINCE
from workflows.shared.stepping import ProcessStopped


@pytest.fixture
async def desk(temporal: Client) -> AsyncIterator[Desk]:
    """Serve a desk on the dev server."""
    async with served(Desk(temporal)) as ready:
        yield ready


async def test_a_cancelled_case_goes_on_with_the_next_order(desk: Desk) -> None:
    """The main button of Temporal's UI: the process ends, the case does not."""
    subject = await desk.arrived()
    await reviewed(desk, subject)
    await desk.handle(filed(subject)).cancel()
    with pytest.raises(WorkflowFailureError):
        await desk.handle(filed(subject)).result()

    assert (await desk.intakes.approve(subject, desk.order())).stage is Stage.POSTED


async def test_an_order_under_way_ends_before_its_process(desk: Desk) -> None:
    """Cancelled in the middle of a correction: the caller has its answer."""
    subject = await desk.arrived()
    await reviewed(desk, subject)
    desk.items.go_on["amend"] = Event()
    asked = asyncio.create_task(desk.intakes.amend(subject, desk.order()))
    await until(lambda: "amend" in desk.items.calls)
    await desk.handle(filed(subject)).cancel()
    desk.items.go_on["amend"].set()

    assert (await asked).stage is Stage.IN_REVIEW
    with pytest.raises(WorkflowFailureError):
        await desk.handle(filed(subject)).result()
    described = await desk.handle(filed(subject)).describe()
    assert described.status is WorkflowExecutionStatus.CANCELED


async def stuck_by(desk: Desk, subject: IntakeSubject, kind: str | None) -> None:
    """Wait until Temporal tells what the process is stuck by, and since when; None: by nothing."""
    async with asyncio.timeout(90):
        while True:
            told = (await desk.handle(filed(subject)).describe()).typed_search_attributes
            if told.get(STUCK_BY) == kind:
                assert (told.get(STUCK_SINCE) is None) == (kind is None)
                return
            await asyncio.sleep(0.05)


async def until_told(desk: Desk, kind: str) -> None:
    """Wait until the operator's page would tell the class; lists of Temporal follow a bit later."""
    async with asyncio.timeout(90):
        while True:
            told = await Operations(desk.client).overview(datetime.now(UTC))
            if ("intake", kind, "stuck") in {(f.process, f.kind, f.how) for f in told.failures}:
                break
            await asyncio.sleep(0.2)
    assert told.running["intake"] >= 1
    assert {each.queue for each in told.workers} == {each.name for each in told.queues}
    assert all(each.identity and each.seen_at for each in told.workers)


async def test_what_is_stuck_is_found_and_what_goes_on_is_not(desk: Desk) -> None:
    """By the class of the error alone; when it is over nothing is left of it."""
    subject = await desk.arrived()
    await reviewed(desk, subject)
    desk.items.broken["post"] = KeyError("words that must not leak")
    with pytest.raises(StepBroke):
        await desk.intakes.approve(subject, desk.order())
    await stuck_by(desk, subject, "KeyError")
    await until_told(desk, "KeyError")
    del desk.items.broken["post"]

    assert (await desk.intakes.approve(subject, desk.order())).stage is Stage.POSTED
    await stuck_by(desk, subject, None)


async def test_an_order_that_waits_hears_that_its_process_is_stopped(desk: Desk) -> None:
    """It would wait for what is away; the same key, given again, is done by another process."""
    subject = await desk.arrived()
    await reviewed(desk, subject)
    desk.items.broken["post"] = DatabaseUnavailable()
    order = desk.order()
    asked = asyncio.create_task(desk.intakes.approve(subject, order))
    await until(lambda: "post" in desk.items.calls)
    await stuck_by(desk, subject, "DatabaseUnavailable")
    await desk.handle(filed(subject)).cancel()

    with pytest.raises(ProcessStopped, match="operator stopped"):
        await asked
    with pytest.raises(WorkflowFailureError):
        await desk.handle(filed(subject)).result()
    del desk.items.broken["post"]
    assert (await desk.intakes.approve(subject, order)).stage is Stage.POSTED


async def test_a_document_that_is_read_when_its_process_is_cancelled(temporal: Client) -> None:
    """The reader is called off; whoever starts the process again has the document read."""
    async with served(Desk(temporal), reader=False) as desk:
        subject = await desk.arrived()
        await desk.running(filed(subject), "intake.read")
        await desk.handle(filed(subject)).cancel()
        with pytest.raises(WorkflowFailureError):
            await desk.handle(filed(subject)).result()

        await desk.intakes.resume(subject)
        await desk.running(filed(subject), "intake.read")
        assert (await desk.intakes.reject(subject, desk.order())).stage is Stage.REJECTED


async def test_an_order_is_given_up_when_the_outage_lasts(
    temporal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process waits on and says why; the same order, given again, is done."""
    monkeypatch.setattr(stepping, "PATIENCE", timedelta(seconds=3))
    office = an_office(temporal, deadline=timedelta(seconds=120))
    async with serving(temporal, [PaymentRun], steps_of(office.steps)):
        run = await office.makes()
        order = command(office.tenant, office.boss, "approve", "approve-1")
        office.steps.broken = DatabaseUnavailable()
        with pytest.raises(DatabaseUnavailable):
            await office.runs.approve(run.run_id, order)

        office.steps.broken = None
        assert (await office.runs.approve(run.run_id, order)).status == "approved"


async def test_a_longer_step_ends_with_the_class_of_its_accident(
    temporal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug in the export is told as ours, not as an outage for ever."""
    office = an_office(temporal, deadline=timedelta(seconds=120))
    async with serving(temporal, [PaymentRun], steps_of(office.steps)):
        run = await office.makes()
        await office.runs.approve(run.run_id, command(office.tenant, office.boss))
        office.steps.broken = KeyError("words that must not leak")
        with monkeypatch.context() as soon:
            soon.setitem(options.WRITE, "schedule_to_close_timeout", timedelta(seconds=6))
            with pytest.raises(StepBroke) as told:
                await office.runs.export(run.run_id, command(office.tenant, office.clerk))

        assert told.value.context == {"kind": "KeyError"}
        office.steps.broken = None
        again = await office.runs.export(run.run_id, command(office.tenant, office.clerk))
        assert again.status == "exported"
