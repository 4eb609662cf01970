"""Reads vendors, with what they are owed."""

from collections.abc import Collection, Iterable, Iterator, Sequence
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
from domain.payables import payee_check_views
from domain.payables.invoice_page_views import state_of
from domain.payables.rows import INVOICE_STATE, InvoiceRow, VendorPayeeCheckRow, VendorRow

_STATE = state_of(InvoiceRow, INVOICE_STATE)


@dataclass(frozen=True, slots=True)
class VendorView:
    """One vendor, what it is owed, and what its bank answered about name and IBAN of now."""

    vendor: VendorRow
    open_amount: Decimal
    payee_check: VendorPayeeCheckRow | None = None

    @property
    def is_iban_pending(self) -> bool:
        """Whether its IBAN was changed and waits for a second person."""
        row = self.vendor
        return None not in (row.iban, row.iban_changed_at) and row.iban_confirmed_at is None

    @property
    def is_iban_given(self) -> bool:
        """Whether it is the first one, and nobody but who gave it has confirmed it."""
        row = self.vendor
        is_first = row.iban_changed_at is None and row.iban_changed_by is not None
        return is_first and row.iban is not None and row.iban_confirmed_at is None


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
    rows = matching(session, wanted, limit=limit, offset=offset)
    owed = open_amounts(session, [row.id for row in rows])
    return [VendorView(row, owed.get(row.id, ZERO)) for row in rows], total


def matching(
    session: Session, wanted: VendorFilter, *, limit: int, offset: int = 0
) -> Sequence[VendorRow]:
    """Vendors by name, by themselves: nobody asks what they are owed."""
    return session.exec(
        select(VendorRow)
        .where(*_conditions(session, wanted))
        .order_by(col(VendorRow.name_key), col(VendorRow.id))
        .limit(limit)
        .offset(offset)
    ).all()


def vendor(session: Session, vendor_id: UUID) -> VendorView:
    """One vendor, or NOT_FOUND."""
    row = known(session, vendor_id)
    owed = open_amounts(session, [vendor_id]).get(vendor_id, ZERO)
    check = payee_check_views.latest(session, [vendor_id]).get(vendor_id)
    return VendorView(row, owed, check)


def known(session: Session, vendor_id: UUID) -> VendorRow:
    """One vendor by itself, without what it is owed; or NOT_FOUND."""
    row = session.exec(_one(session, vendor_id)).first()
    if row is None:
        raise NotFound("There is no such vendor.")
    return row


def unconfirmed(session: Session, *, limit: int) -> tuple[list[VendorRow], int]:
    """Vendors in use whose changed IBAN waits for a second person, the longest first; and how many.

    Of those no payment run pays.
    """
    conditions = (
        col(VendorRow.tenant_id) == tenant_of(session),
        col(VendorRow.is_active),
        col(VendorRow.iban).is_not(None),
        col(VendorRow.iban_changed_at).is_not(None),
        col(VendorRow.iban_confirmed_at).is_(None),
    )
    longest = (col(VendorRow.iban_changed_at), col(VendorRow.id))
    found = session.execute(
        sql_select(VendorRow, func.count().over())
        .where(*conditions)
        .order_by(*longest)
        .limit(limit)
    ).all()
    return [row[0] for row in found], found[0][1] if found else 0


def exists(session: Session, vendor_id: UUID) -> bool:
    """Whether the tenant has this vendor."""
    return session.exec(_one(session, vendor_id)).first() is not None


def names(session: Session, vendor_ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of some vendors, those no longer in use included."""
    query = select(VendorRow.id, VendorRow.name).where(
        VendorRow.tenant_id == tenant_of(session), among(col(VendorRow.id), vendor_ids)
    )
    return dict(session.exec(query).all()) if vendor_ids else {}


def ids_by_name(session: Session, wanted: Collection[str]) -> dict[str, UUID]:
    """Vendors of just these names."""
    query = select(VendorRow.name, VendorRow.id).where(
        VendorRow.tenant_id == tenant_of(session), col(VendorRow.name).in_(list(wanted))
    )
    return dict(session.exec(query).all()) if wanted else {}


def open_amounts(session: Session, vendor_ids: list[UUID]) -> dict[UUID, Decimal]:
    """What is owed to each of these vendors, in EUR."""
    left = _left(session, vendor_ids).subquery()
    query = sql_select(left.c.vendor_id, func.sum(left.c.remaining_base)).group_by(left.c.vendor_id)
    return {row.vendor_id: row[1] for row in session.execute(query)}


def has_open_invoices(session: Session, vendor_id: UUID) -> bool:
    """Whether a linked invoice of the vendor is not paid in full."""
    state = _STATE.c
    is_open = and_(state.intent_id.is_not(None), state.remaining_amount > 0)
    found = _left(session, [vendor_id], is_open)
    return session.execute(found.limit(1)).first() is not None


def _left(session: Session, vendor_ids: Iterable[UUID], *conditions: ColumnElement[bool]) -> Any:
    """Invoices of vendors of which something may be owed: what is paid for good is not read."""
    of_them = and_(
        col(InvoiceRow.tenant_id) == tenant_of(session),
        among(col(InvoiceRow.vendor_id), vendor_ids),
    )
    found: Any = (
        sql_select(col(InvoiceRow.vendor_id), _STATE.c.remaining_base)
        .join(_STATE, true())
        .where(of_them, *conditions)
    )
    if not is_indexed(session):
        return found
    tied = col(InvoiceRow.open_item_id)
    maybe = maybe_open(sql_select(tied.label("id")).where(of_them, tied.is_not(None)))
    # OFFSET 0: each is looked up, whatever the planner knows of tables that grew just now.
    each = found.where(tied == maybe.c.id).offset(0).lateral("each")
    return sql_select(each.c.vendor_id, each.c.remaining_base).select_from(maybe.join(each, true()))


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
