"""Until when a discount can be taken, and what it is worth."""

from datetime import date
from decimal import Decimal

import pytest

from domain.payables.terms import PaymentTerm, TermKind
from domain.payments.discount import CashDiscount, best_discount

DUE = Decimal(1200)
MONDAY = date(2026, 12, 28)


def term(until: date | None, percent: str | None = None, amount: str | None = None) -> PaymentTerm:
    """A discount."""
    return PaymentTerm(
        TermKind.DISCOUNT,
        until,
        Decimal(percent) if percent else None,
        Decimal(amount) if amount else None,
    )


def test_money_must_be_there_in_time() -> None:
    """Until Monday, after Christmas and a weekend: ordered on Christmas Eve at the latest."""
    found = best_discount([term(MONDAY, "3")], DUE, date(2026, 12, 24))

    assert found == CashDiscount(MONDAY, Decimal("36.00"), Decimal(3), date(2026, 12, 24))
    assert best_discount([term(MONDAY, "3")], DUE, date(2026, 12, 27)) is None
    assert best_discount([term(MONDAY, "3")], DUE, MONDAY, is_instant=True) is not None


@pytest.mark.parametrize("until", [date.min, date(1, 1, 2)])
def test_a_discount_of_the_first_of_all_days_is_over(until: date) -> None:
    """There is no day before it on which it could be ordered; nobody has to look for one."""
    assert best_discount([term(until, "3"), term(MONDAY, "1")], DUE, MONDAY) is None
    found = best_discount([term(until, "3"), term(MONDAY, "1")], DUE, date(2026, 12, 1))
    assert found
    assert found.until == MONDAY


def test_the_best_of_several_and_an_amount_as_it_is_stated() -> None:
    """An amount wins over its percentage; what is over is not offered."""
    terms = [term(date(2026, 12, 4), "3"), term(date(2026, 12, 14), "2"), term(MONDAY, "1", "20")]

    worth = [
        found and found.amount
        for day in (date(2026, 12, 1), date(2026, 12, 10), date(2026, 12, 20))
        for found in [best_discount(terms, DUE, day)]
    ]

    assert worth == [Decimal(36), Decimal(24), Decimal(20)]


@pytest.mark.parametrize(
    "none",
    [
        term(None, "3"),
        term(MONDAY),
        term(MONDAY, "0"),
        term(MONDAY, "100"),
        term(MONDAY, None, "1200"),
        PaymentTerm(TermKind.NET, MONDAY, Decimal(3)),
    ],
)
def test_what_is_no_discount(none: PaymentTerm) -> None:
    """Without a day, worth nothing or everything, or another kind of term."""
    assert best_discount([none], DUE, date(2026, 12, 1)) is None
