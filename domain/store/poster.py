"""Posts what many callers ask for at once: calls that wait together share one transaction.

A call never waits for company: a lone one is sent at once, and what arrives while a group is
under way forms the next one. Nothing is answered before its transaction is committed.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import Engine

from domain.access.actor import Actor
from domain.errors import DomainError
from domain.ledger.booking import Books
from domain.ledger.intent import Intent
from domain.store import books, once
from domain.store.away import DatabaseUnavailable, is_away
from domain.store.posting import (
    CHART_CHANGED,
    ChartKeepsChanging,
    KeyedAnswer,
    Posted,
    Work,
    answers,
    refusal,
    work_text,
)
from domain.store.transaction import LIMITS, reading

_POST = "SELECT * FROM post_together(%s::jsonb)"
_GROUPS = 2
"""Groups under way at once: while one commits, the next is prepared and sent."""
_SPARE = 6
"""Connections for calls that are sent alone, after their group was refused."""
_LARGEST = 256
"""Intents in one group."""
_ATTEMPTS = 5
_POOL_WAIT = 5.0


@dataclass(frozen=True, slots=True)
class Call:
    """What one caller wants posted: all of it or nothing.

    `prepare` makes intents of the tenant's books; `answer` makes the body that is kept under
    the key of the call. `credential` is the hash of what the caller showed: it must still hold
    when the books are written.
    """

    tenant_id: UUID
    actor: Actor
    prepare: Callable[[Books], list[Intent]]
    credential: str | None = None
    key: once.Key | None = None
    answer: Callable[[Sequence[Intent]], dict[str, Any]] = field(default=lambda _: {})


@dataclass(frozen=True, slots=True)
class Answer:
    """What was posted, or the first answer to the call's key."""

    posted: list[Posted]
    first: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    work: Work
    credential: str | None
    done: asyncio.Future[Any]


class Poster:
    """Takes calls and sends them in groups; one for each process."""

    def __init__(self, bind: Engine) -> None:
        self._engine = bind
        self._pool = AsyncConnectionPool(
            bind.url.set(drivername="postgresql").render_as_string(hide_password=False),
            min_size=_GROUPS,
            max_size=_GROUPS + _SPARE,
            timeout=_POOL_WAIT,
            kwargs={"autocommit": True, "prepare_threshold": 2, "options": LIMITS},
            open=False,
        )
        self._waiting: list[_Waiting] = []
        self._under_way: set[UUID] = set()
        self._senders: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Poster"]:
        """Hold connections until the block ends; what was taken is finished first."""
        await self._pool.open()
        try:
            yield self
        finally:
            await asyncio.gather(*self._senders)
            await self._pool.close()

    async def post(self, call: Call) -> Answer:
        """Post a call, or raise the refusal that it meets."""
        for attempt in range(_ATTEMPTS):
            known = await self._books(call.tenant_id, fresh=attempt > 0)
            try:
                work = _prepared(call, known)
            except DomainError:
                if attempt == 0:  # an account or a code may have been added since
                    continue
                first = await self._first(call)
                if first is None:
                    raise
                return Answer([], first)
            result = await self._sent(work, call.credential)
            if not (result and result.get("stale")):
                return _answer(work, result)
        raise ChartKeepsChanging

    async def _books(self, tenant_id: UUID, *, fresh: bool) -> Books:
        known = books.cached(tenant_id)
        if known is None or fresh:
            return await asyncio.to_thread(self._load, tenant_id)
        return known

    def _load(self, tenant_id: UUID) -> Books:
        with reading(self._engine, tenant_id) as session:
            return books.books(session, tenant_id, fresh=True)

    async def _first(self, call: Call) -> dict[str, Any] | None:
        """First answer to a key whose call could not even be prepared any more."""
        if call.key is None:
            return None
        return await asyncio.to_thread(self._look_up, call.tenant_id, call.key)

    def _look_up(self, tenant_id: UUID, key: once.Key) -> dict[str, Any] | None:
        with reading(self._engine, tenant_id) as session:
            return once.answered(session, key.operation, key.key, key.request_hash)

    async def _sent(self, work: Work, credential: str | None) -> dict[str, Any] | None:
        ids = {intent.intent_id for intent in work.intents}
        if ids & self._under_way:  # ids come from keys: the same call, once more
            raise once.IdempotencyKeyInUse
        self._under_way |= ids
        waiting = _Waiting(work, credential, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if len(self._senders) < _GROUPS:
            sender = asyncio.create_task(self._send_all())
            self._senders.add(sender)
            sender.add_done_callback(self._senders.discard)
        result: dict[str, Any] | None = await asyncio.shield(waiting.done)
        return result

    async def _send_all(self) -> None:
        while self._waiting:
            await self._send(self._next())

    def _next(self) -> list[_Waiting]:
        size = 0
        for taken, waiting in enumerate(self._waiting):
            size += len(waiting.work.intents)
            if size > _LARGEST and taken:
                group, self._waiting = self._waiting[:taken], self._waiting[taken:]
                return group
        group, self._waiting = self._waiting, []
        return group

    async def _send(self, group: list[_Waiting]) -> None:
        try:
            await self._store(group, patient=len({each.work.tenant_id for each in group}) == 1)
        except (psycopg.Error, PoolTimeout) as error:
            if len(group) > 1:
                await asyncio.gather(*(self._send_alone(each) for each in group))
            else:
                self._refuse(group[0], error)
        except Exception as error:  # noqa: BLE001 (whoever waits must hear of it)
            for each in group:
                self._settle(each, error=error)

    async def _send_alone(self, waiting: _Waiting) -> None:
        try:
            await self._store([waiting], patient=True)
        except (psycopg.Error, PoolTimeout) as error:
            self._refuse(waiting, error)

    async def _store(self, group: list[_Waiting], *, patient: bool) -> None:
        by_tenant = _by_tenant(group)
        call = f"[{','.join(_part(each, patient=patient) for each in by_tenant)}]"
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_POST, (call,), prepare=True)
            results = await cursor.fetchall()
        for part, (result,) in zip(by_tenant, results, strict=True):
            for waiting in part:
                self._settle(waiting, result)

    def _refuse(self, waiting: _Waiting, error: Exception) -> None:
        """Turn what concurrency decided into the refusal it means."""
        diag = getattr(error, "diag", None)
        state = getattr(error, "sqlstate", None)
        if state == CHART_CHANGED:
            self._settle(waiting, {"stale": True})
            return
        means = refusal(
            state,
            getattr(diag, "message_detail", None),
            getattr(diag, "constraint_name", None),
            waiting.work.intents,
        )
        if means is None and is_away(error):
            means = DatabaseUnavailable()
        self._settle(waiting, error=means or error)

    def _settle(
        self, waiting: _Waiting, result: object = None, *, error: Exception | None = None
    ) -> None:
        self._under_way -= {intent.intent_id for intent in waiting.work.intents}
        if waiting.done.done():
            return
        if error is None:
            waiting.done.set_result(result)
        else:
            waiting.done.set_exception(error)


def _prepared(call: Call, known: Books) -> Work:
    intents = call.prepare(known)
    key = None if call.key is None else KeyedAnswer(call.key, call.answer(intents))
    return Work(call.tenant_id, call.actor, known, intents, key)


def _answer(work: Work, result: dict[str, Any] | None) -> Answer:
    posted = answers([work], result)[0]
    for each in (result or {}).get("answers") or ():
        if work.key and each["key"] == work.key.key.key:
            return Answer(posted, each["body"])
    return Answer(posted)


def _part(group: Sequence[_Waiting], *, patient: bool) -> str:
    """Works of one tenant as post_together takes them."""
    credentials = sorted({each.credential for each in group if each.credential})
    facts: dict[str, object] = {"tenant": str(group[0].work.tenant_id)}
    if credentials:
        facts["credentials"] = credentials
    if not patient:
        facts["impatient"] = True
    return work_text([each.work for each in group], facts)


def _by_tenant(group: Iterable[_Waiting]) -> list[list[_Waiting]]:
    """Works of one tenant together, tenants in the order in which their heads are taken."""
    ordered = sorted(group, key=lambda each: each.work.tenant_id)
    return [list(part) for _, part in groupby(ordered, key=lambda each: each.work.tenant_id)]
