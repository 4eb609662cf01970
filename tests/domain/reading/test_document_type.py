"""Kinds of documents."""

import pytest

from domain.reading.document_type import DocumentType, type_of_code
from domain.reading.fields import read_fields
from domain.reading.origin import OwnParty
from tests.layouts import typed


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("RECHNUNG\nNr. 1", DocumentType.INVOICE),
        ("Gutschrift Nr. 1\nzur Rechnung 7 vom letzten Monat des Jahres", DocumentType.CREDIT_NOTE),
        ("1. Mahnung\nRechnung 17", DocumentType.REMINDER),
        ("Lieferschein 4711", DocumentType.DELIVERY_NOTE),
        ("Auftragsbestätigung 12", DocumentType.ORDER_CONFIRMATION),
        ("Bon-Nr.: 933", DocumentType.RECEIPT),
        ("Auftragsbestaetigung\nRechnungsnummer: 12", DocumentType.ORDER_CONFIRMATION),
        ("Proformarechnung\nRechnungsnummer: 12", DocumentType.OTHER),
        ("Muster GmbH\nPro-Forma Invoice No. 12", DocumentType.OTHER),
        ("Angebot Nr. 4711\nRechnungsadresse: Wien", DocumentType.OTHER),
        ("KOSTENVORANSCHLAG\nRechnungsdatum: 1.2.2026", DocumentType.OTHER),
        ("Kontoauszug 7\nRechnung 17", DocumentType.OTHER),
        ("Rechnung 17\nAngebot 4711", DocumentType.INVOICE),
        ("Ihr Angebot 4711\nRechnung 17", DocumentType.INVOICE),
        ("Guten Tag", DocumentType.OTHER),
    ],
)
def test_the_first_short_line_that_names_a_kind_decides(text: str, kind: DocumentType) -> None:
    """Headings are short; sentences mention all sorts of things."""
    assert read_fields(typed(text), OwnParty()).document_type.value is kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *((code, "invoice") for code in ("380", "384", "326", "386", "389", "82", "393", "877")),
        *((code, "credit_note") for code in ("381", "261", "396")),
        *((code, "other") for code in ("325", "751", "310", "130", "71", "202", "220", "270")),
        *((code, "other") for code in ("999", "380x", "")),
        (None, "invoice"),
    ],
)
def test_codes_of_the_standard(code: str, kind: str) -> None:
    """UNTDID 1001."""
    assert type_of_code(code).value == kind
