"""Reads vendors and customers that are one company, and those that may be, with what both owe."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from domain.database.among import among
from domain.database.session import tenant_of
from domain.money import ZERO
from domain.payables import item_views, same_company_views
from domain.payables.item_views import ItemFilter
from domain.payables.rows import VendorRow
from domain.payables.sub_ledger import SubLedger
from domain.receivables.rows import CustomerRow

_MOST = 500


@dataclass(frozen=True, slots=True)
class OneCompany:
    """A vendor and a customer; `reasons` are what of them is the same: `vat_id`, `iban`.

    `payable` is what it is owed by us, `receivable` what it owes us, in EUR, below zero where
    credits are more.
    """

    vendor_id: UUID
    vendor_name: str
    customer_id: UUID
    customer_name: str
    is_same: bool
    reasons: tuple[str, ...]
    payable: Decimal
    receivable: Decimal


def companies(session: Session) -> list[OneCompany]:
    """Pairs that are tied, then those that are proposed; by name, at most 500."""
    tied = same_company_views.pairs(session)
    vendors, customers = {vendor for vendor, _ in tied}, {each for _, each in tied}
    rows: Any = session.exec(_query(tenant_of(session), vendors, customers))
    found = [
        (vendor, customer)
        for vendor, customer in rows
        if _reasons(vendor, customer) or (vendor.id, customer.id) in tied
    ]
    found.sort(key=lambda each: ((each[0].id, each[1].id) not in tied, each[0].name, each[1].name))
    return _shown(session, found[:_MOST])


def _shown(session: Session, found: Sequence[tuple[VendorRow, CustomerRow]]) -> list[OneCompany]:
    vendors = {vendor.id for vendor, _ in found}
    tied = same_company_views.pairs(session, vendors) if found else set()
    owed = _owed(session, vendors, SubLedger.PAYABLE)
    owing = _owed(session, {customer.id for _, customer in found}, SubLedger.RECEIVABLE)
    return [
        OneCompany(
            vendor.id,
            vendor.name,
            customer.id,
            customer.name,
            (vendor.id, customer.id) in tied,
            _reasons(vendor, customer),
            owed.get(vendor.id, ZERO),
            owing.get(customer.id, ZERO),
        )
        for vendor, customer in found
    ]


def company(session: Session, vendor_id: UUID, customer_id: UUID) -> OneCompany:
    """One vendor and one customer, whatever was decided of them; both exist."""
    vendor = session.get_one(VendorRow, (tenant_of(session), vendor_id))
    customer = session.get_one(CustomerRow, (tenant_of(session), customer_id))
    return _shown(session, [(vendor, customer)])[0]


def _query(tenant_id: UUID, vendor_ids: set[UUID], customer_ids: set[UUID]) -> Any:
    """Vendors and customers in use with one VAT id or IBAN, and those that are tied."""
    vendor, customer = VendorRow, CustomerRow
    alike = or_(
        col(vendor.vat_id) == customer.vat_id,
        col(vendor.iban) == customer.iban,
        and_(among(col(vendor.id), vendor_ids), among(col(customer.id), customer_ids)),
    )
    return (
        select(vendor, customer)
        .join(customer, and_(col(customer.tenant_id) == vendor.tenant_id, alike))
        .where(vendor.tenant_id == tenant_id)
    )


def _reasons(vendor: VendorRow, customer: CustomerRow) -> tuple[str, ...]:
    names = ("vat_id", "iban")
    return tuple(
        name
        for name in names
        if getattr(vendor, name) and getattr(vendor, name) == getattr(customer, name)
    )


def _owed(session: Session, ids: set[UUID], ledger: SubLedger) -> dict[UUID, Decimal]:
    """What is left of the items of partners, invoices less credits."""
    if not ids:
        return {}
    sums: dict[UUID, Decimal] = {}
    for item in item_views.open_items(session, ItemFilter(tuple(ids), ledger=ledger))[0]:
        if item.partner_id is not None:
            signed = item.remaining_amount if item.is_owed else -item.remaining_amount
            sums[item.partner_id] = sums.get(item.partner_id, ZERO) + signed
    return sums
