"""Invoices that somebody types: held against the documents that are there, then stored.

A document that comes is held against the books and the other documents (decision 0046); what is
typed beside them would be booked and paid twice in the same way.
"""

from uuid import UUID

from sqlmodel import Session

from domain.intake import duplicate_store, preceding_store
from domain.intake.duplicates import InvoiceMayBeKnown, Seen
from domain.payables import invoice_store
from domain.payables.invoice import Invoice
from domain.reading.finding import Severity


def enter(session: Session, invoice_id: UUID, invoice: Invoice, *, is_other: bool = False) -> UUID:
    """Store an invoice that somebody typed, unless documents say that it is no new one.

    A document that waits for a decision and looks like it, or one that corrects it, is told with
    its case, unless it `is_other`: somebody has looked.
    Raises INVOICE_MAY_BE_KNOWN, and what `invoice_store.enter` does.
    """
    if not is_other:
        _check_documents(session, invoice)
    return invoice_store.enter(session, invoice_id, invoice, is_other=is_other)


def _check_documents(session: Session, invoice: Invoice) -> None:
    own = Seen(
        vendor_id=invoice.vendor_id,
        number=invoice.invoice_number,
        day=invoice.invoice_date,
        gross=abs(invoice.total_gross),
    )
    for twin in duplicate_store.waiting_twins(session, own):
        if twin.other.invoice_id is None:
            raise InvoiceMayBeKnown(twin.hint.reason, twin.other.review_case_id)
    later = preceding_store.naming(session, invoice.vendor_id, invoice.invoice_number)
    for each in later:
        if each.severity is Severity.BLOCKING:
            raise InvoiceMayBeKnown(each.message, each.other_case_id)
