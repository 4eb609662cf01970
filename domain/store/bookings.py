"""Completes what people and programs ask to be booked."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from domain.ledger.booking import Booking
from domain.store.invoices import DocumentNotFound
from domain.tables.bound import tenant_of
from domain.tables.documents import DocumentRow


def with_documents(session: Session, bookings: Sequence[Booking]) -> list[Booking]:
    """Give each booking the hash of the document it names, which must exist.

    The hash enters the proof. Raises DocumentNotFound.
    """
    return [_with_document(session, each) for each in bookings]


def _with_document(session: Session, booking: Booking) -> Booking:
    if booking.document_id is None:
        return booking
    document = session.get(DocumentRow, (tenant_of(session), booking.document_id))
    if document is None:
        raise DocumentNotFound(booking.document_id)
    return replace(booking, document_sha256=document.sha256)
