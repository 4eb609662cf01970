"""The dunning of a debtor on real Temporal servers, its steps in memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from domain.receivables.dunning import NoticeNotFound, NoticeOutdated, Stage
from tests.workflows.dunning_in_memory import DunningInMemory
from tests.workflows.running import command, serving
from worker.registry import steps_of
from workflows.dunning.client import Dunnings
from workflows.dunning.workflow import Dunning
from workflows.shared.ids import dunning_id


@dataclass
class Desk:
    """A clerk before a debtor."""

    client: Client
    dunnings: Dunnings
    steps: DunningInMemory
    tenant: UUID
    debtor: UUID

    @property
    def handle(self) -> WorkflowHandle[Dunning, Stage]:
        """The process of the debtor."""
        process = str(dunning_id(self.tenant, self.debtor))
        return self.client.get_workflow_handle_for(Dunning.run, process)

    async def drawn(self) -> UUID:
        """The letter that waits, once it can be seen."""
        return await self.steps.until_drawn(self.debtor)

    async def releases(self, notice: UUID, key: str | None = None) -> Stage:
        """Let the clerk release a letter."""
        order = command(self.tenant, uuid4(), "release", key)
        return (await self.dunnings.release(self.debtor, notice, order)).stage


def _desk(client: Client) -> Desk:
    return Desk(client, Dunnings(client), DunningInMemory(), uuid4(), uuid4())


@pytest.fixture
async def desk(temporal: Client) -> AsyncIterator[Desk]:
    """Serve a desk on the dev server."""
    made = _desk(temporal)
    async with serving(temporal, [Dunning], steps_of(made.steps)):
        yield made


async def test_a_letter_is_drawn_and_waits_for_a_person(desk: Desk) -> None:
    """Looked at twice, it is one process and one letter; released once, it is refused again."""
    await desk.dunnings.look(desk.tenant, desk.debtor)
    await desk.dunnings.look(desk.tenant, desk.debtor)
    notice = await desk.drawn()

    assert await desk.releases(notice) is Stage.WAITING
    with pytest.raises(NoticeNotFound):
        await desk.releases(notice)
    assert desk.steps.released == [notice]


async def test_money_that_came_stops_it(desk: Desk) -> None:
    """The release is refused, and the process ends by itself."""
    await desk.dunnings.look(desk.tenant, desk.debtor)
    notice = await desk.drawn()
    desk.steps.is_overdue = False

    with pytest.raises(NoticeOutdated):
        await desk.releases(notice)
    assert await desk.handle.result() is Stage.OVER
    assert desk.steps.released == []


async def test_a_person_stops_it(desk: Desk) -> None:
    """The process ends at the next look; a release starts it again and is answered."""
    await desk.dunnings.look(desk.tenant, desk.debtor)
    notice = await desk.drawn()
    desk.steps.is_stopped = True
    await desk.dunnings.look(desk.tenant, desk.debtor)
    assert await desk.handle.result() is Stage.STOPPED

    desk.steps.is_stopped = False
    assert await desk.releases(notice) is Stage.WAITING


async def test_it_goes_from_level_to_level_and_ends_when_paid(
    time_skipping: WorkflowEnvironment,
) -> None:
    """Without a person where the policy says so: a week lies between the letters."""
    desk = _desk(time_skipping.client)
    desk.steps.needs_release = False
    async with serving(time_skipping.client, [Dunning], steps_of(desk.steps)):
        await desk.dunnings.look(desk.tenant, desk.debtor)
        await time_skipping.sleep(timedelta(days=6))
        assert len(desk.steps.released) == 1
        await time_skipping.sleep(timedelta(days=3))
        assert len(desk.steps.released) == 2
        await time_skipping.sleep(timedelta(days=30))
        assert len(desk.steps.released) == 2
        desk.steps.is_overdue = False
        assert await desk.handle.result() is Stage.OVER
