"""Books of any size in seconds: valid intents by set-based SQL, for benchmarks and large tests.

Of four intents come five journal entries, so that 800,000 intents are a journal of 1,000,000.
Seven rows in ten move the bank account, the rest is spread over some two hundred accounts.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import date, timedelta
from importlib.resources import files

import psycopg
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from domain.actor import Actor
from domain.database.session import read_session
from domain.dates import DateRange, fiscal_year_of, month_of, month_range
from domain.ledger.account import AccountRole
from domain.ledger.books_store import books
from domain.ledger.chart import role
from tests.builders import Tenant
from tests.servers import Database

THE_YEAR = DateRange(date(2025, 1, 1), date(2025, 12, 31))
_MANY = 20_000
_BOOKS = ("intent", "journal_entry", "open_item", "settlement", "account_balance")
_CODES = {"AT": ("VST20", "UST20"), "DE": ("VST19", "UST19")}
_PERIODS = """
CREATE TEMPORARY TABLE bulk_period (
    name text, fiscal_year smallint, first_day date, last_day date) ON COMMIT DROP
"""
_WANTED = """
CREATE TEMPORARY TABLE bulk_wanted ON COMMIT DROP AS
SELECT %(tenant)s::uuid AS tenant, %(intents)s::bigint AS intents,
    %(first)s::date AS first_day, %(days)s::bigint AS days,
    (SELECT count(*) FROM intent WHERE tenant_id = %(tenant)s) AS before,
    %(created_by)s::uuid AS created_by, %(actor)s::jsonb AS actor, %(rate)s::numeric AS rate,
    %(bank)s AS bank, %(receivables)s AS receivables,
    %(input_code)s AS input_code, %(input_vat)s AS input_vat,
    %(output_code)s AS output_code, %(output_vat)s AS output_vat
"""
_FOREIGN_KEYS = """
SELECT conrelid::regclass::text AS of_table, conname, pg_get_constraintdef(oid) AS definition
FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY (%s)
"""
_TRIGGERS = """
SELECT tgrelid::regclass::text, tgname FROM pg_trigger
WHERE NOT tgisinternal AND tgname NOT LIKE 'count%%' AND tgrelid::regclass::text = ANY (%s)
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index i
WHERE i.indrelid::regclass::text = ANY (%s)
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


def fill(database: Database, tenant: Tenant, intents: int, days: DateRange = THE_YEAR) -> int:
    """Add that many intents, their rows in the order of `days`, and return the last number.

    Numbers, hashes, roll-ups, open items and settlements are those of a posting; only the
    audit events are missing. Filled again, the journal goes on where it ended. `intents`
    is a multiple of eight, so that every sale has its payment.
    """
    assert intents % 8 == 0
    with psycopg.connect(_plain(database.owner_url)) as session:
        session.execute("SELECT set_config('app.tenant_id', %s, true)", (str(tenant.id),))
        session.execute("SET LOCAL work_mem = '256MB'")
        # The planner knows nothing of rows of this transaction: it would loop over all of them.
        session.execute("SET LOCAL enable_nestloop = off")
        session.execute(_WANTED, _wanted(database, tenant, intents, days))
        _name_periods(session, days)
        with _ready(session) if intents >= _MANY else nullcontext():
            session.execute(files("tests.benchmarks").joinpath("bulk.sql").read_bytes())
        last = session.execute(
            "SELECT last_number FROM tenant_head WHERE tenant_id = %s", (tenant.id,)
        ).fetchone()
    assert last is not None
    analyze(database)
    return int(last[0])


def analyze(database: Database) -> None:
    """Let the planner know what is there, and index-only walks what all can see."""
    with psycopg.connect(_plain(database.owner_url), autocommit=True) as session:
        for table in (*_BOOKS, "tenant_head"):
            session.execute(SQL("VACUUM (ANALYZE) {}").format(Identifier(table)))


def _wanted(database: Database, tenant: Tenant, intents: int, days: DateRange) -> dict[str, object]:
    with read_session(database.engine, tenant.id) as session:
        known = books(session, tenant.id, fresh=True)
    bookkeeper = tenant.people["bookkeeper"].user_id
    actor = asdict(Actor(bookkeeper, "person", "api", "ll_bench")) | {"user_id": str(bookkeeper)}
    input_code, output_code = (known.tax_codes[code] for code in _CODES[known.chart.country])
    return {
        "tenant": tenant.id,
        "intents": intents,
        "first": days.first,
        "days": (days.last - days.first).days + 1,
        "created_by": bookkeeper,
        "actor": Jsonb(actor),
        "rate": input_code.rate,
        "bank": role(known.chart, AccountRole.BANK),
        "receivables": role(known.chart, AccountRole.RECEIVABLES),
        "input_code": input_code.code,
        "input_vat": input_code.vat_account,
        "output_code": output_code.code,
        "output_vat": output_code.vat_account,
    }


def _name_periods(session: psycopg.Connection, days: DateRange) -> None:
    """Name the months of a calendar year, in which every tenant of a test keeps its books."""
    session.execute(_PERIODS)
    day = days.first
    while day <= days.last:
        month = month_range(month_of(day))
        row = (month_of(day), fiscal_year_of(day, 1), month.first, month.last)
        session.execute("INSERT INTO bulk_period VALUES (%s, %s, %s, %s)", row)
        day = month.last + timedelta(days=1)


@contextmanager
def bare(session: psycopg.Connection, of: Sequence[str]) -> Iterator[None]:
    """Take off foreign keys and plain indexes, and put them back when the rows are in.

    Checked row by row they would cost minutes; the keys come back for new rows only.
    """
    tables = list(of)
    keys = session.execute(_FOREIGN_KEYS, (tables,)).fetchall()
    indexes = session.execute(_INDEXES, (tables,)).fetchall()
    for table, name, _ in keys:
        command = SQL("ALTER TABLE {} DROP CONSTRAINT {}")
        session.execute(command.format(Identifier(table), Identifier(name)))
    for name, _ in indexes:
        session.execute(SQL("DROP INDEX {}").format(Identifier(name)))
    yield
    for _, definition in indexes:
        session.execute(definition)
    for table, name, definition in keys:
        command = SQL("ALTER TABLE {} ADD CONSTRAINT {} " + definition.removesuffix("NOT VALID"))
        session.execute(command.format(Identifier(table), Identifier(name)) + SQL(" NOT VALID"))


@contextmanager
def unwatched(session: psycopg.Connection, of: Sequence[str]) -> Iterator[None]:
    """Turn off what the database does with new rows but to count them: they are whole already.

    Without the indexes that `bare` takes off, a trigger would walk the table for each row.
    """
    triggers = session.execute(_TRIGGERS, (list(of),)).fetchall()
    for state in ("DISABLE", "ENABLE"):
        for table, name in triggers:
            command = SQL(f"ALTER TABLE {{}} {state} TRIGGER {{}}")
            session.execute(command.format(Identifier(table), Identifier(name)))
        if state == "DISABLE":
            yield


@contextmanager
def _ready(session: psycopg.Connection) -> Iterator[None]:
    with bare(session, _BOOKS), unwatched(session, _BOOKS):
        yield


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
