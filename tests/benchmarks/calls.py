"""POST /v1/bookings under load, against a bare ASGI application that makes the same call.

One process each, 32 connections kept alive, wrk as the caller. Ours does everything that it does
for customers: credential, key, validation, expansion, problem documents, logs and metrics. The
batch is held against `unnest` in batches of as many (bare.sql), sent by as many connections.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import psycopg
from psycopg.types.json import Jsonb

from deploy.stack.process import free_port
from domain.ledger.booking import intent_of
from domain.store.books import books
from domain.store.once import Key
from domain.store.posting import KeyedAnswer, Work, work_text
from domain.store.transaction import reading
from tests.benchmarks.bare_asgi import PLACE
from tests.benchmarks.measure import compare
from tests.benchmarks.posting import install, next_day, plain
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from tests.strategies import plain_booking

CONNECTIONS = 32
SECONDS = 4
BATCH = 100
BATCHES = 40
_runs = count()
_LINES = [
    {"account_number": "6815", "debit": 100.0, "credit": 0},
    {"account_number": "2800", "debit": 0, "credit": 100.0},
]


def benchmarks(database: Database) -> Iterator[dict[str, object]]:
    """Single postings to many companies and to one, and batches to one."""
    install(database)
    with tempfile.TemporaryDirectory() as folder:
        for tenants in (32, 1):
            yield _single(database, Path(folder), tenants)
        yield _batches(database, Path(folder))


def _single(database: Database, folder: Path, tenants: int) -> dict[str, object]:
    owned = [another_tenant(database) for _ in range(tenants)]
    keys, body, works = folder / "keys", folder / "body", folder / "works"
    keys.write_text("\n".join(each.people["bookkeeper"].api_key for each in owned))
    body.write_text(json.dumps(_booking(), ensure_ascii=False))
    works.write_text("\n".join(_work(database, each) for each in owned))
    bare = {"BARE_WORKS": str(works), "BARE_URL": plain(database.url)}
    with (
        _served("tests.benchmarks.bare_asgi:Bare", bare, "--factory") as limit,
        _ours(database) as ours,
    ):
        run = {"KEYS": str(keys), "BODY": str(body)}
        _load(ours, run, 1), _load(limit, run, 1)
        return compare(
            f"POST /v1/bookings, {CONNECTIONS} connections, {tenants} tenants",
            "bare ASGI application making the same call",
            lambda: _load(ours, run, SECONDS),
            lambda: _load(limit, run, SECONDS),
            connections=CONNECTIONS,
            tenants=tenants,
        )


def _batches(database: Database, folder: Path) -> dict[str, object]:
    tenant = another_tenant(database)
    key = tenant.people["bookkeeper"].api_key
    with psycopg.connect(plain(database.owner_url), autocommit=True) as session:
        session.execute("INSERT INTO bare_head VALUES (%s, 0)", (tenant.id,))
    with _ours(database) as ours, httpx.Client(base_url=ours, timeout=60) as client:
        body = {"bookings": [_booking() for _ in range(BATCH)]}
        sent = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

        def post(_: int) -> None:
            named = {**headers, "Idempotency-Key": str(uuid4())}
            client.post("/v1/bookings/batch", content=sent, headers=named).raise_for_status()

        post(0)
        return compare(
            f"POST /v1/bookings/batch, {BATCH} bookings each, 2 connections",
            "unnest in batches of as many, 2 connections",
            lambda: _rate(post),
            lambda: _rate(_unnest(database, tenant)),
            bookings=BATCH,
        )


def _rate(work: Callable[[int], None]) -> float:
    begin = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(BATCHES)))
    return BATCH * BATCHES / (time.perf_counter() - begin)


def _unnest(database: Database, tenant: Tenant) -> Callable[[int], None]:
    lines = Jsonb([{**line, "tax_code": None} for line in _LINES])
    call = "SELECT bare_post_all(%s, %s, %s::date[], %s, %s, %s, 100, %s)"
    sessions = [psycopg.connect(plain(database.owner_url), autocommit=True) for _ in range(2)]

    def work(number: int) -> None:
        days = [next_day() for _ in range(BATCH)]
        ids = [uuid4() for _ in days]
        periods = [f"{day:%Y-%m}" for day in days]
        values = (tenant.id, ids, days, periods, "Büromaterial", ids[0].hex * 2, lines)
        sessions[number % 2].execute(call, values, prepare=True)

    return work


def _booking() -> dict[str, object]:
    return {
        "booking_date": "2026-03-04",
        "description": "Büromaterial",
        "skip_duplicate_check": True,
        "lines": _LINES,
    }


def _work(database: Database, tenant: Tenant) -> str:
    """One call as the poster sends it, for one company, with a place for the ids."""
    with reading(database.engine, tenant.id) as session:
        known = books(session, tenant.id, fresh=True)
    booking = replace(plain_booking(UUID(PLACE), next_day()), source="api")
    key = KeyedAnswer(Key("POST /v1/bookings", PLACE, "ab" * 32), {"intent_id": PLACE})
    work = Work(tenant.id, tenant.actor, known, [intent_of(booking, known)], key)
    return f"[{work_text([work], {'tenant': str(tenant.id)})}]"


def _load(url: str, run: dict[str, str], seconds: int) -> float:
    script = Path(__file__).with_name("bookings.lua")
    told = subprocess.run(  # noqa: S603 (our own command)
        [
            *("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s"),
            *("-s", str(script), f"{url}/v1/bookings"),
        ],
        env={**os.environ, **run, "RUN": f"{uuid4()}-{next(_runs)}"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    figures = next(line for line in told.splitlines() if line.startswith("FIGURES"))
    requests, microseconds, failed = (int(each) for each in figures.split()[1:])
    if failed or not requests:
        raise RuntimeError(f"{failed} of {requests} requests failed")
    return requests / (microseconds / 1_000_000)


@contextmanager
def _ours(database: Database) -> Iterator[str]:
    told = {"BELEGFLUSS_DATABASE_URL": plain(database.url), "BELEGFLUSS_LOG_LEVEL": "INFO"}
    with _served("api.main:create_app", told, "--factory", "--http", "api.front:Front") as url:
        yield url


@contextmanager
def _served(application: str, told: dict[str, str], *options: str) -> Iterator[str]:
    port = free_port()
    command = (
        *(sys.executable, "-m", "uvicorn", application, "--port", str(port)),
        *("--loop", "uvloop", "--no-access-log", "--log-level", "warning", *options),
    )
    process = subprocess.Popen(  # noqa: S603 (our own command)
        command, env={**os.environ, **told}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server does not answer")
