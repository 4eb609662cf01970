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

from sqlalchemy import Engine

from domain.access.actor import Actor
from domain.errors import DomainError
from domain.ledger.booking import Books
from domain.ledger.intent import Intent
from domain.store import books, once
from domain.store.away import DatabaseUnavailable, is_away, is_cut, state_of
from domain.store.lines import Lines
from domain.store.posting import (
    CHART_CHANGED,
    ChartKeepsChanging,
    KeyedAnswer,
    Posted,
    Work,
    answers,
    refusal,
)
from domain.store.transaction import reading
from domain.store.works import text_of, together

_GROUPS = 2
"""Groups under way at once: while one commits, the next is prepared and sent."""
_LARGEST = 256
"""Intents in one group."""
_ATTEMPTS = 5
_HELD_UP = ("55P03", "BF007")


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
        self._lines = Lines(bind, kept=groups)
        self._waiting: list[_Waiting] = []
        self._aside: dict[UUID, list[_Waiting]] = {}
        self._under_way: set[UUID] = set()
        self._sending = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Poster"]:
        """Hold connections until the block ends; what was taken is finished first."""
        async with self._lines.opened():
            try:
                yield self
            finally:
                while self._tasks:
                    await asyncio.wait(self._tasks)

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
        asked = self._lines.call_patiently if patient else self._lines.call
        told = await asked(call) or {}
        for place, part in enumerate(by_tenant):
            for waiting in part:
                self._settle(waiting, told.get(str(place)))

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
            waiting.done.exception()  # whoever was to hear of it may be gone


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
