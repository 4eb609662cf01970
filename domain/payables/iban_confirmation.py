"""How a new IBAN was confirmed: whom of the vendor somebody asked, and by which way."""

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import InvalidInput

CONTACT_LENGTH = 120


class AskedBy(StrEnum):
    """Ways that are not the letter or mail in which the IBAN came, for those may be forged."""

    PHONE = "phone"
    IN_PERSON = "in_person"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who of the vendor has said that the IBAN is theirs.

    >>> Asked(AskedBy.PHONE, " Buchhaltung ").contact
    'Buchhaltung'
    """

    way: AskedBy
    contact: str

    def __post_init__(self) -> None:
        """Refuse nobody."""
        contact = self.contact.strip()
        if not 0 < len(contact) <= CONTACT_LENGTH:
            raise InvalidInput("/asked/contact", f"needs 1 to {CONTACT_LENGTH} characters")
        object.__setattr__(self, "contact", contact)
