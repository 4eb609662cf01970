"""Writes vendors; keeps the story of each IBAN, for payment fraud begins with a changed one."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, Never, TypeAlias
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.access.second_person import check_second_person
from domain.access.views import is_one_person
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.errors import Conflict, InvalidInput, NotFound, Stale
from domain.iban import written
from domain.ledger import books_store
from domain.ledger.carrying import takes_purchases
from domain.payables import payee_check_store, payee_check_views
from domain.payables import vendor_views as views
from domain.payables.iban_confirmation import Asked
from domain.payables.partner import (
    Address,
    DuplicateName,
    DuplicateTaxId,
    DuplicateVatId,
    HasOpenInvoices,
    PartnerChanged,
    Vendor,
)
from domain.payables.payee_check import CheckResult, PayeeCheck, is_denied
from domain.payables.rows import VendorPayeeCheckRow, VendorRow

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


class IbanChanged(Stale):
    """The IBAN that was looked at is not the vendor's any more."""

    def __init__(self, vendor_id: UUID) -> None:
        super().__init__(
            "The vendor has another IBAN now; look at it and decide again.", vendor_id=vendor_id
        )


class NothingToConfirm(Conflict):
    """The vendor has no IBAN that somebody gave, or it is confirmed."""

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
            iban_changed_by=actor_of(session).user_id if vendor.iban else None,
            **_columns(vendor),
        )
    )
    session.flush()
    audit.record(session, "vendor.created", "vendor", vendor_id, after=_facts(vendor))
    return vendor_id


def change(
    session: Session, vendor_id: UUID, changes: dict[str, object], seen: datetime | None = None
) -> UUID:
    """Replace some fields; None clears. A replaced IBAN waits for a second person.

    `seen` is when the vendor was changed last, as the caller knows it: PARTNER_CHANGED if not.
    """
    row = _locked_row(session, vendor_id)
    if seen is not None and row.updated_at != seen:
        raise PartnerChanged
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
    row = _locked_row(session, vendor_id)
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


def activate(session: Session, vendor_id: UUID) -> UUID:
    """Take a vendor back into use: it gets invoices, and runs pay it."""
    row = _locked_row(session, vendor_id)
    if not row.is_active:
        _store(session, vendor_id, {"is_active": True})
        audit.record(
            session,
            "vendor.activated",
            "vendor",
            vendor_id,
            before={"is_active": False},
            after={"is_active": True},
        )
    return vendor_id


def confirm_iban(
    session: Session, vendor_id: UUID, seen: str | None = None, asked: Asked | None = None
) -> UUID:
    """Confirm an IBAN as another person than the one who changed or first gave it (FOUR_EYES).

    `seen` is the IBAN that was looked at; another one meanwhile is refused (SEEN): IBAN_CHANGED.
    Whom one `asked` is kept with the confirmation.
    """
    row = _locked_row(session, vendor_id)
    check = payee_check_views.latest(session, [vendor_id]).get(vendor_id)
    is_given = row.iban_changed_at is not None or row.iban_changed_by is not None
    is_new = is_given and row.iban_confirmed_at is None
    if row.iban is None or not (is_new or _is_denied(row, check)):
        raise NothingToConfirm
    actor = actor_of(session)
    first = row.iban_changed_by if is_new or check is None else check.recorded_by
    check_second_person(first, actor, alone=is_one_person(session))
    if seen is not None and written(seen) != row.iban:
        raise IbanChanged(vendor_id)
    confirmed = {"iban_confirmed_at": datetime.now(UTC), "iban_confirmed_by": actor.user_id}
    _store(session, vendor_id, confirmed)
    after: dict[str, object] = {"iban": row.iban, "changed_by": row.iban_changed_by}
    if asked is not None:
        after |= {"asked_by": asked.way.value, "contact": asked.contact}
    audit.record(session, "vendor.iban_confirmed", "vendor", vendor_id, after=after)
    return vendor_id


def _is_denied(row: VendorRow, check: VendorPayeeCheckRow | None) -> bool:
    confirmed_at = row.iban_confirmed_at
    return check is not None and is_denied(check.result, check.told_at, confirmed_at)


def note_check(
    session: Session, vendor_id: UUID, result: CheckResult, account_name: str | None
) -> UUID:
    """Keep what a bank answered about a vendor as it is now. Raises NOT_FOUND or INVALID_INPUT."""
    row = _locked_row(session, vendor_id)
    if row.iban is None:
        raise InvalidInput("/result", "the vendor has no IBAN")
    now = datetime.now(UTC)
    check = PayeeCheck(vendor_id, row.name, row.iban, result, now, account_name)
    payee_check_store.record(session, check)
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
    """Whoever had an IBAN once and gets another needs a second person to say so.

    So does whoever gets the first one while something is owed: it says where that money goes. Of
    any other first one it is kept who gave it: that person approves no run that pays there.
    """
    if after.iban == row.iban:
        return {}
    given: dict[str, object] = {"iban_changed_by": actor_of(session).user_id}
    known_before = row.iban is not None or row.iban_changed_at is not None
    if not known_before and not views.has_open_invoices(session, row.id):
        return given
    return given | {
        "iban_changed_at": datetime.now(UTC),
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
        account = books_store.account(session, vendor.default_account, "/default_account")
        if not takes_purchases(account):
            raise InvalidInput("/default_account", "is neither an expense nor an asset")


def _locked_row(session: Session, vendor_id: UUID) -> VendorRow:
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
