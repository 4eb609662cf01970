"""What of an invoice that is paid in instalments an order pays: what is due, not the whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.money import ZERO
from domain.payables.terms import PaymentTerm, TermKind


@dataclass(frozen=True, slots=True)
class DuePart:
    """What an order pays of a plan, and the day of the first instalment that is open.

    No day where it is due by an event: with the order, on delivery.
    """

    amount: Decimal
    due_date: date | None


def due_part(terms: Iterable[PaymentTerm], left: Decimal, day: date | None) -> DuePart | None:
    """What is due of `left` by a day: all instalments up to it, and at least the first open one.

    What was paid counts against the earliest ones. One without a day is due once those before it
    are paid, for nobody can say when its event is. None without a plan whose instalments all have
    their amount, and where nothing is owed.
    """
    plan = [each for each in terms if each.kind is TermKind.INSTALMENT]
    parts = [(each.due_date, each.amount) for each in plan if each.amount]
    if len(parts) < 2 or len(parts) < len(plan) or left <= ZERO:  # noqa: PLR2004 - one is the whole
        return None
    if all(due_date for due_date, _ in parts):
        parts.sort(key=lambda part: part[0] or date.max)
    paid = max(sum((amount for _, amount in parts), ZERO) - left, ZERO)
    is_begun, first, upto, planned = False, None, ZERO, ZERO
    for due_date, amount in parts:
        planned += amount
        if planned <= paid or (is_begun and not _is_due(due_date, day)):
            continue
        first = first if is_begun else due_date
        is_begun, upto = True, planned
    is_whole = not is_begun or upto == planned
    return DuePart(left if is_whole else upto - paid, first if is_begun else parts[-1][0])


def _is_due(due_date: date | None, day: date | None) -> bool:
    return due_date is not None and day is not None and due_date <= day
