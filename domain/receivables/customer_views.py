"""Reads customers, with what they owe."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.database.among import among
from domain.database.session import tenant_of
from domain.errors import NotFound
from domain.money import ZERO
from domain.receivables import outgoing_invoice_views as invoices
from domain.receivables.outgoing_invoice import InvoiceType
from domain.receivables.rows import OUTGOING_INVOICE_STATE, CustomerRow, OutgoingInvoiceRow


@dataclass(frozen=True, slots=True)
class CustomerView:
    """One customer and what it owes, credit notes deducted, in EUR."""

    customer: CustomerRow
    open_amount: Decimal


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which customers; `search` looks at name and VAT id."""

    search: str | None = None
    is_active: bool | None = None


def customers(
    session: Session, wanted: CustomerFilter, *, limit: int, offset: int
) -> tuple[list[CustomerView], int]:
    """Customers by name, and how many there are in all."""
    conditions = list(_conditions(session, wanted))
    total = session.exec(select(func.count()).select_from(CustomerRow).where(*conditions)).one()
    rows = session.exec(
        select(CustomerRow)
        .where(*conditions)
        .order_by(col(CustomerRow.name_key), col(CustomerRow.id))
        .limit(limit)
        .offset(offset)
    ).all()
    owed = open_amounts(session, [row.id for row in rows])
    return [CustomerView(row, owed.get(row.id, ZERO)) for row in rows], total


def customer(session: Session, customer_id: UUID) -> CustomerView:
    """One customer, or NOT_FOUND."""
    row = session.exec(_one(session, customer_id)).first()
    if row is None:
        raise NotFound("There is no such customer.")
    return CustomerView(row, open_amounts(session, [customer_id]).get(customer_id, ZERO))


def exists(session: Session, customer_id: UUID) -> bool:
    """Whether the tenant has this customer."""
    return session.exec(_one(session, customer_id)).first() is not None


def open_amounts(session: Session, customer_ids: list[UUID]) -> dict[UUID, Decimal]:
    """What each of these customers owes, credit notes deducted, in EUR."""
    state = OUTGOING_INVOICE_STATE.c
    query = (
        select(OutgoingInvoiceRow.customer_id, func.sum(state.remaining_base))
        .join(OUTGOING_INVOICE_STATE, invoices.of_state())
        .where(
            OutgoingInvoiceRow.tenant_id == tenant_of(session),
            among(col(OutgoingInvoiceRow.customer_id), customer_ids),
            invoices.maybe_open(session),
        )
        .group_by(col(OutgoingInvoiceRow.customer_id))
    )
    return dict(session.exec(query).all())


def has_open_invoices(session: Session, customer_id: UUID) -> bool:
    """Whether a linked invoice of the customer is not paid in full."""
    state = OUTGOING_INVOICE_STATE.c
    query = (
        select(OutgoingInvoiceRow.id)
        .join(OUTGOING_INVOICE_STATE, invoices.of_state())
        .where(
            OutgoingInvoiceRow.tenant_id == tenant_of(session),
            OutgoingInvoiceRow.customer_id == customer_id,
            OutgoingInvoiceRow.type == InvoiceType.INVOICE.value,
            invoices.maybe_open(session),
            state.intent_id.is_not(None),
            state.remaining_amount > 0,
        )
        .limit(1)
    )
    return session.exec(query).first() is not None


def _one(session: Session, customer_id: UUID) -> SelectOfScalar[CustomerRow]:
    return select(CustomerRow).where(
        CustomerRow.tenant_id == tenant_of(session), CustomerRow.id == customer_id
    )


def _conditions(session: Session, wanted: CustomerFilter) -> Iterator[ColumnElement[bool]]:
    yield col(CustomerRow.tenant_id) == tenant_of(session)
    if wanted.is_active is not None:
        yield col(CustomerRow.is_active) == wanted.is_active
    if wanted.search:
        yield or_(
            col(CustomerRow.name).icontains(wanted.search, autoescape=True),
            col(CustomerRow.vat_id).icontains(wanted.search, autoescape=True),
        )
