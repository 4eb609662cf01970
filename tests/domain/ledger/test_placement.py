"""Own accounts find their place in the reports."""

import csv
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.account import Account, AccountType
from domain.ledger.chart import Chart, accounts
from domain.ledger.placement import placed

A, L, E, R, X = AccountType


@pytest.mark.parametrize(
    ("chart", "number", "kind", "group", "is_open_item"),
    [
        (Chart.DE_SKR04, "1215", A, "receivables", True),
        (Chart.DE_SKR04, "1299", A, "other_assets", True),
        (Chart.DE_SKR04, "33001", L, "liabilities", True),
        (Chart.DE_SKR04, "1801", A, "cash", False),
        (Chart.DE_SKR04, "6816", X, "other_opex", False),
        (Chart.DE_SKR04, "4401", R, "revenue", False),
        (Chart.DE_SKR03, "1405", A, "receivables", True),
        (Chart.DE_SKR03, "1201", A, "cash", False),
        (Chart.AT_EKR, "68151", X, "other_opex", False),
        (Chart.AT_EKR, "2005", A, "receivables", True),
        (Chart.AT_EKR, "2801", A, "cash", False),
        (Chart.AT_EKR, "9010", E, "equity", False),
        # a number where no account of this type is
        (Chart.DE_SKR04, "1299", X, "other_opex", False),
    ],
)
def test_neighbours_of_the_same_type_say_where_it_stands(
    chart: Chart, number: str, kind: AccountType, group: str, *, is_open_item: bool
) -> None:
    """Report group, open items, and a leaf of the legal layout."""
    found = placed(Account(number, "Eigenes Konto", kind), chart)

    assert (found.report_group, found.is_open_item) == (group, is_open_item)
    assert found.statement_group in _leaves()


def test_what_is_said_stays() -> None:
    """An explicit group wins, a known category comes next; free texts are kept and say nothing."""
    said = placed(Account("6816", "x", X, report_group="material_expense"), Chart.DE_SKR04)
    known = placed(Account("6816", "x", X, category="personnel"), Chart.DE_SKR04)
    free = placed(Account("6816", "x", X, category="Filiale"), Chart.DE_SKR04)
    owed = placed(Account("3550", "x", L, report_group="liabilities"), Chart.DE_SKR04)

    assert said.report_group == "material_expense"
    assert said.statement_group in {
        each.statement_group
        for each in accounts(Chart.DE_SKR04)
        if each.report_group == "material_expense"
    }
    assert known.report_group == "personnel_expense"
    assert (free.report_group, free.category) == ("other_opex", "Filiale")
    assert owed.is_open_item


@given(
    st.sampled_from(Chart),
    st.from_regex(r"[0-9]{1,8}", fullmatch=True),
    st.sampled_from(AccountType),
)
def test_no_account_falls_out_of_the_statements(
    chart: Chart, number: str, kind: AccountType
) -> None:
    """Whatever its number, it has a group and a leaf of the layout."""
    found = placed(Account(number, "Eigenes Konto", kind), chart)

    assert found.report_group
    assert found.statement_group in _leaves()


def _leaves() -> set[str]:
    text = files("domain.ledger").joinpath("charts/report_groups.csv").read_text(encoding="utf-8")
    return {r["code"] for r in csv.DictReader(text.splitlines()) if r["node"] == "leaf"}
