"""What a document is judged by: reading, vendor, content rules, and what is there already."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, cast, or_, tuple_
from sqlmodel import Session, col, select

from domain.intake import review
from domain.intake.bounds import within_bounds
from domain.intake.extraction import Extraction, empty, normalized
from domain.intake.review import CaseFacts, DuplicateHint
from domain.intake.vendor_match import KnownVendor, VendorMatch, iban_findings, match
from domain.invoicing import content
from domain.invoicing.content import Circumstances, ComplianceCheck
from domain.invoicing.normalized import NormalizedInvoice
from domain.reading.finding import Finding
from domain.tables.access import TenantRow
from domain.tables.bound import tenant_of
from domain.tables.documents import ExtractionRow
from domain.tables.intake import InboxItemRow, ReviewCaseRow
from domain.tables.payables import InvoiceRow, VendorRow
from domain.views.vendor_directory import known_vendor, known_vendors

_OPEN = ("approval", "correction", "exception", "posting_failed")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for posting, and whether a person has replaced what was read."""

    invoice: NormalizedInvoice
    vendor_id: UUID | None
    is_amended: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """The facts, and the columns of a case that follow from them."""

    facts: CaseFacts
    columns: dict[str, Any]


def latest(session: Session, document_id: UUID) -> tuple[int | None, Extraction]:
    """The latest reading of a document and its version; empty when there is none."""
    return _stored_reading(session, document_id, None)


def reading_of(session: Session, document_id: UUID, version: int | None) -> Extraction:
    """A reading of a document; empty when it failed."""
    return _stored_reading(session, document_id, version)[1]


def proposed_invoice(read: Extraction) -> NormalizedInvoice:
    """What a reading proposes for posting."""
    return within_bounds(normalized(read))


def judge(session: Session, item: InboxItemRow, proposal: Proposal, read: Extraction) -> Judgement:
    """Judge a proposal by everything that is known."""
    facts = facts_of(session, item, proposal, read)
    columns = {
        "vendor_id": proposal.vendor_id,
        "normalized_invoice": proposal.invoice.to_json(),
        "validation_issues": review.validation_issues(facts),
        "duplicate_hint": facts.open_duplicate.to_json() if facts.open_duplicate else None,
        "compliance_check": compliance_of(session, proposal.invoice, read).to_json(),
    }
    return Judgement(facts, columns)


def compliance_of(
    session: Session, invoice: NormalizedInvoice, read: Extraction
) -> ComplianceCheck:
    """Hold an invoice against the law of the tenant's country."""
    tenant = session.exec(select(TenantRow).where(TenantRow.id == tenant_of(session))).one()
    circumstances = Circumstances(
        country=tenant.country,
        recipient_name=read.recipient.name,
        recipient_address=read.recipient.address,
        recipient_vat_id=read.recipient.vat_id,
        notes=read.notes,
        syntax=read.syntax,
    )
    return content.check(invoice, circumstances)


def _stored_reading(
    session: Session, document_id: UUID, version: int | None
) -> tuple[int | None, Extraction]:
    wanted = (
        select(ExtractionRow)
        .where(
            ExtractionRow.tenant_id == tenant_of(session),
            ExtractionRow.document_id == document_id,
        )
        .order_by(col(ExtractionRow.version).desc())
        .limit(1)
    )
    if version is not None:
        wanted = wanted.where(ExtractionRow.version == version)
    row = session.exec(wanted).first()
    if row is None:
        return None, empty()
    if row.fields is None:
        return row.version, empty()
    stored = {**row.fields, "raw_markdown": row.raw_text or ""}
    return row.version, Extraction.from_json(stored)


def vendor_of(session: Session, invoice: NormalizedInvoice) -> VendorMatch:
    """Match the vendor that a document names against those in use."""
    return match(invoice.vendor, known_vendors(session))


def facts_of(
    session: Session, item: InboxItemRow, proposal: Proposal, read: Extraction
) -> CaseFacts:
    """Gather what the case is judged by."""
    found = () if proposal.is_amended else read.findings
    return CaseFacts(
        invoice=proposal.invoice,
        vendor_id=proposal.vendor_id,
        findings=(*found, *_iban_findings(session, proposal)),
        duplicate=duplicate_of(session, item, proposal),
        confidence=None if proposal.is_amended else read.confidence.overall,
        is_read=proposal.is_amended or read.is_read,
    )


def duplicate_of(session: Session, item: InboxItemRow, proposal: Proposal) -> DuplicateHint | None:
    """The invoice, or the older open case, that this one looks like."""
    if not proposal.invoice.invoice_number:
        return None
    return _posted_twin(session, proposal) or _waiting_twin(session, item, proposal)


def _posted_twin(session: Session, proposal: Proposal) -> DuplicateHint | None:
    if proposal.vendor_id is None:
        return None
    row = session.exec(
        select(InvoiceRow)
        .where(
            InvoiceRow.tenant_id == tenant_of(session),
            InvoiceRow.vendor_id == proposal.vendor_id,
            InvoiceRow.invoice_number == (proposal.invoice.invoice_number or "").strip(),
        )
        .limit(1)
    ).first()
    if row is None:
        return None
    return DuplicateHint("The vendor already has an invoice of this number.", row.id, row.intent_id)


def _waiting_twin(session: Session, item: InboxItemRow, proposal: Proposal) -> DuplicateHint | None:
    """A case opened before, of the same vendor, number and total: sent twice in two forms."""
    stored = col(ReviewCaseRow.normalized_invoice)
    invoice = proposal.invoice
    same_vendor = [stored["vendor"]["name"].as_string() == invoice.vendor.name]
    if proposal.vendor_id is not None:
        same_vendor.append(col(ReviewCaseRow.vendor_id) == proposal.vendor_id)
    twin = session.exec(
        select(ReviewCaseRow.id)
        .where(
            ReviewCaseRow.tenant_id == tenant_of(session),
            ReviewCaseRow.inbox_id != item.id,
            col(ReviewCaseRow.queue_state).in_(_OPEN),
            or_(*same_vendor),
            stored["invoice_number"].as_string() == invoice.invoice_number,
            cast(stored["total_gross"].as_string(), Numeric) == invoice.total_gross,
            *_opened_before(session, item),
        )
        .limit(1)
    ).first()
    return DuplicateHint(f"Review case {twin} has the same invoice.") if twin else None


def _opened_before(session: Session, item: InboxItemRow) -> Iterator[ColumnElement[bool]]:
    """Only the later of two cases is the duplicate; before its own is open, all are earlier."""
    own = session.exec(
        select(ReviewCaseRow.created_at, ReviewCaseRow.id).where(
            ReviewCaseRow.tenant_id == tenant_of(session), ReviewCaseRow.inbox_id == item.id
        )
    ).first()
    if own is not None:
        yield tuple_(col(ReviewCaseRow.created_at), col(ReviewCaseRow.id)) < own


def _iban_findings(session: Session, proposal: Proposal) -> Iterator[Finding]:
    vendor = _vendor(session, proposal.vendor_id)
    if vendor is not None:
        yield from iban_findings(proposal.invoice.vendor, vendor)


def _vendor(session: Session, vendor_id: UUID | None) -> KnownVendor | None:
    if vendor_id is None:
        return None
    row = session.get(VendorRow, (tenant_of(session), vendor_id))
    return None if row is None else known_vendor(row)
