"""Statements as records."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from domain.formats.statement import Statement, StatementLine

LINE = StatementLine(date(2026, 3, 1), Decimal("5.00"), "EUR")
STATEMENT = Statement("1", "AT61", "EUR", Decimal("10.00"), Decimal("20.00"), (LINE, LINE))


def test_opening_plus_lines_is_closing() -> None:
    """Unknown where a balance is missing."""
    assert STATEMENT.adds_up is True
    assert replace(STATEMENT, closing=Decimal("19.99")).adds_up is False
    assert replace(STATEMENT, opening=None).adds_up is None
    assert replace(STATEMENT, closing=None).adds_up is None
