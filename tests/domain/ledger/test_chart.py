"""The charts are data, and the data is whole."""

import csv
from importlib.resources import files

import pytest

from domain.errors import InvalidInput
from domain.ledger.account import Account, AccountRole, AccountType
from domain.ledger.chart import Chart, accounts, role
from domain.tax.code import system_codes


@pytest.mark.parametrize("chart", Chart)
@pytest.mark.parametrize("wanted", AccountRole)
def test_every_role_has_an_active_account(chart: Chart, wanted: AccountRole) -> None:
    """Automatic postings never meet a hole in the chart."""
    found = {a.number: a for a in accounts(chart)}[role(chart, wanted)]

    assert found.active


@pytest.mark.parametrize("chart", Chart)
def test_tax_codes_name_accounts_of_their_chart(chart: Chart) -> None:
    """Tax goes where the chart has a place for it."""
    numbers = {a.number for a in accounts(chart) if a.active}

    assert all(code.accounts <= numbers for code in system_codes(chart))


@pytest.mark.parametrize("chart", Chart)
def test_default_tax_codes_exist(chart: Chart) -> None:
    """What an account proposes can be booked."""
    codes = {code.code for code in system_codes(chart)}

    assert {a.default_tax_code for a in accounts(chart)} - {None} <= codes


@pytest.mark.parametrize("chart", Chart)
def test_statement_groups_are_leaves_of_the_legal_layout(chart: Chart) -> None:
    """UGB § 224, § 231 and HGB § 266, § 275: no account falls out of the statements."""
    text = files("domain.ledger").joinpath("charts/report_groups.csv").read_text(encoding="utf-8")
    leaves = {r["code"] for r in csv.DictReader(text.splitlines()) if r["node"] == "leaf"}

    assert {a.statement_group for a in accounts(chart)} <= leaves


def test_receivables_and_payables_keep_open_items() -> None:
    """The control accounts of every chart open items."""
    for chart in Chart:
        found = {a.number: a for a in accounts(chart)}
        for wanted in (AccountRole.RECEIVABLES, AccountRole.PAYABLES):
            assert found[role(chart, wanted)].is_open_item


@pytest.mark.parametrize("number", ["", "123456789", "12a", "-1"])
def test_a_number_is_one_to_eight_digits(number: str) -> None:
    """Anything else is no account number."""
    with pytest.raises(InvalidInput):
        Account(number, "Bank", AccountType.ASSET)
