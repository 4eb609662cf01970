"""Amounts of a page, and what they add up to."""

from decimal import Decimal

import pytest

from domain.reading.amount_candidates import amount_candidates, is_rate, rates_on
from domain.reading.candidate import Candidate
from domain.reading.surroundings import Surroundings
from tests.layouts import INVOICE, typed


def amounts(text: str) -> tuple[Candidate[Decimal], ...]:
    """The amounts of a page."""
    return amount_candidates(Surroundings(typed(text)))


def features(text: str, value: str) -> set[str]:
    """What is told of the first amount of this value."""
    return set(next(each for each in amounts(text) if each.value == Decimal(value)).features)


def test_amounts_are_found_in_reading_order() -> None:
    """Quantities, percentages, days and numbers of documents are none."""
    assert [str(found.value) for found in amounts(INVOICE)] == [
        "4.00", "40.00", "12.00", "60.00", "100.00", "20.00", "120.00",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "Rechnung 2026-17", "20 %", "03.02.2026", "10,5", "1.2.3.4"])
def test_what_is_no_amount_is_no_candidate(text: str) -> None:
    """A page without amounts has no candidate, and no error."""
    assert amounts(text or "Rechnung") == ()


def test_the_sign_belongs_to_the_amount() -> None:
    """A reviewer sees it marked; its rank is that of what it comes to."""
    (less, more) = amounts("Rabatt   -15,00   Summe   10,00")

    assert less.passage is not None
    assert (less.value, less.passage.text) == (Decimal("-15.00"), "-15,00")
    assert {"negative", "rank0"} <= set(less.features)
    assert {"rank1", "last"} <= set(more.features)
    assert "negative" not in more.features


def test_net_tax_and_gross_are_known_by_their_sum() -> None:
    """Whatever they are called."""
    text = "a   100,00\nb   20,00\nc   120,00"

    assert "rate:net" in features(text, "100")
    assert "rate:tax" in features(text, "20")
    assert "rate:gross" in features(text, "120")


def test_a_line_that_adds_up_is_told() -> None:
    """Net, two taxes and gross beside each other."""
    text = "100,00   20,00   5,00   125,00"

    assert "row_sum:first" in features(text, "100")
    assert "row_sum:part" in features(text, "20")
    assert "row_sum:last" in features(text, "125")
    assert "row_sum:first" not in features("100,00   20,00   5,00   126,00", "100")


def test_a_sum_at_no_known_rate_is_told_apart() -> None:
    """Shipping adds up, too; more than three tenths on top are no tax at all."""
    assert "sum:tax" in features("100,00\n30,00\n130,00", "30")
    assert "sum:none" in features("100,00\n30,01\n130,01", "30.01")
    assert "sum:none" in features("100,00\n20,00\n121,00", "20")


def test_zero_takes_part_in_no_sum() -> None:
    """Every amount and nothing come to itself."""
    text = "100,00\n0,00\n100,00"

    assert {"zero", "sum:none"} <= features(text, "0")
    assert "sum:none" in features(text, "100")


def test_what_stands_beside_an_amount_is_told() -> None:
    """How many there are, its place among them, a percentage, missing cents."""
    text = "20 %   100,00   20,00   EUR 120"

    assert {"beside3", "from_left0", "from_right2", "percent"} <= features(text, "100")
    assert {"from_left2", "from_right0", "whole"} <= features(text, "120")
    assert not {"whole", "percent"} & features("100,00", "100")


def test_of_too_many_amounts_the_last_are_kept() -> None:
    """Totals stand at the end; 400 amounts are weighed."""
    found = amounts("\n".join(f"{place},00" for place in range(1, 402)))

    assert (len(found), found[0].value, found[-1].value) == (400, Decimal(2), Decimal(401))


def test_a_rate_is_one_however_it_is_written() -> None:
    """A percentage of three figures is none of tax."""
    around = Surroundings(typed("19 %   19,0%   5,5 %   100 %"))

    assert rates_on(around) == {Decimal(19), Decimal("5.5")}


@pytest.mark.parametrize(
    ("net", "tax", "expected"),
    [
        ("100.00", "20.00", True),
        ("100.00", "20.02", True),
        ("100.00", "20.03", False),
        ("100.00", "5.50", True),
        ("100.00", "29.00", False),
        ("-100.00", "-20.00", True),
        ("-100.00", "20.00", False),
    ],
)
def test_a_tax_fits_a_known_rate_within_two_cents(net: str, tax: str, *, expected: bool) -> None:
    """Groups of lines are rounded on their own; credit notes have both below zero."""
    assert is_rate(Decimal(net), Decimal(tax)) is expected
