"""Cash flow by the direct method, in the headings of DRS 21 and AFRAC 36.

Every entry with cash on one side is a flow, told by what stands on the other side. Between two
cash accounts nothing flows. Data: cash_flow_lines.csv.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

from domain.money import ZERO


class Activity(StrEnum):
    """What money is earned and spent for."""

    OPERATING = "operating"
    INVESTING = "investing"
    FINANCING = "financing"
    UNASSIGNED = "unassigned"


@dataclass(frozen=True, slots=True)
class Heading:
    """One line of the statement."""

    line: str
    activity: Activity
    label: str


@dataclass(frozen=True, slots=True)
class ContraAccount:
    """What stands opposite of cash, as far as it tells what a flow was for."""

    number: str
    type: str
    category: str | None
    report_group: str | None


@dataclass(frozen=True, slots=True)
class Flow:
    """What came in from, and went out to, one contra account."""

    contra: ContraAccount
    inflow: Decimal
    outflow: Decimal
    entries: int


@dataclass(frozen=True, slots=True)
class CashLine:
    """One heading with what came in and went out under it."""

    heading: Heading
    inflow: Decimal = ZERO
    outflow: Decimal = ZERO
    entries: int = 0

    @property
    def net(self) -> Decimal:
        """What came in beyond what went out."""
        return self.inflow - self.outflow


@dataclass(frozen=True, slots=True)
class CashAccount:
    """One cash account at the start and at the end; opening entries belong to the start."""

    number: str
    name: str
    opening: Decimal
    closing: Decimal


@dataclass(frozen=True, slots=True)
class CashFlow:
    """The statement: every heading, and the cash accounts that it has to agree with."""

    lines: tuple[CashLine, ...]
    accounts: tuple[CashAccount, ...]

    @property
    def opening(self) -> Decimal:
        """Cash at the start."""
        return sum((account.opening for account in self.accounts), ZERO)

    @property
    def closing(self) -> Decimal:
        """Cash at the end, by the ledger."""
        return sum((account.closing for account in self.accounts), ZERO)

    @property
    def change(self) -> Decimal:
        """What all flows come to."""
        return sum((line.net for line in self.lines), ZERO)

    @property
    def difference(self) -> Decimal:
        """What the ledger has beyond the flows: nothing, or the statement is wrong."""
        return self.closing - self.opening - self.change

    def of(self, activity: Activity) -> Decimal:
        """What the flows of an activity come to."""
        return sum((line.net for line in self.lines if line.heading.activity is activity), ZERO)


def cash_flow(flows: Iterable[Flow], accounts: Iterable[CashAccount]) -> CashFlow:
    """Sum flows under their headings, empty headings included."""
    mine: defaultdict[str, list[Flow]] = defaultdict(list)
    for flow in flows:
        mine[line_of(flow.contra)].append(flow)
    return CashFlow(tuple(_sum(h, mine[h.line]) for h in headings()), tuple(accounts))


def line_of(contra: ContraAccount) -> str:
    """Line of a contra account: by category, else by report group, else by type.

    >>> line_of(ContraAccount("0620", "asset", "fixed_assets", "fixed_assets"))
    'fixed_assets'
    """
    names = (
        f"category {contra.category}:{contra.type}",
        f"category {contra.category}",
        f"report_group {contra.report_group}",
        f"type {contra.type}",
    )
    known = _lines()
    return next(known[name] for name in names if name in known)


@cache
def headings() -> tuple[Heading, ...]:
    """Every line of the statement in order."""
    return tuple(Heading(r["line"], Activity(r["activity"]), r["label"]) for r in _rows())


@cache
def _lines() -> dict[str, str]:
    return dict(_names())


def _names() -> Iterator[tuple[str, str]]:
    for row in _rows():
        for column, kind in (
            ("categories", "category"), ("report_groups", "report_group"), ("types", "type"),
        ):  # fmt: skip
            for name in row[column].split():
                yield f"{kind} {name}", row["line"]


def _rows() -> list[dict[str, str]]:
    text = files("domain.reports").joinpath("cash_flow_lines.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _sum(heading: Heading, flows: list[Flow]) -> CashLine:
    return CashLine(
        heading,
        sum((flow.inflow for flow in flows), ZERO),
        sum((flow.outflow for flow in flows), ZERO),
        sum(flow.entries for flow in flows),
    )
