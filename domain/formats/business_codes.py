"""Business transaction codes (Geschäftsvorfallcodes, GVC) of German and Austrian banks.

Source: the banks' public lists (DK Anlage 3, STUZZA). A hint only: banks use codes of their own,
and direction comes from the sign of the booking.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class BusinessCode:
    """What a code means; `effect` is what it usually does to open items."""

    code: str
    meaning_de: str
    meaning_en: str
    direction: str
    kind: str
    iso_code: str
    effect: str


def business_code_of(code: str | None) -> BusinessCode | None:
    """A code by its three digits; None when no list knows it.

    >>> business_code_of("166").iso_code, business_code_of("000")
    ('PMNT/RCDT/ESCT', None)
    """
    return _codes().get(code or "")


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, BusinessCode]:
    text = files("domain.formats").joinpath("business_codes.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["code"]: BusinessCode(**row) for row in rows}
