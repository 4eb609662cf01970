"""Account numbers as the adviser has them."""

import pytest

from domain.formats.datev_extf import DatevRefused
from domain.reports.datev_numbers import Numbers, Partner
from tests.datev_intents import VENDOR

VENDORS = {VENDOR: Partner(70_001, "3300")}


def test_numbers_are_as_long_as_the_longest_account() -> None:
    """Accounts grow to the right, partners stay one digit longer."""
    numbers = Numbers.of(["0027", "4400", "681501"], {"3300": None}, {})
    assert numbers.ledger == {"0027": "2700", "4400": "440000", "681501": "681501"}
    assert numbers.partner(70001) == "7000100"


@pytest.mark.parametrize(
    ("numbers", "partner"), [(["4400", "44000"], 70001), (["27", "0027"], 70001), (["1"], 100_000)]
)
def test_numbers_that_the_format_cannot_tell_apart_are_refused(
    numbers: list[str], partner: int
) -> None:
    """Two accounts of one number, or a partner with too many digits."""
    with pytest.raises(DatevRefused):
        Numbers.of(numbers, {}, {VENDOR: Partner(partner, "3300")})


def test_a_partner_stands_behind_one_collective_account() -> None:
    """Elsewhere it is nobody's; without an account for such entries the collective one stays."""
    numbers = Numbers.of(["1200", "3300"], {"1200": 69_999, "3300": None}, VENDORS)

    assert numbers.of_collective("3300", VENDOR) == "70001"
    assert numbers.of_collective("1200", VENDOR) == "69999"
    assert numbers.of_collective("3300") == "3300"
