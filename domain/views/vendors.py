"""Reads vendors, with what they are owed."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.errors import NotFound
from domain.money import ZERO
from domain.tables.bound import tenant_of
from domain.tables.payables import INVOICE_STATE, InvoiceRow, VendorRow


@dataclass(frozen=True, slots=True)
class VendorView:
    """One vendor and what it is owed."""

    vendor: VendorRow
    open_amount: Decimal


@dataclass(frozen=True, slots=True)
class VendorFilter:
    """Which vendors; `search` looks at name and VAT id."""

    search: str | None = None
    is_active: bool | None = None


def vendors(
    session: Session, wanted: VendorFilter, *, limit: int, offset: int
) -> tuple[list[VendorView], int]:
    """Vendors by name, and how many there are in all."""
    conditions = list(_conditions(session, wanted))
    total = session.exec(select(func.count()).select_from(VendorRow).where(*conditions)).one()
    rows = session.exec(
        select(VendorRow)
        .where(*conditions)
        .order_by(col(VendorRow.name_key), col(VendorRow.id))
        .limit(limit)
        .offset(offset)
    ).all()
    owed = open_amounts(session, [row.id for row in rows])
    return [VendorView(row, owed.get(row.id, ZERO)) for row in rows], total


def vendor(session: Session, vendor_id: UUID) -> VendorView:
    """One vendor, or NOT_FOUND."""
    row = session.exec(_one(session, vendor_id)).first()
    if row is None:
        raise NotFound("There is no such vendor.")
    return VendorView(row, open_amounts(session, [vendor_id]).get(vendor_id, ZERO))


def exists(session: Session, vendor_id: UUID) -> bool:
    """Whether the tenant has this vendor."""
    return session.exec(_one(session, vendor_id)).first() is not None


def open_amounts(session: Session, vendor_ids: list[UUID]) -> dict[UUID, Decimal]:
    """What is owed to each of these vendors, in EUR."""
    state = INVOICE_STATE.c
    query = (
        select(InvoiceRow.vendor_id, func.sum(state.remaining_base))
        .join(INVOICE_STATE, _of_invoice())
        .where(
            InvoiceRow.tenant_id == tenant_of(session), col(InvoiceRow.vendor_id).in_(vendor_ids)
        )
        .group_by(col(InvoiceRow.vendor_id))
    )
    return dict(session.exec(query).all())


def has_open_invoices(session: Session, vendor_id: UUID) -> bool:
    """Whether a linked invoice of the vendor is not paid in full."""
    state = INVOICE_STATE.c
    query = (
        select(InvoiceRow.id)
        .join(INVOICE_STATE, _of_invoice())
        .where(
            InvoiceRow.tenant_id == tenant_of(session),
            InvoiceRow.vendor_id == vendor_id,
            state.intent_id.is_not(None),
            state.remaining_amount > 0,
        )
        .limit(1)
    )
    return session.exec(query).first() is not None


def _of_invoice() -> ColumnElement[bool]:
    return (INVOICE_STATE.c.tenant_id == InvoiceRow.tenant_id) & (
        INVOICE_STATE.c.id == InvoiceRow.id
    )


def _one(session: Session, vendor_id: UUID) -> SelectOfScalar[VendorRow]:
    return select(VendorRow).where(
        VendorRow.tenant_id == tenant_of(session), VendorRow.id == vendor_id
    )


def _conditions(session: Session, wanted: VendorFilter) -> Iterator[ColumnElement[bool]]:
    yield col(VendorRow.tenant_id) == tenant_of(session)
    if wanted.is_active is not None:
        yield col(VendorRow.is_active) == wanted.is_active
    if wanted.search:
        yield or_(
            col(VendorRow.name).icontains(wanted.search, autoescape=True),
            col(VendorRow.vat_id).icontains(wanted.search, autoescape=True),
        )
