"""Who is known: vendors as a document is matched against them, and the tenant itself."""

from datetime import datetime
from uuid import UUID

import sqlalchemy
from sqlmodel import Session, col, select

from domain.access.rows import TenantRow
from domain.database.session import tenant_of
from domain.intake.vendor_match import KnownVendor
from domain.payables.rows import VendorRow
from domain.reading.origin import OwnParty

_KNOWN = (
    col(VendorRow.id),
    col(VendorRow.name),
    col(VendorRow.vat_id),
    col(VendorRow.iban),
    col(VendorRow.iban_changed_at),
    col(VendorRow.iban_confirmed_at),
)


def known_vendors(session: Session) -> list[KnownVendor]:
    """All vendors in use, with the IBAN that is trusted: what a match needs, and no whole rows."""
    rows = session.execute(
        # SQLModel's select is typed for at most four columns.
        sqlalchemy.select(*_KNOWN)
        .where(col(VendorRow.tenant_id) == tenant_of(session), col(VendorRow.is_active))
        .order_by(col(VendorRow.number))
    )
    return [_known(*row) for row in rows]


def known_vendor(row: VendorRow) -> KnownVendor:
    """One vendor; an IBAN that changed counts only once a second person has confirmed it."""
    return _known(
        row.id, row.name, row.vat_id, row.iban, row.iban_changed_at, row.iban_confirmed_at
    )


def _known(
    id_: UUID,
    name: str,
    vat_id: str | None,
    iban: str | None,
    changed_at: datetime | None,
    confirmed_at: datetime | None,
) -> KnownVendor:
    trusted = changed_at is None or confirmed_at is not None
    return KnownVendor(id_, name, vat_id, (iban,) if iban and trusted else ())


def own_party(session: Session) -> OwnParty:
    """What the tenant is called on the documents that it receives."""
    tenant = session.exec(select(TenantRow).where(TenantRow.id == tenant_of(session))).one()
    ibans = (tenant.iban,) if tenant.iban else ()
    return OwnParty(
        tenant.company_name,
        tenant.vat_id,
        ibans,
        street=tenant.street,
        postal_code=tenant.postal_code,
    )
