"""What was paid already: in many words, and never where it is only supposed."""

from datetime import date
from decimal import Decimal

import pytest

from domain.reading.paid_words import received_days
from domain.reading.payment_words import is_paid, may_be_paid, method_in, prepaid_in

WHOLE, OWN = Decimal(1200), "4711"


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


@pytest.mark.parametrize(
    "text",
    [
        "bereits bezahlte Anzahlung 900,00",
        "Anzahlung, schon bezahlt 900,00",
        "abzgl. Akonto 900,00",
    ],
)
def test_an_amount_with_two_words_counts_once(text: str) -> None:
    """Both say the same of it."""
    assert prepaid_in(text) == Decimal(900)


def test_a_day_on_which_money_came_is_known() -> None:
    """As such, and not that of the sentence behind it."""
    text = "Zahlung am 15.11.2026 eingegangen. Lieferung am 20.11.2026"

    assert received_days(text) == {date(2026, 11, 15)}


@pytest.mark.parametrize(
    "text",
    [
        "Betrag dankend per Bankomat erhalten.",
        "Vielen Dank f\u00fcr Ihre Zahlung per EPS-\u00dcberweisung vom 16.11.2026!",
        "Zahlungsstatus: BEZAHLT",
        "Zahlung in H\u00f6he von 1.200,00 EUR am 24.11.2026 erhalten.",
        "Ihre Zahlung in H\u00f6he von 1.200,00 EUR haben wir am 24.11.2026 erhalten.",
        "Wir haben Ihre Zahlung am 24.11.2026 erhalten.",
        "Wir best\u00e4tigen, dass wir Ihre Zahlung erhalten haben.",
        "Hiermit wird best\u00e4tigt, dass die Rechnung bezahlt wurde.",
        "Sie haben diese Rechnung bereits am 24.11.2026 bezahlt.",
        "Sie haben bereits bezahlt.",
        "Da der Betrag bereits beglichen wurde, ist nichts mehr zu \u00fcberweisen.",
        "Bitte nicht \u00fcberweisen, der Betrag wurde bereits bezahlt.",
        "Bitte nicht \u00fcberweisen!",
        "Bitte keine \u00dcberweisung, bereits bezahlt.",
        "Rechnung 4711 wurde am 24.11.2026 bezahlt",
        "Rechnung Nr. 4711 bezahlt am 24.11.2026",
        "Rechnung vom 03.03.2026 wurde bezahlt am 04.03.2026",
        "Bezahlt am 24.11.2026",
        "Bezahlt am: 24. November 2026",
        "Bezahlt am:\n24.11.2026",
        "bezahlt am Dienstag, 24.11.2026",
        "Bezahlt per \u00dcberweisung am 24.11.2026",
        "Thank you for your payment of EUR 1,200.00",
        "Thank you for your payment by PayPal",
        "Thank you for your payment on 3 March 2026",
        "Vielen Dank f\u00fcr Ihre Zahlung mit Kreditkarte",
        "Paid on 3 March 2026",
        "Paid via PayPal",
        "Invoice paid in full",
        "This invoice has been paid.",
        "Payment received",
        "Payment of EUR 1,200.00 received on 24 November 2026",
        "Facture pay\u00e9e le 03.03.2026",
        "Pay\u00e9e par virement",
        "Fattura pagata il 03.03.2026",
        "Pagato con bonifico",
        "Merci pour votre paiement du 03.03.2026",
        "Bezahlt: ja",
        "Paid: Yes",
        "*** BEZAHLT ***",
        "Bezahlt\n1.200,00",
        "BEZAHLT \u2713",
        "Der Rechnungsbetrag wurde am 24.11.2026 vollst\u00e4ndig bezahlt.",
        "Die Rechnung ist bezahlt worden.",
        "Betrag erhalten am 24.11.2026, danke!",
        "No payment required.",
        "Keine weitere Zahlung erforderlich.",
        "Bestellstatus: offen\nZahlungsstatus: bezahlt",
        "Rechnung beglichen durch \u00dcberweisung am 24.11.2026",
        "Der Betrag wurde unserem Konto am 24.11.2026 gutgeschrieben.",
    ],
)
def test_a_statement_that_it_is_paid_is_taken(text: str) -> None:
    """With days, amounts and other clauses around it: or it would be paid twice."""
    assert method_in(text, WHOLE, OWN) in ("paid", "card", "other")


@pytest.mark.parametrize(
    "text",
    [
        "Ma\u00dfgeblich ist der Tag, an dem der Betrag unserem Konto gutgeschrieben wird",
        "Der Betrag wird unserem Konto gutgeschrieben.",
        "Wir danken f\u00fcr Ihre \u00dcberweisung auf unser Konto",
        "Vielen Dank f\u00fcr Ihre Zahlung per \u00dcberweisung",
        "Invoices paid on time receive 2% discount",
        "Bills paid via check incur fees",
        "Keine Zahlung n\u00f6tig: Testphase bis 15.12.2026, danach 50,00",
        "Zahlungsstatus: offen\nBestellstatus: bezahlt",
        "Thank you for your payment by 30 June 2026. Please transfer",
        "Ma\u00dfgeblich ist der Tag, an dem die Zahlung bei uns eingegangen ist.",
        "Die Zahlung gilt als erfolgt, wenn der Betrag auf unserem Konto eingegangen ist.",
        "Der Betrag ist bezahlt, sobald er eingegangen ist",
        "Ist der Betrag bezahlt, liefern wir.",
        "Wurde die Rechnung bereits bezahlt? Dann danke.",
        "Sie haben bereits bezahlt? Ignorieren Sie diese Rechnung.",
        "Bezahlt am: ________",
        "Bezahlt am: ..........",
        "Bezahlt am\n\nUnterschrift",
        "bezahlt per: ____",
        "\u2610 bezahlt",
        "[ ] bezahlt",
        "\u25a1 bar \u25a1 bezahlt per \u00dcberweisung",
        "Bezahlt:",
        "Bezahlt: nein",
        "Bezahlt ............",
        "Status: bezahlt / offen",
        "Status: \u2610 bezahlt \u2610 offen",
        "Zahlungsstatus: offen",
        "Zahlungsstatus:\noffen\nBestellstatus:\nbezahlt",
        "Payment status: pending\nOrder status: paid",
        "Statut: \u00e0 payer",
        "Thank you for your payment within 14 days",
        "Thank you for your payment by 30 June 2026",
        "Thank you for your payment to our account",
        "Vielen Dank f\u00fcr Ihre Zahlung bis 15.12.2026",
        "Vielen Dank f\u00fcr Ihre p\u00fcnktliche Zahlung",
        "Wir danken f\u00fcr Ihre \u00dcberweisung auf unser Konto AT61 1904 bis 15.12.2026",
        "Wir danken f\u00fcr Ihre \u00dcberweisung von 1.200,00 EUR bis 15.12.2026",
        "Invoices paid by card incur a fee",
        "An invoice paid by credit card incurs a 2% fee",
        "Orders paid via PayPal ship at once",
        "Bills paid on 3 March 2026 are",
        "Payments received after 30 days bear interest",
        "Payment received after 15 December bears interest",
        "Goods remain our property until paid in full",
        "The price is to be paid on delivery",
        "Rechnungen, die bezahlt wurden",
        "Alle Rechnungen sind per \u00dcberweisung bezahlt",
        "Bezahlt 0,00 Offen 1.200,00",
        "Bezahlt\nEUR 0,00",
        "Bezahlt:\n0,00 \u20ac",
        "Bereits bezahlt\n0,00\nZu zahlen\n1.200,00",
        "Paid\n0.00\nDue\n1,200.00",
        "Bezahlt\n500,00\nOffen\n700,00",
        "No payment is due until 15 December 2026",
        "No payment required today. Your card will be..",
        "No payment required during your trial",
        "W\u00e4hrend der Testphase ist keine Zahlung n\u00f6tig",
        "Derzeit keine Zahlung erforderlich",
        "Keine Zahlung erforderlich, wenn Sie am Einzug teilnehmen",
        "Bitte nicht \u00fcberweisen, bevor Sie gepr\u00fcft haben",
        "Bitte nicht zahlen vor dem 15.12.",
        "Ihre Rechnung 4700 wurde am 03.11.2026 bezahlt",
        "Rechnungen 4700 und 4701 wurden bezahlt",
        "Vorige Rechnung:\nbezahlt",
        "Letzte Rechnung: bezahlt am 03.11.2026",
        "Previous invoice: paid on 3 March 2026",
        "Last payment received 3 March 2026",
        "Letzte Zahlung 1.200,00 am 03.11.2026 erhalten",
        "Ihre letzte Zahlung haben wir dankend erhalten",
        "Rechnung Nr. RE-2026/17 bezahlt am 03.11.2026",
        "Invoice INV-4700 has been paid",
        "Fattura precedente pagata il 03.03.2026",
        "Facture pr\u00e9c\u00e9dente: pay\u00e9e le 03.03.2026",
        "Vormonat bezahlt am 03.11.2026",
        "1. Teilrechnung bezahlt am 03.11.2026",
        "Vorrechnung bezahlt am 3.11.2026",
        "Le paiement sera re\u00e7u",
        "\u00c0 payer le 03.03.2026",
        "Da pagare entro il 03.03.2026",
        "Facture \u00e0 r\u00e9gler, pay\u00e9e par virement d\u00e8s r\u00e9ception",
        "Anzahlung 400,00 erhalten und Rest f\u00e4llig am 15.12.2026",
        "Anzahlung am 01.09.2026 erhalten und Rest f\u00e4llig am 15.12.2026",
        "Der Betrag wird nach Eingang gutgeschrieben",
        "Zahlung wird erst nach Gutschrift als erhalten",
        "Mit Zahlung des Betrages erhalten Sie die Lizenz",
        "Nach Zahlung erhalten Sie den Schl\u00fcssel",
        "Zahlung erhalten: ____",
    ],
)
def test_what_is_no_payment_of_this_invoice_leaves_it_open(text: str) -> None:
    """The future, rules, forms left blank, no money, trials, and other invoices."""
    assert method_in(text, WHOLE, OWN) in (None, "transfer")
    assert not is_paid(text, WHOLE, OWN)


@pytest.mark.parametrize(
    "text",
    [
        "Karte 2 Stk 1.000,00",
        "Visa 2 Antr\u00e4ge 30,00",
        "Visa 2026 Antrag 30,00",
        "Kreditkarte 2 Stk 15,00",
        "Bar 3 Getr\u00e4nke 45,00",
        "Zahlung mit Karte nicht m\u00f6glich",
        "Zahlung mit Karte m\u00f6glich",
        "Sie k\u00f6nnen mit Karte zahlen",
        "Zahlung per \u00dcberweisung oder Kreditkarte",
        "Zahlung: bar / Karte / \u00dcberweisung",
        "Wir akzeptieren Maestro, Visa und Mastercard",
        "Bei Zahlung mit Kreditkarte 2 % Aufschlag",
        "Kartenzahlung leider nicht m\u00f6glich",
        "We accept payment by credit card",
        "You may pay by card: Apple Pay",
        "Keine Barzahlung",
        "Barzahlung nicht m\u00f6glich",
        "Barzahlung nur bei Abholung m\u00f6glich",
        "Payment by cash or card",
        "Karte 1 Bogen Papier",
        "SEPA-Lastschrift m\u00f6glich",
        "Der Betrag wird nicht abgebucht, bitte \u00fcberweisen",
        "Zahlung per PayPal nicht m\u00f6glich",
        "Zahlung via Klarna oder PayPal m\u00f6glich",
        "Gegenforderungen d\u00fcrfen nicht aufgerechnet werden",
        "Forderungen k\u00f6nnen nicht mit Gegenforderungen verrechnet werden",
        "Claims may not be set off against",
        "Es darf nur mit unbestrittenen Forderungen aufgerechnet werden",
        "Wenn Sie ein SEPA-Lastschriftmandat erteilen",
    ],
)
def test_a_way_that_is_offered_or_refused_is_none(text: str) -> None:
    """Nor is an item that is called as a card is."""
    assert method_in(text, WHOLE, OWN) in (None, "transfer")


@pytest.mark.parametrize(
    "text",
    [
        "Bankomat 56,80",
        "Karte: EUR 56,80",
        "VISA EUR 56,80",
        "Visa **** 4711",
        "Visa 4711",
        "Mastercard endend auf 4711",
        "Bezahlt mit Karte",
        "Bezahlt mit Kreditkarte **** 4711",
        "Kartenzahlung 56,80",
        "Kontaktlos",
        "Zahlungsart: Kreditkarte",
        "Bar 56,80",
        "Zahlungsart: bar",
        "Bar bezahlt",
        "R\u00fcckgeld 3,20",
        "Paid by credit card",
        "Mit Bankomat bezahlt, Kartenzahlungen k\u00f6nnen nicht storniert werden",
    ],
)
def test_cards_and_cash_are_read(text: str) -> None:
    """By their brand, their number or their money, if that is the whole."""
    assert method_in(text, Decimal("56.80"), OWN) in ("card", "cash")


def test_cash_that_is_given_back_is_read() -> None:
    """Of a credit."""
    assert method_in("BAR EUR -0,25", Decimal("-0.25"), OWN) == "cash"


@pytest.mark.parametrize(
    "text",
    [
        "Der Betrag wird am 02.12.2026 oder am n\u00e4chsten Werktag abgebucht",
        "Wird nicht vor dem 02.12. abgebucht: wird am 03.12. abgebucht",
        "Der Betrag wird nicht vor dem 02.12.2026 von Ihrem Konto abgebucht",
        "Die Geb\u00fchr wird von Ihrem Konto eingezogen",
        "Keine \u00dcberweisung n\u00f6tig, der Betrag wird am 02.12.2026 abgebucht",
        "Bitte nicht \u00fcberweisen. Wird abgebucht von Ihrem Konto und eingezogen",
        "Zahlung: SEPA-Lastschrift",
    ],
)
def test_what_the_vendor_collects_is_no_transfer(text: str) -> None:
    """Whatever else the sentence says."""
    assert method_in(text, WHOLE, OWN) == "direct_debit"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Vielen Dank f\u00fcr Ihre Zahlung per \u00dcberweisung", OWN),
        ("Thank you for your payment!", OWN),
        ("Zahlungsstatus: offen\nBestellstatus: bezahlt", OWN),
        ("Keine Zahlung n\u00f6tig: Testphase", OWN),
        ("Vorauszahlung eingegangen.\nZahlung am 15.11.2026 eingegangen", OWN),
        ("Rechnung 4711 bezahlt am 24.11.2026", None),
    ],
)
def test_what_may_be_paid_is_asked(text: str, own: str | None) -> None:
    """Neither of the two is taken for it."""
    assert method_in(text, WHOLE, own) in (None, "transfer")
    assert may_be_paid(text, own)


@pytest.mark.parametrize(
    "text",
    [
        "Bitte \u00fcberweisen Sie bis 15.12.2026",
        "Sollten Sie bereits bezahlt haben, danken wir.",
        "Vielen Dank f\u00fcr Ihre p\u00fcnktliche Zahlung",
        "Thank you for your payment by 30 June 2026",
        "Rechnung 4700 wurde am 03.11.2026 bezahlt",
        "Anzahlung EUR 900,00 erhalten, Restbetrag EUR 300,00",
        "Zahlungsstatus: offen",
    ],
)
def test_what_is_plain_is_not_asked(text: str) -> None:
    """A question that needs no answer hides one that does."""
    assert not may_be_paid(text, OWN)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Anzahlung am 01.09.2026 erhalten und Rest f\u00e4llig am 15.12.2026", "2026-09-01"),
        ("Zahlung am 01.09.2026 eingegangen, offen bis 15.12.2026", "2026-09-01"),
        ("Bezahlt am:\n01.09.2026", "2026-09-01"),
        ("Am 01.09.2026 wurde die Rechnung bezahlt.", "2026-09-01"),
        ("Restbetrag 300 EUR zahlbar bis 15.12.2026 (Anzahlung EUR 900 erhalten)", ""),
    ],
)
def test_a_day_to_come_is_none_on_which_money_came(text: str, days: str) -> None:
    """Though it stands in the same sentence."""
    assert ",".join(map(str, sorted(received_days(text)))) == days
