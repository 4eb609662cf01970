"""Drawings of the first page, and what the bank accounts come to."""

import re
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from api.pages import charts
from domain.reports.cash_outlook import outlook

_FIRST = date(2026, 7, 1)
_DAYS = 30
_AMOUNTS = st.decimals(-(10**9), 10**9, places=2)
_ITEMS = st.lists(st.tuples(st.integers(-40, 40).map(lambda at: _FIRST + timedelta(at)), _AMOUNTS))


@given(_AMOUNTS, _ITEMS, _ITEMS)
def test_every_cent_of_the_days_is_in_the_outlook(
    balance: Decimal, owed: list[tuple[date, Decimal]], expected: list[tuple[date, Decimal]]
) -> None:
    """What is overdue counts for today, what falls due later for no day; nothing is lost."""
    last = _FIRST + timedelta(_DAYS - 1)
    out = sum((amount for day, amount in owed if day <= last), Decimal())
    into = sum((amount for day, amount in expected if day <= last), Decimal())

    coming = outlook(balance, owed, expected, (_FIRST, _DAYS))

    assert [each.day for each in coming] == [_FIRST + timedelta(at) for at in range(_DAYS)]
    assert coming[-1].least == balance - out
    assert coming[-1].most == balance - out + into


@given(_AMOUNTS, _ITEMS, _ITEMS)
def test_lines_of_cash_stay_in_the_drawing(
    balance: Decimal, owed: list[tuple[date, Decimal]], expected: list[tuple[date, Decimal]]
) -> None:
    """Whatever the amounts, also all below zero."""
    drawn = charts.cash(outlook(balance, owed, expected, (_FIRST, _DAYS)))

    for path in (drawn.least, drawn.most):
        assert re.fullmatch(r"M[\d.]+ [\d.]+( H[\d.]+V[\d.]+)* H752", path), path
        heights = [Decimal(each) for each in re.findall(r"(?:V|M[\d.]+ )([\d.]+)", path)]
        assert len(heights) == _DAYS
        assert all(0 <= each <= charts.HEIGHT for each in heights), path
    assert any(tick.amount == 0 for tick in drawn.ticks)
