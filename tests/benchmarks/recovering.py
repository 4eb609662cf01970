"""An order whose worker is killed: `python -m tests.benchmarks.recovering [KILLS]`.

The stack runs as in `make up`. Each round gives an order (a correction, an approval, an export) to
a process that a worker has in memory, kills exactly that worker with SIGKILL within the next 30 ms,
and measures from the kill to the answer. A caller that hears 503 asks again with the same key.
"""

import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import create_engine
from temporalio.client import Client

from domain.database.session import engine, read_session, write_session
from domain.intake import case_store
from domain.payments import store as payments
from domain.payments.store import NewRun
from tests.activities.test_document_intake import Desk, invoice
from tests.e2e.conftest import House, started
from tests.payables import a_bank_account, a_posted_invoice, a_vendor, an_invoice
from tests.servers import Database
from workflows.document_intake.client import Intakes
from workflows.document_intake.workflow import SHAPE, IntakeSubject
from workflows.payment_run.client import PaymentRuns
from workflows.shared.connection import TemporalServer, connect
from workflows.shared.ids import intake_id, payment_run_id

_PART = {"Content-Type": "application/merge-patch+json"}
_PAUSE, _LATEST = 0.2, 0.03
_ALIVE_SECONDS = 4


class Field:
    """A company in a running house, with cases and runs that wait."""

    def __init__(self, house: House, temporal: Client, http: httpx.AsyncClient) -> None:
        self.house, self.temporal, self.http = house, temporal, http
        bind = engine(house.database_url, pool_size=4)
        self.desk = Desk(Database(bind, create_engine(house.database_url)))
        self.tenant = self.desk.tenant
        with write_session(bind, self.tenant.id, self.tenant.actor) as session:
            self.account, self.vendor = a_bank_account(session), a_vendor(session)

    async def case(self, number: int) -> tuple[UUID, str]:
        """A case that could be approved, and the id of its process."""
        seed = chr(0x100 + number)
        inbox_id = await asyncio.to_thread(self.desk.ready, seed, invoice(f"R-{number}"))
        with read_session(self.desk.engine, self.tenant.id) as session:
            found = case_store.held(session, inbox_id, claim=False)
        subject = IntakeSubject(
            tenant_id=self.tenant.id,
            inbox_id=inbox_id,
            document_id=found.item.document_id,
            shape=SHAPE,
        )
        await Intakes(self.temporal).resume(subject)
        return found.opened.id, str(intake_id(self.tenant.id, inbox_id))

    async def run(self) -> tuple[UUID, str]:
        """An approved run, and the id of its process."""
        run_id, now = uuid4(), datetime.now(UTC)
        actor = self.tenant.people["bookkeeper"].actor
        with write_session(self.desk.engine, self.tenant.id, actor) as session:
            paid = a_posted_invoice(session, an_invoice(self.vendor))
            day = (now + timedelta(days=60)).date()
            while day.weekday() > 3:
                day += timedelta(days=1)
            payments.create(session, NewRun(run_id, self.account, day, (paid,)), now)
        await PaymentRuns(self.temporal).resume(self.tenant.id, run_id)
        await self.order("POST", f"/v1/payment-runs/{run_id}/approve", who="approver")
        return run_id, str(payment_run_id(self.tenant.id, run_id))

    async def order(self, method: str, path: str, who: str = "bookkeeper", **sent: Any) -> int:
        """Give an order until it is answered; how often it was asked again."""
        key = self.tenant.people[who].api_key
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": str(uuid4())}
        headers |= sent.pop("headers", {})
        for again in range(1000):
            try:
                answer = await self.http.request(method, path, headers=headers, **sent)
            except httpx.TransportError:
                await asyncio.sleep(_PAUSE)
                continue
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                if answer.is_error:
                    raise AssertionError(f"{path}: {answer.status_code} {answer.text}")
                return again
            await asyncio.sleep(_PAUSE)
        raise AssertionError(path)

    async def holder(self, workflow_id: str) -> int:
        """Process id of the worker that has a process in memory."""
        while True:
            history = await self.temporal.get_workflow_handle(workflow_id).fetch_history()
            tasks = [
                each.workflow_task_completed_event_attributes.identity
                for each in history.events
                if each.HasField("workflow_task_completed_event_attributes")
            ]
            if tasks:
                return int(tasks[-1].partition("@")[0])
            await asyncio.sleep(0.05)


async def measured(house: House, kills: int, chance: random.Random) -> dict[str, list[float]]:
    """Seconds from the kill to the answer, by kind of order."""
    temporal = await connect(TemporalServer(house.stack["temporal_address"]))
    found: dict[str, list[float]] = defaultdict(list)
    async with httpx.AsyncClient(base_url=house.stack["api_url"], timeout=60) as http:
        field = await asyncio.to_thread(Field, house, temporal, http)
        for number in range(kills):
            kind = ("correct", "approve", "export")[number % 3]
            subject, process = await (field.run() if kind == "export" else field.case(number))
            call = _call(field, kind, subject, number)
            await asyncio.sleep(0.3)
            pid = await field.holder(process)
            found[kind].append(await _timed(call, pid, chance.uniform(0, _LATEST)))
            sys.stderr.write(f"{kind} {found[kind][-1]:.2f}\n")
            await asyncio.sleep(_ALIVE_SECONDS)
    return found


def _call(field: Field, kind: str, subject: UUID, number: int) -> Callable[[], Awaitable[int]]:
    case = f"/v1/invoice-review-cases/{subject}"
    if kind == "export":
        return lambda: field.order("POST", f"/v1/payment-runs/{subject}/export")
    if kind == "approve":
        return lambda: field.order("POST", f"{case}/approve")
    part = {"normalized_invoice": {"reference_text": f"Nr. {number}"}}
    return lambda: field.order("PATCH", case, headers=_PART, json=part)


async def _timed(call: Callable[[], Awaitable[int]], pid: int, delay: float) -> float:
    asked = asyncio.ensure_future(call())
    await asyncio.sleep(delay)
    if asked.done():
        sys.stderr.write("answered before the kill\n")
    os.kill(pid, signal.SIGKILL)
    began = time.monotonic()
    await asked
    return time.monotonic() - began


def main() -> None:
    """Print p50, p95 and the longest, in seconds."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as name, started(Path(name), "deploy.cli", "up") as house:
        found = asyncio.run(measured(house, kills, random.Random(seed)))  # noqa: S311
    found["all"] = [each for kind in list(found) for each in found[kind]]
    told = {kind: _told(sorted(seconds)) for kind, seconds in found.items()}
    json.dump(told, sys.stdout, indent=2)
    sys.stdout.write("\n")


def _told(seconds: list[float]) -> dict[str, float]:
    at95 = seconds[min(len(seconds) - 1, round(0.95 * (len(seconds) - 1)))]
    return {"p50": round(median(seconds), 2), "p95": round(at95, 2), "max": round(seconds[-1], 2)}


if __name__ == "__main__":
    main()
