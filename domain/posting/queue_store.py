"""Posts what many callers ask for at once: calls that wait together share one transaction.

A call never waits for company: a lone one is sent at once, and what arrives while a group is
under way forms the next one. Nothing is answered before its transaction is committed. A group
that is refused, or waits too long, is set aside: its companies go on, each by itself and with
patience, so that what holds up one of them does not hold up the others.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from domain.command_key import CommandKey, IdempotencyKeyInUse
from domain.database import idempotency
from domain.database.connections import Connections
from domain.database.outages import DatabaseUnavailable, is_away, is_cut, outage_of, state_of
from domain.database.session import read_session
from domain.errors import DomainError
from domain.ledger import books_store
from domain.ledger.booking import Books
from domain.posting.attempts import FindAnswer, ReadBooks, Request, StoreCall, attempts
from domain.posting.call import PostingCall, PreparedCall
from domain.posting.outcome import CHART_CHANGED, Answer, refusal
from domain.posting.prepare import tenant_part, text_of
from domain.posting.store import chance

_GROUPS = 2
"""Groups under way at once: while one commits, the next is prepared and sent."""
_LARGEST = 256
"""Intents in one group."""
_HELD_UP = ("55P03", "BF007")


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    call: PreparedCall
    credential: str | None
    done: asyncio.Future[Any]


class PostingQueue:
    """Takes calls and sends them in groups; one for each process."""

    def __init__(self, bind: Engine, *, groups: int = _GROUPS) -> None:
        self._engine = bind
        self._groups = groups
        self._connections = Connections(bind, kept=groups)
        self._waiting: list[_Waiting] = []
        self._aside: dict[UUID, list[_Waiting]] = {}
        self._under_way: set[UUID] = set()
        self._sending = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["PostingQueue"]:
        """Hold connections until the block ends; what was taken is finished first."""
        async with self._connections.opened():
            try:
                yield self
            finally:
                while self._tasks:
                    await asyncio.wait(self._tasks)

    async def post(self, call: PostingCall) -> Answer:
        """Post a call, or raise the refusal that it meets."""
        steps = attempts(call)
        try:
            request = next(steps)
            while True:
                request = steps.send(await self._carry_out(call, request))
        except StopIteration as done:
            answer: Answer = done.value
            return answer

    async def _carry_out(
        self, call: PostingCall, request: Request
    ) -> Books | dict[str, Any] | None:
        match request:
            case ReadBooks(fresh):
                known = books_store.cached(call.tenant_id)
                if known is None or fresh:
                    return await asyncio.to_thread(self._load, call.tenant_id)
                return known
            case StoreCall(prepared):
                return await self._send_and_wait(prepared, call.credential)
            case FindAnswer(key):
                return await asyncio.to_thread(self._look_up, call.tenant_id, key)

    def _load(self, tenant_id: UUID) -> Books:
        with read_session(self._engine, tenant_id) as session:
            return books_store.books(session, tenant_id, fresh=True)

    def _look_up(self, tenant_id: UUID, key: CommandKey) -> dict[str, Any] | None:
        with read_session(self._engine, tenant_id) as session:
            return idempotency.first_answer(session, key.operation, key.key, key.request_hash)

    async def _send_and_wait(
        self, call: PreparedCall, credential: str | None
    ) -> dict[str, Any] | None:
        ids = {intent.intent_id for intent in call.intents}
        if ids & self._under_way:  # ids come from keys: the same call, once more
            raise IdempotencyKeyInUse
        self._under_way |= ids
        waiting = _Waiting(call, credential, asyncio.get_running_loop().create_future())
        if self._sending or self._waiting or call.tenant_id in self._aside:
            self._aside.get(call.tenant_id, self._waiting).append(waiting)
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

    def _start(self, sending: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(sending)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_all(self) -> None:
        # Nothing is awaited between the last look at what waits and the leaving: whoever comes
        # later finds that a sender is missing.
        try:
            while self._waiting:
                await self._send(_take_group(self._waiting))
        finally:
            self._sending -= 1

    async def _send(self, group: list[_Waiting]) -> None:
        error = await self._try_to_store(group, patient=False)
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
            tenant_id = part[0].call.tenant_id
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
                await self._send_patiently(_take_group(waiting))
        finally:
            del self._aside[tenant_id]

    async def _send_patiently(self, group: list[_Waiting]) -> None:
        """Send calls of one company; halve them until those that are refused stand alone."""
        error = await self._try_to_store(group, patient=True)
        if error is not None and is_cut(error):
            error = await self._try_to_store(group, patient=True)
        if error is None:
            return
        if len(group) == 1 or is_away(error):
            for each in group:
                self._refuse(each, error)
            return
        half = len(group) // 2
        await self._send_patiently(group[:half])
        await self._send_patiently(group[half:])

    async def _try_to_store(self, group: list[_Waiting], *, patient: bool) -> Exception | None:
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
        text = text_of([_part(each, patient=patient) for each in by_tenant])
        ask = self._connections.call_patiently if patient else self._connections.call
        told = await ask(text) or {}
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
        self._under_way -= {intent.intent_id for intent in waiting.call.intents}
        if error is None:
            waiting.done.set_result(result)
        else:
            waiting.done.set_exception(error)
            waiting.done.exception()  # whoever was to hear of it may be gone


def _take_group(waiting: list[_Waiting]) -> list[_Waiting]:
    """Take as many calls from the front as one group may have; at least one."""
    size = 0
    for taken, each in enumerate(waiting):
        size += len(each.call.intents)
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
        waiting.call.intents,
    )
    return means or outage_of(error)


def _part(group: Sequence[_Waiting], *, patient: bool) -> dict[str, object]:
    """Calls of one tenant as post_intents takes them."""
    credentials = sorted({each.credential for each in group if each.credential})
    facts: dict[str, object] = {"credentials": credentials} if credentials else {}
    if not patient:
        facts["impatient"] = True
    return tenant_part([each.call for each in group], facts, chance())


def _by_tenant(group: Iterable[_Waiting]) -> list[list[_Waiting]]:
    """Calls of one tenant together, tenants in the order in which their heads are taken."""
    found: dict[UUID, list[_Waiting]] = {}
    for each in group:
        found.setdefault(each.call.tenant_id, []).append(each)
    return [found[tenant_id] for tenant_id in sorted(found)]
