"""Approves a case: invoice, intent, case and inbox item in one transaction, or nothing."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from domain.dates import local_day
from domain.errors import DomainError
from domain.ids import derived_id
from domain.intake import inbox, posting, review
from domain.intake.posting import ApprovedCase, PostingRefused
from domain.intake.review import DuplicateHint, InvoiceDuplicateSuspected, ReviewState
from domain.invoicing.invoice import DuplicateInvoiceNumber, VendorNotFound
from domain.ledger.account import AccountRole
from domain.ledger.chart import role
from domain.store import assessment, audit, invoices, journal
from domain.store.books import books
from domain.store.cases import Held, change_case, close, held, state_of
from domain.store.review_cases import proposal_of
from domain.tables.bound import actor_of, tenant_of
from domain.tables.documents import DocumentRow
from domain.tables.intake import ReviewCaseRow
from domain.tables.payables import VendorRow


def approve(session: Session, inbox_id: UUID, at: datetime) -> Held:
    """Post the case. Raises what an approval needs, and PostingRefused for what the books refuse.

    The ids of intent and invoice follow from the case, so that it can be in the books only once.
    """
    found = held(session, inbox_id)
    case = found.opened
    proposal = proposal_of(case)
    read = assessment.reading_of(session, case.document_id, found.item.extraction_version)
    facts = assessment.judge(session, found.item, proposal, read).facts
    review.check_approvable(state_of(case), facts)
    try:
        invoice_id, intent_id = _post(session, case, at)
    except DomainError as refusal:
        raise PostingRefused(_told(refusal)) from refusal
    decided = {
        "queue_state": ReviewState.APPROVED.value,
        "invoice_id": invoice_id,
        "intent_id": intent_id,
        "posting_error": None,
        "decided_by": actor_of(session).user_id,
        "decided_at": at,
    }
    change_case(session, case, decided, at)
    audit.record(
        session,
        "review_case.approved",
        "review_case",
        case.id,
        before={"queue_state": case.queue_state},
        after={"queue_state": ReviewState.APPROVED, "intent_id": intent_id},
    )
    close(session, found, inbox.confirmed(found.status), at)
    return held(session, inbox_id)


def posting_failed(session: Session, inbox_id: UUID, refusal: DomainError, at: datetime) -> Held:
    """Keep why the books refused; the case can be corrected and approved again."""
    found = held(session, inbox_id)
    case = found.opened
    if state_of(case).is_final:
        return found
    error = {"code": refusal.code, "message": refusal.message, "at": at.isoformat()}
    values = {"queue_state": ReviewState.POSTING_FAILED.value, "posting_error": error}
    change_case(session, case, values, at)
    audit.record(
        session,
        "review_case.posting_failed",
        "review_case",
        case.id,
        before={"queue_state": case.queue_state},
        after={"queue_state": ReviewState.POSTING_FAILED, "code": refusal.code},
    )
    return held(session, inbox_id)


def _post(session: Session, case: ReviewCaseRow, at: datetime) -> tuple[UUID, UUID]:
    approved = _approved(session, case, at)
    invoice = posting.invoice_of(approved)
    journal.book(session, posting.booking_of(approved))
    # Nobody changes a tax code between the posting and its commit.
    posting.check_rates(approved, books(session, tenant_of(session)).tax_codes)
    invoice_id = derived_id("invoice", "review-case", tenant_of(session), case.id)
    return invoices.create(session, invoice_id, invoice), approved.intent_id


def _approved(session: Session, case: ReviewCaseRow, at: datetime) -> ApprovedCase:
    tenant_id = tenant_of(session)
    proposal = proposal_of(case)
    vendor = session.get(VendorRow, (tenant_id, proposal.vendor_id))
    document = session.get_one(DocumentRow, (tenant_id, case.document_id))
    if vendor is None or proposal.vendor_id is None:
        raise VendorNotFound(proposal.vendor_id or UUID(int=0))
    known = books(session, tenant_id)
    return ApprovedCase(
        intent_id=derived_id("intent", "review-case", tenant_id, case.id),
        invoice=proposal.invoice,
        vendor_id=vendor.id,
        vendor_name=vendor.name,
        default_account=vendor.default_account,
        payables_account=role(known.chart, AccountRole.PAYABLES),
        document_id=document.id,
        document_sha256=document.sha256,
        approved_by=actor_of(session).user_id,
        approved_on=local_day(at, known.chart.country),
        fiscal_year_start=known.fiscal_year_start,
    )


def _told(refusal: DomainError) -> DomainError:
    """A number that the vendor has used is a duplicate that no acknowledgement removes."""
    if not isinstance(refusal, DuplicateInvoiceNumber):
        return refusal
    existing = refusal.context.get("existing_id")
    return InvoiceDuplicateSuspected(
        DuplicateHint(
            "The vendor already has an invoice of this number; change the number.",
            invoice_id=UUID(str(existing)) if existing else None,
        )
    )
