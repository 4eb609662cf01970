"""Outgoing invoices and credit notes, and what is owed on them."""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from api.http.dependencies import Page, ReadDep, TodayDep, WriteDep, paging, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.invoices import CreatedOut, StatusName
from api.schemas.outgoing_invoices import (
    CustomerItemsOut,
    OutgoingInvoiceChangeIn,
    OutgoingInvoiceIn,
    OutgoingInvoiceListedOut,
    OutgoingInvoiceOut,
    TypeName,
)
from api.schemas.types import AnyDay
from domain.dates import check_order
from domain.documents.document import DocumentNotFound
from domain.errors import NoChanges, NotFound
from domain.ledger.booking import AccountNotFound
from domain.payables.invoice import (
    DuplicateInvoiceNumber,
    IntentAlreadySet,
    IntentNotFound,
    InvoiceStatus,
)
from domain.payables.tie import IntentMismatch
from domain.receivables import outgoing_invoice_store as store
from domain.receivables import outgoing_invoice_views as views
from domain.receivables.customer import CustomerNotFound
from domain.receivables.outgoing_invoice import InvoiceType

router = APIRouter(
    prefix="/v1/outgoing-invoices", tags=["Outgoing invoices"], route_class=ExactRoute
)
READ, WRITE = require("debitoren:read"), require("debitoren:write")


@router.get("", dependencies=[READ])
def list_outgoing_invoices(  # noqa: PLR0913, PLR0917 (one parameter for each filter)
    read: ReadDep,
    today: TodayDep,
    page: Annotated[Page, paging(100, 500)],
    customer_id: UUID | None = None,
    status: StatusName | None = None,
    type_: Annotated[
        TypeName | None, Query(alias="type", description="Only invoices, or only credit notes")
    ] = None,
    start_date: AnyDay | None = None,
    end_date: AnyDay | None = None,
) -> list[OutgoingInvoiceListedOut]:
    """List outgoing invoices, latest first; the status is computed on read."""
    check_order(start_date, end_date, "query/end_date")
    wanted = views.OutgoingInvoiceFilter(
        customer_id,
        InvoiceStatus(status) if status else None,
        InvoiceType(type_) if type_ else None,
        start_date,
        end_date,
    )
    found, total = read(views.invoices, wanted, today, limit=page.limit, offset=page.offset)
    return page.of([OutgoingInvoiceListedOut.of(each) for each in found], total)


@router.post(
    "",
    status_code=201,
    dependencies=[WRITE],
    responses=responses(
        AccountNotFound,
        CustomerNotFound,
        IntentNotFound,
        IntentMismatch,
        DocumentNotFound,
        DuplicateInvoiceNumber,
    ),
)
def add_outgoing_invoice(body: OutgoingInvoiceIn, write: WriteDep) -> CreatedOut:
    """Create an invoice or credit note with its lines; numbers are unique for each customer.

    An intent must have opened a receivable of just this customer and total, and be of no other
    invoice.
    """
    invoice_id = uuid4()
    invoice = body.invoice()
    return write(lambda session: CreatedOut(id=store.create(session, invoice_id, invoice)))


@router.get("/open-items", dependencies=[READ])
def list_open_receivables(
    read: ReadDep, today: TodayDep, response: Response
) -> list[CustomerItemsOut]:
    """List open receivables by customer; what is left of credit notes is netted."""
    found = read(views.open_items, today)
    response.headers["X-Total-Count"] = str(len(found))
    return [CustomerItemsOut.of(each) for each in found]


@router.get("/{invoice_id}", dependencies=[READ], responses=responses(NotFound))
def show_outgoing_invoice(invoice_id: UUID, read: ReadDep, today: TodayDep) -> OutgoingInvoiceOut:
    """Show one outgoing invoice with its lines, status and what remains."""
    return read(_invoice_out, invoice_id, today)


@router.patch(
    "/{invoice_id}",
    dependencies=[WRITE],
    responses=responses(NoChanges, NotFound, IntentAlreadySet, IntentNotFound, IntentMismatch),
)
def change_outgoing_invoice(
    invoice_id: UUID, body: OutgoingInvoiceChangeIn, write: WriteDep, today: TodayDep
) -> OutgoingInvoiceOut:
    """Change notes and due date, and set the intent once."""
    changes = body.changes()

    def act(session: Session) -> OutgoingInvoiceOut:
        store.change(session, invoice_id, changes)
        return _invoice_out(session, invoice_id, today)

    return write(act)


def _invoice_out(session: Session, invoice_id: UUID, today: date) -> OutgoingInvoiceOut:
    view = views.invoice(session, invoice_id, today)
    return OutgoingInvoiceOut.of(view, views.lines(session, invoice_id))
