"""Books what people and programs ask for over HTTP."""

from dataclasses import replace

from sqlmodel import Session

from domain.ledger.booking import Booking
from domain.store import journal
from domain.store.invoices import DocumentNotFound
from domain.tables.bound import tenant_of
from domain.tables.documents import DocumentRow


def book(session: Session, booking: Booking) -> journal.Posted:
    """Post a booking; the document it names must exist, and its hash enters the proof."""
    if booking.document_id is None:
        return journal.book(session, booking)
    document = session.get(DocumentRow, (tenant_of(session), booking.document_id))
    if document is None:
        raise DocumentNotFound(booking.document_id)
    return journal.book(session, replace(booking, document_sha256=document.sha256))
