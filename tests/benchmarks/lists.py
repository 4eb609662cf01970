"""Lists of 100,000 and of 1,000,000 rows, against hand-written queries.

Ours is the whole way but HTTP: the session of a tenant, the view, the wire model, its JSON. The
limit is psycopg in a transaction of the same tenant, with row security, that finds the rows of the
page by a key which it is told (no query knows it), joins what the page shows, and adds up the
total from the numbers of the days. Beside it stands what counting the rows one by one costs.
`growth` is our time at 1,000,000 rows as a multiple of our time at 100,000: ten years of a company
that has 100,000 rows of each kind a year. What is open is the end of the list, at either size.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter
from sqlmodel import Session

from api.schemas.bank_accounts import BankAccountListedOut
from api.schemas.bank_transactions import BankTransactionOut
from api.schemas.inbox import InboxItemOut, IngestionEntryOut
from api.schemas.invoices import InvoiceListedOut
from api.schemas.open_items import OpenItemOut
from api.schemas.payment_runs import EligibleInvoiceOut
from api.schemas.review_cases import ReviewCaseOut
from domain.banking import bank_views, statement_store
from domain.banking.account import BankAccount
from domain.banking.bank_transaction import BankStatus
from domain.banking.bank_views import TransactionFilter
from domain.database import listing_store
from domain.database.session import LIMITS, engine, read_session, write_session
from domain.intake import inbox_views, ingestion_views, review_views
from domain.payables import invoice_views, item_views
from domain.payables.invoice import InvoiceStatus
from domain.payables.invoice_views import InvoiceFilter
from domain.payables.item_views import ItemFilter
from domain.payables.match import suggested
from domain.payables.normalized import NormalizedInvoice, NormalizedLine, NormalizedVendor
from domain.payments import views as payment_views
from tests.benchmarks.bulk import bare, unwatched
from tests.benchmarks.journals import SIZES, Case, Journal, compared
from tests.builders import Tenant, another_tenant
from tests.servers import Database, cloned, migrated_cluster

GOAL = "ms; ratio is ours to the limit, to be below 3; growth to be below 1.5"
TABLES = (
    "inbox_item", "review_case", "ingestion_log", "bank_transaction", "intent", "open_item",
    "settlement", "item_span", "invoice",
)  # fmt: skip
_TOLD = "a page by a key that is told, and the sum of the numbers of the days"
_COUNTED = "a page by a key that is told, and a count of the rows"
_FIRST_DAY = date(2016, 1, 1)
_WIRE = TypeAdapter(list[Any])
_WANTED = """
CREATE TEMPORARY TABLE list_wanted ON COMMIT DROP AS
SELECT %(tenant)s::uuid AS whose, %(first)s::bigint AS first_n, %(last)s::bigint AS last_n,
    %(invoice)s::jsonb AS invoice, %(accounts)s::uuid[] AS accounts
"""
# Each vendor has an account of its own, and its movements name it.
_IBAN = """
CREATE FUNCTION pg_temp.list_iban(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT 'DE' || lpad((98 - (b.bban || '131400')::numeric % 97)::text, 2, '0') || b.bban
FROM (SELECT '37040044' || lpad(n::text, 10, '0') AS bban) b $$
"""
_VENDORS = """
INSERT INTO vendor (tenant_id, id, number, name, name_key, iban, created_at, updated_at)
SELECT %(tenant)s::uuid, md5(%(tenant)s::uuid || '/vendor/' || n)::uuid, 70000 + n,
    'Lieferant ' || n, 'lieferant ' || n, pg_temp.list_iban(n), now(), now()
FROM generate_series(0, 199) AS n
"""
# The journal is indexed to its end: what is open is known by its spans.
_INDEXED = """
INSERT INTO journal_index (tenant_id, last_number, items_to) SELECT tenant_id, last_number,
    last_number FROM tenant_head WHERE tenant_id = %(tenant)s
ON CONFLICT (tenant_id) DO UPDATE SET items_to = excluded.items_to
"""
_SUM = """
SELECT sum(rows) FROM list_count
WHERE tenant_id = %(tenant)s AND list = '{}' AND part = ANY (%(parts)s)
"""
_SUM_ALL = "SELECT sum(rows) FROM list_count WHERE tenant_id = %(tenant)s AND list = '{}'"


def benchmarks(database: Database, sizes: Sequence[int] = SIZES) -> Iterator[dict[str, object]]:
    """Each case at both sizes, one after the other in every round."""
    owned = [_lists(database, size) for size in sizes]
    for pair in zip(*(_cases(each) for each in owned), strict=True):
        yield compared(owned, pair, GOAL)


def fill(database: Database, tenant: Tenant, rows: int, *, is_analyzed: bool = True) -> None:
    """Give a tenant so many rows of each list; analyzed or as an import leaves them."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        accounts = [
            statement_store.open_account(session, uuid4(), BankAccount(name, None, number))
            for name, number in (("Giro", "2800"), ("Zweites", "2801"), ("Tagesgeld", "2810"))
        ]
    wanted = {
        "tenant": tenant.id,
        "first": 1,
        "last": rows,
        "invoice": Jsonb(an_invoice().to_json()),
        "accounts": accounts,
    }
    with psycopg.connect(_plain(database.owner_url)) as session:
        session.execute("SELECT set_config('app.tenant_id', %s, true)", (str(tenant.id),))
        session.execute(_WANTED, wanted)
        session.execute(_IBAN)
        session.execute(_VENDORS, wanted)
        with bare(session, TABLES), unwatched(session, TABLES):
            session.execute(files("tests.benchmarks").joinpath("lists.sql").read_bytes())
        session.execute(_INDEXED, wanted)
    listing_store.add_up(database.engine, tenant.id)
    if not is_analyzed:
        return
    with psycopg.connect(_plain(database.owner_url), autocommit=True) as session:
        for table in (*TABLES, "list_count", "list_month", "vendor"):
            session.execute(SQL("VACUUM (ANALYZE) {}").format(Identifier(table)))


def _lists(database: Database, size: int) -> Journal:
    tenant = another_tenant(database)
    fill(database, tenant, size)
    url = database.url.replace("postgresql+psycopg://", "postgresql://")
    hand = psycopg.connect(url, autocommit=True, row_factory=dict_row, options=LIMITS)
    return Journal(size, tenant.id, engine(database.url, pool_size=1), hand)


def an_invoice() -> NormalizedInvoice:
    """What each of the cases was read as."""
    line = NormalizedLine(
        1, "Papier", Decimal(1), Decimal(100), Decimal("0.2"), Decimal(20), Decimal(120), "6815"
    )
    return NormalizedInvoice(
        vendor=NormalizedVendor("Papier GmbH", "ATU12345678"),
        invoice_date=_FIRST_DAY,
        total_net=Decimal(100),
        total_tax=Decimal(20),
        total_gross=Decimal(120),
        line_items=(line,),
    )


def _cases(lists: Journal) -> Iterator[Case]:
    yield from _inbox(lists)
    yield from _review(lists)
    yield from _ingestion(lists)
    yield from _invoices(lists)
    yield from _movements(lists)


def _inbox(lists: Journal) -> Iterator[Case]:
    query = """
    SELECT i.*, e.fields, e.raw_text, c.id AS case_id FROM (
        SELECT * FROM inbox_item WHERE tenant_id = %(tenant)s AND status = %(status)s
        AND created_at <= %(at)s ORDER BY created_at DESC, id LIMIT 50) i
    LEFT JOIN extraction e ON e.tenant_id = i.tenant_id AND e.document_id = i.document_id
        AND e.version = i.extraction_version
    LEFT JOIN review_case c ON c.tenant_id = i.tenant_id AND c.inbox_id = i.id
    ORDER BY i.created_at DESC, i.id
    """
    count = "SELECT count(*) FROM inbox_item WHERE tenant_id = %(tenant)s AND status = %(status)s"
    for status, share in (("pending", 10), ("confirmed", 2)):
        deep = lists.size // share * 9 // 10

        def ours(session: Session, offset: int = 0, status: str = status) -> str:
            found, total = inbox_views.items(session, status, limit=50, offset=offset)
            return _json([InboxItemOut.of(each, found[0].created_at) for each in found], total)

        told = {"status": status, "parts": [status]}
        yield from _three(
            lists,
            f"inbox, {status}",
            ours,
            (query, _SUM.format("inbox_item"), count),
            told,
            deep,
            lambda session, offset, status=status: (
                inbox_views.items(  # type: ignore[misc]
                    session, status, limit=1, offset=offset
                )[0][0].created_at
            ),
        )


def _review(lists: Journal) -> Iterator[Case]:
    query = """
    SELECT * FROM review_case WHERE tenant_id = %(tenant)s AND created_at >= %(at)s
    ORDER BY created_at, id LIMIT 50
    """
    of_state = """
    SELECT * FROM review_case WHERE tenant_id = %(tenant)s AND queue_state = %(state)s
    AND created_at >= %(at)s ORDER BY created_at, id LIMIT 50
    """
    count = "SELECT count(*) FROM review_case WHERE tenant_id = %(tenant)s"
    of = "SELECT count(*) FROM review_case WHERE tenant_id = %(tenant)s AND queue_state = %(state)s"
    for state, share in ((None, 1), ("approval", 50)):

        def ours(session: Session, offset: int = 0, state: str | None = state) -> str:
            found, total = review_views.cases(session, state, limit=50, offset=offset)
            return _json([ReviewCaseOut.of(each) for each in found], total)

        name = "review_case"
        yield from _three(
            lists,
            f"review cases, {state or 'all'}",
            ours,
            (of_state, _SUM.format(name), of) if state else (query, _SUM_ALL.format(name), count),
            {"state": state, "parts": [state]},
            lists.size // share * 9 // 10,
            lambda session, offset, state=state: (
                review_views.cases(  # type: ignore[misc]
                    session, state, limit=1, offset=offset
                )[0][0].created_at
            ),
        )


def _ingestion(lists: Journal) -> Iterator[Case]:
    query = """
    SELECT * FROM ingestion_log WHERE tenant_id = %(tenant)s AND received_at <= %(at)s
    ORDER BY received_at DESC, position, id LIMIT 50
    """
    of_outcome = """
    SELECT * FROM ingestion_log WHERE tenant_id = %(tenant)s AND outcome = %(outcome)s
    AND received_at <= %(at)s ORDER BY received_at DESC, position, id LIMIT 50
    """
    count = "SELECT count(*) FROM ingestion_log WHERE tenant_id = %(tenant)s"
    name = "ingestion_log"
    for outcome, share in ((None, 1), ("duplicate", 25)):

        def ours(session: Session, offset: int = 0, outcome: str | None = outcome) -> str:
            found, total = ingestion_views.ingestion_log(session, outcome, limit=50, offset=offset)
            return _json([IngestionEntryOut.model_validate(each) for each in found], total)

        yield from _three(
            lists,
            f"ingestion log, {outcome or 'all'}",
            ours,
            (of_outcome, _SUM.format(name), count + " AND outcome = %(outcome)s")
            if outcome
            else (query, _SUM_ALL.format(name), count),
            {"outcome": outcome, "parts": [outcome]},
            lists.size // share * 9 // 10,
            lambda session, offset, outcome=outcome: (
                ingestion_views.ingestion_log(  # type: ignore[misc]
                    session, outcome, limit=1, offset=offset
                )[0][0].received_at
            ),
        )


def _invoices(lists: Journal) -> Iterator[Case]:
    today = _FIRST_DAY + timedelta(seconds=315 * lists.size) + timedelta(days=20)
    query = """
    SELECT i.*, v.name, s.intent_id, s.remaining_amount FROM (
        SELECT * FROM invoice WHERE tenant_id = %(tenant)s AND invoice_date <= %(at)s
        ORDER BY invoice_date DESC, created_at DESC, id LIMIT 100) i
    JOIN vendor v ON v.tenant_id = i.tenant_id AND v.id = i.vendor_id
    JOIN invoice_state s ON s.tenant_id = i.tenant_id AND s.id = i.id
    ORDER BY i.invoice_date DESC, i.created_at DESC, i.id
    """
    count = "SELECT count(*) FROM invoice WHERE tenant_id = %(tenant)s"

    def ours(session: Session, offset: int = 0, status: InvoiceStatus | None = None) -> str:
        found, total = invoice_views.invoices(
            session, InvoiceFilter(status=status), today, limit=100, offset=offset
        )
        return _json([InvoiceListedOut.of(each) for each in found], total)

    yield from _three(
        lists,
        "invoices, all",
        ours,
        (query, _SUM_ALL.format("invoice"), count),
        {},
        lists.size * 9 // 10,
        lambda session, offset: (
            invoice_views.invoices(session, InvoiceFilter(), today, limit=1, offset=offset)[0][
                0
            ].invoice.invoice_date
        ),
    )
    of_status = """
    SELECT i.*, v.name, s.intent_id, s.remaining_amount, count(*) OVER () AS total FROM invoice i
    JOIN vendor v ON v.tenant_id = i.tenant_id AND v.id = i.vendor_id
    JOIN invoice_state s ON s.tenant_id = i.tenant_id AND s.id = i.id
    WHERE i.tenant_id = %(tenant)s AND i.id IN (SELECT invoices_maybe_open())
    AND s.remaining_amount > 0 ORDER BY i.invoice_date DESC, i.created_at DESC, i.id LIMIT 100
    """
    unpaid = """
    SELECT count(*) FROM invoice i
    JOIN invoice_state s ON s.tenant_id = i.tenant_id AND s.id = i.id
    WHERE i.tenant_id = %(tenant)s AND i.id IN (SELECT invoices_maybe_open())
    AND s.remaining_amount > 0
    """
    drafts = """
    SELECT i.*, count(*) OVER () AS total FROM invoice i
    WHERE i.tenant_id = %(tenant)s AND i.id IN (
        SELECT id FROM invoice WHERE tenant_id = %(tenant)s AND open_item_id IS NULL UNION ALL
        SELECT n.id FROM intent r JOIN invoice n ON n.tenant_id = r.tenant_id
            AND n.intent_id = r.reverses_intent_id
        WHERE r.tenant_id = %(tenant)s AND r.reverses_intent_id IS NOT NULL)
    ORDER BY i.invoice_date DESC, i.created_at DESC, i.id LIMIT 100
    """
    total = _SUM_ALL.format("invoice")
    owed = "what may be owed, looked at one by one, by hand"
    all_but = "a page by a key that is told, and all less what is owed, looked at one by one"
    for status in InvoiceStatus:
        limit, queries = {
            InvoiceStatus.PAID: (all_but, (query, total, unpaid)),
            InvoiceStatus.DRAFT: ("what is tied to nothing or reversed, by hand", (drafts,)),
        }.get(status, (owed, (of_status,)))
        yield Case(
            f"invoices, {status.value}",
            limit,
            lambda session, status=status: ours(session, 0, status),  # type: ignore[misc]
            lambda j, queries=queries: j.query(*queries, at=date.max),  # type: ignore[misc]
        )
    yield Case(
        "invoices, paid, nine tenths deep",
        all_but,
        lambda session: ours(session, lists.size * 9 // 10, InvoiceStatus.PAID),
        lambda j: j.query(query, total, unpaid, at=_FIRST_DAY + timedelta(days=lists.size // 2743)),
    )

    def eligible(session: Session) -> str:
        found, total = payment_views.eligible(session, limit=100)
        return _json([EligibleInvoiceOut.model_validate(each) for each in found], total)

    yield Case("eligible invoices", owed, eligible, lambda j: j.query(of_status))
    items = """
    SELECT o.*, o.amount - s.settled AS remaining, n.id AS invoice_id, n.invoice_number, v.name,
        count(*) OVER () AS total
    FROM open_item o
    CROSS JOIN LATERAL (SELECT coalesce(sum(s.amount), 0) AS settled FROM settlement s
        WHERE s.tenant_id = o.tenant_id AND s.open_item_id = o.open_item_id) s
    LEFT JOIN invoice n ON n.tenant_id = o.tenant_id AND n.open_item_id = o.open_item_id
    LEFT JOIN vendor v ON v.tenant_id = o.tenant_id AND v.id = o.partner_id
    WHERE o.tenant_id = %(tenant)s AND o.open_item_id IN (SELECT items_maybe_open(NULL, NULL))
    AND o.amount > s.settled ORDER BY o.booking_date, o.open_item_id LIMIT 100 OFFSET %(offset)s
    """
    for name, offset in (("open items", 0), ("open items, nine tenths deep", 1300)):
        yield Case(
            name,
            owed,
            lambda session, offset=offset: _open_items(session, offset),  # type: ignore[misc]
            lambda j, offset=offset: j.query(items, offset=offset),  # type: ignore[misc]
        )


def _open_items(session: Session, offset: int = 0) -> str:
    found, total = item_views.open_items(session, ItemFilter(), limit=100, offset=offset)
    facing = item_views.facing(session, found)
    matches = [suggested(each, facing.get(each.partner_id, ())) for each in found]
    return _json(list(map(OpenItemOut.of, found, matches)), total)


def _movements(lists: Journal) -> Iterator[Case]:
    query = """
    SELECT * FROM bank_transaction WHERE tenant_id = %(tenant)s AND tx_date <= %(at)s
    ORDER BY tx_date DESC, created_at DESC, position, id LIMIT 200
    """
    of_account = """
    SELECT * FROM bank_transaction WHERE tenant_id = %(tenant)s AND tx_date <= %(at)s
    AND bank_account_id = %(account)s
    ORDER BY tx_date DESC, created_at DESC, position, id LIMIT 200
    """
    count = "SELECT count(*) FROM bank_transaction WHERE tenant_id = %(tenant)s"
    name = "bank_transaction"
    account = _account(lists)
    kinds: Sequence[tuple[str, TransactionFilter, int]] = (
        ("all accounts", TransactionFilter(), 1),
        ("one account", TransactionFilter(account), 3),
    )
    for title, wanted, share in kinds:

        def ours(session: Session, offset: int = 0, wanted: TransactionFilter = wanted) -> str:
            return _transactions(session, wanted, offset)

        yield from _three(
            lists,
            f"bank transactions, {title}",
            ours,
            (of_account, _SUM_ALL.format(name) + " AND scope = %(account)s", count)
            if share > 1
            else (query, _SUM_ALL.format(name), count),
            {"account": account},
            lists.size // share * 9 // 10,
            lambda session, offset, wanted=wanted: (
                bank_views.transactions(  # type: ignore[misc]
                    session, wanted, limit=1, offset=offset
                )[0][0].tx_date
            ),
        )
    of_status = """
    SELECT * FROM bank_transaction WHERE tenant_id = %(tenant)s AND status = 'unreconciled'
    ORDER BY tx_date DESC, created_at DESC, position, id LIMIT 200
    """
    unreconciled = TransactionFilter(status=BankStatus.UNRECONCILED)
    yield Case(
        "bank transactions, unreconciled",
        _TOLD,
        lambda session: _transactions(session, unreconciled, 0),
        lambda j: j.query(of_status, _SUM.format(name), parts=["unreconciled"]),
    )
    walked = """
    SELECT *, count(*) OVER () AS total FROM bank_transaction WHERE tenant_id = %(tenant)s
    AND (counterparty_name ILIKE %(text)s OR reference ILIKE %(text)s)
    ORDER BY tx_date DESC, created_at DESC, position, id LIMIT 200
    """
    search = TransactionFilter(search=f"RE-{lists.size // 2} ")
    yield Case(
        "bank transactions, search for one invoice number",
        "a walk with ILIKE to the end",
        lambda session: _transactions(session, search, 0),
        lambda j: j.query(walked, text=f"%RE-{lists.size // 2} %"),
        calls=1,
    )
    accounts = """
    SELECT a.*, c.* FROM bank_account a LEFT JOIN (
        SELECT scope, sum(rows), sum(rows) FILTER (WHERE part = 'unreconciled') AS open, max(day)
        FROM list_count WHERE tenant_id = %(tenant)s AND list = 'bank_transaction'
        GROUP BY scope) c ON c.scope = a.id WHERE a.tenant_id = %(tenant)s
    """
    yield Case(
        "bank accounts with their counters",
        "the sum of the numbers of the days",
        lambda session: _json(
            [BankAccountListedOut.of(a) for a in bank_views.accounts(session)], 0
        ),
        lambda j: j.query(accounts),
    )


def _transactions(session: Session, wanted: TransactionFilter, offset: int) -> str:
    found, total = bank_views.transactions(session, wanted, limit=200, offset=offset)
    proven = bank_views.evidenced(session, [each.id for each in found])
    rows = [BankTransactionOut.model_validate(each) for each in found]
    for each in rows:
        each.has_evidence = each.id in proven
    return _json(rows, total)


def _three(  # noqa: PLR0913, PLR0917 (what makes a list)
    lists: Journal,
    name: str,
    ours: Callable[..., str],
    queries: tuple[str, str, str],
    told: Mapping[str, object],
    deep: int,
    key: Callable[[Session, int], object],
) -> Iterator[Case]:
    """The first page, one nine tenths deep, and the first against a count."""
    query, total, count = queries
    with read_session(lists.bind, lists.tenant) as session:
        there = key(session, deep)
    begins = _newest(query)
    yield Case(name, _TOLD, ours, lambda j: j.query(query, total, **told, at=begins))
    yield Case(
        f"{name}, nine tenths deep",
        _TOLD,
        lambda session: ours(session, deep),
        lambda j: j.query(query, total, **told, at=there),
    )
    yield Case(name, _COUNTED, ours, lambda j: j.query(query, count, **told, at=begins), calls=2)


def _newest(query: str) -> date:
    """A day before the first row of a list, or behind its last one: where its first page begins."""
    return _FIRST_DAY if ">=" in query else date(2100, 1, 1)


def _account(lists: Journal) -> UUID:
    with read_session(lists.bind, lists.tenant) as session:
        return bank_views.accounts(session)[0].account.id


def _json(rows: Sequence[Any], total: int) -> str:
    return _WIRE.dump_json(list(rows)).decode() + str(total)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def main(sizes: Sequence[int]) -> None:
    """These alone: `python -m tests.benchmarks.lists [rows rows]`."""
    with (
        tempfile.TemporaryDirectory() as folder,
        migrated_cluster(Path(folder), durable=True) as server,
        cloned(server) as database,
    ):
        for each in benchmarks(database, sizes):
            sys.stdout.write(json.dumps(each) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or SIZES)
