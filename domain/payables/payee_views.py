"""Reads payees that people accepted for vendors, and every decision about them."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from domain.database.session import tenant_of
from domain.payables.rows import VendorPayeeRow
from domain.payables.terms import Payee


def decisions(session: Session, vendor_id: UUID) -> Sequence[VendorPayeeRow]:
    """Every decision about the payees of a vendor, the latest first."""
    return session.exec(
        select(VendorPayeeRow)
        .where(
            VendorPayeeRow.tenant_id == tenant_of(session),
            VendorPayeeRow.vendor_id == vendor_id,
        )
        .order_by(col(VendorPayeeRow.decided_at).desc(), col(VendorPayeeRow.id))
    ).all()


def accepted(
    session: Session, vendor_id: UUID | None, *, but_by: UUID | None = None
) -> list[Payee]:
    """Payees of a vendor whose latest decision accepts them.

    What the person `but_by` accepted does not count (FOUR_EYES); what that person withdrew does.
    """
    if vendor_id is None:
        return []
    latest: dict[tuple[str, str | None], VendorPayeeRow] = {}
    for row in decisions(session, vendor_id):
        if but_by is not None and row.is_accepted and row.decided_by == but_by:
            continue
        latest.setdefault((row.name.casefold(), row.iban), row)
    return [Payee(row.name, row.iban, row.bic) for row in latest.values() if row.is_accepted]
