"""Customs assessments on pages."""

from decimal import Decimal

import pytest

from domain.reading.customs import ChargeKind, assessment_in
from tests.layouts import typed

VIENNA = """
Zollamt Österreich                                   Brehmstraße 14, 1110 Wien

Bauer AG
Ring 5
4020 Linz

Zollbescheid                                         Datum: 12.11.2026
MRN: 26AT100000IVA4B7C2

Abgabe                         Bemessungsgrundlage      Satz       Betrag EUR
A00 Zoll                                  3.000,00      3,00 %          90,00
B00 Einfuhrumsatzsteuer                   3.090,00     20,00 %         618,00
Summe der Abgaben                                                      708,00

Die Einfuhrumsatzsteuer wird auf dem Abgabenkonto verbucht.
"""
COLOGNE = """
Hauptzollamt Köln                                    ATLAS

Bauer AG
Ring 5
50667 Köln

Einfuhrabgabenbescheid                               Datum: 12.11.2026
Registrierkennzeichen: AT/C/40/000123/11/2026/4851
MRN 26DE485100A1B2C3R4

Abgabenart                                  Basis      Satz       Betrag EUR
Zoll (A00)                               3.000,00    3,00 %            90,00
Einfuhrumsatzsteuer (B00)                3.090,00   19,00 %           587,10
Gesamtbetrag                                                          677,10
"""


def test_duty_and_import_vat_as_assessed() -> None:
    """The amounts behind base and rate; where the tax goes; the number of the declaration."""
    found = assessment_in(typed(VIENNA))

    assert found is not None
    assert [(each.kind, each.amount) for each in found.charges] == [
        (ChargeKind.DUTY, Decimal("90.00")),
        (ChargeKind.IMPORT_VAT, Decimal("618.00")),
    ]
    assert found.office.text == "Zollamt Österreich"
    assert found.number is not None
    assert found.number.text == "26AT100000IVA4B7C2"
    assert (found.total, found.sum) == (Decimal("708.00"), Decimal("708.00"))
    assert (found.country, found.on_tax_account) == ("AT", True)


def test_the_german_paper() -> None:
    """Nothing is on a tax account there."""
    found = assessment_in(typed(COLOGNE))

    assert found is not None
    assert found.office.text == "Hauptzollamt Köln"
    assert [each.amount for each in found.charges] == [Decimal("90.00"), Decimal("587.10")]
    assert (found.country, found.on_tax_account) == ("DE", False)


def test_a_summary_is_not_counted_twice() -> None:
    """Each position has its own rows, and the paper sums them up once more."""
    rows = """
B00 Einfuhrumsatzsteuer                   1.000,00     20,00 %         200,00
B00 Einfuhrumsatzsteuer                   1.000,00     20,00 %         200,00
Summe Einfuhrumsatzsteuer                                              400,00
Abgaben gesamt                                                         490,00
"""
    head, _, rest = VIENNA.partition("B00 Einf")
    found = assessment_in(typed(head + rows.strip("\n") + rest.partition("708,00")[2]))

    assert found is not None
    assert [each.amount for each in found.charges] == [
        Decimal("90.00"),
        Decimal("200.00"),
        Decimal("200.00"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        VIENNA.replace("Zollbescheid  ", "Rechnung Nr. 7"),
        VIENNA.replace("Zollbescheid ", "Rechnung 7\n\nlaut Zollbescheid"),
        VIENNA.replace("Zollamt Österreich", "Spedition Huber"),
        VIENNA.replace("Zollbescheid", "Lieferschein"),
    ],
)
def test_what_only_speaks_of_an_assessment_is_none(text: str) -> None:
    """A forwarder's invoice, a paper without an office."""
    assert assessment_in(typed(text)) is None
