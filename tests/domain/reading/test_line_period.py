"""The day by which a line on a page was supplied."""

from datetime import date

import pytest

from domain.reading.line_period import line_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Miete 01.12.2020 - 31.12.2020", date(2020, 12, 31)),
        ("Wartung vom 1.12.2020 bis zum 15.12.2020", date(2020, 12, 15)),
        ("Hosting 2020-12-01 to 2020-12-31", date(2020, 12, 31)),
        ("Wartung Dezember 2020", date(2020, 12, 31)),
        ("Hosting November 2020 bis Februar 2021", date(2021, 2, 28)),
        ("Montage, Leistungsdatum: 15.12.2020", date(2020, 12, 15)),
        ("Lieferung am 30.06.2020 Palette", date(2020, 6, 30)),
        ("Bestellung vom 03.12.2020", None),
        ("Lieferschein 4711 vom 03.12.2020", None),
        ("Papier A4 80 g", None),
        ("Kalender 2021", None),
        ("Garantie 01.01.2026 - 31.12.2030", None),
        ("Wartung inkl. Garantie 01.01.2026 - 31.12.2030", None),
        ("Kalender Dezember 2027", None),
        ("Lieferung vom 03.12.2020 bestellt", None),
        ("Mai 2020 Angebot", None),
        ("Angebot Wartung Mai 2020", None),
        ("Gutschein g\u00fcltig 01.01.2026 - 31.12.2026", None),
        ("Roman Mai 2020", None),
        ("Dezember 2020", date(2020, 12, 31)),
        ("01.12.2020 - 31.12.2020", date(2020, 12, 31)),
        ("Betriebskosten Akonto Dezember 2020", date(2020, 12, 31)),
        ("", None),
    ],
)
def test_the_last_day_that_a_line_names_for_its_supply(text: str, day: date | None) -> None:
    """A period, a month, or a day behind a word that says what it is."""
    assert line_day(text) == day
