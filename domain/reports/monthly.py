"""Revenue and expenses by month."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.money import ZERO

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Month:
    """What a month earned and spent, adjustment periods that end it included."""

    month: str
    revenue: Decimal
    expenses: Decimal

    @property
    def result(self) -> Decimal:
        """Revenue less expenses."""
        return self.revenue - self.expenses


def last_months(day: date, count: int = MONTHS) -> list[str]:
    """Names of the last months up to that of a day, oldest first.

    >>> last_months(date(2026, 2, 10), 3)
    ['2025-12', '2026-01', '2026-02']
    """
    at = day.year * 12 + day.month - 1
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(at - count + 1, at + 1)]


def months(names: list[str], nets: Mapping[tuple[str, str], Decimal]) -> Iterator[Month]:
    """Every month, those in which nothing moved included; nets by month and type."""
    for name in names:
        revenue = -nets.get((name, "revenue"), ZERO)
        yield Month(name, revenue + ZERO, nets.get((name, "expense"), ZERO))
