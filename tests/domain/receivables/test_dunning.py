"""When a debtor is dunned, and for what."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.receivables.dunning import DebtorItem, is_over, next_day, proposal
from domain.receivables.dunning_policy import default_policy

DUE = date(2026, 3, 1)
POLICY = default_policy()
ITEM = DebtorItem(UUID(int=1), "AR-1", date(2026, 2, 1), DUE, Decimal(120))
OTHER = replace(ITEM, open_item_id=UUID(int=2), document_number="AR-2")
CREDIT = replace(ITEM, open_item_id=UUID(int=3), due_date=None, remaining_amount=Decimal(-20))


def on(days: int) -> date:
    """A day after the due date."""
    return DUE + timedelta(days=days)


def test_the_first_letter_comes_some_days_after_the_due_date() -> None:
    """On the seventh day; until then the day is known."""
    assert proposal([ITEM], POLICY, on(6)) is None
    assert next_day([ITEM], POLICY, on(6)) == on(7)
    found = proposal([ITEM], POLICY, on(7))
    assert found
    assert (found.level, found.fee, found.total) == (1, Decimal(0), Decimal(120))


def test_the_next_levels_follow_the_letter_before_and_end() -> None:
    """Two weeks after each, with its fee; after the third there is none."""
    first = replace(ITEM, level=1, dunned_on=on(9))
    assert proposal([first], POLICY, on(22)) is None
    second = proposal([first], POLICY, on(23))
    assert second
    assert (second.level, second.total) == (2, Decimal(125))
    last = replace(ITEM, level=3, dunned_on=on(40))
    assert proposal([last], POLICY, on(400)) is None
    assert next_day([last], POLICY, on(41)) is None
    assert not is_over([last], on(41))


def test_what_is_due_at_the_end_of_all_days_is_never_asked_for() -> None:
    """Whoever writes such a day means that there is none; the debtor is dunned for the rest."""
    never = replace(ITEM, due_date=date.max)
    assert next_day([never], POLICY, on(7)) is None
    found = proposal([never, OTHER], POLICY, on(7))
    assert found
    assert [line.open_item_id for line in found.items] == [OTHER.open_item_id]


def test_a_letter_names_all_that_is_overdue_less_credits() -> None:
    """The highest level that is asked for; what does not ask keeps its own."""
    waiting = replace(ITEM, level=1, dunned_on=on(6))
    found = proposal([waiting, OTHER, CREDIT], POLICY, on(7))
    assert found
    assert (found.level, found.total) == (1, Decimal(220))
    assert [(line.open_item_id.int, line.level) for line in found.items] == [
        (1, 1),
        (2, 1),
        (3, 0),
    ]


def test_small_amounts_and_foreign_ones_are_not_dunned() -> None:
    """Below five euros nothing is asked for; dollars are left to people."""
    small = replace(ITEM, remaining_amount=Decimal("4.99"))
    assert proposal([small], POLICY, on(7)) is None
    assert proposal([ITEM, replace(CREDIT, remaining_amount=Decimal(-116))], POLICY, on(7)) is None
    dollars = replace(ITEM, currency="USD")
    assert proposal([dollars], POLICY, on(7)) is None
    assert is_over([dollars], on(7))


@given(
    st.lists(
        st.tuples(
            st.decimals(-999, 999, places=2).filter(bool),
            st.one_of(st.none(), st.integers(-30, 60)),
            st.integers(0, 3),
            st.integers(0, 60),
        ),
        max_size=8,
    ),
    st.integers(0, 90),
)
def test_nobody_is_asked_for_more_than_is_overdue(
    drawn: list[tuple[Decimal, int | None, int, int]], today: int
) -> None:
    """Whatever is open: nothing paid is named, the total is its lines, levels rise by one."""
    items = [
        DebtorItem(
            UUID(int=number),
            None,
            DUE,
            None if due is None else on(due),
            amount,
            level=level,
            dunned_on=on(dunned) if level else None,
        )
        for number, (amount, due, level, dunned) in enumerate(drawn)
    ]
    found = proposal(items, POLICY, on(today))
    if found is None:
        return
    known = {item.open_item_id: item for item in items}
    overdue = sum(item.remaining_amount for item in items if item.is_overdue(on(today)))
    assert Decimal(0) < found.total - found.fee <= overdue
    assert found.total - found.fee == sum(line.remaining_amount for line in found.items)
    for line in found.items:
        item = known[line.open_item_id]
        assert item.is_overdue(on(today)) or item.remaining_amount < 0
        assert line.level in {item.level, item.level + 1, 0}
