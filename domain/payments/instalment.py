"""What of an invoice that is paid in instalments an order pays: what is due, not the whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.money import ZERO
from domain.payables.terms import PaymentTerm, TermKind


@dataclass(frozen=True, slots=True)
class DuePart:
    """What an order pays of a plan, and the day of the first instalment that is open."""

    amount: Decimal
    due_date: date


def due_part(terms: Iterable[PaymentTerm], left: Decimal, day: date | None) -> DuePart | None:
    """What is due of `left` by a day: all instalments up to it, and at least the first open one.

    What was paid counts against the earliest ones. None without a plan whose instalments all have
    their day and amount, and where nothing is owed.
    """
    plan = [each for each in terms if each.kind is TermKind.INSTALMENT]
    parts = [(each.due_date, each.amount) for each in plan if each.due_date and each.amount]
    if len(parts) < 2 or len(parts) < len(plan) or left <= ZERO:  # noqa: PLR2004 - one is the whole
        return None
    parts.sort()
    paid = max(sum((amount for _, amount in parts), ZERO) - left, ZERO)
    first, upto, planned = None, ZERO, ZERO
    for due_date, amount in parts:
        planned += amount
        if planned <= paid or (first is not None and (day is None or due_date > day)):
            continue
        first, upto = first or due_date, planned
    last = parts[-1][0]
    is_whole = first is None or upto == planned
    return DuePart(left if is_whole else upto - paid, first or last)
