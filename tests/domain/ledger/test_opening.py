"""Opening balances become one balanced intent, row by row against the contra account."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.ledger.booking import Books
from domain.ledger.chart import Chart, accounts
from domain.ledger.intent import BalanceMismatch, Kind
from domain.ledger.opening import (
    AccountsNotFound,
    AccountTypeNotAllowed,
    Balance,
    InvalidBalanceEntry,
    Opening,
    OpeningAccountMissing,
    intent_of,
)
from tests.strategies import AMOUNTS

DAY = date(2026, 1, 1)
CONTRA = {Chart.AT_EKR: "9800", Chart.DE_SKR03: "9000", Chart.DE_SKR04: "9000"}


def books(chart: Chart = Chart.AT_EKR, *, without: str = "") -> Books:
    """What a new tenant has."""
    known = {a.number: a for a in accounts(chart) if a.number != without}
    return Books(chart=chart, fiscal_year_start=7, accounts=known, tax_codes={}, version=1)


def opening(*rows: tuple[str, int, int]) -> Opening:
    """Rows of account, debit and credit."""
    found = (
        Balance(at, number, Decimal(debit), Decimal(credit))
        for at, (number, debit, credit) in enumerate(rows)
    )
    return Opening(UUID(int=1), DAY, tuple(found))


@given(st.lists(AMOUNTS, min_size=1, max_size=9))
def test_every_row_is_one_entry_against_the_contra_account(amounts: list[Decimal]) -> None:
    """Whatever is opened, the contra account ends at nothing."""
    rows = [Balance(at, "2800", each, Decimal()) for at, each in enumerate(amounts)]
    rows.append(Balance(len(rows), "9000", Decimal(), sum(amounts, Decimal())))
    intent = intent_of(Opening(UUID(int=1), DAY, tuple(rows)), books())

    assert [entry.amount for entry in intent.entries] == [*amounts, sum(amounts, Decimal())]
    assert {entry.credit.account for entry in intent.entries[:-1]} == {"9800"}
    assert sum(p.signed for p in intent.postings if p.account == "9800") == 0
    assert (intent.kind, intent.is_opening, intent.fiscal_year) == (Kind.OPENING, True, 2026)


@pytest.mark.parametrize("chart", Chart)
def test_the_contra_account_of_the_chart_cannot_be_opened(chart: Chart) -> None:
    """9000 in Germany, 9800 in Austria, where 9000 is the share capital."""
    bank = "2800" if chart is Chart.AT_EKR else "1800"
    wanted = opening((bank, 1, 0), (CONTRA[chart], 0, 1))

    with pytest.raises(InvalidBalanceEntry) as refused:
        intent_of(wanted, books(chart))
    assert refused.value.fields[0].pointer == "/balances/1/account_number"


@pytest.mark.parametrize(("debit", "credit"), [(1, 1), (-1, 0), (0, -1)])
def test_a_row_has_one_side(debit: int, credit: int) -> None:
    """And nothing negative."""
    with pytest.raises(InvalidBalanceEntry):
        opening(("2800", debit, credit))


def test_all_unknown_accounts_are_named() -> None:
    """Inactive ones, too: nobody wants to hear of them one by one."""
    with pytest.raises(AccountsNotFound) as refused:
        intent_of(opening(("2800", 2, 0), ("99999", 0, 1), ("7600", 0, 1)), books())
    assert refused.value.context["account_numbers"] == ["99999", "7600"]
    assert [field.pointer for field in refused.value.fields] == [
        "/balances/1/account_number",
        "/balances/2/account_number",
    ]


def test_revenue_and_expense_are_refused() -> None:
    """They begin every year at nothing."""
    with pytest.raises(AccountTypeNotAllowed):
        intent_of(opening(("2800", 1, 0), ("4000", 0, 1)), books())


def test_both_sides_must_agree() -> None:
    """Though against the contra account every list would balance."""
    with pytest.raises(BalanceMismatch):
        intent_of(opening(("2800", 2, 0), ("9000", 0, 1)), books())


def test_a_chart_without_the_contra_account_is_refused() -> None:
    """There is nothing to book against."""
    with pytest.raises(OpeningAccountMissing) as refused:
        intent_of(opening(("2800", 1, 0), ("9000", 0, 1)), books(without="9800"))
    assert refused.value.code == "ACCOUNT_9000_MISSING"


def test_nothing_cannot_be_opened() -> None:
    """A list of empty rows is no opening."""
    with pytest.raises(InvalidInput):
        opening()
