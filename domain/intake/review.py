"""Life of a review case: which queue it waits in, and what an approval needs."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.errors import Conflict, Invalid
from domain.invoicing.normalized import NormalizedInvoice
from domain.reading.finding import Finding, Severity

REASON_LENGTH = 1000
_SURE_ENOUGH = Decimal("0.70")
_NEEDED = (
    ("vendor", "The vendor is not known."),
    ("invoice_number", "The invoice number is missing."),
    ("invoice_date", "The invoice date is missing."),
    ("total_net", "The net total is missing."),
    ("total_tax", "The tax is missing."),
    ("total_gross", "The gross total is missing."),
    ("line_items", "There are no lines."),
)


class NoChanges(Invalid):
    """The body holds no field that can be changed."""

    def __init__(self) -> None:
        super().__init__("Give a vendor or an invoice.")


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
    """What the invoice looks like that exists already."""

    reason: str
    invoice_id: UUID | None = None
    intent_id: UUID | None = None

    def to_json(self) -> dict[str, Any]:
        """The hint as the contract shows it."""
        return {
            "invoice_id": str(self.invoice_id) if self.invoice_id else None,
            "intent_id": str(self.intent_id) if self.intent_id else None,
            "reason": self.reason,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any] | None) -> "DuplicateHint | None":
        """The hint again."""
        if stored is None:
            return None
        invoice_id, intent_id = stored.get("invoice_id"), stored.get("intent_id")
        return cls(
            reason=str(stored["reason"]),
            invoice_id=UUID(invoice_id) if invoice_id else None,
            intent_id=UUID(intent_id) if intent_id else None,
        )


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a case is judged by. `is_read` is False when nothing could be read at all.

    `confidence` is the reading's overall confidence, None once a person has replaced the values.
    """

    invoice: NormalizedInvoice
    vendor_id: UUID | None
    findings: tuple[Finding, ...] = ()
    duplicate: DuplicateHint | None = None
    confidence: Decimal | None = None
    is_read: bool = True

    @property
    def open_duplicate(self) -> DuplicateHint | None:
        """The hint, unless a person has acknowledged it."""
        return None if self.invoice.duplicate_acknowledged else self.duplicate


def state_of(facts: CaseFacts) -> ReviewState:
    """The queue in which a case waits: at first, and after every correction."""
    if not facts.is_read or not facts.invoice.document_type.is_invoice or facts.open_duplicate:
        return ReviewState.EXCEPTION
    unsure = facts.confidence is not None and facts.confidence < _SURE_ENOUGH
    blocking = any(finding.severity is Severity.BLOCKING for finding in facts.findings)
    if unsure or blocking or _missing(facts) or not facts.invoice.adds_up:
        return ReviewState.CORRECTION
    return ReviewState.APPROVAL


def recomputed(state: ReviewState, facts: CaseFacts) -> ReviewState:
    """The queue after a correction, which ends a failed posting. Raises for a decided case."""
    check_open(state)
    return state_of(facts)


def validation_issues(facts: CaseFacts) -> list[dict[str, Any]]:
    """What the reviewer is told: code, field and message, as the contract shows it."""
    missing = [
        {"code": "MISSING_FIELD", "field": name, "message": message}
        for name, message in _missing(facts)
    ]
    found = [
        {
            "code": finding.code,
            "field": finding.fields[0] if finding.fields else None,
            "message": finding.message,
        }
        for finding in facts.findings
    ]
    return missing + found + list(_whole(facts))


def check_open(state: ReviewState) -> None:
    """Refuse to touch a decided case."""
    if state is ReviewState.APPROVED:
        raise AlreadyApproved
    if state is ReviewState.REJECTED:
        raise AlreadyRejected


def check_changes(*, has_vendor: bool, has_invoice: bool) -> None:
    """Refuse a correction that corrects nothing."""
    if not (has_vendor or has_invoice):
        raise NoChanges


def check_approvable(state: ReviewState, facts: CaseFacts) -> None:
    """Refuse to approve what is decided, incomplete, inconsistent or there already."""
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
    if not facts.is_read:
        issues.append(("UNREADABLE", None, "The document could not be read."))
    elif not facts.invoice.document_type.is_invoice:
        issues.append(("NOT_AN_INVOICE", "document_type", "The document is no invoice."))
    if not _missing(facts) and not facts.invoice.adds_up:
        issues.append(("BALANCE_MISMATCH", "total_gross", "Lines and totals do not add up."))
    if facts.open_duplicate is not None:
        issues.append(("DUPLICATE_SUSPECTED", "invoice_number", facts.open_duplicate.reason))
    if facts.confidence is not None and facts.confidence < _SURE_ENOUGH:
        issues.append(("LOW_CONFIDENCE", None, "The reading is unsure; compare it with the page."))
    return [{"code": code, "field": field, "message": text} for code, field, text in issues]
