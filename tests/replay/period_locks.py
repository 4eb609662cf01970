"""Every way that the lock of a period goes, to be saved and replayed."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.errors import DomainError
from domain.periods.period import PeriodName
from tests.workflows.periods_in_memory import PeriodsInMemory
from tests.workflows.running import command, serving
from worker.registry import steps_of
from workflows.period_lock.client import PeriodLocks
from workflows.period_lock.workflow import PeriodLock
from workflows.shared.ids import period_lock_id

MARCH = PeriodName("2026-03")
CLERK, BOSS = UUID(int=1), UUID(int=2)
Way = Callable[[WorkflowEnvironment, UUID], Awaitable[None]]


async def approved(environment: WorkflowEnvironment, tenant: UUID) -> None:
    """Ask, be refused a second request, fail to approve alone, be approved by another."""
    locks = PeriodLocks(environment.client)
    request = await locks.request(MARCH, command(tenant, CLERK))
    with suppress(DomainError):
        await locks.request(MARCH, command(tenant, CLERK))
    with suppress(DomainError):
        await locks.approve(MARCH, request.request_id, command(tenant, CLERK, "approve"))
    await locks.approve(MARCH, request.request_id, command(tenant, BOSS, "approve"))


async def cancelled(environment: WorkflowEnvironment, tenant: UUID) -> None:
    """Ask and withdraw."""
    locks = PeriodLocks(environment.client)
    request = await locks.request(MARCH, command(tenant, CLERK))
    await locks.cancel(MARCH, request.request_id, command(tenant, BOSS, "cancel"))


async def expired(environment: WorkflowEnvironment, tenant: UUID) -> None:
    """Ask and hear nothing for 48 hours."""
    await PeriodLocks(environment.client).request(MARCH, command(tenant, CLERK))
    await environment.sleep(timedelta(hours=48, seconds=5))


async def refused(environment: WorkflowEnvironment, tenant: UUID) -> None:
    """Approve what nobody asked for: the process starts and ends."""
    with suppress(DomainError):
        await PeriodLocks(environment.client).approve(
            MARCH, UUID(int=3), command(tenant, BOSS, "approve")
        )


WAYS: dict[str, Way] = {
    "approved": approved,
    "cancelled": cancelled,
    "expired": expired,
    "refused": refused,
}


async def history(environment: WorkflowEnvironment, way: str) -> str:
    """Go one way and return its history as JSON."""
    tenant = UUID(int=100 + list(WAYS).index(way))
    client: Client = environment.client
    async with serving(client, [PeriodLock], steps_of(PeriodsInMemory())):
        await WAYS[way](environment, tenant)
        handle = client.get_workflow_handle(str(period_lock_id(tenant, str(MARCH))))
        await handle.result()
    return (await handle.fetch_history()).to_json()
