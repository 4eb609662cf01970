"""What is kept back of an invoice until a later day."""

from datetime import date
from decimal import Decimal

import pytest

from domain.reading.retained import Retained, retained_in

WHOLE, DUE = Decimal("12000.00"), Decimal("11640.00")


@pytest.mark.parametrize(
    "lines",
    [
        ["Haftr\u00fccklass 3 %  -360,00", "Haftr\u00fccklass f\u00e4llig 30.11.2031"],
        ["Deckungsr\u00fccklass bis 30.11.2031   360,00"],
        ["abz\u00fcglich Sicherheitseinbehalt   360,00-", "Einbehalt zahlbar am 30.11.2031"],
        ["Less retention 360.00, due 30/11/2031"],
    ],
)
def test_a_sum_that_is_kept_back_has_its_own_day(lines: list[str]) -> None:
    """It lies between the whole and what is due now."""
    assert retained_in(lines, WHOLE, DUE) == Retained(Decimal("360.00"), date(2031, 11, 30))


@pytest.mark.parametrize(
    "lines",
    [
        ["Haftr\u00fccklass 3 %  -360,00"],  # no day: nobody can say when
        ["Haftr\u00fccklass -350,00 bis 30.11.2031"],  # another sum than what is missing
        ["Haftr\u00fccklass -360,00 bis 30.11.2031", "Einbehalt bis 30.11.2029"],
        ["Anzahlung -360,00 vom 30.11.2025"],
    ],
)
def test_what_is_not_clear_is_not_told(lines: list[str]) -> None:
    """Then the difference is asked as before."""
    assert retained_in(lines, WHOLE, DUE) is None
