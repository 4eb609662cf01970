"""Customers and vendors: master data, and what makes two of them one."""

from dataclasses import dataclass, fields, replace
from typing import Self
from uuid import UUID

from domain import iban
from domain.errors import Conflict, InvalidInput, NoChanges, Stale
from domain.plain_text import looks, on_one_line

_LENGTHS = {"name": 255, "tax_id": 20, "vat_id": 20, "iban": 34, "bic": 11, "notes": 2000}
_ADDRESS_LENGTH = 255


class DuplicateName(Conflict):
    """A partner of this name exists."""

    def __init__(self, existing_id: UUID) -> None:
        super().__init__("The name is taken.", existing_id=existing_id)


class DuplicateTaxId(Conflict):
    """A partner with this tax number exists."""

    def __init__(self, existing_id: UUID) -> None:
        super().__init__("The tax number is taken.", existing_id=existing_id)


class DuplicateVatId(Conflict):
    """A partner with this VAT id exists."""

    def __init__(self, existing_id: UUID) -> None:
        super().__init__("The VAT id is taken.", existing_id=existing_id)


class PartnerChanged(Stale):
    """Somebody changed the partner since it was looked at."""

    def __init__(self) -> None:
        super().__init__("The partner was changed meanwhile; look at it again.")


class HasOpenInvoices(Conflict):
    """A partner with open invoices stays."""

    def __init__(self) -> None:
        super().__init__("There are open invoices.")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a partner is; each part may be unknown."""

    street: str | None = None
    zip: str | None = None
    city: str | None = None
    country: str | None = None

    def __post_init__(self) -> None:
        """Bring each part onto one line; refuse parts without end."""
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None:
                object.__setattr__(self, field.name, on_one_line(value))
            if len(value or "") > _ADDRESS_LENGTH:
                raise InvalidInput(f"/address/{field.name}", f"exceeds {_ADDRESS_LENGTH} signs")


@dataclass(frozen=True, slots=True)
class Partner:
    """Who owes us or is owed by us; IBAN and BIC without blanks and in upper case."""

    name: str
    tax_id: str | None = None
    vat_id: str | None = None
    iban: str | None = None
    bic: str | None = None
    address: Address | None = None
    default_account: str | None = None
    notes: str | None = None

    def __post_init__(self) -> None:
        """Bring ids into their stored form; refuse an empty name and texts without end."""
        # On one line: in a file for the bank and in DATEV a line break is none, or another row.
        object.__setattr__(self, "name", on_one_line(self.name))
        for name in ("tax_id", "vat_id", "iban", "bic"):
            value = getattr(self, name)
            if value is not None:
                stored = value.strip() if name == "tax_id" else iban.written(value)
                object.__setattr__(self, name, stored or None)
        if not self.name:
            raise InvalidInput("/name", "must not be empty")
        for name, most in _LENGTHS.items():
            if len(getattr(self, name) or "") > most:
                raise InvalidInput(f"/{name}", f"exceeds {most} characters")

    @property
    def name_key(self) -> str:
        """The name as it is compared: two that look the same are the same."""
        return looks(self.name)

    def changed(self, changes: dict[str, object]) -> Self:
        """The partner with some fields replaced; None clears. Refuses to change nothing."""
        if not changes:
            raise NoChanges
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Vendor(Partner):
    """Who sends us invoices.

    >>> Vendor("Papier GmbH", iban="at61 1904 3002 3457 3201").iban
    'AT611904300234573201'
    """
