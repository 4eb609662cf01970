"""The VAT return of books that were kept by hand."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.dates import month_range
from domain.ledger.booking import Line
from domain.ledger.chart import Chart
from domain.ledger.intent import Side
from domain.tax.code import system_codes
from domain.views import vat_return
from tests.books import Books, gross_of, paid
from tests.builders import another_tenant
from tests.servers import Database

EXAMPLES = json.loads((Path(__file__).parents[2] / "data" / "vat_examples.json").read_text("utf-8"))
ACCOUNTS = {
    Chart.AT_EKR: ("4000", "6815", "2800", "3530", "2515"),
    Chart.DE_SKR03: ("8200", "4930", "1200", "1790", "1588"),
}


def lines_of(chart: Chart, example: list[str]) -> tuple[Line, ...]:
    """Lines of one row of an example."""
    revenue, cost, bank, office, import_vat = ACCOUNTS[chart]
    name, base, tax = example
    code = next(each for each in system_codes(chart) if each.code == name)
    if code.rate is None:
        return (
            Line(import_vat, Side.DEBIT, Decimal(tax), name),
            Line(office, Side.CREDIT, Decimal(tax)),
        )
    is_output = code.direction == "output"
    account, side = (revenue, Side.CREDIT) if is_output else (cost, Side.DEBIT)
    return paid(account, side, gross_of(code, base, tax), name, bank)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one["chart"])
def test_each_box_is_what_was_computed_by_hand(database: Database, example: Any) -> None:
    """Every other box is empty, and the VAT accounts agree."""
    chart = Chart(example["chart"])
    books = Books(database, another_tenant(database, chart))
    month = month_range(example["period"])
    for row in example["lines"]:
        books.book(month.first, *lines_of(chart, row))

    found = books.read(vat_return.of_range, month.first, month.last)

    boxes = {b.box.number: b.amount for b in found.boxes if b.amount}
    result = boxes.pop(example["result_box"])
    assert boxes == {number: Decimal(amount) for number, amount in example["boxes"].items()}
    assert result == found.result == Decimal(example["result"])
    assert found.rounding == Decimal(example.get("rounding_difference", "0.00"))
    assert found.is_reconciled
    assert found.zm == {kind: Decimal(amount) for kind, amount in example["zm"].items()}
    if chart is Chart.AT_EKR:
        assert boxes["000"] + boxes["001"] - boxes["021"] - boxes["011"] - boxes["017"] == (
            boxes["022"] + boxes["029"] + boxes["124"]
        )
