"""IBAN, VAT id, tax number and invoice number on a page."""

from decimal import Decimal

import pytest

from domain.reading import identity
from domain.reading.origin import OwnParty
from tests.layouts import typed

NOBODY = OwnParty()


def test_an_iban_may_go_on_in_the_next_line_of_its_column() -> None:
    """Narrow tables break it."""
    layout = typed(
        "Bank         IBAN                   Giro\n"
        "044 025      DE67 1004 8392 7221    888-9999\n"
        "             8882 72"
    )
    found = identity.vendor_iban(layout, NOBODY)

    assert found is not None
    assert found.value == "DE67100483927221888272"


def test_the_account_that_is_debited_is_not_the_vendors() -> None:
    """The vendor's stands elsewhere."""
    layout = typed(
        "Der Betrag wird von Ihrem Konto mit IBAN DE21860000000086001055 eingezogen\n"
        "IBAN: DE08 7009 0100 1234 5678 90"
    )
    found = identity.vendor_iban(layout, NOBODY)

    assert found is not None
    assert found.value == "DE08700901001234567890"


def test_a_number_with_wrong_check_digits_is_no_iban() -> None:
    """Better none than a wrong one."""
    assert identity.vendor_iban(typed("IBAN AT62 1904 3002 3457 3201"), NOBODY) is None


def test_the_customers_vat_id_is_not_the_vendors() -> None:
    """Even when it stands first and checks better."""
    layout = typed("Ihre UID: ATU13585627\nUSt-IdNr. DE123456789")
    found = identity.vendor_vat_id(layout, NOBODY)

    assert found is not None
    assert found.value == "DE123456789"


def test_right_check_digits_make_a_vat_id_surer() -> None:
    """A wrong one may be misread."""
    right = identity.vendor_vat_id(typed("UID ATU13585627"), NOBODY)
    wrong = identity.vendor_vat_id(typed("UID ATU13585628"), NOBODY)

    assert right is not None
    assert wrong is not None
    assert right.origin.confidence > wrong.origin.confidence


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Rechnungsnummer: 2014-03", "2014-03"),
        ("Rechnung # RE-20140519/499 vom 19.05.2014", "RE-20140519/499"),
        ("Invoice INV/2023/03/0008", "INV/2023/03/0008"),
        ("Rechnung Nr. 42", "42"),
        ("Ihre Nummer: 82\nRechnung Nr. 7", "7"),
        ("Invoice 103767", "103767"),
        ("Rechnungsdatum 01.02.2026", None),
    ],
)
def test_the_number_of_the_invoice(text: str, number: str | None) -> None:
    """The invoice's own, not the customer's, and never a date."""
    found = identity.invoice_number(typed(text))

    assert (found.value if found is not None else None) == number


def test_the_tax_number_follows_its_label() -> None:
    """Without a label it could be anything."""
    found = identity.vendor_tax_id(typed("Steuernr.: 201/113/40209"))

    assert found is not None
    assert found.value == "201/113/40209"
    assert found.origin.confidence > Decimal("0.9")
    assert identity.vendor_tax_id(typed("201/113/40209")) is None
