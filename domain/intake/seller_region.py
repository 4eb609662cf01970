"""Where a seller is, as VAT sees it: from its VAT id and its address, never from its IBAN."""

import csv
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from domain.formats.countries import country_code, vat_id_in_union
from domain.payables.normalized import NormalizedVendor
from domain.tax.treatment import UNKNOWN

DOMESTIC, UNION, THIRD = "domestic", "eu", "third"
_AS_ANOTHER = {"MC": "FR", "IM": "GB"}
_NORTHERN_IRELAND = "XI"
# A sign of a country before a postal code: A-1010 Wien, CH-8001 Zürich, CZ-110 00 Praha.
_POSTAL = r"(?:\d{4,5}|\d{3} \d{2})"
_SIGNED = re.compile(rf"(?:^|[,;\n])\s*([A-Z]{{1,3}})\s?[-\u2013]\s?{_POSTAL}[ -]\s*[^\W_]")


def region_of(vendor: NormalizedVendor, tenant_country: str) -> str:
    """Region of a seller for a tenant in Austria or Germany; unknown where its signs disagree.

    >>> region_of(NormalizedVendor(vat_id="DE136695976", country="DE"), "AT")
    'eu'
    >>> region_of(NormalizedVendor(vat_id="ATU13585627", country="DE"), "AT")
    'special_reg'
    >>> region_of(NormalizedVendor(vat_id="ATU13585627", address="Hang 3, 6993 Mittelberg"), "AT")
    'special_19'
    """
    registered, address = _country_of_id(vendor.vat_id), _country_of_address(vendor)
    if registered == _NORTHERN_IRELAND:
        return "special_xi"
    if registered not in {None, tenant_country} and _stated(vendor) is None:
        address = None  # a sign alone is no word against the number of another country
    seat = address or registered or _by_tax_number(vendor, tenant_country)
    if seat is None:
        return UNKNOWN
    if registered is not None and address is not None and registered != address:
        return "special_reg" if registered == tenant_country else UNKNOWN
    return _special(vendor, seat, tenant_country) or _plain(seat, tenant_country)


def seat_of(vendor: NormalizedVendor) -> str | None:
    """Country of a seller's address, else of its VAT id; None where neither is known."""
    return _country_of_address(vendor) or _country_of_id(vendor.vat_id)


def _plain(seat: str, tenant_country: str) -> str:
    if seat == tenant_country:
        return DOMESTIC
    return UNION if _is_in_union(seat) else THIRD


def _special(vendor: NormalizedVendor, seat: str, tenant_country: str) -> str | None:
    """Places whose VAT is another than that of their country, found by their postal codes."""
    for row in _rows():
        is_meant = row["country"] == seat and row["tenant"] in ("", tenant_country)
        if is_meant and re.search(rf"\b(?:{row['postcode']})\b", vendor.address or ""):
            return row["region"]
    return None


def _country_of_id(vat_id: str | None) -> str | None:
    """Country that gave a VAT id; EU and IM are signs of a scheme and say nothing of a seat."""
    written = re.sub(r"[^A-Z0-9]", "", (vat_id or "").upper())
    if written.startswith(_NORTHERN_IRELAND):
        return _NORTHERN_IRELAND
    prefix, _ = vat_id_in_union(written)
    if prefix:
        return "GR" if prefix == "EL" else prefix
    found = re.match(r"(CHE|NO|GB)\d", written)
    return found.group(1)[:2] if found else None


def _country_of_address(vendor: NormalizedVendor) -> str | None:
    """The stated country, else the last part of the address, or the sign before its postal code."""
    return _stated(vendor) or _signed(vendor.address or "") or None


def _stated(vendor: NormalizedVendor) -> str | None:
    """The stated country, else the last part of the address where it names one."""
    last = (vendor.address or "").replace("\n", ",").rsplit(",", 1)[-1]
    code = country_code(vendor.country or "") or country_code(last)
    return _AS_ANOTHER.get(code, code) or None


def _signed(address: str) -> str:
    """Country by the sign before a postal code; nothing where there is none, or several."""
    signs = {_signs().get(sign, "") for sign in _SIGNED.findall(address)}
    return signs.pop() if len(signs) == 1 else ""


def _by_tax_number(vendor: NormalizedVendor, tenant_country: str) -> str | None:
    """A seller that shows a tax number instead of a VAT id is one of this country."""
    return tenant_country if vendor.tax_id and not vendor.vat_id else None


def _is_in_union(country: str) -> bool:
    return bool(vat_id_in_union(f"{'EL' if country == 'GR' else country}1")[0])


@cache
def _signs() -> dict[str, str]:
    """Countries by the signs that stand before their postal codes."""
    return {row["sign"]: row["country"] for row in _csv("postal_signs.csv")}


@cache
def _rows() -> tuple[dict[str, str], ...]:
    return tuple(_csv("tax_regions.csv"))


def _csv(name: str) -> Iterator[dict[str, str]]:
    text = files("domain.intake").joinpath(name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
