"""Categories of transactions: what money came in or went out for, and where that is booked."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

from domain.errors import FieldError, Invalid
from domain.ledger.chart import Chart

_NAME = re.compile(r"[a-z0-9_]{1,50}")


class Direction(StrEnum):
    """Whether a category takes income or expenses."""

    INCOME = "income"
    EXPENSE = "expense"


class InvalidCategory(Invalid):
    """The category is malformed, belongs to the other direction, or has no place here."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The category {reason}.", fields=(FieldError("/category", reason),))


@dataclass(frozen=True, slots=True)
class Category:
    """What transactions of one direction are for; `by_rate` names accounts of single VAT rates.

    >>> Category("revenue", Direction.INCOME, "4000", {Decimal(10): "4010"}).account_at(Decimal(10))
    '4010'
    """

    name: str
    direction: Direction
    account: str
    by_rate: Mapping[Decimal, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a name that no category can have."""
        if not _NAME.fullmatch(self.name):
            raise InvalidCategory("needs 1 to 50 of the characters a-z, 0-9 and _")

    def account_at(self, rate: Decimal | None) -> str:
        """Account of a transaction at a VAT rate."""
        return self.account if rate is None else self.by_rate.get(rate, self.account)

    def check_direction(self, direction: Direction) -> None:
        """Refuse income on a category of expenses, and the other way round."""
        if self.direction is not direction:
            raise InvalidCategory(f"{self.name} is one of {self.direction}")


@cache
def categories(chart: Chart) -> Mapping[str, Category]:
    """Categories that come with a chart.

    >>> categories(Chart.DE_SKR04)["office_supplies"].account
    '6815'
    """
    name = f"categories/{chart}.csv"
    text = files("domain.transactions").joinpath(name).read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return {
        row["category"]: Category(
            row["category"],
            Direction(row["direction"]),
            row["account"],
            {
                Decimal(each["rate"]): each["account"]
                for each in rows
                if each["category"] == row["category"] and each["rate"]
            },
        )
        for row in rows
        if not row["rate"]
    }


def own_category(
    chart: Chart, name: str, direction: Direction, account: str | None = None
) -> Category:
    """A tenant's own category: booked like what has no better name, until it has an account.

    >>> own_category(Chart.AT_EKR, "coffee", Direction.EXPENSE).account
    '6850'
    """
    return Category(name, direction, account or fallback(chart, direction).account)


def fallback(chart: Chart, direction: Direction) -> Category:
    """The category of what names none."""
    return categories(chart)[f"other_{direction}"]
