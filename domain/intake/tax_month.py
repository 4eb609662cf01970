"""In which month input tax is deducted: when the supply is made, the invoice there, or it is paid.

DE § 15 Abs. 1 Satz 1 Nr. 1 UStG, AT § 12 Abs. 1 Z 1 UStG: both the supply and the invoice must be
there; of a prepayment the invoice and the payment. A case is booked on the day of its document
where that month is open (decision 0012), which may be before.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date

from domain.dates import fiscal_year_of, month_of
from domain.ledger.booking import Books
from domain.money import ZERO
from domain.payables.normalized import NormalizedInvoice, NormalizedLine
from domain.payables.terms import PaymentMethod
from domain.periods.period import first_open_day
from domain.reading.document_type import DocumentType
from domain.reading.finding import Finding, Severity
from domain.reading.line_period import line_period

_PAID = frozenset({PaymentMethod.CARD, PaymentMethod.CASH, PaymentMethod.PAID})
_BASIS = "DE § 15 Abs. 1 Satz 1 Nr. 1 UStG, AT § 12 Abs. 1 Z 1 UStG"


def month_findings(
    invoice: NormalizedInvoice,
    received: date,
    books: Books,
    closed: Callable[[], Collection[str]] = frozenset,
) -> Iterator[Finding]:
    """Input tax that a case would deduct in a month before it may be.

    In a month that is closed nothing is booked: the days are those of the next open one (decision
    0040); `closed` is asked where it matters. Told where a person can still choose the day: an
    invoice of an earlier fiscal year is booked when it is approved, and tax that is owed by
    oneself is deducted without an invoice.
    """
    day = invoice.booking_date or invoice.invoice_date
    if day is None or invoice.document_type is DocumentType.CREDIT_NOTE:
        return
    made = _made(invoice, received)
    due = max(received, made or received)
    start = books.fiscal_year_start
    is_same_year = fiscal_year_of(day, start) == fiscal_year_of(due, start)
    is_chosen = invoice.booking_date is not None
    if month_of(day) >= month_of(due) or not (is_same_year or is_chosen):
        return
    months = closed()
    day = day if is_chosen else first_open_day(day, months, start) or day
    due = first_open_day(due, months, start) or due
    if month_of(day) < month_of(due) and _deducts(invoice, books):
        came = f"the invoice came in on {received}"
        supplied = f", the supply is of {made}" if made is not None and made > received else ""
        yield Finding(
            "INPUT_TAX_LATER",
            f"Booked on {day}, input tax is deducted in {month_of(day)}; {came}{supplied}:"
            f" it belongs to {month_of(due)}. A booking date of {due} states it there.",
            Severity.HINT,
            ("booking_date", "invoice_date", "delivery_date"),
            _BASIS,
        )


def is_to_come(line: NormalizedLine, invoice: NormalizedInvoice, day: date) -> bool:
    """Whether nothing of a line's period lies in the month of its invoice or of a day, or before.

    A rent for a month is asked for at its beginning, and its supply has begun then.
    """
    if line.supply_date is None:
        return False
    period = line_period(line.description)
    is_told = period is not None and period[1] == line.supply_date
    first = period[0] if period is not None and is_told else line.supply_date
    issued = max(invoice.invoice_date or day, day)
    return (first.year, first.month) > (issued.year, issued.month)


def is_paid(invoice: NormalizedInvoice) -> bool:
    """Whether a document, or the day that a person books it on, says that it is paid."""
    is_settled = invoice.amount_due == ZERO and bool(invoice.total_gross)
    return invoice.booking_date is not None or is_settled or invoice.payment_method in _PAID


def _made(invoice: NormalizedInvoice, received: date) -> date | None:
    """Day of the supply, or of the last line whose supply had not begun when it came in."""
    own = (e.supply_date for e in invoice.line_items if is_to_come(e, invoice, received))
    return max(filter(None, (invoice.delivery_date, *own)), default=None)


def _deducts(invoice: NormalizedInvoice, books: Books) -> bool:
    codes = (books.tax_codes.get((line.tax_code or "").upper()) for line in invoice.line_items)
    return any(code.deducts_charged for code in codes if code is not None)
