"""POST /v1/bookings under load, against a bare ASGI application that makes the same call.

One process each, 32 connections kept alive, wrk as the caller. Ours does everything that it does
for customers: credential, key, validation, expansion, problem documents, logs and metrics. The
batch, served by a process for each core, is held against `unnest` in batches of as many (bare.sql),
sent by psycopg over as many connections.
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

import psycopg
from psycopg.types.json import Jsonb

from deploy.stack.process import free_port
from domain.command_key import CommandKey
from domain.database.session import read_session
from domain.ledger.booking import intent_of
from domain.ledger.books_store import books
from domain.posting.call import KeyedAnswer, PreparedCall
from domain.posting.prepare import tenant_part, text_of
from domain.posting.store import chance
from tests.benchmarks.bare_asgi import PLACE
from tests.benchmarks.measure import compare
from tests.benchmarks.posting import install, next_day, plain
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from tests.strategies import plain_booking

CONNECTIONS = 32
SECONDS = 4
BATCH = 100
BATCHES = 200
BATCH_CONNECTIONS = 8
PROCESSES = 2
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
    with psycopg.connect(plain(database.owner_url), autocommit=True) as session:
        session.execute("INSERT INTO bare_head VALUES (%s, 0)", (tenant.id,))
    keys, body = folder / "keys", folder / "body"
    keys.write_text(tenant.people["bookkeeper"].api_key)
    batch = {"bookings": [_booking() for _ in range(BATCH)]}
    body.write_text(json.dumps(batch, ensure_ascii=False))
    run = {"KEYS": str(keys), "BODY": str(body)}
    with _ours(database, "--workers", str(PROCESSES)) as ours:
        target = f"{ours}/batch"
        _load(target, run, 2, BATCH_CONNECTIONS)
        return compare(
            f"POST /v1/bookings/batch, {BATCH} bookings each, {BATCH_CONNECTIONS} connections,"
            f" {PROCESSES} processes",
            f"unnest in batches of as many, {BATCH_CONNECTIONS} connections",
            lambda: BATCH * _load(target, run, SECONDS, BATCH_CONNECTIONS),
            lambda: _rate(_unnest(database, tenant)),
            bookings=BATCH,
        )


def _rate(work: Callable[[int], None]) -> float:
    begin = time.perf_counter()
    with ThreadPoolExecutor(BATCH_CONNECTIONS) as pool:
        list(pool.map(work, range(BATCHES)))
    return BATCH * BATCHES / (time.perf_counter() - begin)


def _unnest(database: Database, tenant: Tenant) -> Callable[[int], None]:
    lines = Jsonb([{**line, "tax_code": None} for line in _LINES])
    call = "SELECT bare_post_all(%s, %s, %s::date[], %s, %s, %s, 100, %s)"
    url = plain(database.owner_url)
    sessions = [psycopg.connect(url, autocommit=True) for _ in range(BATCH_CONNECTIONS)]

    def work(number: int) -> None:
        days = [next_day() for _ in range(BATCH)]
        ids = [uuid4() for _ in days]
        periods = [f"{day:%Y-%m}" for day in days]
        values = (tenant.id, ids, days, periods, "Büromaterial", ids[0].hex * 2, lines)
        sessions[number % BATCH_CONNECTIONS].execute(call, values, prepare=True)

    return work


def _booking() -> dict[str, object]:
    return {
        "booking_date": "2026-03-04",
        "description": "Büromaterial",
        "skip_duplicate_check": True,
        "lines": _LINES,
    }


def _work(database: Database, tenant: Tenant) -> str:
    """One call as the queue sends it, for one company, with a place for the ids."""
    with read_session(database.engine, tenant.id) as session:
        known = books(session, tenant.id, fresh=True)
    booking = replace(plain_booking(UUID(PLACE), next_day()), source="api")
    key = KeyedAnswer(CommandKey("POST /v1/bookings", PLACE, "ab" * 32), {"intent_id": PLACE})
    work = PreparedCall(tenant.id, tenant.actor, known, [intent_of(booking, known)], key)
    return text_of([tenant_part([work], {}, chance())]).decode()


def _load(url: str, run: dict[str, str], seconds: int, connections: int = CONNECTIONS) -> float:
    script = Path(__file__).with_name("bookings.lua")
    told = subprocess.run(  # noqa: S603 (our own command)
        [
            *("wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s"),
            *("-s", str(script), url),
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
def _ours(database: Database, *options: str) -> Iterator[str]:
    told = {"BELEGFLUSS_DATABASE_URL": plain(database.url), "BELEGFLUSS_LOG_LEVEL": "INFO"}
    usual = ("--factory", "--http", "api.http.head_limits:LimitedHead")
    with _served("api.main:create_app", told, *usual, *options) as url:
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
        yield f"http://127.0.0.1:{port}/v1/bookings"
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
