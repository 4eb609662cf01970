"""Whom a page is made out to: told where it is beyond doubt, and nobody else."""

import pytest

from domain.reading.recipient import names_party, recipient_on
from tests.layouts import INVOICE, typed

VENDOR = "Muster Handel GmbH"
WINDOW = """
Muster Handel GmbH, Gasse 1, 1010 Wien

Bauer AG
Ring 5
4020 Linz

Rechnung 2026-17
"""
LABELLED = """
Muster Handel GmbH                      Rechnung an:
Gasse 1                                 Bauer & Söhne GmbH & Co KG
1010 Wien                               Ring 5
"""


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (WINDOW, "Bauer AG"),
        (WINDOW.replace("Bauer AG", "Firma\nBauer AG"), "Bauer AG"),
        (WINDOW.replace("Bauer AG", "Bauer & Kinder\nHandels KG"), "Bauer & Kinder Handels KG"),
        (LABELLED, "Bauer & Söhne GmbH & Co KG"),
        ("Rechnungsempfänger: Bauer AG\nRechnung 17", "Bauer AG"),
        ("Bill to   Bauer Ltd.\nInvoice 17", "Bauer Ltd."),
    ],
)
def test_a_company_in_the_window_or_beside_a_label(page: str, name: str) -> None:
    """However its lines are broken."""
    assert recipient_on(typed(page), VENDOR) == name


@pytest.mark.parametrize(
    "page",
    [
        WINDOW.replace("Bauer AG", "Theodor Bauer"),  # a person: perhaps the owner
        WINDOW.replace("Bauer AG", "Muster Handel GmbH"),  # the vendor's own address
        WINDOW.replace("4020 Linz", "4020 Linz\nTel. 01 234"),  # a letterhead
        WINDOW + "\nBauer AG, FN 123456a, Bank Linz",  # told again, as a vendor is
        WINDOW.replace("Ring 5\n4020 Linz\n", ""),  # no address
        LABELLED + "\n   Kunde: Huber AG",  # two recipients
        "Empfänger:\nBauer AG\nAT61 1904 3002 3457 3201",  # of a payment
        "Rechnung 17\nKunde: 4711\nSumme 12,00",
        "",
    ],
)
def test_what_may_be_somebody_else_is_unknown(page: str) -> None:
    """No alarm is raised by a guess."""
    assert recipient_on(typed(page), VENDOR) is None


def test_without_a_vendor_or_sure_words_nobody_is_told() -> None:
    """The one in the window may be the vendor, and a blurred name another one."""
    assert recipient_on(typed(WINDOW), None) is None
    assert recipient_on(typed(WINDOW, confidence="0.6"), VENDOR) is None


@pytest.mark.parametrize("name", ["Bauer AG", "BAUER A.G.", "Baver Aktiengesellschaft Bauer"])
def test_a_name_is_found_in_any_form(name: str) -> None:
    """A page that names a party anywhere is not clearly somebody else's."""
    assert names_party(typed(INVOICE.replace("Bauer AG", name)), "Bauer AG")
    assert not names_party(typed(INVOICE), "Testfirma KG")
