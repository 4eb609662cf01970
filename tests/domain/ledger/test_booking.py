"""Lines become postings by their tax codes, for every code of every chart."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.booking import (
    AccountNotFound,
    Booking,
    Books,
    FxTaxCodeUnsupported,
    InvalidAdjustmentPeriod,
    Line,
    TaxCodeConflict,
    expand,
    intent_of,
    period_of,
)
from domain.ledger.carrying import is_tax_itself
from domain.ledger.chart import Chart, accounts
from domain.ledger.intent import BalanceMismatch, Side
from domain.tax.code import InvalidTaxCode, TaxCode, TaxPart, system_codes
from tests.strategies import AMOUNTS, bookings

DAY = date(2026, 11, 2)
COST_AND_REVENUE = {
    Chart.AT_EKR: ("6815", "4000"),
    Chart.DE_SKR03: ("4930", "8400"),
    Chart.DE_SKR04: ("6815", "4400"),
}


def books(chart: Chart) -> Books:
    """What a new tenant with this chart has."""
    return Books(
        chart=chart,
        fiscal_year_start=1,
        accounts={a.number: a for a in accounts(chart)},
        tax_codes={c.code: c for c in system_codes(chart)},
        version=1,
    )


def expanded(chart: Chart, line: Line) -> list[tuple[str, str, str]]:
    """Account, side and amount of the postings of one line."""
    found = expand([line], books(chart), DAY)
    return [(p.account, p.side.value, str(p.amount)) for p in found]


def test_gross_splits_on_the_same_side() -> None:
    """119.00 with VST19 is 100.00 and 19.00 (semantics 2.4)."""
    line = Line("6815", Side.DEBIT, Decimal("119.00"), "vst19")

    assert expanded(Chart.DE_SKR04, line) == [("6815", "D", "100.00"), ("1406", "D", "19.00")]


def test_reverse_charge_adds_both_sides_of_the_tax() -> None:
    """The line stays net; § 13b tax is claimed and owed."""
    line = Line("5900", Side.DEBIT, Decimal("100.00"), "VST-13B19")

    assert expanded(Chart.DE_SKR04, line) == [
        ("5900", "D", "100.00"),
        ("1407", "D", "19.00"),
        ("3837", "C", "19.00"),
    ]


def test_reverse_charge_is_mirrored_on_the_credit_side() -> None:
    """A credit note of a foreign supplier takes tax and claim back."""
    line = Line("6840", Side.CREDIT, Decimal("50.00"), "VST-RC20")

    assert expanded(Chart.AT_EKR, line) == [
        ("6840", "C", "50.00"),
        ("2510", "C", "10.00"),
        ("3510", "D", "10.00"),
    ]


def test_tax_without_deduction_is_a_cost() -> None:
    """Tax that is owed but not deductible goes where the line goes."""
    line = Line("6840", Side.DEBIT, Decimal("100.00"), "VST-RC20-ND")

    assert expanded(Chart.AT_EKR, line) == [
        ("6840", "D", "100.00"),
        ("6840", "D", "20.00"),
        ("3510", "C", "20.00"),
    ]


@pytest.mark.parametrize(
    ("account", "part"),
    [("2515", TaxPart.TAX), ("3515", TaxPart.SELF)],
)
def test_without_a_rate_the_account_says_what_a_line_is(account: str, part: TaxPart) -> None:
    """Import VAT is claimed on one account and owed on the other, both under the code."""
    line = Line(account, Side.DEBIT, Decimal("75.00"), "VST-EUST-ACC")

    assert [p.tax_part for p in expand([line], books(Chart.AT_EKR), DAY)] == [part]


@given(
    st.sampled_from(
        [(chart, code) for chart in Chart for code in system_codes(chart) if code.is_valid_on(DAY)]
    ),
    AMOUNTS,
    st.sampled_from(Side),
)
def test_no_code_loses_a_cent(chosen: tuple[Chart, TaxCode], amount: Decimal, side: Side) -> None:
    """Expanded postings of a line sum to the line: nothing is lost between net and tax."""
    chart, code = chosen
    account = COST_AND_REVENUE[chart][code.direction == "output"]
    own = code.vat_account if is_tax_itself(code) else None
    line = Line(own or account, side, amount, code.code)
    found = list(expand([line], books(chart), DAY))

    total = sum((p.signed for p in found), Decimal())
    assert total == (amount if side is Side.DEBIT else -amount)
    assert all(p.account in books(chart).accounts for p in found)
    assert found[0].tax_part in {TaxPart.BASE, TaxPart.TAX}


@given(bookings())
def test_every_booking_becomes_a_balanced_intent(booking: Booking) -> None:
    """Whatever the code, the expanded intent balances, or it could not exist."""
    intent = intent_of(booking, books(Chart.AT_EKR))

    assert sum((p.signed for p in intent.postings), Decimal()) == 0
    assert intent.period == f"{intent.booking_date:%Y-%m}"


def test_a_manual_line_on_a_tax_account_is_refused_beside_a_code() -> None:
    """Otherwise the return would count the tax twice."""
    lines = [
        Line("6815", Side.DEBIT, Decimal(120), "VST20"),
        Line("2500", Side.DEBIT, Decimal(20)),
        Line("2800", Side.CREDIT, Decimal(140)),
    ]

    with pytest.raises(TaxCodeConflict):
        list(expand(lines, books(Chart.AT_EKR), DAY))


def test_unknown_and_inactive_accounts_are_refused() -> None:
    """7600 is in the Austrian chart, but not in use."""
    for number in ("9999", "7600"):
        with pytest.raises(AccountNotFound):
            expanded(Chart.AT_EKR, Line(number, Side.DEBIT, Decimal(1)))


def test_a_rate_holds_from_its_first_day() -> None:
    """4.9 % on basic food holds from 1 July 2026 (§ 10 Abs. 1a UStG)."""
    line = [Line("4000", Side.CREDIT, Decimal("104.90"), "UST4-9")]

    with pytest.raises(InvalidTaxCode):
        list(expand(line, books(Chart.AT_EKR), date(2026, 6, 30)))
    july = list(expand(line, books(Chart.AT_EKR), date(2026, 7, 1)))
    assert [str(p.amount) for p in july] == ["100.00", "4.90"]


def test_unknown_codes_are_refused() -> None:
    """A misspelt code never books silently."""
    with pytest.raises(InvalidTaxCode):
        expanded(Chart.AT_EKR, Line("6815", Side.DEBIT, Decimal(1), "VST21"))


def test_self_assessment_in_foreign_currency_is_refused() -> None:
    """Not supported by the contract (semantics 2.4)."""
    line = [Line("6840", Side.DEBIT, Decimal(1), "VST-RC20")]

    with pytest.raises(FxTaxCodeUnsupported):
        list(expand(line, books(Chart.AT_EKR), DAY, foreign=True))


def test_gross_lines_must_balance_after_expansion() -> None:
    """Self-assessed lines are net; a gross contra line does not fit."""
    lines = (
        Line("6840", Side.DEBIT, Decimal("100.00"), "VST-RC20"),
        Line("2800", Side.CREDIT, Decimal("120.00")),
    )
    with pytest.raises(BalanceMismatch):
        intent_of(
            Booking(
                intent_id=UUID(int=1),
                booking_date=DAY,
                description="",
                lines=lines,
                source="booking",
            ),
            books(Chart.AT_EKR),
        )


def test_adjustment_periods_take_the_last_month_only() -> None:
    """A year from July ends in June."""
    assert period_of(date(2026, 6, 30), 7, 14) == "2026-P14"
    with pytest.raises(InvalidAdjustmentPeriod):
        period_of(date(2026, 7, 1), 7, 13)
