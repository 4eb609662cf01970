"""Extractions of pages."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.intake import from_pages
from domain.intake.extraction import normalized
from domain.reading.document_type import DocumentType
from domain.reading.layout import Layout, Source
from domain.reading.origin import OwnParty
from tests.layouts import INVOICE, typed

NOBODY = OwnParty()


def test_a_page_without_a_table_has_a_line_for_each_rate() -> None:
    """By rule, so that it can be posted; a reviewer sees where it comes from."""
    text = INVOICE.replace("Bezeichnung           Menge     Preis      Betrag", "Leistungen:")
    found = from_pages.extraction_of(typed(text), NOBODY)
    (line,) = found.line_items

    assert (line.tax_rate, line.line_total) == (Decimal("0.2"), Decimal("120.00"))
    assert line.origins["line_total"].source is Source.RULE
    assert normalized(found).adds_up


@pytest.mark.parametrize(
    "note",
    ["Umsatzsteuerfrei aufgrund der Kleinunternehmerregelung", "Reverse Charge", "steuerfrei"],
)
def test_no_tax_is_none_when_the_page_says_why(note: str) -> None:
    """Net is gross, and the reason is kept."""
    found = from_pages.extraction_of(typed(f"Rechnung 17\nRechnungsbetrag   90,00\n{note}"), NOBODY)

    assert (found.total_net, found.total_tax) == (Decimal("90.00"), Decimal("0.00"))
    assert note in found.notes
    assert found.origins["total_tax"].source is Source.RULE


def test_no_tax_without_a_reason_stays_unknown() -> None:
    """Nothing is invented."""
    found = from_pages.extraction_of(typed("Rechnung 17\nRechnungsbetrag   90,00"), NOBODY)

    assert found.total_gross == Decimal("90.00")
    assert found.total_tax is None


def test_a_negative_invoice_is_a_credit_note() -> None:
    """With positive amounts and lines."""
    text = "Rechnung 7\nSumme netto   -100,00\n20% USt   -20,00\nRechnungsbetrag   -120,00"
    found = from_pages.extraction_of(typed(text), NOBODY)

    assert found.document_type is DocumentType.CREDIT_NOTE
    assert found.total_gross == Decimal("120.00")
    assert normalized(found).adds_up


def test_several_invoices_in_one_file_are_found_out() -> None:
    """Each page states a number of its own."""
    one, two = (typed(f"Rechnungsnummer: {number}").pages[0] for number in ("A-1", "A-2"))
    batch = Layout((one, replace(two, number=2)))
    found = from_pages.extraction_of(batch, NOBODY)
    same = from_pages.extraction_of(Layout((one, replace(one, number=2))), NOBODY)

    assert [finding.code for finding in found.findings] == ["SEVERAL_DOCUMENTS"]
    assert not same.findings


def test_a_doubtful_vat_id_is_a_finding() -> None:
    """Misread or wrong, somebody should look."""
    text = INVOICE.replace("ATU13585627", "ATU13585628")
    found = from_pages.extraction_of(typed(text), NOBODY)

    assert [finding.code for finding in found.findings] == ["VAT_ID_CHECK_DIGIT"]
