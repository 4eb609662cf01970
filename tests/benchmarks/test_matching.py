"""The benchmark of matching measures what is right."""

from tests.benchmarks.matching import benchmarks


def test_a_small_round() -> None:
    """Two sizes, with truth, and how the time grows."""
    *sizes, growth = benchmarks((200, 400))
    assert [each["name"] for each in sizes] == ["matching 200", "matching 400"]
    assert all(float(str(each["precision"])) >= 0.995 for each in sizes)
    assert growth["limit"] == 1.5
