"""Every way that a payment run goes, to be saved and replayed."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date, timedelta
from uuid import UUID

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.errors import DomainError
from tests.workflows.payments_in_memory import PaymentsInMemory
from tests.workflows.running import command, serving
from worker.registry import steps_of
from workflows.payment_run.client import PaymentRuns
from workflows.payment_run.workflow import NewRunOrder, PaymentRun
from workflows.shared.ids import payment_run_id

CLERK, BOSS, RUN = UUID(int=1), UUID(int=2), UUID(int=3)
Way = Callable[[WorkflowEnvironment, UUID], Awaitable[None]]


async def _made(environment: WorkflowEnvironment, tenant: UUID) -> PaymentRuns:
    runs = PaymentRuns(environment.client)
    now = await environment.get_current_time()
    new = NewRunOrder(
        command=command(tenant, CLERK, "create"),
        bank_account_id=UUID(int=4),
        execution_date=(now + timedelta(days=5)).date(),
        invoice_ids=(UUID(int=5),),
        today=date(2026, 1, 1),
    )
    await runs.create(RUN, new)
    return runs


async def completed(environment: WorkflowEnvironment, tenant: UUID) -> None:
    """All the way, with a self-approval and an early export refused, and a second export."""
    runs = await _made(environment, tenant)
    for refused in (runs.approve, runs.export):
        with suppress(DomainError):
            await refused(RUN, command(tenant, CLERK))
    await runs.approve(RUN, command(tenant, BOSS))
    await runs.export(RUN, command(tenant, CLERK))
    await runs.export(RUN, command(tenant, CLERK))
    await runs.complete(RUN, command(tenant, CLERK))


async def cancelled(environment: WorkflowEnvironment, tenant: UUID) -> None:
    """Given up after the approval."""
    runs = await _made(environment, tenant)
    await runs.approve(RUN, command(tenant, BOSS))
    await runs.cancel(RUN, command(tenant, CLERK))


async def reminded(environment: WorkflowEnvironment, tenant: UUID) -> None:
    """Nobody comes, people are reminded, then it is given up."""
    runs = await _made(environment, tenant)
    await environment.sleep(timedelta(days=5))
    await runs.cancel(RUN, command(tenant, CLERK))


async def withdrawn(environment: WorkflowEnvironment, tenant: UUID) -> None:
    """Exported, the bank says something, then two people withdraw the file."""
    runs = await _made(environment, tenant)
    await runs.approve(RUN, command(tenant, BOSS))
    await runs.export(RUN, command(tenant, CLERK))
    await runs.answer(RUN, command(tenant, CLERK))
    await runs.withdraw(RUN, command(tenant, CLERK))
    await runs.withdraw(RUN, command(tenant, BOSS))


async def unknown(environment: WorkflowEnvironment, tenant: UUID) -> None:
    """Approve what nobody made: the process starts and ends."""
    with suppress(DomainError):
        await PaymentRuns(environment.client).approve(RUN, command(tenant, BOSS))


WAYS: dict[str, Way] = {
    "completed": completed,
    "cancelled": cancelled,
    "reminded": reminded,
    "unknown": unknown,
    "withdrawn": withdrawn,
}


async def history(environment: WorkflowEnvironment, way: str) -> str:
    """Go one way and return its history as JSON."""
    tenant = UUID(int=200 + list(WAYS).index(way))
    client: Client = environment.client
    async with serving(client, [PaymentRun], steps_of(PaymentsInMemory())):
        await WAYS[way](environment, tenant)
        handle = client.get_workflow_handle(str(payment_run_id(tenant, RUN)))
        await handle.result()
    return (await handle.fetch_history()).to_json()
