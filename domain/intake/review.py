"""Life of a review case: which queue it waits in, and what an approval needs."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from domain.errors import Conflict, Invalid, NoChanges, Stale
from domain.intake.case_finding import LOW_CONFIDENCE, CaseFinding, FindingsOpen
from domain.payables.normalized import NormalizedInvoice
from domain.reading.finding import Finding, Severity
from domain.reading.limits import READING_UNFINISHED

UNFINISHED = Finding(
    READING_UNFINISHED,
    "The reading was interrupted again and again; the document can be read once more.",
    Severity.WARNING,
)
"""What a case says of a document that is not unreadable: its reader did not get to its end."""

_NEEDED = (
    ("vendor", "The vendor is not known."),
    ("invoice_number", "The invoice number is missing."),
    ("invoice_date", "The invoice date is missing."),
    ("total_net", "The net total is missing."),
    ("total_tax", "The tax is missing."),
    ("total_gross", "The gross total is missing."),
    ("line_items", "There are no lines."),
)


class VendorRequired(Invalid):
    """No vendor is set."""

    def __init__(self) -> None:
        super().__init__("The case has no vendor.")


class NotAnInvoice(Invalid):
    """The document type is not an invoice."""

    def __init__(self, document_type: str) -> None:
        super().__init__(f"A {document_type} cannot be posted.", document_type=document_type)


class NoLineItems(Invalid):
    """There are no line items."""

    def __init__(self) -> None:
        super().__init__("The invoice has no lines.")


class IncompleteInvoice(Invalid):
    """A value that every invoice needs is missing."""

    code = "INVALID_INPUT"


class TotalsDisagree(Invalid):
    """Lines and totals do not add up."""

    code = "BALANCE_MISMATCH"


class InvoiceDuplicateSuspected(Conflict):
    """A similar invoice or booking exists; clear the hint first."""

    code = "DUPLICATE_SUSPECTED"

    def __init__(self, hint: "DuplicateHint") -> None:
        super().__init__(
            hint.reason, existing_intent_id=hint.intent_id, existing_invoice_id=hint.invoice_id
        )


class AlreadyApproved(Conflict):
    """The case is approved."""

    def __init__(self) -> None:
        super().__init__("The case is approved.")


class AlreadyRejected(Conflict):
    """The case is rejected."""

    def __init__(self) -> None:
        super().__init__("The case is rejected.")


class CaseChanged(Stale):
    """The case is not what the caller has seen: somebody changed it meanwhile."""

    def __init__(self, expected: int, version: int) -> None:
        super().__init__(
            f"The case has changed: it is at version {version}, not {expected}.",
            expected=expected,
            version=version,
        )


class ReviewState(StrEnum):
    """The queue a case waits in, or how it ended."""

    APPROVAL = "approval"
    CORRECTION = "correction"
    EXCEPTION = "exception"
    APPROVED = "approved"
    REJECTED = "rejected"
    POSTING_FAILED = "posting_failed"

    @property
    def is_final(self) -> bool:
        """Whether the case is decided."""
        return self in (ReviewState.APPROVED, ReviewState.REJECTED)


@dataclass(frozen=True, slots=True)
class DuplicateHint:
    """What the invoice looks like that exists already: the other document, and all reasons."""

    reason: str
    invoice_id: UUID | None = None
    intent_id: UUID | None = None
    document_id: UUID | None = None
    review_case_id: UUID | None = None
    reasons: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The hint as the contract shows it."""
        stored: dict[str, Any] = _HINT.dump_python(self, mode="json")
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any] | None) -> "DuplicateHint | None":
        """The hint again; one of an older release has no reasons."""
        return None if stored is None else _HINT.validate_python(stored)


_HINT = TypeAdapter(DuplicateHint)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a case is judged by.

    `is_read` is False when nothing could be read at all, and `unread_because` says why.
    """

    invoice: NormalizedInvoice
    vendor_id: UUID | None
    findings: tuple[CaseFinding, ...] = ()
    duplicate: DuplicateHint | None = None
    is_read: bool = True
    unread_because: str | None = None

    @property
    def open_duplicate(self) -> DuplicateHint | None:
        """The hint, unless a person has acknowledged it."""
        return None if self.invoice.duplicate_acknowledged else self.duplicate

    @property
    def blocking(self) -> list[CaseFinding]:
        """Findings that a person has to answer before an approval."""
        return [each for each in self.findings if each.blocks]

    @property
    def unanswered(self) -> list[CaseFinding]:
        """Findings that nobody has answered, of any severity."""
        return [each for each in self.findings if each.answer is None]


_REASONS = frozenset({"UNREADABLE", "NOT_AN_INVOICE"})


def state_of(facts: CaseFacts) -> ReviewState:
    """The queue in which a case waits: at first, and after every correction."""
    if not facts.is_read or not facts.invoice.document_type.is_invoice or facts.open_duplicate:
        return ReviewState.EXCEPTION
    unsure = any(each.finding.code == LOW_CONFIDENCE for each in facts.unanswered)
    if unsure or facts.blocking or _missing(facts) or not facts.invoice.adds_up:
        return ReviewState.CORRECTION
    return ReviewState.APPROVAL


def recomputed(state: ReviewState, facts: CaseFacts) -> ReviewState:
    """The queue after a correction, which ends a failed posting. Raises for a decided case."""
    check_open(state)
    return state_of(facts)


def validation_issues(facts: CaseFacts) -> list[dict[str, Any]]:
    """What the reviewer is told: code, field and message, as the contract shows it.

    Why nothing could be read, or that it is no invoice, stands before what is missing therefore.
    """
    missing = [
        {"code": "MISSING_FIELD", "field": name, "message": message}
        for name, message in _missing(facts)
    ]
    found = [
        {
            "code": each.finding.code,
            "field": each.finding.fields[0] if each.finding.fields else None,
            "message": each.finding.message,
        }
        for each in facts.unanswered
    ]
    whole = list(_whole(facts))
    reasons = [each for each in whole if each["code"] in _REASONS]
    rest = [each for each in whole if each not in reasons]
    if not facts.is_read:
        return reasons + found + missing + rest
    return reasons + missing + found + rest


def check_open(state: ReviewState) -> None:
    """Refuse to touch a decided case."""
    if state is ReviewState.APPROVED:
        raise AlreadyApproved
    if state is ReviewState.REJECTED:
        raise AlreadyRejected


def check_version(version: int, expected: int | None) -> None:
    """Refuse to act on a case that is not what the caller has seen; None has seen nothing."""
    if expected is not None and expected != version:
        raise CaseChanged(expected, version)


def check_changes(changes: Collection[str]) -> None:
    """Refuse a correction that corrects nothing."""
    if not changes:
        raise NoChanges("Give a vendor, an invoice or answers to findings.")


def check_approvable(state: ReviewState, facts: CaseFacts) -> None:
    """Refuse to approve what is decided, incomplete, inconsistent, there already or in doubt."""
    check_open(state)
    invoice = facts.invoice
    if facts.vendor_id is None:
        raise VendorRequired
    if not invoice.document_type.is_invoice:
        raise NotAnInvoice(invoice.document_type)
    if not invoice.line_items:
        raise NoLineItems
    missing = [name for name, _ in _missing(facts)]
    if missing:
        raise IncompleteInvoice(f"Missing: {', '.join(missing)}.", missing=missing)
    if not invoice.adds_up:
        raise TotalsDisagree("Lines and totals do not add up.")
    if facts.open_duplicate is not None:
        raise InvoiceDuplicateSuspected(facts.open_duplicate)
    if facts.blocking:
        raise FindingsOpen(facts.blocking)


def _missing(facts: CaseFacts) -> list[tuple[str, str]]:
    invoice = facts.invoice
    present = {
        "vendor": facts.vendor_id,
        "invoice_number": (invoice.invoice_number or "").strip() or None,
        "invoice_date": invoice.invoice_date,
        "total_net": invoice.total_net,
        "total_tax": invoice.total_tax,
        "total_gross": invoice.total_gross,
        "line_items": invoice.line_items or None,
    }
    return [(name, message) for name, message in _NEEDED if present[name] is None]


def _whole(facts: CaseFacts) -> list[dict[str, Any]]:
    """Issues of the case as a whole."""
    issues: list[tuple[str, str | None, str]] = []
    if not facts.is_read and not any(each.finding == UNFINISHED for each in facts.findings):
        because = f" {facts.unread_because}" if facts.unread_because else ""
        issues.append(("UNREADABLE", None, f"The document could not be read.{because}"))
    elif not facts.invoice.document_type.is_invoice:
        issues.append(("NOT_AN_INVOICE", "document_type", "The document is no invoice."))
    if not _missing(facts) and not facts.invoice.adds_up:
        issues.append(("BALANCE_MISMATCH", "total_gross", "Lines and totals do not add up."))
    if facts.open_duplicate is not None:
        issues.append(("DUPLICATE_SUSPECTED", "invoice_number", facts.open_duplicate.reason))
    return [{"code": code, "field": field, "message": text} for code, field, text in issues]
