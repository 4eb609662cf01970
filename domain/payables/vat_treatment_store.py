"""Keeps the usual VAT treatment of vendors; versions only grow, and each can be undone."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.errors import InvalidInput
from domain.formats.countries import country_code
from domain.ledger.books_store import books
from domain.payables import vat_treatment_views as views
from domain.payables import vendor_views
from domain.payables.rows import VendorRow, VendorVatTreatmentRow
from domain.payables.vat_treatment import (
    NOTHING,
    NothingToUndo,
    TreatmentChanged,
    TreatmentSource,
    VatTreatment,
    learned,
)
from domain.tax.code import InvalidTaxCode

# Two that say something of one vendor at once wait for each other.
_CLAIM = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('vat-treatment' || CAST(:vendor AS text), 0))"
)


@dataclass(frozen=True, slots=True)
class Because:
    """When a treatment is kept, and from which document or for which reason."""

    at: datetime
    document_id: UUID | None = None
    reason: str | None = None


def change(
    session: Session,
    vendor_id: UUID,
    changes: dict[str, object],
    because: Because,
    seen: int | None = None,
) -> VendorVatTreatmentRow:
    """Keep what a person says; what is absent stays, None clears.

    `seen` is the version that they have seen, 0 for none. Raises NotFound, InvalidInput,
    INVALID_TAX_CODE or TREATMENT_CHANGED.
    """
    vendor = vendor_views.known(session, vendor_id)
    before = _claimed(session, vendor_id)
    version = before.version if before else 0
    if seen is not None and seen != version:
        raise TreatmentChanged(seen, version)
    after = views.treatment_of(before).changed(changes)
    _check(session, after, vendor)
    return _keep(session, vendor_id, before, after, TreatmentSource.PERSON, because)


def learn(
    session: Session, vendor_id: UUID, seen: VatTreatment, because: Because
) -> VendorVatTreatmentRow | None:
    """Keep what a booked document says of its vendor; None where that is nothing new.

    What a person decided stays as it is.
    """
    before = _claimed(session, vendor_id)
    if before is not None and before.source == TreatmentSource.PERSON:
        return None
    after = learned(views.treatment_of(before), seen)
    if after == views.treatment_of(before):
        return None
    return _keep(session, vendor_id, before, after, TreatmentSource.DOCUMENT, because)


def undo(
    session: Session, vendor_id: UUID, version: int, because: Because
) -> VendorVatTreatmentRow:
    """Put back what was kept before a version, which must be the one in force.

    Raises NotFound, TREATMENT_CHANGED, or INVALID_STATE_TRANSITION where nothing was kept.
    """
    vendor_views.known(session, vendor_id)
    undone = _claimed(session, vendor_id)
    if undone is None or undone.follows is None:
        raise NothingToUndo
    if undone.version != version:
        raise TreatmentChanged(version, undone.version)
    restored = views.version(session, vendor_id, undone.follows)
    row = VendorVatTreatmentRow(
        tenant_id=tenant_of(session),
        vendor_id=vendor_id,
        version=undone.version + 1,
        follows=restored.follows if restored else None,
        undoes=undone.version,
        source=restored.source if restored else TreatmentSource.DOCUMENT.value,
        **_columns(views.treatment_of(restored)),
        **_who(session, because),
    )
    return _stored(session, row, views.treatment_of(undone))


def _claimed(session: Session, vendor_id: UUID) -> VendorVatTreatmentRow | None:
    session.execute(_CLAIM, {"vendor": f"{tenant_of(session)}/{vendor_id}"})
    return views.in_force(session, vendor_id)


def _check(session: Session, treatment: VatTreatment, vendor: VendorRow) -> None:
    """A code must be one of input tax; the seat cannot be elsewhere than the address."""
    seat = country_code(vendor.country or "")
    if treatment.country and seat and seat != treatment.country:
        raise InvalidInput("/country", f"differs from the vendor's address, which is in {seat}")
    if treatment.tax_code is None:
        return
    known = books(session, tenant_of(session)).tax_codes.get(treatment.tax_code)
    if known is None or not known.active:
        raise InvalidTaxCode(treatment.tax_code, pointer="/tax_code")
    if known.direction != "input":
        raise InvalidTaxCode(treatment.tax_code, "is none of purchases", "/tax_code")


def _keep(
    session: Session,
    vendor_id: UUID,
    before: VendorVatTreatmentRow | None,
    after: VatTreatment,
    source: TreatmentSource,
    because: Because,
) -> VendorVatTreatmentRow:
    row = VendorVatTreatmentRow(
        tenant_id=tenant_of(session),
        vendor_id=vendor_id,
        version=before.version + 1 if before else 1,
        follows=before.version if before else 0,
        source=source.value,
        **_columns(after),
        **_who(session, because),
    )
    return _stored(session, row, views.treatment_of(before))


def _stored(
    session: Session, row: VendorVatTreatmentRow, before: VatTreatment
) -> VendorVatTreatmentRow:
    session.add(row)
    session.flush()
    verb = "undone" if row.undoes else "kept"
    audit.record(
        session,
        f"vendor.vat_treatment_{verb}",
        "vendor",
        row.vendor_id,
        before=_told(before),
        after=_told(views.treatment_of(row))
        | {"version": row.version, "source": row.source, "reason": row.reason},
    )
    return row


def _told(treatment: VatTreatment) -> dict[str, object]:
    """What of a treatment is not empty, for the audit log."""
    empty = asdict(NOTHING)
    return {name: value for name, value in asdict(treatment).items() if value != empty[name]}


def _columns(treatment: VatTreatment) -> dict[str, Any]:
    return asdict(treatment) | {"varies": list(treatment.varies)}


def _who(session: Session, because: Because) -> dict[str, Any]:
    return {
        "document_id": because.document_id,
        "reason": because.reason,
        "decided_by": actor_of(session).user_id,
        "decided_at": because.at,
    }
