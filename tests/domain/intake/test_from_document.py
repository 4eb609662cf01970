"""XML, pages, or both."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.formats import e_invoice
from domain.formats.invoice_record import InvoiceRecord, RecordParty, RecordPreceding
from domain.intake.extraction import Extraction
from domain.intake.from_document import extraction_of
from domain.reading.document_type import DocumentType
from domain.reading.finding import Finding, Severity
from domain.reading.layout import Layout, Source
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
    differing = {
        finding.fields for finding in found.findings if finding.code == "PAGE_AND_XML_DIFFER"
    }
    assert {("total_gross",), ("invoice_number",), ("vendor_vat_id",)} <= differing


def test_what_the_page_does_not_show_is_not_sure() -> None:
    """The XML's word alone is not enough when its page says something else."""
    alone, beside = extraction_of(RECORD, None, OWN), extraction_of(RECORD, typed(INVOICE), OWN)

    assert alone.confidence.overall == 1
    assert beside.confidence.overall < Decimal("0.70")


def test_a_page_alone_is_read_as_it_is() -> None:
    """Findings about the file come first."""
    broken = Finding("EMBEDDED_XML_UNREADABLE", "Broken.", Severity.BLOCKING)
    found = extraction_of(None, typed(INVOICE), OWN, (broken,))

    assert found.findings[0] == broken
    assert found.origins["invoice_number"].source is Source.TEXT


def test_nothing_at_all_is_an_empty_extraction() -> None:
    """It is not an error to receive a blank page."""
    assert not extraction_of(None, None, OWN).is_read


def _typed(code: str, *, with_page: bool) -> Extraction:
    record = e_invoice.read((DOCUMENTS / "xrechnung_01.01a_ubl.xml").read_bytes())
    page = typed(INVOICE) if with_page else None
    return extraction_of(replace(record, type_code=code), page, OWN)


@pytest.mark.parametrize("code", ["751", "325", "310", "130", "71", "999"])
def test_a_code_of_no_invoice_is_told(code: str) -> None:
    """There is no input tax without an invoice; the case stops for a person to say what it is."""
    found = _typed(code, with_page=False)

    assert found.document_type is DocumentType.OTHER
    assert f"By its type code {code} this is no invoice." in [e.message for e in found.findings]


def test_data_for_the_books_leave_it_to_the_page() -> None:
    """The page of a profile without lines (751) is the invoice; a pro forma is none anywhere."""
    data, pro_forma = _typed("751", with_page=True), _typed("325", with_page=True)

    assert data.document_type.is_invoice
    assert "NO_INVOICE" not in {each.code for each in data.findings}
    assert pro_forma.document_type is DocumentType.OTHER
    assert "NO_INVOICE" in {each.code for each in pro_forma.findings}


@pytest.mark.parametrize(
    ("seen", "own", "told"),
    [
        ("Bergblick Sport GmbH", "Alpenladen Handels GmbH", [Severity.BLOCKING]),
        ("Bauer AG", "Gasthaus zur Linde", [Severity.BLOCKING]),
        ("Alpenladen Handels KG", "Alpenladen Handels GmbH", [Severity.WARNING]),  # a former form
        ("Alpenladen Hdl. OG", "Alpenladen Handels GmbH", [Severity.WARNING]),
        ("AHG GmbH", "Alpenladen Handels GmbH", [Severity.WARNING]),
        ("Hotel Post", "Post Betriebs GmbH", [Severity.WARNING]),
        ("Gasthaus zur Linde", "Alpenladen Gastro GmbH", [Severity.WARNING]),
        ("Max Huber", "Alpenladen Handels GmbH", [Severity.WARNING]),
        ("Alpenladen", "Alpenladen Handels GmbH", []),
    ],
)
@pytest.mark.parametrize("own_id", [None, "ATU13585627"])
def test_data_to_another_company_block_as_a_page_does(
    seen: str, own: str, told: list[Severity], own_id: str | None
) -> None:
    """Without a VAT id of the buyer its name decides, by the rule for pages."""
    buyer = RecordParty(name=seen, street="Weg 1", postcode="1010", city="Wien")
    found = extraction_of(replace(RECORD, buyer=buyer), None, OwnParty(name=own, vat_id=own_id))

    assert [each.severity for each in found.findings if each.code == "OTHER_RECIPIENT"] == told


def test_data_that_name_us_beside_another_company_do_not_block() -> None:
    """By our address, a trading name (BT-45), or the page of a hybrid."""
    own = OwnParty(name="Alpenladen Handels GmbH", street="Ringstr. 5", postal_code="4020")
    buyer = RecordParty(name="Bergblick Sport GmbH", street="Weg 1", postcode="1010")
    here = replace(buyer, street="Ringstraße 5", postcode="4020")
    page = typed(f"{INVOICE}\nc/o Alpenladen Handels GmbH")

    def told(one: RecordParty, layout: Layout | None = None) -> list[Severity]:
        found = extraction_of(replace(RECORD, buyer=one), layout, own).findings
        return [each.severity for each in found if each.code == "OTHER_RECIPIENT"]

    assert told(buyer) == [Severity.BLOCKING]
    assert told(buyer, typed(INVOICE)) == [Severity.BLOCKING]
    assert told(here) == told(replace(buyer, trading_name="Alpenladen")) == [Severity.WARNING]
    assert told(buyer, page) == [Severity.WARNING]


def test_an_invoice_to_somebody_else_is_told() -> None:
    """It gives no input tax; spelling does not matter."""
    other = extraction_of(RECORD, None, OwnParty(name="Testfirma KG"))
    own = extraction_of(RECORD, None, OwnParty(name="Bundesrechenzentrum (BRZ) GmbH"))

    assert "OTHER_RECIPIENT" in {finding.code for finding in other.findings}
    assert "OTHER_RECIPIENT" not in {finding.code for finding in own.findings}


def test_another_vat_id_beside_another_name_is_somebody_else() -> None:
    """Then it blocks: there is no input tax of what others bought."""
    buyer = replace(RECORD.buyer, name="Ganz Andere GmbH", vat_id="ATU71234567")
    record = replace(RECORD, buyer=buyer)
    own = OwnParty(name="Testfirma KG", vat_id="ATU13585627")

    def severities(one: InvoiceRecord) -> list[Severity]:
        found = extraction_of(one, None, own).findings
        return [each.severity for each in found if each.code == "OTHER_RECIPIENT"]

    assert severities(record) == [Severity.BLOCKING]
    assert severities(replace(record, buyer=replace(buyer, vat_id=None))) == [Severity.BLOCKING]
    assert severities(replace(record, buyer=replace(buyer, vat_id="ATU 13585627"))) == []


def test_what_we_sold_ourselves_is_no_purchase() -> None:
    """A customer that bills by self-billing names us as the seller (UNTDID 1001: 389)."""
    seller = replace(RECORD.seller, vat_id="ATU13585627")
    own = OwnParty(name="Testfirma KG", vat_id="ATU13585627")

    ours = extraction_of(replace(RECORD, seller=seller), None, own).findings
    theirs = extraction_of(RECORD, None, own).findings

    assert [each.severity for each in ours if each.code == "SELLER_IS_TENANT"] == [
        Severity.BLOCKING
    ]
    assert "SELLER_IS_TENANT" not in {each.code for each in theirs}


def test_a_page_to_somebody_else_is_told_as_its_xml_would_be() -> None:
    """It blocks (§ 12 Abs. 1 Z 1 UStG AT, § 15 Abs. 1 Nr. 1 UStG DE), unless we are named."""
    own = OwnParty(name="Testfirma KG", vat_id="ATU13585627")
    page = INVOICE.replace("ATU13585627", "ATU65206123")

    def severities(text: str) -> list[Severity]:
        found = extraction_of(None, typed(text), own).findings
        return [each.severity for each in found if each.code == "OTHER_RECIPIENT"]

    assert severities(page) == [Severity.BLOCKING]
    assert severities(f"{page}\nc/o Testfirma KG, Wels") == []
    assert severities(f"{page}\nIhre UID: ATU71234567") == [Severity.BLOCKING]
    assert severities(f"{page}\nIhre UID: ATU13585627") == []
    assert severities(f"{page}\nLieferung an Test-Firma in Wels") == []
    assert severities(page.replace("Bauer AG", "Testfirma KG")) == []
    assert severities(page.replace("Bauer AG", "Bauer Anna")) == []


@pytest.mark.parametrize(
    ("name", "source", "told"),
    [
        ("Bergblick Sport GmbH", Source.TEXT, [Severity.BLOCKING]),
        ("Alpenladen Immobilien GmbH", Source.TEXT, [Severity.BLOCKING]),
        ("Huber Handels GmbH", Source.TEXT, [Severity.BLOCKING]),
        ("Bergblick Sport GmbH", Source.OCR, [Severity.BLOCKING]),
        ("Alpenladen Handels KG", Source.TEXT, []),  # a former legal form
        ("Alpenladen Hdl. OG", Source.TEXT, [Severity.WARNING]),
        ("AHG GmbH", Source.TEXT, [Severity.WARNING]),
        ("Alpanladan Handals GmbH", Source.OCR, [Severity.WARNING]),
        ("Alpenladen HandelsgesmbH", Source.TEXT, []),
        ("Alpenladen GmbH", Source.TEXT, []),
    ],
)
def test_a_page_blocks_only_where_the_name_cannot_be_ours(
    name: str, source: Source, told: list[Severity]
) -> None:
    """Short forms and misread letters are worth a look, and no more."""
    own = OwnParty(name="Alpenladen Handels GmbH", vat_id="ATU13585627")
    page = INVOICE.replace("ATU13585627", "ATU65206123").replace("Bauer AG", name)
    page = page.replace("Muster Handel GmbH", "Papier Wien OG")
    found = extraction_of(None, typed(page, source=source), own).findings

    assert [each.severity for each in found if each.code == "OTHER_RECIPIENT"] == told


@pytest.mark.parametrize(
    ("seen", "own", "told"),
    [
        ("Hotel Post", "Post Betriebs GmbH", []),
        ("Post Betriebs GmbH", "Hotel Post", [Severity.WARNING]),
        ("Hotel Post GmbH", "Post Betriebs GmbH", [Severity.WARNING]),
        ("Max Huber", "Huber Installationen GmbH", []),
        ("Huber Installationen GmbH", "Max Huber", [Severity.WARNING]),
        ("Gasthaus zur Linde", "Alpenladen Gastro GmbH", []),
        ("Alpenladen Gastro GmbH", "Gasthaus zur Linde", [Severity.BLOCKING]),
        ("Bergblick Sport GmbH", "Alpenladen Gastro GmbH", [Severity.BLOCKING]),
    ],
)
def test_a_name_that_shares_ours_or_has_no_form_is_no_other_company(
    seen: str, own: str, told: list[Severity]
) -> None:
    """What a house is called at its door, and who runs it: worth a look at most.

    A name without a legal form is taken for no recipient on a page.
    """
    page = INVOICE.replace("ATU13585627", "ATU65206123")
    page = page.replace("Muster Handel GmbH", "Papier Wien OG")
    page = page.replace("Bauer AG", f"Rechnung an: {seen}")
    found = extraction_of(None, typed(page), OwnParty(name=own, vat_id="ATU13585627")).findings

    assert [each.severity for each in found if each.code == "OTHER_RECIPIENT"] == told


@pytest.mark.parametrize(
    ("street", "postal_code", "told"),
    [
        ("Ring 5", "4020", Severity.WARNING),
        ("Ring 55", "4020", Severity.BLOCKING),
        ("Ring 5", "4030", Severity.BLOCKING),
        ("Gasse 1", "1010", Severity.BLOCKING),  # where the vendor is
        (None, "4020", Severity.BLOCKING),
    ],
)
def test_another_name_at_our_address_may_be_ours(
    street: str | None, postal_code: str, told: Severity
) -> None:
    """Unless a VAT id beside it is not."""
    own = OwnParty(
        name="Gasthaus zur Linde", vat_id="ATU13585627", street=street, postal_code=postal_code
    )
    page = INVOICE.replace("ATU13585627", "ATU65206123").replace(
        "Bauer AG", "Alpenladen Gastro GmbH"
    )
    page = page.replace("Muster Handel GmbH", "Papier Wien OG")

    def severities(text: str) -> list[Severity]:
        found = extraction_of(None, typed(text), own).findings
        return [each.severity for each in found if each.code == "OTHER_RECIPIENT"]

    assert severities(page) == [told]
    assert severities(f"{page}\nIhre UID: ATU71234567") == [Severity.BLOCKING]


def test_a_small_receipt_without_a_recipient_is_not_asked() -> None:
    """Below 400 EUR (AT § 11 Abs. 6 UStG) or 250 EUR (DE § 33 UStDV) it needs none."""
    own = OwnParty(name="Alpenladen Handels GmbH", vat_id="ATU13585627")
    page = "\n".join(row for row in INVOICE.splitlines() if "Bauer AG" not in row)
    found = extraction_of(None, typed(page), own).findings

    assert "OTHER_RECIPIENT" not in {each.code for each in found}


def test_a_recipient_without_its_legal_form_is_the_tenant() -> None:
    """In an XML and on a page; a namesake in the trade is somebody else."""
    own = OwnParty(name="Muster Handels GmbH")

    def told(name: str) -> list[list[str]]:
        record = replace(RECORD, buyer=replace(RECORD.buyer, name=name, vat_id=None))
        page = INVOICE.replace("Muster Handel GmbH", "Papier Wien OG").replace("Bauer AG", name)
        return [
            [each.code for each in read.findings if each.code == "OTHER_RECIPIENT"]
            for read in (extraction_of(record, None, own), extraction_of(None, typed(page), own))
        ]

    assert told("Muster Handels") == [[], []]
    assert told("Muster Handels Ges.m.b.H.") == [[], []]
    assert told("Huber Handels GmbH") == [["OTHER_RECIPIENT"], ["OTHER_RECIPIENT"]]
    assert told("Meister Handels GmbH") == [["OTHER_RECIPIENT"], ["OTHER_RECIPIENT"]]


def _with_earlier(code: str, gross: str = "120") -> InvoiceRecord:
    """A record of a code that names an earlier invoice."""
    totals = replace(RECORD.totals, gross=Decimal(gross))
    earlier = (RecordPreceding("RE-2", date(2026, 10, 1)),)
    return replace(RECORD, syntax="CII", type_code=code, totals=totals, preceding=earlier)


def test_a_corrected_invoice_keeps_what_it_corrects() -> None:
    """By its code (UNTDID 1001); a credit note takes back, another invoice only refers."""

    def relations(record: InvoiceRecord) -> list[tuple[str, str | None]]:
        found = extraction_of(record, None, OWN).preceding
        return [(each.relation.value, each.number) for each in found]

    assert relations(_with_earlier("384")) == [("corrects", "RE-2")]
    assert relations(replace(_with_earlier("384"), preceding=())) == [("corrects", None)]
    assert relations(_with_earlier("384", "-120")) == [("credits", "RE-2")]
    assert relations(_with_earlier("381")) == [("credits", "RE-2")]
    assert relations(_with_earlier("380")) == [("refers", "RE-2")]
    assert relations(replace(_with_earlier("380"), preceding=())) == []


def test_a_page_keeps_what_it_corrects() -> None:
    """In words, and not where it is a plain invoice."""
    page = INVOICE.replace("Zahlbar innerhalb", "Ersetzt Rechnung 2026-16. Zahlbar innerhalb")

    (found,) = extraction_of(None, typed(page), OWN).preceding
    assert (found.relation.value, found.number) == ("corrects", "2026-16")
    assert extraction_of(None, typed(INVOICE), OWN).preceding == ()


@pytest.mark.parametrize("is_data", [False, True])
def test_a_standing_invoice_is_told_on_a_page_and_in_notes(*, is_data: bool) -> None:
    """But not on what asks for no money."""
    page = typed(f"{INVOICE}\nDauerrechnung Miete")
    record = replace(RECORD, notes=("Diese Rechnung gilt als Dauerrechnung.",))
    given_back = replace(record, type_code="CreditMemo")

    found = extraction_of(record, None, OWN) if is_data else extraction_of(None, page, OWN)

    assert "STANDING_INVOICE" in {each.code for each in found.findings}
    again = extraction_of(given_back, None, OWN)
    assert "STANDING_INVOICE" not in {each.code for each in again.findings}
