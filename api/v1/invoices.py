"""Incoming invoices and what is owed on them."""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from sqlmodel import Session

from api.http.dependencies import Page, ReadDep, TodayDep, WriteDep, paging, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.invoices import (
    CreatedOut,
    InvoiceChangeIn,
    InvoiceIn,
    InvoiceListedOut,
    InvoiceOut,
    OpenItemsOut,
    StatusName,
)
from api.schemas.types import AnyDay
from domain.dates import check_order
from domain.documents.document import DocumentNotFound
from domain.errors import NoChanges, NotFound
from domain.intake import typed_invoice_store
from domain.intake.duplicates import InvoiceMayBeKnown
from domain.payables import invoice_store
from domain.payables import invoice_views as views
from domain.payables.invoice import (
    DuplicateInvoiceNumber,
    IntentAlreadySet,
    IntentNotFound,
    InvoiceStatus,
    VendorInactive,
    VendorNotFound,
)
from domain.payables.tie import IntentMismatch

router = APIRouter(prefix="/v1/invoices", tags=["Invoices"], route_class=ExactRoute)
READ, WRITE = require("kreditoren:read"), require("kreditoren:write")


@router.get("", dependencies=[READ])
def list_invoices(  # noqa: PLR0913, PLR0917 (one parameter for each filter)
    read: ReadDep,
    today: TodayDep,
    page: Annotated[Page, paging(100, 500)],
    vendor_id: UUID | None = None,
    status: StatusName | None = None,
    start_date: AnyDay | None = None,
    end_date: AnyDay | None = None,
) -> list[InvoiceListedOut]:
    """List invoices, latest first; the status is computed on read."""
    check_order(start_date, end_date, "query/end_date")
    wanted = views.InvoiceFilter(
        vendor_id, InvoiceStatus(status) if status else None, start_date, end_date
    )
    found, total = read(views.invoices, wanted, today, limit=page.limit, offset=page.offset)
    return page.of([InvoiceListedOut.of(each) for each in found], total)


@router.post(
    "",
    status_code=201,
    dependencies=[WRITE],
    responses=responses(
        VendorNotFound,
        VendorInactive,
        IntentNotFound,
        IntentMismatch,
        DocumentNotFound,
        DuplicateInvoiceNumber,
        InvoiceMayBeKnown,
    ),
)
def add_invoice(body: InvoiceIn, write: WriteDep) -> CreatedOut:
    """Create an incoming invoice with its lines; numbers are unique for each vendor.

    So is a number in another spelling on one day with one total (`RE 2026-1`, `RE-2026-1`),
    unless `skip_duplicate_check` says that it is another invoice. As for documents, one that waits
    in a review case and looks like it, or that corrects it, is told (409 `INVOICE_MAY_BE_KNOWN`).

    An intent must owe this vendor just the total of the invoice, and be of no other invoice.
    """
    invoice_id = uuid4()
    invoice, is_other = body.invoice(), body.skip_duplicate_check

    def act(session: Session) -> CreatedOut:
        kept = typed_invoice_store.enter(session, invoice_id, invoice, is_other=is_other)
        return CreatedOut(id=kept)

    return write(act)


@router.get("/open-items", dependencies=[READ])
def list_open_items(read: ReadDep, today: TodayDep, response: Response) -> list[OpenItemsOut]:
    """List open payables by vendor: linked to an intent and not fully paid."""
    found = read(views.open_items, today)
    response.headers["X-Total-Count"] = str(len(found))
    return [OpenItemsOut.of(each) for each in found]


@router.get("/{invoice_id}", dependencies=[READ], responses=responses(NotFound))
def show_invoice(invoice_id: UUID, read: ReadDep, today: TodayDep) -> InvoiceOut:
    """Show one invoice with its lines, status and what remains."""
    return read(_invoice_out, invoice_id, today)


@router.patch(
    "/{invoice_id}",
    dependencies=[WRITE],
    responses=responses(NoChanges, NotFound, IntentAlreadySet, IntentNotFound, IntentMismatch),
)
def change_invoice(
    invoice_id: UUID, body: InvoiceChangeIn, write: WriteDep, today: TodayDep
) -> InvoiceOut:
    """Change notes and due date, and set the intent once."""
    changes = body.changes()

    def act(session: Session) -> InvoiceOut:
        invoice_store.change(session, invoice_id, changes)
        return _invoice_out(session, invoice_id, today)

    return write(act)


def _invoice_out(session: Session, invoice_id: UUID, today: date) -> InvoiceOut:
    view = views.invoice(session, invoice_id, today)
    return InvoiceOut.of(view, views.lines(session, invoice_id))
