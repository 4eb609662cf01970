"""Candidates compete, and what belongs together agrees."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.money import CENT
from domain.reading.candidate import Candidate
from domain.reading.choice import (
    GROSS,
    NET,
    ROLES,
    TAX,
    Option,
    Sums,
    best_of,
    chosen_dates,
    chosen_totals,
    options,
)
from domain.reading.model import NONE, Model
from domain.reading.table import rows_in

MODEL = Model(
    "test",
    {
        "due_date": {"good": 2.0, "bad": -2.0, NONE: 0.5},
        "vendor_name": {"bad": -2.0, NONE: 3.0},
        "totals": {"alone": 1.0, "sum": 4.0, "no_sum": -4.0},
    },
    {"due_date": ((0.2, 0.1), (0.8, 0.9))},
)
CENTS = st.integers(100, 10_000_000).map(lambda value: Decimal(value) / 100)


def candidate(value: object, *features: str) -> Candidate[object]:
    """A candidate without a place."""
    return Candidate(value, None, features)


def option(value: Decimal | None, chance: float) -> Option[Decimal]:
    """An amount with a chance."""
    return Option(value, None, chance)


def test_the_candidate_with_the_most_weight_wins() -> None:
    """The chances of all, and of none, come to one."""
    found = options("due_date", [candidate("a", "bad"), candidate("b", "good")], MODEL)

    assert found[0].value == "b"
    assert abs(sum(each.chance for each in found) - 1) < 1e-9


def test_a_value_that_stands_twice_has_both_chances() -> None:
    """Pages repeat what matters."""
    twice = options("due_date", [candidate("a", "good"), candidate("a", "good")], MODEL)
    once = options("due_date", [candidate("a", "good")], MODEL)

    assert twice[0].chance > once[0].chance


def test_what_is_likelier_not_stated_is_not_found() -> None:
    """But no invoice lacks a vendor: that is doubted instead."""
    assert best_of("due_date", options("due_date", [candidate("a", "bad")], MODEL)).value is None
    assert (
        best_of("vendor_name", options("vendor_name", [candidate("a", "bad")], MODEL)).value == "a"
    )


def test_nothing_is_due_before_it_is_issued() -> None:
    """The pair counts, not each day alone."""
    early, late = date(2026, 1, 1), date(2026, 2, 1)
    issued = [Option(late, None, 0.9), Option(None, None, 0.1)]
    due = [Option(early, None, 0.6), Option(late, None, 0.4)]

    assert [each.value for each in chosen_dates(issued, due)] == [late, late]


@given(CENTS, st.sampled_from(["0.20", "0.19", "0.07"]), st.lists(CENTS, max_size=5))
def test_the_set_that_adds_up_is_found_among_others(
    net: Decimal, rate: str, others: list[Decimal]
) -> None:
    """However many likelier amounts contradict each other."""
    tax = (net * Decimal(rate)).quantize(CENT)
    noise = [option(7 * other + net, 0.2) for other in others]
    by_role = {
        NET: [option(net, 0.3), option(None, 0.1)],
        TAX: [option(tax, 0.3), option(None, 0.1)],
        GROSS: [*noise, option(net + tax, 0.3), option(None, 0.1)],
    }
    found = chosen_totals(by_role, Sums(), MODEL)

    assert [found[role].value for role in ROLES] == [net, tax, net + tax]


def test_tax_is_never_more_than_a_part_of_its_sign() -> None:
    """-0.25 is no tax of 13.30, and 60 none of 100."""
    for tax in (Decimal("-0.25"), Decimal(60)):
        by_role = {
            NET: [option(Decimal(100), 0.9), option(None, 0.1)],
            TAX: [option(tax, 0.9), option(None, 0.1)],
            GROSS: [option(100 + tax, 0.9), option(None, 0.1)],
        }
        found = chosen_totals(by_role, Sums(), MODEL)

        assert any(found[role].value is None for role in ROLES)


def test_a_chance_is_worth_what_was_measured() -> None:
    """Between two points of the curve in proportion, never a certainty."""
    assert MODEL.confidence("due_date", 0.5) == Decimal("0.50")
    assert MODEL.confidence("invoice_number", 1.0) == Decimal("0.99")


def test_a_chance_below_all_that_was_measured_is_worth_less() -> None:
    """Where training was easy, there is one point, and little is known of what is unlike it."""
    model = Model("", {}, {"due_date": ((0.9, 0.96),)})

    assert model.confidence("due_date", 0.45) == Decimal("0.77")
    assert model.confidence("due_date", 0.95) == Decimal("0.96")


def test_without_tables_there_are_no_rows() -> None:
    """Nothing is made up."""
    assert rows_in((), [Decimal(1)]) == ()
