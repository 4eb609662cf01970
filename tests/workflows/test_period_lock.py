"""The period lock on real Temporal servers, its steps in memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.errors import SelfApprovalDenied
from domain.periods.lock import (
    VALID_FOR,
    LockRequest,
    LockRequestNotFound,
    LockRequestPending,
    RequestExpired,
    RequestNotPending,
    RequestStatus,
)
from domain.periods.period import PeriodAlreadyLocked, PeriodName
from tests.workflows.periods_in_memory import PeriodsInMemory
from tests.workflows.running import command, serving
from worker.registry import steps_of
from workflows.period_lock.client import PeriodLocks
from workflows.period_lock.workflow import LockSubject, PeriodLock
from workflows.shared.client import ProcessUnavailable
from workflows.shared.ids import LEDGER_QUEUE, PROCESS, STAGE, TENANT, period_lock_id

MARCH = PeriodName("2026-03")
APRIL = PeriodName("2026-04")


@dataclass
class Office:
    """Two people of one tenant before their locks."""

    client: Client
    locks: PeriodLocks
    steps: PeriodsInMemory
    tenant: UUID
    clerk: UUID
    boss: UUID

    async def asks(self, key: str | None = None, period: PeriodName = MARCH) -> LockRequest:
        """Let the clerk ask for a lock."""
        return await self.locks.request(period, command(self.tenant, self.clerk, key=key))


def _office(client: Client, steps: PeriodsInMemory) -> Office:
    return Office(client, PeriodLocks(client), steps, uuid4(), uuid4(), uuid4())


@pytest.fixture
async def office(temporal: Client) -> AsyncIterator[Office]:
    """Serve an office on the dev server."""
    steps = PeriodsInMemory()
    async with serving(temporal, [PeriodLock], steps_of(steps)):
        yield _office(temporal, steps)


async def test_a_second_person_locks_the_period(office: Office) -> None:
    """Request and approval, by two people."""
    request = await office.asks()
    order = command(office.tenant, office.boss, "periods.approve")

    locked = await office.locks.approve(MARCH, request.request_id, order)

    assert request.status is RequestStatus.PENDING
    assert request.expires_at - request.created_at == timedelta(hours=48)
    assert locked.request.status is RequestStatus.APPROVED
    assert locked.locked_by == office.boss


async def test_the_requester_may_not_approve(office: Office) -> None:
    """FOUR_EYES, with what the audit log needs; the request goes on waiting."""
    request = await office.asks()
    order = command(office.tenant, office.clerk, "periods.approve")

    with pytest.raises(SelfApprovalDenied) as denied:
        await office.locks.approve(MARCH, request.request_id, order)

    assert denied.value.context["request_id"] == str(request.request_id)
    assert denied.value.code == "SELF_APPROVAL_DENIED"
    assert office.steps.requests[request.request_id].status is RequestStatus.PENDING


async def test_one_request_is_pending_at_a_time(office: Office) -> None:
    """The second is refused before it reaches the history."""
    await office.asks()

    with pytest.raises(LockRequestPending):
        await office.asks()

    assert office.steps.calls == ["request"]


async def test_the_same_key_finds_the_first_answer(office: Office) -> None:
    """ONCE: a request sent again is the same request."""
    first = await office.asks("key-1")
    again = await office.asks("key-1")

    assert again == first
    assert office.steps.calls == ["request"]


async def test_the_same_key_finds_its_request_in_a_process_that_looked(office: Office) -> None:
    """ONCE: the answer was lost with the process; the pending request that is found is the own."""
    first = await office.asks("key-1")
    process = office.client.get_workflow_handle(str(period_lock_id(office.tenant, str(MARCH))))
    await process.terminate()
    await office.locks.resume(office.tenant, str(MARCH))
    while "look" not in office.steps.calls:  # noqa: ASYNC110 - until it has looked
        await asyncio.sleep(0.01)

    again = await office.asks("key-1")

    assert again == first
    with pytest.raises(LockRequestPending):
        await office.asks("key-2")


async def test_ten_approvals_at_once_are_one(office: Office) -> None:
    """The same approve called ten times at once locks once and answers ten times."""
    request = await office.asks()
    order = command(office.tenant, office.boss, "periods.approve", key="approve-1")

    answers = await asyncio.gather(
        *(office.locks.approve(MARCH, request.request_id, order) for _ in range(10))
    )

    assert {answer.closing_hash for answer in answers} == {"c" * 64}
    assert office.steps.calls == ["request", "approve"]


async def test_requests_at_once_leave_one_pending(office: Office) -> None:
    """Eight requests with keys of their own: one waits, seven are refused."""
    answers = await asyncio.gather(*(office.asks() for _ in range(8)), return_exceptions=True)

    assert sorted(type(each).__name__ for each in answers) == [
        "LockRequest",
        *["LockRequestPending"] * 7,
    ]
    assert len(office.steps.requests) == 1


async def test_a_cancelled_request_makes_room(office: Office) -> None:
    """Anyone may cancel once; then a new request is possible."""
    request = await office.asks()
    order = command(office.tenant, office.boss, "periods.cancel")
    cancelled = await office.locks.cancel(MARCH, request.request_id, order)

    with pytest.raises(LockRequestNotFound):
        await office.locks.cancel(
            MARCH, request.request_id, command(office.tenant, office.boss, "periods.cancel")
        )
    with pytest.raises(RequestNotPending):
        await office.locks.approve(
            MARCH, request.request_id, command(office.tenant, office.boss, "periods.approve")
        )

    assert cancelled.status is RequestStatus.CANCELLED
    assert (await office.asks()).request_id != request.request_id


async def test_a_locked_period_takes_no_request(office: Office) -> None:
    """The refusal of a step comes back as its class, and the process ends."""
    request = await office.asks()
    await office.locks.approve(
        MARCH, request.request_id, command(office.tenant, office.boss, "periods.approve")
    )

    with pytest.raises(PeriodAlreadyLocked) as refused:
        await office.asks()

    process = office.client.get_workflow_handle(str(period_lock_id(office.tenant, str(MARCH))))
    assert refused.value.context == {"period": "2026-03"}
    assert await process.result() is None


async def test_an_unknown_request_is_not_found(office: Office) -> None:
    """Approving what nobody asked for is 404."""
    with pytest.raises(LockRequestNotFound):
        await office.locks.approve(
            APRIL, uuid4(), command(office.tenant, office.boss, "periods.approve")
        )


async def test_a_waiting_lock_is_found_by_its_attributes(office: Office) -> None:
    """Search attributes carry ids and states, the details a sentence without names."""
    await office.asks()
    query = f"{TENANT.name} = '{office.tenant}' AND {STAGE.name} = 'pending'"

    async def found() -> str:
        while True:
            async for each in office.client.list_workflows(query):
                assert each.typed_search_attributes[PROCESS] == "period-lock"
                return each.id
            await asyncio.sleep(0.1)

    async with asyncio.timeout(90):
        workflow_id = await found()
    described = await office.client.get_workflow_handle(workflow_id).describe()
    assert await described.static_summary() == "Lock of period 2026-03"


async def test_without_a_worker_the_answer_is_503(temporal: Client) -> None:
    """Nobody serves: told within the deadline; with the worker back the key finds the outcome."""
    steps = PeriodsInMemory()
    office = _office(temporal, steps)
    impatient = PeriodLocks(temporal, deadline=timedelta(seconds=1))
    order = command(office.tenant, office.clerk)

    with pytest.raises(ProcessUnavailable) as away:
        await impatient.request(MARCH, order)
    async with serving(temporal, [PeriodLock], steps_of(steps)):
        request = await office.locks.request(MARCH, order)

    assert away.value.context == {"retry_after": 2}
    assert request.status is RequestStatus.PENDING
    assert len(steps.requests) == 1


async def test_after_48_hours_the_request_expires(time_skipping: WorkflowEnvironment) -> None:
    """The durable timer closes the request; an approval is refused, a new request possible."""
    steps = PeriodsInMemory()
    office = _office(time_skipping.client, steps)
    async with serving(time_skipping.client, [PeriodLock], steps_of(steps)):
        request = await office.asks()
        await time_skipping.sleep(timedelta(hours=48, seconds=5))
        process = office.client.get_workflow_handle(str(period_lock_id(office.tenant, str(MARCH))))
        outcome = await process.result()

        with pytest.raises(RequestExpired):
            await office.locks.approve(
                MARCH, request.request_id, command(office.tenant, office.boss, "periods.approve")
            )
        again = await office.asks()

    assert outcome == "expired"
    assert again.created_at - request.created_at >= VALID_FOR
    assert steps.calls == ["request", "expire", "approve", "look", "request"]


async def test_just_before_48_hours_it_can_be_approved(
    time_skipping: WorkflowEnvironment,
) -> None:
    """47 hours and 59 minutes are in time."""
    steps = PeriodsInMemory()
    office = _office(time_skipping.client, steps)
    async with serving(time_skipping.client, [PeriodLock], steps_of(steps)):
        request = await office.asks()
        await time_skipping.sleep(timedelta(hours=47, minutes=59))
        locked = await office.locks.approve(
            MARCH, request.request_id, command(office.tenant, office.boss, "periods.approve")
        )

    assert locked.request.status is RequestStatus.APPROVED


async def test_a_continued_run_goes_on_with_its_request(
    time_skipping: WorkflowEnvironment,
) -> None:
    """When the history gets long the run is continued as new; the same hours are left."""
    steps = PeriodsInMemory()
    office = _office(time_skipping.client, steps)
    async with serving(time_skipping.client, [PeriodLock], steps_of(steps)):
        now = await time_skipping.get_current_time()
        half = LockRequest(uuid4(), str(MARCH), office.clerk, now - VALID_FOR / 2)
        steps.requests[half.request_id] = half
        handle = await time_skipping.client.start_workflow(
            PeriodLock.run,
            LockSubject(tenant_id=office.tenant, period=str(MARCH), request=half),
            id=str(period_lock_id(office.tenant, str(MARCH))),
            task_queue=LEDGER_QUEUE,
        )
        with pytest.raises(LockRequestPending):
            await office.asks()
        await time_skipping.sleep(timedelta(hours=24, seconds=5))

        assert await handle.result() == "expired"
