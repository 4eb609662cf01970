"""Reads the cash flow of a range, and the entries behind its lines."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlmodel import Session, select

from domain.database.session import tenant_of
from domain.ledger.rows import AccountRow
from domain.money import ZERO
from domain.reports.balance_views import OPENING, balances
from domain.reports.cash_flow import (
    CashAccount,
    CashFlow,
    ContraAccount,
    Flow,
    cash_flow,
    headings,
    line_of,
)
from domain.reports.drill_down import Figure, FigureRow, LineNotFound
from domain.reports.snapshot import Snapshot

CASH = "cash"
# What was taken back did not flow: a reversal lowers what came in or went out.
_FLOWS = text(f"""
    WITH RECURSIVE {OPENING},
    cash (number) AS (
        SELECT number FROM account WHERE tenant_id = :tenant AND report_group = :cash
    ),
    reversal (intent_id, takes_back) AS (
        SELECT i.intent_id, true FROM intent i JOIN intent o
            ON o.tenant_id = :tenant AND o.intent_id = i.reverses_intent_id
        WHERE i.tenant_id = :tenant AND i.reverses_intent_id IS NOT NULL
          AND o.reverses_intent_id IS NULL
        UNION ALL
        SELECT i.intent_id, NOT r.takes_back FROM reversal r JOIN intent i
            ON i.tenant_id = :tenant AND i.reverses_intent_id = r.intent_id
    ),
    flow AS (
        SELECT e.credit_account AS contra, e.amount AS inflow, 0 AS outflow, e.intent_id
        FROM cash JOIN journal_entry e ON e.tenant_id = :tenant AND e.debit_account = cash.number
            AND e.booking_date BETWEEN :first AND :last AND e.journal_number <= :cut
        UNION ALL
        SELECT e.debit_account, 0, e.amount, e.intent_id
        FROM cash JOIN journal_entry e ON e.tenant_id = :tenant AND e.credit_account = cash.number
            AND e.booking_date BETWEEN :first AND :last AND e.journal_number <= :cut
    )
    SELECT a.number, a.type, a.category, a.report_group, f.inflow, f.outflow, f.entries
    FROM (SELECT contra, count(*) AS entries,
              sum(CASE WHEN r.intent_id IS NULL THEN inflow ELSE -outflow END) AS inflow,
              sum(CASE WHEN r.intent_id IS NULL THEN outflow ELSE -inflow END) AS outflow
          FROM flow LEFT JOIN reversal r ON r.intent_id = flow.intent_id AND r.takes_back
          WHERE flow.intent_id NOT IN (TABLE opening) GROUP BY contra) f
    JOIN account a ON a.tenant_id = :tenant AND a.number = f.contra
    WHERE a.report_group IS DISTINCT FROM :cash
    ORDER BY a.number
""")  # noqa: S608 - of constants
_BEHIND = text(f"""
    WITH RECURSIVE {OPENING}
    SELECT e.journal_number, e.entry_no, e.intent_id, e.booking_date, e.period, e.debit_account,
        e.credit_account, e.amount,
        CASE WHEN e.debit_account = ANY (:cash) THEN e.amount ELSE 0 END,
        CASE WHEN e.credit_account = ANY (:cash) THEN e.amount ELSE 0 END,
        coalesce(i.description, ''), i.external_reference, i.document_id
    FROM (
        SELECT * FROM journal_entry
        WHERE tenant_id = :tenant AND debit_account = ANY (:cash) AND credit_account = ANY (:contra)
          AND booking_date BETWEEN :first AND :last
        UNION ALL
        SELECT * FROM journal_entry
        WHERE tenant_id = :tenant AND credit_account = ANY (:cash) AND debit_account = ANY (:contra)
          AND booking_date BETWEEN :first AND :last
    ) e
    JOIN intent i ON i.tenant_id = :tenant AND i.intent_id = e.intent_id
    WHERE e.journal_number <= :upto AND e.intent_id NOT IN (TABLE opening)
    ORDER BY e.journal_number DESC
    LIMIT :limit
""")  # noqa: S608 - of constants


def of_range(session: Session, snapshot: Snapshot) -> CashFlow:
    """Cash flow of a range of booking dates."""
    return cash_flow(_flows(session, snapshot), _accounts(session, snapshot))


def behind(
    session: Session, snapshot: Snapshot, line: str, *, upto: int, limit: int
) -> tuple[Figure, list[FigureRow]]:
    """What flowed under a heading, or under all headings of an activity."""
    wanted = {h.line for h in headings() if line in (h.line, h.activity)}
    if not wanted:
        raise LineNotFound(line)
    accounts = session.exec(select(AccountRow).where(AccountRow.tenant_id == tenant_of(session)))
    cash, contra = [], []
    for row in accounts:
        if row.report_group == CASH:
            cash.append(row.number)
        elif line_of(_contra_of(row)) in wanted:
            contra.append(row.number)
    arguments = {
        "tenant": tenant_of(session),
        "cash": cash,
        "contra": contra,
        "first": snapshot.days.first,
        "last": snapshot.days.last,
        "upto": upto,
        "limit": limit,
    }
    found = of_range(session, snapshot).lines
    net = sum((each.net for each in found if each.heading.line in wanted), ZERO)
    rows = [FigureRow(*row) for row in session.execute(_BEHIND, arguments)]
    return Figure(line, net, 1, ()), rows


def _contra_of(row: AccountRow) -> ContraAccount:
    return ContraAccount(row.number, row.type, row.category, row.report_group)


def _flows(session: Session, snapshot: Snapshot) -> Iterator[Flow]:
    arguments = {
        "tenant": tenant_of(session),
        "cash": CASH,
        "first": snapshot.days.first,
        "last": snapshot.days.last,
        "cut": snapshot.last_entry,
    }
    for row in session.execute(_FLOWS, arguments):
        contra = ContraAccount(row.number, row.type, row.category, row.report_group)
        yield Flow(contra, row.inflow, row.outflow, row.entries)


def _accounts(session: Session, snapshot: Snapshot) -> Iterator[CashAccount]:
    for each in balances(session, snapshot):
        if each.report_group == CASH:
            yield CashAccount(each.number, each.name, each.start, each.start + each.moved)
