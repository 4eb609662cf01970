"""Vendors: who sends invoices, and where they are paid."""

from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query
from sqlmodel import Session

from api.deps import Page, ReadDep, WriteDep, paging, require
from api.errors import responses
from api.schemas.vendors import (
    VendorChangeIn,
    VendorDetailOut,
    VendorIn,
    VendorListedOut,
    VendorOut,
)
from api.wire import ExactRoute
from domain.errors import NotFound, SelfApprovalDenied
from domain.invoicing.partner import (
    DuplicateName,
    DuplicateTaxId,
    DuplicateVatId,
    HasOpenInvoices,
    NoChanges,
)
from domain.ledger.booking import AccountNotFound
from domain.store import vendors
from domain.views import vendors as views

router = APIRouter(prefix="/v1/vendors", tags=["Vendors"], route_class=ExactRoute)
READ, WRITE = require("kreditoren:read"), require("kreditoren:write")


@router.get("", dependencies=[READ])
def list_vendors(
    read: ReadDep,
    page: Annotated[Page, paging(50, 500)],
    search: Annotated[str | None, Query(max_length=200)] = None,
    is_active: Literal["true", "false"] | None = None,
) -> list[VendorListedOut]:
    """List vendors by name with what they are owed; search looks at name and VAT id."""
    active = None if is_active is None else is_active == "true"
    wanted = views.VendorFilter(search, active)
    found, total = read(views.vendors, wanted, limit=page.limit, offset=page.offset)
    return page.of([VendorListedOut.of(each) for each in found], total)


@router.post(
    "",
    status_code=201,
    dependencies=[WRITE],
    responses=responses(AccountNotFound, DuplicateName, DuplicateTaxId, DuplicateVatId),
)
def add_vendor(body: VendorIn, write: WriteDep) -> VendorOut:
    """Create a vendor; a duplicate by name, tax number or VAT id names the existing one."""
    vendor_id = uuid4()
    vendor = body.vendor()

    def act(session: Session) -> VendorOut:
        vendors.create(session, vendor_id, vendor)
        return VendorOut.of(views.vendor(session, vendor_id))

    return write(act)


@router.get("/{vendor_id}", dependencies=[READ], responses=responses(NotFound))
def show_vendor(vendor_id: UUID, read: ReadDep) -> VendorDetailOut:
    """Show one vendor and what it is owed."""
    return VendorDetailOut.of(read(views.vendor, vendor_id))


@router.put(
    "/{vendor_id}",
    dependencies=[WRITE],
    responses=responses(
        NoChanges, AccountNotFound, NotFound, DuplicateName, DuplicateTaxId, DuplicateVatId
    ),
)
def change_vendor(vendor_id: UUID, body: VendorChangeIn, write: WriteDep) -> VendorOut:
    """Replace fields: absent stays, null clears. A replaced IBAN waits for a second person."""
    changes = body.changes()

    def act(session: Session) -> VendorOut:
        vendors.change(session, vendor_id, changes)
        return VendorOut.of(views.vendor(session, vendor_id))

    return write(act)


@router.delete("/{vendor_id}", dependencies=[WRITE], responses=responses(NotFound, HasOpenInvoices))
def deactivate_vendor(vendor_id: UUID, write: WriteDep) -> VendorOut:
    """Take a vendor out of use; open invoices block it."""

    def act(session: Session) -> VendorOut:
        vendors.deactivate(session, vendor_id)
        return VendorOut.of(views.vendor(session, vendor_id))

    return write(act)


@router.post(
    "/{vendor_id}/confirm-iban",
    dependencies=[WRITE],
    responses=responses(NotFound, SelfApprovalDenied, vendors.NothingToConfirm),
)
def confirm_iban(vendor_id: UUID, write: WriteDep) -> VendorOut:
    """Confirm a changed IBAN, as another person than the one who changed it."""

    def act(session: Session) -> VendorOut:
        vendors.confirm_iban(session, vendor_id)
        return VendorOut.of(views.vendor(session, vendor_id))

    return write(act)
