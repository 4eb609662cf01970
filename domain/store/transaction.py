"""Sessions: one transaction each, bound to one tenant (ISOLATED)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import Engine, create_engine, make_url, text
from sqlmodel import Session

from domain.access.actor import Actor
from domain.tables.bound import actor_of, tenant_of

__all__ = [
    "LIMITS",
    "actor_of",
    "at_end",
    "engine",
    "enter",
    "finish",
    "reading",
    "tenant_of",
    "transaction",
]

LIMITS = (
    "-c timezone=UTC -c statement_timeout=30000 -c lock_timeout=10000"
    " -c idle_in_transaction_session_timeout=60000"
    # To compile a query that takes milliseconds takes longer than the query.
    " -c jit=off"
)
"""What every connection is opened with: waits, statements and idle transactions have an end."""
_SET_TENANT = text("SELECT set_config('app.tenant_id', :tenant, true)")


def engine(url: str, *, pool_size: int = 10) -> Engine:
    """Engine with a bounded pool; waits, statements and idle transactions have an end.

    `url` may name the driver or leave it out.
    """
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "prepare_threshold": 2, "options": LIMITS},
    )


@contextmanager
def transaction(bind: Engine, tenant_id: UUID, actor: Actor) -> Iterator[Session]:
    """One write transaction: all of it is committed when the block ends, or none."""
    with Session(bind, expire_on_commit=False) as session, session.begin():
        enter(session, tenant_id, actor)
        yield session
        finish(session)


@contextmanager
def reading(bind: Engine, tenant_id: UUID) -> Iterator[Session]:
    """One read-only transaction that sees a single state of the books."""
    options = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
    with Session(bind, expire_on_commit=False, autoflush=False) as session:
        session.connection(execution_options=options)
        session.execute(_SET_TENANT, {"tenant": str(tenant_id)})
        session.info["tenant_id"] = tenant_id
        yield session


def enter(session: Session, tenant_id: UUID, actor: Actor) -> None:
    """Bind the running transaction to a tenant and to who acts in it."""
    session.execute(_SET_TENANT, {"tenant": str(tenant_id)})
    session.info.update(tenant_id=tenant_id, actor=actor, finishers={})


def at_end(session: Session, name: str, act: Callable[[Session], None]) -> None:
    """Run `act` once, just before the commit, however often it is asked for under `name`."""
    session.info["finishers"].setdefault(name, act)


def finish(session: Session) -> None:
    """Do what was left for the end of the transaction."""
    session.flush()
    for act in session.info["finishers"].values():
        act(session)
