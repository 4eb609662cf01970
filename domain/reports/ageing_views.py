"""Reads open items at a day, with what was settled of them by then."""

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlmodel import Session, col, select

from domain.database.session import tenant_of
from domain.journal_index.views import is_indexed
from domain.ledger.account import AccountType
from domain.ledger.rows import AccountRow
from domain.money import BASE_CURRENCY, ZERO
from domain.reports.ageing import (
    BUCKET_EDGES,
    BUCKETS,
    FORWARD_EDGES,
    FORWARDS,
    AgedItem,
    AgedSum,
    OpenItems,
    in_order,
    open_items,
    open_sums,
)
from domain.reports.balance_views import balances
from domain.reports.snapshot import Snapshot

AgedItems = tuple[AgedItem, ...]

# A settlement may be older than its item: paid on the 1st, invoiced on the 5th. The ledger
# holds the payment from the 1st on, and so does this. What was posted after the cut is unknown.
_ITEMS = """
    SELECT o.open_item_id, o.intent_id, o.account,
        coalesce(o.partner_id, n.partner_id) AS partner_id, v.name AS partner_name,
        o.document_number, o.booking_date, coalesce(n.due_date, o.due_date) AS agreed_due_date,
        o.currency, o.document_amount, a.sign * o.amount AS amount_base,
        a.sign * o.remaining AS remaining_base, CAST(:day AS date),
        CASE WHEN o.currency <> :base THEN a.sign * (
            CASE WHEN o.counts THEN o.document_amount ELSE 0 END
            - o.said - o.unsaid * o.document_amount / o.amount) END AS remaining_document
"""
_SUMMED = """
    SELECT partner_id, name, account, bucket, forward, sum(remaining) FROM (
"""
_BY_AGE = """
    OFFSET 0) aged GROUP BY 1, 2, 3, 4, 5
"""
# OFFSET 0: found as items are, and added up after it; planned together, each was looked for among
# all invoices.
_AGED = """
    SELECT coalesce(o.partner_id, n.partner_id) AS partner_id, v.name, o.account,
        width_bucket(d.overdue, CAST(:buckets AS int[])) AS bucket,
        width_bucket(-d.overdue, CAST(:forwards AS int[])) AS forward,
        a.sign * o.remaining AS remaining
"""
_OF_ITEMS = """
    FROM left_open o
    JOIN (SELECT number, CASE WHEN type = 'asset' THEN 'D' ELSE 'C' END AS side FROM account
          WHERE tenant_id = :tenant AND (type = 'asset') = :receivable) c ON c.number = o.account
    CROSS JOIN LATERAL (SELECT CASE WHEN o.side = c.side THEN 1 ELSE -1 END AS sign) a
    LEFT JOIN tied_invoice n ON n.tenant_id = :tenant AND n.open_item_id = o.open_item_id
    LEFT JOIN partner v ON v.tenant_id = :tenant AND v.id = coalesce(o.partner_id, n.partner_id)
    CROSS JOIN LATERAL (SELECT CAST(:day AS date)
        - coalesce(n.due_date, o.due_date, o.booking_date) AS overdue) d
    WHERE o.remaining <> 0
"""
_OF_PARTNER = (
    " AND coalesce(o.partner_id, n.partner_id) IS NOT DISTINCT FROM CAST(:partner AS uuid)"
)
# What was posted later is joined, because a list of that length is no list that the database
# keeps at hand.
_ALL_LEFT = """
    WITH later AS (
        SELECT DISTINCT intent_id FROM journal_entry
        WHERE tenant_id = :tenant AND journal_number > :cut
    ),
    settled AS (
        SELECT s.open_item_id, sum(s.amount) AS amount,
            coalesce(sum(s.document_amount), 0) AS said,
            coalesce(sum(s.amount) FILTER (WHERE s.document_amount IS NULL), 0) AS unsaid
        FROM settlement s
        LEFT JOIN later l ON l.intent_id = s.intent_id
        WHERE s.tenant_id = :tenant AND s.settled_on <= :day AND l.intent_id IS NULL
        GROUP BY s.open_item_id
    ),
    left_open AS (
        SELECT o.*, b.counts, coalesce(s.said, 0) AS said, coalesce(s.unsaid, 0) AS unsaid,
            CASE WHEN b.counts THEN o.amount ELSE 0 END - coalesce(s.amount, 0) AS remaining
        FROM open_item o
        LEFT JOIN later l ON l.intent_id = o.intent_id
        LEFT JOIN settled s ON s.open_item_id = o.open_item_id
        CROSS JOIN LATERAL (
            SELECT o.booking_date <= :day AND l.intent_id IS NULL AS counts) b
        WHERE o.tenant_id = :tenant
    )
"""
# Each is looked up by itself. A list of all that was posted later would be longer than they are,
# and EXISTS could be planned as one.
_THOSE_LEFT = """
    WITH left_open AS (
        SELECT o.*, b.counts, s.said, s.unsaid,
            CASE WHEN b.counts THEN o.amount ELSE 0 END - s.amount AS remaining
        FROM items_maybe_open(:day, :cut) AS maybe (open_item_id)
        JOIN open_item o ON o.tenant_id = :tenant AND o.open_item_id = maybe.open_item_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(s.amount), 0) AS amount,
                coalesce(sum(s.document_amount), 0) AS said,
                coalesce(sum(s.amount) FILTER (WHERE s.document_amount IS NULL), 0) AS unsaid
            FROM settlement s
            WHERE s.tenant_id = :tenant AND s.open_item_id = o.open_item_id
              AND s.settled_on <= :day AND (
                CAST(:cut AS bigint) IS NULL OR (
                    SELECT bool_and(e.journal_number <= :cut) FROM journal_entry e
                    WHERE e.tenant_id = :tenant AND e.intent_id = s.intent_id))) s
        CROSS JOIN LATERAL (
            SELECT o.booking_date <= :day AND (
                CAST(:cut AS bigint) IS NULL OR (
                    SELECT bool_and(e.journal_number <= :cut) FROM journal_entry e
                    WHERE e.tenant_id = :tenant AND e.intent_id = o.intent_id)) AS counts) b
    )
"""
_SUMS = """
    SELECT o.account, sum(CASE WHEN o.side = 'D' THEN 1 ELSE -1 END * o.remaining)
    FROM left_open o WHERE o.remaining <> 0 GROUP BY o.account
"""


def receivable(session: Session, snapshot: Snapshot) -> OpenItems:
    """What the tenant is owed at the last day of the range."""
    return _at(session, snapshot, receivable=True)


def payable(session: Session, snapshot: Snapshot) -> OpenItems:
    """What the tenant owes at the last day of the range."""
    return _at(session, snapshot, receivable=False)


def receivable_sums(session: Session, snapshot: Snapshot) -> OpenItems:
    """The same as `receivable`, added up: no item is told."""
    return _sums_at(session, snapshot, receivable=True)


def payable_sums(session: Session, snapshot: Snapshot) -> OpenItems:
    """The same as `payable`, added up: no item is told."""
    return _sums_at(session, snapshot, receivable=False)


def receivable_of(session: Session, snapshot: Snapshot, partner_id: UUID | None) -> AgedItems:
    """What one partner owes; of None, what nobody is named for."""
    return _of_partner(session, snapshot, partner_id, receivable=True)


def payable_of(session: Session, snapshot: Snapshot, partner_id: UUID | None) -> AgedItems:
    """What is owed to one partner; of None, what nobody is named for."""
    return _of_partner(session, snapshot, partner_id, receivable=False)


def differences(session: Session, snapshot: Snapshot) -> dict[bool, list[Decimal]]:
    """What collective accounts have beyond their items, where that is anything.

    Those of receivables are under True, those of payables under False: what `controls` of both
    reports say, by one look at all that is open.
    """
    query, arguments = _left(session, snapshot, _SUMS)
    left: dict[str, Decimal] = {row[0]: row[1] for row in session.execute(query, arguments)}
    found: dict[bool, list[Decimal]] = {True: [], False: []}
    for number, (_, net, is_asset) in _collective(session, snapshot).items():
        if off := net - (1 if is_asset else -1) * left.get(number, ZERO):
            found[is_asset].append(off)
    return found


def _at(session: Session, snapshot: Snapshot, *, receivable: bool) -> OpenItems:
    items = _items(session, snapshot, receivable=receivable)
    return open_items(snapshot.days.last, items, _ledger(session, snapshot, receivable=receivable))


def _items(session: Session, snapshot: Snapshot, *, receivable: bool) -> Iterator[AgedItem]:
    query, arguments = _left(session, snapshot, _ITEMS + _OF_ITEMS)
    asked = {"receivable": receivable, "base": BASE_CURRENCY}
    for row in session.execute(query, arguments | asked):
        yield AgedItem(*row)


def _of_partner(
    session: Session, snapshot: Snapshot, partner_id: UUID | None, *, receivable: bool
) -> AgedItems:
    query, arguments = _left(session, snapshot, _ITEMS + _OF_ITEMS + _OF_PARTNER)
    asked = {"receivable": receivable, "base": BASE_CURRENCY, "partner": partner_id}
    return in_order(AgedItem(*row) for row in session.execute(query, arguments | asked))


def _sums_at(session: Session, snapshot: Snapshot, *, receivable: bool) -> OpenItems:
    query, arguments = _left(session, snapshot, _SUMMED + _AGED + _OF_ITEMS + _BY_AGE)
    edges = {"buckets": list(BUCKET_EDGES), "forwards": list(FORWARD_EDGES)}
    rows = session.execute(query, arguments | edges | {"receivable": receivable})
    sums = [
        AgedSum(partner, name, account, BUCKETS[bucket], FORWARDS[forward], left)
        for partner, name, account, bucket, forward, left in rows
    ]
    ledger = _ledger(session, snapshot, receivable=receivable)
    return open_sums(snapshot.days.last, sums, ledger)


def _left(session: Session, snapshot: Snapshot, asked: str) -> tuple[TextClause, dict[str, object]]:
    """A question to what is left open at the end of the range."""
    those = is_indexed(session)
    arguments = {
        "tenant": tenant_of(session),
        "day": snapshot.days.last,
        "cut": snapshot.cut if those else snapshot.last_entry,
    }
    return text((_THOSE_LEFT if those else _ALL_LEFT) + asked), arguments


def _ledger(
    session: Session, snapshot: Snapshot, *, receivable: bool
) -> dict[str, tuple[str, Decimal]]:
    """Balance of each collective account that ever moved, with the sign of its items."""
    return {
        number: (name, net)
        for number, (name, net, is_asset) in _collective(session, snapshot).items()
        if is_asset is receivable
    }


def _collective(session: Session, snapshot: Snapshot) -> dict[str, tuple[str, Decimal, bool]]:
    """Name and balance of collective accounts that ever moved, and whether it is of claims."""
    query = select(AccountRow.number, AccountRow.type).where(
        AccountRow.tenant_id == tenant_of(session), col(AccountRow.is_open_item)
    )
    is_asset = {number: kind == AccountType.ASSET.value for number, kind in session.exec(query)}
    return {
        each.number: (
            each.name,
            (1 if is_asset[each.number] else -1) * (each.total_debit - each.total_credit),
            is_asset[each.number],
        )
        for each in balances(session, snapshot)
        if each.number in is_asset
    }
