"""PATCH and approve of a review case over HTTP, against a plain posting of the same lines.

One caller, one worker and the API in this process, whose processor is told too, a dev server beside
it. The cases wait as they do in the field: each has its process, which has seen it. A plain posting
(`POST /v1/bookings`) goes through the same application and no process. No two cases are of one sum:
they would be suspected.

What the steps themselves take is told beside: milliseconds of the processor, which say something on
a busy machine too, and how many statements they ask.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any, TypeAlias
from uuid import UUID

from deploy.stack import temporal as temporal_servers
from domain.database.session import read_session
from domain.intake import case_store
from domain.payables.normalized import NormalizedInvoice
from tests.activities.test_document_intake import Desk, invoice
from tests.benchmarks.measure import spread
from tests.e2e.front_door import FrontDoor, opened
from tests.plans import asked_of
from tests.servers import Database, cloned, migrated_cluster
from workflows.document_intake.client import Intakes
from workflows.document_intake.workflow import SHAPE, IntakeSubject
from workflows.shared.connection import TemporalServer, connect

CASES = 40
_WARM = 5
_PART = "application/merge-patch+json"
_Took: TypeAlias = tuple[float, float]


def benchmarks(database: Database) -> Iterator[dict[str, object]]:
    """Milliseconds of each, and how many plain postings they cost."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with temporal_servers.started(folder / "log", folder / "temporal.db") as server:
            yield from asyncio.run(_measured(database, server.address, folder))
    yield from _steps(Desk(database))


def _steps(desk: Desk) -> Iterator[dict[str, object]]:
    """What a correction and an approval take in the step alone, without the database's own time."""
    taken: dict[str, list[tuple[float, int]]] = {"correction": [], "approval": []}
    for number in range(CASES):
        item = desk.ready(chr(0x100 + number), _made(number))
        part = desk.step(item, body={"invoice_patch": {"reference_text": f"Nr. {number}"}})
        order = desk.step(item)
        taken["correction"].append(_processor(desk, partial(desk.steps.amend, part)))
        taken["approval"].append(_processor(desk, partial(desk.steps.post, order)))
    for name, found in taken.items():
        times = [each[0] for each in found[_WARM:]]
        yield {
            "name": f"step of {name}, ms of the processor",
            "median": round(median(times), 1),
            "least": round(min(times), 1),
            "statements": found[-1][1],
        }


def _processor(desk: Desk, step: Callable[[], object]) -> tuple[float, int]:
    with asked_of(desk.engine) as statements:
        began = time.thread_time()
        step()
        return (time.thread_time() - began) * 1000, len(statements)


async def _measured(database: Database, address: str, folder: Path) -> list[dict[str, object]]:
    temporal = await connect(TemporalServer(address))
    desk = Desk(database)
    async with opened(database, temporal, desk.tenant, folder) as door:
        cases = [await _waiting(desk, Intakes(temporal), number) for number in range(CASES)]
        rounds = [await _round(door, number, case_id) for number, case_id in enumerate(cases)]
    plain, patched, approved = ([each[at] for each in rounds[_WARM:]] for at in range(3))
    return [_told("PATCH of a review case", patched, plain), _told("approve", approved, plain)]


async def _round(door: FrontDoor, number: int, case_id: UUID) -> tuple[_Took, _Took, _Took]:
    """What a plain posting, a correction and an approval took."""
    path = f"/v1/invoice-review-cases/{case_id}"
    part = {"normalized_invoice": {"reference_text": f"Nr. {number}"}}
    return (
        await _timed(lambda: door.order("POST", "/v1/bookings", _booking(number))),
        await _timed(lambda: door.order("PATCH", path, part, Content_Type=_PART)),
        await _timed(lambda: door.order("POST", f"{path}/approve")),
    )


async def _waiting(desk: Desk, intakes: Intakes, number: int) -> UUID:
    """Id of a case that could be approved, and whose process waits for it."""
    inbox_id = await asyncio.to_thread(desk.ready, chr(0x100 + number), _made(number))
    with read_session(desk.engine, desk.tenant.id) as session:
        found = case_store.held(session, inbox_id, claim=False)
        document_id, case_id = found.item.document_id, found.opened.id
    subject = IntakeSubject(
        tenant_id=desk.tenant.id, inbox_id=inbox_id, document_id=document_id, shape=SHAPE
    )
    await intakes.resume(subject)
    return case_id


def _made(number: int) -> NormalizedInvoice:
    """An invoice of one line, of another sum for each number."""
    net = Decimal(100 + number)
    tax, gross = net / 5, net * 6 / 5
    (line,) = invoice().line_items
    line = replace(line, unit_price=net, tax_amount=tax, line_total=gross)
    sums: dict[str, Any] = {"total_net": net, "total_tax": tax, "total_gross": gross}
    return invoice(f"B-{number}", line_items=(line,), **sums)


def _booking(number: int) -> dict[str, Any]:
    """As many rows as an approval makes, of another sum each time: the same would be suspected."""
    sides = [("5000", 100 + number, 0), ("2500", 20, 0), ("2800", 0, 120 + number)]
    return {
        "booking_date": datetime.now(UTC).date().isoformat(),
        "description": f"Papier {number}",
        "lines": [
            {"account_number": number, "debit": debit, "credit": credit}
            for number, debit, credit in sides
        ],
    }


async def _timed(call: Callable[[], Awaitable[Any]]) -> _Took:
    """Milliseconds of a call that worked, by the clock and of this process's processor."""
    began, busy = time.perf_counter(), time.process_time()
    answer = await call()
    took = (time.perf_counter() - began) * 1000, (time.process_time() - busy) * 1000
    if answer.status_code >= 300:
        raise AssertionError(answer.text)
    return took


def _told(name: str, ours: list[_Took], plain: list[_Took]) -> dict[str, object]:
    mine, theirs = [clock for clock, _ in ours], [clock for clock, _ in plain]
    return {
        "name": f"{name} over HTTP, one caller",
        "limit": "POST /v1/bookings over HTTP, the same application",
        "goal": "ms; approve at most 25 on an idle machine",
        "p50": round(median(mine), 1),
        "p95": round(quantiles(mine, n=20)[-1], 1),
        "limit_p50": round(median(theirs), 1),
        "limit_p95": round(quantiles(theirs, n=20)[-1], 1),
        "ratio": spread([one / other for one, other in zip(mine, theirs, strict=True)]),
        "processor_p50": round(median(busy for _, busy in ours), 1),
        "processor_least": round(min(busy for _, busy in ours), 1),
    }


def main() -> None:
    """These alone: `python -m tests.benchmarks.approving`."""
    with (
        tempfile.TemporaryDirectory() as folder,
        migrated_cluster(Path(folder), durable=True) as server,
        cloned(server) as database,
    ):
        json.dump(list(benchmarks(database)), sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
