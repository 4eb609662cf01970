"""Reading the journal of 100,000 and of 1,000,000 entries, against hand-written queries.

Ours is the whole way but HTTP: the session of a tenant, the view, the wire model, its JSON.
The limit is psycopg in the same transaction of the same tenant, with row security, running
the best query we know for the one case and writing its rows as JSON. Where only an index
could answer at once, the limit is told the numbers of the rows it is to read. `growth` is
our time at 1,000,000 entries as a multiple of our time at 100,000.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import Engine
from sqlmodel import Session

from api.schemas.accounts import StatementLineOut, StatementOut
from api.schemas.journal import EntryOut, IntentOut, JournalOut
from domain.dates import DateRange
from domain.store import journal_index
from domain.store.transaction import engine, reading
from domain.views import accounts, entries
from domain.views.journal import JournalFilter
from tests.benchmarks.bulk import analyze, fill
from tests.benchmarks.measure import spread
from tests.builders import Tenant, another_tenant
from tests.servers import Database

ROUNDS = 5
CALLS = 8
SIZES = (100_000, 1_000_000)
TAIL = 640
BANK = "2800"
_ROWS = """
SELECT e.journal_number, e.intent_id, e.booking_date, e.debit_account, e.credit_account, e.amount,
    e.fx_amount, i.description, i.source, i.kind, i.actor, i.external_reference,
    i.custom_metadata, i.fx_currency, u.name
FROM journal_entry e
JOIN intent i ON i.tenant_id = e.tenant_id AND i.intent_id = e.intent_id
LEFT JOIN app_user u ON u.tenant_id = i.tenant_id AND u.id = i.created_by
WHERE e.tenant_id = %(tenant)s AND {}
ORDER BY e.journal_number DESC LIMIT 200
"""
_FOUND_BY_WALK = """
(i.description ILIKE %(text)s OR i.external_reference ILIKE %(text)s
 OR e.debit_account LIKE %(text)s OR e.credit_account LIKE %(text)s)
"""
_SIDES = """
SELECT m.*, i.description, i.external_reference, i.document_id, a.name FROM (
    (SELECT * FROM journal_entry e WHERE e.tenant_id = %(tenant)s AND e.debit_account = %(bank)s
     AND e.booking_date <= %(last)s
     ORDER BY e.booking_date DESC, e.journal_number DESC LIMIT 100)
    UNION ALL
    (SELECT * FROM journal_entry e WHERE e.tenant_id = %(tenant)s AND e.credit_account = %(bank)s
     AND e.booking_date <= %(last)s
     ORDER BY e.booking_date DESC, e.journal_number DESC LIMIT 100)
    ORDER BY booking_date DESC, journal_number DESC LIMIT 100) m
JOIN intent i ON i.tenant_id = m.tenant_id AND i.intent_id = m.intent_id
JOIN account a ON a.tenant_id = m.tenant_id
    AND a.number = CASE m.debit_account WHEN %(bank)s THEN m.credit_account ELSE m.debit_account END
"""
_BALANCE = """
SELECT sum(debit + opening_debit - credit - opening_credit) AS balance FROM account_balance
WHERE tenant_id = %(tenant)s AND account = %(bank)s AND period <= %(period)s
"""
_INTENT = """
SELECT i.*, e.*, (SELECT p.audit_hash FROM journal_entry p
    WHERE p.tenant_id = e.tenant_id AND p.journal_number = e.journal_number - 1) AS before
FROM intent i JOIN journal_entry e ON e.tenant_id = i.tenant_id AND e.intent_id = i.intent_id
WHERE i.tenant_id = %(tenant)s AND i.intent_id = %(intent)s
"""


@dataclass(frozen=True, slots=True)
class Journal:
    """A tenant's journal of some size, and how it is read."""

    tenant: UUID
    bind: Engine
    bare: psycopg.Connection[dict[str, object]]

    def read(self, view: Callable[[Session], str]) -> str:
        """Read as the API does."""
        with reading(self.bind, self.tenant) as session:
            return view(session)

    def query(self, *queries: str, **values: object) -> str:
        """Read by hand, in a transaction of the tenant."""
        with self.bare.transaction():
            self.bare.execute("SELECT set_config('app.tenant_id', %s, true)", (str(self.tenant),))
            known = {"tenant": self.tenant, "bank": BANK, **values}
            found = [self.bare.execute(each, known, prepare=True).fetchall() for each in queries]
        return json.dumps(found, default=str)


@dataclass(frozen=True, slots=True)
class Case:
    """Something that is read, ours and by hand."""

    name: str
    limit_name: str
    ours: Callable[[Session], str]
    limit: Callable[[Journal], str]


def benchmarks(database: Database) -> Iterator[dict[str, object]]:
    """Each case at both sizes, one after the other in every round."""
    owned = [_journal(database, size) for size in SIZES]
    cases = [_cases(each, size) for each, size in zip(owned, SIZES, strict=True)]
    for pair in zip(*cases, strict=True):
        yield _compared(owned, pair)
    for each in owned:
        each.bare.close()
        each.bind.dispose()


def _journal(database: Database, size: int) -> Journal:
    """A journal of which all but its last entries are indexed, as a working day leaves it."""
    tenant = another_tenant(database)
    fill(database, tenant, size * 4 // 5 - TAIL * 4 // 5)
    indexed(database, tenant)
    fill(database, tenant, TAIL * 4 // 5, DateRange(date(2025, 12, 30), date(2025, 12, 31)))
    url = database.url.replace("postgresql+psycopg://", "postgresql://")
    bare = psycopg.connect(url, autocommit=True, row_factory=dict_row)
    return Journal(tenant.id, engine(database.url, pool_size=1), bare)


def indexed(database: Database, tenant: Tenant) -> None:
    """Index a journal to its end, as the worker does in the background."""
    while journal_index.catch_up(database.engine, tenant.id):
        pass
    analyze(database)


def _compared(owned: list[Journal], pair: tuple[Case, ...]) -> dict[str, object]:
    """Rounds of a case at both sizes; times in milliseconds."""
    for journal, case in zip(owned, pair, strict=True):
        _time(lambda j=journal, c=case: j.read(c.ours))  # type: ignore[misc]
        _time(lambda j=journal, c=case: c.limit(j))  # type: ignore[misc]
    ours: list[list[float]] = [[] for _ in owned]
    limit: list[list[float]] = [[] for _ in owned]
    for _ in range(ROUNDS):
        for at, (journal, case) in enumerate(zip(owned, pair, strict=True)):
            limit[at].append(_time(lambda j=journal, c=case: c.limit(j)))  # type: ignore[misc]
            ours[at].append(_time(lambda j=journal, c=case: j.read(c.ours)))  # type: ignore[misc]
    return {
        "name": pair[0].name,
        "limit": pair[0].limit_name,
        "unit": "ms; ratio is ours to the limit, to be below 3; growth to be below 1.5",
        "rounds": ROUNDS,
        "ms": _by_size(ours),
        "limit_ms": _by_size(limit),
        "ratio": {
            str(size): spread([a / b for a, b in zip(mine, theirs, strict=True)])
            for size, mine, theirs in zip(SIZES, ours, limit, strict=True)
        },
        "growth": spread([b / a for a, b in zip(*ours, strict=True)]),
    }


def _by_size(times: list[list[float]]) -> Mapping[str, object]:
    return {str(size): spread(each) for size, each in zip(SIZES, times, strict=True)}


def _time(work: Callable[[], str]) -> float:
    """Median time of some calls in milliseconds."""
    found = []
    for _ in range(CALLS):
        begin = time.perf_counter()
        assert work()
        found.append((time.perf_counter() - begin) * 1000)
    return median(found)


def _cases(journal: Journal, size: int) -> list[Case]:
    deep = size // 10
    rare = f"2025-00{size // 20:05d}"
    searched = JournalFilter(search=rare)
    numbers = _numbers(journal, searched)
    account = JournalFilter(account="7300")
    of_account = _numbers(journal, account)
    with reading(journal.bind, journal.tenant) as session:
        found = entries.page(session, JournalFilter(), limit=1, before=deep)
    intent = found.lines[0].intent_id
    by_number = _ROWS.format("e.journal_number = ANY (%(numbers)s)")
    below = _ROWS.format("e.journal_number < %(before)s")
    walk = _ROWS.format(_FOUND_BY_WALK)
    told = "a query that is told the numbers of the rows"
    return [
        Case(
            "journal page, newest",
            "a walk down the key",
            _page(JournalFilter()),
            lambda j: j.query(below, before=2**62),
        ),
        Case(
            "journal page, nine tenths deep",
            "a walk down the key",
            _page(JournalFilter(), deep),
            lambda j: j.query(below, before=deep),
        ),
        Case(
            "journal page of one account in 200",
            told,
            _page(account),
            lambda j: j.query(by_number, numbers=of_account),
        ),
        Case(
            "journal search, in every tenth row",
            "a walk with ILIKE that ends with the page",
            _page(JournalFilter(search="müller")),
            lambda j: j.query(walk, text="%müller%"),
        ),
        Case(
            "journal search, one invoice number",
            told,
            _page(searched),
            lambda j: j.query(by_number, numbers=numbers),
        ),
        Case(
            "journal search, nothing to find",
            told,
            _page(JournalFilter(search="nirgends")),
            lambda j: j.query(by_number, numbers=[]),
        ),
        Case(
            "statement of the bank account, newest 100 rows",
            "two walks along two indexes, and the sum of the roll-ups",
            _statement(DateRange(date.min, date.max)),
            lambda j: j.query(_SIDES, _BALANCE, last=date.max, period="9999-12"),
        ),
        Case(
            "statement of the bank account to the middle of a month",
            "two walks along two indexes, and the sum of the roll-ups of whole months",
            _statement(DateRange(date(2025, 2, 1), date(2025, 6, 17))),
            lambda j: j.query(_SIDES, _BALANCE, last=date(2025, 6, 17), period="2025-05"),
        ),
        Case(
            "one intent with its links and chain",
            "a query for its rows and their predecessors",
            lambda session: IntentOut.of(
                entries.audited(session, intent), journal.tenant
            ).model_dump_json(),
            lambda j: j.query(_INTENT, intent=intent),
        ),
    ]


def _numbers(journal: Journal, wanted: JournalFilter) -> list[int]:
    with reading(journal.bind, journal.tenant) as session:
        return [line.journal_number for line in entries.page(session, wanted, limit=200).lines]


def _page(wanted: JournalFilter, before: int | None = None) -> Callable[[Session], str]:
    def view(session: Session) -> str:
        page = entries.page(session, wanted, limit=200, before=before)
        tenant: UUID = session.info["tenant_id"]
        rows = [EntryOut.of(line, tenant) for line in page.lines]
        return JournalOut(entries=rows).model_dump_json()

    return view


def _statement(days: DateRange) -> Callable[[Session], str]:
    def view(session: Session) -> str:
        found = accounts.statement(session, BANK, days, limit=100)
        tenant: UUID = session.info["tenant_id"]
        rows = [StatementLineOut.of(line, tenant) for line in found.lines]
        return StatementOut(entries=rows, balance=found.balance).model_dump_json()

    return view
