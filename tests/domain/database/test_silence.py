"""A server that is frozen, or takes connections and says nothing, is given up in time."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from time import monotonic, sleep

import pytest
from psycopg_pool import PoolTimeout
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from deploy.stack.postgres import Postgres
from domain.actor import Actor
from domain.database.budget import limited
from domain.database.connections import Connections
from domain.database.outages import is_away
from domain.database.session import engine, read_session, write_session
from domain.database.silence import ANSWER_SECONDS, SIGN_SECONDS, wait_at_most
from tests.builders import Tenant
from tests.frozen import frozen, mute_listener
from tests.servers import Database

LONG = ANSWER_SECONDS - 5
"""What ends before it did not wait for an answer to a statement."""


def given_up(ask: Callable[[], object]) -> float:
    """Seconds until somebody hears that the database is away."""
    begun = monotonic()
    with pytest.raises((SQLAlchemyError, PoolTimeout)) as told:
        ask()
    assert is_away(told.value)
    return monotonic() - begun


def asked(bind: Engine) -> int:
    """Ask something."""
    with bind.connect() as connection:
        return int(connection.execute(text("SELECT 1")).scalar_one())


def answers(bind: Engine) -> bool:
    """Whether the database is known to be back."""
    try:
        return asked(bind) == 1
    except SQLAlchemyError:
        return False


def test_an_idle_connection_is_tried_first(cluster: Postgres, database: Database) -> None:
    """Frozen, its callers hear so soon; when it goes on they get their answer."""
    bind = engine(database.url)
    assert asked(bind) == 1
    with frozen(cluster):
        assert SIGN_SECONDS <= given_up(lambda: asked(bind)) < LONG
    while not answers(bind):
        sleep(0.1)
    bind.dispose()


def test_a_statement_under_way_is_given_up(cluster: Postgres, database: Database) -> None:
    """However long the server would have taken, and what follows in the session ends at once."""
    bind = engine(database.url)
    with bind.connect() as connection:
        wait_at_most(connection, timedelta(seconds=1))
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
        with frozen(cluster):
            assert given_up(lambda: connection.execute(text("SELECT 1"))) < LONG
    assert asked(bind) == 1
    bind.dispose()


def test_a_slow_answer_is_waited_for(database: Database) -> None:
    """A statement has more patience than a ping, and a transaction not that of the one before."""
    bind = engine(database.url, pool_size=1)
    with bind.connect() as connection:
        wait_at_most(connection, timedelta(milliseconds=100))
    with bind.connect() as connection:
        told = connection.execute(text("SELECT 1 FROM pg_sleep(:s)"), {"s": SIGN_SECONDS + 0.5})
        assert told.scalar_one() == 1
    bind.dispose()


def test_a_step_ends_with_its_time(cluster: Postgres, database: Database, tenant: Tenant) -> None:
    """Its thread does not wait on beside the next attempt, which then works."""
    begun = Event()
    held = Event()

    def step() -> None:
        with (
            limited(timedelta(seconds=2)),
            write_session(database.engine, tenant.id, Actor.system("workflow")) as session,
        ):
            begun.set()
            held.wait(60)
            session.execute(text("SELECT 1"))

    with ThreadPoolExecutor(1) as threads:
        attempt = threads.submit(lambda: given_up(step))
        assert begun.wait(60)
        with frozen(cluster):
            held.set()
            assert attempt.result(60) < LONG
    begun.clear()
    step()


def test_many_who_wait_do_not_wait_for_each_other() -> None:
    """Who would try next hears at once what the one before found out."""
    with mute_listener() as port, ThreadPoolExecutor(4) as threads:
        bind = engine(f"postgresql://a:b@127.0.0.1:{port}/c")
        waits = list(threads.map(lambda _: given_up(lambda: asked(bind)), range(40)))
    assert max(waits) < LONG
    assert sum(waits) < 40 * 5 / 2  # each by itself would be given up after five seconds


def test_prepared_calls_are_given_up(cluster: Postgres, database: Database, tenant: Tenant) -> None:
    """One that was idle is tried first; the next call after the thaw is answered."""
    bind = engine(database.url)

    async def calls() -> None:
        connections = Connections(bind, kept=1)
        async with connections.opened():
            await connections.call(b"[]")
            await asyncio.sleep(1.1)  # idle by then
            with frozen(cluster):
                begun = monotonic()
                with pytest.raises(PoolTimeout):
                    await connections.call(b"[]")
                assert monotonic() - begun < LONG
            await connections.call(b"[]")

    asyncio.run(calls())
    with read_session(bind, tenant.id) as session:
        assert session.execute(text("SELECT 1")).scalar_one() == 1
    bind.dispose()
