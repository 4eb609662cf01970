"""Finds the earlier invoices that a document names, by the keys of their numbers."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Boolean, func, or_
from sqlmodel import Session, col, select

from domain.database.session import tenant_of
from domain.intake.duplicates import Seen, may_be_one_vendor, seen_in
from domain.intake.extraction import Extraction
from domain.intake.preceding import Earlier, Where, findings_of
from domain.intake.rows import InboxItemRow, ReviewCaseRow
from domain.payables.normalized import NormalizedInvoice
from domain.payables.rows import InvoiceRow
from domain.reading.finding import Finding

_MOST = 20


def preceding_findings(
    session: Session,
    item: InboxItemRow,
    invoice: NormalizedInvoice,
    vendor_id: UUID | None,
    read: Extraction,
) -> Iterator[Finding]:
    """What is to be said of the earlier invoices that a document names; nothing without any."""
    own = replace(seen_in(invoice, vendor_id, None), number=None)
    known = {}
    for each in read.preceding:
        there = _there(session, item, own, each.number) if each.number is not None else None
        if each.number is not None and there is not None:
            known[each.number] = there
    yield from findings_of(read.preceding, known, read.type_code)


def _there(session: Session, item: InboxItemRow, own: Seen, number: str) -> Earlier | None:
    """The vendor's invoice of that number: in the books unless reversed, else in a case."""
    key = func.number_key(number)
    if own.vendor_id is not None:
        posted = session.exec(
            select(InvoiceRow.invoice_number)
            .where(
                InvoiceRow.tenant_id == tenant_of(session),
                InvoiceRow.vendor_id == own.vendor_id,
                col(InvoiceRow.number_key) == key,
                or_(
                    col(InvoiceRow.intent_id).is_(None),
                    ~func.is_cancelled(InvoiceRow.tenant_id, InvoiceRow.intent_id, type_=Boolean),
                ),
            )
            .limit(1)
        ).first()
        if posted is not None:
            return Earlier(Where.BOOKS, posted)
    waiting = session.exec(
        select(ReviewCaseRow)
        .where(
            ReviewCaseRow.tenant_id == tenant_of(session),
            ReviewCaseRow.inbox_id != item.id,
            ReviewCaseRow.queue_state != "rejected",
            col(ReviewCaseRow.invoice_id).is_(None),
            col(ReviewCaseRow.number_key) == key,
        )
        .order_by(col(ReviewCaseRow.created_at), col(ReviewCaseRow.id))
        .limit(_MOST)
    )
    for case in waiting:
        other = NormalizedInvoice.from_json(dict(case.normalized_invoice))
        if may_be_one_vendor(own, seen_in(other, case.vendor_id, None)):
            return Earlier(Where.CASE, other.invoice_number or number)
    return None
