"""Street and town beside the name of the vendor."""

from decimal import Decimal

import pytest

from domain.reading.address import town_in, vendor_address
from domain.reading.layout import Source
from domain.reading.origin import Origin, Reading
from tests.layouts import typed

NAME = Reading("Lieferant GmbH", Origin(Source.TEXT, Decimal("0.9")))


@pytest.mark.parametrize(
    "text",
    [
        "Lieferant GmbH · Gasse 1 · 1010 Wien",
        "Lieferant GmbH\nzH Frau Berger\nGasse 1\n1010 Wien",
    ],
)
def test_the_address_stands_beside_or_below_the_name(text: str) -> None:
    """Down to the postal code."""
    found = vendor_address(typed(text), NAME)

    assert found is not None
    assert found.value == "Gasse 1, 1010 Wien"


def test_a_canton_behind_a_town_is_no_company() -> None:
    """Towns of Aargau bear its sign, which is the form of a company as well."""
    found = vendor_address(typed("Lieferant GmbH\nGasse 4\n5000 Aarau AG"), NAME)

    assert found is not None
    assert found.value == "Gasse 4, 5000 Aarau AG"


def test_without_a_name_there_is_no_address() -> None:
    """Nothing is guessed."""
    assert vendor_address(typed("Gasse 1, 1010 Wien"), None) is None


@pytest.mark.parametrize(
    ("text", "is_town"),
    [
        ("47110 Muster GmbH", False),
        ("10045 Holzbau Rhein AG", False),
        ("1010 Wien", True),
        ("5000 Aarau AG", True),
        ("CH-8957 Spreitenbach AG", True),
        ("4711 Holzbau Rhein AG", False),
        ("A-1010 Wien, Muster GmbH", True),
        ("Muster GmbH, 50667 Köln", True),
        ("50667 Köln · Muster GmbH", True),
    ],
)
def test_a_number_before_a_company_is_no_postcode(text: str, *, is_town: bool) -> None:
    """A customer's number stands before a name as often."""
    assert (town_in(text) is not None) == is_town
