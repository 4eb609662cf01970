"""All fields of a page together."""

from datetime import date
from decimal import Decimal

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
