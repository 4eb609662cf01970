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
