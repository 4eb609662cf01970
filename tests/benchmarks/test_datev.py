"""The benchmark of the DATEV export runs, its second program included."""

from tests.benchmarks import datev
from tests.servers import Database


def test_a_small_year_is_measured(database: Database) -> None:
    """Both rates are found, and the memory of a tenth of the year and of all of it."""
    pace, memory = datev.benchmarks(database, 800)

    assert pace["ratio"]["median"] > 0  # type: ignore[index]
    name, *sizes = memory.items()
    assert name[0] == "name"
    counts = [int(str(count).replace(",", "")) for count, _ in sizes]
    assert counts == [counts[0], 800]
    assert 0 < counts[0] < 800
    assert all(isinstance(peak, float) and peak > 10 for _, peak in sizes)
