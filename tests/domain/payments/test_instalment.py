"""What is due of a plan of instalments."""

from datetime import date
from decimal import Decimal

import pytest

from domain.payables.terms import PaymentTerm, TermKind
from domain.payments.instalment import DuePart, due_part, open_parts

NOVEMBER, DECEMBER, JANUARY = date(2026, 11, 5), date(2026, 12, 5), date(2027, 1, 5)
PLAN = [
    PaymentTerm(TermKind.INSTALMENT, day, amount=Decimal(1200))
    for day in (NOVEMBER, DECEMBER, JANUARY)
]


@pytest.mark.parametrize(
    ("left", "day", "amount", "due_date"),
    [
        ("3600", date(2026, 11, 1), "1200", NOVEMBER),
        ("3600", date(2026, 11, 30), "1200", NOVEMBER),
        ("3600", DECEMBER, "2400", NOVEMBER),
        ("3600", date(2027, 2, 1), "3600", NOVEMBER),
        ("3600", None, "1200", NOVEMBER),
        ("2400", date(2026, 11, 30), "1200", DECEMBER),
        ("3000", date(2026, 11, 30), "600", NOVEMBER),
        ("1200", date(2026, 11, 30), "1200", JANUARY),
        ("100", date(2026, 11, 30), "100", JANUARY),
        ("3700", date(2027, 2, 1), "3700", NOVEMBER),
    ],
)
def test_an_order_pays_what_is_due_of_a_plan(
    left: str, day: date | None, amount: str, due_date: date
) -> None:
    """Never the whole before its time, and what was paid counts against the earliest."""
    found = due_part(PLAN, Decimal(left), day)

    assert found is not None
    assert (found.amount, found.due_date) == (Decimal(amount), due_date)


@pytest.mark.parametrize("left", ["12000", "9000", "3700", "3600", "1200", "100", "0.01"])
def test_the_open_parts_of_a_plan_are_what_is_left(left: str) -> None:
    """All of them together, the earliest first, and the first of them is due first."""
    parts = open_parts(PLAN, Decimal(left))

    assert sum(each.amount for each in parts) == Decimal(left)
    assert all(each.amount > 0 for each in parts)
    days = [each.due_date for each in parts if each.due_date]
    assert days == sorted(days)
    assert due_part(PLAN, Decimal(left), None) == parts[0]


@pytest.mark.parametrize(
    "terms",
    [
        [],
        [PaymentTerm(TermKind.NET, NOVEMBER)],
        PLAN[:1],
        [*PLAN[:2], PaymentTerm(TermKind.INSTALMENT, JANUARY)],
    ],
)
def test_what_is_no_whole_plan_is_none(terms: list[PaymentTerm]) -> None:
    """An amount that is not known: the invoice is as it was."""
    assert due_part(terms, Decimal(3600), NOVEMBER) is None
    assert due_part(PLAN, Decimal(0), NOVEMBER) is None


@pytest.mark.parametrize(
    ("left", "day", "amount"),
    [("12000", None, "4000"), ("12000", JANUARY, "4000"), ("8000", NOVEMBER, "8000")],
)
def test_the_rest_of_an_advance_is_due_when_that_is_paid(
    left: str, day: date | None, amount: str
) -> None:
    """Nobody knows the day of a delivery: the whole is never ordered with the advance."""
    parts = [PaymentTerm(TermKind.INSTALMENT, None, amount=Decimal(each)) for each in (4000, 8000)]

    found = due_part(parts, Decimal(left), day)

    assert found is not None
    assert (found.amount, found.due_date) == (Decimal(amount), None)


def test_instalments_by_event_keep_their_order() -> None:
    """One with a day behind one without is not before it."""
    parts = [PaymentTerm(TermKind.INSTALMENT, None, amount=Decimal(900)), *PLAN[:1]]

    assert due_part(parts, Decimal(2100), NOVEMBER) == DuePart(Decimal(2100), None)
    assert due_part(parts, Decimal(2100), date(2026, 11, 1)) == DuePart(Decimal(900), None)
    assert due_part(parts, Decimal(1200), date(2026, 11, 1)) == DuePart(Decimal(1200), NOVEMBER)
