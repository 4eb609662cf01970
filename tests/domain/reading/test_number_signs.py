"""What tells a number where no word does."""

import pytest

from domain.reading.number_candidates import number_candidates
from domain.reading.number_signs import year_in, years_on
from domain.reading.surroundings import Surroundings
from tests.layouts import typed

YEARS = frozenset({2025, 2026})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("RE-2026-17", ["year:whole"]),
        ("202600017", ["year:whole"]),
        ("17/2025", ["year:whole"]),
        ("RG2600017", ["year:short"]),
        ("26/0017", ["year:short"]),
        ("0017-26", ["year:short"]),
        ("2026", ["year:bare"]),
        ("RE-2019-17", []),
        ("4711", []),
        ("4726", []),
        ("120264", []),
    ],
)
def test_the_year_of_a_day_may_be_in_a_number(text: str, told: list[str]) -> None:
    """With four figures or two; a year alone is no number, and other years tell nothing."""
    assert list(year_in(text, YEARS)) == told


def test_years_are_those_of_days() -> None:
    """Not those of words that only look like one."""
    around = Surroundings(typed("Datum 1.2.2026   Nr. 2019-17\nam 5. Mai 2025"))

    assert years_on(around) == YEARS


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Datum   Kennung\n1.2.2026   4711", {"day:line"}),
        ("Kennung: 4711 vom 1.2.2026", {"day:line", "day:cell"}),
        ("1.2.2026\n4711", {"day:above1"}),
        ("4711\nMuster\n1.2.2026", {"day:below2"}),
        ("Kennung 4711", set()),
    ],
)
def test_days_beside_a_number_are_told(text: str, told: set[str]) -> None:
    """On its line, in its cell, and above and below it."""
    features = number_candidates(Surroundings(typed(text)))[-1].features

    assert {each for each in features if each.startswith("day:")} == told
