"""Receipts that name the way they were paid beside the total or on a line of its own."""

from decimal import Decimal

import pytest

from domain.reading.payment_words import is_paid, may_be_paid, method_in

WHOLE, OWN = Decimal("96.00"), "4711"
TOTAL = "Netto 80,00\n20 % USt 16,00\nGesamtbetrag EUR 96,00\n"


@pytest.mark.parametrize(
    "text",
    [
        "Bankomat bezahlt",
        "bezahlt Bankomat",
        "Bankomatzahlung",
        "Bankomat-Zahlung",
        "BANKOMAT",
        "SUMME EUR BANKOMAT 96,00",
        "Summe Bankomat EUR 96,00",
        "Zahlung Bankomat 96,00",
        "Debit Mastercard",
        "Mastercard Debit",
        "DEBIT MASTERCARD KONTAKTLOS 96,00",
        "Debit VISA Contactless",
        "VISA DEBIT",
        "Visa bezahlt",
        "Visa Kreditkarte",
        "V PAY",
        "V-PAY kontaktlos",
        "Maestro kontaktlos",
        "girocard",
        "EC-Cash",
        "EC-Zahlung",
        "ec cash bezahlt",
        "American Express",
        "AMEX EUR 96,00",
        "Diners Club",
        "JCB",
        "UnionPay",
        "PostFinance Card",
        "Bancontact",
        "Carte Bleue",
        "Carta di debito",
        "Kartenzahlung: VISA",
        "Karte bezahlt",
        "mit Karte bez.",
        "Apple Pay",
        "Google Pay 96,00",
        "Apple Pay (Mastercard)",
        "VISA/MASTERCARD 96,00",
        "Zahlungsart:\nVisa",
        "Kundenbeleg\nTerminal-ID 12345678\nTrace-Nr. 004711",
        "K-U-N-D-E-N-B-E-L-E-G\nTerminal-ID: 60001234",
        "Kundenbeleg\nGenehmigungs-Nr. 123456\nZahlung erfolgt",
        "Merchant copy\nTerminal ID 123\nApproved",
    ],
)
def test_a_card_on_a_receipt_is_a_payment(text: str) -> None:
    """Whatever scheme it is, and whatever the terminal calls it."""
    assert method_in(TOTAL + text, WHOLE, OWN) == "card"


@pytest.mark.parametrize(
    "text",
    [
        "BAR EUR 96,00",
        "Bar bezahlt",
        "SUMME EUR BAR 96,00",
        "Gegeben 100,00\nZur\u00fcck 4,00",
        "Gegeben Bar EUR 100,00",
        "Wechselgeld 4,00",
        "R\u00fcckgeld EUR 4,00",
        "Cash 100.00\nChange 4.00",
        "Esp\u00e8ces 96,00",
        "Contanti 96,00",
        "Contant 96,00",
        "Efectivo 96,00",
        "Got\u00f3wka 96,00",
        "Hotov\u011b 96,00",
        "K\u00e9szp\u00e9nz 96,00",
        "Gotovina 96,00",
    ],
)
def test_cash_on_a_receipt_is_a_payment(text: str) -> None:
    """With what was given and what came back."""
    assert method_in(TOTAL + text, WHOLE, OWN) == "cash"


@pytest.mark.parametrize(
    "text",
    [
        "Klarna Rechnung bezahlt",
        "Klarna Rechnung",
        "PayPal",
        "PayPal bezahlt",
        "PayPal EUR 96,00",
        "bezahlt: PayPal",
        "Amazon Pay",
        "Amazon Payments 96,00",
        "Sofort\u00fcberweisung bezahlt",
        "Sofort (Klarna) 96,00",
        "eps \u00dcberweisung 96,00",
        "Zahlung: SOFORT \u00dcberweisung",
        "Zahlungsart: eps-\u00dcberweisung",
        "eps-\u00dcberweisung bezahlt",
        "giropay",
        "TWINT",
        "TWINT 96,00",
        "Bluecode",
        "Wero 96,00",
        "iDEAL",
        "Stripe bezahlt",
    ],
)
def test_a_service_on_a_receipt_is_a_payment(text: str) -> None:
    """It took the money, or has the claim; a run pays nobody."""
    assert method_in(TOTAL + text, WHOLE, OWN) in ("other", "paid")


@pytest.mark.parametrize(
    "text",
    [
        "Bezahlt: 11.11.2026",
        "Bezahlt 11.11.2026",
        "bezahlt am: 11.11.2026",
        "BEZAHLT - 11.11.2026",
        "Bezahlt am 11. November 2026",
        "Bez. am 11.11.2026",
        "Beglichen: 11.11.2026",
        "Rechnung bezahlt: 11.11.2026",
        "Bezahlt: EUR 96,00",
        "Bezahlt 96,00",
        "Paid: 11 Nov 2026",
        "Paid 11.11.2026",
        "Paid EUR 96.00",
        "Pay\u00e9e: 11.11.2026",
        "Pagato: 11/11/2026",
        "Betaald: 11-11-2026",
        "Pagado: 11/11/2026",
        "Zap\u0142acono: 11.11.2026",
        "Uhrazeno: 11.11.2026",
        "Kifizetve: 2026.11.11",
        "Pla\u010dano: 11.11.2026",
        "Zahlung erfolgte am 11.11.2026",
        "Zahlung erfolgt",
        "Zahlungsdatum: 11.11.2026\nBezahlt",
        "Betrag erhalten: 11.11.2026",
        "Zahlungseingang: 11.11.2026",
        "Zahlungseingang am 11.11.2026",
        "Geldeingang 11.11.2026",
    ],
)
def test_a_day_or_a_sum_behind_the_word_is_a_payment(text: str) -> None:
    """As `Bezahlt am` is."""
    assert is_paid(TOTAL + text, WHOLE, OWN)
    assert method_in(TOTAL + text, WHOLE, OWN) == "paid"


@pytest.mark.parametrize(
    "text",
    [
        "Zahlbar mit Bankomat, Visa oder bar",
        "Zahlbar mit Kreditkarte",
        "Wir akzeptieren Maestro, Visa, Mastercard und Apple Pay",
        "Wir akzeptieren:\nVisa\nMastercard\nPayPal",
        "Zahlungsm\u00f6glichkeiten: Maestro, Visa, PayPal",
        "Zahlungsarten\nVisa\nMastercard\nPayPal",
        "Zahlungsm\u00f6glichkeiten\nBankomat",
        "Visa Mastercard Maestro",
        "Visa / Mastercard / Amex",
        "VISA\nMastercard\nAmerican Express\nPayPal\nKlarna",
        "We accept\nVisa",
        "\u2610 Bankomat",
        "\u2610 Bankomat \u2610 Bar",
        "[ ] Visa",
        "1 Visa 1 80,00 20% 80,00",
        "Visa 2 Antr\u00e4ge 30,00",
        "Bankomat 2 Stk 96,00",
        "Bankomat nicht m\u00f6glich",
        "Nicht bezahlt: 11.11.2026",
        "Zu bezahlen: 11.11.2026",
        "Bezahlt bis: 11.12.2026",
        "Bezahlt: nein",
        "Bezahlt 50,00",
        "Bezahlt: 0,00",
        "Gegeben zu Wien, am 11.11.2026",
        "Gegeben:",
        "Zur\u00fcck an Absender",
        "Change 2 96,00",
        "Zahlung erfolgt binnen 14 Tagen",
        "Die Zahlung erfolgt per \u00dcberweisung",
        "Zahlung erfolgt nach Erhalt",
        "Zahlungseingang bis 11.12.2026",
        "Zahlungseingang sp\u00e4testens: 11.12.2026",
        "Zahlungseingang: offen",
        "Lieferung nach Zahlungseingang",
        "Terminal 2, Flughafen Wien",
        "Zahlung abgelehnt\nVISA\nTerminal-ID 123",
        "Sofort",
        "Sofort netto 96,00",
        "Zahlung sofort",
        "eps",
        "Barverkauf",
        "BAR 1 Getr\u00e4nke 96,00",
        "Diners Catering GmbH",
        "Ideal GmbH",
        "Rechnung 4700 bezahlt: 11.11.2026",
        "Vormonat bezahlt: 11.11.2026",
        "PayPal: shop@beispiel.at",
        "Bitte zahlen Sie mit Karte",
    ],
)
def test_what_is_offered_denied_or_an_item_is_no_payment(text: str) -> None:
    """Nor is what somebody still has to do, nor what failed."""
    assert method_in(TOTAL + text, WHOLE, OWN) in (None, "transfer")


@pytest.mark.parametrize(
    "text",
    [
        "Bitte \u00fcberweisen Sie den Betrag auf unser Konto.\nVisa",
        "Zahlbar binnen 14 Tagen auf unser Konto\nPayPal",
        "Zahlbar bis 30.11.2026\nKlarna Rechnung",
        "Zahlart: Vorkasse",
        "Zahlungsart: Vorauskasse",
        "SOFORT \u00dcberweisung\nBitte \u00fcberweisen Sie auf unser Konto",
        "Kundenbeleg",
        "Visa\nMastercard",
        "Zahlung abgelehnt\nVISA\nTerminal-ID 123",
        "Bar",
        "Karte",
    ],
)
def test_what_is_unclear_is_asked(text: str) -> None:
    """A scheme beside words that ask for a transfer, or a slip with nothing on it."""
    assert method_in(TOTAL + text, WHOLE, OWN) in (None, "transfer")
    assert may_be_paid(TOTAL + text, OWN)


@pytest.mark.parametrize(
    "text",
    [
        "Zahlbar binnen 14 Tagen. Wir akzeptieren Visa und Mastercard.",
        "Zahlungsarten\nVisa\nMastercard\nPayPal\nBitte \u00fcberweisen Sie bis 30.11.2026",
        "Zahlungsm\u00f6glichkeiten: Maestro, Visa, PayPal",
        "Visa / Mastercard / Amex",
        "1 Visa 1 80,00 20% 80,00",
        "Zahlung sofort",
        "Sofort",
    ],
)
def test_a_list_of_accepted_means_is_not_asked(text: str) -> None:
    """It stands on every invoice of such a vendor."""
    assert not may_be_paid(TOTAL + text, OWN)
