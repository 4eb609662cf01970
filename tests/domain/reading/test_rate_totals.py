"""Tills that print totals for each rate: the bill is all of them."""

from decimal import Decimal

import pytest

from domain.intake import from_pages
from domain.payables.terms import PaymentMethod
from domain.reading.origin import OwnParty
from tests.layouts import typed

_BILL = """
Gasthof Sonnblick
Talstra\u00dfe 8, 5600 St. Johann
ATU47110816
RECHNUNG Nr. 2026-4711
14.11.2026 13:05
2x Gulasch          37,80 B
1x Salat             5,40 B
2x Mineralwasser     8,40 A
1x Bier              5,20 A
SUMME EUR           {whole}
A 20% Netto 11,33 USt 2,27 Brutto 13,60
B 10% Netto 39,27 USt 3,93 Brutto 43,20
{paid}
"""


@pytest.mark.parametrize(
    "paid", ["Bankomat   56,80", "Gezahlt EC-Karte   56,80", "VISA   56,80", "girocard bezahlt"]
)
def test_a_bill_of_two_rates_comes_to_both(paid: str) -> None:
    """Both rates with their taxes, and paid by card."""
    text = _BILL.format(whole="56,80", paid=paid)
    found = from_pages.extraction_of(typed(text), OwnParty())

    assert (found.total_net, found.total_tax, found.total_gross) == (
        Decimal("50.60"), Decimal("6.20"), Decimal("56.80"),
    )  # fmt: skip
    assert [(share.rate, share.amount) for share in found.taxes] == [
        (Decimal("0.2"), Decimal("2.27")), (Decimal("0.1"), Decimal("3.93")),
    ]  # fmt: skip
    assert found.payment_method is PaymentMethod.CARD


def test_no_total_is_made_that_the_page_does_not_state() -> None:
    """Two rates whose sum stands nowhere may be of two bills."""
    text = _BILL.format(whole="99,90", paid="Bankomat   99,90")
    found = from_pages.extraction_of(typed(text), OwnParty())

    assert found.total_gross != Decimal("56.80")
