"""Lines of a page with their rates."""

from decimal import Decimal

from domain.intake.from_pages import extraction_of
from domain.reading.layout import Source
from domain.reading.origin import OwnParty
from tests.layouts import typed

HEAD = """
Café Muster GmbH, Gasse 1, 1010 Wien
UID-Nr.: ATU13585627
Rechnung
Rechnungsnummer: 2026-17        Rechnungsdatum   03.02.2026

"""
TAXES = """
MwSt        Netto     Steuer     Brutto
20 %        29,03      5,81       34,84
10 %        19,45      1,95       21,40
Gesamtbetrag EUR                  56,24
"""


def rates_and_totals(table: str, taxes: str = TAXES) -> list[tuple[Decimal | None, Decimal | None]]:
    """Rate and total of every line of a page that was read."""
    found = extraction_of(typed(HEAD + table.strip() + taxes), OwnParty()).line_items
    assert all(line.origins["line_total"].source is not Source.RULE for line in found)
    return [(line.tax_rate, line.line_total) for line in found]


def test_rows_without_a_rate_have_the_one_that_the_sums_leave_them() -> None:
    """Only one way to share them out comes to what each rate has."""
    table = """
Beschreibung                  Gesamtpreis
Melange                             13,74
Mineralwasser                       21,10
Bio-Milch                            9,40
Tagesmenü                           12,00
"""
    assert rates_and_totals(table) == [
        (Decimal("0.2"), Decimal("13.74")),
        (Decimal("0.2"), Decimal("21.10")),
        (Decimal("0.1"), Decimal("9.40")),
        (Decimal("0.1"), Decimal("12.00")),
    ]


def test_rows_that_may_be_of_either_rate_are_not_shown() -> None:
    """Two ways come to the same: nobody knows, and nobody guesses."""
    table = """
Beschreibung                  Gesamtpreis
Melange                             13,44
Mineralwasser                       21,40
Bio-Milch                           21,40
"""
    found = extraction_of(typed(HEAD + table.strip() + TAXES), OwnParty()).line_items

    assert {line.origins["line_total"].source for line in found} == {Source.RULE}


def test_a_discount_on_two_rates_is_shared_out_among_them() -> None:
    """As what each rate has leaves it."""
    table = """
Beschreibung             Menge     Preis    MwSt     Gesamtpreis
Melange                      2     15,00    20 %           30,00
Bio-Milch                    1     20,00    10 %           20,00
Zwischensumme                                              50,00
abzgl. Rabatt                                              -5,00
"""
    taxes = """
MwSt        Netto     Steuer     Brutto
20 %        27,00      5,40       32,40
10 %        18,00      1,80       19,80
Summe netto                       45,00
Gesamtbetrag EUR                  52,20
"""
    assert rates_and_totals(table, taxes) == [
        (Decimal("0.2"), Decimal("36.00")),
        (Decimal("0.1"), Decimal("22.00")),
        (Decimal("0.2"), Decimal("-3.60")),
        (Decimal("0.1"), Decimal("-2.20")),
    ]
