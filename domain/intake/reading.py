"""From what a document holds (XML, pages, or both) to the one extraction."""

from dataclasses import replace

from domain.formats.invoice_record import InvoiceRecord
from domain.intake import from_pages, from_record
from domain.intake.extraction import Extraction, empty
from domain.intake.hybrid import differences
from domain.reading.finding import Finding
from domain.reading.layout import Layout
from domain.reading.origin import OwnParty
from domain.reading.vendor import is_same_name


def extraction_of(
    record: InvoiceRecord | None,
    layout: Layout | None,
    own: OwnParty,
    findings: tuple[Finding, ...] = (),
) -> Extraction:
    """The extraction; the XML prevails, and the page is held against it.

    `findings` are those made before, about the file itself.
    """
    if record is None:
        page = from_pages.extraction_of(layout, own) if layout is not None else empty()
        return replace(page, findings=(*findings, *page.findings))
    stated = from_record.extraction_of(record)
    if layout is None:
        return replace(
            stated,
            findings=(*findings, *stated.findings),
            raw_markdown=from_record.markdown_of(record),
        )
    page = from_pages.extraction_of(layout, _reader(own, record))
    return replace(
        stated,
        findings=(*findings, *stated.findings, *differences(stated, page, layout)),
        raw_markdown=page.raw_markdown,
    )


def _reader(own: OwnParty, record: InvoiceRecord) -> OwnParty:
    """The recipient as the XML names it, unless the tenant is known by that name."""
    if own.name is not None and is_same_name(record.buyer.name or "", own.name):
        return own
    return replace(own, vat_id=own.vat_id or record.buyer.vat_id)
