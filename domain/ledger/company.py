"""What a company says of itself in letters, payment files and exports."""

import re
from dataclasses import dataclass, fields

from domain import iban
from domain.errors import InvalidInput, Stale

_LONGEST = 255
_FORMS = {
    "vat_id": re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,13}"),
    "bic": re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?"),
    "datev_consultant": re.compile(r"(?!1000$)[1-9][0-9]{3,6}"),
    "datev_client": re.compile(r"[1-9][0-9]{0,4}"),
}
_COMPACT = ("vat_id", "iban", "bic")


class CompanyChanged(Stale):
    """Somebody changed the company since it was looked at."""

    def __init__(self) -> None:
        super().__init__("The company was changed meanwhile; look at it again.")


@dataclass(frozen=True, slots=True)
class Company:
    """Name, address, numbers and account; what is empty is not known.

    DATEV: a consultant has 4 to 7 digits from 1001, a client 1 to 5.
    """

    company_name: str
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    vat_id: str | None = None
    tax_id: str | None = None
    iban: str | None = None
    bic: str | None = None
    datev_consultant: str | None = None
    datev_client: str | None = None

    def __post_init__(self) -> None:
        """Bring numbers into their stored form; refuse what is none, and texts without end."""
        for field in fields(self):
            text = (getattr(self, field.name) or "").strip()
            if field.name in _COMPACT:
                text = re.sub(r"\s", "", text).upper()
            if len(text) > _LONGEST:
                raise InvalidInput(f"/{field.name}", f"exceeds {_LONGEST} signs")
            form = _FORMS.get(field.name)
            if text and form is not None and not form.fullmatch(text):
                raise InvalidInput(f"/{field.name}", "has another form")
            object.__setattr__(self, field.name, text or None)
        if not self.company_name:
            raise InvalidInput("/company_name", "is missing")
        if self.iban and not iban.is_iban(self.iban):
            raise InvalidInput("/iban", "is no IBAN")
