"""Vendors."""

import pytest

from domain.errors import InvalidInput, NoChanges
from domain.payables.partner import Address, Vendor
from domain.payables.terms import Payee


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


def test_names_and_addresses_stand_on_one_line() -> None:
    """A line break in a name is another row of a file, and a transfer that no bank takes."""
    where = Address(street="Ring\n5", city="Linz\u2028")
    vendor = Vendor("Papier\r\n  GmbH\t& Co KG\n", address=where)
    assert vendor.name == "Papier GmbH & Co KG"
    assert vendor.address == Address(street="Ring 5", city="Linz")
    with pytest.raises(InvalidInput):
        Vendor("\n\t")


def test_a_payee_is_kept_in_the_form_in_which_it_is_paid() -> None:
    """Typed in groups and small letters, it is the same account."""
    payee = Payee("Factor\nBank AG", " at61 1904 3002 3457 3201 ", "bkau atww")
    assert payee == Payee("Factor Bank AG", "AT611904300234573201", "BKAUATWW")
    assert Payee("Factor Bank AG", " ").iban is None
