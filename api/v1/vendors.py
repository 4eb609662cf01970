"""Vendors: who sends invoices, and where they are paid."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from api.http.dependencies import Page, ReadDep, WriteDep, paging, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.learned_values import LearnedValueOut, LearnedValueUndoIn
from api.schemas.vat_treatment import VatTreatmentIn, VatTreatmentOut, VatTreatmentUndoIn
from api.schemas.vendors import (
    IbanConfirmationIn,
    PayeeCheckIn,
    VendorChangeIn,
    VendorDetailOut,
    VendorIn,
    VendorListedOut,
    VendorOut,
    VendorPayeeIn,
    VendorPayeeOut,
)
from domain.errors import NoChanges, NotFound, SelfApprovalDenied
from domain.ledger.booking import AccountNotFound
from domain.payables import (
    learned_value_store,
    learned_value_views,
    payee_store,
    payee_views,
    vat_treatment_store,
    vat_treatment_views,
    vendor_store,
)
from domain.payables import vendor_views as views
from domain.payables.learned_value import LearnedValueChanged, NothingLearned
from domain.payables.partner import (
    DuplicateName,
    DuplicateTaxId,
    DuplicateVatId,
    HasOpenInvoices,
)
from domain.payables.vat_treatment import NothingToUndo, TreatmentChanged
from domain.payables.vat_treatment_store import Because
from domain.tax.code import InvalidTaxCode

router = APIRouter(prefix="/v1/vendors", tags=["Vendors"], route_class=ExactRoute)
READ, WRITE = require("kreditoren:read"), require("kreditoren:write")


@router.get("", dependencies=[READ])
def list_vendors(
    read: ReadDep,
    page: Annotated[Page, paging(50, 500)],
    search: Annotated[str | None, Query(max_length=200)] = None,
    is_active: Literal["true", "false"] | None = None,
) -> list[VendorListedOut]:
    """List vendors by name with what they are owed; search looks at name and VAT id."""
    active = None if is_active is None else is_active == "true"
    wanted = views.VendorFilter(search, active)
    found, total = read(views.vendors, wanted, limit=page.limit, offset=page.offset)
    return page.of([VendorListedOut.of(each) for each in found], total)


@router.post(
    "",
    status_code=201,
    dependencies=[WRITE],
    responses=responses(AccountNotFound, DuplicateName, DuplicateTaxId, DuplicateVatId),
)
def add_vendor(body: VendorIn, write: WriteDep) -> VendorOut:
    """Create a vendor; a duplicate by name, tax number or VAT id names the existing one."""
    vendor_id = uuid4()
    vendor = body.vendor()

    def act(session: Session) -> VendorOut:
        vendor_store.create(session, vendor_id, vendor)
        return VendorOut.of(views.vendor(session, vendor_id))

    return write(act)


@router.get("/{vendor_id}", dependencies=[READ], responses=responses(NotFound))
def show_vendor(vendor_id: UUID, read: ReadDep) -> VendorDetailOut:
    """Show one vendor and what it is owed."""
    return VendorDetailOut.of(read(views.vendor, vendor_id))


@router.get("/{vendor_id}/payees", dependencies=[READ], responses=responses(NotFound))
def list_vendor_payees(vendor_id: UUID, read: ReadDep, response: Response) -> list[VendorPayeeOut]:
    """List what people decided of payees that are not the vendor itself, the latest first."""
    read(views.vendor, vendor_id)
    found = [VendorPayeeOut.model_validate(row) for row in read(payee_views.decisions, vendor_id)]
    response.headers["X-Total-Count"] = str(len(found))
    return found


@router.post(
    "/{vendor_id}/payees",
    status_code=201,
    dependencies=[WRITE],
    responses=responses(NotFound, SelfApprovalDenied),
)
def decide_vendor_payee(vendor_id: UUID, body: VendorPayeeIn, write: WriteDep) -> VendorPayeeOut:
    """Accept a payee that is not the vendor itself, or withdraw what was accepted.

    No run pays it before (409 `PAYEE_NOT_CONFIRMED`); who entered an invoice that is to be paid
    there does not accept it.
    """
    decision = body.decision(vendor_id, datetime.now(UTC))

    def act(session: Session) -> VendorPayeeOut:
        payee_store.accept(session, decision)
        return VendorPayeeOut.model_validate(payee_views.decisions(session, vendor_id)[0])

    return write(act)


@router.get("/{vendor_id}/vat-treatment", dependencies=[READ], responses=responses(NotFound))
def show_vat_treatment(vendor_id: UUID, read: ReadDep) -> VatTreatmentOut:
    """Show how a vendor is usually treated in VAT, and how that came about."""
    read(views.vendor, vendor_id)
    return VatTreatmentOut.of(read(vat_treatment_views.versions, vendor_id))


@router.put(
    "/{vendor_id}/vat-treatment",
    dependencies=[WRITE],
    responses=responses(NoChanges, InvalidTaxCode, NotFound),
)
def change_vat_treatment(vendor_id: UUID, body: VatTreatmentIn, write: WriteDep) -> VatTreatmentOut:
    """Say how a vendor is treated in VAT: absent stays, null clears.

    It goes before what its documents have taught, and they do not change it any more.
    """
    changes, because = body.changes(), Because(datetime.now(UTC), reason=body.reason)

    def act(session: Session) -> VatTreatmentOut:
        vat_treatment_store.change(session, vendor_id, changes, because)
        return VatTreatmentOut.of(vat_treatment_views.versions(session, vendor_id))

    return write(act)


@router.post(
    "/{vendor_id}/vat-treatment/undo",
    dependencies=[WRITE],
    responses=responses(NotFound, NothingToUndo, TreatmentChanged),
)
def undo_vat_treatment(
    vendor_id: UUID, body: VatTreatmentUndoIn, write: WriteDep
) -> VatTreatmentOut:
    """Put back what was kept before the version in force; again, and the one before that."""
    because = Because(datetime.now(UTC), reason=body.reason)

    def act(session: Session) -> VatTreatmentOut:
        vat_treatment_store.undo(session, vendor_id, body.version, because)
        return VatTreatmentOut.of(vat_treatment_views.versions(session, vendor_id))

    return write(act)


@router.get("/{vendor_id}/learned-values", dependencies=[READ], responses=responses(NotFound))
def list_learned_values(
    vendor_id: UUID, read: ReadDep, response: Response
) -> list[LearnedValueOut]:
    """List what corrections taught of a vendor, with what was taken back, the latest first.

    The latest 500; `X-Total-Count` tells how many there are in all.
    """
    read(views.vendor, vendor_id)
    response.headers["X-Total-Count"] = str(read(learned_value_views.count, vendor_id))
    return LearnedValueOut.listed(read(learned_value_views.versions, vendor_id))


@router.post(
    "/{vendor_id}/learned-values/undo",
    dependencies=[WRITE],
    responses=responses(NotFound, NothingLearned, LearnedValueChanged),
)
def undo_learned_value(
    vendor_id: UUID, body: LearnedValueUndoIn, write: WriteDep
) -> LearnedValueOut:
    """Take back what was learned: the vendor's next document is read and proposed without it.

    Documents that are in review or in the books stay as they are.
    """
    because = Because(datetime.now(UTC), reason=body.reason)

    def act(session: Session) -> LearnedValueOut:
        row = learned_value_store.undo(session, vendor_id, body.subject, body.version, because)
        (undone,) = LearnedValueOut.listed([row])
        return undone

    return write(act)


@router.put(
    "/{vendor_id}",
    dependencies=[WRITE],
    responses=responses(
        NoChanges, AccountNotFound, NotFound, DuplicateName, DuplicateTaxId, DuplicateVatId
    ),
)
def change_vendor(vendor_id: UUID, body: VendorChangeIn, write: WriteDep) -> VendorOut:
    """Replace fields: absent stays, null clears. A replaced IBAN waits for a second person."""
    changes = body.changes()

    def act(session: Session) -> VendorOut:
        vendor_store.change(session, vendor_id, changes)
        return VendorOut.of(views.vendor(session, vendor_id))

    return write(act)


@router.delete("/{vendor_id}", dependencies=[WRITE], responses=responses(NotFound, HasOpenInvoices))
def deactivate_vendor(vendor_id: UUID, write: WriteDep) -> VendorOut:
    """Take a vendor out of use; open invoices block it.

    It gets no new invoice by hand and no run pays it (409 `VENDOR_INACTIVE`).
    """

    def act(session: Session) -> VendorOut:
        vendor_store.deactivate(session, vendor_id)
        return VendorOut.of(views.vendor(session, vendor_id))

    return write(act)


@router.post("/{vendor_id}/activate", dependencies=[WRITE], responses=responses(NotFound))
def activate_vendor(vendor_id: UUID, write: WriteDep) -> VendorOut:
    """Take a vendor back into use; one that is in use stays as it is."""

    def act(session: Session) -> VendorOut:
        vendor_store.activate(session, vendor_id)
        return VendorOut.of(views.vendor(session, vendor_id))

    return write(act)


@router.post(
    "/{vendor_id}/confirm-iban",
    dependencies=[WRITE],
    responses=responses(
        NotFound, SelfApprovalDenied, vendor_store.NothingToConfirm, vendor_store.IbanChanged
    ),
)
def confirm_iban(
    vendor_id: UUID, write: WriteDep, body: IbanConfirmationIn | None = None
) -> VendorOut:
    """Confirm a changed IBAN, as another person than the one who changed it.

    Name the IBAN that you asked for by telephone: changed again meanwhile, it is refused. Whom you
    asked is kept in the audit trail.
    """
    seen = body.iban if body else None
    asked = body.asked.asked() if body and body.asked else None

    def act(session: Session) -> VendorOut:
        vendor_store.confirm_iban(session, vendor_id, seen, asked)
        return VendorOut.of(views.vendor(session, vendor_id))

    return write(act)


@router.post("/{vendor_id}/payee-checks", dependencies=[WRITE], responses=responses(NotFound))
def note_payee_check(vendor_id: UUID, body: PayeeCheckIn, write: WriteDep) -> VendorOut:
    """Keep what the bank answered about name and IBAN; no match waits for a second person.

    The answer is of the vendor as it is now; a change of name or IBAN asks for another.
    """

    def act(session: Session) -> VendorOut:
        vendor_store.note_check(session, vendor_id, body.result, body.account_name)
        return VendorOut.of(views.vendor(session, vendor_id))

    return write(act)
