"""Master data for DATEV: partners (category 16) and labels of accounts (category 20)."""

from dataclasses import dataclass

from domain.formats.countries import country_code, vat_id_in_union

_COMPANY = "2"
_STREET = "STR"
_COUNTRY_LETTERS = 2
_LANGUAGE = "de-DE"

Row = dict[str, str]
"""Cells of a line by the name of their column."""


@dataclass(frozen=True, slots=True)
class Person:
    """A customer or vendor as the adviser knows it: by account, name, address and bank."""

    account: str
    name: str
    vat_id: str | None = None
    tax_id: str | None = None
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None
    iban: str | None = None
    bic: str | None = None


def partner(person: Person) -> Row:
    """A line of category 16.

    >>> partner(Person("70001", "Papier GmbH", vat_id="DE136695976"))["EU-UStID"]
    '136695976'
    """
    return {
        "Konto": person.account,
        "Name (Adressattyp Unternehmen)": person.name,
        "Adressattyp": _COMPANY,
        "Kurzbezeichnung": person.name,
        "Steuernummer": person.tax_id or "",
        **_vat(person.vat_id or ""),
        **_address(person),
        **_bank(person),
    }


def diverse(account: str, name: str) -> Row:
    """The line of the account for entries that name no partner.

    >>> diverse("99999", "Diverse Kreditoren")["Diverse-Konto"]
    '1'
    """
    cells = {"Konto": account, "Adressattyp": "0", "Name (Adressattyp keine Angabe)": name}
    return cells | {"Kurzbezeichnung": name, "Diverse-Konto": "1"}


def label(account: str, name: str) -> Row:
    """A line of category 20: an account that the standard chart does not have.

    >>> label("6816", "Druckerpatronen")["Kontenbeschriftung"]
    'Druckerpatronen'
    """
    return {
        "Konto": account,
        "Kontenbeschriftung": name,
        "SprachId": _LANGUAGE,
        "Kontenbeschriftung lang": name,
    }


def _vat(vat_id: str) -> Row:
    country, number = vat_id_in_union(vat_id)
    return {"EU-Land": country, "EU-UStID": number}


def _address(person: Person) -> Row:
    return {
        "Adressart": _STREET if person.street else "",
        "Straße": person.street or "",
        "Postleitzahl": person.postal_code or "",
        "Ort": person.city or "",
        "Land": country_code(person.country or ""),
    }


def _bank(person: Person) -> Row:
    if not person.iban:
        return {}
    return {
        "Länderkennzeichen 1": person.iban[:_COUNTRY_LETTERS],
        "IBAN-Nr. 1": person.iban,
        "SWIFT-Code 1": person.bic or "",
        "Kennz. Hauptbankverb. 1": "1",
    }
