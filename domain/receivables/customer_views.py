"""Reads customers, with what they owe."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, true
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.database.among import among
from domain.database.session import tenant_of
from domain.errors import NotFound
from domain.journal_index.views import is_indexed, maybe_open
from domain.money import ZERO
from domain.payables.invoice_page_views import state_of
from domain.receivables.outgoing_invoice import InvoiceType
from domain.receivables.rows import OUTGOING_INVOICE_STATE, CustomerRow, OutgoingInvoiceRow

_STATE = state_of(OutgoingInvoiceRow, OUTGOING_INVOICE_STATE)


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
    left = _left(session, customer_ids).subquery()
    sums = func.sum(left.c.remaining_base)
    query = sql_select(left.c.customer_id, sums).group_by(left.c.customer_id)
    return {row.customer_id: row[1] for row in session.execute(query)}


def has_open_invoices(session: Session, customer_id: UUID) -> bool:
    """Whether a linked invoice of the customer is not paid in full."""
    is_open = and_(
        col(OutgoingInvoiceRow.type) == InvoiceType.INVOICE.value,
        _STATE.c.intent_id.is_not(None),
        _STATE.c.remaining_amount > 0,
    )
    found = _left(session, [customer_id], is_open)
    return session.execute(found.limit(1)).first() is not None


def _left(session: Session, customer_ids: Iterable[UUID], *conditions: ColumnElement[bool]) -> Any:
    """Invoices to customers of which something may be owed: what is paid for good is not read."""
    row = OutgoingInvoiceRow
    of_them = and_(
        col(row.tenant_id) == tenant_of(session), among(col(row.customer_id), customer_ids)
    )
    found: Any = (
        sql_select(col(row.customer_id), _STATE.c.remaining_base)
        .join(_STATE, true())
        .where(of_them, *conditions)
    )
    if not is_indexed(session):
        return found
    tied = col(row.open_item_id)
    maybe = maybe_open(sql_select(tied.label("id")).where(of_them, tied.is_not(None)))
    # OFFSET 0: each is looked up, whatever the planner knows of tables that grew just now.
    each = found.where(tied == maybe.c.id).offset(0).lateral("each")
    return sql_select(each.c.customer_id, each.c.remaining_base).select_from(
        maybe.join(each, true())
    )


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
