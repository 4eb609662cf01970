"""Findings of a case and what people answered to them.

A finding of severity blocking stops the approval until a person has accepted it with a reason,
or has changed a value that it concerns.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self, cast
from uuid import UUID

from pydantic import TypeAdapter

from domain.errors import Conflict, InvalidInput
from domain.intake.extraction import DECISIVE, Extraction
from domain.intake.fields import digest, is_changed
from domain.payables.normalized import NormalizedInvoice
from domain.reading.finding import Finding, Severity

LOW_CONFIDENCE = "LOW_CONFIDENCE"
_OWED_HERE = frozenset({"AE", "K"})
_KIND_UNKNOWN = "VAT_KIND_UNKNOWN"
_NOTHING_TO_POST = "NOTHING_TO_POST"
_GRAVITY = tuple(Severity)
_SURE_ENOUGH = Decimal("0.70")


class AnswerKind(StrEnum):
    """How a person dealt with a finding."""

    ACCEPTED = "accepted"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person answered; `seen` stands for the values it was given for."""

    kind: AnswerKind
    reason: str | None
    answered_by: UUID | None
    answered_at: datetime
    seen: str


@dataclass(frozen=True, slots=True)
class CaseFinding:
    """A finding and its answer; what was answered by a change is told, but holds no more."""

    finding: Finding
    answer: Answer | None = None

    @property
    def is_live(self) -> bool:
        """Whether the document, as it is proposed now, still gives rise to it."""
        return self.answer is None or self.answer.kind is not AnswerKind.CHANGED

    @property
    def blocks(self) -> bool:
        """Whether it stops an approval."""
        return self.answer is None and self.finding.severity is Severity.BLOCKING

    def to_json(self) -> dict[str, Any]:
        """The finding as a case keeps it."""
        stored: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return {"id": self.finding.id, **stored.pop("finding"), **stored}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "CaseFinding":
        """The finding again."""
        finding = {name: stored.get(name) for name in Finding.__slots__}
        return _ADAPTER.validate_python({"finding": finding, "answer": stored["answer"]})


_ADAPTER = TypeAdapter(CaseFinding)


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says to findings: a reason for each that is accepted, None to withdraw it."""

    answers: Mapping[str, str | None]
    by: UUID | None
    at: datetime

    def check(self, invoice: NormalizedInvoice, *known: Iterable[CaseFinding]) -> None:
        """Refuse an answer to what nobody has found, and a reason where one is of no use.

        What moves nothing cannot be posted, whatever the reason.

        What the customer owes is declared by its code alone (§ 19 UStG AT, § 13b UStG DE): without
        one a reason would leave it out of the return.
        """
        codes = {each.finding.id: each.finding.code for findings in known for each in findings}
        for name, reason in self.answers.items():
            if name not in codes:
                raise InvalidInput(f"/finding_answers/{name}", "is no finding of this case")
            if reason is not None and codes[name] == _NOTHING_TO_POST:
                raise InvalidInput(f"/finding_answers/{name}", "is answered by a change alone")
            if reason is not None and _needs_code(codes[name], invoice):
                raise InvalidInput(
                    f"/finding_answers/{name}",
                    "is answered by a tax code of the lines alone: the customer owes the tax",
                )


class FindingsOpen(Conflict):
    """Findings of severity blocking wait for an answer.

    Their words stay out of it, for it travels through Temporal; the case has them.
    """

    def __init__(self, findings: Sequence[CaseFinding]) -> None:
        super().__init__(
            "A person has to answer the blocking findings first.",
            findings=[_named(each.finding) for each in findings],
        )

    def worded(self, stored: Iterable[Mapping[str, Any]]) -> Self:
        """The same with the words of the findings as the case keeps them."""
        words = {each["id"]: each["message"] for each in stored}
        named = cast(list[dict[str, Any]], self.context["findings"])
        found = [{**each, "message": words.get(each["id"])} for each in named]
        return self.restored(self.message, self.fields, {**self.context, "findings": found})


def of_reading(
    read: Extraction, proposed: NormalizedInvoice, invoice: NormalizedInvoice
) -> Iterator[Finding]:
    """What the reading found and still concerns the invoice as a person has left it.

    `proposed` is what the reading itself proposed. A finding that names no field stays.
    """
    for finding in (*read.findings, *_unsure(read)):
        if not is_changed(proposed, invoice, finding.fields):
            yield finding


def reviewed(
    before: Sequence[CaseFinding],
    found: Iterable[Finding],
    invoice: NormalizedInvoice,
    said: Said | None = None,
) -> tuple[CaseFinding, ...]:
    """Findings of a case after a look at it: each with the answer that still holds.

    An answer holds while its finding is the same and the values that it concerns are, too. Of
    findings that differ in severity alone the gravest counts. What a person's change has done
    away with was answered by it; what ends by itself is not kept.
    """
    known = {each.finding.id: each for each in before}
    gravest_last = sorted(found, key=lambda finding: -_GRAVITY.index(finding.severity))
    fresh = {finding.id: finding for finding in gravest_last}
    live = tuple(
        CaseFinding(finding, _answer(known.get(name), finding, invoice, said))
        for name, finding in fresh.items()
    )
    if said is not None:
        said.check(invoice, before, live)
    gone = (each for each in before if each.finding.id not in fresh)
    return live + tuple(_gone(gone, invoice, said))


def _needs_code(code: str, invoice: NormalizedInvoice) -> bool:
    """Whether lines without a tax code bear tax that, as the invoice says, the customer owes.

    Where a supplier of another country charges its own tax, a person may know that it is right.
    """
    bare = {line.category for line in invoice.line_items if not line.tax_code}
    return code == _KIND_UNKNOWN and bool(bare & _OWED_HERE)


def standing(before: Iterable[CaseFinding]) -> list[CaseFinding]:
    """What outlasts a new reading, which does away with every value that a person changed."""
    return [each for each in before if each.answer is not None and each.is_live]


def _answer(
    before: CaseFinding | None, finding: Finding, invoice: NormalizedInvoice, said: Said | None
) -> Answer | None:
    seen = digest(invoice, finding.fields)
    if said is not None and finding.id in said.answers:
        reason = said.answers[finding.id]
        if reason is None:
            return None
        return Answer(AnswerKind.ACCEPTED, reason, said.by, said.at, seen)
    if before is None or before.answer is None or not before.is_live:
        return None
    is_same = before.finding.severity is finding.severity and before.answer.seen == seen
    return before.answer if is_same else None


def _gone(
    gone: Iterable[CaseFinding], invoice: NormalizedInvoice, said: Said | None
) -> Iterator[CaseFinding]:
    for each in gone:
        if not each.is_live:
            yield each
        elif said is not None:
            seen = digest(invoice, each.finding.fields)
            answer = Answer(AnswerKind.CHANGED, None, said.by, said.at, seen)
            yield replace(each, answer=answer)


def _unsure(read: Extraction) -> Iterator[Finding]:
    """Fields that an invoice turns on and that the reading is not sure of."""
    for name in DECISIVE:
        confidence = read.confidence.fields.get(name)
        if confidence is not None and confidence < _SURE_ENOUGH:
            yield Finding(
                LOW_CONFIDENCE,
                "The reading is unsure; compare it with the page.",
                Severity.WARNING,
                (name,),
            )


def _named(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "code": finding.code,
        "severity": finding.severity.value,
        "fields": list(finding.fields),
    }
