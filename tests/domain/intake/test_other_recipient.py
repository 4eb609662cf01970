"""Invoices to somebody else, by name or by VAT id, however small."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.formats.invoice_record import InvoiceRecord
from domain.intake.from_document import extraction_of
from domain.reading.finding import Severity
from domain.reading.origin import OwnParty
from tests.domain.intake.test_from_document import RECORD
from tests.layouts import typed

OWN = OwnParty(name="BRZ GmbH", vat_id="ATU13585627")
PAGE = """
Fremd GmbH, Lindengasse 12, 1070 Wien

{}
Ring 1
1010 Wien
Ihre UID: {}

Rechnung                              Rechnungsdatum   17.11.2026
Rechnungsnummer FR-1                  Lieferdatum      17.11.2026

Nettobetrag                           100,00
zzgl. 20 % USt                         20,00
Gesamtbetrag EUR                      120,00
UID: ATU68721314
"""


def severities(record: InvoiceRecord | None, page: str | None) -> list[Severity]:
    """How much it is told that somebody else is meant."""
    found = extraction_of(record, None if page is None else typed(page), OWN).findings
    return [each.severity for each in found if each.code == "OTHER_RECIPIENT"]


@pytest.mark.parametrize(
    ("vat_id", "told"),
    [
        ("ATU12345675", [Severity.BLOCKING]),
        ("DE136695976", [Severity.WARNING]),
        ("ATU13585627", []),
    ],
)
def test_our_name_with_another_vat_id_is_told(vat_id: str, told: list[Severity]) -> None:
    """In an XML and on a page; a registration abroad may be ours."""
    buyer = replace(RECORD.buyer, name="BRZ GmbH", vat_id=vat_id)
    assert severities(replace(RECORD, buyer=buyer), None) == told
    assert severities(None, PAGE.format("BRZ GmbH", vat_id)) == told


def test_a_small_invoice_to_somebody_else_is_told() -> None:
    """It need not name a recipient; one that names another gives no deduction."""
    assert severities(None, PAGE.format("Ganz Andere GmbH", "ATU12345675")) == [Severity.BLOCKING]


def test_a_negative_credit_note_is_asked_for() -> None:
    """By EN 16931 it is a debit; of ebInterface nobody says so."""

    def codes(record: InvoiceRecord) -> set[str]:
        return {each.code for each in extraction_of(record, None, OwnParty()).findings}

    totals = replace(RECORD.totals, gross=Decimal(-120))
    negative = replace(RECORD, syntax="CII", type_code="381", totals=totals)
    assert "CREDIT_NOTE_SIGN" in codes(negative)
    assert "CREDIT_NOTE_SIGN" not in codes(replace(negative, type_code="380"))
    assert "CREDIT_NOTE_SIGN" not in codes(replace(negative, totals=RECORD.totals))


def test_the_address_of_the_recipient_is_none_of_the_vendor() -> None:
    """Below the vendor's name another company begins."""
    page = PAGE.replace(", Lindengasse 12, 1070 Wien", "").format("BRZ GmbH", "ATU13585627")
    assert extraction_of(None, typed(page), OWN).vendor_address is None
