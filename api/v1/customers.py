"""Customers: whom we send invoices, and what they owe."""

from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query
from sqlmodel import Session

from api.http.dependencies import Page, ReadDep, WriteDep, paging, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.customers import (
    CustomerChangeIn,
    CustomerDetailOut,
    CustomerIn,
    CustomerListedOut,
    CustomerOut,
)
from domain.errors import NoChanges, NotFound
from domain.ledger.booking import AccountNotFound
from domain.payables.partner import (
    DuplicateName,
    DuplicateTaxId,
    DuplicateVatId,
    HasOpenInvoices,
)
from domain.receivables import customer_store
from domain.receivables import customer_views as views

router = APIRouter(prefix="/v1/customers", tags=["Customers"], route_class=ExactRoute)
READ, WRITE = require("debitoren:read"), require("debitoren:write")


@router.get("", dependencies=[READ])
def list_customers(
    read: ReadDep,
    page: Annotated[Page, paging(50, 500)],
    search: Annotated[str | None, Query(max_length=200)] = None,
    is_active: Literal["true", "false"] | None = None,
) -> list[CustomerListedOut]:
    """List customers by name with what they owe; search looks at name and VAT id."""
    active = None if is_active is None else is_active == "true"
    wanted = views.CustomerFilter(search, active)
    found, total = read(views.customers, wanted, limit=page.limit, offset=page.offset)
    return page.of([CustomerListedOut.of(each) for each in found], total)


@router.post(
    "",
    status_code=201,
    dependencies=[WRITE],
    responses=responses(
        AccountNotFound,
        DuplicateName,
        DuplicateTaxId,
        DuplicateVatId,
        customer_store.NumbersUsedUp,
    ),
)
def add_customer(body: CustomerIn, write: WriteDep) -> CustomerOut:
    """Create a customer; a duplicate by name, tax number or VAT id names the existing one."""
    customer_id = uuid4()
    customer = body.customer()

    def act(session: Session) -> CustomerOut:
        customer_store.create(session, customer_id, customer)
        return CustomerOut.of(views.customer(session, customer_id))

    return write(act)


@router.get("/{customer_id}", dependencies=[READ], responses=responses(NotFound))
def show_customer(customer_id: UUID, read: ReadDep) -> CustomerDetailOut:
    """Show one customer and what it owes, credit notes deducted."""
    return CustomerDetailOut.of(read(views.customer, customer_id))


@router.put(
    "/{customer_id}",
    dependencies=[WRITE],
    responses=responses(
        NoChanges, AccountNotFound, NotFound, DuplicateName, DuplicateTaxId, DuplicateVatId
    ),
)
def change_customer(customer_id: UUID, body: CustomerChangeIn, write: WriteDep) -> CustomerOut:
    """Replace fields: absent stays, null clears."""
    changes = body.changes()

    def act(session: Session) -> CustomerOut:
        customer_store.change(session, customer_id, changes)
        return CustomerOut.of(views.customer(session, customer_id))

    return write(act)


@router.delete(
    "/{customer_id}", dependencies=[WRITE], responses=responses(NotFound, HasOpenInvoices)
)
def deactivate_customer(customer_id: UUID, write: WriteDep) -> CustomerOut:
    """Take a customer out of use; open invoices block it."""

    def act(session: Session) -> CustomerOut:
        customer_store.deactivate(session, customer_id)
        return CustomerOut.of(views.customer(session, customer_id))

    return write(act)
