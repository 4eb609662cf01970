"""How often a value stands in a document."""

import pytest

from domain.reading.candidate import Candidate, counted
from domain.reading.layout import SURE, Box, Passage

PLACE = Passage("A", 1, Box(0, 0, 100, 100), SURE)


def told(*values: str) -> list[tuple[str, ...]]:
    """What is told of values that are found in this order."""
    return [found.features for found in counted(Candidate(value, None, ()) for value in values)]


def test_a_value_that_stands_alone_is_told_from_one_that_comes_back() -> None:
    """The first of several is no repetition; the others are."""
    assert told("A", "B", "A") == [
        ("times2", "repeated"),
        ("times1", "once"),
        ("times2", "again"),
    ]


@pytest.mark.parametrize(("times", "feature"), [(1, "times1"), (3, "times3"), (4, "times3")])
def test_more_than_three_times_is_often(times: int, feature: str) -> None:
    """Footers stand on every page: a feature for each number of pages would say nothing."""
    assert {features[0] for features in told(*["A"] * times)} == {feature}


def test_nothing_else_of_a_candidate_changes() -> None:
    """Place, words and what was known of it stay; none is dropped."""
    (found,) = counted([Candidate("A", PLACE, ("first",), "a")])

    assert found == Candidate("A", PLACE, ("first", "times1", "once"), "a")
    assert list(counted([])) == []
