"""What asks for money before it supplies anything."""

from dataclasses import replace
from datetime import date

import pytest

from domain.intake.advance_words import asks_in_advance
from tests.domain.intake.test_tax_facts import VIENNA, invoice, line
from tests.domain.intake.test_tax_proposal import advice, blocking


@pytest.mark.parametrize(
    "text",
    [
        "Anzahlung Lieferung Regale",
        "Anzahlung 30 % nach Auftragserteilung",
        "1. Teilzahlung Küche",
        "Akontozahlung Honorar",
        "À-conto",
        "Vorauszahlung Wartung 2027",
        "Vorschuss Reisekosten",
        "Kaution Lagerbox",
        "2. Abschlag laut Bauvertrag",
        "Down payment for machine",
        "Security deposit",
        "Advance payment 50 %",
        "Deposit 30 %",
        "Deposit for machine, order 4711",
        "Retainer",
        "Akonto auf Honorar",
        "Anzahlung Lieferung Dezember 2026",
        "Vorauszahlung Wartung J\u00e4nner 2027",
    ],
)
def test_lines_that_are_such_a_demand_say_so(text: str) -> None:
    """Whatever the document calls itself, and also where it names a day of supply to come."""
    one = invoice(VIENNA, line(text, "1000", "0.2", "S"))

    assert asks_in_advance(one, "")
    assert asks_in_advance(replace(one, delivery_date=date(2026, 12, 20)), "")
    assert not asks_in_advance(replace(one, delivery_date=date(2026, 1, 1)), "")
    assert "VAT_PREPAYMENT" in blocking(advice(one))


@pytest.mark.parametrize(
    "text",
    [
        "Bosch Advance Akkuschrauber",
        "Advance 3000 Staubsauger",
        "Safe deposit box rental",
        "Deposit box rental",
        "Monthly retainer December, marketing",
        "Retainer agreement, hours in November 2026",
        "Betriebskosten Akonto November 2026",
        "Akonto Betriebskosten November 2026",
        "Vorauszahlung Strom November 2026",
        "Regale laut Auftrag 17, ohne Anzahlung",
        "Restzahlung nach Anzahlung",
        "Restbetrag abzüglich Anzahlung",
        "Bottle deposit",
        "Abschlag 3 %",
        "Leasingrate",
        "Konto Plus Führung",
        "Kontoführung",
        "Regale",
    ],
)
def test_other_lines_do_not(text: str) -> None:
    """What is left after one, what bottles cost, and what only sounds like one."""
    one = invoice(VIENNA, line(text, "1000", "0.2", "S"))

    december = replace(one, invoice_date=date(2026, 12, 1))

    assert not asks_in_advance(december, "")
    assert "VAT_PREPAYMENT" not in blocking(advice(december))


def test_operating_costs_on_account_are_those_of_their_month() -> None:
    """Invoiced in it; before it, they are asked for in advance."""
    row = line("Betriebskosten Akonto Dezember 2026", "1000", "0.2", "S")
    one = replace(invoice(VIENNA, row), invoice_date=date(2026, 12, 1))

    assert not asks_in_advance(one, "")
    assert "VAT_PREPAYMENT" not in blocking(advice(one))


def test_a_demand_beside_a_supply_is_none_of_the_whole() -> None:
    """The supply is deducted at once; each line has to be one."""
    lines = (line("Regale", "1000", "0.2", "S"), line("Kaution Schlüssel", "50", "0.2", "S"))

    assert not asks_in_advance(invoice(VIENNA, *lines), "")


def test_payment_in_advance_is_one_only_before_the_supply() -> None:
    """Who paid the shop before has an ordinary invoice once the goods are there."""
    one = invoice(VIENNA, line("Regale Vorkasse", "1000", "0.2", "S"))
    issued = replace(one, invoice_date=date(2026, 11, 10))

    assert asks_in_advance(replace(issued, delivery_date=None), "")
    assert asks_in_advance(replace(issued, delivery_date=date(2026, 12, 10)), "")
    assert not asks_in_advance(replace(issued, delivery_date=date(2026, 11, 5)), "")
    assert not asks_in_advance(replace(issued, delivery_date=date(2026, 11, 5)), "Teilrechnung")
    assert asks_in_advance(replace(issued, delivery_date=None), "Teilrechnung 2")
