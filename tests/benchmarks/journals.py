"""Journals of 100,000 and of 1,000,000 entries, and what it costs to read both."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from statistics import median
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import Engine
from sqlmodel import Session

from domain.database.session import LIMITS, engine, read_session
from domain.dates import DateRange
from domain.journal_index import store as journal_index
from tests.benchmarks.bulk import analyze, fill
from tests.benchmarks.measure import spread
from tests.builders import Tenant, another_tenant
from tests.servers import Database

ROUNDS = 5
CALLS = 8
SIZES = (100_000, 1_000_000)
TAIL = 640
BANK = "2800"


@dataclass(frozen=True, slots=True)
class Journal:
    """A tenant's journal of some size, and how it is read."""

    size: int
    tenant: UUID
    bind: Engine
    bare: psycopg.Connection[dict[str, object]]

    def read(self, view: Callable[[Session], str]) -> str:
        """Read as the API does."""
        with read_session(self.bind, self.tenant) as session:
            return view(session)

    def query(self, *queries: str, **values: object) -> str:
        """Read by hand, in a transaction of the tenant."""
        with self.bare.transaction():
            self.bare.execute("SELECT set_config('app.tenant_id', %s, true)", (str(self.tenant),))
            known = {"tenant": self.tenant, "bank": BANK, **values}
            found = [self.bare.execute(each, known, prepare=True).fetchall() for each in queries]
        return json.dumps(found, default=str)


@dataclass(frozen=True, slots=True)
class Case:
    """Something that is read, ours and by hand."""

    name: str
    limit_name: str
    ours: Callable[[Session], str]
    limit: Callable[[Journal], str]
    calls: int = CALLS


@cache
def journals(database: Database) -> tuple[Journal, ...]:
    """One of each size, made once for all who measure on a database."""
    return tuple(_journal(database, size) for size in SIZES)


def _journal(database: Database, size: int) -> Journal:
    """A journal of which all but its last entries are indexed, as a working day leaves it."""
    tenant = another_tenant(database)
    fill(database, tenant, size * 4 // 5 - TAIL * 4 // 5)
    indexed(database, tenant)
    fill(database, tenant, TAIL * 4 // 5, DateRange(date(2025, 12, 30), date(2025, 12, 31)))
    url = database.url.replace("postgresql+psycopg://", "postgresql://")
    bare = psycopg.connect(url, autocommit=True, row_factory=dict_row, options=LIMITS)
    return Journal(size, tenant.id, engine(database.url, pool_size=1), bare)


def indexed(database: Database, tenant: Tenant) -> None:
    """Index a journal to its end, as the worker does in the background."""
    while journal_index.catch_up(database.engine, tenant.id):
        pass
    analyze(database)


def compared(owned: Sequence[Journal], pair: tuple[Case, ...], goal: str) -> dict[str, object]:
    """Rounds of a case at both sizes; times in milliseconds."""
    for journal, case in zip(owned, pair, strict=True):
        _time(CALLS, lambda j=journal, c=case: j.read(c.ours))  # type: ignore[misc]
        _time(case.calls, lambda j=journal, c=case: c.limit(j))  # type: ignore[misc]
    ours: list[list[float]] = [[] for _ in owned]
    limit: list[list[float]] = [[] for _ in owned]
    for _ in range(ROUNDS):
        for at, (journal, case) in enumerate(zip(owned, pair, strict=True)):
            limit[at].append(_time(case.calls, lambda j=journal, c=case: c.limit(j)))  # type: ignore[misc]
            ours[at].append(_time(CALLS, lambda j=journal, c=case: j.read(c.ours)))  # type: ignore[misc]
    sizes = [str(each.size) for each in owned]
    return {
        "name": pair[0].name,
        "limit": pair[0].limit_name,
        "unit": goal,
        "rounds": ROUNDS,
        "ms": _by_size(sizes, ours),
        "limit_ms": _by_size(sizes, limit),
        "ratio": {
            size: spread([a / b for a, b in zip(mine, theirs, strict=True)])
            for size, mine, theirs in zip(sizes, ours, limit, strict=True)
        },
        "growth": spread([b / a for a, b in zip(*ours, strict=True)]),
    }


def _by_size(sizes: list[str], times: list[list[float]]) -> Mapping[str, object]:
    return {size: spread(each) for size, each in zip(sizes, times, strict=True)}


def _time(calls: int, work: Callable[[], str]) -> float:
    """Median time of some calls in milliseconds."""
    found = []
    for _ in range(calls):
        begin = time.perf_counter()
        assert work()
        found.append((time.perf_counter() - begin) * 1000)
    return median(found)
