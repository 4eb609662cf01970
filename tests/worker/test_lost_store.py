"""Temporal's whole store is lost: what the database says is open is at work again by itself."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.service import RPCError

from deploy.stack import temporal as servers
from deploy.stack.process import running
from domain.banking.import_views import state_of
from domain.database.blobs import Blobs
from domain.database.session import read_session
from domain.intake.arrival_store import waiting as unsplit
from domain.intake.inbox import InboxStatus
from domain.intake.rows import InboxItemRow
from domain.letters import views as letter_views
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from tests.worker.left_behind import (
    announced_import,
    draft_run,
    overdue_debtor,
    pending_letter,
    pending_lock,
    unread_document,
    unsplit_mail,
    waiting_case,
)
from worker.keeping import keeping
from worker.registry import Resources, documents, ledger
from worker.running import Limits, worker_of
from workflows.resume.client import Resumption
from workflows.shared.connection import TemporalServer, connect
from workflows.shared.ids import dunning_id, intake_id, payment_run_id, period_lock_id

LIMITS = Limits(threads=8, grace=timedelta(seconds=5))


class LeftBehind(NamedTuple):
    """What was accepted and not begun."""

    inbox_id: UUID
    sha256: str
    batch_id: UUID
    letter_id: UUID


def leave_behind(database: Database, tenant: Tenant, blobs: Blobs) -> LeftBehind:
    """Accept all this while nobody begins it."""
    return LeftBehind(
        unread_document(database, tenant, blobs),
        unsplit_mail(database, tenant, blobs),
        announced_import(database, tenant, blobs),
        pending_letter(database, tenant),
    )


async def until_done(database: Database, tenant: Tenant, left: LeftBehind) -> None:
    """Wait until mail is split, document read, and statement file and letter are decided."""
    async with asyncio.timeout(60):
        while True:
            with read_session(database.engine, tenant.id) as session:
                item = session.get_one(InboxItemRow, (tenant.id, left.inbox_id))
                is_read = item.status == InboxStatus.PENDING
                is_decided = state_of(session, left.batch_id) in {"done", "refused"}
                is_sent = letter_views.letter(session, left.letter_id).state != "pending"
                if is_read and is_decided and is_sent and not unsplit(session):
                    return
            await asyncio.sleep(0.2)


async def happened(client: Client, workflow_id: str, kind: EventType.ValueType) -> bool:
    """Whether something of a kind stands in the history of a process."""
    try:
        history = await client.get_workflow_handle(workflow_id).fetch_history()
    except RPCError:  # it does not exist yet, or the server is not up
        return False
    return any(each.event_type == kind for each in history.events)


async def until_waiting(client: Client, case: str, dated: set[str]) -> None:
    """Wait until a case has taken its place, and each of the others waits with a timer."""
    asked = dict.fromkeys(dated, EventType.EVENT_TYPE_TIMER_STARTED)
    asked[case] = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED  # the schedule reminds of it
    async with asyncio.timeout(60):
        for each, kind in asked.items():
            while not await happened(client, each, kind):  # noqa: ASYNC110
                await asyncio.sleep(0.2)


def processes(database: Database, tenant: Tenant) -> tuple[str, set[str]]:
    """A case that waits for a person, and what waits for a day as well."""
    case = str(intake_id(tenant.id, waiting_case(database, tenant)))
    return case, {
        str(payment_run_id(tenant.id, draft_run(database, tenant))),
        str(period_lock_id(tenant.id, pending_lock(database, tenant))),
        str(dunning_id(tenant.id, overdue_debtor(database, tenant))),
    }


@pytest.mark.timeout(180)
async def test_a_lost_store_is_made_up_for(database: Database, tmp_path: Path) -> None:
    """What waited waits again, timers and all; what had not begun is done. No person does a thing.

    A case, a run, a lock request and a debtor wait. While the server is gone a mail, a document and
    a statement file are left behind as they are when it is lost right after they were accepted.
    """
    tenant, blobs = another_tenant(database), Blobs(tmp_path.as_uri())
    case, dated = processes(database, tenant)
    first = servers.dev_server(tmp_path / "first.db", ui_port=None)
    again = servers.dev_server(tmp_path / "second.db", first.port, ui_port=None)
    with running(first.service(), tmp_path / "log"):
        client = await connect(TemporalServer(first.address))
        resources = Resources(database.engine, blobs, client)
        workers = [worker_of(client, work(resources), LIMITS) for work in (ledger, documents)]
        for worker in workers:
            await worker.__aenter__()
        async with keeping(client, pause=0.5):
            await until_waiting(client, case, dated)
    left = leave_behind(database, tenant, blobs)
    try:
        with running(again.service(), tmp_path / "log"):
            client = await connect(TemporalServer(again.address))
            async with keeping(client, pause=0.5):
                await until_waiting(client, case, dated)
                await until_done(database, tenant, left)
                done = await Resumption(client).now()
            assert done.open["payment-run"] >= 1
            assert not done.failed
    finally:
        for worker in workers:
            await worker.shutdown()
