"""Categories of every chart: accounts that exist, fit the direction and carry no other tax."""

from decimal import Decimal

import pytest

from domain.ledger.account import AccountType
from domain.ledger.chart import Chart, accounts, automatic_accounts
from domain.tax.code import system_codes
from domain.transactions.category import (
    Category,
    Direction,
    InvalidCategory,
    categories,
    fallback,
    own_category,
)
from domain.transactions.transaction import RATES

each_chart = pytest.mark.parametrize("chart", Chart)


@each_chart
def test_every_chart_has_the_same_categories(chart: Chart) -> None:
    """In the same directions."""
    found = {name: each.direction for name, each in categories(chart).items()}
    assert found == {name: each.direction for name, each in categories(Chart.AT_EKR).items()}
    assert len(found) == 16


@each_chart
def test_their_accounts_are_active_and_of_their_side(chart: Chart) -> None:
    """Income on revenue accounts, expenses on expense accounts; none holds open items."""
    known = {account.number: account for account in accounts(chart)}
    sides = {Direction.INCOME: AccountType.REVENUE, Direction.EXPENSE: AccountType.EXPENSE}
    for category in categories(chart).values():
        for number in (category.account, *category.by_rate.values()):
            account = known[number]
            assert account.type is sides[category.direction], number
            assert account.active, number
            assert not account.is_open_item, number


@each_chart
def test_an_account_that_computes_tax_itself_gets_just_that_tax(chart: Chart) -> None:
    """Else a DATEV import would book another tax than we did."""
    automatic = automatic_accounts(chart)
    for category in categories(chart).values():
        assert category.account not in automatic
        kind = "UST" if category.direction is Direction.INCOME else "VST"
        for rate, number in category.by_rate.items():
            assert automatic.get(number, f"{kind}{rate}") == f"{kind}{rate}"


@each_chart
def test_every_rate_has_its_codes(chart: Chart) -> None:
    """For income and for expenses."""
    known = {code.code: code for code in system_codes(chart)}
    for rate in filter(None, RATES[chart.country]):
        for kind in ("UST", "VST"):
            assert known[f"{kind}{rate}"].rate == rate


@pytest.mark.parametrize("name", ["", "Büro", "a b", "A", "a-b", "a" * 51, "a\n"])
def test_a_malformed_name_is_refused(name: str) -> None:
    """Letters, digits and underscores only."""
    with pytest.raises(InvalidCategory):
        own_category(Chart.AT_EKR, name, Direction.EXPENSE)


def test_an_own_category_follows_its_account() -> None:
    """Once it has one."""
    assert own_category(Chart.AT_EKR, "x", Direction.INCOME).account == "4900"
    assert own_category(Chart.AT_EKR, "x", Direction.INCOME, "4000").account == "4000"
    assert fallback(Chart.DE_SKR03, Direction.EXPENSE).account == "4900"


def test_a_rate_without_account_of_its_own_takes_the_usual_one() -> None:
    """And so does no rate at all."""
    category = Category("revenue", Direction.INCOME, "4000", {Decimal(10): "4010"})
    found = [category.account_at(rate) for rate in (None, Decimal(20), Decimal("10.0"))]
    assert found == ["4000", "4000", "4010"]
