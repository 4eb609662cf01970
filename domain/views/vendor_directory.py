"""Who is known: vendors as a document is matched against them, and the tenant itself."""

from sqlmodel import Session, col, select

from domain.intake.vendor_match import KnownVendor
from domain.reading.origin import OwnParty
from domain.tables.access import TenantRow
from domain.tables.bound import tenant_of
from domain.tables.payables import VendorRow

MOST = 50_000


def known_vendors(session: Session) -> list[KnownVendor]:
    """All vendors in use, with the IBAN that is trusted."""
    rows = session.exec(
        select(VendorRow)
        .where(VendorRow.tenant_id == tenant_of(session), col(VendorRow.is_active))
        .order_by(col(VendorRow.number))
        .limit(MOST)
    )
    return [known_vendor(row) for row in rows]


def known_vendor(row: VendorRow) -> KnownVendor:
    """One vendor; an IBAN that changed counts only once a second person has confirmed it."""
    trusted = row.iban_changed_at is None or row.iban_confirmed_at is not None
    ibans = (row.iban,) if row.iban and trusted else ()
    return KnownVendor(row.id, row.name, row.vat_id, ibans)


def own_party(session: Session) -> OwnParty:
    """What the tenant is called on the documents that it receives."""
    tenant = session.exec(select(TenantRow).where(TenantRow.id == tenant_of(session))).one()
    ibans = (tenant.iban,) if tenant.iban else ()
    return OwnParty(tenant.company_name, tenant.vat_id, ibans)
