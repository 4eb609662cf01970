"""What is to be known of a plan of instalments: parts without a day, and sums that are not due."""

from collections.abc import Iterator

from domain.money import CENT, ZERO
from domain.payables.normalized import NormalizedInvoice
from domain.payables.terms import TermKind
from domain.payments.instalment import open_parts
from domain.reading.document_type import DocumentType
from domain.reading.finding import Finding, Severity

_FIELDS = ("terms",)
_LEAST = 2  # one instalment is the whole


def plan_findings(invoice: NormalizedInvoice) -> Iterator[Finding]:
    """Instalments that do not come to what is due, and those that wait for an event.

    `30 % bei Auftragserteilung, Rest nach Lieferung`: nobody can say on which day that is.
    """
    plan = [each.amount for each in invoice.terms if each.kind is TermKind.INSTALMENT]
    is_credit = invoice.document_type is DocumentType.CREDIT_NOTE
    if len(plan) < _LEAST or is_credit or invoice.total_gross is None:
        return
    whole = invoice.owed_amount
    due = invoice.amount_due
    due = whole - (invoice.prepaid_amount or ZERO) if due is None else due
    total = sum((each or ZERO for each in plan), ZERO)
    is_whole = any(abs(total - each) <= CENT * len(plan) for each in (whole, due))
    if None in plan or not is_whole:
        yield Finding(
            "INSTALMENTS_DIFFER",
            f"The instalments come to {total:.2f}; {due:.2f} is due.",
            Severity.WARNING,
            (*_FIELDS, "amount_due"),
        )
    waiting = [each.amount for each in open_parts(invoice.terms, due) if each.due_date is None]
    if waiting:
        yield Finding(
            "INSTALMENT_WITHOUT_DAY",
            f"{sum(waiting, ZERO):.2f} is due by an event and on no day that is known:"
            " enter the day of the term once it is.",
            Severity.WARNING,
            _FIELDS,
        )
