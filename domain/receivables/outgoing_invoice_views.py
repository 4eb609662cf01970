"""Reads outgoing invoices; status and what remains are computed on read.

A page is cut before it is joined with what remains.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, func, true
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from domain.database.among import among
from domain.database.listing_views import Counted
from domain.database.session import tenant_of
from domain.errors import NotFound
from domain.journal_index.views import is_indexed
from domain.payables import invoice_page_views
from domain.payables.invoice import InvoiceStatus
from domain.payables.invoice_page_views import InvoiceList, InvoicesAsked, state_of
from domain.receivables.open_item import CustomerItems, OpenReceivable, by_customer
from domain.receivables.outgoing_invoice import InvoiceType, status_of
from domain.receivables.rows import (
    OUTGOING_INVOICE_STATE,
    CustomerRow,
    OutgoingInvoiceLineRow,
    OutgoingInvoiceRow,
)

_LIST = InvoiceList(
    OutgoingInvoiceRow, state_of(OutgoingInvoiceRow, OUTGOING_INVOICE_STATE), is_id_down=True
)


@dataclass(frozen=True, slots=True)
class OutgoingInvoiceFilter:
    """Which invoices."""

    customer_id: UUID | None = None
    status: InvoiceStatus | None = None
    type: InvoiceType | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class OutgoingInvoiceView:
    """One invoice as it stands today; `intent_id` is empty once the intent was reversed."""

    invoice: OutgoingInvoiceRow
    customer_name: str
    intent_id: UUID | None
    remaining_amount: Decimal
    remaining_base: Decimal
    status: InvoiceStatus

    @property
    def paid_amount(self) -> Decimal:
        """What is settled."""
        return self.invoice.total_gross - self.remaining_amount


def invoices(
    session: Session, wanted: OutgoingInvoiceFilter, today: date, *, limit: int, offset: int
) -> tuple[list[OutgoingInvoiceView], int]:
    """Invoices, latest first, and how many there are in all."""
    ids, total = invoice_page_views.page(
        session, _LIST, _asked(session, wanted, today), limit=limit, offset=offset
    )
    rows = session.exec(
        _with_state(session)
        .where(among(col(OutgoingInvoiceRow.id), ids))
        .order_by(*_LIST.latest_first(OutgoingInvoiceRow))
    )
    return [_view(row, today) for row in rows], total


def invoice(session: Session, invoice_id: UUID, today: date) -> OutgoingInvoiceView:
    """One invoice, or NOT_FOUND."""
    row = session.exec(_with_state(session).where(OutgoingInvoiceRow.id == invoice_id)).first()
    if row is None:
        raise NotFound("There is no such outgoing invoice.")
    return _view(row, today)


def lines(session: Session, invoice_id: UUID) -> list[OutgoingInvoiceLineRow]:
    """The lines of an invoice."""
    query = (
        select(OutgoingInvoiceLineRow)
        .where(
            OutgoingInvoiceLineRow.tenant_id == tenant_of(session),
            OutgoingInvoiceLineRow.invoice_id == invoice_id,
        )
        .order_by(col(OutgoingInvoiceLineRow.position))
    )
    return list(session.exec(query))


def open_items(session: Session, today: date) -> tuple[CustomerItems, ...]:
    """Linked invoices and credit notes of which something is left, for each customer."""
    state = _LIST.state.c
    rows = session.exec(
        _with_state(session).where(
            state.intent_id.is_not(None), state.remaining_amount > 0, maybe_open(session)
        )
    )
    return by_customer(
        (view.invoice.customer_id, view.customer_name, _open(view))
        for view in (_view(row, today) for row in rows)
    )


def maybe_open(session: Session) -> ColumnElement[bool]:
    """Whether something may be owed of an invoice: what is paid for good need not be read."""
    if not is_indexed(session):
        return true()
    # Among the tables it is asked once; among the columns it could be asked for every invoice.
    maybe: Any = func.outgoing_invoices_maybe_open(type_=Uuid).column_valued("maybe")
    return col(OutgoingInvoiceRow.id).in_(select(maybe))


def exists(session: Session, invoice_id: UUID) -> bool:
    """Whether the tenant has this invoice."""
    query = select(OutgoingInvoiceRow.id).where(
        OutgoingInvoiceRow.tenant_id == tenant_of(session), OutgoingInvoiceRow.id == invoice_id
    )
    return session.exec(query).first() is not None


def linked_intent(session: Session, invoice_id: UUID) -> UUID | None:
    """The intent of an invoice, unless it was reversed."""
    state = OUTGOING_INVOICE_STATE.c
    return session.scalar(
        select(state.intent_id).where(state.tenant_id == tenant_of(session), state.id == invoice_id)
    )


def of_state() -> ColumnElement[bool]:
    """What joins an invoice with what remains of it."""
    state = OUTGOING_INVOICE_STATE.c
    return and_(state.tenant_id == OutgoingInvoiceRow.tenant_id, state.id == OutgoingInvoiceRow.id)


def _asked(session: Session, wanted: OutgoingInvoiceFilter, today: date) -> InvoicesAsked:
    state = _LIST.state.c
    types = [wanted.type] if wanted.type else list(InvoiceType)
    ties = ["tied"] if wanted.status else ["tied", "untied"]
    parts = [f"{each.value} {tie}" for each in types for tie in ties]
    return InvoicesAsked(
        conditions=list(_conditions(session, wanted)),
        counted=None if wanted.customer_id else Counted("outgoing_invoice", parts),
        first=wanted.first,
        last=wanted.last,
        status=wanted.status,
        has_status=_has_status(wanted.status, today) if wanted.status else true(),
        is_owed=and_(state.intent_id.is_not(None), state.remaining_amount > 0),
    )


def _with_state(session: Session) -> Any:
    state = _LIST.state.c
    name = sql_select(col(CustomerRow.name)).where(
        col(CustomerRow.tenant_id) == tenant_of(session),
        col(CustomerRow.id) == OutgoingInvoiceRow.customer_id,
    )
    columns: Any = (
        name.scalar_subquery(),
        state.intent_id,
        state.remaining_amount,
        state.remaining_base,
    )
    return (
        select(OutgoingInvoiceRow, *columns)
        .join(_LIST.state, true())
        .where(OutgoingInvoiceRow.tenant_id == tenant_of(session))
    )


def _view(row: Any, today: date) -> OutgoingInvoiceView:
    found, customer_name, intent_id, remaining, base = row
    status = status_of(
        InvoiceType(found.type),
        is_linked=intent_id is not None,
        gross=found.total_gross,
        remaining=remaining,
        due_date=found.due_date,
        today=today,
    )
    return OutgoingInvoiceView(found, customer_name, intent_id, remaining, base, status)


def _open(view: OutgoingInvoiceView) -> OpenReceivable:
    row = view.invoice
    return OpenReceivable(
        invoice_id=row.id,
        type=InvoiceType(row.type),
        invoice_number=row.invoice_number,
        invoice_date=row.invoice_date,
        due_date=row.due_date,
        currency=row.currency,
        total_gross=row.total_gross,
        status=view.status,
        remaining_amount=view.remaining_amount,
        remaining_base=view.remaining_base,
    )


def _conditions(session: Session, wanted: OutgoingInvoiceFilter) -> Iterator[ColumnElement[bool]]:
    yield col(OutgoingInvoiceRow.tenant_id) == tenant_of(session)
    if wanted.customer_id:
        yield col(OutgoingInvoiceRow.customer_id) == wanted.customer_id
    if wanted.type:
        yield col(OutgoingInvoiceRow.type) == wanted.type.value
    if wanted.first:
        yield col(OutgoingInvoiceRow.invoice_date) >= wanted.first
    if wanted.last:
        yield col(OutgoingInvoiceRow.invoice_date) <= wanted.last


def _has_status(status: InvoiceStatus, today: date) -> ColumnElement[bool]:
    """The rule of `status_of` as a condition; a test holds the two together."""
    state = _LIST.state.c
    linked, remaining = state.intent_id.is_not(None), state.remaining_amount
    owed = and_(linked, remaining > 0)
    is_late = func.coalesce(col(OutgoingInvoiceRow.due_date) < today, False)
    overdue = and_(col(OutgoingInvoiceRow.type) != InvoiceType.CREDIT_NOTE.value, is_late)
    untouched = remaining == col(OutgoingInvoiceRow.total_gross)
    conditions: dict[InvoiceStatus, ColumnElement[bool]] = {
        InvoiceStatus.DRAFT: ~linked,
        InvoiceStatus.PAID: and_(linked, remaining <= 0),
        InvoiceStatus.OVERDUE: and_(owed, overdue),
        InvoiceStatus.OPEN: and_(owed, ~overdue, untouched),
        InvoiceStatus.PARTIALLY_PAID: and_(owed, ~overdue, ~untouched),
    }
    return conditions[status]
