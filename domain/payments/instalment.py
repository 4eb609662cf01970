"""What of an invoice that is paid in instalments an order pays: what is due, not the whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.money import ZERO
from domain.payables.terms import PaymentTerm, TermKind


@dataclass(frozen=True, slots=True)
class DuePart:
    """What is due of a plan, and the day of the first of its instalments that are in it.

    No day where it is due by an event: with the order, on delivery.
    """

    amount: Decimal
    due_date: date | None


def open_parts(terms: Iterable[PaymentTerm], left: Decimal) -> tuple[DuePart, ...]:
    """What `left` falls into, the earliest first; together it is `left`.

    What was paid counts against the earliest ones. One without a day is due once those before it
    are paid, for nobody can say when its event is. Nothing without a plan whose instalments all
    have their amount, and where nothing is owed.
    """
    plan = [each for each in terms if each.kind is TermKind.INSTALMENT]
    parts = [(each.due_date, each.amount) for each in plan if each.amount]
    if len(parts) < 2 or len(parts) < len(plan) or left <= ZERO:  # noqa: PLR2004 - one is the whole
        return ()
    if all(due_date for due_date, _ in parts):
        parts.sort(key=lambda part: part[0] or date.max)
    paid = max(sum((amount for _, amount in parts), ZERO) - left, ZERO)
    found, planned = [], ZERO
    for due_date, amount in parts:
        planned += amount
        if planned > paid:
            found.append(DuePart(min(amount, planned - paid), due_date))
    if not found:
        return (DuePart(left, parts[-1][0]),)
    rest = left - sum((each.amount for each in found), ZERO)
    return (*found[:-1], DuePart(found[-1].amount + rest, found[-1].due_date))


def due_part(terms: Iterable[PaymentTerm], left: Decimal, day: date | None) -> DuePart | None:
    """What is due of `left` by a day: all instalments up to it, and at least the first open one.

    None where `open_parts` finds no plan.
    """
    parts = open_parts(terms, left)
    if not parts:
        return None
    last = max((at for at, each in enumerate(parts) if _is_due(each.due_date, day)), default=0)
    amount = sum((each.amount for each in parts[: last + 1]), ZERO)
    return DuePart(amount, parts[0].due_date)


def _is_due(due_date: date | None, day: date | None) -> bool:
    return due_date is not None and day is not None and due_date <= day
