"""Accounts whose unusual balance stands on the other side of the balance sheet.

An overdraft is a loan, a customer in credit is a debt: each by itself, receivables and payables
by partner, all accounts of value-added tax as one block, or both sides would be inflated.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from domain.ledger.chart import Chart, accounts

_VAT = {"vat_input", "vat_output", "vat_self_assess", "vat_settlement", "input_vat_correction"}


class Together(StrEnum):
    """What is netted before its side is decided."""

    ACCOUNT = "account"
    PARTNER = "partner"
    VAT = "vat"


@dataclass(frozen=True, slots=True)
class Switch:
    """The position of the other side, and what is netted before."""

    opposite: str
    together: Together


def switch_of(chart: Chart, number: str, position: str | None, group: str | None) -> Switch | None:
    """How an account changes sides; one of the tenant's own does as its like in the chart.

    >>> switch_of(Chart.AT_EKR, "2807", "AT.BA.B.IV", "cash")
    Switch(opposite='AT.BP.C.2', together=<Together.ACCOUNT: 'account'>)
    """
    by_number, alike = _switches(chart)
    if number in by_number:
        return by_number[number]
    return alike.get((position or "", group or ""))


@cache
def _switches(chart: Chart) -> tuple[dict[str, Switch | None], dict[tuple[str, str], Switch]]:
    """Switches of the chart by number, and the first of each position and report group."""
    text = files("domain.ledger").joinpath(f"charts/{chart}.csv").read_text(encoding="utf-8")
    found = {row["number"]: _switch(row) for row in csv.DictReader(text.splitlines())}
    alike: dict[tuple[str, str], Switch] = {}
    for account in accounts(chart):
        switch = found[account.number]
        if switch is not None:
            like = account.statement_group or "", account.report_group or ""
            alike.setdefault(like, switch)
    return found, alike


def _switch(row: dict[str, str]) -> Switch | None:
    opposite = row["opposite_report_group"]
    if not opposite:
        return None
    if row["tax_relevance"] in _VAT:
        return Switch(opposite, Together.VAT)
    if row["tax_relevance"] == "open_items":
        return Switch(opposite, Together.PARTNER)
    return Switch(opposite, Together.ACCOUNT)
