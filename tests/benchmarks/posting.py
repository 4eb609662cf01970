"""Posting through the domain against a bare function that inserts as many rows.

The limit is psycopg calling one server-side function that inserts an intent and an entry
and adds to two roll-ups, with nothing else: no numbering, no hash, no rule, no audit.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import Engine

from domain.store.journal import book
from domain.store.transaction import engine, transaction
from tests.benchmarks.measure import Contest, run
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from tests.strategies import plain_booking

PIECES = 800
_BARE = """
CREATE TABLE bare_intent (id uuid PRIMARY KEY, tenant uuid, day date, body jsonb);
CREATE TABLE bare_entry (id uuid PRIMARY KEY, intent uuid, debit text, credit text, amount numeric);
CREATE TABLE bare_balance (
    tenant uuid, account text, debit numeric, credit numeric, PRIMARY KEY (tenant, account)
);
CREATE FUNCTION bare_post(p_id uuid, p_tenant uuid, p_day date, p_body jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO bare_intent VALUES (p_id, p_tenant, p_day, p_body);
    INSERT INTO bare_entry VALUES (gen_random_uuid(), p_id, '6815', '2800', 100);
    INSERT INTO bare_balance VALUES (p_tenant, '6815', 100, 0), (p_tenant, '2800', 0, 100)
    ON CONFLICT (tenant, account) DO UPDATE SET
        debit = bare_balance.debit + excluded.debit, credit = bare_balance.credit + excluded.credit;
END;
$$;
"""


def benchmarks(database: Database) -> Iterator[dict[str, object]]:
    """One writer and eight over many tenants, eight on one tenant."""
    with psycopg.connect(_plain(database.owner_url), autocommit=True) as session:
        session.execute(_BARE)
    for name, writers, tenants in (
        ("posting, 1 writer", 1, 1),
        ("posting, 8 writers, 8 tenants", 8, 8),
        ("posting, 8 writers, 1 tenant", 8, 1),
    ):
        yield run(_contest(database, name, writers, tenants))


def _contest(database: Database, name: str, writers: int, tenants: int) -> Contest:
    owned = [another_tenant(database) for _ in range(tenants)]
    pool = engine(database.url, pool_size=writers)
    bare = [psycopg.connect(_plain(database.owner_url), autocommit=True) for _ in range(writers)]

    def ours(writer: int, piece: int) -> None:
        _post(pool, owned[writer % tenants], piece)

    def limit(writer: int, piece: int) -> None:
        day = date(2026, 1, 1) + timedelta(days=piece % 300)
        values = (uuid4(), owned[writer % tenants].id, day, Jsonb({"text": "Büromaterial"}))
        bare[writer].execute("SELECT bare_post(%s, %s, %s, %s)", values, prepare=True)

    return Contest(name, "psycopg calling a bare function", ours, limit, writers, PIECES)


def _post(pool: Engine, tenant: Tenant, piece: int) -> None:
    day = date(2026, 1, 1) + timedelta(days=piece % 300)
    with transaction(pool, tenant.id, tenant.actor) as session:
        book(session, plain_booking(uuid4(), day))


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
