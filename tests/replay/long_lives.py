"""What happens to processes that live long, or badly, on a server that soon calls a history long.

Each way is saved run by run: `intake_grown-1`, `intake_grown-2`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from temporalio.client import Client, WorkflowFailureError, WorkflowHandle

from deploy.stack.process import running
from deploy.stack.temporal import dev_server
from domain.database.outages import DatabaseUnavailable
from domain.errors import DomainError
from domain.periods.period import PeriodName
from tests.workflows.dunning_in_memory import DunningInMemory
from tests.workflows.intake_served import Desk, served, until
from tests.workflows.payments_in_memory import PaymentsInMemory
from tests.workflows.periods_in_memory import PeriodsInMemory
from tests.workflows.running import command, serving
from worker.registry import steps_of
from workflows.document_intake.steps import Stage
from workflows.dunning.client import Dunnings
from workflows.dunning.workflow import Dunning
from workflows.mail_ingestion.steps import FiledDocument
from workflows.payment_run.client import PaymentRuns
from workflows.payment_run.workflow import NewRunOrder, PaymentRun
from workflows.period_lock.client import PeriodLocks
from workflows.period_lock.workflow import PeriodLock
from workflows.shared import options
from workflows.shared.connection import TemporalServer, connect
from workflows.shared.ids import dunning_id, payment_run_id, period_lock_id

LONG = 40
_ATTEMPTS = 4  # within one task
CLERK, BOSS, ID = UUID(int=1), UUID(int=2), UUID(int=3)
DOCUMENT = FiledDocument(inbox_id=UUID(int=2), document_id=ID)
Handle = WorkflowHandle[Any, Any]
Way = Callable[[Client, UUID], Awaitable[Handle]]


@asynccontextmanager
async def impatient(folder: Path) -> AsyncIterator[Client]:
    """Run a server that calls a history long after some events, for processes that soon give up."""
    limits = {"limit.historyCount.suggestContinueAsNew": LONG}
    server = replace(dev_server(None, ui_port=None), config=limits)
    with running(server.service(), folder / "log"), hasty():
        yield await connect(TemporalServer(server.address))


@contextmanager
def hasty() -> Iterator[None]:
    """Try longer steps once; how often they were tried stands in no history."""
    steps: tuple[Any, ...] = (options.READ_DOCUMENT, options.JUDGE, options.WRITE)
    kept = [dict(each) for each in steps]
    for each in steps:
        each["retry_policy"] = replace(each["retry_policy"], maximum_attempts=1)
    try:
        yield
    finally:
        for each, before in zip(steps, kept, strict=True):
            each.update(before)


async def first_run(handle: Handle) -> str:
    """Id of the run that is at work."""
    return str((await handle.describe()).run_id)


async def grown(handle: Handle, act: Callable[[], Awaitable[object]]) -> None:
    """Act until another run is at work."""
    before = await first_run(handle)
    while await first_run(handle) == before:
        with suppress(DomainError):
            await act()


@asynccontextmanager
async def desk_of(client: Client, tenant: UUID, *, reader: bool = True) -> AsyncIterator[Desk]:
    """A desk with one document."""
    async with served(Desk(client, tenant=tenant, clerk=CLERK), reader=reader) as desk:
        yield desk


async def reviewed(desk: Desk) -> None:
    """Let the document wait for a person."""
    await until(lambda: desk.items.items[DOCUMENT.inbox_id].stage is Stage.IN_REVIEW)


async def intake_grown(client: Client, tenant: UUID) -> Handle:
    """Corrected so often that it goes on in another run, where the books refuse; then rejected."""
    async with desk_of(client, tenant) as desk:
        subject = await desk.arrived(DOCUMENT)
        await reviewed(desk)
        await grown(desk.handle(DOCUMENT), lambda: desk.intakes.amend(subject, desk.order()))
        desk.items.locked = True
        with suppress(DomainError):
            await desk.intakes.approve(subject, desk.order())
        await desk.intakes.reject(subject, desk.order())
        return await _ended(desk.handle(DOCUMENT))


async def intake_outage(client: Client, tenant: UUID) -> Handle:
    """The store of documents is away until another run waits for it; then it is read."""
    async with desk_of(client, tenant) as desk:
        desk.reading.away = 10_000
        subject = await desk.arrived(DOCUMENT)
        handle = desk.handle(DOCUMENT)
        await grown(handle, lambda: asyncio.sleep(0.1))
        desk.reading.away = 0
        await reviewed(desk)
        await desk.intakes.reject(subject, desk.order())
        return await _ended(handle)


async def intake_unchecked_outage(client: Client, tenant: UUID) -> Handle:
    """The database is away for the check until another run waits for it."""
    async with desk_of(client, tenant) as desk:
        desk.items.broken["check"] = DatabaseUnavailable()
        subject = await desk.arrived(DOCUMENT)
        handle = desk.handle(DOCUMENT)
        await grown(handle, lambda: asyncio.sleep(0.1))
        del desk.items.broken["check"]
        await reviewed(desk)
        await desk.intakes.reject(subject, desk.order())
        return await _ended(handle)


async def intake_called_off(client: Client, tenant: UUID) -> Handle:
    """Closed while nobody reads."""
    async with desk_of(client, tenant, reader=False) as desk:
        subject = await desk.arrived(DOCUMENT)
        await desk.running(DOCUMENT, "intake.read")
        await desk.intakes.confirm(subject, desk.order(at_inbox=True))
        return await _ended(desk.handle(DOCUMENT))


async def intake_cancelled(client: Client, tenant: UUID) -> Handle:
    """Cancelled by an operator while nobody reads."""
    async with desk_of(client, tenant, reader=False) as desk:
        await desk.arrived(DOCUMENT)
        await desk.running(DOCUMENT, "intake.read")
        await desk.handle(DOCUMENT).cancel()
        return await _ended(desk.handle(DOCUMENT))


async def intake_unfit(client: Client, tenant: UUID) -> Handle:
    """What was read breaks the rules; without it the case is opened."""
    async with desk_of(client, tenant) as desk:
        desk.items.unfit = 1
        subject = await desk.arrived(DOCUMENT)
        await reviewed(desk)
        await desk.intakes.reject(subject, desk.order())
        return await _ended(desk.handle(DOCUMENT))


async def intake_waited(client: Client, tenant: UUID) -> Handle:
    """A correction breaks; an approval waits for what is away, and posts."""
    async with desk_of(client, tenant) as desk:
        subject = await desk.arrived(DOCUMENT)
        await reviewed(desk)
        desk.items.broken["amend"] = KeyError("bug")
        with suppress(DomainError):
            await desk.intakes.amend(subject, desk.order())
        desk.items.broken["post"] = DatabaseUnavailable()
        asked = asyncio.create_task(desk.intakes.approve(subject, desk.order()))
        await until(lambda: desk.items.calls.count("post") >= _ATTEMPTS)
        del desk.items.broken["post"]
        await asked
        return await _ended(desk.handle(DOCUMENT))


async def intake_stopped(client: Client, tenant: UUID) -> Handle:
    """Cancelled while an order waits for what is away."""
    async with desk_of(client, tenant) as desk:
        subject = await desk.arrived(DOCUMENT)
        await reviewed(desk)
        desk.items.broken["post"] = DatabaseUnavailable()
        asked = asyncio.create_task(desk.intakes.approve(subject, desk.order()))
        await until(lambda: "post" in desk.items.calls)
        await desk.handle(DOCUMENT).cancel()
        with suppress(DomainError):
            await asked
        return await _ended(desk.handle(DOCUMENT))


async def intake_unnoted(client: Client, tenant: UUID) -> Handle:
    """What a patient company posts by itself breaks; so does an approval, and nobody notes it."""
    async with desk_of(client, tenant) as desk:
        desk.items.patience_days, desk.items.touchless = 9, True
        desk.items.broken["post_by_policy"] = desk.items.broken["post"] = KeyError("bug")
        subject = await desk.arrived(DOCUMENT)
        await until(lambda: "note_failure" in desk.items.calls)
        desk.items.broken["note_failure"] = KeyError("bug")
        with suppress(DomainError):
            await desk.intakes.approve(subject, desk.order())
        await desk.intakes.reject(subject, desk.order())
        return await _ended(desk.handle(DOCUMENT))


async def payment_run_unknown(client: Client, tenant: UUID) -> Handle:
    """Approved, but never made: the process looks and ends."""
    async with serving(client, [PaymentRun], steps_of(PaymentsInMemory())):
        with suppress(DomainError):
            await PaymentRuns(client).approve(ID, command(tenant, BOSS))
        return await _ended(client.get_workflow_handle(str(payment_run_id(tenant, ID))))


async def period_lock_unknown(client: Client, tenant: UUID) -> Handle:
    """Approved, but never asked for: the process looks and ends."""
    month = PeriodName("2026-03")
    async with serving(client, [PeriodLock], steps_of(PeriodsInMemory())):
        with suppress(DomainError):
            await PeriodLocks(client).approve(month, ID, command(tenant, BOSS))
        return await _ended(client.get_workflow_handle(str(period_lock_id(tenant, str(month)))))


async def payment_run_grown(client: Client, tenant: UUID) -> Handle:
    """Approved by its maker again and again, in another run, too; the export breaks; cancelled."""
    runs, steps = PaymentRuns(client), PaymentsInMemory()
    new = NewRunOrder(
        command=command(tenant, CLERK, "create"),
        bank_account_id=UUID(int=4),
        execution_date=(datetime.now(UTC) + timedelta(days=50)).date(),
        invoice_ids=(UUID(int=5),),
        today=datetime.now(UTC).date(),
    )
    async with serving(client, [PaymentRun], steps_of(steps)):
        await runs.create(ID, new)
        handle = client.get_workflow_handle(str(payment_run_id(tenant, ID)))
        await grown(handle, lambda: runs.approve(ID, command(tenant, CLERK)))
        with suppress(DomainError):
            await runs.approve(ID, command(tenant, CLERK))
        await runs.approve(ID, command(tenant, BOSS))
        steps.broken = KeyError("bug")
        with suppress(DomainError):
            await runs.export(ID, command(tenant, CLERK))
        steps.broken = None
        await runs.cancel(ID, command(tenant, CLERK))
        return await _ended(handle)


async def period_lock_grown(client: Client, tenant: UUID) -> Handle:
    """Approved by who asked for it again and again, in another run, too; then withdrawn."""
    locks, month = PeriodLocks(client), PeriodName("2026-03")
    async with serving(client, [PeriodLock], steps_of(PeriodsInMemory())):
        request = await locks.request(month, command(tenant, CLERK))
        handle = client.get_workflow_handle(str(period_lock_id(tenant, str(month))))

        async def approve() -> object:
            return await locks.approve(month, request.request_id, command(tenant, CLERK))

        await grown(handle, approve)
        with suppress(DomainError):
            await approve()
        await locks.cancel(month, request.request_id, command(tenant, CLERK))
        return await _ended(handle)


async def period_lock_resumed(client: Client, tenant: UUID) -> Handle:
    """Terminated by an operator, started again, withdrawn."""
    locks, month = PeriodLocks(client), PeriodName("2026-03")
    steps = PeriodsInMemory()
    async with serving(client, [PeriodLock], steps_of(steps)):
        request = await locks.request(month, command(tenant, CLERK))
        handle = client.get_workflow_handle(str(period_lock_id(tenant, str(month))))
        await handle.terminate()
        await locks.resume(tenant, str(month))
        await until(lambda: "look" in steps.calls)
        await locks.cancel(month, request.request_id, command(tenant, CLERK))
        return await _ended(handle)


async def payment_run_resumed(client: Client, tenant: UUID) -> Handle:
    """Terminated by an operator, started again, cancelled."""
    runs, steps = PaymentRuns(client), PaymentsInMemory()
    new = NewRunOrder(
        command=command(tenant, CLERK, "create"),
        bank_account_id=UUID(int=4),
        execution_date=(datetime.now(UTC) + timedelta(days=50)).date(),
        invoice_ids=(UUID(int=5),),
        today=datetime.now(UTC).date(),
    )
    async with serving(client, [PaymentRun], steps_of(steps)):
        await runs.create(ID, new)
        handle = client.get_workflow_handle(str(payment_run_id(tenant, ID)))
        await handle.terminate()
        await runs.resume(tenant, ID)
        await until(lambda: "look" in steps.calls)
        await runs.cancel(ID, command(tenant, CLERK))
        return await _ended(handle)


async def dunning_grown(client: Client, tenant: UUID) -> Handle:
    """Looked at so often that it goes on in another run; then a person stops it."""
    dunnings, steps = Dunnings(client), DunningInMemory()
    async with serving(client, [Dunning], steps_of(steps)):
        await dunnings.look(tenant, ID)
        handle = client.get_workflow_handle(str(dunning_id(tenant, ID)))
        await grown(handle, lambda: dunnings.look(tenant, ID))
        steps.is_stopped = True
        await dunnings.look(tenant, ID)
        return await _ended(handle)


WAYS: dict[str, Way] = {
    "intake_grown": intake_grown,
    "intake_outage": intake_outage,
    "intake_unchecked-outage": intake_unchecked_outage,
    "intake_called-off": intake_called_off,
    "intake_cancelled": intake_cancelled,
    "intake_unfit": intake_unfit,
    "intake_waited": intake_waited,
    "intake_stopped": intake_stopped,
    "payment-run_grown": payment_run_grown,
    "payment-run_resumed": payment_run_resumed,
    "period-lock_grown": period_lock_grown,
    "period-lock_resumed": period_lock_resumed,
    "dunning_grown": dunning_grown,
    "intake_unnoted": intake_unnoted,
    "payment-run_unknown": payment_run_unknown,
    "period-lock_unknown": period_lock_unknown,
}


async def histories(client: Client, way: str) -> list[str]:
    """Go one way and return the history of each run as JSON, the first one first."""
    handle = await WAYS[way](client, UUID(int=900 + list(WAYS).index(way)))
    runs = [each async for each in client.list_workflows(f"WorkflowId = '{handle.id}'")]
    ordered = sorted(runs, key=lambda each: each.start_time)
    return [
        (await client.get_workflow_handle(each.id, run_id=each.run_id).fetch_history()).to_json()
        for each in ordered
    ]


async def _ended(handle: Handle) -> Handle:
    """Wait for the last run; how it ends is its own affair."""
    with suppress(WorkflowFailureError):
        await handle.result()
    return handle
