"""Customers as they are kept."""

import pytest

from domain.errors import InvalidInput, NoChanges
from domain.receivables.customer import Customer


def test_ids_come_into_their_stored_form() -> None:
    """Without blanks, in upper case; what is empty is unknown."""
    customer = Customer(" Muster ", iban="at61 1904 3002 3457 3201", vat_id="", bic="bkauatww")

    assert (customer.name, customer.iban) == ("Muster", "AT611904300234573201")
    assert (customer.vat_id, customer.bic) == (None, "BKAUATWW")


def test_a_change_makes_a_customer() -> None:
    """What is changed is checked again; nothing is no change."""
    customer = Customer("Muster")

    assert customer.changed({"notes": "x"}) == Customer("Muster", notes="x")
    with pytest.raises(NoChanges):
        customer.changed({})
    with pytest.raises(InvalidInput):
        customer.changed({"name": " "})
