"""From what a document holds (XML, pages, or both) to the one extraction."""

from collections.abc import Iterator
from dataclasses import replace

from domain.formats.invoice_record import InvoiceRecord
from domain.intake import from_pages, from_record
from domain.intake.extraction import Extraction, empty
from domain.intake.hybrid import differences
from domain.invoicing.content import Circumstances
from domain.reading.finding import Finding, Severity
from domain.reading.layout import Layout
from domain.reading.origin import OwnParty
from domain.reading.values import vat_id_written
from domain.reading.vendor import is_like_name, is_same_name


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
    findings = (*findings, *_recipient_findings(stated, own))
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


def circumstances_of(extraction: Extraction, country: str) -> Circumstances:
    """What the check of mandatory content has to know beside the invoice."""
    recipient = extraction.recipient
    return Circumstances(
        country=country,
        recipient_name=recipient.name,
        recipient_address=recipient.address,
        recipient_vat_id=recipient.vat_id,
        notes=extraction.notes,
        syntax=extraction.syntax,
    )


def _recipient_findings(stated: Extraction, own: OwnParty) -> Iterator[Finding]:
    """An invoice to somebody else gives no input tax."""
    buyer = stated.recipient
    same_vat_id = own.vat_id is not None and buyer.vat_id == vat_id_written(own.vat_id)
    if own.name is None or buyer.name is None or same_vat_id:
        return
    if not is_like_name(buyer.name, own.name):
        yield Finding(
            "OTHER_RECIPIENT",
            f"The invoice is made out to {buyer.name}.",
            Severity.WARNING,
            basis="UStG § 14 Abs. 4 Nr. 1 (DE), § 11 Abs. 1 Z 3 lit. b (AT)",
        )


def _reader(own: OwnParty, record: InvoiceRecord) -> OwnParty:
    """The recipient as the XML names it, unless the tenant is known by that name."""
    if own.name is not None and is_same_name(record.buyer.name or "", own.name):
        return own
    return replace(own, vat_id=own.vat_id or record.buyer.vat_id)
