"""Wire models of vendors."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool

from api.schemas.partners import AddressOut, PartnerChangeIn, PartnerIn
from api.schemas.types import BodyIn, BodyOut, Money
from domain.payables.iban_confirmation import CONTACT_LENGTH, Asked, AskedBy
from domain.payables.partner import Vendor
from domain.payables.payee_check import CheckResult
from domain.payables.payee_store import PayeeDecision
from domain.payables.terms import Payee
from domain.payables.vendor_views import VendorView


class VendorIn(PartnerIn):
    """A vendor to be made."""

    def vendor(self) -> Vendor:
        """The vendor as the books keep it."""
        return Vendor(**self.facts())  # type: ignore[arg-type]


class VendorChangeIn(PartnerChangeIn):
    """Fields to be replaced: absent stays, null clears."""


class PayeeCheckIn(BodyIn):
    """What the bank answered when it was asked for name and IBAN of a vendor."""

    result: CheckResult
    account_name: str | None = Field(
        default=None, max_length=140, description="Who holds the account, where the bank says so"
    )


_PENDING = (
    "The IBAN was changed and is not paid before another person has confirmed it"
    " (`confirm-iban`; ours)"
)


class PayeeCheckOut(BodyOut):
    """What the bank answered about the vendor's name and IBAN as they are now."""

    result: CheckResult
    account_name: str | None
    told_at: datetime


class VendorOut(BodyOut):
    """One vendor."""

    id: UUID
    name: str
    tax_id: str | None
    vat_id: str | None
    iban: str | None
    bic: str | None
    address: AddressOut | None
    default_account: str | None
    notes: str | None
    is_active: bool
    is_iban_pending: bool = Field(description=_PENDING)
    payee_check: PayeeCheckOut | None = Field(
        description="Verification of payee; null where it is to be asked for: never asked, or name"
        " or IBAN have changed since (ours)"
    )
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, view: VendorView) -> "VendorOut":
        """Vendor of the wire."""
        return cls.model_validate(_facts(view))


class VendorDetailOut(VendorOut):
    """One vendor with what it is owed."""

    open_amount: Money

    @classmethod
    def of(cls, view: VendorView) -> "VendorDetailOut":
        """Vendor of the wire."""
        return cls.model_validate(_facts(view) | {"open_amount": view.open_amount})


class VendorListedOut(BodyOut):
    """One vendor of the list."""

    id: UUID
    name: str
    vat_id: str | None
    iban: str | None
    default_account: str | None
    is_active: bool
    is_iban_pending: bool = Field(description=_PENDING)
    open_amount: Money

    @classmethod
    def of(cls, view: VendorView) -> "VendorListedOut":
        """Vendor of the wire."""
        return cls.model_validate(_facts(view) | {"open_amount": view.open_amount})


def _facts(view: VendorView) -> dict[str, object]:
    row = view.vendor
    own = {"address", "payee_check", "is_iban_pending"}
    facts = {name: getattr(row, name) for name in VendorOut.model_fields if name not in own}
    facts["payee_check"] = view.payee_check
    facts["is_iban_pending"] = view.is_iban_pending
    address = {name: getattr(row, name) for name in AddressOut.model_fields}
    return facts | {"address": address if any(address.values()) else None}


class AskedIn(BodyIn):
    """Whom of the vendor one has asked, and by which way."""

    way: AskedBy
    contact: str = Field(min_length=1, max_length=CONTACT_LENGTH)

    def asked(self) -> Asked:
        """What is kept with the confirmation."""
        return Asked(self.way, self.contact)


class IbanConfirmationIn(BodyIn):
    """The IBAN that was looked at, and that the vendor has confirmed."""

    iban: str = Field(max_length=42)
    asked: AskedIn | None = None


class VendorPayeeIn(BodyIn):
    """A decision about a payee that is not the vendor, and why."""

    name: str = Field(min_length=1, max_length=255)
    iban: Annotated[str | None, Field(max_length=42)] = None
    bic: Annotated[str | None, Field(max_length=11)] = None
    is_accepted: StrictBool = True
    reason: str = Field(min_length=1, max_length=500)

    def decision(self, vendor_id: UUID, at: datetime) -> PayeeDecision:
        """Decision as the domain takes it."""
        payee = Payee(self.name, self.iban, self.bic)
        return PayeeDecision(vendor_id, payee, at, reason=self.reason, is_accepted=self.is_accepted)


class VendorPayeeOut(BodyOut):
    """A decision about a payee that is not the vendor: accepted with an approval, or withdrawn."""

    id: UUID
    name: str
    iban: str | None
    bic: str | None
    is_accepted: bool
    reason: str | None
    decided_by: UUID | None
    decided_at: datetime
