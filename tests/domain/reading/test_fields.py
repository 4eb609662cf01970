"""All fields of a page together."""

from datetime import date
from decimal import Decimal

import pytest

from domain.reading.document_type import DocumentType
from domain.reading.fields import read_fields
from domain.reading.layout import Source
from domain.reading.origin import OwnParty
from tests.layouts import INVOICE, typed

NOBODY = OwnParty()


def test_an_ordinary_invoice_is_read_completely() -> None:
    """Every field, from its label or its form."""
    fields = read_fields(typed(INVOICE), NOBODY)

    assert fields.document_type.value is DocumentType.INVOICE
    assert {name: reading.value for name, reading in fields.texts.items()} == {
        "vendor_name": "Muster Handel GmbH",
        "vendor_address": "Gasse 1, 1010 Wien",
        "vendor_vat_id": "ATU13585627",
        "vendor_iban": "AT611904300234573201",
        "invoice_number": "2026-17",
        "currency": "EUR",
        "payment_terms": "Zahlbar innerhalb von 14 Tagen netto.",
    }
    assert {name: reading.value for name, reading in fields.dates.items()} == {
        "invoice_date": date(2026, 2, 3),
        "delivery_date": date(2026, 2, 1),
    }
    assert {name: reading.value for name, reading in fields.amounts.items()} == {
        "total_net": Decimal("100.00"),
        "total_tax": Decimal("20.00"),
        "total_gross": Decimal("120.00"),
    }
    assert [row.total for row in fields.rows] == [Decimal("40.00"), Decimal("60.00")]
    assert fields.totals_agree


def test_every_value_says_where_it_stands() -> None:
    """Page, box, words, source and confidence (EXPLAINED)."""
    origin = read_fields(typed(INVOICE), NOBODY).amounts["total_gross"].origin

    assert (origin.source, origin.page, origin.raw_text) == (
        Source.TEXT,
        1,
        "120,00",
    )
    assert origin.box is not None
    assert all(0 <= side <= 1 for side in origin.box)


def test_what_belongs_to_the_recipient_is_not_the_vendors() -> None:
    """Own name, VAT id and IBAN are no candidates."""
    own = OwnParty("Muster Handel GmbH", "ATU13585627", ("AT611904300234573201",))
    texts = read_fields(typed(INVOICE), own).texts

    assert "vendor_vat_id" not in texts
    assert "vendor_iban" not in texts
    assert texts["vendor_name"].value == "Bauer AG"


def test_words_that_are_hardly_legible_lower_the_confidence() -> None:
    """The reading cannot be surer than the recognition."""
    sure = read_fields(typed(INVOICE), NOBODY)
    unsure = read_fields(typed(INVOICE, confidence="0.5", source=Source.OCR), NOBODY)

    for name, reading in unsure.texts.items():
        assert reading.origin.confidence <= Decimal("0.5")
        assert reading.origin.confidence < sure.texts[name].origin.confidence


def test_an_empty_page_says_nothing() -> None:
    """And nothing is invented."""
    fields = read_fields(typed(""), NOBODY)

    assert (fields.texts, fields.dates, fields.amounts, fields.rows) == ({}, {}, {}, ())
    assert fields.document_type.value is DocumentType.OTHER


CREDIT = """
Bauer AG, Ring 5, 4020 Linz

Muster Handel GmbH
Gasse 1
1010 Wien

{title}
{own}                                         Datum: 03.02.2026

Papier A4                                          100,00

Netto                                              100,00
USt 20 %                                            20,00
Gutschriftsbetrag                                  120,00
{earlier}
"""


@pytest.mark.parametrize(
    ("title", "own", "earlier"),
    [
        ("Gutschrift", "Gutschrift Nr. GS-7", "zur Rechnung Nr. RE-9001 vom 01.10.2026"),
        ("Gutschrift", "Gutschriftsnummer: GS-7", "Bezug: Rechnung RE-9001 vom 01.10.2026"),
        ("Gutschrift", "Belegnummer: GS-7", "Gutschrift zu Rechnungsnummer RE-9001"),
        ("Rechnungskorrektur", "Nummer: GS-7", "Korrektur der Rechnung RE-9001"),
        ("Gutschrift", "Gutschrift-Nr.: GS-7", "Originalrechnung: RE-9001"),
        ("Stornorechnung", "Stornorechnung Nr. GS-7", "Storno zur Rechnung Nr. RE-9001"),
        ("Credit Note", "Credit note no. GS-7", "relating to invoice no. RE-9001 of 01.10.2026"),
    ],
)
def test_a_credit_note_is_not_called_as_what_it_takes_back(
    title: str, own: str, earlier: str
) -> None:
    """Two numbers stand on it, and both are labelled: the other one is the invoice's."""
    page = typed(CREDIT.format(title=title, own=own, earlier=earlier))

    assert read_fields(page, NOBODY).texts["invoice_number"].value == "GS-7"


@pytest.mark.parametrize(
    ("own", "besides"),
    [
        ("Gutschrift Nr. GS-7", "Bitte Referenz Nr. GS-7 angeben"),
        ("Credit note no. CN-1001", "Our reference no. CN-1001"),
        ("Unsere Nummer: GS-7", ""),
        ("Gutschrift Nr. GS-7", "Bitte zur Nr. GS-7 schreiben"),
        ("Gutschriftsnummer: 1001", "zur Rechnung Nr. RE-21001"),
        ("Gutschriftsnummer: 1001", "zur Rechnung Nr. RE-1001"),
        ("Gutschrift Nr. 4711", "zur Rechnung Nr. 24711"),
        ("Gutschrift-Nr.: GS-7", "Gutschrift Referenz GS-7"),
        ("Belegnummer: GS-7", "Betreff: Nr. GS-7"),
    ],
)
def test_a_credit_note_keeps_its_own_number(own: str, besides: str) -> None:
    """Whatever else names it: behind a word for a credit note it is its own."""
    page = typed(CREDIT.format(title="Gutschrift", own=own, earlier=besides))

    number = own.rsplit(maxsplit=1)[-1]
    assert read_fields(page, NOBODY).texts["invoice_number"].value == number


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Proforma-Rechnung        Datum 20.11.2026", "other"),
        ("Facture pro forma 17", "other"),
        ("Fattura proforma", "other"),
        ("Mietvorschreibung", "invoice"),
        ("Proforma-Rechnung PF-1        Rechnung 17", "invoice"),
    ],
)
def test_a_pro_forma_invoice_is_none_whatever_stands_beside_it(title: str, kind: str) -> None:
    """No input tax without an invoice; a demand of rent is one (§ 11 UStG AT)."""
    page = typed(
        f"Muster GmbH\n\n{title}\n\nSumme netto   100,00\nUSt 20 %   20,00\nGesamt   120,00"
    )

    assert read_fields(page, NOBODY).document_type.value.value == kind


def test_a_credit_note_without_a_number_has_none() -> None:
    """That of the invoice is not taken for it."""
    page = typed(CREDIT.format(title="Gutschrift", own="", earlier="zur Rechnung Nr. RE-9001"))

    assert "invoice_number" not in read_fields(page, NOBODY).texts
