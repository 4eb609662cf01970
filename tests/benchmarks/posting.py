"""Posting through the domain against one bare function that inserts the same rows.

Ours is everything: expansion by tax codes, numbers, both chains of hashes, roll-ups, the key of
the call, the audit event, the check for duplicates, isolation. The limit is psycopg calling
`bare_post` (bare.sql), by threads with a connection each. A lone caller has a transaction for each
posting; postings that wait together share one.
"""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import uvloop
from psycopg.types.json import Jsonb

from domain.command_key import CommandKey
from domain.ledger.booking import Books, intent_of
from domain.ledger.intent import Intent
from domain.posting.call import PostingCall
from domain.posting.queue_store import PostingQueue
from tests.benchmarks.measure import compare
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from tests.strategies import plain_booking

PIECES = 1500
ROUNDS = 5
_LINES = [
    {"account": "6815", "side": "D", "amount": "100.00", "tax_code": None},
    {"account": "2800", "side": "C", "amount": "100.00", "tax_code": None},
]
_BARE = "SELECT bare_post(%s, %s, %s, %s, %s, %s, %s, %s, %s)"
_counter = itertools.count()


@dataclass(frozen=True, slots=True)
class Setting:
    """How many callers wait at once, for how many companies, over how many connections.

    The limit has as many writers as connections, each with a connection of its own; ours sends
    as many groups at once as `groups` says, each over one connection.
    """

    callers: int
    tenants: int
    connections: int
    groups: int = 2

    @property
    def name(self) -> str:
        """In words."""
        return f"posting, {self.callers} callers, {self.tenants} tenants"

    @property
    def is_hot(self) -> bool:
        """Whether all write to one company."""
        return self.tenants < self.callers


SETTINGS = (
    Setting(callers=1, tenants=1, connections=1, groups=1),
    Setting(callers=8, tenants=8, connections=1, groups=1),
    Setting(callers=8, tenants=8, connections=8),
    Setting(callers=32, tenants=32, connections=8),
    Setting(callers=8, tenants=1, connections=8),
    Setting(callers=32, tenants=1, connections=32),
)


def benchmarks(database: Database) -> Iterator[dict[str, object]]:
    """A lone caller; many over many companies; many on one company."""
    install(database)
    for setting in SETTINGS:
        yield _contest(database, setting)


def install(database: Database) -> None:
    """Create the tables and functions of the limit, unless they are there."""
    bare = Path(__file__).with_name("bare.sql").read_text(encoding="utf-8")
    with psycopg.connect(plain(database.owner_url), autocommit=True) as session:
        found = session.execute("SELECT to_regclass('bare_intent')").fetchone()
        if found == (None,):
            session.execute(bare)


def _contest(database: Database, setting: Setting) -> dict[str, object]:
    tenants = [another_tenant(database) for _ in range(setting.tenants)]
    with psycopg.connect(plain(database.owner_url), autocommit=True) as session:
        for tenant in tenants:
            session.execute("INSERT INTO bare_head VALUES (%s, 0)", (tenant.id,))
    limit = _bare(database, setting, tenants)
    ours = _ours(database, setting, tenants)
    ours(), limit()
    counter = ", one hot counter" if setting.is_hot else ""
    return compare(
        setting.name,
        f"psycopg calling a bare function over {setting.connections} connections{counter}",
        ours,
        limit,
        ROUNDS,
        callers=setting.callers,
        tenants=setting.tenants,
        connections=setting.connections,
        groups=setting.groups,
    )


def _bare(database: Database, setting: Setting, tenants: list[Tenant]) -> Callable[[], float]:
    url = plain(database.owner_url)

    def write(writer: int, pieces: int) -> None:
        tenant = tenants[writer % len(tenants)]
        with psycopg.connect(url, autocommit=True) as session:
            for _ in range(pieces):
                session.execute(_BARE, bare_values(tenant.id, counted=setting.is_hot), prepare=True)

    def rate() -> float:
        each = PIECES // setting.connections
        with ThreadPoolExecutor(setting.connections) as pool:
            begin = time.perf_counter()
            list(pool.map(write, range(setting.connections), [each] * setting.connections))
            return each * setting.connections / (time.perf_counter() - begin)

    return rate


def bare_values(tenant_id: UUID, *, counted: bool) -> tuple[object, ...]:
    """Arguments of the bare function: a posting of 100.00 on the next day."""
    day = next_day()
    text = f"Büromaterial {day}"
    intent_id = uuid4()
    period = f"{day:%Y-%m}"
    return (
        tenant_id, intent_id, day, period, text, intent_id.hex * 2, 100, Jsonb(_LINES), counted,
    )  # fmt: skip


def _ours(database: Database, setting: Setting, tenants: list[Tenant]) -> Callable[[], float]:
    def rate() -> float:
        return uvloop.run(_posted(database, setting, tenants))

    return rate


async def _posted(database: Database, setting: Setting, tenants: list[Tenant]) -> float:
    each = PIECES // setting.callers
    async with PostingQueue(database.engine, groups=setting.groups).opened() as queue:

        async def write(writer: int, pieces: int) -> None:
            for _ in range(pieces):
                await queue.post(call_of(tenants[writer % len(tenants)]))

        await asyncio.gather(*(write(writer, 2) for writer in range(setting.callers)))
        begin = time.perf_counter()
        await asyncio.gather(*(write(writer, each) for writer in range(setting.callers)))
        return each * setting.callers / (time.perf_counter() - begin)


def call_of(tenant: Tenant) -> PostingCall:
    """One posting of 100.00 on the next day, with a key."""
    booking = plain_booking(uuid4(), next_day())

    def prepare(books: Books) -> list[Intent]:
        return [intent_of(booking, books)]

    return PostingCall(
        tenant.id,
        tenant.actor,
        prepare,
        key=CommandKey("POST /v1/bookings", str(booking.intent_id), booking.intent_id.hex * 2),
        answer=lambda intents: {"intent_id": str(intents[0].intent_id), "event_count": 1},
    )


def next_day() -> date:
    """Days of 2026, one after the other."""
    return date(2026, 1, 1) + timedelta(days=next(_counter) % 300)


def plain(url: str) -> str:
    """The url as psycopg wants it."""
    return url.replace("postgresql+psycopg://", "postgresql://")
