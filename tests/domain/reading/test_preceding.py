"""Earlier invoices that pages name."""

from datetime import date

import pytest

from domain.reading.preceding import Preceding, Relation, own_numbers_on, preceding_on
from tests.layouts import typed


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Rechnungskorrektur zu Rechnung Nr. RE-77", "RE-77"),
        ("Korrektur zu RE-77", "RE-77"),
        ("Berichtigte Rechnung zur Rechnung Nr.: 2026/0815", "2026/0815"),
        ("Diese Rechnung ersetzt die Rechnung 4711.", "4711"),
        ("Sie ersetzt unsere Rechnung Nr. 7", "7"),
        ("storniert und ersetzt Rechnung RE-9 vom 01.10.2026", "RE-9"),
        ("This invoice replaces invoice no. INV-12", "INV-12"),
        ("Corrected invoice for invoice INV-12", "INV-12"),
        ("Korrekturrechnung", None),
        ("Diese Rechnung ersetzt Nr. 5", "5"),
        ("Rechnung Nr. R-1 ersetzt 2026-17", "2026-17"),
        ("Ersetzt 2026-17", "2026-17"),
        ("remplace la facture 2026-17", "2026-17"),
    ],
)
def test_words_of_a_correction_name_what_it_corrects(text: str, number: str | None) -> None:
    """Its number, else that there is one."""
    (found,) = preceding_on(typed(text), "R-1", gives_back=False)

    assert found.number == number
    assert (found.relation is Relation.CORRECTS) == ("storniert" not in text)


@pytest.mark.parametrize(
    "text",
    [
        "Rechnung Nr. RE-77",
        "Gutschrift Nr. GS-1",
        "Ersatzteile 4711",
        "Korrektur der Mengen 100 Stk",
        "Korrektur zu 400,00 EUR",
        "Rechnungskorrektur zu R-1",
        "Filter ersetzt Nr. 5",
        "Pumpe ersetzt Nr. 4711",
        "Dichtung ersetzt die 5512",
        "Ersatz f\u00fcr 4711-22",
        "Ventil korrigiert Nr. 12",
        "Filter replaces no. 5",
        "Cartridge replaces 305XL-2",
        "Replacement for 4711",
        "Sensor sostituisce nr 12345",
        "Cartouche remplace no 305",
    ],
)
def test_other_numbers_are_none(text: str) -> None:
    """Its own, a sum, or a number of goods."""
    found = preceding_on(typed(text), "R-1", gives_back=False)
    assert not [each for each in found if each.number]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("zu Rechnung RE-2026-700", "RE-2026-700"),
        ("Storno zu RE-2026-650", "RE-2026-650"),
        ("Diese Rechnung storniert RE-2026-650 vom 02.10.2026 vollständig.", "RE-2026-650"),
        ("Rechnungskorrektur zu RE-2026-650", "RE-2026-650"),
    ],
)
def test_a_credit_takes_back_what_it_names(text: str, number: str) -> None:
    """It corrects nothing: it is booked beside the invoice."""
    (found,) = preceding_on(typed(text), "GS-1", gives_back=True)
    assert (found.relation, found.number) == (Relation.CREDITS, number)


@pytest.mark.parametrize(
    "text",
    [
        "Ref. Nr. 445566 (Ihre Bestellung)",
        "Our reference no. CN-1001",
        "Unsere Nummer: 4711",
        "Ihre Nr. 4711",
        "Betreff Nr. 4711",
        "Bezug: Nr. 4711, Bestellung",
        "Gutschrift Referenz 4711",
    ],
)
def test_a_reference_is_no_invoice_unless_it_says_so(text: str) -> None:
    """It may be that of an order, or its own."""
    assert preceding_on(typed(text), "GS-1", gives_back=True) == ()


@pytest.mark.parametrize(
    "text",
    ["Ref.: Rechnung Nr. 4711", "Bezug: unsere Rechnungsnummer 4711", "Your ref: invoice no. 4711"],
)
def test_a_reference_to_an_invoice_names_it(text: str) -> None:
    """By the word for it."""
    (found,) = preceding_on(typed(text), "GS-1", gives_back=True)
    assert found.number == "4711"


def test_the_day_behind_the_number_is_its_own() -> None:
    """BT-26 of a page."""
    found = preceding_on(typed("Korrektur zu Rechnung RE-9 vom 01.10.2026"), None, gives_back=False)
    assert found == (Preceding(Relation.CORRECTS, "RE-9", date(2026, 10, 1)),)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Gutschriftsnr.: GS-7", {"GS-7"}),
        ("Stornonummer: ST-7", {"ST-7"}),
        ("Korrektur-Nr. RK-7", {"RK-7"}),
        ("Belegnr.: 4711", {"4711"}),
        ("Gutschrift 2026", set()),  # a year
        ("Gutschrift 03.02.2026", set()),
        ("Storno RE-17", set()),  # what is cancelled
        ("Rechnungsnr.: RE-1", set()),
    ],
)
def test_a_credit_note_calls_its_own_number_so(text: str, own: set[str]) -> None:
    """By a word for what it is; neither a year nor a day is a number."""
    assert own_numbers_on(typed(text)) == own


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Gutschriftsnr.: GS-7\nRechnungsnr.: RE-1", [("RE-1", None)]),
        ("Rechnungs-Nr. RE-1 vom 01.01.2026\nStorno-Nr.: ST-7", [("RE-1", date(2026, 1, 1))]),
        ("Gutschrift-Nr.    GS-7      Rechnungs-Nr.   RE-1", [("RE-1", None)]),
        ("Credit note no.: CN-7\nInvoice no.: INV-1", [("INV-1", None)]),
        ("Gutschrift Nr. GS-7\nRechnungsnr.: GS-7", []),
        ("Gutschrift\nRechnungsnr.: RE-1", []),  # what else would be its own
    ],
)
def test_the_number_of_an_invoice_beside_its_own_is_what_it_takes_back(
    text: str, named: list[tuple[str, date | None]]
) -> None:
    """Where a credit note has a number as such; without one it may be numbered as an invoice."""
    found = preceding_on(typed(text), None, gives_back=True)

    assert [(each.number, each.day) for each in found] == named
