"""Sessions: one transaction each, bound to one tenant (ISOLATED)."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from domain.actor import Actor
from domain.database import budget
from domain.database.budget import LONGEST_LOCK, LONGEST_STATEMENT
from domain.database.outages import READ_ONLY, state_of
from domain.database.silence import be_patient, wait_at_most

_LONG = re.compile(rb"[0-9]{19}")
_MS = timedelta(milliseconds=1)
_NOW = text("SELECT now()")
LIMITS = (
    f"-c timezone=UTC -c statement_timeout={LONGEST_STATEMENT // _MS}"
    f" -c lock_timeout={LONGEST_LOCK // _MS}"
    " -c idle_in_transaction_session_timeout=60000"
    # To compile a query that takes milliseconds takes longer than the query.
    " -c jit=off"
)
"""What every connection is opened with: waits, statements and idle transactions have an end."""
HANGS_UP = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
"""A host that is gone without a word is missed after 25 seconds, whoever speaks last."""
_SET_TENANT = text("SELECT set_config('app.tenant_id', :tenant, true)")
_SET_LIMITS = text("""
SELECT set_config('app.tenant_id', :tenant, true), set_config('lock_timeout', :lock, true),
    set_config('statement_timeout', :statement, true)
""")
_SET_ALL_LIMITS = text(f"{_SET_LIMITS.text}, set_config('transaction_timeout', :transaction, true)")
_HAS_TRANSACTION_TIMEOUT = 17  # since this version of PostgreSQL


class WrittenWhileReading(Exception):
    """A statement wrote in a transaction that we opened to read."""


def engine(url: str, *, pool_size: int = 10) -> Engine:
    """Engine with a bounded pool; waits, statements and idle transactions have an end.

    They have it on this side too, for a server that is frozen. `url` may name the driver or leave
    it out.
    """
    made = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        pool_pre_ping=True,
        hide_parameters=True,
        json_deserializer=_loaded,
        connect_args={
            "connect_timeout": 5,
            "prepare_threshold": 2,
            "options": LIMITS,
            **HANGS_UP,
        },
    )
    be_patient(made)
    event.listen(made, "checkin", _as_the_server_has_it)
    return made


def _as_the_server_has_it(connection: Any, _: object) -> None:
    """Let a connection that has only read begin as the server says, which may be read-only itself.

    SQLAlchemy gives it back as one that writes, whatever the server says.
    """
    if connection is not None and not connection.closed:
        connection.read_only = None


def _loaded(stored: bytes) -> Any:
    """Stored JSON as it was meant: the quick parser makes a float of a number that is this long."""
    return json.loads(stored) if _LONG.search(stored) else orjson.loads(stored)


@contextmanager
def write_session(bind: Engine, tenant_id: UUID, actor: Actor) -> Iterator[Session]:
    """One write transaction: all of it is committed when the block ends, or none."""
    with Session(bind, expire_on_commit=False) as session, session.begin():
        enter(session, tenant_id, actor)
        yield session
        finish(session)


@contextmanager
def read_session(bind: Engine, tenant_id: UUID) -> Iterator[Session]:
    """One read-only transaction that sees a single state of the books.

    Raises WrittenWhileReading: a mistake of ours, not a server that only reads.
    """
    options = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
    with Session(bind, expire_on_commit=False, autoflush=False) as session:
        session.connection(execution_options=options)
        _bind(session, tenant_id)
        session.info["tenant_id"] = tenant_id
        try:
            yield session
        except DBAPIError as error:
            if state_of(error) == READ_ONLY:
                raise WrittenWhileReading from error
            raise


def enter(session: Session, tenant_id: UUID, actor: Actor) -> None:
    """Bind the running transaction to a tenant and to who acts in it."""
    _bind(session, tenant_id)
    session.info.update(tenant_id=tenant_id, actor=actor, finishers={})


def now_of(session: Session) -> datetime:
    """When the running transaction began, by the clock of the database.

    What the database judges by its clock begins by it, too: another machine's may be wrong.
    """
    now: datetime = session.execute(_NOW).scalar_one()
    return now


def at_end(session: Session, name: str, act: Callable[[Session], None]) -> None:
    """Run `act` once, just before the commit, however often it is asked for under `name`."""
    session.info["finishers"].setdefault(name, act)


def finish(session: Session) -> None:
    """Do what was left for the end of the transaction.

    Raises StepTooLate for what would be committed beside the next attempt at the same step.
    """
    session.flush()
    for act in session.info["finishers"].values():
        act(session)
    budget.check_left()


def _bind(session: Session, tenant_id: UUID) -> None:
    """Tell the transaction whose it is, and how long it may take."""
    limits, connection = budget.limits(), session.connection()
    if limits is None:
        connection.execute(_SET_TENANT, {"tenant": str(tenant_id)})
        return
    wait_at_most(connection, timedelta(milliseconds=limits[2]))
    lock, statement, transaction = map(str, limits)
    told = {"tenant": str(tenant_id), "lock": lock, "statement": statement}
    version = connection.dialect.server_version_info or (0,)
    if int(version[0]) < _HAS_TRANSACTION_TIMEOUT:
        connection.execute(_SET_LIMITS, told)
    else:
        connection.execute(_SET_ALL_LIMITS, {**told, "transaction": transaction})


def tenant_of(session: Session) -> UUID:
    """The tenant that the session is bound to."""
    tenant_id: UUID = session.info["tenant_id"]
    return tenant_id


def actor_of(session: Session) -> Actor:
    """Who acts in the session."""
    actor: Actor = session.info["actor"]
    return actor
