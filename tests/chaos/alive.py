"""Holds what is open in the database against what runs in Temporal (ALIVE)."""

import asyncio
import time
from contextlib import suppress
from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError

from domain.database.session import read_session
from domain.intake.open_views import open_items
from domain.payments.open_views import open_runs
from domain.periods.open_views import open_requests
from workflows.shared.connection import TemporalServer, connect
from workflows.shared.ids import intake_id, mail_id, payment_run_id, period_lock_id

_UNSPLIT = text("SELECT sha256 FROM arrival WHERE split_at IS NULL")


def open_processes(engine: Engine, tenant_id: UUID) -> set[str]:
    """Ids of the processes that ought to run."""
    with read_session(engine, tenant_id) as session:
        return {
            str(each)
            for each in (
                *(mail_id(tenant_id, sha256) for sha256 in session.scalars(_UNSPLIT)),
                *(intake_id(tenant_id, item) for item, _ in open_items(session)),
                *(payment_run_id(tenant_id, run) for run in open_runs(session)),
                *(period_lock_id(tenant_id, period) for period in open_requests(session)),
            )
        }


async def running(client: Client) -> set[str]:
    """Ids of the processes that do run."""
    found = client.list_workflows('ExecutionStatus = "Running"')
    return {each.id async for each in found}


async def with_timers(address: str, ids: set[str]) -> set[str]:
    """Those of some processes in which a timer runs."""
    client = await connect(TemporalServer(address))
    return {each for each in ids if await _has_timer(client, each)}


async def _has_timer(client: Client, workflow_id: str) -> bool:
    try:
        history = await client.get_workflow_handle(workflow_id).fetch_history()
    except RPCError:  # it is not started yet
        return False
    begun, ended = set(), set()
    for event in history.events:
        if event.HasField("timer_started_event_attributes"):
            begun.add(event.timer_started_event_attributes.timer_id)
        elif event.HasField("timer_fired_event_attributes"):
            ended.add(event.timer_fired_event_attributes.timer_id)
        elif event.HasField("timer_canceled_event_attributes"):
            ended.add(event.timer_canceled_event_attributes.timer_id)
    return begun > ended


async def all_back(
    engine: Engine, tenants: list[UUID], address: str, patience: float
) -> tuple[int, float | None]:
    """How much was open when Temporal forgot everything, and seconds until all of it ran again.

    What is decided meanwhile need not come back. None: not within the patience, in seconds.
    """
    begun = time.monotonic()
    client = await connect(TemporalServer(address), lazy=True)
    lost: set[str] | None = None
    count = 0
    while time.monotonic() - begun < patience:
        with suppress(RPCError, RuntimeError, SQLAlchemyError):
            wanted = await asyncio.to_thread(_wanted, engine, tenants)
            if lost is None:
                lost, count = wanted, len(wanted)
            # What ends between the two looks runs no more, but is asked for once more.
            lost = (lost & wanted) - await running(client)
            if not lost:
                return count, time.monotonic() - begun
        await asyncio.sleep(1)
    return count, None


def _wanted(engine: Engine, tenants: list[UUID]) -> set[str]:
    return set().union(*(open_processes(engine, each) for each in tenants))
