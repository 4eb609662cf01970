"""Wire models of the contact form."""

from pydantic import Field

from api.schemas.types import BodyIn, BodyOut
from domain.letters.contact import ContactMessage


class ContactIn(BodyIn):
    """A message to whoever runs the service."""

    name: str = Field(min_length=1, max_length=200, examples=["Eva Muster"])
    email: str = Field(max_length=254, examples=["eva@muster-handel.example"])
    message: str = Field(min_length=1, max_length=5000, examples=["Wie exportiere ich nach DATEV?"])
    honeypot: str = Field(
        default="", alias="_honeypot", max_length=200, description="Must stay empty"
    )

    def contact_message(self) -> ContactMessage:
        """The message as it is kept."""
        return ContactMessage(self.name, self.email, self.message)


class ContactOut(BodyOut):
    """It was taken."""

    ok: bool
