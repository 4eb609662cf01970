"""What the demo sends says what it means, in every form, and the same bytes on the same day."""

from datetime import date

import pytest

from activities.recognition import RecognisedDocument, recognise
from deploy.stack import demo_documents
from deploy.stack.demo_documents import BUYER, DemoFile
from domain.iban import is_iban
from domain.reading.origin import OwnParty
from domain.reading.values import is_vat_id_checked

TODAY = date(2026, 3, 20)
ORDINARY = demo_documents.ordinary(TODAY)


def read(file: DemoFile) -> RecognisedDocument:
    """A file as the reader sees it."""
    own = OwnParty(BUYER.name, BUYER.vat_id)
    return recognise(file.content, own=own)


@pytest.mark.parametrize("file", ORDINARY, ids=lambda file: file.name)
def test_an_ordinary_invoice_reads_as_it_is_meant(file: DemoFile) -> None:
    """XML, page and scan: number, totals that add up, lines, an account, the recipient."""
    found = read(file).extraction

    assert found.invoice_number == file.number
    assert found.invoice_date == date(2026, 3, 17)
    assert found.total_net is not None
    assert found.total_tax is not None
    assert found.total_net + found.total_tax == found.total_gross
    assert found.line_items
    assert is_iban(found.vendor_iban or "")
    assert is_vat_id_checked(found.vendor_vat_id or "")
    assert BUYER.name in (found.recipient.name or "")
    assert not [each for each in found.findings if each.severity != "hint"]


def test_the_tampered_page_and_its_xml_differ() -> None:
    """Somebody else's account and ten times the amount: both are found."""
    found = read(demo_documents.tampered(TODAY)).extraction
    concerned = {field for each in found.findings for field in each.fields}
    assert {"total_gross", "vendor_iban"} <= concerned


def test_the_duplicate_is_spelt_otherwise() -> None:
    """Another number to the letter, the same invoice to a person."""
    again = read(demo_documents.spelt_otherwise(TODAY)).extraction
    first = read(ORDINARY[0]).extraction
    assert again.invoice_number != first.invoice_number
    assert (again.vendor_name, again.total_gross) == (first.vendor_name, first.total_gross)


def test_the_same_day_makes_the_same_bytes() -> None:
    """So that a demo sent twice sends nothing new."""
    for make in (demo_documents.tampered, demo_documents.prepaid, demo_documents.spelt_otherwise):
        assert make(TODAY).content == make(TODAY).content
