"""What the benchmark of the verifier verifies is a year of proofs."""

from pathlib import Path

from tests.benchmarks.verifying import Year


def test_a_year_is_written_and_verified(tmp_path: Path) -> None:
    """Month after month, each closing on the one before; nothing is left behind."""
    year = Year(1200, tmp_path)

    for _ in range(3):
        assert year.hashed() > year.verified() > 0

    assert [closing.body["entry_count"] for closing in year.closings] == ["100"] * 3
    assert len(year.peaks) == 3
    assert list(tmp_path.iterdir()) == []
