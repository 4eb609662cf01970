"""Names of months."""

import pytest

from domain.reading.months import MONTHS, folded, month_of


@pytest.mark.parametrize(
    ("name", "number"),
    [("Jänner", 1), ("LUTEGO", 2), ("brezna", 3), ("Květen", 5), ("août", 8), ("Stück", None)],
)
def test_months_are_known_in_ten_languages(name: str, number: int | None) -> None:
    """With and without accents."""
    assert month_of(name) == number


def test_every_month_has_a_name_in_every_language() -> None:
    """The data has twelve months in each of its rows, and no name means two of them."""
    assert set(MONTHS.values()) == set(range(1, 13))
    assert all(folded(name) == name for name in MONTHS)
