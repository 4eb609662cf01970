"""What must hold of a tenant's books at any moment, whatever has happened to them."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import Engine, text
from sqlmodel import Session, select

from domain.database.audit_chain import check_events
from domain.database.session import read_session
from domain.ledger.chain import GENESIS
from domain.ledger.leaf_views import leaves
from domain.periods.proof_views import proof
from domain.periods.rows import ClosingRow
from domain.periods.verifier import verify

_ROLLUPS = """
WITH RECURSIVE opening AS (
    SELECT intent_id FROM intent WHERE tenant_id = :tenant AND kind = 'opening'
    UNION ALL
    SELECT i.intent_id FROM intent i JOIN opening o ON i.reverses_intent_id = o.intent_id
    WHERE i.tenant_id = :tenant
),
moved AS (
    SELECT e.period, m.account,
        coalesce(sum(m.debit) FILTER (WHERE o.intent_id IS NULL), 0) AS debit,
        coalesce(sum(m.credit) FILTER (WHERE o.intent_id IS NULL), 0) AS credit,
        coalesce(sum(m.debit) FILTER (WHERE o.intent_id IS NOT NULL), 0) AS opening_debit,
        coalesce(sum(m.credit) FILTER (WHERE o.intent_id IS NOT NULL), 0) AS opening_credit
    FROM journal_entry e
    LEFT JOIN opening o ON o.intent_id = e.intent_id
    CROSS JOIN LATERAL (VALUES (e.debit_account, e.amount, 0), (e.credit_account, 0, e.amount))
        AS m (account, debit, credit)
    WHERE e.tenant_id = :tenant
    GROUP BY e.period, m.account
)
SELECT count(*) FROM moved
FULL JOIN (SELECT * FROM account_balance WHERE tenant_id = :tenant) b
    ON b.period = moved.period AND b.account = moved.account
WHERE moved.debit IS DISTINCT FROM b.debit OR moved.credit IS DISTINCT FROM b.credit
   OR moved.opening_debit IS DISTINCT FROM b.opening_debit
   OR moved.opening_credit IS DISTINCT FROM b.opening_credit
"""

_CONTROL = """
SELECT a.number,
    coalesce((SELECT sum(b.opening_debit + b.debit - b.opening_credit - b.credit)
              FROM account_balance b
              WHERE b.tenant_id = a.tenant_id AND b.account = a.number), 0) AS ledger,
    coalesce((SELECT sum(CASE o.side WHEN 'D' THEN 1 ELSE -1 END * (o.amount - coalesce(
                  (SELECT sum(s.amount) FROM settlement s
                   WHERE s.tenant_id = o.tenant_id AND s.open_item_id = o.open_item_id), 0)))
              FROM open_item o
              WHERE o.tenant_id = a.tenant_id AND o.account = a.number), 0) AS items
FROM account a
WHERE a.tenant_id = :tenant AND a.is_open_item
"""

_SIDES = """
SELECT coalesce(sum(opening_debit + debit), 0), coalesce(sum(opening_credit + credit), 0)
FROM account_balance WHERE tenant_id = :tenant
"""

_INTENTS = """
SELECT i.intent_id FROM intent i
LEFT JOIN LATERAL (
    SELECT count(*) AS rows, sum(e.amount) AS total, count(DISTINCT e.period) AS periods,
        min(e.period) AS period, max(e.journal_number) - min(e.journal_number) + 1 AS span
    FROM journal_entry e WHERE e.tenant_id = i.tenant_id AND e.intent_id = i.intent_id) e ON true
WHERE i.tenant_id = :tenant AND (e.rows <> i.event_count OR e.total <> i.total
    OR e.span <> e.rows OR e.periods <> 1 OR e.period <> i.period)
"""

_SETTLED = """
SELECT o.open_item_id FROM open_item o
JOIN settlement s ON s.tenant_id = o.tenant_id AND s.open_item_id = o.open_item_id
WHERE o.tenant_id = :tenant
GROUP BY o.open_item_id, o.amount HAVING sum(s.amount) NOT BETWEEN 0 AND o.amount
"""


def check_books(engine: Engine, tenant_id: UUID) -> int:
    """Check all of it and return the number of journal entries."""
    with read_session(engine, tenant_id) as session:
        entries = check_chain(session)
        debit, credit = session.execute(text(_SIDES), {"tenant": tenant_id}).one()
        assert debit == credit, "debit and credit differ"
        for said, query in (
            ("intents that differ from their rows", _INTENTS),
            ("items settled beyond their amount", _SETTLED),
        ):
            assert list(session.execute(text(query), {"tenant": tenant_id})) == [], said
        mismatches = session.execute(text(_ROLLUPS), {"tenant": tenant_id}).scalar_one()
        assert mismatches == 0, "roll-ups differ from the sum of the rows"
        for number, ledger, items in session.execute(text(_CONTROL), {"tenant": tenant_id}):
            assert Decimal(ledger) == Decimal(items), f"open items differ on {number}"
        check_seals(session)
        check_events(session)
    return entries


def check_seals(session: Session) -> None:
    """Each locked period still is what was sealed when it was locked."""
    locked = set(session.scalars(text("SELECT name FROM period WHERE status = 'locked'")))
    closings = list(session.exec(select(ClosingRow)))
    assert {closing.period for closing in closings} == locked
    for closing in closings:
        assert verify(proof(session, closing), closing.closing_hash).period == closing.period


def check_chain(session: Session) -> int:
    """Numbers are gapless from 1, each row hashes to what it says, and knows the row before."""
    periods = session.execute(text("SELECT name FROM period"))
    found = [leaf for (name,) in periods.all() for leaf in leaves(session, name)]
    found.sort(key=lambda leaf: leaf.journal_number)
    previous = GENESIS
    for number, leaf in enumerate(found, 1):
        assert leaf.journal_number == number
        assert leaf.prev_hash == previous
        assert leaf.is_valid
        previous = leaf.audit_hash
    numbers: dict[str, list[int]] = {}
    for leaf in found:
        year, _, in_year = leaf.entry_no.partition("-")
        numbers.setdefault(year, []).append(int(in_year))
    assert all(each == list(range(1, len(each) + 1)) for each in numbers.values())
    head = session.execute(text("SELECT last_number, last_hash, by_year FROM tenant_head")).one()
    assert head.last_number == len(found)
    assert head.last_hash == previous
    assert head.by_year == {year: len(each) for year, each in numbers.items()}
    return len(found)
