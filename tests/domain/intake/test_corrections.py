"""Corrections of invoices with positive sums: as what they are read, and who owes the sum."""

from datetime import date
from decimal import Decimal

import pytest

from domain.intake.extraction import Extraction
from domain.intake.from_document import extraction_of
from domain.reading.document_type import DocumentType
from domain.reading.finding import Severity
from domain.reading.origin import OwnParty
from tests.layouts import INVOICE, typed

_OWN = OwnParty(name="Bauer AG")


def page(
    title: str,
    net: str = "Nettobetrag",
    gross: str = "Gesamtbetrag",
    *said: str,
    head: str = "Beleg-Nr. RK-26-0091\nDatum 24.11.2026\nBezug Rechnung RG-26-2201 vom 03.11.2026",
) -> Extraction:
    """The extraction of a correction over 600.00 and 19 %."""
    text = (
        "Bürohaus Klein GmbH, Lindenallee 8, 22869 Schenefeld\nUSt-IdNr. DE811907980\n\nBauer AG\n"
        f"Ring 5\n20457 Hamburg\n\n{head}\n\n{title}\n\n"
        "Bezeichnung           Menge     Preis      Betrag\n"
        "Bürostuhl                 3    200,00      600,00\n\n"
        f"{net}                                 600,00\n"
        "19 % USt                                    114,00\n"
        f"{gross}                                714,00\n\n"
    )
    return extraction_of(None, typed(text + "\n".join(said)), _OWN)


def blocking(found: Extraction) -> set[str]:
    """The codes of what stops an approval."""
    return {each.code for each in found.findings if each.severity is Severity.BLOCKING}


@pytest.mark.parametrize(
    ("title", "net", "gross", "said"),
    [
        ("Rechnungskorrektur", "Erstattungsbetrag netto", "Erstattung gesamt", ""),
        ("Rechnungskorrektur", "Netto", "Gesamt", "Wir schreiben Ihnen den Betrag gut."),
        ("Rechnungsberichtigung", "Minderung netto", "Minderung brutto", ""),
        ("Rechnungsberichtigung", "Netto", "Gesamt",
         "Bitte kürzen Sie Ihre Zahlung entsprechend."),
        ("Korrekturrechnung", "Netto", "Gutgeschriebener Betrag", ""),
        ("Korrekturrechnung", "Netto", "Gesamt",
         "Der Betrag wird mit Ihrer nächsten Rechnung verrechnet."),
        ("Korrekturrechnung", "Netto", "Gesamt", "Den Betrag haben wir Ihnen gutgeschrieben."),
        ("Rechnungskorrektur", "Netto", "Gesamt",
         "Der Betrag wird Ihnen in den nächsten Tagen überwiesen."),
        ("Rechnungskorrektur zu Rechnung RG-26-2201", "Netto", "Rückerstattungsbetrag", ""),
        ("Korrektur der Rechnung RG-26-2201", "Netto", "Gutschriftsbetrag", ""),
        ("Invoice correction", "Net", "Amount credited", ""),
        ("Invoice correction", "Net", "Total",
         "The amount will be deducted from your next invoice."),
    ],
)  # fmt: skip
def test_a_correction_that_gives_back_is_a_credit_note(
    title: str, net: str, gross: str, said: str
) -> None:
    """Nothing is owed for it, and the input tax falls (DE § 17 Abs. 1 UStG, AT § 16 Abs. 1)."""
    found = page(title, net, gross, said)

    assert (found.document_type, found.total_gross) == (DocumentType.CREDIT_NOTE, Decimal("714.00"))
    assert (found.invoice_number, found.invoice_date) == ("RK-26-0091", date(2026, 11, 24))
    told = [(each.relation.value, each.number) for each in found.preceding]
    assert told == [("credits", "RG-26-2201")]
    assert blocking(found) == set()


@pytest.mark.parametrize(
    ("title", "gross", "said"),
    [
        ("Rechnungskorrektur (Nachbelastung)", "Gesamt", ""),
        ("Rechnungskorrektur", "Zu zahlen", "Zahlbar bis 10.12.2026."),
        ("Rechnungsberichtigung", "Gesamt", "Irrtümlich zu niedrig berechnet."),
        ("Korrekturrechnung", "Nachzahlungsbetrag", ""),
        ("Invoice correction", "Amount due", ""),
    ],
)
def test_a_correction_that_asks_for_more_is_an_invoice(title: str, gross: str, said: str) -> None:
    """It names the invoice before it, and has its own number."""
    found = page(title, "Netto", gross, said)

    assert (found.document_type, found.total_gross) == (DocumentType.INVOICE, Decimal("714.00"))
    assert [each.number for each in found.preceding] == ["RG-26-2201"]
    assert blocking(found) == set()


@pytest.mark.parametrize(
    ("title", "gross", "said"),
    [
        ("Rechnungskorrektur", "Korrekturbetrag", ""),
        ("Rechnungsberichtigung", "Gesamt", "Zahlbar bis 10.12.2026."),
        ("Korrekturrechnung", "Erstattung gesamt", "Bitte überweisen Sie den Betrag."),
    ],
)
def test_a_correction_that_does_not_say_which_way_asks(title: str, gross: str, said: str) -> None:
    """Nor does one that says both."""
    found = page(title, "Netto", gross, said)

    assert "CORRECTION_UNCLEAR" in blocking(found)


def test_a_correction_with_a_negative_total_says_it_by_its_sign() -> None:
    """Nobody is asked what the figures say."""
    found = extraction_of(
        None,
        typed(
            INVOICE.replace("Rechnung  ", "Rechnungskorrektur")
            .replace("100,00", "-100,00")
            .replace(" 20,00", "-20,00")
            .replace("120,00", "-120,00")
        ),
        _OWN,
    )

    assert (found.document_type, found.total_gross) == (DocumentType.CREDIT_NOTE, Decimal(120))
    assert "CORRECTION_UNCLEAR" not in blocking(found)


@pytest.mark.parametrize(
    "said",
    [
        "Rechnungskorrekturen sind binnen 14 Tagen zu verlangen.",
        "Korrektur der Rechnung 4711       1   10,00   10,00",
        "Diese Rechnung ersetzt die Rechnung 2026-16.",
        "Skonto schreiben wir Ihnen nicht gut.",
        "Bitte kürzen Sie Ihre Zahlung nicht.",
        "Erstattung Porto      10,00",
    ],
)
def test_an_invoice_beside_such_words_stays_one(said: str) -> None:
    """Rules of business, an item of the table, a new version of the whole."""
    found = extraction_of(None, typed(f"{INVOICE}\n{said}"), _OWN)

    assert found.document_type is DocumentType.INVOICE
    assert not blocking(found) & {"CORRECTION_UNCLEAR", "PAYS_US"}


@pytest.mark.parametrize(
    ("gross", "said"),
    [
        ("Gesamtbetrag", "Wir schreiben Ihnen den Betrag gut."),
        ("Gesamtbetrag", "Bitte kürzen Sie Ihre Zahlung um diesen Betrag."),
        ("Gesamtbetrag", "Der Betrag wird mit Ihrer nächsten Rechnung verrechnet."),
        ("Erstattungsbetrag", ""),
    ],
)
@pytest.mark.parametrize("title", ["Rechnung", "Preisnachlass", "Abrechnung"])
def test_without_the_title_of_a_correction_somebody_is_asked(
    title: str, gross: str, said: str
) -> None:
    """What the total is called, or what becomes of it, says that nobody is to be paid."""
    found = page(title, "Netto", gross, said)

    assert "PAYS_US" in blocking(found)
