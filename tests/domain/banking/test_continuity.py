"""Whether statements follow one another to the cent."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

from domain.banking.continuity import (
    Balances,
    Span,
    gap_finding,
    gaps_between,
    neighbours,
)


def said(name: str, opening: int | None, closing: int | None, first: int, last: int) -> Balances:
    """A statement of March."""
    first_value, last_value = (
        None if each is None else Decimal(each) for each in (opening, closing)
    )
    return Balances(name, first_value, last_value, date(2026, 3, first), date(2026, 3, last))


def missing(*statements: Balances, moved: int = 0) -> list[tuple[str, str, int]]:
    """Gaps between statements."""
    found = gaps_between(neighbours(statements), lambda _: Decimal(moved))
    return [(each.before, each.after, int(each.amount or 0)) for each in found]


def test_consecutive_statements_have_no_gap_in_any_order() -> None:
    """Several of one day as well, and one without entries."""
    line = [
        said("1", 0, 10, 1, 2),
        said("2", 10, 7, 3, 3),
        said("3", 7, 9, 3, 3),
        said("4", 9, 4, 3, 3),
        said("5", 4, 4, 4, 4),
        said("6", 4, 5, 9, 12),
    ]
    for order in permutations(line):
        assert missing(*order) == []


def test_a_gap_has_its_amount_and_days() -> None:
    """The days between, and what they must have moved."""
    before, after = said("1", 0, 10, 1, 2), said("2", 15, 20, 6, 7)

    (gap,) = gaps_between(neighbours([after, before]), lambda _: Decimal(0))

    assert (gap.before, gap.after, gap.amount) == ("1", "2", Decimal(5))
    assert (gap.first_day, gap.last_day) == (date(2026, 3, 3), date(2026, 3, 5))
    assert missing(before, after, moved=5) == []


def test_between_days_that_have_no_neighbour_the_gap_is_theirs() -> None:
    """The end of all days has no next one, and what a bank writes there must still be shown."""
    before = replace(said("1", 0, 10, 1, 2), last_day=date.max)
    after = replace(said("2", 15, 20, 6, 7), first_day=date.max, last_day=date.max)
    (gap,) = gaps_between(neighbours([before, after]), lambda _: Decimal(0))
    assert (gap.first_day, gap.last_day) == (date.max, date.max)


def test_a_repeat_or_an_overlap_is_no_neighbour() -> None:
    """They are held against balances elsewhere."""
    first = said("1", 0, 10, 1, 5)
    assert missing(first, said("again", 0, 10, 1, 5), said("wide", 3, 12, 2, 6)) == []
    assert missing(first, said("2", None, 9, 6, 7), said("3", 9, 9, 8, 8)) == []


def test_between_two_currencies_nothing_is_subtracted() -> None:
    """The change is told without a sum; statements of one currency follow one another."""
    line = [
        said("1", 0, 10, 1, 2),
        replace(said("2", 900, 700, 3, 4), currency="USD"),
        said("3", 10, 15, 5, 6),
        replace(said("4", 650, 600, 7, 8), currency="USD"),
    ]
    line = [replace(each, currency=each.currency or "EUR") for each in line]
    spans: list[Span] = []

    def moved(span: Span) -> Decimal:
        spans.append(span)
        return Decimal(0)

    found = [
        (each.before, each.after, each.amount) for each in gaps_between(neighbours(line), moved)
    ]

    assert found == [("1", "2", None), ("2", "4", Decimal(-50))]
    assert [currency for _, _, currency in spans] == ["EUR", "USD"]
    told = gap_finding(next(gaps_between(neighbours(line), moved)), "AT61", "USD")
    assert (told.amount, "two currencies" in told.message) == (None, True)


def test_a_statement_that_names_no_currency_goes_on_from_any() -> None:
    """Formats without one are held against what is there."""
    before, after = replace(said("1", 0, 10, 1, 2), currency="EUR"), said("2", 15, 20, 6, 7)
    assert missing(before, after) == [("1", "2", 5)]


def daily(count: int, moves: Sequence[int]) -> list[Balances]:
    """Statements of so many days in a row, which move by these amounts in turn."""
    found, balance, first = [], Decimal(0), date(2016, 1, 1)
    for at in range(count):
        day, closing = first + timedelta(days=at), balance + moves[at % len(moves)]
        found.append(Balances(str(at + 1), balance, closing, day, day))
        balance = closing
    return found


def test_years_of_statements_take_as_long_as_they_are_many() -> None:
    """Also of an account that comes to nothing every day; a gap among them is found."""
    for moves in ((0,), (5, -5), (3, -1)):
        line = daily(4000, moves)
        line[2000] = replace(line[2000], opening=Decimal(77))
        begin = time.process_time()
        found = missing(*line)
        assert time.process_time() - begin < 1, moves
        assert ("2000", "2001") in [each[:2] for each in found]


def test_what_lies_between_a_day_and_the_next_is_not_asked() -> None:
    """Neighbours name the days between them once, and gaps are found by their sums."""
    line = [said("1", 0, 10, 1, 2), said("2", 10, 12, 3, 3), said("3", 15, 15, 6, 7)]
    pairs = list(neighbours(line))
    assert [each.span and each.span[:2] for each in pairs] == [
        (date(2026, 3, 2), date(2026, 3, 3)), (date(2026, 3, 3), date(2026, 3, 6)),
    ]  # fmt: skip
    assert [each.amount for each in gaps_between(pairs, lambda _: Decimal(0))] == [Decimal(3)]
