"""The API is killed in the middle of postings: what was answered is in the books, once."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from deploy.stack.process import Process, Service, free_port
from deploy.stack.services import answers
from domain.database.session import read_session
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database

pytestmark = pytest.mark.timeout(400)

CALLERS = 12
KILLS = 3
ENOUGH = 60
MOST = 1000
BOOKING = {
    "booking_date": "2026-03-04",
    "description": "Büromaterial",
    "skip_duplicate_check": True,
    "lines": [
        {"account_number": "6815", "debit": 120, "credit": 0, "tax_code": "VST20"},
        {"account_number": "2800", "debit": 0, "credit": 120},
    ],
}


@contextmanager
def api(database: Database, port: int, log: Path) -> Iterator[Process]:
    """Run the API as a process of its own; it may be dead at the end."""
    command = (
        *(sys.executable, "-m", "uvicorn", "api.main:create_app", "--factory"),
        *("--host", "127.0.0.1", "--port", str(port), "--http", "api.http.head_limits:LimitedHead"),
    )
    told = {"BELEGFLUSS_DATABASE_URL": database.url, "BELEGFLUSS_LOG_LEVEL": "WARNING"}
    ready = partial(answers, f"http://127.0.0.1:{port}/healthz")
    process = Process(Service("api", command, ready, told), log)
    try:
        process.wait_ready(300)
        yield process
    finally:
        process.stop()


@dataclass(slots=True)
class Tally:
    """Calls (number of the company, key) that were sent, and what those that came back made."""

    begun: set[tuple[int, str]] = field(default_factory=set)
    answered: dict[tuple[int, str], str] = field(default_factory=dict)
    enough: asyncio.Event = field(default_factory=asyncio.Event)


async def test_what_was_answered_is_in_the_books_once(database: Database, tmp_path: Path) -> None:
    """Every 201 stays; every call without an answer is sent again and books once."""
    tenants = [another_tenant(database), another_tenant(database)]
    port, tally = free_port(), Tally()
    for life in range(KILLS):
        with api(database, port, tmp_path / "api.log") as process:
            tally.enough.clear()
            callers = (_post(port, tenants, tally, f"{life}-{at}", at % 2) for at in range(CALLERS))
            posting = asyncio.gather(*callers)
            await tally.enough.wait()
            os.kill(process.pid, signal.SIGKILL)
            await posting
    first = dict(tally.answered)
    lost = tally.begun - first.keys()
    assert len(first) >= KILLS * ENOUGH
    assert lost

    with api(database, port, tmp_path / "api.log"):
        await _send_again(port, tenants, tally)

    assert {call: tally.answered[call] for call in first} == first
    for at, tenant in enumerate(tenants):
        check_books(database.engine, tenant.id)
        made = {UUID(intent) for (of, _), intent in tally.answered.items() if of == at}
        assert _intents(database, tenant) == made


async def _post(port: int, tenants: list[Tenant], tally: Tally, caller: str, at: int) -> None:
    """Post until the API dies."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        with contextlib.suppress(httpx.TransportError):
            for number in range(MOST):
                key = f"{caller}-{number}"
                tally.begun.add((at, key))
                answer = await _sent(client, tenants[at], key)
                assert answer.status_code == 201, answer.text
                tally.answered[at, key] = answer.json()["intent_id"]
                if sum(1 for _, k in tally.answered if k[0] == key[0]) >= ENOUGH:
                    tally.enough.set()


async def _send_again(port: int, tenants: list[Tenant], tally: Tally) -> None:
    """Send every call once more; those that were answered get that answer."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        for at, key in sorted(tally.begun):
            again = await _sent(client, tenants[at], key)
            assert again.status_code == 201, again.text
            if (at, key) in tally.answered:
                assert again.headers["Idempotent-Replayed"] == "true"
            tally.answered[at, key] = again.json()["intent_id"]


async def _sent(client: httpx.AsyncClient, tenant: Tenant, key: str) -> httpx.Response:
    token = tenant.people["bookkeeper"].api_key
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    return await client.post("/v1/bookings", json=BOOKING, headers=headers)


def _intents(database: Database, tenant: Tenant) -> set[UUID]:
    with read_session(database.engine, tenant.id) as session:
        return set(session.execute(text("SELECT intent_id FROM intent")).scalars())
