"""Holds invoices against what is owed without one: bookings by hand, and opening balances.

Whoever books an invoice by hand and then gets its document owes it twice, and the other way round.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import tenant_of
from domain.ledger.booking import Booking
from domain.payables.normalized import NormalizedInvoice
from domain.reading.document_type import DocumentType
from domain.reading.finding import Finding, Severity

BOOKED_BY_HAND = "BOOKED_BY_HAND"
_FIELDS = ("invoice_number", "total_gross")
_MOST = 20


@dataclass(frozen=True, slots=True)
class OwedAlready:
    """What an intent without an invoice owes to the vendor, by its first entry.

    `is_same_number` is None where it says no number.
    """

    intent_id: UUID
    journal_number: int
    booking_date: date
    amount: Decimal
    is_same_number: bool | None


@dataclass(frozen=True, slots=True)
class SameInvoice:
    """A document or an invoice of the partner and number that a booking names."""

    invoice_id: UUID | None
    review_case_id: UUID | None
    intent_id: UUID | None


def findings(
    session: Session, invoice: NormalizedInvoice, vendor_id: UUID | None
) -> Iterator[Finding]:
    """Bookings that owe this invoice already; of the same amount alone only where no number is."""
    if vendor_id is None or not invoice.document_type.is_invoice:
        return
    for found in owed_already(session, invoice, vendor_id):
        where = f"Journal entry {found.journal_number} of {found.booking_date}"
        if found.is_same_number:
            yield Finding(
                BOOKED_BY_HAND,
                f"{where} already has {found.amount:.2f} for this number, without an invoice."
                " Tie the invoice to it, reverse it, or say why.",
                Severity.BLOCKING,
                _FIELDS,
            )
        else:
            yield Finding(
                BOOKED_BY_HAND,
                f"{where} has the same amount of {found.amount:.2f} for this vendor, without an"
                " invoice and without a number.",
                Severity.WARNING,
                _FIELDS,
            )


def owed_already(
    session: Session, invoice: NormalizedInvoice, vendor_id: UUID
) -> list[OwedAlready]:
    """What intents without an invoice owe to a vendor under its number, or without any."""
    is_credit = invoice.document_type is DocumentType.CREDIT_NOTE
    named = {
        "tenant": tenant_of(session),
        "vendor": vendor_id,
        "side": "D" if is_credit else "C",
        "number": invoice.invoice_number,
        "gross": invoice.gross_in_base,
        "most": _MOST,
    }
    return [OwedAlready(*row) for row in session.execute(_owed_query(), named)]


@cache
def _owed_query() -> Any:
    # Candidates by the index of numbers: of many items few have the number, or none at all. CASE:
    # whether one is reversed is asked of what fits alone. Of many that fit by amount the limit
    # leaves the latest, and never cuts off one of the same number. LIMIT 1: an invoice is looked
    # up for each candidate, where a list of all would be made else.
    return text(
        """
        SELECT o.intent_id, e.first_number, o.booking_date, o.amount,
            CASE WHEN o.document_number IS NOT NULL THEN true END
        FROM (
            SELECT item.* FROM open_item item
            WHERE item.tenant_id = :tenant AND item.partner_id = :vendor
              AND item.number_key = number_key(CAST(:number AS text)) AND item.side = :side
            UNION ALL
            SELECT item.* FROM open_item item
            WHERE item.tenant_id = :tenant AND item.partner_id = :vendor
              AND item.number_key IS NULL AND item.document_number IS NULL
              AND item.side = :side AND item.amount = CAST(:gross AS numeric)
        ) o
        CROSS JOIN LATERAL (SELECT min(j.journal_number) AS first_number FROM journal_entry j
            WHERE j.tenant_id = o.tenant_id AND j.intent_id = o.intent_id) e
        LEFT JOIN LATERAL (SELECT true AS is_there FROM invoice i
            WHERE i.tenant_id = o.tenant_id AND i.open_item_id = o.open_item_id LIMIT 1) i ON true
        WHERE CASE WHEN i.is_there IS NULL THEN NOT is_cancelled(o.tenant_id, o.intent_id) END
        ORDER BY o.document_number IS NULL, o.booking_date DESC, o.open_item_id LIMIT :most
        """
    )


def invoices_like(session: Session, bookings: Sequence[Booking]) -> list[list[SameInvoice]]:
    """For each booking the invoices, and cases that wait, of a partner and number that it names.

    An invoice whose posting is reversed is owed no more, and not told.
    """
    asked = [
        (place, vendor, each.terms.document_number or each.external_reference)
        for place, each in enumerate(bookings)
        for vendor in _vendors(each)
    ]
    found: list[list[SameInvoice]] = [[] for _ in bookings]
    if not asked:
        return found
    places, vendors, numbers = zip(*asked, strict=True)
    named = {
        "tenant": tenant_of(session),
        "places": list(places),
        "vendors": list(vendors),
        "numbers": list(numbers),
        "most": _MOST,
    }
    for place, *row in session.execute(_like_query(), named):
        found[place].append(SameInvoice(*row))
    return found


def _vendors(booking: Booking) -> list[UUID]:
    """Partners to whom, or from whom, lines of a booking open something."""
    if not (booking.terms.document_number or booking.external_reference):
        return []
    opening = (line.partner_id for line in booking.lines if not line.settles)
    return list(dict.fromkeys(filter(None, opening)))


@cache
def _like_query() -> Any:
    return text(
        """
        SELECT a.place, f.* FROM unnest(CAST(:places AS int[]), CAST(:vendors AS uuid[]),
            CAST(:numbers AS text[])) AS a(place, vendor, number)
        CROSS JOIN LATERAL (
            SELECT i.id, c.id, i.intent_id
            FROM invoice i
            LEFT JOIN review_case c ON c.tenant_id = i.tenant_id AND c.invoice_id = i.id
            WHERE i.tenant_id = :tenant AND i.vendor_id = a.vendor
              AND i.number_key = number_key(a.number)
              AND (i.intent_id IS NULL OR NOT is_cancelled(i.tenant_id, i.intent_id))
            UNION ALL
            SELECT NULL, c.id, NULL FROM review_case c
            WHERE c.tenant_id = :tenant AND c.vendor_id = a.vendor AND c.invoice_id IS NULL
              AND c.queue_state <> 'rejected' AND c.number_key = number_key(a.number)
            LIMIT :most
        ) f
        ORDER BY a.place
        """
    )
