"""Customers: whom we send invoices."""

from dataclasses import dataclass
from uuid import UUID

from domain.access.person import address
from domain.errors import NotFound
from domain.payables.partner import Partner


class CustomerNotFound(NotFound):
    """The customer is unknown."""

    def __init__(self, customer_id: UUID) -> None:
        super().__init__("The customer is unknown.", customer_id=customer_id)


@dataclass(frozen=True, slots=True)
class Customer(Partner):
    """Whom we send invoices; `default_account` is the account of revenue.

    `email` is where reminders go; without one they are printed.

    >>> Customer(" Muster Handel GmbH ", vat_id="atu 12345675", email=" A@Muster.at").vat_id
    'ATU12345675'
    """

    email: str | None = None

    def __post_init__(self) -> None:
        """Bring the mail address into its stored form, or refuse it."""
        Partner.__post_init__(self)
        if self.email is not None:
            object.__setattr__(self, "email", address(self.email) if self.email.strip() else None)
