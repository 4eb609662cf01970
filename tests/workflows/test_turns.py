"""Where many documents wait for a reader, companies take turns, and a person comes first."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError

from tests.workflows.intake_served import Desk, served
from worker.registry import Registration, steps_of
from worker.running import Limits, worker_of
from workflows.document_intake.steps import IntakeStatus, Stage
from workflows.document_reading.client import Readings
from workflows.document_reading.steps import ReadingActivities, ReadResult, ReadStep
from workflows.shared.ids import DOCUMENTS_QUEUE, ProcessId, intake_id, reading_id

MANY, FEW = 24, 4


class OneByOne(ReadingActivities):
    """Keeps in which order documents were read."""

    def __init__(self) -> None:
        self.read_ids: list[UUID] = []

    @activity.defn(name="intake.read")
    def read(self, step: ReadStep) -> ReadResult:
        """Read."""
        self.read_ids.append(step.document_id)
        return ReadResult(version=1)


async def asked(client: Client, process: ProcessId) -> None:
    """Wait until a process asks for a reader, who is not there yet."""
    async with asyncio.timeout(60):
        while True:
            with suppress(RPCError):
                handle = client.get_workflow_handle(str(process))
                pending = (await handle.describe()).raw_description.pending_activities
                if [each.activity_type.name for each in pending] == ["intake.read"]:
                    return
            await asyncio.sleep(0.05)


async def wait_to_be_read(desk: Desk, count: int) -> set[UUID]:
    """So many documents of a company, which wait for their reader."""
    documents = [desk.document() for _ in range(count)]
    for each in documents:
        desk.items.items[each.inbox_id] = IntakeStatus(stage=Stage.RECEIVED)
        await desk.intakes.resume(desk.subject(each))
    for each in documents:
        await asked(desk.client, intake_id(desk.tenant, each.inbox_id))
    return {each.document_id for each in documents}


async def test_a_flood_of_one_company_holds_up_no_other(temporal: Client) -> None:
    """Behind many of one, those of another come by turns, and what a person waits for at once.

    Without fairness keys, or a server that heeds them, the few came last; without a priority the
    one did.
    """
    flood, reader, urgent = Desk(temporal), OneByOne(), uuid4()
    other = Desk(temporal, items=flood.items)
    async with served(flood, reader=False):
        many = await wait_to_be_read(flood, MANY)
        few = await wait_to_be_read(other, FEW)
        waiting = asyncio.create_task(
            Readings(temporal, deadline=timedelta(minutes=2)).read(flood.tenant, urgent, "now")
        )
        await asked(temporal, reading_id(flood.tenant, urgent, "now"))
        documents = Registration(DOCUMENTS_QUEUE, [], steps_of(reader))
        async with worker_of(temporal, documents, Limits(threads=1)):
            assert (await waiting).version == 1
            async with asyncio.timeout(60):
                while not many | few | {urgent} <= set(reader.read_ids):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)

    places = {each: reader.read_ids.index(each) for each in many | few | {urgent}}
    assert places[urgent] < FEW
    assert max(places[each] for each in few) < MANY / 2
