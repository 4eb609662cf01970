"""What the bank accounts come to on each of some days, by what is due and what is owed to us."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from domain.money import ZERO


@dataclass(frozen=True, slots=True)
class OutlookDay:
    """The end of one day: `least` where only bills are paid, `most` where we are paid as well."""

    day: date
    out: Decimal
    into: Decimal
    least: Decimal
    most: Decimal


def outlook(
    balance: Decimal,
    owed: Iterable[tuple[date, Decimal]],
    expected: Iterable[tuple[date, Decimal]],
    days: tuple[date, int],
) -> tuple[OutlookDay, ...]:
    """How a balance goes on from a day, for so many days; what is overdue is taken for that day's.

    >>> first = date(2026, 7, 1)
    >>> coming = outlook(Decimal(100), [(first, Decimal(30))], [(date(2026, 6, 1), Decimal(5))],
    ...                  (first, 2))
    >>> [(str(each.least), str(each.most)) for each in coming]
    [('70.00', '75.00'), ('70.00', '75.00')]
    """
    first, count = days
    out, into = _by_day(owed, first, count), _by_day(expected, first, count)
    least = most = balance
    found = []
    for at in range(count):
        least -= out[at]
        most += into[at] - out[at]
        found.append(OutlookDay(first + timedelta(days=at), out[at], into[at], least, most))
    return tuple(found)


def lowest(days: Sequence[OutlookDay]) -> OutlookDay:
    """The first of the days on which the least is there, if nobody pays us."""
    return min(days, key=lambda each: (each.least, each.day))


def _by_day(items: Iterable[tuple[date, Decimal]], first: date, count: int) -> list[Decimal]:
    amounts = [ZERO] * count
    for day, amount in items:
        at = max((day - first).days, 0)
        if at < count:
            amounts[at] += amount
    return amounts
