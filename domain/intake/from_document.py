"""From what a document holds (XML, pages, or both) to the one extraction."""

from collections.abc import Iterator
from dataclasses import replace

from domain.formats.invoice_record import InvoiceRecord, RecordParty
from domain.intake import from_pages, from_record
from domain.intake.bounds import cuts
from domain.intake.extraction import Extraction, empty, normalized
from domain.intake.hybrid import differences, doubted
from domain.reading.correction import given_back
from domain.reading.document_type import DocumentType, leaves_it_to_the_page
from domain.reading.finding import Finding, Severity
from domain.reading.layout import Layout, Source
from domain.reading.names import (
    is_another_company,
    is_same_company,
    is_same_name,
    may_be_named,
)
from domain.reading.origin import OwnParty
from domain.reading.recipient import is_addressed_to, is_at, names_party
from domain.reading.self_billing import payout_findings, self_billing_findings
from domain.reading.standing import standing_findings
from domain.reading.values import vat_id_written

_ASKING = {DocumentType.INVOICE, DocumentType.SMALL_AMOUNT_INVOICE, DocumentType.RECEIPT}


def extraction_of(
    record: InvoiceRecord | None,
    layout: Layout | None,
    own: OwnParty,
    findings: tuple[Finding, ...] = (),
) -> Extraction:
    """The extraction; the XML prevails, and the page is held against it.

    `findings` are those made before, about the file itself. What the books cannot hold is told.
    """
    read = _extraction_of(record, layout, own, findings)
    said = "\n".join((read.notes, "" if layout is None else layout.text))
    stands = standing_findings(said) if read.document_type in _ASKING else ()
    return replace(read, findings=(*read.findings, *stands, *cuts(normalized(read))))


def _extraction_of(
    record: InvoiceRecord | None,
    layout: Layout | None,
    own: OwnParty,
    findings: tuple[Finding, ...],
) -> Extraction:
    if record is None:
        page = from_pages.extraction_of(layout, own) if layout is not None else empty()
        said = "" if layout is None else layout.text
        billed = self_billing_findings(said, own.name)
        words = () if layout is None else given_back(layout, page.total_gross)
        paid_to_us = payout_findings(said, words) if page.document_type in _ASKING else ()
        found = (
            *findings,
            *_recipient_findings(page, own, layout),
            *billed,
            *paid_to_us,
            *page.findings,
        )
        return replace(page, findings=found)
    stated = from_record.extraction_of(record)
    findings = (*findings, *_recipient_findings(stated, own, layout, record.buyer))
    if layout is None:
        return replace(
            stated,
            findings=(*findings, *stated.findings),
            raw_markdown=from_record.markdown_of(record),
        )
    page = from_pages.extraction_of(layout, _reader(own, record))
    stated = _of_page_type(stated, page)
    found = tuple(differences(record, page, layout))
    return replace(
        doubted(stated, found),
        findings=(*findings, *stated.findings, *found),
        raw_markdown=page.raw_markdown,
    )


def _of_page_type(stated: Extraction, page: Extraction) -> Extraction:
    """What data for the books alone (751) are of: the page says if it is an invoice."""
    if not leaves_it_to_the_page(stated.type_code) or not page.document_type.is_invoice:
        return stated
    kept = tuple(each for each in stated.findings if each.code != from_record.NO_INVOICE)
    return replace(stated, document_type=page.document_type, findings=kept)


def _recipient_findings(
    stated: Extraction,
    own: OwnParty,
    layout: Layout | None,
    named: RecordParty | None = None,
) -> Iterator[Finding]:
    """An invoice to somebody else gives no input tax, and one of our own is no purchase.

    Another name may be another spelling; with another VAT id beside it somebody else is meant. So
    it is where data (`named`) or a page, which name us nowhere, are made out to a company that
    cannot be ours.
    """
    buyer, seller = stated.recipient, stated.vendor_vat_id
    own_id = vat_id_written(own.vat_id) if own.vat_id is not None else None
    if own_id is not None and seller is not None and vat_id_written(seller) == own_id:
        yield Finding(
            "SELLER_IS_TENANT",
            "The seller is this company itself: this is its own turnover, billed by its customer"
            " or by itself, and no purchase.",
            Severity.BLOCKING,
            ("vendor_vat_id",),
            "UStG § 14 Abs. 2 Satz 2 (DE), § 11 Abs. 8 (AT)",
        )
    if own_id is not None and buyer.vat_id == own_id:
        return
    is_ours = None in (own.name, buyer.name) or is_same_company(buyer.name or "", own.name or "")
    if own_id is not None and buyer.vat_id is not None and is_ours:
        is_abroad = buyer.vat_id[:2] != own_id[:2]  # a registration there, perhaps
        yield Finding(
            "OTHER_RECIPIENT",
            f"The invoice names {buyer.vat_id} as the VAT id of its recipient; ours is {own_id}.",
            Severity.WARNING if is_abroad else Severity.BLOCKING,
            basis="UStG § 15 Abs. 1 (DE), § 12 Abs. 1 Z 1 (AT)",
        )
    if own.name is None or buyer.name is None:
        return
    if not is_same_company(buyer.name, own.name):
        is_other = own_id is not None and buyer.vat_id is not None
        if not is_other:
            is_other = (
                _is_another_on(layout, buyer.name, own)
                if named is None
                else _is_another_in(named, own, layout)
            )
        yield Finding(
            "OTHER_RECIPIENT",
            f"The invoice is made out to {buyer.name}.",
            Severity.BLOCKING if is_other else Severity.WARNING,
            basis="UStG § 14 Abs. 4 Nr. 1, § 15 Abs. 1 Nr. 1 (DE),"
            " § 11 Abs. 1 Z 3 lit. b, § 12 Abs. 1 Z 1 (AT)",
        )


def _is_another_in(buyer: RecordParty, own: OwnParty, layout: Layout | None) -> bool:
    """Whether data are made out to somebody else, beyond doubt, as of a page.

    Not where they, or their page, have a name of ours beside it, or our address.
    """
    if own.name is None or not is_another_company(buyer.name or "", own.name):
        return False
    if buyer.trading_name is not None and may_be_named(buyer.trading_name, own.name):
        return False
    if layout is not None and names_party(layout, own.name):
        return False
    if own.street is None or own.postal_code is None:
        return True
    return not is_at(buyer.address or "", own.street, own.postal_code)


def _is_another_on(layout: Layout | None, name: str, own: OwnParty) -> bool:
    """Whether a page is made out to somebody else, beyond doubt: at our address it may be us."""
    if layout is None:
        return False
    is_misread = layout.pages[0].source is Source.OCR
    if own.name is None or not is_another_company(name, own.name, is_misread=is_misread):
        return False
    if own.street is None or own.postal_code is None:
        return True
    return not is_addressed_to(layout, name, own.street, own.postal_code)


def _reader(own: OwnParty, record: InvoiceRecord) -> OwnParty:
    """The recipient as the XML names it, unless the tenant is known by that name."""
    if own.name is not None and is_same_name(record.buyer.name or "", own.name):
        return own
    return replace(own, vat_id=own.vat_id or record.buyer.vat_id)
