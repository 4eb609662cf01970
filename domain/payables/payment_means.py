"""How the codes of payment means say that an invoice is paid. Data: payment_means.csv.

Codes are of UNTDID 4461 (BT-81); ebInterface names the way to pay by an element instead.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from domain.payables.terms import PaymentMethod


@dataclass(frozen=True, slots=True)
class PaymentMeans:
    """What a code stands for; `is_clear` is False where a person should say how it is paid.

    `bank_shows` is what the account's statement will show of it.
    """

    code: str
    name: str
    method: PaymentMethod
    is_clear: bool
    bank_shows: str


def means_of(code: str) -> PaymentMeans | None:
    """What a code of UNTDID 4461 or an element of ebInterface stands for, None for any other.

    >>> means_of("59").method.value, means_of("31").is_clear, means_of("4711")
    ('direct_debit', False, None)
    """
    return _known().get(code.strip())


@cache
def _known() -> dict[str, PaymentMeans]:
    text = files("domain.payables").joinpath("payment_means.csv").read_text(encoding="utf-8")
    return {row["code"]: _means(row) for row in csv.DictReader(text.splitlines())}


def _means(row: dict[str, str]) -> PaymentMeans:
    method, clear = PaymentMethod(row["payment_method"]), row["payable"] != "ask"
    return PaymentMeans(row["code"], row["name"], method, clear, row["bank_shows"])
