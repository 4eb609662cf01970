"""Returns of movements that were made up, for tests of the forms."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from domain.tax.code import TaxPart, system_codes
from domain.tax.vat_form import form_of
from domain.tax.vat_movement import CodePlaces, Movement, Version
from domain.tax.vat_reconciliation import Reason
from domain.tax.vat_return import VatReturn, vat_return

CHARTS = {"AT": "at_ekr", "DE": "de_skr04"}
JULY, JUNE = date(2026, 7, 31), date(2026, 6, 30)


def codes_of(country: str) -> Mapping[Version, CodePlaces]:
    """System codes of a country, as they are."""
    chart = CHARTS[country]
    return {(code.code, None): CodePlaces.of(code, chart) for code in system_codes(chart)}


def moved(account: str, code: str | None, part: TaxPart | None, net: str) -> Movement:
    """A movement of one entry; net is debit minus credit."""
    return Movement(account, code, part, Decimal(net), 1, on_vat_account=part is not TaxPart.BASE)


def sold(code: str, base: str, tax: str, account: str = "3500") -> list[Movement]:
    """A supply with tax."""
    return [
        moved("4000", code, TaxPart.BASE, f"-{base}".replace("--", "")),
        moved(account, code, TaxPart.TAX, f"-{tax}".replace("--", "")),
    ]


def filled(country: str, movements: list[Movement], day: date = JULY) -> VatReturn:
    """The return of a country."""
    return vat_return(form_of(country, day), codes_of(country), movements)


def amounts(found: VatReturn) -> dict[str, str]:
    """Boxes that are not empty."""
    return {b.box.number: f"{b.amount:.2f}" for b in found.boxes if b.amount}


def reasons(found: VatReturn) -> dict[Reason, Decimal]:
    """What differs, and why."""
    return {a.reason: a.difference for a in found.agreements if a.reason is not Reason.NONE}
