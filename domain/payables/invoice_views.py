"""Reads incoming invoices; status and what remains are computed on read."""

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
from domain.payables.invoice import InvoiceStatus, status_of
from domain.payables.invoice_page_views import InvoiceList, InvoicesAsked, state_of
from domain.payables.open_item import OpenInvoice, PartnerItems, by_partner
from domain.payables.rows import INVOICE_STATE, InvoiceLineRow, InvoiceRow, VendorRow

_LIST = InvoiceList(
    InvoiceRow,
    state_of(InvoiceRow, INVOICE_STATE),
    is_of_nothing=and_(
        col(InvoiceRow.intent_id).is_not(None),
        col(InvoiceRow.total_gross) + func.coalesce(col(InvoiceRow.rounding_amount), 0) == 0,
    ),
)


@dataclass(frozen=True, slots=True)
class InvoiceFilter:
    """Which invoices."""

    vendor_id: UUID | None = None
    status: InvoiceStatus | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """One invoice as it stands today; `intent_id` is empty once the intent was reversed."""

    invoice: InvoiceRow
    vendor_name: str
    intent_id: UUID | None
    remaining_amount: Decimal
    remaining_base: Decimal
    status: InvoiceStatus

    @property
    def paid_amount(self) -> Decimal:
        """What is settled."""
        return self.invoice.owed_amount - self.remaining_amount


def invoices(
    session: Session, wanted: InvoiceFilter, today: date, *, limit: int, offset: int
) -> tuple[list[InvoiceView], int]:
    """Invoices, latest first, and how many there are in all."""
    is_known = wanted.vendor_id is None
    asked = InvoicesAsked(
        conditions=list(_conditions(session, wanted)),
        counted=Counted("invoice", ("tied",) if wanted.status else ()) if is_known else None,
        first=wanted.first,
        last=wanted.last,
        status=wanted.status,
        has_status=_has_status(wanted.status, today) if wanted.status else true(),
        is_owed=and_(_LIST.state.c.intent_id.is_not(None), _is_left()),
    )
    ids, total = invoice_page_views.page(session, _LIST, asked, limit=limit, offset=offset)
    rows = session.exec(
        _invoices_with_state(session)
        .where(InvoiceRow.tenant_id == tenant_of(session), among(col(InvoiceRow.id), ids))
        .order_by(*_LIST.latest_first(InvoiceRow))
    )
    return [_view(row, today) for row in rows], total


def invoice(session: Session, invoice_id: UUID, today: date) -> InvoiceView:
    """One invoice, or NOT_FOUND."""
    row = session.exec(
        _invoices_with_state(session).where(
            InvoiceRow.tenant_id == tenant_of(session), InvoiceRow.id == invoice_id
        )
    ).first()
    if row is None:
        raise NotFound("There is no such invoice.")
    return _view(row, today)


def lines(session: Session, invoice_id: UUID) -> list[InvoiceLineRow]:
    """The lines of an invoice."""
    query = (
        select(InvoiceLineRow)
        .where(
            InvoiceLineRow.tenant_id == tenant_of(session),
            InvoiceLineRow.invoice_id == invoice_id,
        )
        .order_by(col(InvoiceLineRow.position))
    )
    return list(session.exec(query))


def open_items(session: Session, today: date) -> tuple[PartnerItems, ...]:
    """Unpaid linked invoices for each vendor."""
    state = _LIST.state.c
    rows = session.exec(
        _invoices_with_state(session)
        .where(
            InvoiceRow.tenant_id == tenant_of(session),
            state.intent_id.is_not(None),
            state.remaining_amount > 0,
            maybe_open(session),
        )
        .order_by(col(InvoiceRow.invoice_date), col(InvoiceRow.created_at), col(InvoiceRow.id))
    )
    return by_partner(
        (view.invoice.vendor_id, view.vendor_name, _open(view))
        for view in (_view(row, today) for row in rows)
    )


def maybe_open(session: Session) -> ColumnElement[bool]:
    """Whether something may be owed of an invoice: what is paid for good need not be read."""
    if not is_indexed(session):
        return true()
    # Among the tables it is asked once; among the columns it could be asked for every invoice.
    maybe: Any = func.invoices_maybe_open(type_=Uuid).column_valued("maybe")
    return col(InvoiceRow.id).in_(select(maybe))


def exists(session: Session, invoice_id: UUID) -> bool:
    """Whether the tenant has this invoice."""
    query = select(InvoiceRow.id).where(
        InvoiceRow.tenant_id == tenant_of(session), InvoiceRow.id == invoice_id
    )
    return session.exec(query).first() is not None


def linked_intent(session: Session, invoice_id: UUID) -> UUID | None:
    """The intent of an invoice, unless it was reversed."""
    state = INVOICE_STATE.c
    return session.scalar(
        select(state.intent_id).where(state.tenant_id == tenant_of(session), state.id == invoice_id)
    )


def _invoices_with_state(session: Session) -> Any:
    name = sql_select(col(VendorRow.name)).where(
        col(VendorRow.tenant_id) == tenant_of(session),
        col(VendorRow.id) == InvoiceRow.vendor_id,
    )
    state = _LIST.state.c
    owed = state.intent_id, state.remaining_amount, state.remaining_base
    columns: Any = (name.scalar_subquery(), *owed)
    return select(InvoiceRow, *columns).join(_LIST.state, true())


def _view(row: Any, today: date) -> InvoiceView:
    found, vendor_name, intent_id, remaining, base = row
    status = status_of(
        is_linked=intent_id is not None,
        gross=found.owed_amount,
        remaining=remaining,
        due_date=found.due_date,
        today=today,
    )
    return InvoiceView(found, vendor_name, intent_id, remaining, base, status)


def _open(view: InvoiceView) -> OpenInvoice:
    return OpenInvoice(
        invoice_id=view.invoice.id,
        invoice_number=view.invoice.invoice_number,
        invoice_date=view.invoice.invoice_date,
        due_date=view.invoice.due_date,
        currency=view.invoice.currency,
        total_gross=view.invoice.total_gross,
        status=view.status,
        remaining_amount=view.remaining_amount,
        remaining_base=view.remaining_base,
    )


def _conditions(session: Session, wanted: InvoiceFilter) -> Iterator[ColumnElement[bool]]:
    """What of the filter is a column of the invoice."""
    yield col(InvoiceRow.tenant_id) == tenant_of(session)
    if wanted.vendor_id:
        yield col(InvoiceRow.vendor_id) == wanted.vendor_id
    if wanted.first:
        yield col(InvoiceRow.invoice_date) >= wanted.first
    if wanted.last:
        yield col(InvoiceRow.invoice_date) <= wanted.last


def _has_status(status: InvoiceStatus, today: date) -> ColumnElement[bool]:
    """The rule of `status_of` as a condition; a test holds the two together."""
    state = _LIST.state.c
    linked, remaining = state.intent_id.is_not(None), state.remaining_amount
    left = _is_left()
    overdue = and_(remaining > 0, func.coalesce(col(InvoiceRow.due_date) < today, False))
    rounding = func.coalesce(col(InvoiceRow.rounding_amount), 0)
    untouched = remaining == col(InvoiceRow.total_gross) + rounding
    conditions: dict[InvoiceStatus, ColumnElement[bool]] = {
        InvoiceStatus.DRAFT: ~linked,
        InvoiceStatus.PAID: and_(linked, ~left),
        InvoiceStatus.OVERDUE: and_(linked, left, overdue),
        InvoiceStatus.OPEN: and_(linked, left, ~overdue, untouched),
        InvoiceStatus.PARTIALLY_PAID: and_(linked, left, ~overdue, ~untouched),
    }
    return conditions[status]


def _is_left() -> ColumnElement[bool]:
    """Whether something is left: of an invoice above zero, of a credit note below."""
    left: ColumnElement[bool] = (
        _LIST.state.c.remaining_amount * func.sign(col(InvoiceRow.total_gross)) > 0
    )
    return left
