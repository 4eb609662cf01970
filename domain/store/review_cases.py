"""Writes review cases: opened when a document has been read, corrected, rejected, reminded of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from domain.errors import InvalidInput
from domain.ids import derived_id
from domain.intake import inbox, review
from domain.intake.inbox import HANDLED_OUTSIDE
from domain.intake.review import CaseFacts, ReviewState
from domain.invoicing.invoice import VendorNotFound
from domain.invoicing.normalized import NormalizedInvoice
from domain.store import assessment, audit
from domain.store.assessment import Proposal
from domain.store.cases import Held, change_case, change_item, close, held, invoice_of, state_of
from domain.tables.bound import actor_of, tenant_of
from domain.tables.intake import ReviewCaseRow
from domain.views import vendors

ESCALATE_AFTER = 2
"""So many reminders, and the case is escalated."""


def match(session: Session, inbox_id: UUID) -> None:
    """Find the vendor that the document names, and keep the answer with the item."""
    found = held(session, inbox_id)
    _, read = assessment.latest(session, found.item.document_id)
    matched = assessment.vendor_of(session, assessment.proposed_invoice(read))
    change_item(session, found.item, {"vendor_match": matched.to_json()})


def check(session: Session, inbox_id: UUID, at: datetime) -> Held:
    """Judge what was read and open the case, or bring an open one up to the new reading.

    A decided item stays as it is.
    """
    found = held(session, inbox_id)
    if found.status.is_final:
        return found
    version, read = assessment.latest(session, found.item.document_id)
    matched = assessment.vendor_of(session, assessment.proposed_invoice(read))
    proposal = Proposal(assessment.proposed_invoice(read), matched.vendor_id)
    judged = assessment.judge(session, found.item, proposal, read)
    values = judged.columns | {
        "vendor_candidates": matched.candidates_json(),
        "is_amended": False,
        "posting_error": None,
    }
    _store_case(session, found, values, judged.facts, at)
    change_item(
        session,
        found.item,
        {
            "status": inbox.read_out(found.status).value,
            "extraction_version": version,
            "vendor_match": matched.to_json(),
            "compliance_check": judged.columns["compliance_check"],
        },
    )
    return held(session, inbox_id)


def amend(session: Session, inbox_id: UUID, changes: dict[str, Any], at: datetime) -> Held:
    """Replace the proposed invoice, its vendor, or both; None clears the vendor."""
    found = held(session, inbox_id)
    case = found.opened
    review.check_open(state_of(case))
    review.check_changes(
        has_vendor="vendor_id" in changes, has_invoice="normalized_invoice" in changes
    )
    proposal = _changed(session, case, changes)
    version = found.item.extraction_version
    read = assessment.reading_of(session, found.item.document_id, version)
    judged = assessment.judge(session, found.item, proposal, read)
    state = review.recomputed(state_of(case), judged.facts)
    values = judged.columns | {
        "queue_state": state.value,
        "is_amended": proposal.is_amended,
        "posting_error": None,
    }
    change_case(session, case, values, at)
    _record(session, case, "amended", state, fields=sorted(changes))
    return held(session, inbox_id)


def refresh(session: Session, inbox_id: UUID, at: datetime) -> Held:
    """Judge an open case again: the books around it may have changed."""
    found = held(session, inbox_id)
    case = found.case
    if case is None or state_of(case).is_final:
        return found
    proposal = proposal_of(case)
    version = found.item.extraction_version
    read = assessment.reading_of(session, found.item.document_id, version)
    judged = assessment.judge(session, found.item, proposal, read)
    failed = state_of(case) is ReviewState.POSTING_FAILED
    state = state_of(case) if failed else review.state_of(judged.facts)
    change_case(session, case, judged.columns | {"queue_state": state.value}, at)
    return held(session, inbox_id)


def reject(
    session: Session, inbox_id: UUID, reason: str | None, at: datetime, *, at_inbox: bool
) -> Held:
    """Close the case and its item without a posting."""
    found = held(session, inbox_id)
    if at_inbox:
        inbox.check_open(found.status)
    else:
        review.check_open(state_of(found.opened))
    if found.case is not None:
        _reject_case(session, found.case, reason, at)
    close(session, found, inbox.rejected(found.status), at, reason)
    return held(session, inbox_id)


def confirm(session: Session, inbox_id: UUID, at: datetime) -> Held:
    """Close the item as handled outside; an open case is rejected with that reason."""
    found = held(session, inbox_id)
    status = inbox.confirmed(found.status)
    if found.case is not None:
        _reject_case(session, found.case, HANDLED_OUTSIDE, at)
    close(session, found, status, at)
    return held(session, inbox_id)


def remind(session: Session, inbox_id: UUID, at: datetime) -> Held:
    """Note that an open case has waited too long; after some reminders it is escalated."""
    found = held(session, inbox_id)
    case = found.case
    if case is None or state_of(case).is_final:
        return found
    count = case.reminders + 1
    change_case(session, case, {"reminders": count, "reminded_at": at}, case.updated_at)
    verb = "escalated" if count > ESCALATE_AFTER else "reminded"
    _record(session, case, verb, state_of(case), reminders=count)
    return held(session, inbox_id)


def proposal_of(case: ReviewCaseRow) -> Proposal:
    """What a stored case proposes."""
    return Proposal(invoice_of(case), case.vendor_id, case.is_amended)


def _store_case(
    session: Session, found: Held, values: dict[str, Any], facts: CaseFacts, at: datetime
) -> None:
    case = found.case
    if case is not None:
        state = review.recomputed(state_of(case), facts)
        change_case(session, case, {**values, "queue_state": state.value}, at)
        _record(session, case, "reread", state)
        return
    opened = ReviewCaseRow(
        tenant_id=tenant_of(session),
        id=derived_id("review-case", tenant_of(session), found.item.id),
        inbox_id=found.item.id,
        document_id=found.item.document_id,
        queue_state=review.state_of(facts).value,
        created_at=at,
        updated_at=at,
        **values,
    )
    session.add(opened)
    session.flush()
    _record(session, opened, "opened", state_of(opened))


def _changed(session: Session, case: ReviewCaseRow, changes: dict[str, Any]) -> Proposal:
    before = proposal_of(case)
    invoice, vendor_id = before.invoice, before.vendor_id
    if "normalized_invoice" in changes:
        invoice = _invoice(changes["normalized_invoice"])
    if "vendor_id" in changes:
        vendor_id = UUID(changes["vendor_id"]) if changes["vendor_id"] else None
        if vendor_id is not None and not vendors.exists(session, vendor_id):
            raise VendorNotFound(vendor_id)
    return Proposal(invoice, vendor_id, before.is_amended or "normalized_invoice" in changes)


def _invoice(stored: dict[str, Any]) -> NormalizedInvoice:
    try:
        return NormalizedInvoice.from_json(stored).renumbered()
    except ValueError as error:  # pydantic's own; the API has checked the same before
        raise InvalidInput("/normalized_invoice", "is not an invoice") from error


def _reject_case(session: Session, case: ReviewCaseRow, reason: str | None, at: datetime) -> None:
    review.check_open(state_of(case))
    values = {
        "queue_state": ReviewState.REJECTED.value,
        "rejection_reason": reason,
        "decided_by": actor_of(session).user_id,
        "decided_at": at,
    }
    change_case(session, case, values, at)
    _record(session, case, "rejected", ReviewState.REJECTED)


def _record(
    session: Session, case: ReviewCaseRow, verb: str, state: ReviewState, **facts: object
) -> None:
    audit.record(
        session,
        f"review_case.{verb}",
        "review_case",
        case.id,
        before={"queue_state": case.queue_state},
        after={"queue_state": state, **facts},
    )
