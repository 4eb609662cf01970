"""Approves a case: invoice, intent, case and inbox item in one transaction, or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Uuid, bindparam
from sqlmodel import Session, col

from domain.approvals import views as policies
from domain.approvals.agreement_store import Subject, agree
from domain.approvals.decisions import MailState, Outcome, need_of_invoice
from domain.database import audit
from domain.database.plain import TENANT, rows_of
from domain.database.session import actor_of, tenant_of
from domain.dates import local_day
from domain.documents.rows import DocumentRow
from domain.errors import DomainError, InvalidInput, StepBroke
from domain.iban import written
from domain.ids import derived_id
from domain.intake import (
    assessment_store,
    decision_store,
    form_store,
    inbox,
    learned,
    posting,
    review,
    taken_off,
)
from domain.intake.assessment_store import Judgement, Proposal
from domain.intake.case_finding import CaseFinding
from domain.intake.case_store import Held, change_case, close, held, state_of
from domain.intake.extraction import Extraction
from domain.intake.posting import ApprovedCase, PostingRefused
from domain.intake.review import (
    CaseFacts,
    DuplicateHint,
    InvoiceDuplicateSuspected,
    ReviewState,
)
from domain.intake.review_store import claim_judging, proposal_of
from domain.intake.rows import ReviewCaseRow
from domain.intake.vendor_match import alias_of
from domain.intake.vendor_views import known_vendor
from domain.ledger.account import AccountRole
from domain.ledger.books_store import books
from domain.ledger.chart import role
from domain.payables import (
    invoice_store,
    learned_value_store,
    payee_store,
    prepayment_store,
    settling_store,
    vat_treatment_store,
)
from domain.payables.clearing import rounding_accounts
from domain.payables.due_findings import PAYEE_DIFFERS, is_accepted
from domain.payables.invoice import DuplicateInvoiceNumber, VendorNotFound
from domain.payables.normalized import NormalizedInvoice
from domain.payables.payee_store import PayeeDecision
from domain.payables.prepayment_store import SetOffOrder
from domain.payables.rows import VendorRow
from domain.payables.terms import Payee
from domain.payables.vat_treatment import NOTHING
from domain.payables.vat_treatment_store import Because
from domain.periods import period_views
from domain.posting import store as journal


def approve(session: Session, inbox_id: UUID, at: datetime, *, expected: int | None = None) -> Held:
    """Post the case once enough people have approved it as it is now; else note the approval.

    Raises what an approval needs, and PostingRefused for what the books refuse.

    `expected` is the version that the approval is for; another one is refused (CaseChanged).
    The ids of intent and invoice follow from the case, so that it can be in the books only once.
    """
    found = held(session, inbox_id)
    case = found.opened
    review.check_open(state_of(case))
    review.check_version(case.version, expected)
    proposal = proposal_of(case)
    read = assessment_store.reading_of(session, case.document_id, found.item.extraction_version)
    judged = assessment_store.judge(session, found.item, proposal, read)
    review.check_approvable(state_of(case), judged.facts)
    if not _is_agreed(session, case, proposal, at):
        return found
    vendor = _vendor(session, proposal.vendor_id)  # the session holds whom it was judged by
    way = _Way("approved", vendor, is_payee_named=_is_named(judged.invoice.payee, read))
    settled = _settled(session, found, judged, way, at)
    _keep_payee(session, judged.facts, read)
    _keep_treatment(session, judged, case.document_id, at)
    _keep_learned(session, judged, read, case.document_id, at)
    return settled


def approve_by_policy(session: Session, inbox_id: UUID, at: datetime) -> Held:
    """Post a case that the policy needs no person for; else leave it to a person, and say why.

    All is judged anew: what was true when the document was checked may be so no longer. Nothing is
    done before all documents of its mail are read. Raises
    PostingRefused for what the books refuse.
    """
    found = held(session, inbox_id)
    if found.case is None or state_of(found.case).is_final:
        return found
    if form_store.mail_state(session, found.item) is MailState.READING:
        return found  # what was decided before stands: one of them may be its other form
    case = found.case
    decision_store.queue_up(session, case.vendor_id)
    claim_judging(session, found.item)
    vendor = _vendor(session, case.vendor_id)
    read = assessment_store.reading_of(session, case.document_id, found.item.extraction_version)
    judged = assessment_store.judge(session, found.item, proposal_of(case), read)
    decision, facts = decision_store.consider(session, found, judged, read, at)
    if decision.outcome is not Outcome.TOUCHLESS:
        return found
    told = {"policy_version": decision.policy_version, "inputs": facts.to_json()}
    decision_store.keep(session, case, decision, facts, at, is_posted=True)
    is_named = _is_named(judged.invoice.payee, read)
    way = _Way("posted_by_policy", vendor, told, is_named)
    settled = _settled(session, found, judged, way, at)
    _keep_payee(session, judged.facts, read)
    return settled


@dataclass(frozen=True, slots=True)
class _Way:
    """How a case comes to be posted, and what the audit log is told beside."""

    verb: str
    vendor: VendorRow | None
    told: Mapping[str, object] = field(default_factory=dict)
    is_payee_named: bool = False


def _settled(session: Session, found: Held, judged: Judgement, way: _Way, at: datetime) -> Held:
    case = found.opened
    try:
        invoice_id, intent_id = _post(session, case, judged.invoice, way, at)
    except DomainError as refusal:
        raise PostingRefused(_refusal_as_kept(refusal)) from refusal
    decided = {
        "normalized_invoice": judged.invoice.to_json(),
        "tax_proposals": [each.to_json() for each in judged.proposals],
        "findings": [each.to_json() for each in judged.findings],
        "queue_state": ReviewState.APPROVED.value,
        "invoice_id": invoice_id,
        "intent_id": intent_id,
        "posting_error": None,
        "decided_by": actor_of(session).user_id,
        "decided_at": at,
    }
    audit.record(
        session,
        f"review_case.{way.verb}",
        "review_case",
        case.id,
        before={"queue_state": case.queue_state, "version": case.version},
        after={
            "queue_state": ReviewState.APPROVED,
            "intent_id": intent_id,
            "answered": _answered(judged.facts.findings),
            **way.told,
        },
    )
    change_case(session, case, decided, at)
    close(session, found, inbox.confirmed(found.status), at)
    return found


def posting_failed(session: Session, inbox_id: UUID, refusal: DomainError, at: datetime) -> Held:
    """Keep why the books refused; the case can be corrected and approved again."""
    found = held(session, inbox_id)
    case = found.opened
    if state_of(case).is_final:
        return found
    error = {"code": refusal.code, "message": refusal.message, "at": at.isoformat()}
    if isinstance(refusal, StepBroke):
        error["kind"] = str(refusal.context["kind"])
    values = {"queue_state": ReviewState.POSTING_FAILED.value, "posting_error": error}
    audit.record(
        session,
        "review_case.posting_failed",
        "review_case",
        case.id,
        before={"queue_state": case.queue_state},
        after={"queue_state": ReviewState.POSTING_FAILED, "code": refusal.code},
    )
    change_case(session, case, values, at)
    return found


def _is_agreed(session: Session, case: ReviewCaseRow, proposal: Proposal, at: datetime) -> bool:
    force = policies.in_force(session, at)
    need = need_of_invoice(force.policy, proposal.invoice.gross_in_base, proposal.vendor_id)
    return agree(session, Subject("review_case", case.id, case.version), need, force, at)


def _answered(findings: Iterable[CaseFinding]) -> list[str]:
    """Findings that people have accepted: the posting stands in spite of them."""
    return [each.finding.id for each in findings if each.answer is not None]


def _keep_payee(session: Session, facts: CaseFacts, read: Extraction) -> None:
    """Keep with the vendor that a person accepted another payee, so that it need not be asked.

    Only one that the document names. Who types another into the case has said where money goes:
    no run pays it before somebody else accepts it (payee_store.accept).
    """
    payee, vendor_id = facts.invoice.payee, facts.vendor_id
    if payee is None or vendor_id is None or not _is_named(payee, read):
        return
    for found in facts.findings:
        answer = found.answer
        if answer is not None and found.finding.code == PAYEE_DIFFERS:
            by, at, why = answer.answered_by, answer.answered_at, answer.reason
            payee_store.decide(session, PayeeDecision(vendor_id, payee, at, by, why))


def _is_named(payee: Payee | None, read: Extraction) -> bool:
    """Whether a document names a payee, or the account of it under any name."""
    named = read.payee
    accounts = (read.vendor_iban, named.iban if named else None)
    if payee is None:
        return False
    if payee.iban and written(payee.iban) in [written(each) for each in accounts if each]:
        return True
    return named is not None and is_accepted(payee, [named])


def _keep_treatment(session: Session, judged: Judgement, document_id: UUID, at: datetime) -> None:
    """Keep how the vendor was booked; only what a person has approved teaches that."""
    vendor_id = judged.facts.vendor_id
    if judged.news != NOTHING and vendor_id is not None:
        because = Because(at, document_id)
        vat_treatment_store.learn(session, vendor_id, judged.news, because)


def _keep_learned(
    session: Session, judged: Judgement, read: Extraction, document_id: UUID, at: datetime
) -> None:
    """Keep what a person has put right, for the vendor's next document."""
    vendor_id = judged.facts.vendor_id
    if vendor_id is None:
        return
    proposed = assessment_store.proposed_invoice(read)
    found = learned.taught(read, proposed, judged.facts.invoice, judged.taught)
    vendor = _vendor(session, vendor_id)
    if vendor is not None:
        alias = alias_of(proposed.vendor, known_vendor(vendor))
        found |= learned.named(alias, judged.taught)
    learned_value_store.learn(session, vendor_id, found, Because(at, document_id))


def _post(
    session: Session,
    case: ReviewCaseRow,
    filled: NormalizedInvoice,
    way: _Way,
    at: datetime,
) -> tuple[UUID, UUID]:
    vendor = way.vendor
    if vendor is None:
        raise VendorNotFound(case.vendor_id or UUID(int=0))
    by = actor_of(session).user_id
    approved = replace(case_of(session, case, filled, vendor, at), approved_by=by)
    invoice = posting.invoice_of(approved)
    if filled.set_offs:
        for place, why in taken_off.problems(filled):
            raise InvalidInput(f"/normalized_invoice/set_offs/{place}".removesuffix("/"), why)
        known = prepayment_store.claimed(session, vendor.id, filled.set_offs)
        approved = replace(approved, prepayments=known)
    booking = posting.booking_of(approved)
    if filled.within:
        (booking,) = settling_store.with_items(session, [booking])
    posted = journal.book(session, booking)
    # Nobody changes a tax code between the posting and its commit.
    posting.check_rates(approved, books(session, tenant_of(session)).tax_codes)
    invoice_id = derived_id("invoice", "review-case", tenant_of(session), case.id)
    invoice_store.create(session, invoice_id, invoice, is_payee_named=way.is_payee_named)
    if filled.within and not posted.replayed:
        prepayment_store.keep_uses(session, approved.intent_id, posting.used_by(approved))
    if filled.beside:
        prepayment_store.set_off(session, set_off_order(session, case, approved), invoice_id)
    return invoice_id, approved.intent_id


def set_off_order(session: Session, case: ReviewCaseRow, approved: ApprovedCase) -> SetOffOrder:
    """What is posted beside the invoice, on its day and from its document."""
    return SetOffOrder(
        intent_id=derived_id("intent", "set-off", tenant_of(session), case.id),
        vendor_id=approved.vendor_id,
        set_offs=approved.invoice.beside,
        payables_account=approved.payables_account,
        booking_date=approved.booking_date,
        document_number=approved.number,
        document_date=approved.day,
        supply_date=approved.invoice.delivery_date,
        document_id=approved.document_id,
        document_sha256=approved.document_sha256,
        approved_by=approved.approved_by,
    )


def case_of(
    session: Session,
    case: ReviewCaseRow,
    filled: NormalizedInvoice,
    vendor: VendorRow | None,
    at: datetime,
) -> ApprovedCase:
    """A case as the books would get it at an instant, approved by nobody yet.

    Without a vendor it shows what its lines say; it cannot be posted like this.
    """
    tenant_id = tenant_of(session)
    known = books(session, tenant_id)
    ((sha256, closed),) = rows_of(session, _document_query(), document=case.document_id)
    return ApprovedCase(
        intent_id=derived_id("intent", "review-case", tenant_id, case.id),
        invoice=filled,
        vendor_id=vendor.id if vendor else UUID(int=0),
        vendor_name=vendor.name if vendor else filled.vendor.name or "",
        default_account=vendor.default_account if vendor else None,
        payables_account=role(known.chart, AccountRole.PAYABLES),
        rounding_accounts=rounding_accounts(known.chart),
        document_id=case.document_id,
        document_sha256=sha256,
        approved_by=None,
        approved_on=local_day(at, known.chart.country),
        fiscal_year_start=known.fiscal_year_start,
        codes=known.tax_codes,
        closed=frozenset(closed),
    )


@cache
def _document_query() -> Any:
    """The hash of a document, and the months that take no bookings."""
    row = DocumentRow
    return sqlalchemy.select(col(row.sha256), period_views.closed_months()).where(
        col(row.tenant_id) == TENANT, col(row.id) == bindparam("document", type_=Uuid())
    )


def _vendor(session: Session, vendor_id: UUID | None) -> VendorRow | None:
    return session.get(VendorRow, (tenant_of(session), vendor_id)) if vendor_id else None


def _refusal_as_kept(refusal: DomainError) -> DomainError:
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
