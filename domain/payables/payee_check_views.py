"""Reads what banks answered about vendors as they are now."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import and_
from sqlmodel import Session, col, select

from domain.database.among import among
from domain.database.session import tenant_of
from domain.payables.rows import VendorPayeeCheckRow, VendorRow


def latest(session: Session, vendor_ids: Iterable[UUID]) -> dict[UUID, VendorPayeeCheckRow]:
    """The last answer of each vendor for its present name and IBAN; of others there is none."""
    of_vendor = and_(
        col(VendorRow.tenant_id) == VendorPayeeCheckRow.tenant_id,
        col(VendorRow.id) == VendorPayeeCheckRow.vendor_id,
        col(VendorRow.name) == VendorPayeeCheckRow.name,
        col(VendorRow.iban) == VendorPayeeCheckRow.iban,
    )
    query = (
        select(VendorPayeeCheckRow)
        .join(VendorRow, of_vendor)
        .where(
            VendorPayeeCheckRow.tenant_id == tenant_of(session),
            among(col(VendorPayeeCheckRow.vendor_id), vendor_ids),
        )
        .order_by(col(VendorPayeeCheckRow.told_at), col(VendorPayeeCheckRow.id))
    )
    return {row.vendor_id: row for row in session.exec(query)}
