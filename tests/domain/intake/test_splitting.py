"""Each page of a file belongs to one part, or is left out on purpose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.intake.splitting import Part, check_parts, reason_of


@given(st.lists(st.integers(1, 4), min_size=2, max_size=6))
def test_parts_that_follow_each_other_are_a_split(lengths: list[int]) -> None:
    """Whatever their lengths; without the last one they are none, unless it is left out."""
    ends = [sum(lengths[: at + 1]) for at in range(len(lengths))]
    parts = [Part(end - length + 1, end) for end, length in zip(ends, lengths, strict=True)]

    check_parts(parts, [], ends[-1])
    check_parts(parts[:-1], list(parts[-1].pages), ends[-1])
    with pytest.raises(InvalidInput):
        check_parts(parts, [], ends[-1] + 1)


@pytest.mark.parametrize(
    ("parts", "left_out", "pointer"),
    [
        ([Part(1, 3)], [], "/parts"),  # the whole
        ([Part(1, 2), Part(2, 3)], [], "/parts/1"),  # a page twice
        ([Part(1, 2), Part(3, 4)], [], "/parts/1"),  # beyond the end
        ([Part(2, 1), Part(3, 3)], [], "/parts/0"),  # backwards
        ([Part(1, 1), Part(3, 3)], [], "/left_out"),  # a page nowhere
        ([Part(1, 2), Part(3, 3)], [9], "/left_out"),  # what is not there
        ([Part(1, 2), Part(3, 3)], [3], "/parts/1"),  # in a part and left out
    ],
)
def test_what_is_no_split_is_refused(parts: list[Part], left_out: list[int], pointer: str) -> None:
    """By what is wrong with it."""
    with pytest.raises(InvalidInput) as refused:
        check_parts(parts, left_out, 3)
    assert [each.pointer for each in refused.value.fields] == [pointer]


def test_the_whole_says_where_its_pages_are() -> None:
    """The parts, and what is in none."""
    assert reason_of([Part(1, 2), Part(4, 4)], [3]) == (
        "The file was split into 2 documents: pages 1-2; page 4; left out: 3."
    )
