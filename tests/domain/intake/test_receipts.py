"""Receipts of restaurants: two rates, shares without their tax, tips; down to entries and boxes."""

from datetime import date
from decimal import Decimal

import pytest

from domain.intake import from_pages
from domain.intake.extraction import normalized
from domain.intake.tax_facts import TaxTenant
from domain.ledger.chart import Chart
from domain.reading.finding import Severity
from domain.reading.origin import OwnParty
from tests.layouts import typed
from tests.vat_boxes import advice_of, boxes, entry, posted

DAY = date(2026, 11, 12)
AT = TaxTenant(country="AT")
RECEIPT = """
Gasthaus Huber
Hauptplatz 1, 4020 Linz
UID: ATU13585627

Rechnung Nr. 4711           Datum: 12.11.2026

2 Tagesmenü                             24,00
1 Bier                                   5,00
1 Mineralwasser                          3,40
{tip}
Summe EUR                               {sum}
{rates}
Danke
"""
RATES = {
    "with their shares": "10 % USt Brutto 24,00\n20 % USt Brutto 8,40",
    "included": "inkl. 10 % MwSt aus 24,00\ninkl. 20 % MwSt aus 8,40",
    "with letters": "A 10 %   24,00\nB 20 %    8,40",
    "in a table": "USt-Satz      Brutto\n10 %          24,00\n20 %           8,40",
    "with net and tax": "10,00 % Netto 21,82 MwSt 2,18\n20,00 % Netto 7,00 MwSt 1,40",
}


@pytest.mark.parametrize("rates", RATES.values(), ids=RATES)
@pytest.mark.parametrize("tip", ["", "3.00"], ids=["", "and a tip"])
def test_two_rates_and_a_tip(rates: str, tip: str) -> None:
    """Food 24.00 at 10 %, drinks 8.40 at 20 %: 3.58 of input tax; the tip is cost and no base."""
    extra = Decimal(tip or "0")
    total = Decimal("32.40") + extra
    row = f"Trinkgeld                                {tip.replace('.', ',')}" if tip else ""
    page = RECEIPT.format(rates=rates, tip=row, sum=f"{total}".replace(".", ","))
    found = from_pages.extraction_of(typed(page), OwnParty("Bauer AG"))
    one = normalized(found)
    advice = advice_of(found, AT, Chart.AT_EKR)
    postings = posted(advice.filled(one), Chart.AT_EKR, "6705")

    assert (one.total_net, one.total_tax, one.total_gross) == (
        Decimal("28.82") + extra,
        Decimal("3.58"),
        total,
    )
    assert one.adds_up
    assert not [each for each in advice.findings if each.severity is Severity.BLOCKING]
    assert entry(postings) == {
        "6705": Decimal("28.82") + extra,
        "2500": Decimal("3.58"),
        "3300": -total,
    }
    assert boxes(postings, Chart.AT_EKR, DAY) == {"060": Decimal("3.58")}


@pytest.mark.parametrize("paid", ["EC-Karte   35,40", "Zahlung Visa  35,40", "Bar   35,40"])
@pytest.mark.parametrize("rates", RATES.values(), ids=RATES)
def test_a_tip_between_the_sum_and_what_was_paid(rates: str, paid: str) -> None:
    """The sum of the bill is taxed, the tip is not, and both were paid: a tip is no tax."""
    page = RECEIPT.format(rates=f"Trinkgeld   3,00\n{paid}\n{rates}", tip="", sum="32,40")
    one = normalized(from_pages.extraction_of(typed(page), OwnParty("Bauer AG")))

    assert (one.total_net, one.total_tax, one.total_gross) == (
        Decimal("31.82"), Decimal("3.58"), Decimal("35.40"),
    )  # fmt: skip
    assert one.adds_up


def test_the_rate_of_basic_food_is_one() -> None:
    """4.9 % since July 2026 (§ 10 Abs. 1a UStG)."""
    page = RECEIPT.format(rates="4,9 % USt Brutto 24,00\n20 % USt Brutto 8,40", tip="", sum="32,40")
    found = from_pages.extraction_of(typed(page), OwnParty())

    assert {str(each.rate): str(each.amount) for each in found.taxes} == {
        "0.049": "1.12", "0.2": "1.40",
    }  # fmt: skip


def test_shares_that_miss_the_total_say_nothing() -> None:
    """Nothing is guessed, nor on a sum that is no small receipt (§ 11 Abs. 6 UStG)."""
    wrong = RECEIPT.format(rates=RATES["with letters"].replace("8,40", "8,00"), tip="", sum="32,40")
    large = "Rechnung 7\nSumme EUR   840,00\n10 %   600,00\n20 %   240,00"

    for page in (wrong, large):
        found = from_pages.extraction_of(typed(page), OwnParty())
        assert not normalized(found).adds_up


@pytest.mark.parametrize("rates", ["10 % Rabatt 24,00\n20 % USt 8,40"])
def test_a_discount_is_no_share(rates: str) -> None:
    """A percentage beside an amount may mean something else."""
    page = RECEIPT.format(rates=rates, tip="", sum="32,40")

    assert from_pages.extraction_of(typed(page), OwnParty()).total_tax != Decimal("3.58")


_SLIP = """
Gasthaus Huber
Hauptplatz 1, 4020 Linz
UID: ATU13585627

Rechnung Nr. 4711           Datum: 12.11.2026

{rows}
Summe EUR                               {sum}
inkl. MwSt
"""


@pytest.mark.parametrize(
    ("rows", "total", "tax"),
    [
        ("Menü 10 %   24,00\nWein 13 %   8,00", "32,00", None),
        ("Tagesmenü 10 %   24,00\nMärzenbier 4,9 %   8,00", "32,00", None),
        ("Wein 13 %   24,00\nTrinkgeld   3,00", "27,00", None),
        ("Tagesmenü 10 %   24,00\nBier 20 %   8,00", "32,00", "3.51"),
        ("Brot 10 %   24,00\nWein 13 % USt   8,00", "32,00", "3.10"),
        ("Blumen 13 %   24,00\nWein 20 %   8,00", "32,00", "4.09"),
        ("Band Vol. 3   10 %   24,00\nTinte 20 %   8,00", "32,00", "3.51"),
        ("Veltliner 13 % vol   13 %   24,00\nGlas 20 %   8,00", "32,00", "4.09"),
        ("Rotwein Alk. 13 %   20 %   24,00\nBrot 10 %   8,00", "32,00", "4.73"),
        ("Veltliner 13 % vol   24,00\nGlas 20 %   8,00", "32,00", None),
        ("Speisen 10 %   24,00\nAlkohol 20 %   8,00", "32,00", "3.51"),
        ("Speisen 10 %   24,00\nGetränke Alk. 20 %   8,00", "32,00", "3.51"),
        ("Band 10 % Vol. 3 Kommentar   24,00\nTinte 20 %   8,00", "32,00", "3.51"),
    ],
)
def test_how_strong_a_drink_is_is_no_rate(rows: str, total: str, tax: str | None) -> None:
    """Drinks have the regular rate; another percentage is a tax only where it is called so."""
    found = from_pages.extraction_of(typed(_SLIP.format(rows=rows, sum=total)), OwnParty())

    assert found.total_tax == (None if tax is None else Decimal(tax))


@pytest.mark.parametrize("rates", RATES.values(), ids=RATES)
@pytest.mark.parametrize("total", ["32,40", "35,40"])
@pytest.mark.parametrize("is_below", [True, False])
def test_a_tip_beside_the_total_is_told(rates: str, total: str, *, is_below: bool) -> None:
    """It was paid, and is not in what the receipt comes to; one that is in it is not told."""
    tip = "Trinkgeld                                 3,00\n"
    page = RECEIPT.format(
        rates=(tip if is_below else "") + rates, tip="" if is_below else tip, sum=total
    )
    found = from_pages.extraction_of(typed(page), OwnParty("Bauer AG"))

    told = [each.message for each in found.findings if each.code == "TIP_BESIDE_TOTAL"]
    is_beside = found.total_gross == Decimal("32.40")
    beside = ["A tip of 3.00 stands beside the total; with it 35.40."]
    assert told == (beside if is_beside else [])
    assert str(found.total_gross) == total.replace(",", ".")
