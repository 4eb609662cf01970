"""Every way that the dunning of a debtor goes, to be saved and replayed."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.errors import DomainError
from tests.workflows.dunning_in_memory import DunningInMemory
from tests.workflows.running import command, serving
from worker.registry import steps_of
from workflows.dunning.client import Dunnings
from workflows.dunning.workflow import Dunning
from workflows.shared.ids import dunning_id

CLERK, DEBTOR = UUID(int=1), UUID(int=7)
Way = Callable[[WorkflowEnvironment, UUID, DunningInMemory], Awaitable[None]]


async def paid(environment: WorkflowEnvironment, tenant: UUID, steps: DunningInMemory) -> None:
    """A first letter is released, a second is proposed, then money comes and it is refused."""
    dunnings = Dunnings(environment.client)
    await dunnings.look(tenant, DEBTOR)
    await _release(dunnings, tenant, steps)
    await environment.sleep(timedelta(days=7, hours=1))
    steps.is_overdue = False
    with suppress(DomainError):
        await dunnings.release(DEBTOR, steps.notice(DEBTOR), command(tenant, CLERK, "release"))
    await environment.sleep(timedelta(days=1))


async def stopped(environment: WorkflowEnvironment, tenant: UUID, steps: DunningInMemory) -> None:
    """A person stops it while a letter waits."""
    dunnings = Dunnings(environment.client)
    await dunnings.look(tenant, DEBTOR)
    steps.is_stopped = True
    await dunnings.look(tenant, DEBTOR)


async def by_policy(environment: WorkflowEnvironment, tenant: UUID, steps: DunningInMemory) -> None:
    """The policy asks for nobody: both letters go out, and it ends when money comes."""
    steps.needs_release = False
    await Dunnings(environment.client).look(tenant, DEBTOR)
    await environment.sleep(timedelta(days=10))
    steps.is_overdue = False
    await environment.sleep(timedelta(days=2))


WAYS: dict[str, Way] = {"paid": paid, "stopped": stopped, "by-policy": by_policy}


async def history(environment: WorkflowEnvironment, way: str) -> str:
    """Go one way and return its history as JSON."""
    tenant = UUID(int=700 + list(WAYS).index(way))
    client: Client = environment.client
    steps = DunningInMemory()
    async with serving(client, [Dunning], steps_of(steps)):
        await WAYS[way](environment, tenant, steps)
        handle = client.get_workflow_handle(str(dunning_id(tenant, DEBTOR)))
        await handle.result()
    return (await handle.fetch_history()).to_json()


async def _release(dunnings: Dunnings, tenant: UUID, steps: DunningInMemory) -> None:
    """Release the letter once it is drawn."""
    notice = await steps.until_drawn(DEBTOR)
    await dunnings.release(DEBTOR, notice, command(tenant, CLERK, "release"))
