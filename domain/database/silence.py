"""Connections that give up on a server which says nothing, however alive its host looks.

A server that is stopped, or a pooler that hangs, keeps its connections open: the kernel beside it
goes on to acknowledge what is sent. So neither keepalives nor TCP_USER_TIMEOUT see it, and limits
that the server counts it does not count then. Here the one who waits counts.
"""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import Connection, Engine, event

from domain.database.budget import LONGEST_STATEMENT

ANSWER_SECONDS = (LONGEST_STATEMENT + timedelta(seconds=5)).total_seconds()
"""So long a statement may stay without a word: the server's own limit comes first."""
SIGN_SECONDS = 3.0
"""So long a connection that was idle has to show that somebody is still there."""
_SHUT_SECONDS = 1.0
_INTERVAL = 0.1
_Told = TypeVar("_Told")
_Timeout = psycopg.errors._WaitTimeout  # noqa: SLF001 - its base is what all that goes wrong is, too


class ServerSilent(psycopg.OperationalError):
    """The server took what it was sent and did not answer; the connection is given up.

    What was sent may be carried out nevertheless, as with any connection that is lost.
    """


class PatientConnection(psycopg.Connection[Any]):
    """Waits for each word of the server for `patience` seconds."""

    patience = SIGN_SECONDS

    def wait(self, gen: PQGen[_Told], interval: Any = _INTERVAL, timeout: Any = None) -> _Told:
        """Wait for an answer. Raises ServerSilent when none comes."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.patience)
        except _Timeout:
            self.pgconn.finish()
            raise ServerSilent from None


class PatientAsyncConnection(psycopg.AsyncConnection[Any]):
    """The same in the event loop."""

    patience = ANSWER_SECONDS

    async def wait(
        self,
        gen: PQGen[_Told],
        interval: Any = _INTERVAL,
        timeout: Any = None,  # noqa: ASYNC109 - the driver's signature
    ) -> _Told:
        """Wait for an answer. Raises ServerSilent when none comes."""
        if timeout is not None:
            return await super().wait(gen, interval, timeout)
        try:
            return await super().wait(gen, interval, self.patience)
        except _Timeout:
            self.pgconn.finish()
            raise ServerSilent from None


async def check_answers(connection: PatientAsyncConnection) -> None:
    """Hold that somebody is there at the other end of a connection that was idle."""
    connection.patience = SIGN_SECONDS
    await connection.execute("")
    connection.patience = ANSWER_SECONDS


def be_patient(bind: Engine) -> None:
    """Let an engine give up on a silent server: soon where it was idle, else after a statement."""
    event.listen(bind, "do_connect", _connector())
    event.listen(bind, "checkout", _expect_an_answer)
    event.listen(bind, "checkin", _expect_a_sign)


def wait_at_most(connection: Connection, span: timedelta) -> None:
    """Wait for each word no longer than this, until the connection goes back to its pool."""
    driver: Any = connection.connection.driver_connection
    driver.patience = span.total_seconds()


def _connector() -> Callable[..., PatientConnection]:
    """Connect, but not for a moment after a server that said nothing.

    Else those who wait for a thread would wait for all before them, one patience after the other.
    """
    shut_until = 0.0

    def connect(
        _dialect: object, _record: object, args: Any, named: dict[str, Any]
    ) -> PatientConnection:
        nonlocal shut_until
        if monotonic() < shut_until:
            raise ServerSilent
        try:
            return PatientConnection.connect(*args, **named)
        except psycopg.errors.ConnectionTimeout:
            shut_until = monotonic() + _SHUT_SECONDS
            raise

    return connect


def _expect_an_answer(connection: PatientConnection, *_: object) -> None:
    connection.patience = ANSWER_SECONDS


def _expect_a_sign(connection: PatientConnection | None, *_: object) -> None:
    if connection is not None:
        connection.patience = SIGN_SECONDS
