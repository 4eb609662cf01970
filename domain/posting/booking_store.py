"""Completes what people and programs ask to be booked, and holds it against what is known."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from domain.database.session import tenant_of
from domain.documents.document import DocumentNotFound
from domain.documents.rows import DocumentRow
from domain.errors import InvalidInput
from domain.ledger import rate_views
from domain.ledger.booking import Booking
from domain.ledger.reference_rate import contradicts


def check_rates(session: Session, bookings: Sequence[Booking], *, among_many: bool = False) -> None:
    """Refuse a rate that contradicts the reference rate of its day, where that is known.

    Raises InvalidInput with the place of the rate.
    """
    for at, booking in enumerate(bookings):
        fx = booking.exchange
        known = rate_views.rate_on(session, fx.currency, fx.rate_date) if fx else None
        if fx and known and contradicts(fx.rate, fx.rate_source, known.rate):
            place = f"/bookings/{at}/fx/rate" if among_many else "/fx/rate"
            raise InvalidInput(
                place, f"the reference rate of {known.rate_date} is {known.rate.normalize():f}"
            )


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
