"""What stands in one DATEV record."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.ledger.booking import Line
from domain.ledger.chart import Chart
from domain.ledger.intent import Side
from domain.reports.datev_numbers import Partner
from domain.reports.datev_record import SWITCH_OFF
from tests.datev_intents import VENDOR, booked, bought, exported, only, recorded, rules


def test_an_automatic_account_without_code_is_switched_off() -> None:
    """Else the adviser's program would compute a tax that was never booked."""
    lines = [Line("1800", Side.DEBIT, Decimal(100)), Line("4400", Side.CREDIT, Decimal(100))]
    record = only(exported(booked(lines, Chart.DE_SKR04), Chart.DE_SKR04))
    assert record.tax_key == SWITCH_OFF


@pytest.mark.parametrize(
    ("vat_id", "written"),
    [("CHE123456788", ""), ("DE136695976", ""), ("atu-13585627", "ATU13585627")],
)
def test_only_vat_ids_of_other_member_states_are_named(vat_id: str, written: str) -> None:
    """Statements of the Union know no others."""
    known = rules(Chart.DE_SKR04)
    numbers = replace(known.numbers, partners={VENDOR: Partner(70_001, "3300", vat_id)})
    record = only(list(recorded(bought("VST-13B19"), replace(known, numbers=numbers))))
    assert record.vat_id == written


def test_a_reversal_keeps_the_side_and_bears_the_flag() -> None:
    """Generalumkehr: what was debit stays debit, and counts negative."""
    lines = [Line("2800", Side.DEBIT, Decimal(10)), Line("6815", Side.CREDIT, Decimal(10))]
    record = only(exported(booked(lines, Chart.AT_EKR, is_reversal=True), Chart.AT_EKR))
    assert (record.account, record.is_debit) == ("2800", False)
    assert record.tail.count('"1"') == 2  # the journal id, and the flag


@pytest.mark.parametrize("chart", [Chart.AT_EKR, Chart.DE_SKR04])
def test_a_foreign_amount_stands_beside_the_base_amount(chart: Chart) -> None:
    """Folded, it is the sum of its rows."""
    code = {Chart.AT_EKR: "VST20", Chart.DE_SKR04: "VST19"}[chart]
    lines = [
        Line("6815", Side.DEBIT, Decimal("11.90"), code),
        Line("3300", Side.CREDIT, Decimal("11.90")),
    ]
    found = exported(booked(lines, chart, currency="USD"), chart)
    assert sum(r.foreign.amount for r in found if r.foreign) == Decimal("23.80")
    assert {r.foreign.currency for r in found if r.foreign} == {"USD"}
