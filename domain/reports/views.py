"""Reads the reports that have one row for each account, group or month."""

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import tenant_of
from domain.dates import DateRange, fiscal_year_of, fiscal_year_range, month_of, month_range
from domain.reports.account_rows import (
    ReportRow,
    TrialBalanceRow,
    balance_sheet,
    profit_loss,
    trial_balance,
)
from domain.reports.balance_views import OPENING, balances
from domain.reports.management import ManagementLine, group_rows, management
from domain.reports.monthly import Month, last_months, months
from domain.reports.snapshot import Asked, Snapshot
from domain.reports.snapshot_views import snapshot_of

_MONTHS = text("""
    SELECT to_char(p.first_day, 'YYYY-MM'), a.type, sum(b.debit - b.credit)
    FROM period p
    JOIN account_balance b ON b.tenant_id = :tenant AND b.period = p.name
    JOIN account a ON a.tenant_id = :tenant AND a.number = b.account
    WHERE p.tenant_id = :tenant AND p.first_day >= :first AND p.last_day <= :last
      AND a.type IN ('revenue', 'expense')
    GROUP BY 1, 2
""")
_POSTED_LATER = """
    SELECT to_char(e.booking_date, 'YYYY-MM'), a.type, sum(m.net)
    FROM journal_entry e
    CROSS JOIN LATERAL (VALUES (e.debit_account, e.amount), (e.credit_account, -e.amount))
        AS m (account, net)
    JOIN account a ON a.tenant_id = :tenant AND a.number = m.account
    WHERE e.tenant_id = :tenant AND e.journal_number > :cut
      AND e.booking_date BETWEEN :first AND :last
      AND a.type IN ('revenue', 'expense') AND e.intent_id NOT IN (TABLE opening)
    GROUP BY 1, 2
"""


def of_accounts(session: Session, snapshot: Snapshot) -> list[TrialBalanceRow]:
    """Trial balance (Summen- und Saldenliste)."""
    return list(trial_balance(balances(session, snapshot)))


def of_result(session: Session, snapshot: Snapshot) -> list[ReportRow]:
    """Profit and loss of the range."""
    return list(profit_loss(balances(session, snapshot, since_ever=False)))


def of_position(session: Session, snapshot: Snapshot) -> list[ReportRow]:
    """Balance sheet at the end of the range."""
    return list(balance_sheet(balances(session, snapshot)))


def of_groups(session: Session, snapshot: Snapshot) -> list[ReportRow]:
    """Report groups of the result that moved in the range (BWA)."""
    return list(group_rows(balances(session, snapshot, since_ever=False)))


def of_management(session: Session, asked: Asked) -> tuple[Snapshot, list[ManagementLine]]:
    """BWA of a range, by default the month in which it ends, and of its fiscal year."""
    snapshot = snapshot_of(session, asked)
    last = snapshot.days.last
    if asked.first is None:
        month = month_range(month_of(last))
        snapshot = replace(snapshot, days=DateRange(month.first, last))
    start = snapshot.fiscal_year_start
    year = fiscal_year_range(fiscal_year_of(last, start), start)
    whole = replace(snapshot, days=DateRange(year.first, last))
    in_range, in_year = (balances(session, each, since_ever=False) for each in (snapshot, whole))
    return snapshot, list(management(in_range, in_year))


def of_months(session: Session, snapshot: Snapshot) -> list[Month]:
    """Revenue and expenses of the twelve months up to that in which the range ends."""
    names = last_months(snapshot.days.last)
    arguments: dict[str, object] = {
        "tenant": tenant_of(session),
        "first": month_range(names[0]).first,
        "last": month_range(names[-1]).last,
    }
    nets: dict[tuple[str, str], Decimal] = {
        (month, kind): net for month, kind, net in session.execute(_MONTHS, arguments)
    }
    if snapshot.cut is not None:
        later = session.execute(
            text(f"WITH RECURSIVE {OPENING} {_POSTED_LATER}"), arguments | {"cut": snapshot.cut}
        )
        for month, kind, net in later:
            nets[month, kind] -= net
    return list(months(names, nets))
