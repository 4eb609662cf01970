"""Countries as people write them, and VAT ids of the Union. Data: countries.csv."""

import csv
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

_CODE = re.compile(r"[A-Z]{2}")
_NO_SIGN = re.compile(r"[^A-Z0-9+*]")


def country_code(written: str) -> str:
    """Two letters of a country, or nothing: half a name would be another country.

    >>> country_code("Österreich"), country_code(" de "), country_code("Kakanien")
    ('AT', 'DE', '')
    """
    name = " ".join(written.split()).casefold()
    code = name.upper()
    return _names().get(name) or (code if _CODE.fullmatch(code) else "")


def vat_id_in_union(written: str) -> tuple[str, str]:
    """Prefix and number of a VAT id that a member state gave; nothing for any other.

    >>> vat_id_in_union("ATU 1358-5627"), vat_id_in_union("CHE123456788")
    (('AT', 'U13585627'), ('', ''))
    """
    signs = _NO_SIGN.sub("", written.upper())
    prefix, number = signs[:2], signs[2:]
    return (prefix, number) if prefix in _prefixes() else ("", "")


@cache
def _names() -> dict[str, str]:
    return {name.casefold(): row["code"] for row in _rows() for name in row["names"].split("|")}


@cache
def _prefixes() -> frozenset[str]:
    return frozenset(row["vat_prefix"] for row in _rows() if row["vat_prefix"])


def _rows() -> Iterator[dict[str, str]]:
    text = files("domain.formats").joinpath("countries.csv").read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
