"""Connections over which prepared calls are stored, without what a call does not need."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic_ns
from typing import Any

import orjson
import psycopg
from psycopg.errors import InvalidSqlStatementName, error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import Engine

from domain.database.session import HANGS_UP, LIMITS
from domain.database.silence import PatientAsyncConnection, check_answers

_POST = b"post_intents"
_PREPARE = "PREPARE post_intents (jsonb) AS SELECT post_intents($1)"
_SPARE = 6
"""Connections for what was set aside: one for each company."""
_POOL_WAIT = 5.0
_IDLE_NS = 10**9
"""After so long the server has to show that it is there before something is sent to it."""
_OPTIONS = f"{LIMITS} -c lock_timeout=2000"
"""A group does not wait long for one company; what is set aside waits as long as all others do."""


class Connections:
    """Connections in the event loop; `kept` of them are at hand without asking the pool."""

    def __init__(self, bind: Engine, *, kept: int) -> None:
        self._kept = kept
        self._is_open = False  # what comes back later is kept for nobody
        self._spare = asyncio.Semaphore(_SPARE)
        self._idle: list[tuple[int, PatientAsyncConnection]] = []
        self._pool = AsyncConnectionPool(
            bind.url.set(drivername="postgresql").render_as_string(hide_password=False),
            min_size=kept,
            max_size=kept + _SPARE,
            timeout=_POOL_WAIT,
            connection_class=PatientAsyncConnection,
            check=check_answers,
            # Given up soon, connections are tried again as soon as somebody needs them.
            reconnect_timeout=_POOL_WAIT,
            kwargs={
                "autocommit": True,
                "options": _OPTIONS,
                "connect_timeout": 5,
                **HANGS_UP,
            },
            configure=_prepare,
            open=False,
        )

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Hold connections until the block ends."""
        await self._pool.open()
        self._is_open = True
        try:
            yield
        finally:
            self._is_open = False
            await self._give_back()
            await self._pool.close()

    async def call(self, call: bytes) -> dict[str, Any] | None:
        """Make a call; over a connection that was lost meanwhile, once more.

        It may have been carried out before the connection broke; then its intents are known.
        """
        connection = await self._taken()
        try:
            return await self._executed(connection, call)
        except InvalidSqlStatementName:
            pass  # another connection has it prepared
        except psycopg.OperationalError:
            if not connection.broken:
                raise
        await self._give_back()
        return await self._executed(await self._pool.getconn(), call)

    async def call_patiently(self, call: bytes) -> dict[str, Any] | None:
        """Make a call that may wait for long: never over all connections, so that others go on."""
        try:
            async with asyncio.timeout(_POOL_WAIT):
                await self._spare.acquire()
        except TimeoutError:
            raise PoolTimeout from None
        try:
            return await self.call(call)
        finally:
            self._spare.release()

    async def _taken(self) -> PatientAsyncConnection:
        """Take what was used a moment ago; the pool tries whether anything else still answers."""
        if self._idle:
            used_at, connection = self._idle.pop()
            if monotonic_ns() - used_at < _IDLE_NS:
                return connection
            await self._pool.putconn(connection)
        return await self._pool.getconn()

    async def _executed(
        self, connection: PatientAsyncConnection, call: bytes
    ) -> dict[str, Any] | None:
        """What a call is told; the connection is kept for the next, or the pool looks after it."""
        try:
            told = await _execute_prepared(connection, call)
        except BaseException as error:
            if isinstance(error, InvalidSqlStatementName):  # what was prepared is forgotten
                await connection.close()
            await self._pool.putconn(connection)
            raise
        if self._is_open and len(self._idle) < self._kept:
            self._idle.append((monotonic_ns(), connection))
        else:
            await self._pool.putconn(connection)
        return told

    async def _give_back(self) -> None:
        while self._idle:
            await self._pool.putconn(self._idle.pop()[1])


async def _prepare(connection: PatientAsyncConnection) -> None:
    await connection.execute(_PREPARE)


async def _execute_prepared(
    connection: PatientAsyncConnection, call: bytes
) -> dict[str, Any] | None:
    """Make a call without a cursor, which would cost as much as all that is prepared for it."""
    connection.pgconn.send_query_prepared(_POST, [call])
    result = (await connection.wait(execute(connection.pgconn)))[0]
    if result.status != ExecStatus.TUPLES_OK:
        raise error_from_result(result)
    value = result.get_value(0, 0)
    return None if value is None else orjson.loads(value)
