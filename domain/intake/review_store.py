"""Writes review cases: opened when a document has been read, corrected, rejected, reminded of."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.approvals import views as policies
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.errors import InvalidInput
from domain.ids import derived_id
from domain.intake import (
    assessment_store,
    case_finding,
    decision_store,
    form_store,
    inbox,
    learned,
    review,
    taken_off,
)
from domain.intake.assessment_store import Judgement, Proposal
from domain.intake.case_finding import CaseFinding, Said
from domain.intake.case_store import (
    Held,
    change_case,
    change_item,
    close,
    findings_of,
    held,
    invoice_of,
    name_of,
    remember,
    state_of,
)
from domain.intake.due import with_day
from domain.intake.exchange import without_stale_rate
from domain.intake.fields import is_changed
from domain.intake.inbox import HANDLED_OUTSIDE
from domain.intake.merge import merged
from domain.intake.reminding import is_escalated, next_reminder
from domain.intake.review import CaseFacts, ReviewState
from domain.intake.rows import InboxItemRow, ReviewCaseRow
from domain.intake.tax_proposal import without_proposed
from domain.letters import german
from domain.letters import store as letters
from domain.letters.letter import LetterKind, Note
from domain.payables import (
    learned_value_views,
    prepayment_store,
    prepayment_views,
    vendor_views,
)
from domain.payables.invoice import VendorNotFound
from domain.payables.normalized import NormalizedInvoice
from domain.reading.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class Rejection:
    """An order to close without a posting; `expected` is the version that the caller has seen."""

    reason: str | None = None
    expected: int | None = None
    at_inbox: bool = False


_INVOICE = {"normalized_invoice", "invoice_patch"}
_IDENTITY = (
    *("invoice_number", "invoice_date", "total_gross"),
    *("vendor_name", "vendor_vat_id", "vendor_iban"),
)
_CLAIM_JUDGING = text("SELECT pg_advisory_xact_lock(hashtextextended('judge/' || :tenant, 0))")


def match(session: Session, inbox_id: UUID) -> None:
    """Find the vendor that the document names, and keep the answer with the item."""
    found = held(session, inbox_id)
    _, read = assessment_store.latest(session, found.item.document_id)
    matched = assessment_store.vendor_of(session, assessment_store.proposed_invoice(read))
    change_item(session, found.item, {"vendor_match": matched.to_json()})


def check(session: Session, inbox_id: UUID, at: datetime, *, is_first: bool = False) -> Held:
    """Judge what was read and open the case, or bring an open one up to the new reading.

    A decided item stays as it is; so does an open case where this is the first look at a document.
    """
    found = held(session, inbox_id)
    if found.status.is_final or (is_first and found.case is not None):
        return found
    version, read = assessment_store.latest(session, found.item.document_id)
    matched = assessment_store.vendor_of(session, assessment_store.proposed_invoice(read))
    answered = case_finding.standing(findings_of(found.case)) if found.case else ()
    before = form_store.marks_of(found.case)
    taught = learned_value_views.in_force(session, matched.vendor_id)
    invoice = learned.filled(assessment_store.proposed_invoice(read), taught)
    is_said = found.case is not None and invoice_of(found.case).set_offs_said
    invoice = replace(invoice, set_offs_said=is_said)
    proposal = Proposal(invoice, matched.vendor_id, findings=answered)
    _claim_judging(session)
    judged = assessment_store.judge(session, found.item, proposal, read)
    values = assessment_store.columns_of(session, judged, read) | {
        "vendor_candidates": matched.candidates_json(),
        "is_amended": False,
        "posting_error": None,
    }
    case = _store_case(session, found, values, judged.facts, at)
    change_item(
        session,
        found.item,
        {
            "status": inbox.read_out(found.status).value,
            "extraction_version": version,
            "vendor_match": matched.to_json(),
            "compliance_check": values["compliance_check"],
        },
    )
    opened = Held(found.item, case)
    decision_store.consider(session, opened, judged, read, at)
    _refresh_beside(session, found.item, at, before)
    return opened


def check_broke(session: Session, inbox_id: UUID, kind: str, at: datetime) -> Held:
    """Open a case in which everything is to be entered: what was read could not be checked.

    A case that is open already stays as it was, but for the finding.
    """
    found = held(session, inbox_id)
    if found.status.is_final:
        return found
    broke = CaseFinding(
        Finding(
            "CHECK_FAILED",
            f"The document could not be checked ({kind}); enter the invoice by hand.",
            Severity.BLOCKING,
        )
    )
    if found.case is None:
        facts = CaseFacts(NormalizedInvoice(), None, (broke,), is_read=False)
        values = {
            "normalized_invoice": facts.invoice.to_json(),
            "findings": [broke.to_json()],
            "validation_issues": review.validation_issues(facts),
        }
        case = _store_case(session, found, values, facts, at)
        change_item(session, found.item, {"status": inbox.read_out(found.status).value})
        return Held(found.item, case)
    kept = [each for each in findings_of(found.case) if each.finding.id != broke.finding.id]
    findings = [each.to_json() for each in (*kept, broke)]
    _record(session, found.case, "check_broke", state_of(found.case), kind=kind)
    change_case(session, found.case, {"findings": findings}, at)
    return found


def amend(
    session: Session,
    inbox_id: UUID,
    changes: dict[str, Any],
    at: datetime,
    *,
    expected: int | None = None,
) -> Held:
    """Change what is proposed, wholly or in parts, its vendor, or what is answered to findings.

    `expected` is the version that the caller has seen, if they say so. Raises CaseChanged.
    """
    found = held(session, inbox_id)
    case = found.opened
    review.check_open(state_of(case))
    review.check_version(case.version, expected)
    review.check_changes(changes)
    proposal = changed(session, case, changes)
    _check_set_offs(session, invoice_of(case), proposal)
    said = Said(changes.get("finding_answers", {}), actor_of(session).user_id, at)
    version = found.item.extraction_version
    read = assessment_store.reading_of(session, found.item.document_id, version)
    before = form_store.marks_of(case)
    has_forms = claim_judging(session, found.item)
    judged = assessment_store.judge(session, found.item, proposal, read, said)
    state = review.recomputed(state_of(case), judged.facts)
    _record(session, case, "amended", state, fields=sorted(changes), answers=_told(said, judged))
    values = assessment_store.columns_of(session, judged, read) | {
        "queue_state": state.value,
        "is_amended": proposal.is_amended,
        "posting_error": None,
    }
    change_case(session, case, values, at)
    if has_forms:
        _refresh_beside(session, found.item, at, before)
    return found


def refresh(session: Session, inbox_id: UUID, at: datetime) -> Held:
    """Judge an open case again: the books around it may have changed."""
    found = held(session, inbox_id)
    case = found.case
    if case is None or state_of(case).is_final:
        return found
    proposal = proposal_of(case)
    version = found.item.extraction_version
    read = assessment_store.reading_of(session, found.item.document_id, version)
    judged = assessment_store.judge(session, found.item, proposal, read)
    failed = state_of(case) is ReviewState.POSTING_FAILED
    state = state_of(case) if failed else review.state_of(judged.facts)
    values = assessment_store.columns_of(session, judged, read) | {"queue_state": state.value}
    if any(getattr(case, name) != value for name, value in values.items()):
        change_case(session, case, values, at)
    return found


def claim_judging(session: Session, item: InboxItemRow) -> bool:
    """Let one judge at a time where its mail may hold an invoice in two forms; whether it may."""
    has_forms = form_store.has_forms(session, item)
    if has_forms:
        _claim_judging(session)
    return has_forms


def _claim_judging(session: Session) -> None:
    """Let one judge at a time: of two forms of an invoice the second must see the first."""
    session.execute(_CLAIM_JUDGING, {"tenant": str(tenant_of(session))})


def _refresh_beside(
    session: Session, item: InboxItemRow, at: datetime, before: frozenset[str] = frozenset()
) -> None:
    """Judge the open cases of the mail again that may be this invoice in another form.

    `before` are the marks that this case had until now: what was its other form is so no more.
    """
    for beside in form_store.open_beside(session, item, before):
        refresh(session, beside, at)


def reject(session: Session, inbox_id: UUID, said: Rejection, at: datetime) -> Held:
    """Close the case and its item without a posting. Raises CaseChanged."""
    found = held(session, inbox_id)
    if said.at_inbox:
        inbox.check_open(found.status)
    else:
        review.check_open(state_of(found.opened))
        review.check_version(found.opened.version, said.expected)
    has_forms = claim_judging(session, found.item)
    if found.case is not None:
        _reject_case(session, found.case, said.reason, at)
    close(session, found, inbox.rejected(found.status), at, said.reason)
    if has_forms:
        _refresh_beside(session, found.item, at)
    return found


def confirm(session: Session, inbox_id: UUID, at: datetime) -> Held:
    """Close the item as handled outside; an open case is rejected with that reason."""
    found = held(session, inbox_id)
    status = inbox.confirmed(found.status)
    has_forms = claim_judging(session, found.item)
    if found.case is not None:
        _reject_case(session, found.case, HANDLED_OUTSIDE, at)
    close(session, found, status, at)
    if has_forms:
        _refresh_beside(session, found.item, at)
    return found


def reopen(session: Session, inbox_id: UUID, at: datetime) -> None:
    """Take up a document that was rejected or handled outside; it is to be read again.

    Raises NotRejected.
    """
    found = held(session, inbox_id)
    case = found.case
    status = inbox.reopened(found.status, is_posted=bool(case and case.intent_id))
    undecided = {"rejection_reason": None, "decided_by": None, "decided_at": None}
    if case is not None:
        state = ReviewState.CORRECTION
        change_case(session, case, {"queue_state": state.value, **undecided}, at)
        remember(session, case, {"reminders": 0, "reminded_at": at})  # it waits anew
        _record(session, case, "reopened", state)
    change_item(session, found.item, {"status": status.value, **undecided})
    audit.record(
        session,
        "inbox_item.reopened",
        "inbox_item",
        inbox_id,
        before={"status": found.status},
        after={"status": status},
    )


def remind(session: Session, inbox_id: UUID, at: datetime) -> Held:
    """Note that an open case has waited too long, where that is due; later it is escalated.

    Asked too early, or twice, it changes nothing.
    """
    found = held(session, inbox_id)
    case = found.case
    if case is None or state_of(case).is_final:
        return found
    force = policies.in_force(session, at)
    deadlines = force.policy.deadlines
    if at < next_reminder(deadlines, case.created_at, case.reminders, case.reminded_at):
        return found
    count = case.reminders + 1
    is_late = is_escalated(deadlines, case.created_at, at)
    verb = "escalated" if is_late else "reminded"
    told = [(LetterKind.CASE_REMINDER, deadlines.remind)]
    if is_late:
        told.append((LetterKind.CASE_ESCALATION, deadlines.escalate_to))
    for kind, people in told:
        note = Note(kind, "review_case", case.id, count, _told_of(case, at))
        letters.write(session, note, force.readers(people, "kreditoren:write"), at, at)
    _record(session, case, verb, state_of(case), reminders=count)
    remember(session, case, {"reminders": count, "reminded_at": at})
    return found


def _told_of(case: ReviewCaseRow, at: datetime) -> dict[str, str]:
    """What a letter says of a case that waits."""
    invoice = invoice_of(case)
    amount = invoice.total_gross
    return {
        "document": name_of(case),
        "days": str((at - case.created_at).days),
        "amount": "unbekannt" if amount is None else german.money(amount, invoice.currency or ""),
        "state": case.queue_state,
    }


def proposal_of(case: ReviewCaseRow) -> Proposal:
    """What a stored case proposes."""
    invoice = without_proposed(invoice_of(case), case.tax_proposals)
    return Proposal(invoice, case.vendor_id, case.is_amended, findings_of(case))


def _store_case(
    session: Session, found: Held, values: dict[str, Any], facts: CaseFacts, at: datetime
) -> ReviewCaseRow:
    case = found.case
    if case is not None:
        state = review.recomputed(state_of(case), facts)
        _record(session, case, "reread", state)
        change_case(session, case, {**values, "queue_state": state.value}, at)
        return case
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
    return opened


def changed(session: Session, case: ReviewCaseRow, changes: dict[str, Any]) -> Proposal:
    """What a case would propose with these changes; nothing is stored. Raises VendorNotFound."""
    before = proposal_of(case)
    invoice, vendor_id = before.invoice, before.vendor_id
    if "normalized_invoice" in changes:
        invoice = _invoice(changes["normalized_invoice"])
    if "invoice_patch" in changes:
        invoice = _patched(invoice, changes["invoice_patch"])
        invoice = with_day(invoice, changes["invoice_patch"])
    if "vendor_id" in changes:
        vendor_id = UUID(changes["vendor_id"]) if changes["vendor_id"] else None
        if vendor_id is not None and not vendor_views.exists(session, vendor_id):
            raise VendorNotFound(vendor_id)
    invoice = _set_off_as_said(case, _placed(session, invoice, vendor_id), changes)
    invoice = without_stale_rate(before.invoice, invoice)
    if _is_another(before, invoice, vendor_id) and not _acknowledges(before, changes):
        invoice = replace(invoice, duplicate_acknowledged=False)
    is_amended = before.is_amended or not _INVOICE.isdisjoint(changes)
    return Proposal(invoice, vendor_id, is_amended, before.findings)


def _is_another(before: Proposal, invoice: NormalizedInvoice, vendor_id: UUID | None) -> bool:
    """Whether what duplicates are found by says something else now."""
    return vendor_id != before.vendor_id or is_changed(before.invoice, invoice, _IDENTITY)


def _acknowledges(before: Proposal, changes: dict[str, Any]) -> bool:
    """Whether this very change says that it is no duplicate; what it was before says nothing."""
    if changes.get("invoice_patch", {}).get("duplicate_acknowledged"):
        return True
    return not before.invoice.duplicate_acknowledged


def _placed(
    session: Session, invoice: NormalizedInvoice, vendor_id: UUID | None
) -> NormalizedInvoice:
    """The invoice with what is set off laid upon the lines that the vendor's prepayments tell."""
    if not invoice.beside or vendor_id is None or not taken_off.is_below(invoice):
        return invoice
    return taken_off.placed(invoice, prepayment_views.prepayments(session, vendor_id))


def _set_off_as_said(
    case: ReviewCaseRow, invoice: NormalizedInvoice, changes: dict[str, Any]
) -> NormalizedInvoice:
    """The invoice without what is proposed; who says what is set off of it has the last word.

    Else what somebody took out would be proposed again at once, or once it fits. An invoice that
    was sent whole says so only where it differs from what was seen.
    """
    seen, proposals = invoice_of(case), case.tax_proposals
    alone = replace(without_proposed(invoice, proposals), set_offs_said=seen.set_offs_said)
    is_said = "set_offs" in changes.get("invoice_patch", ())
    is_named = is_said or "set_offs" in changes.get("normalized_invoice", ())
    if not is_named or not (is_said or set(invoice.set_offs) != set(seen.set_offs)):
        return alone
    return replace(alone, set_offs=invoice.set_offs, set_offs_said=True)


def _check_set_offs(session: Session, before: NormalizedInvoice, proposal: Proposal) -> None:
    """Refuse what nobody can set off, and what would make an invoice of which nothing can be.

    What has been chosen before and fits no more by its amounts is a finding instead.
    """
    invoice = proposal.invoice
    pointer = "/normalized_invoice/set_offs"
    is_new = invoice.set_offs != before.set_offs
    is_kept = (invoice.currency, invoice.document_type) == (before.currency, before.document_type)
    if not invoice.set_offs or (not is_new and is_kept):
        return
    for at, why in taken_off.problems(invoice):
        raise InvalidInput(f"{pointer}/{at}".removesuffix("/"), why)
    if is_new:
        prepayment_store.check(session, proposal.vendor_id, invoice.set_offs)


def _told(said: Said, judged: Judgement) -> list[dict[str, str]]:
    """Which findings this change has answered, how, and why."""
    return [
        {
            "finding": each.finding.id,
            "answer": each.answer.kind.value,
            "reason": each.answer.reason or "",
        }
        for each in judged.findings
        if each.answer is not None and each.answer.answered_at == said.at
    ]


def _patched(invoice: NormalizedInvoice, patch: dict[str, Any]) -> NormalizedInvoice:
    """The invoice with a part of it changed; what is cleared is unknown, not a default.

    What was set off in a line goes with the line.
    """
    cleared = {name: None for name, value in patch.items() if value is None}
    found = _invoice(merged(invoice.to_json(), patch) | cleared)
    if "set_offs" in patch:
        return found
    return replace(found, set_offs=tuple(each for each in found.set_offs if each.position != 0))


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
    _record(session, case, "rejected", ReviewState.REJECTED)
    change_case(session, case, values, at)


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
