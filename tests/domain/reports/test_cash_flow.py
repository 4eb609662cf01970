"""Where each account of each chart stands in the cash flow."""

import pytest

from domain.ledger.account import Account
from domain.ledger.chart import Chart, accounts
from domain.reports.cash_flow import Activity, ContraAccount, cash_flow, headings, line_of

ALL = [(chart, account) for chart in Chart for account in accounts(chart)]


def contra(account: Account) -> ContraAccount:
    """An account as the other side of cash."""
    return ContraAccount(account.number, account.type.value, account.category, account.report_group)


def test_every_account_of_every_chart_has_a_line() -> None:
    """Only statistical accounts are told of as what they are: not assigned."""
    activities = {heading.line: heading.activity for heading in headings()}
    for _, account in ALL:
        activity = activities[line_of(contra(account))]
        assert (activity is Activity.UNASSIGNED) == (account.category == "statistical")


@pytest.mark.parametrize(
    ("chart", "number", "line"),
    [
        (Chart.AT_EKR, "2000", "customers"),
        (Chart.AT_EKR, "3300", "suppliers"),
        (Chart.AT_EKR, "6815", "suppliers"),
        (Chart.AT_EKR, "2500", "suppliers"),
        (Chart.AT_EKR, "3500", "customers"),
        (Chart.AT_EKR, "3520", "taxes"),
        (Chart.AT_EKR, "6210", "employees"),
        (Chart.AT_EKR, "0100", "fixed_assets"),
        (Chart.AT_EKR, "9800", "unassigned"),
        (Chart.DE_SKR04, "1200", "customers"),
        (Chart.DE_SKR04, "3300", "suppliers"),
        (Chart.DE_SKR04, "3820", "taxes"),
        (Chart.DE_SKR04, "6010", "employees"),
        (Chart.DE_SKR04, "2900", "equity"),
        (Chart.DE_SKR04, "3150", "loans"),
        (Chart.DE_SKR04, "7310", "financial_expense"),
        (Chart.DE_SKR04, "7100", "financial_income"),
        (Chart.DE_SKR04, "7600", "income_taxes"),
    ],
)
def test_what_stands_opposite_of_cash_tells_what_it_was_for(
    chart: Chart, number: str, line: str
) -> None:
    """By its category in the chart."""
    account = next(each for each in accounts(chart) if each.number == number)

    assert line_of(contra(account)) == line


@pytest.mark.parametrize(
    ("kind", "group", "line"),
    [
        ("expense", "personnel_expense", "employees"),
        ("asset", "fixed_assets", "fixed_assets"),
        ("liability", "liabilities", "suppliers"),
        ("expense", "mine", "suppliers"),
        ("liability", None, "other_operating"),
    ],
)
def test_an_account_of_ones_own_is_told_by_report_group_or_type(
    kind: str, group: str | None, line: str
) -> None:
    """Its category is free text."""
    assert line_of(ContraAccount("9", kind, "eigene Kategorie", group)) == line


def test_nothing_flows_where_nothing_moved() -> None:
    """Every heading is there, at nothing."""
    found = cash_flow([], [])

    assert [line.net for line in found.lines] == [0] * len(headings())
    assert found.change == 0
    assert found.difference == 0
