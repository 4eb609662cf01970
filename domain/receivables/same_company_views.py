"""Reads vendors and customers that are one company, and those that may be, with what both owe."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, union
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from domain.database.among import among
from domain.database.plain import TENANT, rows_of
from domain.database.session import tenant_of
from domain.money import ZERO
from domain.payables import item_views, same_company_views
from domain.payables.rows import VendorRow
from domain.payables.sub_ledger import SubLedger
from domain.receivables.rows import CustomerRow

_MOST = 500
_NUMBER = re.compile(r"[0-9]{1,9}")
_ALIKE = ("vat_id", "iban")


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


def companies(session: Session) -> tuple[list[OneCompany], int]:
    """Pairs that are tied, then those that are proposed; by name, at most 500, and how many in all.

    Proposed are vendors and customers in use with one VAT id or IBAN.
    """
    tied = same_company_views.pairs(session)
    pairs = tied | {(row[0], row[1]) for row in rows_of(session, _proposed_query())}
    names = _names(session, VendorRow, {vendor for vendor, _ in pairs})
    names |= _names(session, CustomerRow, {customer for _, customer in pairs})
    ordered = sorted(pairs, key=lambda pair: (pair not in tied, *(names[each] for each in pair)))
    return _shown(session, _rows(session, ordered[:_MOST])), len(pairs)


def _names(session: Session, row: Any, ids: set[UUID]) -> dict[UUID, str]:
    query = select(row.id, row.name).where(row.tenant_id == tenant_of(session), among(row.id, ids))
    return dict(session.exec(query).all())


def _rows(
    session: Session, pairs: Sequence[same_company_views.Pair]
) -> list[tuple[VendorRow, CustomerRow]]:
    """Vendors and customers by their ids, in that order."""
    vendors, customers = (
        {each.id: each for each in session.exec(_among(session, row, {pair[at] for pair in pairs}))}
        for at, row in enumerate((VendorRow, CustomerRow))
    )
    return [(vendors[vendor], customers[customer]) for vendor, customer in pairs]


def _among(session: Session, row: Any, ids: set[UUID]) -> Any:
    return select(row).where(row.tenant_id == tenant_of(session), among(row.id, ids))


def _shown(session: Session, found: Sequence[tuple[VendorRow, CustomerRow]]) -> list[OneCompany]:
    vendors = {vendor.id for vendor, _ in found}
    tied = same_company_views.pairs(session, vendors) if found else set()
    owed = item_views.left_of_partners(session, vendors, SubLedger.PAYABLE)
    customers = {customer.id for _, customer in found}
    owing = item_views.left_of_partners(session, customers, SubLedger.RECEIVABLE)
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


def named(session: Session, ledger: SubLedger, told: str) -> list[UUID]:
    """Who of a ledger has this number, else this name in any case; at most two are looked for."""
    row: Any = VendorRow if ledger is SubLedger.PAYABLE else CustomerRow
    own = col(row.tenant_id) == tenant_of(session)
    wanted = told.strip()
    if _NUMBER.fullmatch(wanted):
        found = session.exec(select(row.id).where(own, row.number == int(wanted))).all()
        if found:
            return list(found)
    alike = func.lower(row.name) == wanted.lower()
    return list(session.exec(select(row.id).where(own, alike).limit(2)))


@cache
def _proposed_query() -> Any:
    """A join for each thing that may be the same: of both at once no index knows."""
    vendor, customer = VendorRow, CustomerRow
    return union(
        *(
            sql_select(col(vendor.id), col(customer.id))
            .join(
                customer,
                and_(
                    col(customer.tenant_id) == vendor.tenant_id,
                    getattr(customer, same) == getattr(vendor, same),
                ),
            )
            .where(
                col(vendor.tenant_id) == TENANT,
                col(vendor.is_active),
                col(customer.is_active),
                getattr(vendor, same) != "",
            )
            for same in _ALIKE
        )
    )


def _reasons(vendor: VendorRow, customer: CustomerRow) -> tuple[str, ...]:
    return tuple(
        name
        for name in _ALIKE
        if getattr(vendor, name) and getattr(vendor, name) == getattr(customer, name)
    )
