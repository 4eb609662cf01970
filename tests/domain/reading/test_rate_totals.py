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


_HOTEL = """
Hotel Leuchtturm GmbH
Kai 2, 18055 Rostock
USt-IdNr.: DE136695976
Rechnung Nr. HL-88
Rechnungsdatum: 09.10.2026

Leistung                        Menge     MwSt      Betrag
\u00dcbernachtung                        2      7 %      214,00
Fr\u00fchst\u00fcck                           2     19 %       47,60
Kurtaxe                             2      0 %       10,00

{whole}
Netto  7 %    200,00     MwSt   14,00     Brutto   214,00
Netto 19 %     40,00     MwSt    7,60     Brutto    47,60
"""


def test_what_no_rate_takes_is_of_the_total() -> None:
    """The bill of a hotel with a visitor's tax: it was read as the lodging alone."""
    text = _HOTEL.format(whole="Rechnungsbetrag                                   271,60 EUR")
    found = from_pages.extraction_of(typed(text), OwnParty())

    assert (found.total_net, found.total_tax, found.total_gross) == (
        Decimal("250.00"), Decimal("21.60"), Decimal("271.60"),
    )  # fmt: skip
    assert [(share.rate, share.basis) for share in found.taxes] == [
        (Decimal("0.07"), Decimal("200.00")),
        (Decimal("0.19"), Decimal("40.00")),
        (Decimal("0.00"), Decimal("10.00")),
    ]


def test_one_of_several_rates_is_not_surely_the_whole() -> None:
    """Where rates come to nothing that is stated, the total of one of them wants a look."""
    found = from_pages.extraction_of(typed(_HOTEL.format(whole="")), OwnParty())

    assert found.total_gross == Decimal("214.00")
    assert found.origins["total_gross"].confidence <= Decimal("0.5")
