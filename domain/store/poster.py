"""Posts what many callers ask for at once: calls that wait together share one transaction.

A call never waits for company: a lone one is sent at once, and what arrives while a group is
under way forms the next one. Nothing is answered before its transaction is committed. A group
that is refused, or waits too long, is set aside: its companies go on, each by itself and with
patience, so that what holds up one of them does not hold up the others.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import psycopg
from psycopg.errors import error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import Engine

from domain.access.actor import Actor
from domain.errors import DomainError
from domain.ledger.booking import Books
from domain.ledger.intent import Intent
from domain.store import books, once
from domain.store.away import DatabaseUnavailable, is_away, is_cut, state_of
from domain.store.posting import (
    CHART_CHANGED,
    ChartKeepsChanging,
    KeyedAnswer,
    Posted,
    Work,
    answers,
    refusal,
    text_of,
    together,
)
from domain.store.transaction import LIMITS, reading

_POST = b"post_works"
_PREPARE = "PREPARE post_works (jsonb) AS SELECT post_works($1)"
_GROUPS = 2
"""Groups under way at once: while one commits, the next is prepared and sent."""
_SPARE = 6
"""Connections for what was set aside: one for each company."""
_LARGEST = 256
"""Intents in one group."""
_ATTEMPTS = 5
_POOL_WAIT = 5.0
_HELD_UP = ("55P03", "BF007")
_OPTIONS = f"{LIMITS} -c lock_timeout=2000"
"""A group does not wait long for one company; what is set aside waits as long as all others do."""
_HANGS_UP = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""A server that is gone without a word is missed after 25 seconds."""


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

    def __init__(self, bind: Engine, *, groups: int = _GROUPS) -> None:
        self._engine = bind
        self._groups = groups
        self._pool = AsyncConnectionPool(
            bind.url.set(drivername="postgresql").render_as_string(hide_password=False),
            min_size=groups,
            max_size=groups + _SPARE,
            timeout=_POOL_WAIT,
            check=AsyncConnectionPool.check_connection,
            # Given up soon, connections are tried again as soon as somebody needs them.
            reconnect_timeout=_POOL_WAIT,
            kwargs={
                "autocommit": True,
                "options": _OPTIONS,
                "connect_timeout": 5,
                **_HANGS_UP,
            },
            configure=_prepare,
            open=False,
        )
        self._waiting: list[_Waiting] = []
        self._aside: dict[UUID, list[_Waiting]] = {}
        self._under_way: set[UUID] = set()
        self._sending = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle: list[psycopg.AsyncConnection[Any]] = []

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Poster"]:
        """Hold connections until the block ends; what was taken is finished first."""
        await self._pool.open()
        try:
            yield self
        finally:
            while self._tasks:
                await asyncio.wait(self._tasks)
            await self._give_back()
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
        if self._sending or self._waiting or work.tenant_id in self._aside:
            self._aside.get(work.tenant_id, self._waiting).append(waiting)
            self._start_sender()
        else:
            await self._send_lone(waiting)
        done = waiting.done
        result: dict[str, Any] | None = done.result() if done.done() else await asyncio.shield(done)
        return result

    async def _send_lone(self, waiting: _Waiting) -> None:
        """Send a call that has no company without handing it over."""
        self._sending += 1
        try:
            await self._send([waiting])
        finally:
            self._sending -= 1
            self._start_sender()

    def _start_sender(self) -> None:
        if self._waiting and self._sending < self._groups:
            self._sending += 1
            self._start(self._send_all())

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_all(self) -> None:
        # Nothing is awaited between the last look at what waits and the leaving: whoever comes
        # later finds that a sender is missing.
        try:
            while self._waiting:
                await self._send(_taken(self._waiting))
        finally:
            self._sending -= 1

    async def _send(self, group: list[_Waiting]) -> None:
        error = await self._tried(group, patient=False)
        if error is None:
            return
        concerns_all = is_away(error) and state_of(error) != CHART_CHANGED
        if _is_held_up(error) or (len(group) > 1 and not concerns_all):
            self._set_aside(group)
            return
        for each in group:
            self._refuse(each, error)

    def _set_aside(self, group: list[_Waiting]) -> None:
        for part in _by_tenant(group):
            tenant_id = part[0].work.tenant_id
            if tenant_id in self._aside:
                self._aside[tenant_id].extend(part)
            else:
                self._aside[tenant_id] = part
                self._start(self._send_aside(tenant_id))

    async def _send_aside(self, tenant_id: UUID) -> None:
        """Send what one company waits for, until nothing is left."""
        waiting = self._aside[tenant_id]
        try:
            while waiting:
                await self._send_patiently(_taken(waiting))
        finally:
            del self._aside[tenant_id]

    async def _send_patiently(self, group: list[_Waiting]) -> None:
        """Send calls of one company; halve them until those that are refused stand alone."""
        error = await self._tried(group, patient=True)
        if error is not None and is_cut(error):
            error = await self._tried(group, patient=True)
        if error is None:
            return
        if len(group) == 1 or is_away(error):
            for each in group:
                self._refuse(each, error)
            return
        half = len(group) // 2
        await self._send_patiently(group[:half])
        await self._send_patiently(group[half:])

    async def _tried(self, group: list[_Waiting], *, patient: bool) -> Exception | None:
        try:
            await self._store(group, patient=patient)
        except Exception as error:  # noqa: BLE001 (whoever waits must hear of it)
            return error
        except BaseException:
            for each in group:
                self._settle(each, error=DatabaseUnavailable())
            raise
        return None

    async def _store(self, group: list[_Waiting], *, patient: bool) -> None:
        by_tenant = _by_tenant(group)
        call = text_of([_place(each, patient=patient) for each in by_tenant])
        told = await self._called(call) or {}
        for place, part in enumerate(by_tenant):
            for waiting in part:
                self._settle(waiting, told.get(str(place)))

    async def _called(self, call: bytes) -> dict[str, Any] | None:
        """Make a call; over a connection that was lost meanwhile, once more.

        It may have been carried out before the connection broke; then its intents are known.
        """
        connection = self._idle.pop() if self._idle else await self._pool.getconn()
        try:
            return await self._executed(connection, call)
        except psycopg.OperationalError:
            if not connection.broken:
                raise
        await self._give_back()
        return await self._executed(await self._pool.getconn(), call)

    async def _executed(
        self, connection: psycopg.AsyncConnection[Any], call: bytes
    ) -> dict[str, Any] | None:
        """What a call is told; the connection is kept for the next, or the pool looks after it."""
        try:
            told = await _asked(connection, call)
        except BaseException:
            await self._pool.putconn(connection)
            raise
        if len(self._idle) < self._groups:
            self._idle.append(connection)
        else:
            await self._pool.putconn(connection)
        return told

    async def _give_back(self) -> None:
        while self._idle:
            await self._pool.putconn(self._idle.pop())

    def _refuse(self, waiting: _Waiting, error: Exception) -> None:
        if state_of(error) == CHART_CHANGED:
            self._settle(waiting, {"stale": True})
        else:
            self._settle(waiting, error=_refusal(waiting, error) or error)

    def _settle(
        self, waiting: _Waiting, result: object = None, *, error: Exception | None = None
    ) -> None:
        if waiting.done.done():
            return
        self._under_way -= {intent.intent_id for intent in waiting.work.intents}
        if error is None:
            waiting.done.set_result(result)
        else:
            waiting.done.set_exception(error)


async def _prepare(connection: psycopg.AsyncConnection[Any]) -> None:
    await connection.execute(_PREPARE)


async def _asked(connection: psycopg.AsyncConnection[Any], call: bytes) -> dict[str, Any] | None:
    """Make a call without a cursor, which would cost as much as all that is prepared for it."""
    connection.pgconn.send_query_prepared(_POST, [call])
    (result,) = await connection.wait(execute(connection.pgconn))
    if result.status != ExecStatus.TUPLES_OK:
        raise error_from_result(result)
    value = result.get_value(0, 0)
    return None if value is None else orjson.loads(value)


def _taken(waiting: list[_Waiting]) -> list[_Waiting]:
    """Take as many calls from the front as one group may have; at least one."""
    size = 0
    for taken, each in enumerate(waiting):
        size += len(each.work.intents)
        if size > _LARGEST and taken:
            break
    else:
        taken = len(waiting)
    group = waiting[:taken]
    del waiting[:taken]
    return group


def _is_held_up(error: Exception) -> bool:
    """Whether patience may help: a lock, a period being locked, a connection that was lost."""
    return state_of(error) in _HELD_UP or is_cut(error)


def _refusal(waiting: _Waiting, error: Exception) -> DomainError | None:
    """What concurrency decided, as the refusal it means; None when it is an error of ours."""
    diag = getattr(error, "diag", None)
    means = refusal(
        state_of(error),
        getattr(diag, "message_detail", None),
        getattr(diag, "constraint_name", None),
        waiting.work.intents,
    )
    return DatabaseUnavailable() if means is None and is_away(error) else means


def _prepared(call: Call, known: Books) -> Work:
    intents = call.prepare(known)
    key = None if call.key is None else KeyedAnswer(call.key, call.answer(intents))
    return Work(call.tenant_id, call.actor, known, intents, key)


def _answer(work: Work, result: dict[str, Any] | None) -> Answer:
    posted = answers([work], result)[0]
    for each in (result or {}).get("answers") or ():
        if work.key and (each["operation"], each["key"]) == work.key.name:
            return Answer(posted, each["body"])
    return Answer(posted)


def _place(group: Sequence[_Waiting], *, patient: bool) -> dict[str, object]:
    """Works of one tenant as post_works takes them."""
    credentials = sorted({each.credential for each in group if each.credential})
    facts: dict[str, object] = {"credentials": credentials} if credentials else {}
    if not patient:
        facts["impatient"] = True
    return together([each.work for each in group], facts)


def _by_tenant(group: Iterable[_Waiting]) -> list[list[_Waiting]]:
    """Works of one tenant together, tenants in the order in which their heads are taken."""
    found: dict[UUID, list[_Waiting]] = {}
    for each in group:
        found.setdefault(each.work.tenant_id, []).append(each)
    return [found[tenant_id] for tenant_id in sorted(found)]
