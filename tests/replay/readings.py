"""Every way that the reading of a document goes, to be saved and replayed."""

from uuid import UUID

from temporalio.testing import WorkflowEnvironment

from tests.workflows.intake_in_memory import ReadingInMemory
from tests.workflows.intake_served import Desk, served
from workflows.document_reading.client import Readings
from workflows.shared.ids import reading_id

WAYS = {"read": False, "given-up": True}
"""Whether the reader is broken."""


async def history(environment: WorkflowEnvironment, way: str) -> str:
    """Go one way and return its history as JSON."""
    number = 400 + list(WAYS).index(way)
    desk = Desk(
        environment.client, tenant=UUID(int=number), reading=ReadingInMemory(broken=WAYS[way])
    )
    process = reading_id(desk.tenant, UUID(int=2), "key")
    async with served(desk):
        await Readings(environment.client).read(desk.tenant, UUID(int=2), "key")
        handle = environment.client.get_workflow_handle(str(process))
    return (await handle.fetch_history()).to_json()
