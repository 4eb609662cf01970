"""Wire models that vendors and customers share."""

from typing import Annotated

from pydantic import Field

from api.schemas.types import BodyIn, BodyOut
from domain.payables.partner import Address

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
    """Where a partner is."""

    street: str | None = Field(default=None, max_length=255)
    city: str | None = Field(default=None, max_length=255)
    zip: str | None = Field(default=None, max_length=255)
    country: str | None = Field(default=None, max_length=255)

    def address(self) -> Address:
        """The address as the books keep it."""
        return Address(self.street, self.zip, self.city, self.country)


class AddressOut(BodyOut):
    """Where a partner is."""

    street: str | None
    city: str | None
    zip: str | None
    country: str | None


class PartnerIn(BodyIn):
    """What is known of a partner that is to be made."""

    name: Name
    tax_id: TaxId | None = None
    vat_id: VatId | None = None
    iban: Iban | None = None
    bic: Bic | None = None
    address: AddressIn | None = None
    default_account: Number | None = None
    notes: Notes | None = None

    def facts(self) -> dict[str, object]:
        """What was sent, the address as the books keep it."""
        address = self.address.address() if self.address else None
        return {**self.model_dump(exclude={"address"}), "address": address}


class PartnerChangeIn(BodyIn):
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
