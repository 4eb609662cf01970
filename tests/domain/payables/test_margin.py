"""Discounts on sales under a margin scheme."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.ledger.chart import Chart
from domain.ledger.intent import Side
from domain.payables.clearing import (
    Discount,
    DiscountTaxUnknown,
    TaxShare,
    all_discount_lines,
    discount_lines,
)
from domain.payables.margin import with_margins
from domain.payables.sub_ledger import SubLedger
from domain.tax.code import system_codes
from tests.domain.payables.test_clearing import OWED

CLAIM = replace(OWED, ledger=SubLedger.RECEIVABLE, side=Side.DEBIT, account="2000")


def shares(chart: Chart, *parts: tuple[str | None, str]) -> list[TaxShare]:
    """Parts of an invoice as code and amount, with the sale under a margin scheme as one."""
    codes = {each.code: each for each in system_codes(chart.value)}
    return list(with_margins([TaxShare(code, Decimal(amount)) for code, amount in parts], codes))


def taken(
    chart: Chart, discount: str, *parts: tuple[str | None, str]
) -> list[tuple[str | None, str]]:
    """What a discount lowers, by code."""
    wanted = Discount(CLAIM.open_item_id, Decimal(discount))
    lines = discount_lines(wanted, CLAIM, shares(chart, *parts), chart)
    return [(line.tax_code, str(line.signed)) for line in lines]


@pytest.mark.parametrize(
    ("chart", "code"),
    [
        (Chart.DE_SKR03, "UST19-DIFF"),
        (Chart.DE_SKR04, "UST19-DIFF"),
        (Chart.AT_EKR, "UST20-DIFF"),
        (Chart.AT_EKR, "UST20-REISE"),
    ],
)
@pytest.mark.parametrize("price", [None, "UST0-NT"])
def test_a_discount_lowers_the_margin_alone(chart: Chart, code: str, price: str | None) -> None:
    """9,000 for what cost 6,000, less 2 %: all 180 are of the margin, whose tax they lower."""
    assert taken(chart, "180", (code, "3000"), (price, "6000")) == [(code, "180.00")]


def test_other_goods_of_the_invoice_take_their_share() -> None:
    """2 % of 10,200, of which 1,200 at 20 % beside the sale under the scheme."""
    found = taken(Chart.AT_EKR, "204", ("UST20", "1200"), ("UST20-DIFF", "3000"), (None, "6000"))

    assert found == [("UST20", "24.00"), ("UST20-DIFF", "180.00")]


@pytest.mark.parametrize(
    ("margin", "discount", "found"),
    [
        (
            "100.00",
            "122",
            [("UST20-DIFF", "100.00"), (None, "22.00")],
        ),  # no margin is below nothing
        ("-500", "110", [(None, "110.00")]),
    ],
)
def test_a_margin_is_lowered_to_nothing_and_no_further(
    margin: str, discount: str, found: list[tuple[str | None, str]]
) -> None:
    """What a discount takes beyond the margin is a loss without tax (§ 25a Abs. 3 UStG)."""
    assert taken(Chart.AT_EKR, discount, ("UST20-DIFF", margin), (None, "6000")) == found


def test_whose_price_it_is_has_to_be_known() -> None:
    """Margins of two rates beside one price: nobody knows which of them the discount lowers."""
    with pytest.raises(DiscountTaxUnknown):
        taken(Chart.AT_EKR, "180", ("UST20-DIFF", "2000"), ("UST10-DIFF", "1000"), (None, "6000"))


def test_what_is_of_no_margin_scheme_stays_as_it_is() -> None:
    """A part without tax beside goods at 20 % is another supply, and so is a margin alone."""
    assert taken(Chart.AT_EKR, "12", ("UST20", "600"), (None, "600")) == [
        ("UST20", "6.00"),
        (None, "6.00"),
    ]
    assert taken(Chart.AT_EKR, "12", ("UST20-DIFF", "600")) == [("UST20-DIFF", "12.00")]


@pytest.mark.parametrize(
    ("used", "found"),
    [
        (None, [("UST20-DIFF", "80.00"), ("UST20-DIFF", "20.00"), (None, "60.00")]),
        ("40", [("UST20-DIFF", "60.00"), (None, "20.00"), (None, "80.00")]),
        ("100", [(None, "80.00"), (None, "80.00")]),
    ],
)
def test_two_discounts_share_one_margin(
    used: str | None, found: list[tuple[str | None, str]]
) -> None:
    """In one clearing, and after one that was taken before: it is lowered to nothing once."""
    codes = {each.code: each for each in system_codes(Chart.AT_EKR.value)}
    parts = [TaxShare("UST20-DIFF", Decimal(100)), TaxShare(None, Decimal(6000))]
    before = {"UST20-DIFF": Decimal(used)} if used else None
    known = {CLAIM.open_item_id: with_margins(parts, codes, before)}
    twice = [(Discount(CLAIM.open_item_id, Decimal(80)), CLAIM)] * 2
    lines = all_discount_lines(twice, known, Chart.AT_EKR)

    assert [(line.tax_code, str(line.signed)) for line in lines] == found
