"""Wire models of customers."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.schemas.partners import AddressOut, PartnerChangeIn, PartnerIn
from api.schemas.types import BodyOut, Money
from domain.receivables.customer import Customer
from domain.receivables.customer_views import CustomerView

Email = Annotated[str, Field(max_length=254, description="Where reminders go; printed without")]


class CustomerIn(PartnerIn):
    """A customer to be made."""

    email: Email | None = None

    def customer(self) -> Customer:
        """The customer as the books keep it."""
        return Customer(**self.facts())  # type: ignore[arg-type]


class CustomerChangeIn(PartnerChangeIn):
    """Fields to be replaced: absent stays, null clears."""

    email: Email | None = None


class CustomerOut(BodyOut):
    """One customer."""

    id: UUID
    name: str
    tax_id: str | None
    vat_id: str | None
    iban: str | None
    bic: str | None
    address: AddressOut | None
    default_account: str | None
    notes: str | None
    email: str | None
    is_active: bool
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, view: CustomerView) -> "CustomerOut":
        """Customer of the wire."""
        return cls.model_validate(_facts(view))


class CustomerDetailOut(CustomerOut):
    """One customer with what it owes, credit notes deducted, in EUR."""

    open_amount: Money

    @classmethod
    def of(cls, view: CustomerView) -> "CustomerDetailOut":
        """Customer of the wire."""
        return cls.model_validate(_facts(view) | {"open_amount": view.open_amount})


class CustomerListedOut(BodyOut):
    """One customer of the list."""

    id: UUID
    name: str
    vat_id: str | None
    iban: str | None
    default_account: str | None
    is_active: bool
    open_amount: Money

    @classmethod
    def of(cls, view: CustomerView) -> "CustomerListedOut":
        """Customer of the wire."""
        return cls.model_validate(_facts(view) | {"open_amount": view.open_amount})


def _facts(view: CustomerView) -> dict[str, object]:
    row = view.customer
    facts = {name: getattr(row, name) for name in CustomerOut.model_fields if name != "address"}
    address = {name: getattr(row, name) for name in AddressOut.model_fields}
    return facts | {"address": address if any(address.values()) else None}
