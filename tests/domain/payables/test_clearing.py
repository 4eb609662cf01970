"""What a clearing posts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.errors import InvalidInput
from domain.ledger.account import Account
from domain.ledger.booking import Line
from domain.ledger.chart import Chart, accounts
from domain.ledger.intent import Settling, Side, pair
from domain.payables.clearing import (
    Clearing,
    ClearingMismatch,
    Discount,
    DiscountTaxUnknown,
    TaxShare,
    booking_of,
    cost_of,
)
from domain.payables.match import LeftItem
from domain.payables.sub_ledger import SubLedger

VENDOR = UUID(int=1)
OWED = LeftItem(
    open_item_id=UUID(int=10),
    intent_id=UUID(int=11),
    account="3300",
    side=Side.CREDIT,
    remaining_amount=Decimal(600),
    amount=Decimal(600),
    currency="EUR",
    booking_date=date(2026, 3, 2),
    due_date=None,
    document_number="HP-1",
    partner_id=VENDOR,
    partner_name="Holz",
    invoice_id=UUID(int=12),
)
CREDIT = replace(OWED, open_item_id=UUID(int=20), side=Side.DEBIT, document_number="HP-GS-1")
ITEMS = {each.open_item_id: each for each in (OWED, CREDIT)}


def settled(item: LeftItem, amount: str) -> Settling:
    """An amount of an item."""
    return Settling(item.open_item_id, Decimal(amount))


def clearing(*items: Settling, **more: object) -> Clearing:
    """A clearing of some items."""
    made = Clearing(UUID(int=99), date(2026, 3, 9), items)
    return replace(made, **more)  # type: ignore[arg-type]


def _account(chart: Chart, number: str) -> Account:
    return next(each for each in accounts(chart) if each.number == number)


def rows(
    wanted: Clearing, chart: Chart = Chart.AT_EKR, **shares: tuple[TaxShare, ...]
) -> list[str]:
    """Rows of the journal, before tax is split, as `debit/credit amount`."""
    booking = booking_of(wanted, ITEMS, {OWED.open_item_id: shares.get("shares", ())}, chart)
    paired = pair([line.plain for line in booking.lines])
    return [
        f"{row.debit.account}/{row.credit.account} {row.amount.normalize():f}" for row in paired
    ]


def test_both_sides_of_one_account_go_over_the_account_between() -> None:
    """No row has one account on both sides, and the account between stays nil."""
    found = rows(clearing(settled(OWED, "120"), settled(CREDIT, "120")))
    assert found == ["3300/3790 120", "3790/3300 120"]


def test_accounts_that_differ_are_cleared_directly() -> None:
    """A prepayment on an account of its own needs nothing between."""
    prepaid = replace(CREDIT, account="2300")
    booking = booking_of(
        clearing(settled(OWED, "120"), settled(prepaid, "120")),
        {**ITEMS, prepaid.open_item_id: prepaid},
        {},
        Chart.AT_EKR,
    )
    assert [line.account for line in booking.lines] == ["3300", "2300"]
    assert (booking.description, booking.external_reference) == ("Ausgleich HP-1 HP-GS-1", "HP-1")


def test_a_discount_is_split_by_the_rates_of_its_invoice() -> None:
    """1,200.00 at 20 % and 550.00 at 10 %: of 52.50 are 36.00 at 20 and 16.50 at 10 %."""
    shares = (
        TaxShare("VST20", Decimal(1200), cost="material"),
        TaxShare("VST10", Decimal(550), cost="material"),
    )
    wanted = clearing(
        settled(OWED, "52.50"), discounts=(Discount(OWED.open_item_id, Decimal("52.50")),)
    )
    booking = booking_of(wanted, ITEMS, {OWED.open_item_id: shares}, Chart.AT_EKR)
    assert [(x.account, x.amount, x.tax_code) for x in booking.lines[1:]] == [
        ("5800", Decimal("36.00"), "VST20"),
        ("5800", Decimal("16.50"), "VST10"),
    ]


def test_a_discount_has_the_rate_of_what_was_supplied() -> None:
    """16 % of 2020, paid in January 2021 when it held no longer (§ 17 Abs. 1 UStG DE)."""
    held = date(2020, 12, 15)
    shares = (
        TaxShare("VST16", Decimal(1160), supplied=held),
        TaxShare(None, Decimal(100), supplied=held),
    )
    wanted = clearing(
        settled(OWED, "25.20"), discounts=(Discount(OWED.open_item_id, Decimal("25.20")),)
    )
    booking = booking_of(wanted, ITEMS, {OWED.open_item_id: shares}, Chart.DE_SKR04)

    assert [(x.tax_code, x.amount, x.supply_date) for x in booking.lines[1:]] == [
        ("VST16", Decimal("23.20"), held),
        (None, Decimal("2.00"), None),
    ]


@pytest.mark.parametrize(
    ("chart", "number", "account"),
    [
        (Chart.AT_EKR, "5000", "5800"),
        (Chart.AT_EKR, "5700", "5810"),
        (Chart.AT_EKR, "5710", "5810"),
        (Chart.AT_EKR, "6303", "7880"),
        (Chart.AT_EKR, "0620", "0620"),
        (Chart.AT_EKR, "0700", "0700"),
        (Chart.DE_SKR04, "0440", "0440"),
        (Chart.DE_SKR04, "5900", "5736"),
        (Chart.DE_SKR03, "0400", "0400"),
    ],
)
def test_a_discount_goes_where_the_cost_went(chart: Chart, number: str, account: str) -> None:
    """Goods, services and other costs in Austria; what was acquired costs less (§ 255 HGB)."""
    code = "VST20" if chart is Chart.AT_EKR else "VST19"
    cost, asset = cost_of(_account(chart, number))
    wanted = clearing(settled(OWED, "20"), discounts=(Discount(OWED.open_item_id, Decimal(20)),))

    share = TaxShare(code, Decimal(600), cost, asset)

    assert rows(wanted, chart, shares=(share,)) == [f"3300/{account} 20"]


@pytest.mark.parametrize(
    ("code", "account"),
    [("VST19", "3736"), ("VST7", "3731"), ("VST-IGE19", "3748"), ("VST-13B19", "3151")],
)
def test_each_code_has_its_account_in_germany(code: str, account: str) -> None:
    """The accounts of the chart that carry the code."""
    wanted = clearing(settled(OWED, "20"), discounts=(Discount(OWED.open_item_id, Decimal(20)),))
    assert rows(wanted, Chart.DE_SKR03, shares=(TaxShare(code, Decimal(600)),)) == [
        f"3300/{account} 20"
    ]


@pytest.mark.parametrize(
    ("chart", "code", "account"),
    [
        (Chart.AT_EKR, "UST20", "4400"),
        (Chart.AT_EKR, "UST10", "4410"),
        (Chart.DE_SKR03, "UST19", "8736"),
        (Chart.DE_SKR04, "UST7", "4731"),
        (Chart.DE_SKR04, "UST0-13B", "4741"),
        (Chart.DE_SKR04, "UST0-IGL", "4743"),
    ],
)
def test_a_discount_that_a_customer_takes_is_mirrored(
    chart: Chart, code: str, account: str
) -> None:
    """It lowers revenue and output tax: a debit, at the code of the invoice."""
    claim = replace(OWED, ledger=SubLedger.RECEIVABLE, side=Side.DEBIT, account="2000")
    wanted = clearing(settled(claim, "20"), discounts=(Discount(claim.open_item_id, Decimal(20)),))
    shares = {claim.open_item_id: (TaxShare(code, Decimal(600)),)}

    booking = booking_of(wanted, {claim.open_item_id: claim}, shares, chart)

    assert [(line.account, line.side.value, line.tax_code) for line in booking.lines] == [
        ("2000", "C", None),
        (account, "D", code),
    ]


def test_a_credit_note_of_ours_is_set_off_with_a_discount() -> None:
    """600.00 against 590.00 with 10.00 of discount; no row has one account on both sides."""
    claim = replace(OWED, ledger=SubLedger.RECEIVABLE, side=Side.DEBIT, account="2000")
    credit = replace(CREDIT, ledger=SubLedger.RECEIVABLE, side=Side.CREDIT, account="2000")
    wanted = clearing(
        settled(claim, "600"),
        settled(credit, "590"),
        discounts=(Discount(claim.open_item_id, Decimal(10)),),
    )
    items = {each.open_item_id: each for each in (claim, credit)}
    shares = {claim.open_item_id: (TaxShare("UST20", Decimal(600)),)}

    paired = pair([x.plain for x in booking_of(wanted, items, shares, Chart.AT_EKR).lines])

    assert [f"{x.debit.account}/{x.credit.account} {x.amount.normalize():f}" for x in paired] == [
        "3790/2000 590",
        "4400/2000 10",
        "2000/3790 590",
    ]


def test_a_set_off_with_a_discount_and_a_difference_adds_up() -> None:
    """600.00 against 590.00, 9.00 of discount and 1.00 that is let go."""
    wanted = clearing(
        settled(OWED, "600"),
        settled(CREDIT, "590"),
        discounts=(Discount(OWED.open_item_id, Decimal(9)),),
        adjustments=(Line("4900", Side.CREDIT, Decimal(1)),),
    )
    assert rows(wanted, shares=(TaxShare("VST20", Decimal(600)),)) == [
        "3300/3790 590",
        "3300/7880 9",
        "3300/4900 1",
        "3790/3300 590",
    ]


def test_what_does_not_belong_together_is_refused() -> None:
    """Another partner or currency, sides that differ, a discount of nothing or of too much."""
    other = replace(CREDIT, partner_id=UUID(int=2))
    dollars = replace(CREDIT, currency="USD")
    for stranger in (other, dollars):
        with pytest.raises(ClearingMismatch):
            booking_of(
                clearing(settled(OWED, "1"), settled(stranger, "1")),
                {**ITEMS, stranger.open_item_id: stranger},
                {},
                Chart.AT_EKR,
            )
    with pytest.raises(ClearingMismatch) as refused:
        rows(clearing(settled(OWED, "120"), settled(CREDIT, "119.99")))
    assert refused.value.context["difference"] == "0.01"
    for discount in (
        Discount(CREDIT.open_item_id, Decimal(1)),
        Discount(OWED.open_item_id, Decimal(121)),
    ):
        with pytest.raises(ClearingMismatch):
            rows(clearing(settled(OWED, "120"), settled(CREDIT, "120"), discounts=(discount,)))
    with pytest.raises(InvalidInput):
        rows(clearing(settled(OWED, "1"), settled(OWED, "1")))
    with pytest.raises(DiscountTaxUnknown):
        rows(clearing(settled(OWED, "9"), discounts=(Discount(OWED.open_item_id, Decimal(9)),)))


@pytest.mark.parametrize("chart", list(Chart))
def test_the_accounts_are_in_the_chart_and_have_no_items(chart: Chart) -> None:
    """What goes over the account between opens nothing there."""
    known = {account.number: account for account in accounts(chart)}
    wanted = clearing(settled(OWED, "120"), settled(CREDIT, "120"))
    booking = booking_of(wanted, ITEMS, {}, chart)
    between = booking.lines[1].account
    assert known[between].active
    assert not known[between].is_open_item


@pytest.mark.parametrize(("day", "is_refused"), [(8, True), (9, False), (10, False)])
def test_nothing_is_cleared_before_the_latest_of_its_items(day: int, *, is_refused: bool) -> None:
    """A receivable of a balance sheet day does not vanish by an invoice that comes after it."""
    later = replace(CREDIT, booking_date=date(2026, 3, 9))
    known = {each.open_item_id: each for each in (OWED, later)}
    wanted = clearing(settled(OWED, "600"), settled(later, "600"), booking_date=date(2026, 3, day))

    if not is_refused:
        assert booking_of(wanted, known, {}, Chart.AT_EKR).booking_date == date(2026, 3, day)
        return
    with pytest.raises(InvalidInput) as refused:
        booking_of(wanted, known, {}, Chart.AT_EKR)
    assert [(each.pointer, "2026-03-09" in each.detail) for each in refused.value.fields] == [
        ("/booking_date", True)
    ]


def test_no_discount_is_taken_before_its_invoice() -> None:
    """Nor is anything else that closes an item alone."""
    wanted = clearing(
        settled(OWED, "12"),
        discounts=(Discount(OWED.open_item_id, Decimal(12)),),
        booking_date=date(2026, 3, 1),
    )
    with pytest.raises(InvalidInput):
        booking_of(wanted, ITEMS, {}, Chart.AT_EKR)
