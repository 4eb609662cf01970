"""Reads the reports that have one row for each account."""

from sqlmodel import Session

from domain.reports.account_rows import (
    ReportRow,
    TrialBalanceRow,
    balance_sheet,
    profit_loss,
    trial_balance,
)
from domain.reports.snapshot import Snapshot
from domain.views.balances import balances


def of_accounts(session: Session, snapshot: Snapshot) -> list[TrialBalanceRow]:
    """Trial balance (Summen- und Saldenliste)."""
    return list(trial_balance(balances(session, snapshot)))


def of_result(session: Session, snapshot: Snapshot) -> list[ReportRow]:
    """Profit and loss of the range."""
    return list(profit_loss(balances(session, snapshot, since_ever=False)))


def of_position(session: Session, snapshot: Snapshot) -> list[ReportRow]:
    """Balance sheet at the end of the range."""
    return list(balance_sheet(balances(session, snapshot)))
