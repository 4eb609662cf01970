"""Which accounts a run reaches, and what it must know of their holders."""

from uuid import UUID

import pytest

from domain.payments.bic import bic_of, needed_bic
from domain.payments.pain001 import PostalAddress
from domain.payments.run import IbanOutsideSepa, Payee, PayeeDetailsMissing, VendorIbanMissing
from domain.payments.sepa_area import is_reached, needs_details
from tests.pain_checker import EEA, NON_EEA

SWISS = "CH9300762011623852957"
BERN = PostalAddress("Bern", "CH")


def payee(iban: str | None, **facts: object) -> Payee:
    """A payee with an account."""
    return Payee(vendor_id=UUID(int=1), name="X", iban=iban, **facts)  # type: ignore[arg-type]


def test_the_area_is_that_of_the_rulebook() -> None:
    """41 countries by their IBANs; outside the EEA more is needed."""
    assert all(is_reached(country) and not needs_details(country) for country in EEA)
    assert all(is_reached(country) and needs_details(country) for country in NON_EEA)
    assert not any(map(is_reached, ("AE", "BR", "TR", "UA", "XK", "FO", "GL")))


@pytest.mark.parametrize(
    "iban",
    [
        "AE070331234567890123456",
        "BR1800360305000010009795493C1",
        "TR330006100519786457841326",
        "UA213223130000026007233566001",
    ],
)
def test_a_valid_iban_outside_sepa_is_refused(iban: str) -> None:
    """It is an account, and no SEPA transfer reaches it."""
    with pytest.raises(IbanOutsideSepa) as refused:
        payee(iban, bic="XXXXAEAD", address=BERN).check_reached()
    assert refused.value.context["country"] == iban[:2]


def test_outside_the_eea_bic_and_address_are_asked_for() -> None:
    """What is missing is named; a BIC that the IBAN tells need not be given."""
    with pytest.raises(PayeeDetailsMissing) as refused:
        payee(SWISS).check_reached()
    assert refused.value.context["missing"] == ["bic", "address.city", "address.country"]
    payee(SWISS, bic="POFICHBEXXX", address=BERN).check_reached()
    assert needed_bic("GB29NWBK60161331926819", None) == bic_of("GB29NWBK60161331926819")
    assert needed_bic(SWISS, "POFICHBEXXX") == "POFICHBEXXX"
    payee("GR1601101250000000012300695").check_reached()
    with pytest.raises(VendorIbanMissing):
        payee(None).check_reached()
