"""Which vehicle an article serves."""

from time import process_time

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


@pytest.mark.parametrize(
    "words",
    [
        "Subscription Pro (auto renew)",
        "Domain parking",
        "Domain parking fee",
        "Buch Vincent van Gogh",
        "Roman van Dijk, Beratung",
        "Roman van Dijk, Reparatur",
        "Hyundai Monitor 27 Zoll",
        "Mercedes Huber, Reinigung",
        "Kennzeichen CE",
        "Peugeot Salzm\u00fchle",
        "Fuel cell research",
        "CO2-freier Strom",
        "CO2-freier Versand",
        "NVIDIA Tesla T4 GPU",
        "Gabelstapler Toyota 8FBE15 Leasing",
        "LKW Volvo FH 500 Service",
        "Fahrrad Peugeot",
        "Generator Hyundai HY 2000",
        "Golfturnier",
        "LKW Renault T 480",
    ],
)
def test_words_of_many_meanings_are_no_vehicle_alone(words: str) -> None:
    """A make, `van`, `auto`, `parking` and the like need a second sign of one."""
    assert vehicle_of(words) is None


@pytest.mark.parametrize(
    "words",
    [
        "Audi A6 Avant, Anh\u00e4ngerkupplung",
        "Fahrradtr\u00e4ger f\u00fcr VW Golf",
        "Austausch Generator Audi A4",
        "Sattel vorne BMW 320d",
        "Reparatur Audi, Muster Trucks & Cars GmbH",
        "Leasing, Muster Trucks & Cars GmbH",
        "LKW und Audi A4 Service",
        "Tankrechnung 45 l",
        "Tanken",
        "Betankung",
        "Felgen",
        "Leasingrate Golf VIII",
        "Van rental",
        "Parking",
        "Airport parking",
        "Fuel 45 l",
        "Auto Reparatur",
        "Kennzeichen W-12345X",
        "Peugeot Service",
        "Reinigung Auto",
        "Kauf Auto",
        "3 Autos waschen",
        "Mercedes C 200 d",
    ],
)
def test_two_signs_or_one_that_is_sure_ask(words: str) -> None:
    """Also where a part of it sounds like something else."""
    assert vehicle_of(words) == UNCLEAR


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("PKW Audi A4 elektrische Fensterheber", PASSENGER),
        ("Audi A4 elektrische Sitze", UNCLEAR),
        ("PKW elektrisch", ELECTRIC),
        ("Firmenwagen CO2-frei", ELECTRIC),
        ("Tesla Model 3", ELECTRIC),
        ("Leasing Tesla", ELECTRIC),
    ],
)
def test_an_electric_car_is_one_by_its_drive(words: str, kind: str) -> None:
    """Not by its windows; and what drives it is none without a vehicle."""
    assert vehicle_of(words) == kind


def _spent(lines: list[str]) -> float:
    """The least time of three."""
    found = []
    for _ in range(3):
        begun = process_time()
        for each in lines:
            vehicle_of(each)
        found.append(process_time() - begun)
    return min(found)


@pytest.mark.parametrize("sign", ["a", "a ", "stapler", "auto ", "fuel ", "park", "0 ", "bmw "])
def test_long_lines_take_linear_time(sign: str) -> None:
    """Eight times the signs take about eight times as long, never sixty-four."""
    short, long = (sign * (signs // len(sign)) for signs in (500, 4000))

    assert _spent([long] * 5) < 24 * _spent([short] * 5)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("PKW-Anhänger 750 kg", None),
        ("Pkw Anhänger Service", None),
        ("Pferdeanhänger für PKW", None),
        ("PKW-Transportanhänger", None),
        ("Anhängerkupplung für PKW", PASSENGER),
        ("PKW-Anhängersteckdose", PASSENGER),
        ("PKW mit PKW-Anhänger, Miete", PASSENGER),
        ("BMW X5 mit PKW-Anhänger", UNCLEAR),
    ],
)
def test_a_trailer_for_a_car_is_none(words: str, kind: str | None) -> None:
    """§ 12 Abs. 2 Z 2 lit. b UStG names cars, estate cars and motorcycles alone."""
    assert vehicle_of(words) == kind
