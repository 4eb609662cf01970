"""Findings of a case and people's answers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.intake.case_finding import (
    AnswerKind,
    CaseFinding,
    FindingsOpen,
    Said,
    of_reading,
    reviewed,
    standing,
)
from domain.intake.extraction import Confidence, Extraction, normalized
from domain.intake.review import CaseFacts, ReviewState, check_approvable
from domain.payables.normalized import NormalizedInvoice
from domain.reading.finding import Finding, Severity
from tests.domain.intake.test_review import INVOICE

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PERSON = UUID(int=7)
GROSS = Finding("PAGE_AND_XML_DIFFER", "Two totals.", Severity.BLOCKING, ("total_gross",))
WHOLE = Finding("UNREADABLE_VALUE", "A value is odd.", Severity.BLOCKING)
DEARER = replace(INVOICE, total_gross=Decimal("121.00"))


def says(answers: Mapping[str, str | None] | None = None) -> Said:
    """What the person answers."""
    return Said(answers or {}, PERSON, AT)


def accepts(*findings: Finding) -> Said:
    """The person accepts these."""
    return says({finding.id: "verglichen" for finding in findings})


def test_an_accepted_finding_blocks_no_more() -> None:
    """With who, when and why."""
    (open_,) = reviewed([], [GROSS], INVOICE)
    assert open_.blocks

    (answered,) = reviewed([open_], [GROSS], INVOICE, accepts(GROSS))

    assert not answered.blocks
    assert answered.is_live
    assert answered.answer is not None
    assert (answered.answer.kind, answered.answer.reason) == (AnswerKind.ACCEPTED, "verglichen")
    assert (answered.answer.answered_by, answered.answer.answered_at) == (PERSON, AT)
    assert CaseFinding.from_json(answered.to_json()) == answered


def test_an_answer_holds_while_the_finding_stays_the_same() -> None:
    """Through changes of other fields, and looks that nobody asked for."""
    answered = reviewed([], [GROSS], INVOICE, accepts(GROSS))
    later = reviewed(answered, [GROSS, WHOLE], replace(INVOICE, invoice_number="other"), says())
    again = reviewed(later, [GROSS, WHOLE], replace(INVOICE, invoice_number="other"))

    assert [each.blocks for each in later] == [False, True]
    assert again == later


@pytest.mark.parametrize(
    ("finding", "invoice"),
    [(replace(GROSS, message="Three totals."), INVOICE), (GROSS, DEARER)],
)
def test_what_comes_anew_is_answered_anew(finding: Finding, invoice: NormalizedInvoice) -> None:
    """With other words, or with the same words about another value."""
    answered = reviewed([], [GROSS], INVOICE, accepts(GROSS))

    after = reviewed(answered, [finding], invoice, says())

    assert [each.blocks for each in after if each.finding == finding] == [True]


def test_a_changed_value_is_an_answer_and_is_kept() -> None:
    """Who changed it and when; it comes back open when the old value does."""
    before = reviewed([], [GROSS], INVOICE)

    (changed,) = reviewed(before, [], DEARER, says())
    (back,) = reviewed([changed], [GROSS], INVOICE, says())

    assert changed.answer is not None
    assert (changed.answer.kind, changed.answer.answered_by) == (AnswerKind.CHANGED, PERSON)
    assert not changed.is_live
    assert back.blocks


def test_what_ends_by_itself_is_no_answer() -> None:
    """The vendor's new IBAN was confirmed elsewhere: nobody has answered here."""
    assert reviewed(reviewed([], [GROSS], INVOICE), [], INVOICE) == ()


def test_an_answer_can_be_taken_back() -> None:
    """Then it blocks again."""
    answered = reviewed([], [GROSS], INVOICE, accepts(GROSS))

    (after,) = reviewed(answered, [GROSS], INVOICE, says({GROSS.id: None}))

    assert after.blocks


def test_only_what_was_found_can_be_answered() -> None:
    """An id that nobody has found is a mistake, and told."""
    with pytest.raises(InvalidInput, match=WHOLE.id):
        reviewed([], [GROSS], INVOICE, accepts(WHOLE))


@pytest.mark.parametrize(
    ("code", "category", "tax_code", "is_refused"),
    [
        ("VAT_KIND_UNKNOWN", "AE", None, True),
        ("VAT_KIND_UNKNOWN", "K", None, True),
        ("VAT_KIND_UNKNOWN", "G", None, False),
        ("VAT_KIND_UNKNOWN", "AE", "VST0", False),
        ("VAT_CHARGED_UNDER_REVERSE_CHARGE", "S", None, False),
        ("VAT_UNDECIDED", "AE", None, False),
    ],
)
def test_tax_that_the_customer_owes_needs_a_code_and_no_reason(
    code: str,
    category: str,
    tax_code: str | None,
    is_refused: bool,  # noqa: FBT001
) -> None:
    """With a reason alone it would be declared nowhere (§ 19 UStG AT, § 13b UStG DE)."""
    finding = Finding(code, "Whose tax?", Severity.BLOCKING, ("line_items",))
    lines = [replace(each, category=category, tax_code=tax_code) for each in INVOICE.line_items]
    invoice = replace(INVOICE, line_items=tuple(lines))

    if is_refused:
        with pytest.raises(InvalidInput, match="tax code"):
            reviewed((), [finding], invoice, accepts(finding))
    else:
        assert not reviewed((), [finding], invoice, accepts(finding))[0].blocks


def test_a_finding_can_be_answered_with_the_change_that_ends_it() -> None:
    """A reviewer does both at once; the change is what counts."""
    before = reviewed([], [GROSS], INVOICE)

    (after,) = reviewed(before, [], DEARER, accepts(GROSS))

    assert after.answer is not None
    assert after.answer.kind is AnswerKind.CHANGED


def test_the_same_finding_twice_is_one() -> None:
    """Two rules may say the same."""
    assert len(reviewed([], [GROSS, GROSS], INVOICE)) == 1


def test_a_weaker_finding_of_the_same_words_hides_no_graver_one() -> None:
    """Whatever the order in which they are found, and whatever was answered before."""
    weaker = replace(GROSS, severity=Severity.WARNING)
    for found in ([GROSS, weaker], [weaker, GROSS]):
        assert [each.blocks for each in reviewed([], found, INVOICE)] == [True]
    answered = reviewed([], [weaker], INVOICE, accepts(weaker))
    assert [each.blocks for each in reviewed(answered, [GROSS], INVOICE)] == [True]


def test_a_new_reading_keeps_answers_only() -> None:
    """Open findings are found again or not; changes are gone with the values."""
    answered = reviewed([], [GROSS, WHOLE], INVOICE, accepts(GROSS))
    changed = reviewed(answered, [GROSS], INVOICE, says())

    assert [each.finding for each in standing(changed)] == [GROSS]


def test_a_finding_of_the_reading_lives_until_its_value_changes() -> None:
    """An account number, another field, another form of the same value change nothing."""
    read = Extraction(total_gross=Decimal("120.00"), findings=(GROSS, WHOLE))
    proposed = normalized(read)
    other = replace(proposed, invoice_number="R-2", total_gross=Decimal(120))
    dearer = replace(proposed, total_gross=Decimal(121))

    assert list(of_reading(read, proposed, proposed)) == [GROSS, WHOLE]
    assert list(of_reading(read, proposed, other)) == [GROSS, WHOLE]
    assert list(of_reading(read, proposed, dearer)) == [WHOLE]


def test_an_unsure_field_is_found_until_it_is_changed() -> None:
    """Field by field: correcting one leaves the doubt about the others."""
    sure = {"vendor_name": Decimal("0.90"), "invoice_number": Decimal("0.60")}
    confidence = Confidence(Decimal("0.5"), {**sure, "total_gross": Decimal("0.69")})
    read = Extraction(invoice_number="l7", total_gross=Decimal(9), confidence=confidence)
    proposed = normalized(read)

    found = list(of_reading(read, proposed, replace(proposed, invoice_number="17")))

    assert [(each.code, each.fields, each.severity) for each in found] == [
        ("LOW_CONFIDENCE", ("total_gross",), Severity.WARNING)
    ]


_FIELDS = st.sampled_from(
    ["total_gross", "invoice_number", "vendor_iban", "line_items", "nobody_knows", "due_date"]
)
_FINDINGS = st.builds(
    Finding,
    code=st.sampled_from(["A", "B", "C"]),
    message=st.sampled_from(["one", "two"]),
    severity=st.sampled_from(Severity),
    fields=st.lists(_FIELDS, max_size=2, unique=True).map(tuple),
)
_CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "total_gross": st.sampled_from([Decimal(120), Decimal(240)]),
        "invoice_number": st.sampled_from(["R-1", "R-2"]),
        "due_date": st.sampled_from([None, AT.date()]),
    },
)
_MOVES = st.lists(
    st.tuples(
        _CHANGES, st.lists(_FINDINGS, max_size=3), st.lists(st.booleans(), min_size=9, max_size=9)
    ),
    min_size=1,
    max_size=6,
)


@given(st.lists(_FINDINGS, max_size=4), _MOVES)
def test_no_way_leads_to_an_approval_over_an_unanswered_finding(
    of_document: list[Finding], moves: Sequence[tuple[dict[str, object], list[Finding], list[bool]]]
) -> None:
    """Whatever is read, changed and answered: who approves has an answer to each that blocks.

    The model remembers by hand which finding was accepted, for which values, after it last came.
    """
    read = replace(
        Extraction(), total_gross=Decimal(120), invoice_number="R-1", findings=tuple(of_document)
    )
    invoice = proposed = normalized(read)
    case: tuple[CaseFinding, ...] = reviewed([], of_reading(read, proposed, invoice), invoice)
    accepted: dict[tuple[str, Severity], NormalizedInvoice] = {}
    for changes, computed, choices in moves:
        invoice = replace(invoice, **changes)  # type: ignore[arg-type]
        found = [*of_reading(read, proposed, invoice), *computed]
        chosen = {finding.id for finding, choice in zip(found, choices, strict=False) if choice}
        case = reviewed(case, found, invoice, says(dict.fromkeys(chosen, "verglichen")))
        accepted = {
            (finding.id, finding.severity): invoice
            for finding in _gravest(found)
            if finding.id in chosen
            or _is_same(accepted.get((finding.id, finding.severity)), invoice, finding)
        }
        unanswered = {
            finding.id
            for finding in found
            if finding.severity is Severity.BLOCKING
            and (finding.id, finding.severity) not in accepted
        }
        assert unanswered == _refused(case)


def _gravest(found: Sequence[Finding]) -> list[Finding]:
    """Of findings with one id, the one that weighs most."""
    order = [Severity.BLOCKING, Severity.WARNING, Severity.HINT]
    by_id: dict[str, Finding] = {}
    for severity in order:
        for finding in found:
            if finding.severity is severity:
                by_id.setdefault(finding.id, finding)
    return list(by_id.values())


def _is_same(before: NormalizedInvoice | None, after: NormalizedInvoice, finding: Finding) -> bool:
    """Whether an acceptance was for these values, by a rule written otherwise."""
    if before is None:
        return False
    known = {"total_gross", "invoice_number", "due_date"} & set(finding.fields)
    return all(getattr(before, name) == getattr(after, name) for name in known)


def _refused(case: Sequence[CaseFinding]) -> set[str]:
    """Ids that an approval is refused for; the case itself is whole."""
    live = tuple(each for each in case if each.is_live)
    try:
        check_approvable(ReviewState.APPROVAL, CaseFacts(INVOICE, PERSON, findings=live))
    except FindingsOpen as refusal:
        return {each["id"] for each in refusal.context["findings"]}  # type: ignore[attr-defined]
    return set()
