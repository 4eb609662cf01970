"""Life of a review case."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from domain.errors import DomainError, NoChanges
from domain.intake.case_finding import Answer, AnswerKind, CaseFinding, FindingsOpen
from domain.intake.review import (
    AlreadyApproved,
    AlreadyRejected,
    CaseChanged,
    CaseFacts,
    DuplicateHint,
    IncompleteInvoice,
    InvoiceDuplicateSuspected,
    NoLineItems,
    NotAnInvoice,
    ReviewState,
    TotalsDisagree,
    VendorRequired,
    check_approvable,
    check_changes,
    check_version,
    recomputed,
    state_of,
    validation_issues,
)
from domain.payables.normalized import NormalizedInvoice, NormalizedLine
from domain.reading.document_type import DocumentType
from domain.reading.finding import Finding, Severity

LINE = NormalizedLine(
    1, "Papier", Decimal(1), Decimal("100.00"), Decimal("0.20"), Decimal("20.00"), Decimal("120.00")
)
INVOICE = NormalizedInvoice(
    document_type=DocumentType.INVOICE,
    invoice_number="2026-17",
    invoice_date=date(2026, 2, 3),
    total_net=Decimal("100.00"),
    total_tax=Decimal("20.00"),
    total_gross=Decimal("120.00"),
    line_items=(LINE,),
)
FACTS = CaseFacts(INVOICE, UUID(int=1))
HINT = DuplicateHint("The same number.", intent_id=UUID(int=2))
ACCEPTED = Answer(
    AnswerKind.ACCEPTED, "verglichen", UUID(int=3), datetime(2026, 3, 2, tzinfo=UTC), ""
)
BLOCKING = CaseFinding(
    Finding("PAGE_AND_XML_DIFFER", "Two totals.", Severity.BLOCKING, ("total_gross",))
)
UNSURE = CaseFinding(
    Finding("LOW_CONFIDENCE", "The reading is unsure.", Severity.WARNING, ("total_gross",))
)


def with_invoice(**changes: object) -> CaseFacts:
    """The facts with another invoice."""
    return replace(FACTS, invoice=replace(INVOICE, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (FACTS, ReviewState.APPROVAL),
        (replace(FACTS, findings=(UNSURE,)), ReviewState.CORRECTION),
        (replace(FACTS, findings=(replace(UNSURE, answer=ACCEPTED),)), ReviewState.APPROVAL),
        (replace(FACTS, vendor_id=None), ReviewState.CORRECTION),
        (replace(FACTS, findings=(BLOCKING,)), ReviewState.CORRECTION),
        (replace(FACTS, findings=(replace(BLOCKING, answer=ACCEPTED),)), ReviewState.APPROVAL),
        (with_invoice(invoice_number=" "), ReviewState.CORRECTION),
        (with_invoice(total_gross=Decimal("121.00")), ReviewState.CORRECTION),
        (with_invoice(line_items=()), ReviewState.CORRECTION),
        (replace(FACTS, is_read=False), ReviewState.EXCEPTION),
        (with_invoice(document_type=DocumentType.REMINDER), ReviewState.EXCEPTION),
        (replace(FACTS, duplicate=HINT), ReviewState.EXCEPTION),
        (
            replace(with_invoice(duplicate_acknowledged=True), duplicate=HINT),
            ReviewState.APPROVAL,
        ),
    ],
)
def test_the_facts_decide_the_queue(facts: CaseFacts, state: ReviewState) -> None:
    """Complete and consistent: approval; wrong: correction; something else: exception."""
    assert state_of(facts) is state


def test_a_warning_stops_nobody() -> None:
    """Only blocking findings do."""
    warning = CaseFinding(Finding("VAT_ID_CHECK_DIGIT", "Wrong.", Severity.WARNING))
    facts = replace(FACTS, findings=(warning,))

    assert state_of(facts) is ReviewState.APPROVAL
    check_approvable(ReviewState.APPROVAL, facts)


@pytest.mark.parametrize(
    ("facts", "refusal", "code"),
    [
        (replace(FACTS, vendor_id=None), VendorRequired, "VENDOR_REQUIRED"),
        (with_invoice(document_type=DocumentType.REMINDER), NotAnInvoice, "NOT_AN_INVOICE"),
        (with_invoice(line_items=()), NoLineItems, "NO_LINE_ITEMS"),
        (with_invoice(invoice_date=None), IncompleteInvoice, "INVALID_INPUT"),
        (with_invoice(total_net=Decimal("99.00")), TotalsDisagree, "BALANCE_MISMATCH"),
        (replace(FACTS, duplicate=HINT), InvoiceDuplicateSuspected, "DUPLICATE_SUSPECTED"),
        (replace(FACTS, findings=(UNSURE, BLOCKING)), FindingsOpen, "FINDINGS_OPEN"),
    ],
)
def test_an_approval_is_refused_with_its_reason(
    facts: CaseFacts, refusal: type[DomainError], code: str
) -> None:
    """The codes are those of the contract."""
    with pytest.raises(refusal) as raised:
        check_approvable(ReviewState.CORRECTION, facts)

    assert raised.value.code == code


@pytest.mark.parametrize("state", [state for state in ReviewState if not state.is_final])
def test_every_open_case_can_be_approved_when_its_checks_pass(state: ReviewState) -> None:
    """From each queue, and after a failed posting."""
    check_approvable(state, FACTS)
    assert recomputed(state, FACTS) is ReviewState.APPROVAL


@pytest.mark.parametrize(
    ("state", "refusal"),
    [(ReviewState.APPROVED, AlreadyApproved), (ReviewState.REJECTED, AlreadyRejected)],
)
def test_a_decided_case_is_left_alone(state: ReviewState, refusal: type[DomainError]) -> None:
    """No approval, no correction."""
    with pytest.raises(refusal):
        check_approvable(state, FACTS)
    with pytest.raises(refusal):
        recomputed(state, FACTS)


def test_a_correction_corrects_something() -> None:
    """Vendor, invoice, answers."""
    check_changes(["finding_answers"])
    with pytest.raises(NoChanges):
        check_changes([])


def test_a_version_is_held_against_what_was_seen() -> None:
    """Who says nothing has seen nothing."""
    check_version(3, None)
    check_version(3, 3)
    with pytest.raises(CaseChanged) as raised:
        check_version(4, 3)
    assert raised.value.context == {"expected": 3, "version": 4}


def test_a_refusal_names_what_blocks_without_its_words() -> None:
    """It travels through Temporal; the API adds the words that the case keeps."""
    with pytest.raises(FindingsOpen) as raised:
        check_approvable(ReviewState.CORRECTION, replace(FACTS, findings=(UNSURE, BLOCKING)))

    named = {
        "id": BLOCKING.finding.id,
        "code": "PAGE_AND_XML_DIFFER",
        "severity": "blocking",
        "fields": ["total_gross"],
    }
    assert raised.value.context["findings"] == [named]
    worded = raised.value.worded([BLOCKING.to_json()])
    assert worded.context["findings"] == [{**named, "message": "Two totals."}]


def test_the_reviewer_hears_everything_at_once() -> None:
    """Missing fields, findings, and what concerns the whole."""
    facts = replace(
        with_invoice(invoice_number=None),
        vendor_id=None,
        findings=(BLOCKING, UNSURE),
        duplicate=HINT,
    )
    issues = validation_issues(facts)

    assert [(issue["code"], issue["field"]) for issue in issues] == [
        ("MISSING_FIELD", "vendor"),
        ("MISSING_FIELD", "invoice_number"),
        ("PAGE_AND_XML_DIFFER", "total_gross"),
        ("LOW_CONFIDENCE", "total_gross"),
        ("DUPLICATE_SUSPECTED", "invoice_number"),
    ]
    assert not validation_issues(FACTS)
    answered = replace(BLOCKING, answer=ACCEPTED)
    assert not validation_issues(replace(FACTS, findings=(answered,)))


def test_a_hint_survives_its_storage() -> None:
    """As the contract shows it, and back."""
    assert DuplicateHint.from_json(HINT.to_json()) == HINT
    assert DuplicateHint.from_json(None) is None


@pytest.mark.parametrize(
    ("facts", "first"),
    [
        (replace(FACTS, is_read=False), "UNREADABLE"),
        (with_invoice(document_type=DocumentType.REMINDER), "NOT_AN_INVOICE"),
    ],
)
def test_the_reason_stands_before_what_is_missing_therefore(facts: CaseFacts, first: str) -> None:
    """Nobody reads five lines of missing fields to hear that the file was broken."""
    bare = replace(facts.invoice, invoice_number=None, total_net=None)
    codes = [
        each["code"]
        for each in validation_issues(replace(facts, invoice=bare, findings=(BLOCKING,)))
    ]

    assert codes[0] == first
    assert codes.count("MISSING_FIELD") == 2
