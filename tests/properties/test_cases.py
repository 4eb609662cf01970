"""No way leads to an approved case with an unanswered blocking finding: on the store."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from domain.errors import DomainError
from domain.reading.finding import Finding, Severity
from tests.activities.test_document_intake import Desk
from tests.servers import Database
from workflows.document_intake.steps import IntakeStep

_FIELDS = ["total_gross", "invoice_number", "vendor_iban", "due_date", "line_items"]
_FINDINGS = st.builds(
    Finding,
    code=st.sampled_from(["A", "B", "C"]),
    message=st.sampled_from(["one", "two"]),
    severity=st.sampled_from(Severity),
    fields=st.lists(st.sampled_from(_FIELDS), max_size=2, unique=True).map(tuple),
)
_BLOCKING = st.builds(
    Finding,
    code=st.just("BLOCKS"),
    message=st.sampled_from(["one", "two"]),
    severity=st.just(Severity.BLOCKING),
    fields=st.lists(st.sampled_from(_FIELDS), max_size=2, unique=True).map(tuple),
)
_PATCHES: list[dict[str, Any]] = [
    {"invoice_number": "N-1"},
    {"due_date": "2026-04-01"},
    {"due_date": None},
    {"vendor": {"iban": "AT611904300234573201"}},
    {"reference_text": "nothing that anybody found"},
]


class CaseMachine(RuleBasedStateMachine):
    """One document, and people who answer, change, reread and approve in any order."""

    database: Database
    approved: list[UUID]

    @initialize(blocking=_BLOCKING, findings=st.lists(_FINDINGS, max_size=3))
    def read(self, blocking: Finding, findings: list[Finding]) -> None:
        """It is read, with its findings, its vendor is known, and somebody approves at once."""
        self.desk = Desk(self.database)
        self.blocking = blocking
        self.inbox_id: UUID = self.desk.doubted("a", blocking, *findings)
        self.desk.amends(self.inbox_id, vendor_id=str(self.desk.vendor))
        self.approve()

    @rule(patch=st.sampled_from(_PATCHES))
    def change(self, patch: dict[str, Any]) -> None:
        """Change one field."""
        self._do(lambda: self.desk.amends(self.inbox_id, invoice_patch=patch))

    @rule(position=st.integers(0, 5))
    def accept(self, position: int) -> None:
        """Accept one of the findings that are shown."""
        findings = self.desk.case(self.inbox_id).findings
        if findings:
            said = {findings[position % len(findings)]["id"]: "seen"}
            self._do(lambda: self.desk.amends(self.inbox_id, finding_answers=said))

    @rule()
    def accept_all(self) -> None:
        """Accept whatever is shown."""
        said = {each["id"]: "seen" for each in self.desk.case(self.inbox_id).findings}
        if said:
            self._do(lambda: self.desk.amends(self.inbox_id, finding_answers=said))

    @rule()
    def reread(self) -> None:
        """Read it again: what people changed is gone."""
        step = IntakeStep(
            tenant_id=self.desk.tenant.id,
            inbox_id=self.inbox_id,
            at=self.desk.step(self.inbox_id).at,
        )
        self._do(lambda: self.desk.steps.check(step))

    @rule()
    def approve(self) -> None:
        """Try; it is refused exactly while something that blocks is unanswered."""
        before = self.desk.case(self.inbox_id)
        refusal = self._do(lambda: self.desk.steps.post(self.desk.step(self.inbox_id)))
        if refusal is None:
            assert not _open(before.findings)
            # What was found is there with its answer: an order may not have lost it on the way.
            answers = {each["id"]: each["answer"] for each in before.findings}
            assert answers.get(self.blocking.id), "what blocks was dropped without an answer"
            self.approved.append(self.inbox_id)
        elif refusal.code == "FINDINGS_OPEN":
            assert _open(self.desk.case(self.inbox_id).findings)

    @invariant()
    def nothing_is_approved_over_a_finding(self) -> None:
        """Whatever was done."""
        case = self.desk.case(self.inbox_id)
        if case.queue_state == "approved":
            assert not _open(case.findings)
            assert Decimal(case.normalized_invoice["total_gross"]) == Decimal(120)

    def _do(self, act: Any) -> DomainError | None:
        try:
            act()
        except DomainError as refusal:
            return refusal
        return None


def _open(findings: list[Any]) -> list[str]:
    return [
        each["id"] for each in findings if each["severity"] == "blocking" and each["answer"] is None
    ]


def test_no_way_leads_to_an_approved_case_with_an_open_finding(database: Database) -> None:
    """Hypothesis draws documents, corrections, answers and approvals."""
    approved: list[UUID] = []
    machine = type("Machine", (CaseMachine,), {"database": database, "approved": approved})
    drawn = settings(
        max_examples=6,
        stateful_step_count=20,
        deadline=None,
        derandomize=True,  # so few examples meet an approval by luck only
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(machine, settings=drawn)
    assert approved, "nothing was ever approved: the rules were not tried"
