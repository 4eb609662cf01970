"""The worker as a process: it gets ready, works, and stops without losing a step."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from deploy.stack.process import free_port
from deploy.stack.temporal import DevServer
from domain.periods.lock import RequestStatus
from domain.periods.period import PeriodName
from tests.builders import another_tenant
from tests.servers import Database
from tests.workflows.running import command
from workflows.period_lock.client import PeriodLocks
from workflows.shared.client import ProcessUnavailable
from workflows.shared.connection import TemporalServer, connect

MARCH = PeriodName("2026-03")
ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def worker(
    database: Database, temporal: DevServer, home: Path
) -> AsyncIterator[tuple[Process, str]]:
    """Run `python -m worker ledger` until the block ends."""
    port = free_port()
    told = {
        "BELEGFLUSS_DATABASE_URL": database.url,
        "BELEGFLUSS_TEMPORAL_ADDRESS": temporal.address,
        "BELEGFLUSS_BLOB_URL": home.as_uri(),
        "BELEGFLUSS_WORKER_HEALTH_PORT": str(port),
        "BELEGFLUSS_WORKER_GRACE_SECONDS": "60",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "worker", "ledger"),
        cwd=ROOT,
        env=os.environ | told,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def seen(url: str) -> str:
    """Get a page as soon as somebody serves it."""
    async with asyncio.timeout(90), httpx.AsyncClient() as http:
        while True:
            try:
                return (await http.get(url)).text
            except httpx.TransportError:
                await asyncio.sleep(0.1)


async def ready(url: str) -> None:
    """Wait until the worker says that it is ready."""
    async with asyncio.timeout(90):
        while await seen(f"{url}/readyz") != "ok\n":  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)


async def stopped(process: Process) -> int:
    """Ask a worker to stop, and wait for its exit code."""
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(90):
        return await process.wait()


async def test_a_lock_outlives_its_worker(
    database: Database, dev_server: DevServer, tmp_path: Path
) -> None:
    """One process takes the request and stops; another, later, takes the approval."""
    tenant = another_tenant(database)
    clerk, boss = (tenant.people[each].user_id for each in ("bookkeeper", "approver"))
    client = await connect(TemporalServer(dev_server.address))
    locks = PeriodLocks(client)
    approval = command(tenant.id, boss, "approve")

    async with worker(database, dev_server, tmp_path) as (process, url):
        await ready(url)
        request = await locks.request(MARCH, command(tenant.id, clerk))
        metrics = await seen(f"{url}/metrics")
        code = await stopped(process)
    with pytest.raises(ProcessUnavailable):
        await PeriodLocks(client, deadline=timedelta(seconds=1)).approve(
            MARCH, request.request_id, approval
        )
    async with worker(database, dev_server, tmp_path) as (process, url):
        await ready(url)
        locked = await locks.approve(MARCH, request.request_id, approval)
        await stopped(process)

    assert code == 0
    assert "python_info" in metrics
    assert locked.request.status is RequestStatus.APPROVED


async def test_it_waits_for_temporal_and_stops_while_waiting(
    database: Database, tmp_path: Path
) -> None:
    """Without a server it lives, does not claim to be ready, and still hears SIGTERM."""
    nowhere = DevServer(None, free_port())
    async with worker(database, nowhere, tmp_path) as (process, url):
        health = await seen(f"{url}/healthz")
        readiness = await seen(f"{url}/readyz")
        assert (health, readiness) == ("ok\n", "no\n")
        assert await stopped(process) == 0
