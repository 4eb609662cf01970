"""Reading the journal of 100,000 and of 1,000,000 entries, against hand-written queries.

Ours is the whole way but HTTP: the session of a tenant, the view, the wire model, its JSON.
The limit is psycopg in the same transaction of the same tenant, with row security, running
the best query we know for the one case and writing its rows as JSON; searches for what is rare
are held against the index of the journal asked by hand, and against a walk without any.
`growth` is our time at 1,000,000 entries as a multiple of our time at 100,000.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from uuid import UUID

from sqlmodel import Session

from api.schemas.accounts import StatementLineOut, StatementOut
from api.schemas.journal import EntryOut, IntentOut, JournalOut
from domain.database.session import read_session
from domain.dates import DateRange
from domain.ledger import account_views, entry_views
from domain.ledger.journal_views import JournalFilter
from domain.periods.period_views import periods
from tests.benchmarks.journals import BANK, Case, Journal, compared, journals
from tests.servers import Database

GOAL = "ms; ratio is ours to the limit, to be below 3; growth to be below 1.5"
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
_FOUND_BY_INDEX = """
(SELECT journal_numbers(NULL, NULL, NULL, %(text)s, NULL, 9223372036854775807, 200))::bigint[]
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
_LINKS = (
    """
    SELECT a.number, a.name FROM account a JOIN journal_entry e
    ON e.tenant_id = a.tenant_id AND a.number IN (e.debit_account, e.credit_account)
    WHERE e.tenant_id = %(tenant)s AND e.intent_id = %(intent)s
    """,
    """
    SELECT intent_id FROM intent
    WHERE tenant_id = %(tenant)s AND reverses_intent_id = %(intent)s
    """,
    """
    SELECT o.intent_id, o.account, s.amount FROM settlement s
    JOIN open_item o ON o.tenant_id = s.tenant_id AND o.open_item_id = s.open_item_id
    WHERE s.tenant_id = %(tenant)s AND s.intent_id = %(intent)s
    """,
    """
    SELECT s.intent_id, o.account, s.amount FROM open_item o
    JOIN settlement s ON s.tenant_id = o.tenant_id AND s.open_item_id = o.open_item_id
    WHERE o.tenant_id = %(tenant)s AND o.intent_id = %(intent)s
    """,
    """
    SELECT id, tx_date, amount FROM bank_transaction
    WHERE tenant_id = %(tenant)s AND intent_id = %(intent)s
    """,
)
_INTENT = """
SELECT i.*, e.*, (SELECT p.audit_hash FROM journal_entry p
    WHERE p.tenant_id = e.tenant_id AND p.journal_number = e.journal_number - 1) AS before
FROM intent i JOIN journal_entry e ON e.tenant_id = i.tenant_id AND e.intent_id = i.intent_id
WHERE i.tenant_id = %(tenant)s AND i.intent_id = %(intent)s
"""

_COUNTS = """
SELECT p.name, p.status, p.period_number, p.locked_by, p.locked_at,
    (SELECT count(*) FROM intent i WHERE i.tenant_id = p.tenant_id AND i.period = p.name) AS count
FROM period p WHERE p.tenant_id = %(tenant)s ORDER BY p.last_day DESC
"""


def benchmarks(database: Database) -> Iterator[dict[str, object]]:
    """Each case at both sizes, one after the other in every round."""
    owned = journals(database)
    for pair in zip(*(_cases(each) for each in owned), strict=True):
        yield compared(owned, pair, GOAL)


def _cases(journal: Journal) -> list[Case]:
    size = journal.size
    deep = size // 10
    rare = f"2025-00{size // 20:05d}"
    account = JournalFilter(account="7300")
    of_account = _numbers(journal, account)
    with read_session(journal.bind, journal.tenant) as session:
        found = entry_views.page(session, JournalFilter(), limit=1, before=deep)
    intent = found.lines[0].intent_id
    by_number = _ROWS.format("e.journal_number = ANY (%(numbers)s)")
    below = _ROWS.format("e.journal_number < %(before)s")
    walk = _ROWS.format(_FOUND_BY_WALK)
    through = _ROWS.format(f"e.journal_number = ANY ({_FOUND_BY_INDEX})")
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
            "a query of the same index by hand",
            _page(JournalFilter(search=rare)),
            lambda j: j.query(through, text=rare),
        ),
        Case(
            "journal search, one invoice number",
            "a walk with ILIKE to the end",
            _page(JournalFilter(search=rare)),
            lambda j: j.query(walk, text=f"%{rare}%"),
            calls=1,
        ),
        Case(
            "journal search, nothing to find",
            "a query of the same index by hand",
            _page(JournalFilter(search="nirgends")),
            lambda j: j.query(through, text="nirgends"),
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
            "a query for its rows and their predecessors, and one for each kind of link",
            lambda session: IntentOut.of(
                entry_views.audited(session, intent), journal.tenant
            ).model_dump_json(),
            lambda j: j.query(_INTENT, *_LINKS, intent=intent),
        ),
        Case(
            "periods with the count of their bookings",
            "a count of all intents by period",
            lambda session: json.dumps([asdict(one) for one in periods(session)], default=str),
            lambda j: j.query(_COUNTS),
        ),
    ]


def _numbers(journal: Journal, wanted: JournalFilter) -> list[int]:
    with read_session(journal.bind, journal.tenant) as session:
        return [line.journal_number for line in entry_views.page(session, wanted, limit=200).lines]


def _page(wanted: JournalFilter, before: int | None = None) -> Callable[[Session], str]:
    def view(session: Session) -> str:
        page = entry_views.page(session, wanted, limit=200, before=before)
        tenant: UUID = session.info["tenant_id"]
        rows = [EntryOut.of(line, tenant) for line in page.lines]
        return JournalOut(entries=rows).model_dump_json()

    return view


def _statement(days: DateRange) -> Callable[[Session], str]:
    def view(session: Session) -> str:
        found = account_views.statement(session, BANK, days, limit=100)
        tenant: UUID = session.info["tenant_id"]
        rows = [StatementLineOut.of(line, tenant) for line in found.lines]
        return StatementOut(entries=rows, balance=found.balance).model_dump_json()

    return view
