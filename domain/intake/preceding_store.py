"""Finds the invoices that a document names, and those that name it, by keys of their numbers."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Boolean, ColumnElement, String, Uuid, and_, bindparam, func, or_, true
from sqlmodel import Session, col, select

from domain.database.plain import TENANT, rows_of
from domain.database.session import tenant_of
from domain.documents.rows import ExtractionRow, NamedInvoiceRow
from domain.intake.duplicates import Seen, may_be_one_vendor, seen_in
from domain.intake.extraction import Extraction
from domain.intake.preceding import (
    Earlier,
    Later,
    Where,
    credit_findings,
    findings_of,
    later_findings,
)
from domain.intake.rows import InboxItemRow, ReviewCaseRow
from domain.payables.invoice import NUMBER_LENGTH
from domain.payables.normalized import NormalizedInvoice
from domain.payables.rows import InvoiceRow
from domain.reading.finding import Finding

_MOST = 20

_NO_ITEM = UUID(int=0)  # of what came as no document


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
    yield from credit_findings(read.preceding, known, invoice.total_gross, invoice.currency)
    if invoice.invoice_number is not None:
        yield from later_findings(_later(session, item.id, own, invoice.invoice_number))


def naming(session: Session, vendor_id: UUID, number: str) -> Iterator[Finding]:
    """What is to be said of documents that name the number of an invoice that somebody types."""
    yield from later_findings(_later(session, _NO_ITEM, Seen(vendor_id=vendor_id), number))


def _there(session: Session, item: InboxItemRow, own: Seen, number: str) -> Earlier | None:
    """The vendor's invoice of that number: in the books unless reversed, else in a case."""
    key = func.number_key(number[:NUMBER_LENGTH])
    if own.vendor_id is not None:
        posted = session.exec(
            select(
                InvoiceRow.invoice_number,
                ReviewCaseRow.id,
                col(InvoiceRow.total_gross),
                col(InvoiceRow.currency),
            )
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
            named, case_id, gross, currency = posted
            return Earlier(Where.BOOKS, named, case_id, (gross, currency))
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
            named = other.invoice_number or number
            return Earlier(Where.CASE, named, case.id, (other.total_gross, other.currency))
    return None


def _later(session: Session, item_id: UUID, own: Seen, number: str) -> Iterator[Later]:
    """Documents of the vendor, in cases or in the books, whose reading names this number."""
    found = rows_of(session, _later_query(), item=item_id, number=number[:NUMBER_LENGTH])
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
    """Built once: to build a query takes longer than to ask it.

    Step by step from the number, one row at a time: while nothing is known of the tables, which is
    so for the first minute of a house, a join would begin at all cases and multiply.
    """
    key = func.number_key(bindparam("number", type_=String))
    item = _one(InboxItemRow, "id", *_item_that_names()).lateral("item")
    case = _one(
        ReviewCaseRow,
        *("id", "vendor_id", "normalized_invoice", "invoice_id", "created_at"),
        col(ReviewCaseRow.inbox_id) == item.c.id,
        col(ReviewCaseRow.queue_state) != "rejected",
    ).lateral("one_case")
    posted = _one(InvoiceRow, "id", "intent_id", col(InvoiceRow.id) == case.c.invoice_id).lateral(
        "posted"
    )
    reading = _one(ExtractionRow, "fields", *_reading_that_names()).lateral("reading")
    stands = func.is_cancelled(TENANT, posted.c.intent_id, type_=Boolean)
    columns: Any = (
        *(case.c.id, case.c.vendor_id, case.c.normalized_invoice),
        *(reading.c.fields, posted.c.id.isnot(None), NamedInvoiceRow.place),
    )
    return (
        sqlalchemy.select(*columns)
        .select_from(NamedInvoiceRow)
        .join(item, true())
        .join(case, true())
        .join(reading, true())
        .join(posted, true(), isouter=True)
        .where(
            col(NamedInvoiceRow.tenant_id) == TENANT,
            col(NamedInvoiceRow.number_key) == key,
            or_(posted.c.intent_id.is_(None), ~stands),
        )
        .order_by(case.c.created_at, case.c.id)
        .limit(_MOST)
    )


def _one(kind: Any, *asked: str | ColumnElement[bool]) -> Any:
    """Columns of the one row of a table that there can be; `limit` keeps it a step of its own."""
    columns = [getattr(kind, name) for name in asked if isinstance(name, str)]
    where = [each for each in asked if not isinstance(each, str)]
    return sqlalchemy.select(*columns).where(col(kind.tenant_id) == TENANT, *where).limit(1)


def _stands() -> ColumnElement[bool]:
    """An invoice in the books that is not reversed."""
    return or_(
        col(InvoiceRow.intent_id).is_(None),
        ~func.is_cancelled(InvoiceRow.tenant_id, InvoiceRow.intent_id, type_=Boolean),
    )


def _case_of_invoice() -> Iterator[ColumnElement[bool]]:
    yield col(ReviewCaseRow.tenant_id) == col(InvoiceRow.tenant_id)
    yield col(ReviewCaseRow.invoice_id) == col(InvoiceRow.id)


def _item_that_names() -> Iterator[ColumnElement[bool]]:
    """Another item than the one that is asked for, whose reading of today names the number."""
    yield col(InboxItemRow.document_id) == col(NamedInvoiceRow.document_id)
    yield col(InboxItemRow.extraction_version) == col(NamedInvoiceRow.version)
    yield col(InboxItemRow.id) != bindparam("item", type_=Uuid())


def _reading_that_names() -> Iterator[ColumnElement[bool]]:
    yield col(ExtractionRow.document_id) == col(NamedInvoiceRow.document_id)
    yield col(ExtractionRow.version) == col(NamedInvoiceRow.version)
