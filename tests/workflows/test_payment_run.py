"""Payment runs on real Temporal servers, their steps in memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from domain.errors import NotFound, SelfApprovalDenied
from domain.payments.run import InvalidStateTransition, RunState, RunStatus
from tests.workflows.payments_in_memory import PaymentsInMemory
from tests.workflows.running import command, serving
from worker.registry import steps_of
from workflows.payment_run.client import PaymentRuns, run_id_of
from workflows.payment_run.workflow import NewRunOrder, PaymentRun, RunSubject
from workflows.shared.client import DEADLINE, ProcessUnavailable
from workflows.shared.ids import LEDGER_QUEUE, payment_run_id


@dataclass
class Office:
    """Two people of one tenant before their runs."""

    client: Client
    runs: PaymentRuns
    steps: PaymentsInMemory
    tenant: UUID
    clerk: UUID
    boss: UUID
    day: date

    async def makes(self, key: str | None = None) -> RunState:
        """Let the clerk make a run."""
        order = command(self.tenant, self.clerk, "create", key)
        new = NewRunOrder(
            command=order,
            bank_account_id=UUID(int=1),
            execution_date=self.day,
            invoice_ids=(UUID(int=2),),
            today=date(2026, 1, 1),
        )
        return await self.runs.create(run_id_of(order), new)

    async def ended(self, run_id: UUID) -> RunStatus | None:
        """How the process of a run ended."""
        handle: WorkflowHandle[PaymentRun, RunStatus | None] = self.client.get_workflow_handle(
            str(payment_run_id(self.tenant, run_id)), result_type=RunStatus
        )
        return await handle.result()


def an_office(client: Client, day: date | None = None, deadline: timedelta = DEADLINE) -> Office:
    """An office nobody else has, with runs for a day in a month."""
    runs = PaymentRuns(client, deadline=deadline)
    day = day or (datetime.now(UTC) + timedelta(days=30)).date()
    return Office(client, runs, PaymentsInMemory(), uuid4(), uuid4(), uuid4(), day)


@pytest.fixture
async def office(temporal: Client) -> AsyncIterator[Office]:
    """Serve an office on the dev server."""
    made = an_office(temporal)
    async with serving(temporal, [PaymentRun], steps_of(made.steps)):
        yield made


async def test_a_run_goes_its_way(office: Office) -> None:
    """Draft, approved, exported twice, completed; then the process ends."""
    run = await office.makes()
    bosses, clerks = office.boss, office.clerk
    approved = await office.runs.approve(run.run_id, command(office.tenant, bosses))
    exported = await office.runs.export(run.run_id, command(office.tenant, clerks))
    again = await office.runs.export(run.run_id, command(office.tenant, clerks))
    completed = await office.runs.complete(run.run_id, command(office.tenant, clerks))

    states = (run, approved, exported, again, completed)
    assert [state.status.value for state in states] == [
        "draft", "approved", "exported", "exported", "completed",
    ]  # fmt: skip
    assert await office.ended(run.run_id) is RunStatus.COMPLETED


async def test_the_creator_may_not_approve(office: Office) -> None:
    """FOUR_EYES; the run goes on waiting."""
    run = await office.makes()
    with pytest.raises(SelfApprovalDenied):
        await office.runs.approve(run.run_id, command(office.tenant, office.clerk))
    assert office.steps.runs[run.run_id].status is RunStatus.DRAFT


async def test_what_the_state_forbids_reaches_no_step(office: Office) -> None:
    """The validator refuses, and nothing stands in the history."""
    run = await office.makes()
    for order in (office.runs.export, office.runs.complete):
        with pytest.raises(InvalidStateTransition) as refused:
            await order(run.run_id, command(office.tenant, office.boss))
    assert refused.value.context == {"status": "draft"}
    assert office.steps.calls == ["create"]


async def test_the_same_key_finds_its_answer_in_a_process_that_looked(office: Office) -> None:
    """ONCE: the answer was lost with the process; what is not the own is refused as ever."""
    run = await office.makes()
    order = command(office.tenant, office.boss, key="approve-1")
    approved = await office.runs.approve(run.run_id, order)
    process = office.client.get_workflow_handle(str(payment_run_id(office.tenant, run.run_id)))
    await process.terminate()
    await office.runs.resume(office.tenant, run.run_id)
    while "look" not in office.steps.calls:  # noqa: ASYNC110 - until it has looked
        await asyncio.sleep(0.01)

    assert await office.runs.approve(run.run_id, order) == approved
    with pytest.raises(InvalidStateTransition):
        await office.runs.approve(run.run_id, command(office.tenant, office.boss))
    assert office.steps.calls.count("approve") == 2


async def test_the_same_key_finds_its_answer_in_a_continued_run(office: Office) -> None:
    """ONCE: the history grew long before the answer was heard, and the next run knows no id."""
    run = await office.makes()
    order = command(office.tenant, office.boss, key="approve-1")
    approved = await office.runs.approve(run.run_id, order)
    workflow_id = str(payment_run_id(office.tenant, run.run_id))
    await office.client.get_workflow_handle(workflow_id).terminate()
    await office.client.start_workflow(
        PaymentRun.run,
        RunSubject(tenant_id=office.tenant, run_id=run.run_id, state=approved, looks=True),
        id=workflow_id,
        task_queue=LEDGER_QUEUE,
    )

    assert await office.runs.approve(run.run_id, order) == approved
    with pytest.raises(InvalidStateTransition):
        await office.runs.approve(run.run_id, command(office.tenant, office.boss))
    assert office.steps.calls.count("approve") == 2


async def test_ten_approvals_at_once_are_one(office: Office) -> None:
    """ONCE: one key, one step, ten answers; ten keys, one step and nine refusals."""
    run = await office.makes()
    order = command(office.tenant, office.boss, key="approve-1")
    answers = await asyncio.gather(*(office.runs.approve(run.run_id, order) for _ in range(10)))
    assert {answer.status for answer in answers} == {RunStatus.APPROVED}
    exports = await asyncio.gather(
        *(office.runs.cancel(run.run_id, command(office.tenant, office.boss)) for _ in range(10)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, RunState) for one in exports) == 1
    assert office.steps.calls[:2] == ["create", "approve"]
    assert office.steps.runs[run.run_id].status is RunStatus.CANCELLED


async def test_the_same_key_makes_one_run(office: Office) -> None:
    """Made twice, it is there once."""
    assert await office.makes("k") == await office.makes("k")
    assert len(office.steps.runs) == 1


async def test_an_ended_or_unknown_run_is_the_databases_to_judge(office: Office) -> None:
    """Without a process at work, the step refuses and the new process ends at once."""
    run = await office.makes()
    await office.runs.cancel(run.run_id, command(office.tenant, office.clerk))
    assert await office.ended(run.run_id) is RunStatus.CANCELLED
    with pytest.raises(InvalidStateTransition):
        await office.runs.approve(run.run_id, command(office.tenant, office.boss))
    unknown = uuid4()
    with pytest.raises(NotFound):
        await office.runs.approve(unknown, command(office.tenant, office.boss))
    assert await office.ended(unknown) is None


async def test_without_a_worker_the_answer_is_503_and_the_key_finds_the_outcome(
    temporal: Client,
) -> None:
    """Nobody serves: told within the deadline; later the same call gets its answer."""
    office = an_office(temporal, date(2030, 1, 1))
    patient = office.runs
    office.runs = PaymentRuns(temporal, deadline=timedelta(seconds=1))
    with pytest.raises(ProcessUnavailable):
        await office.makes("k")
    office.runs = patient
    async with serving(temporal, [PaymentRun], steps_of(office.steps)):
        run = await office.makes("k")
    assert run.status is RunStatus.DRAFT
    assert office.steps.calls == ["create"]


async def test_people_are_reminded_once_before_the_day(time_skipping: WorkflowEnvironment) -> None:
    """The durable timer fires a day before the execution, once; the run goes on waiting."""
    now = await time_skipping.get_current_time()
    office = an_office(time_skipping.client, (now + timedelta(days=10)).date())
    async with serving(time_skipping.client, [PaymentRun], steps_of(office.steps)):
        run = await office.makes()
        await time_skipping.sleep(timedelta(days=8))
        assert office.steps.calls == ["create"]
        await time_skipping.sleep(timedelta(days=30))
        assert office.steps.calls == ["create", "remind"]
        cancelled = await office.runs.cancel(run.run_id, command(office.tenant, office.clerk))
    assert cancelled == replace(run, status=RunStatus.CANCELLED, reminded=True)


async def test_a_continued_run_keeps_its_state(office: Office) -> None:
    """What continue-as-new hands on is where the run stands."""
    run = await office.makes("k")
    approved = replace(run, run_id=uuid4(), status=RunStatus.APPROVED)
    office.steps.runs[approved.run_id] = approved
    await office.client.start_workflow(
        PaymentRun.run,
        RunSubject(tenant_id=office.tenant, run_id=approved.run_id, state=approved),
        id=str(payment_run_id(office.tenant, approved.run_id)),
        task_queue="ledger",
    )
    with pytest.raises(InvalidStateTransition):
        await office.runs.approve(approved.run_id, command(office.tenant, office.boss))
    exported = await office.runs.export(approved.run_id, command(office.tenant, office.boss))
    assert exported.status is RunStatus.EXPORTED


async def test_what_the_bank_says_ends_the_process(office: Office) -> None:
    """Answered, it goes on waiting; answered for good, it ends."""
    run = await office.makes()
    await office.runs.approve(run.run_id, command(office.tenant, office.boss))
    await office.runs.export(run.run_id, command(office.tenant, office.clerk))
    waiting = await office.runs.answer(run.run_id, command(office.tenant, office.clerk))
    office.steps.answers[run.run_id] = RunStatus.COMPLETED
    over = await office.runs.answer(run.run_id, command(office.tenant, office.clerk))

    assert (waiting.status, over.status) == (RunStatus.EXPORTED, RunStatus.COMPLETED)
    assert await office.ended(run.run_id) is RunStatus.COMPLETED


async def test_a_file_is_withdrawn_by_two(office: Office) -> None:
    """Not before the export, and not by one person twice."""
    run = await office.makes()
    with pytest.raises(InvalidStateTransition):
        await office.runs.withdraw(run.run_id, command(office.tenant, office.clerk))
    await office.runs.approve(run.run_id, command(office.tenant, office.boss))
    await office.runs.export(run.run_id, command(office.tenant, office.clerk))
    for _ in range(2):
        asked = await office.runs.withdraw(run.run_id, command(office.tenant, office.clerk))
        assert asked.status is RunStatus.EXPORTED
    await office.runs.withdraw(run.run_id, command(office.tenant, office.boss))
    assert await office.ended(run.run_id) is RunStatus.CANCELLED
