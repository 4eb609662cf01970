"""What was paid already: in many words, and never where it is only supposed."""

from datetime import date
from decimal import Decimal

import pytest

from domain.reading.paid_words import received_days
from domain.reading.payment_words import is_paid, method_in


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("Betrag dankend per Bankomat erhalten.", "card"),
        ("Summe am 03.03.2026 mit EC-Karte bezahlt", "card"),
        ("Gezahlt EC-Karte EUR 95,00", "card"),
        ("SUMME 56,80\nBankomat 56,80", "card"),
        ("Zahlungsart: Vorkasse - Zahlung am 15.11.2026 eingegangen.", "paid"),
        ("Vielen Dank f\u00fcr Ihre Zahlung per EPS-\u00dcberweisung vom 16.11.2026!", "paid"),
        ("Wir bedanken uns f\u00fcr Ihre Zahlung vom 2. M\u00e4rz 2026.", "paid"),
        ("Zahlungsstatus: BEZAHLT", "paid"),
        ("Payment status: Paid", "paid"),
        ("Gesamt 595,00\nBEZAHLT\nDanke", "paid"),
        ("Offener Betrag 0,00 EUR, Zahlung erhalten am 03.03.2026", "paid"),
        ("Thank you for your payment of 3 March 2026", "paid"),
        ("Facture acquitt\u00e9e", "paid"),
        ("Pay\u00e9e le 03.03.2026", "paid"),
        ("Fattura saldata", "paid"),
        ("Reeds voldaan", "paid"),
        ("Pagado el 03.03.2026", "paid"),
        ("Zap\u0142acono przelewem", "paid"),
        ("Uhrazeno dne 03.03.2026", "paid"),
        ("Kifizetve", "paid"),
        ("Pla\u010dano dne 03.03.2026", "paid"),
        ("Zahlungsmethode: Klarna Rechnung. Bitte zahlen Sie direkt an Klarna.", "other"),
    ],
)
def test_money_that_came_is_read(text: str, method: str) -> None:
    """Whoever took it, in the languages of vendors."""
    assert method_in(text) == method


@pytest.mark.parametrize(
    "text",
    [
        "Falls Sie bereits bezahlt haben, betrachten Sie dies als gegenstandslos.",
        "Haben Sie den Betrag bereits beglichen, danken wir.",
        "Die Zahlung wurde noch nicht bezahlt",
        "Bis heute haben wir keine Zahlung erhalten",
        "Bei Zahlung innerhalb von 10 Tagen erhalten Sie 3 % Skonto",
        "Versand, sobald die Zahlung eingegangen ist",
        "Payment must be received by 18.12.2026",
        "Payment status: not paid",
        "The invoice is to be paid by card or transfer",
        "Vielen Dank f\u00fcr Ihre Zahlung innerhalb von 14 Tagen",
        "bereits bezahlt 0,00 EUR",
        "bereits bezahlt -380,00 EUR\nZahlbetrag 2.000,00 EUR",
        "Die Ware bleibt unser Eigentum, bis der volle Betrag bezahlt ist.",
        "If already paid, please disregard this reminder.",
    ],
)
def test_money_that_is_asked_for_did_not_come(text: str) -> None:
    """Conditions, denials, thanks beforehand, no money and a part of it."""
    assert not is_paid(text)


def test_a_part_is_told_from_the_whole() -> None:
    """By the total, where the words name only what came."""
    assert is_paid("bereits bezahlt 595,00", Decimal(595))
    assert not is_paid("bereits bezahlt 595,00", Decimal(1190))


def test_a_day_on_which_money_came_is_known() -> None:
    """As such, and not that of the sentence behind it."""
    text = "Zahlung am 15.11.2026 eingegangen. Lieferung am 20.11.2026"

    assert received_days(text) == {date(2026, 11, 15)}
