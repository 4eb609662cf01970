"""What arrives with invoices and is none."""

import pytest

from domain.intake.from_document import extraction_of
from domain.reading.document_type import DocumentType
from domain.reading.origin import OwnParty
from tests.layouts import INVOICE, typed


@pytest.mark.parametrize(
    "text",
    [
        "Kontor Meyer GmbH\nKontoauszug / Saldenbest\u00e4tigung zum 31.10.2026\nRechnung 311",
        "Offene-Posten-Liste\nRechnung 311",
        "Sparkasse Beispiel AG\nKontoauszug Nr. 11/2026 Blatt 1\nRechnung 7   10,00",
        "Alpenladen Handels GmbH\nLohn-/Gehaltsabrechnung November 2026\nRechnung 1",
        "Gehaltszettel 11/2026\nRechnung 1",
        "Allgemeine Gesch\u00e4ftsbedingungen\nRechnungen sind binnen 14 Tagen zu bezahlen.",
        "Huber GmbH\nKonto-Auszug 11/2026\nRechnung 7   10,00",
        "Huber GmbH\nKontoauszug der Huber GmbH\nRechnung 7   10,00",
        "Huber GmbH\nEntgeltabrechnung 11/2026\nPersonalnummer 7\nRechnung 1   1.900,00",
        "Allgemeine Liefer- und Zahlungsbedingungen\nRechnungen sind sofort zu bezahlen.",
        "Huber Ltd.\nAccount statement No. 7\nInvoice 7   10.00",
        "Banca X\nEstratto conto n. 11/2026\nFattura 7   10,00",
        "Banque X\nRelev\u00e9 de compte 11/2026\nFacture 7   10,00",
        "Kartenbank AG\nKreditkartenabrechnung November 2026\nGesamtbetrag EUR   407,90",
        "Karten GmbH\nMonatsabrechnung Firmenkarte\nRechnungsbetrag EUR   329,90",
        "Reisekostenabrechnung 11/2026\nMitarbeiterin: P. Huber\nGesamt   176,00",
        INVOICE + "\nENTWURF",
        INVOICE + "\n- storniert am 27.11.2026 -",
        "Sale!\nIhr Rechnungskauf ist versandkostenfrei.\nAbmelden",
    ],
)
def test_what_is_no_invoice_is_told(text: str) -> None:
    """Its kind is another one, and a finding says by which words."""
    read = extraction_of(None, typed(text), OwnParty())

    assert read.document_type is DocumentType.OTHER
    assert "NO_INVOICE" in {each.code for each in read.findings}


@pytest.mark.parametrize(
    "added", ["Allgemeine Gesch\u00e4ftsbedingungen", "Kontoauszug 7", "Abmelden"]
)
def test_an_invoice_that_such_words_follow_is_one(added: str) -> None:
    """Terms on its back, or a word at its foot."""
    read = extraction_of(None, typed(INVOICE + f"\n\n{added}"), OwnParty())

    assert read.document_type is DocumentType.INVOICE
    assert "NO_INVOICE" not in {each.code for each in read.findings}


_BILL = (
    "Rechnung Nr. 4711   Datum: 12.11.2026\nNetto   100,00\n20 % USt   20,00\nGesamtbetrag   120,00"
)


@pytest.mark.parametrize(
    "head",
    [
        "Kontoauszug Software GmbH",
        "Entwurf Logo",
        "Entwurf GmbH",
        "Tankkartenabrechnung",
        "Kontoauszug-Service Huber\nRing 1, 1010 Wien",
        "Offene-Posten Inkasso GmbH",
        "Lohnabrechnung Huber OG",
        "Bankauszug24 AG",
        "Newsletter Agentur GmbH",
        "Huber GmbH\nAllgemeine Auftrags-Nr. 4711",
        "Huber GmbH\nAllgemeine Vertrags-Nr.: 4711",
        "Huber GmbH\nAllgemeine Zahlungsbedingungen: 14 Tage netto",
        "Netz GmbH\nEntgeltabrechnung Netznutzung 11/2026",
        "Steuerberatung Huber\nLohnabrechnung November 2026",
        "Account Statement Services Ltd.",
        "Estratto Conto Srl",
    ],
)
def test_an_invoice_of_whoever_is_called_so_is_one(head: str) -> None:
    """Names of companies, numbers and subjects above the title."""
    read = extraction_of(None, typed(f"{head}\n\n{_BILL}"), OwnParty())

    assert read.document_type is DocumentType.INVOICE
    assert "NO_INVOICE" not in {each.code for each in read.findings}


def test_an_invoice_may_invite_to_a_newsletter() -> None:
    """Its number says what it is, though no line is a title alone."""
    text = (
        "Ihre Rechnung zur Bestellung vom 1.11.2026\nRechnungsnummer: RE-17\nGesamtbetrag   120,00"
    )
    read = extraction_of(None, typed(f"{text}\n\nNewsletter abmelden\nAbmelden"), OwnParty())

    assert read.document_type is DocumentType.INVOICE
