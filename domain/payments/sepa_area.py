"""Where a SEPA transfer reaches, and where it needs more than an IBAN (EPC409-09, EPC rulebook).

Outside the European Economic Area the bank of the payee must be named, and both parties with a
structured address (Regulation (EU) 2015/847).
"""

import csv
from functools import cache
from importlib.resources import files


@cache
def _area() -> dict[str, bool]:
    """Countries whose IBANs a SEPA transfer reaches, and whether each is in the EEA."""
    source = files("domain.payments").joinpath("sepa_area.csv").read_text(encoding="utf-8")
    return {row["iban_prefix"]: row["eea"] == "yes" for row in csv.DictReader(source.splitlines())}


def is_reached(iban: str) -> bool:
    """Whether a SEPA transfer reaches an account.

    >>> is_reached("AT611904300234573201"), is_reached("AE070331234567890123456")
    (True, False)
    """
    return iban[:2] in _area()


def needs_details(iban: str) -> bool:
    """Whether a transfer needs the bank's BIC and both addresses: outside the EEA.

    >>> needs_details("CH9300762011623852957"), needs_details("DE89370400440532013000")
    (True, False)
    """
    return not _area().get(iban[:2], True)
