"""Who sent it."""

import pytest

from domain.reading.origin import OwnParty
from domain.reading.vendor import is_same_name, vendor_address, vendor_name
from tests.layouts import typed

NOBODY = OwnParty()


@pytest.mark.parametrize(
    "text",
    [
        "Lieferant GmbH · Gasse 1 · 1010 Wien\nKunden AG\nRing 2\n4020 Linz",
        "Rechnungsersteller\nLieferant GmbH\nGasse 1\n1010 Wien\nKunden AG",
        "Kunden AG\nRing 2\n4020 Linz\n\nLieferant GmbH   office@lieferant.at",
        "Verkäufer\nNummer: 549910\nName: Lieferant GmbH\nKäufer\nName: Kunden AG",
    ],
    ids=["sender line", "heading", "domain", "labelled"],
)
def test_the_vendor_is_told_from_the_recipient(text: str) -> None:
    """By the sender line, a heading, the domain of its mail, or a label."""
    found = vendor_name(typed(text), NOBODY)

    assert found is not None
    assert found.value == "Lieferant GmbH"


def test_the_tenant_is_never_the_vendor() -> None:
    """Whatever speaks for it."""
    layout = typed("Kunden AG · Gasse 1 · 1010 Wien\nLieferant GmbH")
    found = vendor_name(layout, OwnParty(name="KUNDEN AG"))

    assert found is not None
    assert found.value == "Lieferant GmbH"


def test_the_address_stands_beside_or_below_the_name() -> None:
    """Down to the postal code."""
    for text in (
        "Lieferant GmbH · Gasse 1 · 1010 Wien",
        "Lieferant GmbH\nzH Frau Berger\nGasse 1\n1010 Wien",
    ):
        layout = typed(text)
        found = vendor_address(layout, vendor_name(layout, NOBODY))

        assert found is not None
        assert found.value == "Gasse 1, 1010 Wien"


def test_names_are_compared_without_signs() -> None:
    """Order and punctuation do not matter."""
    assert is_same_name("Mitte, Kunden AG", "Kunden AG Mitte")
    assert not is_same_name("Kunden AG", "Lieferant GmbH")
    assert not is_same_name("Kunden AG", None)
