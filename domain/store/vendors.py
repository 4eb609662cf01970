"""Writes vendors; keeps the story of each IBAN, for payment fraud begins with a changed one."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, Never, TypeAlias
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.errors import Conflict, NotFound
from domain.invoicing.partner import (
    Address,
    DuplicateName,
    DuplicateTaxId,
    DuplicateVatId,
    HasOpenInvoices,
    Vendor,
)
from domain.payments.run import check_second_person
from domain.store import audit, books
from domain.tables.bound import actor_of, tenant_of
from domain.tables.payables import VendorRow
from domain.views import vendors as views
from domain.views.access import is_one_person

FIRST_NUMBER = 70000

_CLAIM_NUMBERS = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('vendor' || CAST(:tenant AS text), 0))"
)
_NEXT_NUMBER = text(
    "SELECT coalesce(max(number) + 1, :first) FROM vendor WHERE tenant_id = :tenant"
)
_Duplicate: TypeAlias = type[DuplicateName | DuplicateTaxId | DuplicateVatId]
_DUPLICATES: dict[str, _Duplicate] = {
    "uq_vendor_name_key": DuplicateName,
    "uq_vendor_tax_id": DuplicateTaxId,
    "uq_vendor_vat_id": DuplicateVatId,
}


class NothingToConfirm(Conflict):
    """The vendor's IBAN has not changed, or is confirmed."""

    code = "INVALID_STATE_TRANSITION"

    def __init__(self) -> None:
        super().__init__("There is no changed IBAN to confirm.")


def create(session: Session, vendor_id: UUID, vendor: Vendor) -> UUID:
    """Store a new vendor; the same id again is the same vendor. Raises DUPLICATE_…."""
    if views.exists(session, vendor_id):
        return vendor_id
    session.execute(_CLAIM_NUMBERS, {"tenant": tenant_of(session)})
    _check(session, vendor, vendor_id)
    number = session.execute(
        _NEXT_NUMBER, {"tenant": tenant_of(session), "first": FIRST_NUMBER}
    ).scalar_one()
    now = datetime.now(UTC)
    session.add(
        VendorRow(
            tenant_id=tenant_of(session),
            id=vendor_id,
            number=number,
            created_at=now,
            updated_at=now,
            **_columns(vendor),
        )
    )
    session.flush()
    audit.record(session, "vendor.created", "vendor", vendor_id, after=_facts(vendor))
    return vendor_id


def change(session: Session, vendor_id: UUID, changes: dict[str, object]) -> UUID:
    """Replace some fields; None clears. A replaced IBAN waits for a second person."""
    row = _claimed(session, vendor_id)
    before = vendor_of(row)
    after = before.changed(changes)
    _check(session, after, vendor_id)
    values = _columns(after) | _iban_story(session, row, after)
    _store(session, vendor_id, values)
    audit.record(
        session,
        "vendor.changed",
        "vendor",
        vendor_id,
        before=_facts(before, set(changes)),
        after=_facts(after, set(changes)),
    )
    return vendor_id


def deactivate(session: Session, vendor_id: UUID) -> UUID:
    """Take a vendor out of use; blocked while it has open invoices."""
    row = _claimed(session, vendor_id)
    if views.has_open_invoices(session, vendor_id):
        raise HasOpenInvoices
    if row.is_active:
        _store(session, vendor_id, {"is_active": False})
        audit.record(
            session,
            "vendor.deactivated",
            "vendor",
            vendor_id,
            before={"is_active": True},
            after={"is_active": False},
        )
    return vendor_id


def confirm_iban(session: Session, vendor_id: UUID) -> UUID:
    """Confirm a changed IBAN as another person than the one who changed it (FOUR_EYES)."""
    row = _claimed(session, vendor_id)
    if row.iban is None or row.iban_changed_at is None or row.iban_confirmed_at is not None:
        raise NothingToConfirm
    actor = actor_of(session)
    check_second_person(row.iban_changed_by, actor, alone=is_one_person(session))
    confirmed = {"iban_confirmed_at": datetime.now(UTC), "iban_confirmed_by": actor.user_id}
    _store(session, vendor_id, confirmed)
    after: dict[str, object] = {"iban": row.iban, "changed_by": row.iban_changed_by}
    audit.record(session, "vendor.iban_confirmed", "vendor", vendor_id, after=after)
    return vendor_id


def vendor_of(row: VendorRow) -> Vendor:
    """Value of a row."""
    address = Address(row.street, row.zip, row.city, row.country)
    return Vendor(
        name=row.name,
        tax_id=row.tax_id,
        vat_id=row.vat_id,
        iban=row.iban,
        bic=row.bic,
        address=address if address != Address() else None,
        default_account=row.default_account,
        notes=row.notes,
    )


def _iban_story(session: Session, row: VendorRow, after: Vendor) -> dict[str, object]:
    """Whoever had an IBAN once and gets another needs a second person to say so."""
    known_before = row.iban is not None or row.iban_changed_at is not None
    if after.iban == row.iban or not known_before:
        return {}
    return {
        "iban_changed_at": datetime.now(UTC),
        "iban_changed_by": actor_of(session).user_id,
        "iban_confirmed_at": None,
        "iban_confirmed_by": None,
    }


def _check(session: Session, vendor: Vendor, vendor_id: UUID) -> None:
    duplicates: list[tuple[object, str | None, _Duplicate]] = [
        (VendorRow.name_key, vendor.name_key, DuplicateName),
        (VendorRow.tax_id, vendor.tax_id, DuplicateTaxId),
        (VendorRow.vat_id, vendor.vat_id, DuplicateVatId),
    ]
    for column, value, refusal in duplicates:
        existing = (
            value
            and session.exec(
                select(VendorRow.id).where(
                    VendorRow.tenant_id == tenant_of(session),
                    column == value,
                    VendorRow.id != vendor_id,
                )
            ).first()
        )
        if existing:
            raise refusal(existing)
    if vendor.default_account is not None:
        books.account(session, vendor.default_account, "/default_account")


def _claimed(session: Session, vendor_id: UUID) -> VendorRow:
    row = session.exec(
        select(VendorRow)
        .where(VendorRow.tenant_id == tenant_of(session), VendorRow.id == vendor_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound("There is no such vendor.")
    return row


def _store(session: Session, vendor_id: UUID, values: Mapping[str, object]) -> None:
    try:
        session.execute(
            update(VendorRow)
            .where(col(VendorRow.tenant_id) == tenant_of(session), col(VendorRow.id) == vendor_id)
            .values(updated_at=datetime.now(UTC), **values)
        )
    except IntegrityError as error:
        _refuse(error, vendor_id)


def _refuse(error: IntegrityError, vendor_id: UUID) -> Never:
    """Turn a race that the unique constraints decided into the refusal it means."""
    diag = getattr(error.orig, "diag", None)
    refusal = _DUPLICATES.get(getattr(diag, "constraint_name", None) or "")
    if refusal is None:
        raise error
    raise refusal(vendor_id) from error


def _columns(vendor: Vendor) -> dict[str, Any]:
    facts = {
        name: getattr(vendor, name)
        for name in (
            "name",
            "name_key",
            "tax_id",
            "vat_id",
            "iban",
            "bic",
            "default_account",
            "notes",
        )
    }
    return facts | asdict(vendor.address or Address())


def _facts(vendor: Vendor, names: set[str] | None = None) -> dict[str, object]:
    facts = asdict(replace(vendor, notes=None))
    return {name: facts[name] for name in facts if names is None or name in names}
