"""Accounts, VAT ids and tax numbers on a page."""

import pytest

from domain.reading.id_candidates import iban_candidates, tax_numbers, vat_id_candidates
from domain.reading.origin import OwnParty
from domain.reading.surroundings import Surroundings
from tests.layouts import typed

NOBODY = OwnParty()


def ibans(text: str, own: OwnParty = NOBODY) -> list[str]:
    """The accounts of a page."""
    return [found.value for found in iban_candidates(Surroundings(typed(text)), own)]


def vat_ids(text: str, own: OwnParty = NOBODY) -> list[str]:
    """The VAT ids of a page."""
    return [found.value for found in vat_id_candidates(Surroundings(typed(text)), own)]


def test_an_iban_may_go_on_in_the_next_line_of_its_column() -> None:
    """Narrow tables break it."""
    text = (
        "Bank         IBAN                   Giro\n"
        "044 025      DE67 1004 8392 7221    888-9999\n"
        "             8882 72"
    )
    assert ibans(text) == ["DE67100483927221888272"]


def test_the_next_line_of_an_iban_may_be_wider() -> None:
    """Narrow columns break it behind its first signs."""
    assert ibans("IBAN   DE67\n       1004 8392 7221 8882 72\nBIC XXXX") == [
        "DE67100483927221888272"
    ]


def test_the_account_that_is_debited_is_not_the_vendors() -> None:
    """The vendor's stands elsewhere."""
    text = (
        "Der Betrag wird von Ihrem Konto mit IBAN DE21860000000086001055 eingezogen\n"
        "IBAN: DE08 7009 0100 1234 5678 90"
    )
    assert ibans(text) == ["DE08700901001234567890"]


def test_wrong_check_digits_and_own_accounts_are_left_out() -> None:
    """Better none than a wrong one."""
    right = "AT611904300234573201"

    assert ibans("IBAN AT62 1904 3002 3457 3201") == []
    assert ibans(f"IBAN {right}", OwnParty(ibans=(right,))) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ihre UID: ATU13585627\nUSt-IdNr. DE123456789", ["DE123456789"]),
        ("UID AT U13585627", ["ATU13585627"]),
        ("MWST CHE-123.456.788", ["CHE123456788"]),
        ("NIF ES B33 348 772", ["ESB33348772"]),
        ("VAT IE5174171U", ["IE5174171U"]),
        ("BTW NL 8048.09.088.B01", ["NL804809088B01"]),
        ("HRB DE1234", []),
        ("UID AT: U13585627", ["ATU13585627"]),
        ("USt-IdNr. DE 123/456/789", ["DE123456789"]),
        ("UID   AT U13\n      585 627", ["ATU13585627"]),
        ("UID   AT U13\n\n\n      585 627", []),
        ("Kunden-Nr. 17        UID ATU13585627", ["ATU13585627"]),
        ("Ihre UID        ATU13585627", []),
    ],
)
def test_vat_ids_are_found_however_they_are_spaced(text: str, found: list[str]) -> None:
    """The customer's, as its label says, is no candidate."""
    assert vat_ids(text) == found


def test_the_tax_number_follows_its_label() -> None:
    """Without a label it could be anything."""
    assert [
        found.text for found in tax_numbers(Surroundings(typed("Steuernr.: 201/113/40209")))
    ] == ["201/113/40209"]
    assert not list(tax_numbers(Surroundings(typed("201/113/40209"))))
