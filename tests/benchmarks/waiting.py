"""Many cases that wait: `python -m tests.benchmarks.waiting [CASES [MIB]]`, 300 and 64 as it comes.

Cases are made in the database; one ledger worker, which believes that it may use so many MiB, is
started, finds them open and starts a process for each. Told are its memory as they come, times of
orders to cases that it has forgotten and to those that it has at hand, and what a case costs
Temporal. Then the worker is killed, and while another one starts it is given orders.
"""

import asyncio
import json
import os
import random
import sys
import tempfile
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from sqlalchemy import text
from temporalio.client import Client
from temporalio.service import RPCError

from deploy.stack import temporal
from domain.database.session import write_session
from tests.activities.test_document_intake import Desk
from tests.servers import Database, cloned, migrated_cluster
from worker.memory import cached_in
from workflows.document_intake.client import Intakes
from workflows.document_intake.workflow import SHAPE, IntakeOrder, IntakeSubject
from workflows.shared.client import ProcessUnavailable
from workflows.shared.connection import TemporalServer, connect
from workflows.shared.ids import intake_id

_ORDERS = 20
_MIB = 1024**2
_IN_REVIEW = 'WorkflowType = "DocumentIntake" AND BelegflussStage = "in_review"'
_WORKER = """
import sys
from worker import running
running.memory_limit = lambda: {limit}
sys.argv = ["worker", "ledger"]
from worker.__main__ import main
main()
"""
_PATIENCE = 3600
_AS_TENANT = text("SELECT set_config('app.tenant_id', :tenant, true)")
_COLUMNS = text("""
SELECT column_name FROM information_schema.columns
WHERE table_name = :table AND table_schema = 'public' AND is_generated = 'NEVER'
""")
_COPIES = """
INSERT INTO {table} ({columns})
SELECT {copied} FROM {table} each
CROSS JOIN generate_series(1, :copies) copy
CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(name, CASE name WHEN 'sha256'
        THEN encode(sha256(convert_to(value || copy, 'UTF8')), 'hex')
        ELSE md5(value || copy)::uuid::text END) AS ids
    FROM jsonb_each_text(to_jsonb(each)) AS told(name, value)
    WHERE name IN ('id', 'document_id', 'inbox_id', 'sha256')
) fresh
CROSS JOIN LATERAL jsonb_populate_record(each, to_jsonb(each) || fresh.ids) made
"""
"""What a process and its orders look at of a case, under other ids."""


def cases(desk: Desk, count: int) -> list[IntakeSubject]:
    """Cases that wait for a person, who was reminded of them just now."""
    desk.read()
    with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        session.execute(text("UPDATE review_case SET reminded_at = now()"))
    with desk.database.owner_engine.begin() as connection:
        connection.execute(_AS_TENANT, {"tenant": str(desk.tenant.id)})
        for table in ("document", "extraction", "inbox_item", "review_case"):
            names = list(connection.execute(_COLUMNS, {"table": table}).scalars())
            copied = ", ".join(f"made.{name}" for name in names)
            copies = _COPIES.format(table=table, columns=", ".join(names), copied=copied)
            connection.execute(text(copies), {"copies": count - 1})
            connection.execute(text(f"ANALYZE {table}"))
    rows = desk.rows("SELECT id, document_id FROM inbox_item ORDER BY id")
    return [
        IntakeSubject(tenant_id=desk.tenant.id, inbox_id=each, document_id=document_id, shape=SHAPE)
        for each, document_id in rows
    ]


@asynccontextmanager
async def worker(
    database: Database, address: str, home: Path, limit: int
) -> AsyncIterator[Process]:
    """Run a ledger worker until the block ends."""
    told = {
        "BELEGFLUSS_DATABASE_URL": database.url,
        "BELEGFLUSS_TEMPORAL_ADDRESS": address,
        "BELEGFLUSS_BLOB_URL": (home / "blobs").as_uri(),
    }
    with (home / "worker.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _WORKER.format(limit=limit)),
            env=os.environ | told,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def measured(
    database: Database, address: str, home: Path, count: int, limit: int
) -> dict[str, object]:
    """All figures of one run."""
    desk, chance = Desk(database), random.Random(1)  # noqa: S311 - which cases are asked
    subjects = await asyncio.to_thread(cases, desk, count)
    client = await connect(TemporalServer(address))
    chosen = chance.sample(subjects[: count // 2], min(_ORDERS, count // 2))
    async with worker(database, address, home, limit) as first:
        begun = time.monotonic()
        grown = await _memory_until_all_wait(client, first.pid, count)
        seconds = time.monotonic() - begun
        cost = await _cost(client, subjects[0])
        forgotten = [await _ordered(desk, client, each, "amend") for each in chosen]
        at_hand = [await _ordered(desk, client, each, "amend") for each in chosen]
        after = _rss(first.pid)
    async with worker(database, address, home, limit) as second:
        anew = [await _ordered(desk, client, each, "reject") for each in chosen]
        again = _rss(second.pid)
    return {
        "cases": count,
        "kept_in_memory_at_most": cached_in(limit),
        "seconds_until_all_wait": round(seconds, 1),
        "worker_mib_by_cases": grown,
        "worker_mib_after_orders": after,
        "worker_mib_after_restart_and_orders": again,
        **cost,
        "order_s_to_forgotten_case": _told(forgotten),
        "order_s_to_case_at_hand": _told(at_hand),
        "order_s_after_kill_and_restart": _told(anew),
    }


async def _memory_until_all_wait(client: Client, pid: int, count: int) -> dict[int, int]:
    """MiB of a worker by the number of cases that wait, in about ten steps."""
    found: dict[int, int] = {}
    async with asyncio.timeout(_PATIENCE):
        while True:
            waiting = await _waiting(client)
            if waiting >= (max(found, default=-1) + max(count // 10, 1)) or waiting == count:
                found[waiting] = _rss(pid)
            if waiting == count:
                return found
            await asyncio.sleep(0.5)


async def _waiting(client: Client) -> int:
    """How many wait; a server that is busy with starting them is asked again."""
    while True:
        try:
            return (await client.count_workflows(_IN_REVIEW)).count
        except RPCError:
            await asyncio.sleep(1)


async def _cost(client: Client, subject: IntakeSubject) -> dict[str, object]:
    """What Temporal keeps of a case, and what waiting for some seconds adds to it: nothing."""
    handle = client.get_workflow_handle(str(intake_id(subject.tenant_id, subject.inbox_id)))
    before = await handle.describe()
    await asyncio.sleep(10)
    after = await handle.describe()
    return {
        "events_of_a_case": after.history_length,
        "events_while_waiting": after.history_length - before.history_length,
        "bytes_of_a_case": after.raw_description.workflow_execution_info.history_size_bytes,
    }


async def _ordered(desk: Desk, client: Client, subject: IntakeSubject, verb: str) -> float:
    """Seconds until an order is answered."""
    said: dict[str, Any] = {"reason": "x"}
    if verb == "amend":
        said = {"normalized_invoice": {"reference_text": f"Nr. {time.monotonic_ns()}"}}
    step = await asyncio.to_thread(desk.step, subject.inbox_id, None, said)
    order = IntakeOrder(command=step.command, input_id=step.input_id)
    begun = time.monotonic()
    async with asyncio.timeout(_PATIENCE):
        while True:  # as callers do who hear 503
            with suppress(ProcessUnavailable):
                await getattr(Intakes(client), verb)(subject, order)
                return time.monotonic() - begun


def _rss(pid: int) -> int:
    return int(psutil.Process(pid).memory_info().rss / _MIB)


def _told(seconds: list[float]) -> dict[str, float]:
    return {"p50": round(median(seconds), 3), "max": round(max(seconds), 3)}


def main() -> None:
    """Print the figures as JSON."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    limit = (int(sys.argv[2]) if len(sys.argv) > 2 else 64) * _MIB
    with (
        tempfile.TemporaryDirectory() as name,
        migrated_cluster(Path(name) / "postgres") as server,
        cloned(server) as database,
        temporal.started(Path(name) / "temporal.log", Path(name) / "temporal.db") as running,
    ):
        told = asyncio.run(measured(database, running.address, Path(name), count, limit))
    json.dump(told, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
