"""Which vehicle an article serves."""

import pytest

from domain.intake.vehicles import ELECTRIC, PASSENGER, UNCLEAR, vehicle_of


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Reifen PKW", PASSENGER),
        ("Motorrad Service", PASSENGER),
        ("PKW und LKW-Anhänger", PASSENGER),
        ("PKW Plug-in-Hybrid elektrisch", PASSENGER),
        ("E-Auto Leasing", ELECTRIC),
        ("Hyundai Ioniq 5", ELECTRIC),
        ("Firmenwagen Service", UNCLEAR),
        ("Peugeot Boxer Service", UNCLEAR),
        ("Wartung Stapler", None),
        ("Beratung", None),
    ],
)
def test_words_tell_the_vehicle_or_leave_it_open(words: str, kind: str | None) -> None:
    """Passenger car, one without CO2, one that is not told, or none."""
    assert vehicle_of(words) == kind
