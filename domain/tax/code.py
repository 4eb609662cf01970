"""Tax codes: rate, accounts and the days on which they hold. The data is tax_codes.csv."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

from domain.errors import FieldError, Invalid, InvalidInput

_DECLARED = frozenset({"intra_community_acquisition", "reverse_charge", "triangular"})


class InvalidTaxCode(Invalid):
    """The code is unknown, inactive, or not valid on the date of supply."""

    def __init__(
        self, code: str, reason: str = "is unknown or inactive", pointer: str | None = None
    ) -> None:
        fields = (FieldError(pointer, reason),) if pointer else ()
        super().__init__(f"Tax code {code} {reason}.", fields=fields, tax_code=code)


class TaxPart(StrEnum):
    """What a posting is within its tax code: the base, the tax, or the tax owed by oneself."""

    BASE = "base"
    TAX = "tax"
    SELF = "self"


@dataclass(frozen=True, slots=True)
class TaxCode:
    """One tax code; `rate` in percent, None where the amount comes from the document.

    It holds on dates of supply from `valid_from` to `valid_to`, but for the days on which
    another rate took its place (`suspended_from` to `suspended_to`). A tenant's own code fills
    the boxes of the system code that it `reports_as`.
    """

    code: str
    label: str
    rate: Decimal | None
    direction: str
    kind: str
    vat_account: str | None = None
    self_assess_account: str | None = None
    deductible: bool = True
    valid_from: date | None = None
    valid_to: date | None = None
    suspended_from: date | None = None
    suspended_to: date | None = None
    datev_bu_key: str | None = None
    is_system: bool = False
    active: bool = True
    reports_as: str | None = None

    def __post_init__(self) -> None:
        """Refuse a validity that ends before it begins."""
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise InvalidInput("/valid_to", "lies before valid_from")

    @property
    def in_boxes_of(self) -> str | None:
        """System code whose boxes of the VAT return it fills; None where it fills none."""
        return self.code if self.is_system else self.reports_as

    @property
    def is_self_assessed(self) -> bool:
        """Whether the customer owes the tax (reverse charge, acquisition)."""
        return self.self_assess_account is not None

    @property
    def is_declared(self) -> bool:
        """Whether the customer declares the supply; an acquisition at no tax is one, too.

        Import VAT is not: customs assess it.
        """
        is_one = self.kind in _DECLARED or (self.is_self_assessed and self.rate is not None)
        return self.direction == "input" and is_one

    @property
    def deducts_charged(self) -> bool:
        """Whether it is tax that a supplier charges and that is deducted."""
        is_charged = self.direction == "input" and not self.is_declared
        return is_charged and bool(self.rate) and self.deductible

    @property
    def accounts(self) -> frozenset[str]:
        """Accounts that only this kind of tax may move."""
        return frozenset(filter(None, (self.vat_account, self.self_assess_account)))

    def is_valid_on(self, day: date) -> bool:
        """Whether it holds for a supply of that day."""
        is_valid = (self.valid_from or date.min) <= day <= (self.valid_to or date.max)
        is_suspended = (self.suspended_from or date.max) <= day <= (self.suspended_to or date.min)
        return is_valid and not is_suspended

    def check_valid_on(self, day: date, pointer: str | None = None) -> None:
        """Refuse a date of supply outside the validity (a rate change is data)."""
        if not self.is_valid_on(day):
            raise InvalidTaxCode(self.code, f"is not valid on {day}", pointer)


def domestic_input_code(rate: Decimal) -> str | None:
    """Code of an incoming line that names only its rate as a fraction; none at zero.

    >>> domestic_input_code(Decimal("0.19")), domestic_input_code(Decimal("0.049"))
    ('VST19', 'VST4-9')
    """
    percent = (rate * 100).normalize()
    return f"VST{percent:f}".replace(".", "-") if percent else None


@cache
def system_codes(chart: str) -> tuple[TaxCode, ...]:
    """Tax codes that come with a chart."""
    text = files("domain.tax").joinpath("tax_codes.csv").read_text(encoding="utf-8")
    rows: Iterable[dict[str, str]] = csv.DictReader(text.splitlines())
    return tuple(_code(row) for row in rows if row["chart"] == chart)


def is_as_delivered(code: TaxCode, chart: str) -> bool:
    """Whether a code has the rate and accounts it came with, by which DATEV computes its tax."""
    known = next((each for each in system_codes(chart) if each.code == code.code), None)
    if known is None or not code.is_system:
        return False
    figures = (code.rate, code.vat_account, code.self_assess_account)
    return figures == (known.rate, known.vat_account, known.self_assess_account)


def _code(row: dict[str, str]) -> TaxCode:
    return TaxCode(
        code=row["code"],
        label=row["label"],
        rate=Decimal(row["rate"]) if row["rate"] else None,
        direction=row["direction"],
        kind=row["kind"],
        vat_account=row["vat_account"] or None,
        self_assess_account=row["self_assess_account"] or None,
        deductible=row["deductible"] != "none",
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        suspended_from=_day(row["suspended_from"]),
        suspended_to=_day(row["suspended_to"]),
        datev_bu_key=row["datev_bu_key"] or None,
        is_system=True,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
