"""What may be the number of an invoice."""

import pytest

from domain.reading.number_candidates import number_candidates
from domain.reading.surroundings import Surroundings
from tests.layouts import typed


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Rechnungsnummer: 2014-03", "2014-03"),
        ("Rechnung # RE-20140519/499 vom 19.05.2014", "RE-20140519/499"),
        ("Rechnung Nr. AB 2026/17", "AB 2026/17"),
        ("Rechnung Nr. 2026 / 17", "2026 / 17"),
        ("Rechnungsnr.4711", "4711"),
        ("Nr. RE1001", "RE1001"),
        ("Faktura nr 12/03/2026", "12/03/2026"),
        ("Faktura nr FV 12/03/2026", "FV 12/03/2026"),
        ("Rechnung Nr. 2026 / 05 / 17", "2026 / 05 / 17"),
        ("Rechnung Nr. 2026 RE 17", "2026 RE 17"),
        ("Rechnung Nr. 0017.26", "0017.26"),
        ("Rechnung Nr. RX#0017", "RX#0017"),
        ("Rechnung Nr. 26+0017", "26+0017"),
        ("Rechnung AR 2026-3", "AR 2026-3"),
        ("Inv#4711", "4711"),
        ("Rechnung Nr.: #4711", "#4711"),
        ("Št. računa ŠT-2026-17", "ŠT-2026-17"),
        ("Rechnung Nr.   RE-2026-\n               00017", "RE-2026-00017"),
        ("*SI 673578*", "SI 673578"),
        ("FACTURE N\u00b0 3974/2024 DU 01/01/2024", "3974/2024"),
        ("Invoice no. 234618-R / 18/02/2023", "234618-R"),
    ],
)
def test_numbers_are_found_whole(text: str, number: str) -> None:
    """With the letters before them, joined by strokes, glued to their label."""
    assert number in {found.value for found in number_candidates(Surroundings(typed(text)))}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Rechnungsnummer 77 1882 0044 6612", "77 1882 0044 6612"),
        ("Rechnungsnummer: 77 1882 0044 Kundennummer 44", "77 1882 0044"),
        ("Rechnungsnr.     2572 118822004", "2572 118822004"),
        ("Rechnungsnummer\n77 1882 0044 6612", "77 1882 0044 6612"),
        ("Rechnung Nr. 77 1882 0044 vom 25.11.2026", "77 1882 0044"),
        ("Rechnung Nr. 77 1882 0044 25.11.2026", "77 1882 0044"),
        ("Invoice no. 410 555 019 221 003, page", "410 555 019 221 003"),
        ("Rechnungsnummer VF 10 2026 551", "VF 10 2026 551"),
        ("Rechnungsnummer 2026-11 0044 871 \u00b7 Seite", "2026-11 0044 871"),
    ],
)
def test_a_number_in_groups_is_one(text: str, number: str) -> None:
    """Telephone companies and airlines print it so; a group of it is no number of its own."""
    found = [each.value for each in number_candidates(Surroundings(typed(text)))]

    assert number in found
    assert not [each for each in found if each != number and each in number.split()]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Rechnung Nr. 4711 17 Positionen", "4711"),
        ("Rechnungsnummer 4711 120,00", "4711"),
        ("Rechnungsnummer 4711 25.11.2026", "4711"),
        ("Rechnungsnummer Kundennummer\n4711 3001", "4711"),
        ("Kundennummer 4711 3001 17", "4711"),
    ],
)
def test_what_may_be_no_group_leaves_the_number_alone(text: str, number: str) -> None:
    """What follows is another value, or may be one."""
    assert number in {each.value for each in number_candidates(Surroundings(typed(text)))}


@pytest.mark.parametrize("number", ["RE-1001A", "2026-17b", "10023/26B", "M07AB", "2026A"])
def test_a_letter_at_the_end_tells_numbers_apart(number: str) -> None:
    """RE-1001A and RE-1001B are two invoices; a word that is glued behind is none of it."""
    told = {each.value for each in number_candidates(Surroundings(typed(f"Rechnung Nr. {number}")))}
    glued = number_candidates(Surroundings(typed(f"Rechnung Nr. {number}vom 3. Mai")))

    assert told == {number}
    assert number[:-1].rstrip("Aa") in {each.value.rstrip("Aa") for each in glued}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Datum 12/03/2026", "12/03/2026"),
        ("Rechnung Nr. 4711 vom 12/03/2026", "12/03/2026"),
        ("Betrag 17.26", "17.26"),
        ("Rechnung\nBT 05.06.2026", "BT 05.06.2026"),
        ("Rechnung Nr.   RE-2026-\n\n\n               00017", "RE-2026-00017"),
    ],
)
def test_what_looks_like_another_value_needs_a_label(text: str, number: str) -> None:
    """Days and amounts are no numbers, and lines that are apart do not go on."""
    assert number not in {found.value for found in number_candidates(Surroundings(typed(text)))}


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("Rechnung 8010 Graz", "in_town"),
        ("Ringstraße 17", "in_street"),
        ("+43 316 4711", "dialled"),
        ("Zeichen: 4711", "colon"),
    ],
)
def test_figures_of_addresses_and_telephones_are_told(text: str, feature: str) -> None:
    """And those behind a word that nobody knows."""
    assert feature in number_candidates(Surroundings(typed(text)))[-1].features
    assert feature not in number_candidates(Surroundings(typed("4711")))[0].features


@pytest.mark.parametrize(
    "text",
    [
        "8010 Graz",
        "A-8010 Graz",
        "Kunden AG, Ringstra\u00dfe 17, 8010 Graz",
        "Kunden AG \u00b7 Ring 17 \u00b7 8010 Graz",
        "Ringstra\u00dfe 17\n8010 Graz",
        "Am Ring 17/3\nD-80100 Graz",
        "1012 AB Amsterdam",
        "1012AB Amsterdam",
        "SE-111 22 Stockholm",
        "110 00 Praha",
        "00-950 Warszawa",
        "1100-148 Lisboa",
        "SW1A 1AA London",
        "London SW1A 1AA",
        "5000 Aarau (AG)",
    ],
)
def test_addresses_are_no_numbers(text: str) -> None:
    """A postcode before its town, and the number of the house before or above it."""
    assert number_candidates(Surroundings(typed(text))) == ()


@pytest.mark.parametrize(
    "text", ["Rechnung 8010 Graz", "Fakturierungskennung 8010", "Kennung 8010\nBeratung"]
)
def test_what_only_looks_like_an_address_may_be_a_number(text: str) -> None:
    """It has a label, or no town stands there."""
    assert [each.value for each in number_candidates(Surroundings(typed(text)))] == ["8010"]


def test_days_amounts_percentages_and_accounts_are_no_numbers() -> None:
    """Neither are addresses of mail."""
    text = "01.02.2026   19 %   120,00   AT61 1904 3002 3457 3201   a1@b2.at"

    assert number_candidates(Surroundings(typed(text))) == ()


def test_a_long_word_without_an_end_is_looked_at_once() -> None:
    """A pattern that began anew at every sign would take minutes here."""
    assert not number_candidates(Surroundings(typed("a." * 100_000 + "@")))


@pytest.mark.parametrize(
    ("text", "none"),
    [
        ("46931     2025", "46931 2025"),
        ("Beleg 22777     8/60", "22777 8/60"),
        ("F385983     / 4", "F385983 / 4"),
        ("FACTURE N\u00b0 3974/2024 DU 01/01/2024", "3974/2024 DU"),
        ("Invoice no. 234618-R / 18/02/2023", "234618-R / 18/02/2023"),
    ],
)
def test_a_number_ends_with_its_cell_and_before_a_day(text: str, none: str) -> None:
    """What stands in the next column, or behind a stroke as a day, is another thing."""
    assert none not in {found.value for found in number_candidates(Surroundings(typed(text)))}
