"""What Temporal must hold is kept in it, and what ended in it without a reason goes on."""

import asyncio
import re
import subprocess
import sysconfig
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from prometheus_client import REGISTRY
from sqlmodel import Session
from temporalio.client import Client, WorkflowHandle

from activities import resume
from deploy.stack.temporal import DevServer
from domain.actor import Actor
from domain.database.blobs import Blobs
from domain.database.session import now_of, read_session, tenant_of, write_session
from domain.intake import arrival_store, mailbox_store
from domain.intake.arrival import Arrival, Channel
from domain.intake.ingestion_views import ingestion_log
from domain.intake.mailbox import Mailbox
from domain.intake.rows import InboxItemRow
from domain.periods.open_views import open_requests
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from tests.worker.left_behind import pending_lock, waiting_case
from tests.workflows.running import command
from worker.keeping import watched_mailboxes
from worker.registry import Resources, ledger
from worker.running import Limits, worker_of
from workflows.document_intake.client import Intakes
from workflows.document_intake.steps import Stage
from workflows.document_intake.workflow import IntakeOrder, IntakeSubject
from workflows.resume.client import Resumption
from workflows.shared.ids import intake_id, mail_id, period_lock_id

AT = datetime.now(UTC)
LIMITS = Limits(threads=8, grace=timedelta(seconds=5))


async def until_running(client: Client, workflow_ids: set[str]) -> None:
    """Wait until Temporal lists them all."""
    async with asyncio.timeout(60):
        while True:
            listed = client.list_workflows('ExecutionStatus = "Running"')
            if workflow_ids <= {each.id async for each in listed}:
                return
            await asyncio.sleep(0.2)


async def _terminate(process: WorkflowHandle[object, object]) -> None:
    await process.terminate("by mistake")


async def _cancel(process: WorkflowHandle[object, object]) -> None:
    await process.cancel()


@pytest.mark.parametrize("end", [_terminate, _cancel])
async def test_what_an_operator_ended_goes_on(
    database: Database,
    temporal: Client,
    end: Callable[[WorkflowHandle[object, object]], Awaitable[None]],
) -> None:
    """A waiting case was ended in the UI: the next look starts it, the one after finds it."""
    tenant = another_tenant(database)
    inbox_id = waiting_case(database, tenant)
    workflow_id = str(intake_id(tenant.id, inbox_id))
    work = ledger(Resources(database.engine, Blobs("memory:///"), temporal))
    async with worker_of(temporal, work, LIMITS):
        assert (await Resumption(temporal).now()).started["intake"] >= 1
        await until_running(temporal, {workflow_id})
        await end(temporal.get_workflow_handle(workflow_id))
        async with asyncio.timeout(90):
            while not (await Resumption(temporal).now()).started.get("intake"):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        await until_running(temporal, {workflow_id})


def document_of(database: Database, tenant: Tenant, inbox_id: UUID) -> UUID:
    """The document of an item of the inbox."""
    with read_session(database.engine, tenant.id) as session:
        return session.get_one(InboxItemRow, (tenant.id, inbox_id)).document_id


def order_of(tenant: Tenant) -> IntakeOrder:
    """An order of the bookkeeper."""
    return IntakeOrder(command=command(tenant.id, tenant.people["bookkeeper"].user_id, "intake"))


def typed(workflow_id: str) -> list[str]:
    """The repair as the guide has it, for one process."""
    guide = Path(__file__).parents[2] / "docs" / "guide" / "operations.md"
    (line,) = re.findall(r"`temporal (workflow reset .*?)`", guide.read_text())
    return str(line).replace("ID", workflow_id).split()


async def test_a_process_is_repaired_as_the_guide_says(
    database: Database, temporal: Client, dev_server: DevServer
) -> None:
    """Reset to its first task, a case that was corrected goes on and can be decided."""
    tenant = another_tenant(database)
    inbox_id = waiting_case(database, tenant)
    subject = IntakeSubject(
        tenant_id=tenant.id, inbox_id=inbox_id, document_id=document_of(database, tenant, inbox_id)
    )
    process = temporal.get_workflow_handle(str(intake_id(tenant.id, inbox_id)))
    work = ledger(Resources(database.engine, Blobs("memory:///"), temporal))
    intakes = Intakes(temporal)
    async with worker_of(temporal, work, LIMITS):
        await intakes.resume(subject)
        await intakes.reread(subject, order_of(tenant))
        before = (await process.describe()).run_id
        program = str(Path(sysconfig.get_path("scripts")) / "temporal")
        line = (program, *typed(process.id), "--address", dev_server.address)
        await asyncio.to_thread(subprocess.run, line, check=True)
        assert (await process.describe()).run_id != before
        rejected = await intakes.reject(subject, order_of(tenant))
    assert rejected.stage is Stage.REJECTED


async def test_one_that_cannot_be_started_keeps_no_other_from_it(
    database: Database, temporal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case that breaks the start is counted; the lock request beside it is at work."""
    tenant = another_tenant(database)
    waiting_case(database, tenant)
    locked = str(period_lock_id(tenant.id, pending_lock(database, tenant)))

    async def breaks(*_: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(Intakes, "resume", breaks)
    work = ledger(Resources(database.engine, Blobs("memory:///"), temporal))
    async with worker_of(temporal, work, LIMITS):
        assert (await Resumption(temporal).now()).failed["intake"] >= 1
        await until_running(temporal, {locked})


async def test_a_company_that_breaks_keeps_no_other_from_it(
    database: Database, temporal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows cannot be read; it is counted, and the case of another company is at work."""
    broken, other = another_tenant(database), another_tenant(database)
    inbox_id = waiting_case(database, other)

    def breaks(session: Session) -> list[str]:
        if tenant_of(session) == broken.id:
            raise ValueError("a bug")
        return open_requests(session)

    monkeypatch.setattr(resume, "open_requests", breaks)
    work = ledger(Resources(database.engine, Blobs("memory:///"), temporal))
    async with worker_of(temporal, work, LIMITS):
        assert (await Resumption(temporal).now()).failed["company"] == 1
        await until_running(temporal, {str(intake_id(other.id, inbox_id))})


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=13)])
async def test_what_was_kept_and_not_taken_apart_is_filed(
    database: Database, temporal: Client, tmp_path: Path, ahead: timedelta
) -> None:
    """A mail was acknowledged, and its process lost before it began: its row is enough.

    Whatever the clock said that stamped it.
    """
    tenant, raw = another_tenant(database), b"From: re@lieferant.example\r\n\r\nHallo\r\n"
    blobs = Blobs(tmp_path.as_uri())
    arrival = Arrival(
        sha256=blobs.put(tenant.id, raw),
        size_bytes=len(raw),
        channel=Channel.MAIL,
        received_at=AT + ahead,
    )
    with write_session(database.engine, tenant.id, Actor.system("mail")) as session:
        arrival_store.keep(session, arrival)
    work = ledger(Resources(database.engine, blobs, temporal))
    async with worker_of(temporal, work, LIMITS):
        assert (await Resumption(temporal).now()).started["mail"] >= 1
        process = temporal.get_workflow_handle(str(mail_id(tenant.id, arrival.sha256)))
        await process.result()

    with read_session(database.engine, tenant.id) as session:
        rows, total = ingestion_log(session, None, limit=10, offset=0)
    assert [row.outcome for row in rows] == ["no_attachment"]
    assert total == 1


def test_how_mailboxes_do_is_counted(database: Database) -> None:
    """One was never polled, one told a problem, one is well: whoever watches is told of each."""

    def counted() -> list[float]:
        named = ({"polling": each} for each in ("silent", "fails", "well"))
        return [REGISTRY.get_sample_value("belegfluss_mailboxes", each) or 0 for each in named]

    watched_mailboxes(database.engine)
    before = counted()
    tenant = another_tenant(database)
    for number, problem in enumerate((None, "the server could not be read", None)):
        secret = "env:IMAP"  # noqa: S105 - where it is
        mailbox = Mailbox(host="imap.example", port=993, username=str(number), secret=secret)
        with write_session(database.engine, tenant.id, tenant.actor) as session:
            kept = mailbox_store.add(session, mailbox, AT)
            if number:
                mailbox_store.polled(session, kept, now_of(session), problem)

    assert len(watched_mailboxes(database.engine)) >= 3
    assert [now - then for now, then in zip(counted(), before, strict=True)] == [1, 1, 1]
