"""Positions of the legal layouts: UGB §§ 224 and 231, HGB §§ 266 and 275."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files

from domain.money import ZERO

ASSETS, LIABILITIES, PROFIT_LOSS = "balance_assets", "balance_liabilities", "profit_loss"
# Where results stand that no fiscal year of the range brought, and the result of the year.
CARRIED = {"AT": "AT.BP.A.IV.1", "DE": "DE.BP.A.IV"}
RESULT = {"AT": "AT.PL.21", "DE": "DE.PL.17"}
UNCOVERED = "DE-uncovered"
_UNCOVERED = "Nicht durch Eigenkapital gedeckter Fehlbetrag"
_TERM = re.compile(r"([+-]?)([A-Z]{2}\.[A-Za-z0-9.]+)")
_CHILDREN = "SUM(children)"


@dataclass(frozen=True, slots=True)
class Position:
    """One line of a layout. A leaf's value is `sign` times debit minus credit of its accounts.

    A total adds `terms`: codes of other lines with the factor they count by.
    """

    code: str
    label: str
    statement: str
    sign: int
    parent: str | None
    terms: tuple[tuple[str, int], ...]

    @property
    def number(self) -> str | None:
        """What the law calls it within its statement.

        >>> positions("DE")["DE.PL.05a"].number, positions("AT")["AT.BA.A.II.3"].number
        ('5a', 'A.II.3')
        """
        return None if self.label == _UNCOVERED else self.code[6:].lstrip("0") or None


def layout_of(country: str, nets: Mapping[str, Decimal]) -> str:
    """Name of the layout for these nets of leaves: HGB § 268 (3) has its own for lost equity.

    >>> layout_of("DE", {"DE.BP.A.I": Decimal(-5)}), layout_of("DE", {"DE.BP.A.I": Decimal(5)})
    ('DE', 'DE-uncovered')
    """
    is_lost = country == "DE" and values(country, nets)["DE.BP.A"] < 0
    return UNCOVERED if is_lost else country


@cache
def positions(layout: str) -> Mapping[str, Position]:
    """Every position of a country's layouts, in their order."""
    return dict(_with_uncovered(positions("DE"))) if layout == UNCOVERED else _positions(layout)


def _positions(country: str) -> Mapping[str, Position]:
    text = files("domain.ledger").joinpath("charts/report_groups.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["country"] == country]
    rows.sort(key=lambda row: int(row["order"]))
    return {row["code"]: _position(row, rows) for row in rows}


@cache
def level(layout: str, code: str) -> int:
    """Depth of a line in its statement.

    >>> level("AT", "AT.BA"), level("AT", "AT.BA.A.II.3")
    (0, 3)
    """
    parent = positions(layout)[code].parent
    return level(layout, parent) + 1 if parent else 0


@cache
def leaves(layout: str, code: str) -> Mapping[str, int]:
    """The leaves that make up a line, each with the factor it counts by.

    >>> leaves("DE", "DE.PL.05")
    {'DE.PL.05a': -1, 'DE.PL.05b': -1}
    """
    position = positions(layout)[code]
    if not position.terms:
        return {code: 1}
    found: dict[str, int] = {}
    for term, factor in position.terms:
        for leaf, inner in leaves(layout, term).items():
            found[leaf] = found.get(leaf, 0) + factor * inner
    return {leaf: factor for leaf, factor in found.items() if factor}


def factor_of(layout: str, code: str) -> int:
    """What a line makes of debit minus credit of all its accounts: 1 or -1."""
    known = positions(layout)
    return next((known[leaf].sign * f for leaf, f in leaves(layout, code).items()), 1)


def values(layout: str, nets: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Value of every line from debit minus credit of every leaf."""
    known = positions(layout)
    return {
        code: sum(
            (
                known[leaf].sign * factor * nets.get(leaf, ZERO)
                for leaf, factor in leaves(layout, code).items()
            ),
            ZERO,
        )
        for code in known
    }


def _with_uncovered(known: Mapping[str, Position]) -> Iterator[tuple[str, Position]]:
    """What equity does not cover closes the assets, and brings equity itself to nothing."""
    equity = known["DE.BP.A"].terms
    lost = tuple((code, -factor) for code, factor in equity)
    asset = Position("DE.BA.F", _UNCOVERED, ASSETS, 1, "DE.BA", lost)
    cover = Position("DE.BP.A.F", _UNCOVERED, LIABILITIES, -1, "DE.BP.A", lost)
    for code, position in known.items():
        if code == "DE.BP":
            yield asset.code, asset
        if code == "DE.BP.S":
            yield cover.code, cover
        added = {"DE.BA": asset, "DE.BP.A": cover}.get(code)
        terms = (*position.terms, (added.code, 1)) if added else position.terms
        yield code, replace(position, terms=terms)


def _position(row: dict[str, str], rows: list[dict[str, str]]) -> Position:
    return Position(
        code=row["code"],
        label=row["label_de"],
        statement=row["statement"],
        sign=int(row["sign"]),
        parent=row["parent"] or None,
        terms=tuple(_terms(row, rows)),
    )


def _terms(row: dict[str, str], rows: list[dict[str, str]]) -> Iterator[tuple[str, int]]:
    if row["formula"] == _CHILDREN:
        for child in rows:
            if child["parent"] == row["code"]:
                yield child["code"], int(child["sum_sign"])
        return
    whole = -1 if row["formula"].startswith("-(") else 1
    for sign, code in _TERM.findall(row["formula"].removeprefix("-")):
        yield code, -whole if sign == "-" else whole
