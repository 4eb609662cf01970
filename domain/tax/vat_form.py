"""Forms of the VAT return, and where a tax code stands in them. Data: vat_return_boxes.csv."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

from domain.tax.code import TaxCode, TaxPart


class Content(StrEnum):
    """What a box carries: a base, an amount of tax, or the result."""

    BASE = "base"
    TAX = "tax"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Box:
    """One box of a form.

    `rate` in percent stands where tax follows from the base; `effect` says whether that tax,
    or the tax in the box, is to be paid (1), is deducted (-1), or is stated elsewhere (0).
    """

    number: str
    label: str
    content: Content
    section: str
    rate: Decimal | None
    effect: int
    signed: bool
    valid_from: date | None

    @property
    def owes_by_rate(self) -> bool:
        """Whether the tax is computed from the base in this box."""
        return self.rate is not None


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a country in force on a day.

    Germany states bases in full euros. Austria's form takes no negative figures: what is
    below zero is corrected in `input_correction` or `other_correction`.
    """

    country: str
    boxes: tuple[Box, ...]
    result: str
    full_euros: bool = False
    input_correction: str | None = None
    other_correction: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A box that takes one part of a code's postings, `sign` times debit minus credit.

    `stands_for` is the part whose tax follows from this base; `total` the box that counts
    the base once more.
    """

    box: str
    part: TaxPart
    sign: int
    stands_for: TaxPart | None = None
    total: str | None = None


def form_of(country: str, day: date) -> Form:
    """Form for a return whose last day is `day`.

    >>> [box.number for box in form_of("AT", date(2026, 6, 30)).boxes if box.number == "124"]
    []
    """
    boxes = tuple(box for box in _boxes(country) if (box.valid_from or date.min) <= day)
    if country == "AT":
        return Form(country, boxes, "095", input_correction="067", other_correction="090")
    return Form(country, boxes, "83", full_euros=True)


def places_of(code: TaxCode, chart: str) -> tuple[Place, ...] | None:
    """Boxes of a code; `()` for what no return states, None where nobody can tell.

    A code of the tenant's own stands where the code stands that it reports as. There are
    boxes for rates that no system code has.
    """
    row = _rows(chart).get(code.in_boxes_of or "")
    return _other_rates(code, chart) if row is None else _places(row)


def zm_type_of(code: TaxCode, chart: str) -> str | None:
    """Kind of supply in the recapitulative statement: goods, services or triangular."""
    row = _rows(chart).get(code.in_boxes_of or "")
    return (row["zm_type"] or None) if row else None


def _other_rates(code: TaxCode, chart: str) -> tuple[Place, ...] | None:
    """Input tax is one box at any rate; Germany has boxes for other rates that are owed."""
    is_german = chart.startswith("de")
    if (code.direction, code.kind) == ("input", "domestic"):
        return (Place("66" if is_german else "060", TaxPart.TAX, 1),) if code.deductible else ()
    if not is_german or not code.rate:
        return None
    if (code.direction, code.kind) == ("output", "domestic"):
        return (Place("35", TaxPart.BASE, -1), Place("36", TaxPart.TAX, -1))
    if code.kind == "intra_community_acquisition":
        owed = (Place("95", TaxPart.BASE, 1), Place("98", TaxPart.SELF, -1))
        return (*owed, Place("61", TaxPart.TAX, 1)) if code.deductible else owed
    return None


def _places(row: dict[str, str]) -> tuple[Place, ...]:
    return tuple(_austrian(row) if row["country"] == "AT" else _german(row))


def _austrian(row: dict[str, str]) -> Iterator[Place]:
    owed, sign = _owed(row)
    total = row["at_kz_total"] or None
    if total:
        yield Place(total, TaxPart.BASE, sign)
    if row["at_kz_minus"]:
        yield Place(row["at_kz_minus"], TaxPart.BASE, sign, total=total)
    if row["at_kz_base"]:
        yield _base("AT", row["at_kz_base"], row, total)
    if row["at_kz_tax"]:
        yield Place(row["at_kz_tax"], owed, -1)
    if row["at_kz_input"]:
        yield Place(row["at_kz_input"], TaxPart.TAX, 1)


def _german(row: dict[str, str]) -> Iterator[Place]:
    if row["de_kz_base"]:
        yield _base("DE", row["de_kz_base"], row, None)
    if row["de_kz_tax"]:
        yield Place(row["de_kz_tax"], _owed(row)[0], -1)
    if row["de_kz_input"]:
        yield Place(row["de_kz_input"], TaxPart.TAX, 1)


def _base(country: str, number: str, row: dict[str, str], total: str | None) -> Place:
    owed, sign = _owed(row)
    box = next(box for box in _boxes(country) if box.number == number)
    return Place(number, TaxPart.BASE, sign, owed if box.owes_by_rate else None, total)


def _owed(row: dict[str, str]) -> tuple[TaxPart, int]:
    """Part that is owed, and the sign of bases: supplies stand in credit, purchases in debit."""
    return (TaxPart.TAX, -1) if row["direction"] == "output" else (TaxPart.SELF, 1)


@cache
def _rows(chart: str) -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in _csv("tax_codes.csv") if row["chart"] == chart}


@cache
def _boxes(country: str) -> tuple[Box, ...]:
    rows = _csv("vat_return_boxes.csv")
    return tuple(_box(row) for row in rows if row["country"] == country)


def _box(row: dict[str, str]) -> Box:
    return Box(
        number=row["box"],
        label=row["label"],
        content=Content(row["content"]),
        section=row["section"],
        rate=Decimal(row["rate"]) if row["rate"] else None,
        effect=int(row["effect"]),
        signed=row["signed"] == "true",
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
    )


def _csv(name: str) -> list[dict[str, str]]:
    text = files("domain.tax").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
