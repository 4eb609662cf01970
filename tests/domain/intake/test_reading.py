"""XML, pages, or both."""

from domain.formats import e_invoice
from domain.intake.reading import circumstances_of, extraction_of
from domain.reading.finding import Finding, Severity
from domain.reading.layout import Source
from domain.reading.origin import OwnParty
from tests.corpus import DOCUMENTS
from tests.layouts import INVOICE, typed

RECORD = e_invoice.read((DOCUMENTS / "ebinterface_43.xml").read_bytes())
OWN = OwnParty(name="BRZ GmbH")


def test_the_xml_prevails_over_its_page() -> None:
    """Its values, the page's text, and what differs."""
    found = extraction_of(RECORD, typed(INVOICE), OWN)

    assert found.invoice_number == "ERB_EBI41_001"
    assert found.origins["invoice_number"].source is Source.XML
    assert "Rechnungsbetrag" in found.raw_markdown
    assert {
        finding.fields for finding in found.findings if finding.code == "PAGE_AND_XML_DIFFER"
    } == {
        ("total_gross",),
        ("invoice_number",),
        ("vendor_vat_id",),
    }


def test_a_page_alone_is_read_as_it_is() -> None:
    """Findings about the file come first."""
    broken = Finding("EMBEDDED_XML_UNREADABLE", "Broken.", Severity.BLOCKING)
    found = extraction_of(None, typed(INVOICE), OWN, (broken,))

    assert found.findings[0] == broken
    assert found.origins["invoice_number"].source is Source.TEXT


def test_nothing_at_all_is_an_empty_extraction() -> None:
    """It is not an error to receive a blank page."""
    assert not extraction_of(None, None, OWN).is_read


def test_an_invoice_to_somebody_else_is_a_warning() -> None:
    """It gives no input tax; spelling does not matter."""
    other = extraction_of(RECORD, None, OwnParty(name="Testfirma KG"))
    own = extraction_of(RECORD, None, OwnParty(name="Bundesrechenzentrum (BRZ) GmbH"))

    assert "OTHER_RECIPIENT" in {finding.code for finding in other.findings}
    assert "OTHER_RECIPIENT" not in {finding.code for finding in own.findings}


def test_the_check_of_content_hears_of_recipient_and_syntax() -> None:
    """They are not in the normalised invoice."""
    around = circumstances_of(extraction_of(RECORD, None, OWN), "AT")

    assert (around.recipient_name, around.syntax) == ("BRZ GmbH", "ebInterface")
