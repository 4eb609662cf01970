"""Street and town beside the name of the vendor."""

from decimal import Decimal

import pytest

from domain.reading.address import vendor_address
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


def test_without_a_name_there_is_no_address() -> None:
    """Nothing is guessed."""
    assert vendor_address(typed("Gasse 1, 1010 Wien"), None) is None
