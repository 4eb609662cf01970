"""Whether statements follow one another to the cent."""

from datetime import date
from decimal import Decimal
from itertools import permutations

from domain.banking.continuity import Balances, gaps


def said(name: str, opening: int | None, closing: int | None, first: int, last: int) -> Balances:
    """A statement of March."""
    first_value, last_value = (
        None if each is None else Decimal(each) for each in (opening, closing)
    )
    return Balances(name, first_value, last_value, date(2026, 3, first), date(2026, 3, last))


def missing(*statements: Balances, moved: int = 0) -> list[tuple[str, str, int]]:
    """Gaps between statements."""
    found = gaps(statements, lambda _first, _last: Decimal(moved))
    return [(each.before, each.after, int(each.amount)) for each in found]


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

    (gap,) = gaps([after, before], lambda _first, _last: Decimal(0))

    assert (gap.before, gap.after, gap.amount) == ("1", "2", Decimal(5))
    assert (gap.first_day, gap.last_day) == (date(2026, 3, 3), date(2026, 3, 5))
    assert missing(before, after, moved=5) == []


def test_a_repeat_or_an_overlap_is_no_neighbour() -> None:
    """They are held against balances elsewhere."""
    first = said("1", 0, 10, 1, 5)
    assert missing(first, said("again", 0, 10, 1, 5), said("wide", 3, 12, 2, 6)) == []
    assert missing(first, said("2", None, 9, 6, 7), said("3", 9, 9, 8, 8)) == []
