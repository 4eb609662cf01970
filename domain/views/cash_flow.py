"""Reads the cash flow of a range, and the entries behind its lines."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlmodel import Session

from domain.reports.cash_flow import CashAccount, CashFlow, ContraAccount, Flow, cash_flow
from domain.reports.snapshot import Snapshot
from domain.tables.bound import tenant_of
from domain.views.balances import OPENING, balances

CASH = "cash"
_FLOWS = text(f"""
    WITH RECURSIVE {OPENING},
    cash (number) AS (
        SELECT number FROM account WHERE tenant_id = :tenant AND report_group = :cash
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
    FROM (SELECT contra, sum(inflow) AS inflow, sum(outflow) AS outflow, count(*) AS entries
          FROM flow WHERE intent_id NOT IN (TABLE opening) GROUP BY contra) f
    JOIN account a ON a.tenant_id = :tenant AND a.number = f.contra
    WHERE a.report_group IS DISTINCT FROM :cash
    ORDER BY a.number
""")  # noqa: S608 - of constants


def of_range(session: Session, snapshot: Snapshot) -> CashFlow:
    """Cash flow of a range of booking dates."""
    return cash_flow(_flows(session, snapshot), _accounts(session, snapshot))


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
