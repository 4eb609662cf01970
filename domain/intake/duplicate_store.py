"""Finds documents that may be the same invoice, by keys that are indexed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    String,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    func,
    or_,
    true,
    tuple_,
    union,
)
from sqlmodel import Session, col

from domain.database.plain import TENANT, rows_of
from domain.documents.rows import ExtractionRow
from domain.intake.duplicates import Other, Seen, Twin, seen_in, twins
from domain.intake.extraction import Extraction
from domain.intake.number_kin import near_numbers
from domain.intake.rows import InboxItemRow, ReviewCaseRow
from domain.payables.normalized import NormalizedInvoice
from domain.payables.rows import InvoiceRow
from domain.payables.same_account_views import is_paid_to_account_of

_MOST = 50
_BAND = 4
_NO_ITEM = UUID(int=0)  # of what came as no document: every case was there before
_EMPTY_BAND = "0000"
_BANDS = tuple(f"page_band_{number}" for number in range(1, 5))
_ITEM: Any = bindparam("item", type_=Uuid())
_OF_CASE = (
    *("id", "document_id", "vendor_id", "invoice_id", "intent_id"),
    *("normalized_invoice", "number_key", "page_hash"),
)


def twins_of(
    session: Session,
    item: InboxItemRow,
    invoice: NormalizedInvoice,
    vendor_id: UUID | None,
    read: Extraction,
) -> tuple[Twin, ...]:
    """The invoices and the older cases that this one looks like."""
    own = replace(
        seen_in(invoice, vendor_id, None),
        page_hash=read.page_hash,
        is_data=read.syntax is not None if read.is_read else None,
    )
    found = [*_posted(session, own), *_waiting(session, own, item.id, item.mail_id)]
    key = next((key for key, _ in found), None)
    return twins(replace(own, number_key=key), [other for _, other in found])


def waiting_twins(session: Session, own: Seen) -> Iterator[Twin]:
    """The cases that look enough like an invoice that somebody types to stop it."""
    found = list(_waiting(session, own, _NO_ITEM, None))
    key = next((key for key, _ in found), None)
    for twin in twins(replace(own, number_key=key), [other for _, other in found]):
        if twin.stops:
            yield twin


def _posted(session: Session, own: Seen) -> Iterator[tuple[str | None, Other]]:
    """Invoices of the vendor with that number, or of that day and sum; beside the own key.

    With number, day and sum those of another vendor of its account, too.
    """
    if own.vendor_id is None:
        return
    named = {
        "vendor": own.vendor_id,
        "number": own.number,
        "near": list(near_numbers(own.number)),
        "day": own.day,
        "gross": own.gross,
    }
    for row in rows_of(session, _posted_query(), **named):
        seen = Seen(
            vendor_id=own.vendor_id,
            number=row.invoice_number,
            number_key=row.number_key,
            day=row.invoice_date,
            gross=row.total_gross,
        )
        yield row.own_key, Other(seen, row.document_id, row.case_id, row.id, row.intent_id)


@cache
def _posted_query() -> Any:
    """Built once: to build a query takes longer than to ask it."""
    row, key = InvoiceRow, func.number_key(bindparam("number", type_=String))
    names = (
        *("id", "document_id", "intent_id"),
        *("invoice_number", "number_key", "invoice_date", "total_gross"),
    )
    columns: Any = (getattr(row, name) for name in names)
    vendor = bindparam("vendor", type_=Uuid())
    of_day = (
        col(row.invoice_date) == bindparam("day"),
        col(row.total_gross) == bindparam("gross"),
    )
    return (
        sqlalchemy.select(key.label("own_key"), *columns, col(ReviewCaseRow.id).label("case_id"))
        .join(ReviewCaseRow, and_(*_case_of_invoice()), isouter=True)
        .where(
            col(row.tenant_id) == TENANT,
            or_(
                and_(
                    col(row.vendor_id) == vendor,
                    or_(
                        col(row.number_key) == key,
                        col(row.number_key) == _near_keys(),
                        and_(*of_day),
                    ),
                ),
                # One company that was entered twice; of a factor's clients, all has to fit.
                and_(
                    is_paid_to_account_of(col(row.vendor_id), vendor, TENANT),
                    col(row.number_key) == key,
                    *of_day,
                ),
            ),
        )
        .order_by(col(row.created_at).desc())
        .limit(_MOST)
    )


def _near_keys() -> Any:
    """Keys of numbers with other words around them: made once, and each found by the index."""
    near = func.unnest(bindparam("near", type_=ARRAY(String))).column_valued("near")
    made = sqlalchemy.select(func.array_agg(func.number_key(near))).scalar_subquery()
    return any_(cast(made, ARRAY(String)))


def _case_of_invoice() -> Iterator[ColumnElement[bool]]:
    yield col(ReviewCaseRow.tenant_id) == col(InvoiceRow.tenant_id)
    yield col(ReviewCaseRow.invoice_id) == col(InvoiceRow.id)


def _waiting(
    session: Session, own: Seen, item_id: UUID, mail_id: UUID | None
) -> Iterator[tuple[str | None, Other]]:
    """Cases that were opened before and are not rejected; beside the own key."""
    named = {
        "item": item_id,
        "mail": mail_id,
        "is_data": own.is_data,
        "number": own.number,
        "near": list(near_numbers(own.number)),
        "sum": None if own.day is None or own.gross is None else _sum_key(own.day, own.gross),
        **dict(zip(_BANDS, _bands(own.page_hash or ""), strict=True)),
    }
    for row in rows_of(session, _waiting_query(), **named):
        yield row.own_key, _of_case(row)


@cache
def _waiting_query() -> Any:
    """Built once; what is null is like nothing.

    Candidates first, each kind by its own index, then what belongs to each: while nothing is known
    of the tables, which is so for the first minute of a house, a join would begin at all cases.
    """
    key = func.number_key(bindparam("number", type_=String))
    # What leads to a candidate; each of them has an index of its own.
    alike = [
        col(ReviewCaseRow.number_key) == key,
        col(ReviewCaseRow.number_key) == _near_keys(),
        col(ReviewCaseRow.sum_key) == bindparam("sum"),
        *(getattr(ReviewCaseRow, name) == bindparam(name) for name in _BANDS),
    ]
    found = union(*(_ids_of(each) for each in alike)).subquery("found")
    case = _case_found(found.c.id)
    item = _item_of(case.c.inbox_id)
    own = _own_case()
    is_later = tuple_(own.c.created_at, own.c.id) <= tuple_(case.c.created_at, case.c.id)
    return (
        sqlalchemy.select(
            key.label("own_key"),
            *(case.c[name] for name in _OF_CASE),
            _reading_of(item).label("syntax"),
        )
        .select_from(found)
        .join(case, true())
        .join(item, true())
        .join(own, true(), isouter=True)
        # Only the later of two cases is the duplicate; before its own is open, all are earlier. In
        # one mail the page is that of the data, whichever of them was looked at first.
        .where(
            sqlalchemy.case(
                (_is_other_form(case, item), bindparam("is_data", type_=Boolean).is_(False)),
                else_=or_(own.c.id.is_(None), ~is_later),
            )
        )
        .order_by(case.c.created_at, case.c.id)
        .limit(_MOST)
    )


def _ids_of(alike: ColumnElement[bool]) -> Any:
    return sqlalchemy.select(col(ReviewCaseRow.id)).where(
        col(ReviewCaseRow.tenant_id) == TENANT, alike
    )


def _case_found(case_id: ColumnElement[UUID]) -> Any:
    """A case that is not rejected, of another item."""
    columns: Any = (getattr(ReviewCaseRow, name) for name in (*_OF_CASE, "inbox_id", "created_at"))
    return (
        sqlalchemy.select(*columns)
        .where(
            col(ReviewCaseRow.tenant_id) == TENANT,
            col(ReviewCaseRow.id) == case_id,
            col(ReviewCaseRow.inbox_id) != _ITEM,
            col(ReviewCaseRow.queue_state) != "rejected",
        )
        .limit(1)
        .lateral("one_case")
    )


def _is_other_form(case: Any, item: Any) -> ColumnElement[bool]:
    """Whether it is of the same mail in the other form, and is not in the books yet."""
    is_data = bindparam("is_data", type_=Boolean)
    return and_(
        item.c.mail_id == bindparam("mail", type_=Uuid()),
        is_data != _reading_of(item).isnot(None),
        case.c.invoice_id.is_(None),
    )


def _item_of(inbox_id: ColumnElement[UUID]) -> Any:
    return (
        sqlalchemy.select(
            col(InboxItemRow.document_id),
            col(InboxItemRow.extraction_version),
            col(InboxItemRow.mail_id),
        )
        .where(col(InboxItemRow.tenant_id) == TENANT, col(InboxItemRow.id) == inbox_id)
        .limit(1)
        .lateral("item")
    )


def _reading_of(item: Any) -> ColumnElement[str]:
    syntax = col(ExtractionRow.fields)["syntax"].as_string()
    found: ColumnElement[str] = (
        sqlalchemy.select(syntax)
        .where(
            col(ExtractionRow.tenant_id) == TENANT,
            col(ExtractionRow.document_id) == item.c.document_id,
            col(ExtractionRow.version) == item.c.extraction_version,
        )
        .scalar_subquery()
    )
    return found


def _own_case() -> Any:
    columns: Any = (ReviewCaseRow.id, ReviewCaseRow.created_at)
    return (
        sqlalchemy.select(*columns)
        .where(col(ReviewCaseRow.tenant_id) == TENANT, col(ReviewCaseRow.inbox_id) == _ITEM)
        .limit(1)
        .lateral("own")
    )


def _sum_key(day: date, gross: Decimal) -> str:
    return f"{day.isoformat()} {gross:.2f}"


def _bands(page_hash: str) -> Iterator[str | None]:
    """Parts of the hash of a page; one without a mark on it says nothing."""
    for at in range(len(_BANDS)):
        band = page_hash[at * _BAND : (at + 1) * _BAND]
        yield None if band in {"", _EMPTY_BAND} else band


def _of_case(case: Any) -> Other:
    invoice = NormalizedInvoice.from_json(dict(case.normalized_invoice))
    seen = replace(
        seen_in(invoice, case.vendor_id, case.number_key),
        page_hash=case.page_hash,
        is_data=case.syntax is not None,
    )
    return Other(seen, case.document_id, case.id, case.invoice_id, case.intent_id)
