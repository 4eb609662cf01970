"""Vendors."""

import pytest

from domain.errors import InvalidInput, NoChanges
from domain.payables.partner import Address, Vendor


def test_ids_are_kept_in_their_stored_form() -> None:
    """Blanks and case never make two of one."""
    vendor = Vendor(" Papier  GmbH ", vat_id="atu 123 45678", bic="bkauatww", iban="")
    assert (vendor.name, vendor.vat_id, vendor.bic) == ("Papier  GmbH", "ATU12345678", "BKAUATWW")
    assert vendor.iban is None
    assert vendor.name_key == Vendor("PAPIER gmbh").name_key


def test_a_change_replaces_and_clears() -> None:
    """Absent stays, None clears, nothing is refused."""
    vendor = Vendor("Papier", vat_id="ATU12345678", notes="x")
    assert vendor.changed({"notes": None}) == Vendor("Papier", vat_id="ATU12345678")
    with pytest.raises(NoChanges):
        vendor.changed({})
    with pytest.raises(InvalidInput):
        vendor.changed({"name": " "})


@pytest.mark.parametrize(
    "facts", [{"name": ""}, {"name": "x" * 256}, {"name": "x", "notes": "y" * 2001}]
)
def test_what_is_too_short_or_too_long_is_refused(facts: dict[str, str]) -> None:
    """Lengths of the contract."""
    with pytest.raises(InvalidInput):
        Vendor(**facts)  # type: ignore[arg-type]


def test_an_address_without_end_is_refused() -> None:
    """Each part has a limit."""
    with pytest.raises(InvalidInput):
        Address(city="x" * 256)
