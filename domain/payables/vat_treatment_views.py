"""Reads the usual VAT treatment of vendors: the version in force, and all before it."""

from collections.abc import Sequence
from dataclasses import fields
from uuid import UUID

from sqlmodel import Session, col, select

from domain.database.session import tenant_of
from domain.payables.rows import VendorVatTreatmentRow
from domain.payables.vat_treatment import NOTHING, VatTreatment

_NAMES = tuple(field.name for field in fields(VatTreatment) if field.name != "varies")


def in_force(session: Session, vendor_id: UUID) -> VendorVatTreatmentRow | None:
    """The latest version; None where nothing was ever kept."""
    return session.exec(
        select(VendorVatTreatmentRow)
        .where(
            VendorVatTreatmentRow.tenant_id == tenant_of(session),
            VendorVatTreatmentRow.vendor_id == vendor_id,
        )
        .order_by(col(VendorVatTreatmentRow.version).desc())
        .limit(1)
    ).first()


def version(session: Session, vendor_id: UUID, number: int) -> VendorVatTreatmentRow | None:
    """One version; None for what was before the first."""
    return session.get(VendorVatTreatmentRow, (tenant_of(session), vendor_id, number))


def versions(session: Session, vendor_id: UUID) -> Sequence[VendorVatTreatmentRow]:
    """Every version, the latest first."""
    return session.exec(
        select(VendorVatTreatmentRow)
        .where(
            VendorVatTreatmentRow.tenant_id == tenant_of(session),
            VendorVatTreatmentRow.vendor_id == vendor_id,
        )
        .order_by(col(VendorVatTreatmentRow.version).desc())
    ).all()


def treatment_of(row: VendorVatTreatmentRow | None) -> VatTreatment:
    """Value of a row; nothing is known where there is none."""
    if row is None:
        return NOTHING
    values = {name: getattr(row, name) for name in _NAMES}
    return VatTreatment(**values, varies=tuple(row.varies))
