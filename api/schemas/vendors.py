"""Wire models of vendors."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.schemas.types import BodyIn, BodyOut, Money
from domain.invoicing.partner import Address, Vendor
from domain.views.vendors import VendorView

Name = Annotated[str, Field(min_length=1, max_length=255, examples=["Papier Muster GmbH"])]
TaxId = Annotated[str, Field(max_length=20)]
VatId = Annotated[str, Field(max_length=20, examples=["ATU12345678"])]
Iban = Annotated[
    str, Field(max_length=42, examples=["AT61 1904 3002 3457 3201"], description="Blanks go")
]
Bic = Annotated[str, Field(max_length=11, examples=["BKAUATWW"])]
Number = Annotated[str, Field(max_length=8, examples=["6815"])]
Notes = Annotated[str, Field(max_length=2000)]


class AddressIn(BodyIn):
    """Where a vendor is."""

    street: str | None = Field(default=None, max_length=255)
    city: str | None = Field(default=None, max_length=255)
    zip: str | None = Field(default=None, max_length=255)
    country: str | None = Field(default=None, max_length=255)

    def address(self) -> Address:
        """The address as the books keep it."""
        return Address(self.street, self.zip, self.city, self.country)


class VendorIn(BodyIn):
    """A vendor to be made."""

    name: Name
    tax_id: TaxId | None = None
    vat_id: VatId | None = None
    iban: Iban | None = None
    bic: Bic | None = None
    address: AddressIn | None = None
    default_account: Number | None = None
    notes: Notes | None = None

    def vendor(self) -> Vendor:
        """The vendor as the books keep it."""
        facts = self.model_dump(exclude={"address"})
        return Vendor(**facts, address=self.address.address() if self.address else None)


class VendorChangeIn(BodyIn):
    """Fields to be replaced: absent stays, null clears."""

    name: Name | None = None
    tax_id: TaxId | None = None
    vat_id: VatId | None = None
    iban: Iban | None = None
    bic: Bic | None = None
    address: AddressIn | None = None
    default_account: Number | None = None
    notes: Notes | None = None

    def changes(self) -> dict[str, object]:
        """What was sent."""
        sent: dict[str, object] = {name: getattr(self, name) for name in self.model_fields_set}
        if self.address:
            sent["address"] = self.address.address()
        if "name" in sent and sent["name"] is None:
            sent["name"] = ""
        return sent


class AddressOut(BodyOut):
    """Where a vendor is."""

    street: str | None
    city: str | None
    zip: str | None
    country: str | None


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
    open_amount: Money

    @classmethod
    def of(cls, view: VendorView) -> "VendorListedOut":
        """Vendor of the wire."""
        return cls.model_validate(_facts(view) | {"open_amount": view.open_amount})


def _facts(view: VendorView) -> dict[str, object]:
    row = view.vendor
    facts = {name: getattr(row, name) for name in VendorOut.model_fields if name != "address"}
    address = {name: getattr(row, name) for name in AddressOut.model_fields}
    return facts | {"address": address if any(address.values()) else None}
