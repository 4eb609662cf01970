"""Where many documents of one tenant wait, another tenant's few are not behind them all."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError

from tests.workflows.intake_in_memory import IntakeInMemory
from worker.registry import Registration, steps_of
from worker.running import Limits, worker_of
from workflows.document_reading.client import Readings
from workflows.document_reading.steps import ReadingActivities, ReadResult, ReadStep
from workflows.document_reading.workflow import DocumentReading, ReadingOrder
from workflows.shared.ids import DOCUMENTS_QUEUE, LEDGER_QUEUE, reading_id

MANY, FEW = 50, 5


class Turns(ReadingActivities):
    """Notes whose documents are read, in their order."""

    def __init__(self) -> None:
        self.tenants: list[UUID] = []
        self.documents: list[UUID] = []

    @activity.defn(name="intake.read")
    def read(self, step: ReadStep) -> ReadResult:
        """Read."""
        self.tenants.append(step.tenant_id)
        self.documents.append(step.document_id)
        return ReadResult(version=1)


async def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for what the workers do."""
    async with asyncio.timeout(60):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def ask(client: Client, tenant_id: UUID) -> None:
    """Have a document read, and wait until that is asked of the readers."""
    order = ReadingOrder(tenant_id=tenant_id, document_id=uuid4(), key="k")
    process = reading_id(tenant_id, order.document_id, order.key)
    handle = await client.start_workflow(
        DocumentReading.run,
        order,
        id=str(process),
        task_queue=LEDGER_QUEUE,
        priority=process.priority,
    )
    await until_asked(client, handle.id)


async def until_asked(client: Client, workflow_id: str) -> None:
    """Wait until a process asks for a reader."""
    handle = client.get_workflow_handle(workflow_id)
    async with asyncio.timeout(60):
        while True:
            with suppress(RPCError):
                if (await handle.describe()).raw_description.pending_activities:
                    return
            await asyncio.sleep(0.05)


async def test_tenants_take_turns(temporal: Client) -> None:
    """Fifty wait for one reader when five of somebody else come: they are read among the first."""
    big, small, turns = uuid4(), uuid4(), Turns()
    limits = Limits(threads=2, grace=timedelta(seconds=5))
    ledger = Registration(LEDGER_QUEUE, [DocumentReading], steps_of(IntakeInMemory()))
    reader = Registration(DOCUMENTS_QUEUE, [], steps_of(turns))
    async with worker_of(temporal, ledger, limits):
        await asyncio.gather(*(ask(temporal, big) for _ in range(MANY)))
        await asyncio.gather(*(ask(temporal, small) for _ in range(FEW)))
        async with worker_of(temporal, reader, limits):
            await wait_until(lambda: len(turns.tenants) >= MANY + FEW)

    ours = [each for each in turns.tenants if each in {big, small}]
    places = [place for place, tenant in enumerate(ours) if tenant == small]
    assert len(places) == FEW
    assert max(places) < MANY // 2


async def test_what_a_person_waits_for_is_read_first(temporal: Client) -> None:
    """Their own documents wait for a reader, too; the one that they look at does not."""
    tenant, turns = uuid4(), Turns()
    limits = Limits(threads=2, grace=timedelta(seconds=5))
    ledger = Registration(LEDGER_QUEUE, [DocumentReading], steps_of(IntakeInMemory()))
    reader = Registration(DOCUMENTS_QUEUE, [], steps_of(turns))
    looked_at = uuid4()
    async with worker_of(temporal, ledger, limits):
        await asyncio.gather(*(ask(temporal, tenant) for _ in range(20)))
        readings = Readings(temporal, deadline=timedelta(seconds=60))
        person = asyncio.create_task(readings.read(tenant, looked_at, "k"))
        await until_asked(temporal, str(reading_id(tenant, looked_at, "k")))
        async with worker_of(temporal, reader, limits):
            await person
            await wait_until(lambda: len(turns.documents) > 20)

    assert turns.documents.index(looked_at) < 5
