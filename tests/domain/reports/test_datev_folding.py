"""Tax folded into the gross amount with its key, wherever it is the same to the cent."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.formats.datev_extf import Foreign
from domain.ledger.booking import Line
from domain.ledger.chart import Chart
from domain.ledger.intent import Side
from tests.datev_intents import VENDOR, booked, bought, exported, only, recorded, rules


def test_german_input_tax_is_folded_into_the_gross_with_its_key() -> None:
    """One record, key 9, and the vendor's own account."""
    record = only(exported(bought("VST19"), Chart.DE_SKR04))
    assert (record.amount, record.tax_key) == (Decimal("238.00"), "9")
    assert (record.account, record.contra_account, record.is_debit) == ("6815", "70001", True)


def test_an_automatic_account_gets_no_key() -> None:
    """4400 computes its tax by itself; a customer that nobody named has an account, too."""
    lines = [
        Line("1200", Side.DEBIT, Decimal("1190.00")),
        Line("4400", Side.CREDIT, Decimal("1190.00"), "UST19"),
    ]
    record = only(exported(booked(lines, Chart.DE_SKR04), Chart.DE_SKR04))
    assert (record.amount, record.tax_key, record.is_debit) == (Decimal("1190.00"), "", False)
    assert (record.account, record.contra_account) == ("4400", "69999")


@pytest.mark.parametrize(("code", "key"), [("VST-13B19", "94"), ("VST-13B19-ND", "95")])
def test_reverse_charge_is_net_with_one_key(code: str, key: str) -> None:
    """Both tax rows are folded away, deductible or not; the vendor abroad is named."""
    record = only(exported(bought(code), Chart.DE_SKR04))
    assert (record.amount, record.tax_key) == (Decimal("238.00"), key)
    assert record.vat_id == "IE6388047V"


def test_a_code_without_key_keeps_its_rows() -> None:
    """Triangular trade has no key: its tax stands on the tax accounts."""
    found = exported(bought("VST19-DREIECK"), Chart.DE_SKR04)
    assert {record.tax_key for record in found} == {""}


def test_tax_across_several_contra_accounts_is_folded_where_it_rounds_alike() -> None:
    """A receipt paid half in cash and half by card: two records with the key."""
    lines = [
        Line("6815", Side.DEBIT, Decimal("238.00"), "VST19"),
        Line("1600", Side.CREDIT, Decimal("119.00")),
        Line("1800", Side.CREDIT, Decimal("119.00")),
    ]
    found = exported(booked(lines, Chart.DE_SKR04), Chart.DE_SKR04)
    assert [(r.contra_account, r.amount, r.tax_key) for r in found] == [
        ("1600", Decimal("119.00"), "9"),
        ("1800", Decimal("119.00"), "9"),
    ]


def test_foreign_amounts_of_an_intent_put_together_anew_add_up() -> None:
    """Each record has its share; the last takes the rest."""
    lines = [
        Line("6815", Side.DEBIT, Decimal("238.00"), "VST19"),
        Line("1600", Side.CREDIT, Decimal("119.00")),
        Line("1800", Side.CREDIT, Decimal("119.00")),
    ]
    found = exported(booked(lines, Chart.DE_SKR04, currency="USD"), Chart.DE_SKR04)
    shares = [r.foreign for r in found]
    assert shares == [Foreign("USD", Decimal("238.00"), Decimal("1.1"))] * 2


def test_a_changed_rate_of_a_code_is_not_computed_over_old_bookings() -> None:
    """The rows stay as they were booked."""
    known = rules(Chart.DE_SKR04)
    changed = replace(known.tax_codes["VST19"], rate=Decimal(20))
    other = replace(known, tax_codes={**known.tax_codes, "VST19": changed})
    found = recorded(bought("VST19"), other)
    assert {record.tax_key for record in found} == {""}


@pytest.mark.parametrize("chart", [Chart.DE_SKR03, Chart.DE_SKR04])
def test_a_final_invoice_keeps_its_keys(chart: Chart) -> None:
    """11,900.00 less 4,760.00 prepaid: two records, each with one key, none against itself."""
    prepaid, owing, sold = {
        Chart.DE_SKR03: ("1718", "1400", "8400"),
        Chart.DE_SKR04: ("3272", "1200", "4400"),
    }[chart]
    lines = [
        Line(prepaid, Side.DEBIT, Decimal(4760), "UST19"),
        Line(owing, Side.DEBIT, Decimal(7140), partner_id=VENDOR),
        Line(sold, Side.CREDIT, Decimal(11900), "UST19"),
    ]
    found = exported(booked(lines, chart), chart)

    assert [(each.amount, each.tax_key) for each in found] == [
        (Decimal(4760), ""), (Decimal(11900), "")
    ]  # fmt: skip
    assert all(each.account != each.contra_account for each in found)
    assert {each.account for each in found} == {prepaid, sold}


def test_advances_are_set_off_with_their_key() -> None:
    """Costs and what was advanced bear the same code, on both sides of the vendor."""
    lines = [
        Line("5400", Side.DEBIT, Decimal(11900), "VST19"),
        Line("1180", Side.CREDIT, Decimal(8925), "VST19"),
        Line("3300", Side.CREDIT, Decimal(2975), partner_id=VENDOR),
    ]
    found = exported(booked(lines, Chart.DE_SKR04), Chart.DE_SKR04)

    assert [(each.account, each.amount, each.tax_key) for each in found] == [
        ("5400", Decimal(11900), ""), ("1180", Decimal(8925), "9")
    ]  # fmt: skip
    assert {each.contra_account for each in found} == {"70001"}
