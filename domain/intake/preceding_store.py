"""Finds the invoices that a document names, and those that name it, by keys of their numbers."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Boolean, ColumnElement, String, Uuid, and_, bindparam, func, or_
from sqlmodel import Session, col, select

from domain.database.plain import TENANT, rows_of
from domain.database.session import tenant_of
from domain.documents.rows import ExtractionRow, NamedInvoiceRow
from domain.intake.duplicates import Seen, may_be_one_vendor, seen_in
from domain.intake.extraction import Extraction
from domain.intake.preceding import Earlier, Later, Where, findings_of, later_findings
from domain.intake.rows import InboxItemRow, ReviewCaseRow
from domain.payables.invoice import NUMBER_LENGTH
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
    """What is to be said of the invoices that a document names, and of documents that name it."""
    own = replace(seen_in(invoice, vendor_id, None), number=None)
    known = {}
    for each in read.preceding:
        there = _there(session, item, own, each.number) if each.number is not None else None
        if each.number is not None and there is not None:
            known[each.number] = there
    yield from findings_of(read.preceding, known, read.type_code)
    if invoice.invoice_number is not None:
        yield from later_findings(_later(session, item, own, invoice.invoice_number))


def _there(session: Session, item: InboxItemRow, own: Seen, number: str) -> Earlier | None:
    """The vendor's invoice of that number: in the books unless reversed, else in a case."""
    key = func.number_key(number[:NUMBER_LENGTH])
    if own.vendor_id is not None:
        posted = session.exec(
            select(InvoiceRow.invoice_number, ReviewCaseRow.id)
            .join(ReviewCaseRow, and_(*_case_of_invoice()), isouter=True)
            .where(
                InvoiceRow.tenant_id == tenant_of(session),
                InvoiceRow.vendor_id == own.vendor_id,
                col(InvoiceRow.number_key) == key,
                _stands(),
            )
            .limit(1)
        ).first()
        if posted is not None:
            return Earlier(Where.BOOKS, *posted)
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
            return Earlier(Where.CASE, other.invoice_number or number, case.id)
    return None


def _later(session: Session, item: InboxItemRow, own: Seen, number: str) -> Iterator[Later]:
    """Documents of the vendor, in cases or in the books, whose reading names this number."""
    found = rows_of(session, _later_query(), item=item.id, number=number[:NUMBER_LENGTH])
    for case_id, vendor_id, proposed, fields, is_posted, place in found:
        other = NormalizedInvoice.from_json(dict(proposed))
        if not may_be_one_vendor(own, seen_in(other, vendor_id, None)):
            continue
        read = Extraction.from_json(dict(fields))
        yield Later(
            Where.BOOKS if is_posted else Where.CASE,
            read.preceding[place].relation,
            other.invoice_number or "?",
            read.type_code,
            case_id,
        )


@cache
def _later_query() -> Any:
    """Built once: to build a query takes longer than to ask it."""
    key = func.number_key(bindparam("number", type_=String))
    columns: Any = (
        *(getattr(ReviewCaseRow, name) for name in ("id", "vendor_id", "normalized_invoice")),
        ExtractionRow.fields,
        col(InvoiceRow.id).isnot(None),
        NamedInvoiceRow.place,
    )
    return (
        sqlalchemy.select(*columns)
        .select_from(NamedInvoiceRow)
        .join(ExtractionRow, and_(*_reading_that_names()))
        .join(InboxItemRow, and_(*_item_of_reading()))
        .join(ReviewCaseRow, and_(*_case_of_item()))
        .join(InvoiceRow, and_(*_case_of_invoice()), isouter=True)
        .where(
            col(NamedInvoiceRow.tenant_id) == TENANT,
            col(NamedInvoiceRow.number_key) == key,
            col(InboxItemRow.id) != bindparam("item", type_=Uuid()),
            col(ReviewCaseRow.queue_state) != "rejected",
            or_(col(InvoiceRow.id).is_(None), _stands()),
        )
        .order_by(col(ReviewCaseRow.created_at), col(ReviewCaseRow.id))
        .limit(_MOST)
    )


def _stands() -> ColumnElement[bool]:
    """An invoice in the books that is not reversed."""
    return or_(
        col(InvoiceRow.intent_id).is_(None),
        ~func.is_cancelled(InvoiceRow.tenant_id, InvoiceRow.intent_id, type_=Boolean),
    )


def _case_of_invoice() -> Iterator[ColumnElement[bool]]:
    yield col(ReviewCaseRow.tenant_id) == col(InvoiceRow.tenant_id)
    yield col(ReviewCaseRow.invoice_id) == col(InvoiceRow.id)


def _case_of_item() -> Iterator[ColumnElement[bool]]:
    yield col(ReviewCaseRow.tenant_id) == col(InboxItemRow.tenant_id)
    yield col(ReviewCaseRow.inbox_id) == col(InboxItemRow.id)


def _item_of_reading() -> Iterator[ColumnElement[bool]]:
    yield col(InboxItemRow.tenant_id) == col(ExtractionRow.tenant_id)
    yield col(InboxItemRow.document_id) == col(ExtractionRow.document_id)
    yield col(InboxItemRow.extraction_version) == col(ExtractionRow.version)


def _reading_that_names() -> Iterator[ColumnElement[bool]]:
    yield col(ExtractionRow.tenant_id) == col(NamedInvoiceRow.tenant_id)
    yield col(ExtractionRow.document_id) == col(NamedInvoiceRow.document_id)
    yield col(ExtractionRow.version) == col(NamedInvoiceRow.version)
