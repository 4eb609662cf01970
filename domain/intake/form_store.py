"""Finds the other documents of a mail, to hold two forms of one invoice against each other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Integer, String, Uuid, and_, bindparam, func, or_
from sqlmodel import Session, col

from domain.approvals.decisions import MailState
from domain.database.plain import TENANT, is_among, rows_among, rows_of
from domain.documents.rows import ExtractionRow
from domain.intake.extraction import Extraction, normalized
from domain.intake.fields import is_changed
from domain.intake.forms import Form, form_findings, other_forms, stem_of
from domain.intake.inbox import InboxStatus
from domain.intake.rows import InboxItemRow, ReviewCaseRow
from domain.payables.normalized import NormalizedInvoice
from domain.reading.finding import Finding
from domain.reading.shown import Shown

_DECIDED = ("approved", "rejected")
_UNDECIDED = (InboxStatus.PROCESSING.value, InboxStatus.PENDING.value)


def findings(
    session: Session,
    item: InboxItemRow,
    invoice: NormalizedInvoice,
    vendor_id: UUID | None,
    read: Extraction,
) -> Iterator[Finding]:
    """Where another form of the invoice in its mail, posted or not, says something else.

    A rejected one says nothing. All documents of the mail are looked at: its parts are bounded.
    """
    if item.mail_id is None or not read.is_read:
        return
    found = _others(session, item, invoice.invoice_number)
    key = next((key for key, _, _ in found), None)
    own = Form(
        item.original_name, invoice, vendor_id, key, read.syntax is not None, None,
        _sureness(read, invoice),
    )  # fmt: skip
    meant = other_forms(own, [form for _, form, _ in found])
    if meant and not own.is_data:
        own = replace(own, shown=_shown(session, item))
    read_again = [_with_sureness(session, form, each) for _, form, each in found if form in meant]
    yield from form_findings(own, read_again)


def marks_of(case: ReviewCaseRow | None) -> frozenset[str]:
    """By what another case may be of the same invoice: its number, its day with its sum."""
    keys = (case.number_key, case.sum_key) if case is not None else ()
    return frozenset(filter(None, keys))


def mail_state(session: Session, item: InboxItemRow) -> MailState:
    """Whether the other documents of its mail are read; one of them may be another form of it.

    What a person has decided says nothing, and a statement is imported, not read.
    """
    if item.mail_id is None:
        return MailState.READ
    rows = rows_of(session, _unread_query(), mail=item.mail_id, item=item.id)
    if not rows:
        return MailState.READ
    is_reading = any(row.status == InboxStatus.PROCESSING for row in rows)
    return MailState.READING if is_reading else MailState.UNREADABLE


def has_forms(session: Session, item: InboxItemRow) -> bool:
    """Whether its mail may have this invoice in another form: data is among them, or unread."""
    if item.mail_id is None:
        return False
    rows = rows_of(session, _forms_query(), mail=item.mail_id)
    return len(rows) > 1 and any(row.syntax or row.extraction_version is None for row in rows)


def open_beside(
    session: Session, item: InboxItemRow, before: frozenset[str] = frozenset()
) -> Sequence[UUID]:
    """Items of the same mail that may be this invoice in another form; they are held now.

    One of the two is data, and they have a mark or the name of their file in common, also a mark
    that this case had `before`. Only those whose cases are open and held by nobody: who holds one
    judges it after this transaction, for check, amend and reject claim judging where `has_forms`.
    """
    if item.mail_id is None:
        return ()
    named = {"mail": item.mail_id, "item": item.id}
    others = rows_of(session, _kin_query(is_own=False), **named)
    if not others:
        return ()
    own = rows_of(session, _kin_query(is_own=True), **named)
    marks = before.union(*(_marks(row) for row in own))
    is_data = any(row.syntax for row in own)
    stem = stem_of(item.original_name)
    kin = [
        row.id
        for row in others
        if (is_data or row.syntax)
        and (not marks.isdisjoint(_marks(row)) or stem_of(row.original_name) == stem)
    ]
    return [row.id for row in rows_among(session, _open_query(), kin)] if kin else ()


def _marks(row: Any) -> frozenset[str]:
    return frozenset(filter(None, (row.number_key, row.sum_key)))


def _others(
    session: Session, item: InboxItemRow, number: str | None
) -> list[tuple[str | None, Form, tuple[UUID, int | None]]]:
    """Own key, the form, and the reading that it comes from."""
    named = {"mail": item.mail_id, "item": item.id, "number": number}
    return [
        (
            row.own_key,
            Form(
                row.original_name,
                NormalizedInvoice.from_json(dict(row.normalized_invoice)),
                row.vendor_id,
                row.number_key,
                row.syntax is not None,
                row.case_id,
            ),
            (row.document_id, row.extraction_version),
        )
        for row in rows_of(session, _others_query(), **named)
    ]


def _with_sureness(session: Session, form: Form, at: tuple[UUID, int | None]) -> Form:
    if form.is_data:
        return form
    document, version = at
    rows = rows_of(session, _reading_query(), document=document, version=version)
    if not rows or rows[0].fields is None:
        return form
    read = Extraction.from_json(dict(rows[0].fields))
    text = rows[0].raw_text
    return replace(
        form,
        sureness=_sureness(read, form.invoice),
        shown=Shown.of_text(text) if text else None,
    )


def _shown(session: Session, item: InboxItemRow) -> Shown | None:
    """What the page of an item shows by its reading: the latest, before it was checked."""
    named = {"document": item.document_id, "version": item.extraction_version}
    rows = rows_of(session, _reading_query(), **named)
    return Shown.of_text(rows[0].raw_text) if rows and rows[0].raw_text else None


def _sureness(read: Extraction, invoice: NormalizedInvoice) -> dict[str, Decimal]:
    """Of each value that is still as it was read."""
    proposed = normalized(read)
    fields = read.confidence.fields
    return {name: fields[name] for name in fields if not is_changed(proposed, invoice, (name,))}


@cache
def _others_query() -> Any:
    """Built once: to build a query takes longer than to ask it."""
    item, case, reading = InboxItemRow, ReviewCaseRow, ExtractionRow
    columns: Any = (
        func.number_key(bindparam("number", type_=String)).label("own_key"),
        *(col(item.original_name), col(item.document_id), col(item.extraction_version)),
        *(col(case.id).label("case_id"), col(case.vendor_id), col(case.number_key)),
        col(case.normalized_invoice),
        _syntax(),
    )
    return (
        sqlalchemy.select(*columns)
        .join(case, and_(*_case_of(item, case)))
        .join(reading, and_(*_reading_of(item, reading)))
        .where(*_beside(item), col(case.queue_state) != "rejected")
        .order_by(col(item.id))
    )


@cache
def _forms_query() -> Any:
    item, reading = InboxItemRow, ExtractionRow
    return (
        sqlalchemy.select(col(item.extraction_version), _syntax())
        .join(reading, and_(*_reading_of(item, reading)), isouter=True)
        .where(col(item.tenant_id) == TENANT, col(item.mail_id) == bindparam("mail", type_=Uuid()))
    )


@cache
def _unread_query() -> Any:
    """Open documents of the mail of which nothing is read."""
    item, reading = InboxItemRow, ExtractionRow
    query: Any = sqlalchemy.select(col(item.status))
    return query.join(reading, and_(*_reading_of(item, reading)), isouter=True).where(
        *_beside(item),
        col(item.statement_batch_id).is_(None),
        col(item.status).in_(_UNDECIDED),
        or_(col(item.status) == InboxStatus.PROCESSING.value, col(reading.fields).is_(None)),
    )


@cache
def _kin_query(*, is_own: bool) -> Any:
    """Marks and name of an item, or of all others in its mail that are not decided."""
    item, case, reading = InboxItemRow, ReviewCaseRow, ExtractionRow
    columns: Any = (
        *(col(item.id), col(item.original_name), col(case.number_key), col(case.sum_key)),
        _syntax(),
    )
    which = (
        (col(item.tenant_id) == TENANT, col(item.id) == bindparam("item", type_=Uuid()))
        if is_own
        else (*_beside(item), col(case.queue_state).not_in(_DECIDED))
    )
    return (
        sqlalchemy.select(*columns)
        .join(case, and_(*_case_of(item, case)))
        .join(reading, and_(*_reading_of(item, reading)), isouter=True)
        .where(*which)
    )


@cache
def _open_query() -> Any:
    item, case = InboxItemRow, ReviewCaseRow
    query: Any = sqlalchemy.select(col(item.id))
    return (
        query.join(case, and_(*_case_of(item, case)))
        .where(
            col(item.tenant_id) == TENANT,
            is_among(col(item.id)),
            col(case.queue_state).not_in(_DECIDED),
        )
        .order_by(col(item.id))
        .with_for_update(skip_locked=True)
    )


@cache
def _reading_query() -> Any:
    """A reading by its version; the latest where none is given."""
    row, version = ExtractionRow, bindparam("version", type_=Integer)
    return (
        sqlalchemy.select(col(row.fields), col(row.raw_text))
        .where(
            col(row.tenant_id) == TENANT,
            col(row.document_id) == bindparam("document", type_=Uuid()),
            col(row.version) == func.coalesce(version, col(row.version)),
        )
        .order_by(col(row.version).desc())
        .limit(1)
    )


def _beside(item: Any) -> tuple[Any, ...]:
    return (
        col(item.tenant_id) == TENANT,
        col(item.mail_id) == bindparam("mail", type_=Uuid()),
        col(item.id) != bindparam("item", type_=Uuid()),
    )


def _case_of(item: Any, case: Any) -> tuple[Any, ...]:
    return (
        col(case.tenant_id) == col(item.tenant_id),
        col(case.inbox_id) == col(item.id),
    )


def _reading_of(item: Any, reading: Any) -> tuple[Any, ...]:
    return (
        col(reading.tenant_id) == col(item.tenant_id),
        col(reading.document_id) == col(item.document_id),
        col(reading.version) == col(item.extraction_version),
    )


def _syntax() -> Any:
    """What makes a reading data; NULL for a page."""
    return col(ExtractionRow.fields)["syntax"].as_string().label("syntax")
