"""A page that names a card or cash, and asks for the money or not: paid, owed, or asked."""

from decimal import Decimal

import pytest

from domain.intake.extraction import Extraction
from domain.intake.from_pages import extraction_of
from domain.payables.terms import PaymentMethod
from domain.reading.finding import Severity
from domain.reading.origin import OwnParty
from tests.layouts import typed

HEAD = """
Papier Huber GmbH, Ring 1, 1010 Wien
UID ATU13585627

Rechnung Nr. RE-77
Rechnungsdatum 03.11.2026
"""
TOTAL = """
Netto                                     800,00
20 % USt                                  160,00
Gesamtbetrag EUR                          960,00

"""
ACCOUNT = "Bankverbindung: IBAN AT38 2011 1000 0200 0396\n"
ASKED = "Bitte überweisen Sie den Betrag auf IBAN AT38 2011 1000 0200 0396\n"
TERM = f"Zahlungsziel 14 Tage\n{ACCOUNT}\n"


def read(below: str, above: str = "") -> Extraction:
    """What is read of a page with these lines above and below its totals."""
    return extraction_of(typed(f"{HEAD}{above}{TOTAL}{below}"), OwnParty())


def asked(page: Extraction) -> list[Severity]:
    """How it is asked whether it is paid."""
    return [each.severity for each in page.findings if each.code == "PAYMENT_METHOD_UNCLEAR"]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("", f"{TERM}Visa\n"),
        ("", f"{TERM}American Express\n"),
        ("", f"{TERM}PayPal\n"),
        ("", f"{TERM}Maestro\n"),
        ("", f"{TERM}Apple Pay\n"),
        ("", f"{TERM}Kartenzahlung\n"),
        ("", f"Fällig am 17.11.2026\n{ACCOUNT}\nVisa\n"),
        ("", f"{ACCOUNT}\nVisa\n"),
        ("", f"Bankomat 960,00\n{ACCOUNT}"),
        ("", f"Bar 960,00\n{TERM}"),
        ("", f"Visa bezahlt\n{TERM}"),
        ("", f"Mastercard Gesamtbetrag EUR 960,00\n{ASKED}"),
        ("Postcard                    2,40\n", ASKED),
        ("Wartung Kartenterminal  960,00\nTerminal-ID 12345678\nTrace-Nr. 004711\n", ASKED),
        ("", "Bar 100,00\nRest bitte überweisen auf IBAN AT38 2011 1000 0200 0396\n"),
        ("", f"Kartenzahlung 100,00\n{ACCOUNT}"),
        ("", f"Barzahlung 100,00\n{ACCOUNT}"),
    ],
)
def test_a_scheme_beside_an_account_or_a_term_is_asked(above: str, below: str) -> None:
    """It may be a logo, an item or a part: the run would leave out what is owed."""
    page = read(below, above)

    assert page.payment_method is PaymentMethod.TRANSFER
    assert asked(page) == [Severity.WARNING]


@pytest.mark.parametrize("scheme", ["Bar", "Kreditkarte", "Girocard", "PayPal", "Barzahlung"])
def test_nothing_beside_a_scheme_pays_nothing(scheme: str) -> None:
    """A till lists all its ways."""
    page = read(f"{scheme} 0,00\n{ASKED}")

    assert page.payment_method is PaymentMethod.TRANSFER
    assert asked(page) == []


def test_a_part_in_cash_leaves_the_rest() -> None:
    """Where the rest is named."""
    page = read(f"Bar 100,00\nRestbetrag 860,00\n{ASKED}")

    assert (page.prepaid_amount, page.amount_due) == (Decimal("100.00"), Decimal("860.00"))
    assert page.payment_method is PaymentMethod.TRANSFER


@pytest.mark.parametrize(
    ("below", "method"),
    [
        ("Bankomat 960,00\n", "card"),
        ("Visa\n", "card"),
        ("Gegeben Bar EUR 1.000,00\nZurück 40,00\n", "cash"),
        ("Bar 500,00\nBankomat 460,00\n", "cash"),
        (f"Zahlungsart: Visa\n{ACCOUNT}", "card"),
        (f"Visa **** 4711 960,00\n{ACCOUNT}", "card"),
        (f"Visa bezahlt\n{ACCOUNT}", "card"),
        (f"Bar bezahlt 960,00\n{ACCOUNT}", "cash"),
    ],
)
def test_the_whole_where_nothing_is_asked_is_paid(below: str, method: str) -> None:
    """And so is what is stated as the way that it was paid, beside an account in the foot."""
    page = read(below)

    assert page.payment_method == method
    assert asked(page) == []
