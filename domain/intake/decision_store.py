"""What the policy says of each document, kept with the facts that it was decided from."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.approvals import views as policies
from domain.approvals.decisions import Decision, DocumentFacts, IbanState, decide
from domain.database.session import tenant_of
from domain.errors import DomainError
from domain.iban import written
from domain.ids import derived_id
from domain.intake import form_store, review
from domain.intake.assessment_store import Judgement, compliance_of
from domain.intake.case_store import Held, state_of
from domain.intake.extraction import Extraction
from domain.intake.review import CaseFacts
from domain.intake.rows import CaseDecisionRow, ReviewCaseRow
from domain.intake.vendor_match import is_surely
from domain.intake.vendor_views import known_vendor
from domain.money import BASE_CURRENCY, ZERO
from domain.payables.normalized import NormalizedInvoice
from domain.payables.rows import INVOICE_STATE, InvoiceRow, VendorRow
from domain.reading.finding import Severity

_MOST_HISTORY = 100
_QUEUE = text("SELECT pg_advisory_xact_lock(hashtextextended('touchless/' || :vendor, 0))")


def consider(
    session: Session, found: Held, judged: Judgement, read: Extraction, at: datetime
) -> tuple[Decision, DocumentFacts]:
    """Decide by the policy of the day, and keep decision and facts, whatever the outcome."""
    case, force = found.opened, policies.in_force(session, at)
    facts = _facts(session, case, judged, read, force.day, force.policy.valid_from)
    facts = replace(facts, mail=form_store.mail_state(session, found.item))
    decision = decide(force.policy, facts)
    keep(session, case, decision, facts, at)
    return decision, facts


def queue_up(session: Session, vendor_id: UUID | None) -> None:
    """Let one document of a vendor be posted by the policy at a time: its limits are counted."""
    session.execute(_QUEUE, {"vendor": f"{tenant_of(session)}/{vendor_id}"})


def keep(
    session: Session,
    case: ReviewCaseRow,
    decision: Decision,
    facts: DocumentFacts,
    at: datetime,
    *,
    is_posted: bool = False,
) -> None:
    """Keep a decision; kept before, as by a step that is repeated, it stays one."""
    named = (tenant_of(session), case.id, case.version, decision.policy_version, at, is_posted)
    values = {
        "tenant_id": tenant_of(session),
        "id": derived_id("case-decision", *named),
        "case_id": case.id,
        "case_version": case.version,
        "policy_version": decision.policy_version,
        "outcome": decision.outcome.value,
        "reasons": [asdict(reason) for reason in decision.reasons],
        "inputs": facts.to_json(),
        "vendor_id": facts.vendor_id,
        "amount": facts.amount,
        "day": facts.day,
        "is_posted": is_posted,
        "decided_at": at,
    }
    session.execute(insert(CaseDecisionRow).values(values).on_conflict_do_nothing())


def _facts(
    session: Session,
    case: ReviewCaseRow,
    judged: Judgement,
    read: Extraction,
    day: date,
    since: date,
) -> DocumentFacts:
    facts, invoice = judged.facts, judged.facts.invoice
    vendor_id = facts.vendor_id
    vendor = session.get(VendorRow, (tenant_of(session), vendor_id)) if vendor_id else None
    return DocumentFacts(
        vendor_id=vendor_id,
        amount=invoice.gross_in_base,
        gross=invoice.total_gross,
        amount_due=invoice.amount_due,
        currency=invoice.currency,
        is_invoice=invoice.document_type.is_invoice,
        is_read=read.is_read,
        is_amended=case.is_amended,
        is_complete=_is_approvable(case, facts),
        adds_up=invoice.adds_up,
        is_compliant=compliance_of(session, invoice, read).compliant,
        is_tax_known=all(line.tax_code for line in judged.invoice.line_items),
        is_vendor_sure=vendor is not None and is_surely(invoice.vendor, known_vendor(vendor)),
        is_duplicate=facts.duplicate is not None,
        has_other_payee=invoice.payee is not None,
        iban=_iban(vendor, invoice),
        confidence=min(read.confidence.fields.values(), default=None),
        findings=_findings(facts),
        history=_history(session, vendor_id),
        day=day,
        posted_today=_posted(session, vendor_id, col(CaseDecisionRow.day) == day),
        posted_total=_posted(session, vendor_id, col(CaseDecisionRow.day) >= since),
    )


def _is_approvable(case: ReviewCaseRow, facts: CaseFacts) -> bool:
    try:
        review.check_approvable(state_of(case), facts)
    except DomainError:
        return False
    return True


def _findings(facts: CaseFacts) -> tuple[str, ...]:
    """Codes of all that blocks or warns, answered or not: an answer is a person's."""
    found = (each.finding for each in facts.findings)
    return tuple(sorted({each.code for each in found if each.severity is not Severity.HINT}))


def _iban(vendor: VendorRow | None, invoice: NormalizedInvoice) -> IbanState:
    if vendor is None or not vendor.iban:
        return IbanState.UNKNOWN
    if vendor.iban_changed_at is not None and vendor.iban_confirmed_at is None:
        return IbanState.UNCONFIRMED
    seen = written(invoice.vendor.iban or "")
    return IbanState.CONFIRMED if seen in {"", written(vendor.iban)} else IbanState.DIFFERENT


def _history(session: Session, vendor_id: UUID | None) -> tuple[Decimal, ...]:
    """Gross amounts of the vendor's invoices that stand in the books, the newest first.

    Of those that people have posted or typed: what the policy posts must not widen its own range,
    or amounts could climb from one invoice to the next.
    """
    state = INVOICE_STATE.c
    rows = session.exec(
        select(InvoiceRow)
        .join(
            INVOICE_STATE, and_(state.tenant_id == InvoiceRow.tenant_id, state.id == InvoiceRow.id)
        )
        .where(
            InvoiceRow.tenant_id == tenant_of(session),
            InvoiceRow.vendor_id == vendor_id,
            InvoiceRow.currency == BASE_CURRENCY,
            InvoiceRow.total_gross > 0,
            state.intent_id.is_not(None),
            ~exists().where(*_posted_alone()),
        )
        .order_by(col(InvoiceRow.invoice_date).desc(), col(InvoiceRow.id))
        .limit(_MOST_HISTORY)
    )
    return tuple(row.total_gross for row in rows)


def _posted_alone() -> Iterator[ColumnElement[bool]]:
    """The decision by which the policy posted an invoice."""
    yield col(ReviewCaseRow.tenant_id) == col(InvoiceRow.tenant_id)
    yield col(ReviewCaseRow.invoice_id) == col(InvoiceRow.id)
    yield col(CaseDecisionRow.tenant_id) == col(ReviewCaseRow.tenant_id)
    yield col(CaseDecisionRow.case_id) == col(ReviewCaseRow.id)
    yield col(CaseDecisionRow.is_posted).is_(True)


def _posted(session: Session, vendor_id: UUID | None, days: ColumnElement[bool]) -> Decimal:
    """What was posted for the vendor without a person on some days."""
    total = session.exec(
        select(func.sum(CaseDecisionRow.amount)).where(
            CaseDecisionRow.tenant_id == tenant_of(session),
            CaseDecisionRow.vendor_id == vendor_id,
            col(CaseDecisionRow.is_posted),
            days,
        )
    ).one()
    return total or ZERO
