"""What is due by the words and lines of a page."""

from datetime import date
from decimal import Decimal
from time import process_time

import pytest

from domain.intake import from_pages
from domain.intake.extraction import Extraction
from domain.payables.terms import PaymentMethod, PaymentTerm, TermKind
from domain.reading.origin import OwnParty
from domain.reading.payment_words import may_be_paid, method_in
from domain.reading.terms import Basis, terms_in
from tests.layouts import typed

_MOST_SECONDS = 5  # one at most on an idle machine; what grows by squares takes far more
_HEAD = """
Tischlerei Ahornweg GmbH
Ahornweg 3, 4020 Linz
UID: ATU47110816
Rechnung                   Rechnungsnummer: SR-17
Rechnungsdatum: 20.11.2026
Nettobetrag                10.000,00 EUR
USt 20 %                    2.000,00 EUR
Gesamtbetrag               12.000,00 EUR
"""


def page(*lines: str) -> Extraction:
    """The extraction of an invoice with some more lines."""
    return from_pages.extraction_of(typed(_HEAD + "\n".join(lines)), OwnParty())


def test_a_rest_after_deposits_is_due() -> None:
    """Schlussrechnung: deposits are taken off, the rest is what is due."""
    found = page(
        "abzüglich Anzahlung vom 01.09.2026   -6.000,00 EUR",
        "abzüglich Anzahlung vom 01.10.2026   -3.000,00 EUR",
        "Restbetrag                            3.000,00 EUR",
        "Zahlbar bis 20.12.2026 ohne Abzug",
    )

    assert (found.total_gross, found.prepaid_amount, found.amount_due) == (
        Decimal("12000.00"), Decimal("9000.00"), Decimal("3000.00"),
    )  # fmt: skip
    assert found.due_date == date(2026, 12, 20)
    assert found.payment_method is PaymentMethod.TRANSFER


@pytest.mark.parametrize(
    "lines",
    [
        ("Zahlungsbedingungen: 14 Tage netto",
         "Mahnspesen 15,00 EUR. Die Ware bleibt bis zur vollständigen Bezahlung unser Eigentum."),
        ("Bitte überweisen Sie den Betrag binnen 14 Tagen ohne Abzug.",
         "Reklamationen binnen 8 Tagen. Nächste Abrechnung am 05.02.2027."),
        ("Payment within 14 days net", "No discount on what was ordered on 05.02.2027."),
    ],
)  # fmt: skip
def test_what_stands_below_the_term_is_no_part_of_it(lines: tuple[str, str]) -> None:
    """Neither what was not wrapped there, nor a day that nobody says is for paying."""
    assert page(*lines).due_date == date(2026, 12, 4)


@pytest.mark.parametrize(
    "words",
    [
        "Bitte begleichen Sie den Betrag in 14 Tagen.",
        "Ziel 14 Tage",
        "\u00dcberweisung in 14 Tagen erbeten",
        "Rok za nakazilo: 14 dneh",
        "Przelew w terminie 14 dni",
        "Virement sous 14 jours",
        "Bonifico a 14 giorni",
        "14 napon bel\u00fcl utaland\u00f3",
        "Valuta          Lieferart\n14 Tage netto   Post",
    ],
)
def test_days_to_pay_count_from_the_day_of_issue(words: str) -> None:
    """In the languages that we read, beside their word or below it."""
    assert page(*words.split("\n")).due_date == date(2026, 12, 4)


def test_a_term_that_is_wrapped_goes_on_below() -> None:
    """The next word would not have fitted on the line."""
    found = page(
        "Zahlbar abzüglich zwei Prozent Skonto in einer Woche, sonst netto innerhalb von",
        "30 Tagen netto.",
    )

    assert found.due_date == date(2026, 12, 20)


def test_a_deposit_without_a_stated_rest_leaves_one() -> None:
    """Gross less what was paid before."""
    found = page("Bereits bezahlt   9.000,00 EUR")

    assert (found.prepaid_amount, found.amount_due) == (Decimal("9000.00"), Decimal("3000.00"))


def test_without_a_word_all_is_due() -> None:
    """By rule, since nothing else is stated."""
    found = page("Wir danken für den Auftrag.")

    assert found.amount_due == found.total_gross
    assert found.origins["amount_due"].source == "rule"


@pytest.mark.parametrize(
    ("words", "due", "discounts"),
    [
        ("14 Tage 3 % Skonto, 30 Tage netto", "2026-12-20", [("2026-12-04", "3.00")]),
        (
            "Bis zum 04.12.2026 abzüglich 2 % Skonto, zahlbar bis zum 20.12.2026 netto",
            "2026-12-20",
            [("2026-12-04", "2.00")],
        ),
        ("Bei Zahlung bis 04.12.2026 2 % Skonto", None, [("2026-12-04", "2.00")]),
        ("Zahlbar innerhalb von 14 Tagen ohne Abzug.", "2026-12-04", []),
        ("30 Tage ab Monatsende", "2026-12-30", []),
        ("Net 10,000.00 VAT 0.00, payable on demand", None, []),
    ],
)
def test_terms_in_words(words: str, due: str | None, discounts: list[tuple[str, str]]) -> None:
    """The last day is due; the day of a discount never is."""
    found = page(words)

    assert found.due_date == (date.fromisoformat(due) if due else None)
    assert [
        (str(term.due_date), str(term.percent))
        for term in found.terms
        if term.kind is TermKind.DISCOUNT
    ] == discounts


def test_instalments_in_words() -> None:
    """Each with its day and amount."""
    found = page("Zahlbar in 3 Raten zu je EUR 4.000,00: 01.12.2026, 01.01.2027, 01.02.2027")

    assert found.due_date == date(2027, 2, 1)
    assert found.terms[0] == PaymentTerm(
        TermKind.INSTALMENT, date(2026, 12, 1), amount=Decimal("4000.00")
    )


@pytest.mark.parametrize(
    ("words", "method"),
    [
        ("Der Betrag wird am 02.12.2026 von Ihrem Konto eingezogen.", PaymentMethod.DIRECT_DEBIT),
        ("Betrag dankend erhalten", PaymentMethod.PAID),
        ("Bezahlt mit Kreditkarte **** 4711", PaymentMethod.CARD),
        ("Barzahlung", PaymentMethod.CASH),
        ("Wir buchen den Betrag von Ihrem Konto ab.", PaymentMethod.DIRECT_DEBIT),
        ("SEPA-Mandatsreferenz: M-77", PaymentMethod.DIRECT_DEBIT),
        ("Prélèvement SEPA le 02.12.2026", PaymentMethod.DIRECT_DEBIT),
        ("Zahlungsart: Mastercard", PaymentMethod.CARD),
        ("Wird mit unserer Gegenforderung verrechnet.", PaymentMethod.OTHER),
        ("Bitte überweisen. Barzahlung ist nicht möglich.", PaymentMethod.TRANSFER),
        ("Bitte überweisen, keine Kreditkarten.", PaymentMethod.TRANSFER),
        ("Wir verrechnen Ihnen für unsere Leistungen, zahlbar sofort", PaymentMethod.TRANSFER),
        ("Bitte überweisen Sie bis 20.12.2026", PaymentMethod.TRANSFER),
        ("IBAN AT61 1904 3002 3457 3201", PaymentMethod.TRANSFER),
        ("Danke", None),
    ],
)
def test_how_it_is_paid(words: str, method: PaymentMethod | None) -> None:
    """In words; an account to pay to speaks for a transfer."""
    found = page(words)

    assert found.payment_method is method
    told = {finding.code for finding in found.findings} & {"DIRECT_DEBIT", "PAYMENT_METHOD"}
    assert bool(told) == (method not in (None, PaymentMethod.TRANSFER))


@pytest.mark.parametrize(
    ("before", "rest"),
    [
        ("Anzahlung vom 01.10.2026 -9.000,00", "zu zahlen 3.000,00"),
        ("Acompte versé 9.000,00", "Reste à payer 3.000,00"),
        ("Acconto 9.000,00", "Saldo a pagare 3.000,00"),
        ("Reeds betaald 9.000,00", "Te betalen 3.000,00"),
        ("Anticipo 9.000,00", "Pendiente de pago 3.000,00"),
        ("Zaliczka 9.000,00", "Do zapłaty 3.000,00"),
        ("Uhrazeno 9.000,00", "K úhradě 3.000,00"),
        ("Előleg 9.000,00", "Fizetendő 3.000,00"),
        ("Teilrechnung 1 vom 01.10.2026 9.000,00", "verbleibt 3.000,00"),
    ],
)
def test_what_was_prepaid_is_read_in_the_languages_of_vendors(before: str, rest: str) -> None:
    """And a day between the word and the amount is no amount."""
    found = page(f"{before}\n{rest}")

    assert (found.prepaid_amount, found.amount_due) == (Decimal(9000), Decimal(3000))


@pytest.mark.parametrize(
    "words",
    [
        "Unsere Forderungen sind an die Alpen Factorbank AG verkauft und abgetreten.",
        "Kontoinhaber: Alpen Factorbank AG\nIBAN AT61 1904 3002 3457 3201",
        "Bitte zahlen Sie an unseren Factor: Alpen Factorbank AG",
        "Gezahlt wird an Kassa 3. Forderungen sind an die Alpen Factorbank AG abgetreten.",
        "Account holder: Alpen Factorbank AG  IBAN: AT61 1904 3002 3457 3201",
    ],
)
def test_another_holder_of_the_account_is_a_payee(words: str) -> None:
    """However a page says so (BT-85)."""
    found = page(words).payee

    assert found is not None
    assert found.name == "Alpen Factorbank AG"


@pytest.mark.parametrize(
    "words",
    [
        "Kontoinhaber: IBAN AT61 1904 3002 3457 3201",
        "Zahlungsempf\u00e4nger: Bankverbindung siehe unten",
        "Zahlungsempf\u00e4nger:\nBankverbindung: Raiffeisenbank",
        "Bitte zahlen Sie direkt an Kassa 3.",
        "Bitte bezahlen Sie nur an Kassa 3, danke.",
        "Bitte zahlen Sie direkt an den Fahrer.",
        "Bitte \u00fcberweisen Sie nur an IBAN AT61 1904 3002 3457 3201.",
        "Please pay your invoice directly to Reception.",
        "Zahlung mit schuldbefreiender Wirkung nur an IBAN AT61 1904 3002 3457 3201",
        "Beneficiary: Seller",
        "Account holder: see below",
        "Zahlungsempf\u00e4nger: Rechnungssteller",
        "Kontoinhaber: Konto 12345678",
    ],
)
def test_an_account_or_a_cash_desk_is_no_payee(words: str) -> None:
    """Nor is the vendor by its role."""
    assert page(*words.split("\n")).payee is None


def test_a_payee_is_found_behind_an_account() -> None:
    """What is no name hides none."""
    found = page("Zahlbar nur an: Bitte zahlen Sie direkt an Kassa 3.",
                 "Unsere Forderungen sind an IBAN AT61 1904 abgetreten.",
                 "Kontoinhaber: IBAN AT61 1904", "Kontoinhaber: Alpen Factorbank AG")  # fmt: skip

    assert found.payee is not None
    assert found.payee.name == "Alpen Factorbank AG"


@pytest.mark.parametrize("holder", ["Tischlerei", "Tischlerei Ahornweg", "Ahornweg Ges.m.b.H."])
def test_a_vendor_in_other_words_is_no_payee(holder: str) -> None:
    """Who shares a word of the name may be the vendor itself."""
    assert page(f"Kontoinhaber: {holder}").payee is None


def test_an_assigned_claim_names_the_payee() -> None:
    """Factoring on a page: who is to be paid is not who invoices."""
    found = page(
        "Unsere Forderungen sind abgetreten an die Alpen Factorbank AG, Wien.",
        "Zahlung mit schuldbefreiender Wirkung nur an IBAN AT61 1904 3002 3457 3201",
    )

    assert found.payee is not None
    assert (found.payee.name, found.payee.iban) == ("Alpen Factorbank AG", "AT611904300234573201")


@pytest.mark.parametrize("sign", ["HUF", "CZK", "PLN", "SEK", "CHF", "Ft"])
def test_a_page_in_foreign_currency_is_never_in_eur(sign: str) -> None:
    """Named by code or sign."""
    found = from_pages.extraction_of(typed(_HEAD.replace("EUR", sign)), OwnParty())

    assert found.currency == ("HUF" if sign == "Ft" else sign)


@pytest.mark.parametrize("sign", ["kr", "XYZ", ""])
def test_a_currency_that_nobody_knows_is_unknown(sign: str) -> None:
    """No word, no sign of one currency, no code that exists."""
    found = from_pages.extraction_of(typed(_HEAD.replace("EUR", sign)), OwnParty())

    assert found.currency is None


@pytest.mark.parametrize(
    "words",
    [
        "Zahlungsart: Vorkasse - Zahlung am 18.11.2026 eingegangen.",
        "Vielen Dank f\u00fcr Ihre Zahlung per EPS-\u00dcberweisung vom 23.11.2026!",
        "Betrag am 24.11.2026 dankend per Bankomat erhalten.",
        "Zahlungsstatus: bezahlt am 25.11.2026",
    ],
)
def test_a_day_on_which_money_came_is_never_due(words: str) -> None:
    """What was paid is told, and no payment run finds it."""
    found = page(words, "IBAN AT61 1904 3002 3457 3201")

    assert (found.due_date, found.terms) == (None, ())
    assert found.payment_method in (PaymentMethod.PAID, PaymentMethod.CARD)
    assert "PAYMENT_METHOD" in {finding.code for finding in found.findings}


@pytest.mark.parametrize(
    "words", ["bereits bezahlt", "abz\u00fcglich Kartenzahlung, schon bezahlt"]
)
def test_what_was_paid_in_part_is_due_with_the_rest(words: str) -> None:
    """On its day, by transfer."""
    found = page(
        f"{words}   -2.000,00 EUR", "Zahlbetrag   10.000,00 EUR", "F\u00e4llig am 18.12.2026",
        "IBAN AT61 1904 3002 3457 3201",
    )  # fmt: skip

    assert (found.due_date, found.amount_due) == (date(2026, 12, 18), Decimal(10000))
    assert found.payment_method is PaymentMethod.TRANSFER


@pytest.mark.parametrize(
    "words",
    ["F\u00e4llig am 18.12.2026", "Zahlbar innerhalb von 14 Tagen", "Zahlungsziel: 30 Tage netto"],
)
def test_paid_and_yet_due_is_asked(words: str) -> None:
    """Two words that contradict each other: neither is silently taken."""
    found = page("Zahlungsstatus: BEZAHLT", words)

    assert found.payment_method is PaymentMethod.PAID
    assert "PAYMENT_METHOD_UNCLEAR" in {finding.code for finding in found.findings}


def test_a_service_that_is_to_be_paid_is_the_payee() -> None:
    """And the account of the vendor is not its."""
    found = page(
        "Zahlungsmethode: Klarna Rechnung. Bitte zahlen Sie direkt an Klarna.",
        "IBAN AT61 1904 3002 3457 3201",
    )

    assert found.payment_method is PaymentMethod.OTHER
    assert found.payee is not None
    assert (found.payee.name, found.payee.iban) == ("Klarna", None)


@pytest.mark.parametrize(
    ("lines", "discounts", "due"),
    [
        (
            (("Bei Zahlung bis 27.11.2026 gew\u00e4hren wir 3 % Skonto (360,00 \u20ac),"
              " bis 04.12.2026 2 % Skonto, bis 20.12.2026 rein netto."),),
            [("2026-11-27", "3.00", "360.00"), ("2026-12-04", "2.00", "None")],
            "2026-12-20",
        ),
        (
            (("Bei Zahlung innerhalb von 10 Tagen k\u00f6nnen Sie 240,00 EUR Skonto abziehen."
              " Zahlungsziel 30 Tage."),),
            [("2026-11-30", "2.00", "240.00")],
            "2026-12-20",
        ),
        (
            ("Innerhalb 10 Tagen Skontobetrag EUR 100,00, 30 Tage netto",),
            [("2026-11-30", "None", "100.00")],
            "2026-12-20",
        ),
        (
            ("abzgl. 2 % Skonto                          -240,00 EUR",
             "Zahlbetrag bei Zahlung bis 27.11.2026   11.760,00 EUR",
             "Danach 12.000,00 EUR bis 20.12.2026."),
            [("2026-11-27", "2.00", "240.00")],
            "2026-12-20",
        ),
        (
            ("Zahlbetrag bei Zahlung bis 27.11.2026: 11.760,00 EUR. Netto bis 20.12.2026",),
            [("2026-11-27", "2.00", "240.00")],
            "2026-12-20",
        ),
    ],
)  # fmt: skip
def test_discounts_of_a_scale_or_an_amount(
    lines: tuple[str, ...], discounts: list[tuple[str, str, str]], due: str
) -> None:
    """Each with its day; what is paid in time is no rest."""
    found = page(*lines)

    assert [
        (str(term.due_date), str(term.percent), str(term.amount))
        for term in found.terms
        if term.kind is TermKind.DISCOUNT
    ] == discounts
    assert (found.due_date, found.amount_due) == (date.fromisoformat(due), Decimal(12000))
    assert "DISCOUNT_AFTER_DUE" not in {finding.code for finding in found.findings}


def test_a_discount_beyond_the_day_due_is_told() -> None:
    """One of the two days was not meant so."""
    found = page("Zahlbar bis 30.11.2026 netto", "2 % Skonto bis 10.12.2026")

    assert "DISCOUNT_AFTER_DUE" in {finding.code for finding in found.findings}


@pytest.mark.parametrize(
    "words",
    [
        "Offener Betrag Vormonat", "R\u00fcckstand Vormonat", "Alter Saldo", "Saldovortrag",
        "Offene Forderungen aus Vorrechnungen", "Previous balance", "Solde pr\u00e9c\u00e9dent",
        "Saldo precedente", "Vorig saldo", "Saldo anterior", "Saldo z poprzedniego okresu",
        "P\u0159edchoz\u00ed dluh", "El\u0151z\u0151 egyenleg", "Prej\u0161nji saldo",
        "Bisheriger Saldo", "Zuz\u00fcglich bisherige offene Forderungen", "\u00c4ltere Rechnungen",
    ],
)  # fmt: skip
def test_an_old_balance_is_no_part_of_the_invoice(words: str) -> None:
    """The invoice is due with its own sum, and the rest is told."""
    found = page(
        f"{words}   340,00 EUR", "Gesamtforderung   12.340,00 EUR",
        "Bitte \u00fcberweisen Sie 12.340,00 EUR bis 18.12.2026",
    )  # fmt: skip

    assert (found.total_gross, found.amount_due) == (Decimal(12000), Decimal(12000))
    assert found.due_date == date(2026, 12, 18)
    told = [each.message for each in found.findings if each.code == "OLD_BALANCE"]
    assert told == ["340.00 of an older balance are asked besides; with it 12340.00."]


def test_charges_for_being_late_are_no_old_balance() -> None:
    """What would be asked is not asked."""
    found = page("Bei R\u00fcckstand verrechnen wir Mahnspesen von 15,00 EUR.")

    assert "OLD_BALANCE" not in {each.code for each in found.findings}


@pytest.mark.parametrize(
    "words",
    [
        "abz\u00fcglich bisherige Rechnungen", "abzgl. fr\u00fcherer Rechnungen",
        "less previous invoices", "bisherige Zahlungen", "./. bisherige Zahlungen",
    ],
)  # fmt: skip
def test_what_is_taken_off_is_no_old_balance(words: str) -> None:
    """What was billed or paid before is less to pay, and nothing besides."""
    found = page(f"{words}   9.000,00 EUR")

    assert "OLD_BALANCE" not in {each.code for each in found.findings}
    assert (found.prepaid_amount, found.amount_due) == (Decimal(9000), Decimal(3000))


@pytest.mark.parametrize(
    "words",
    ["abz\u00fcglich Saldovortrag", "bisherige Rechnungen", "minus previous balance",
     "moins solde pr\u00e9c\u00e9dent", "meno saldo precedente"],
)  # fmt: skip
def test_what_may_be_taken_off_is_not_asked_besides(words: str) -> None:
    """Nothing is said of it that the page does not say."""
    found = page(f"{words}   340,00 EUR")

    assert "OLD_BALANCE" not in {each.code for each in found.findings}


def test_a_discount_among_the_totals_is_not_taken_on_the_day_due() -> None:
    """Where the day of a row of the totals cannot be read, it is unknown."""
    found = page(
        "abzgl. 2 % Skonto   -240,00 EUR", "Zahlbetrag   11.760,00 EUR",
        "Danach 12.000,00 EUR bis 20.12.2026.",
    )  # fmt: skip

    assert (found.due_date, found.amount_due) == (date(2026, 12, 20), Decimal(12000))
    assert found.terms[0] == PaymentTerm(TermKind.DISCOUNT, None, Decimal(2), Decimal(240))


@pytest.mark.parametrize(
    "words",
    [
        "Anzahlung von 2.000,00 EUR am 01.09.2026 erhalten und Rest f\u00e4llig am 18.12.2026.",
        "Zahlung 2.000,00 EUR am 01.09.2026 eingegangen, Restbetrag 10.000,00 bis 18.12.2026.",
    ],
)
def test_a_part_that_came_leaves_the_rest_its_day(words: str) -> None:
    """The day of the rest stands in the same sentence."""
    found = page(words, "IBAN AT61 1904 3002 3457 3201")

    assert (found.due_date, found.payment_method) == (date(2026, 12, 18), PaymentMethod.TRANSFER)


@pytest.mark.parametrize(
    "words",
    [
        "Ihre Rechnung SR-16 wurde bezahlt am 03.11.2026. Zahlbar bis 18.12.2026",
        "Vorige Rechnung: bezahlt\nZahlbar bis 18.12.2026",
    ],
)
def test_what_was_paid_of_another_invoice_leaves_this_one_open(words: str) -> None:
    """Only its own number makes it this one."""
    found = page(*words.split("\n"))

    assert (found.due_date, found.payment_method) == (date(2026, 12, 18), PaymentMethod.TRANSFER)
    own = page("Ihre Rechnung SR-17 wurde bezahlt am 03.11.2026.")
    assert own.payment_method is PaymentMethod.PAID


def test_thanks_that_may_be_meant_for_either_are_asked() -> None:
    """The money may have come, or be hoped for."""
    found = page("Vielen Dank f\u00fcr Ihre Zahlung per \u00dcberweisung.")

    assert found.payment_method is PaymentMethod.TRANSFER
    assert "PAYMENT_METHOD_UNCLEAR" in {finding.code for finding in found.findings}


@pytest.mark.parametrize(
    "filling",
    [
        "Zahlung am 01.09.2026 erhalten, Rest bis 18.12.2026\n", "14 Tage 2 % ", "2 % ", " ",
        "1.000,00 ", "Skonto auf ", "Zahlung erhalten, ", "Bezahlt:\n", "01.02.2026 2 % ",
    ],
)  # fmt: skip
def test_long_words_about_payment_take_no_time(filling: str) -> None:
    """Each thing is looked for once, and near by."""
    text, started = "14 Tage 2 % Skonto " + filling * (12_000 // len(filling)), process_time()
    terms_in(text, Basis(gross=Decimal(100)))
    method_in(text, Decimal(100))
    may_be_paid(text)

    assert process_time() - started < _MOST_SECONDS


_OFF = "abz\u00fcglich Anzahlung lt. AR 2026-3 vom 05.10.2026"


@pytest.mark.parametrize(
    ("lines", "prepaid", "due"),
    [
        ([f"{_OFF} (darin 400,00 USt)   -2.400,00", "Restbetrag   9.600,00"], 2400, 9600),
        ([f"{_OFF}   -15.000,00", "Guthaben   -3.000,00"], 15000, -3000),
        (["abz\u00fcglich Anzahlung 15.000,00", "Restbetrag 3.000,00"], None, 3000),
        (["Bar bezahlt am 20.11.2026   -2.000,00", "Rest   10.000,00"], 2000, 10000),
        (["Anzahlungsrechnung", "Anzahlungsbetrag   12.000,00"], None, 12000),
        (["Anzahlungsrechnung", "Anzahlungsbetrag 12.000,00 dankend erhalten"], 12000, 0),
    ],
)
def test_what_was_paid_before_is_read_as_it_is_meant(
    lines: list[str], prepaid: int | None, due: int
) -> None:
    """The tax within is a part; what exceeds the whole leaves nothing; an advance is asked for."""
    found = page(*lines)

    before = None if prepaid is None else Decimal(prepaid)
    assert (found.prepaid_amount, found.amount_due) == (before, Decimal(due))


@pytest.mark.parametrize(
    "line", ["Bar bezahlt am 20.11.2026   -2.000,00", "Bezahlt mit Bankomat EUR 2.000,00"]
)
def test_a_part_paid_at_hand_leaves_a_transfer(line: str) -> None:
    """The rest is still to be paid."""
    found = page(line, "Rest   10.000,00", "Zahlbar sofort", "IBAN AT61 1904 3002 3457 3201")

    assert found.payment_method == PaymentMethod.TRANSFER


def test_the_day_of_a_prepayment_is_no_term() -> None:
    """Neither is it due then, nor is the rate of its tax a discount."""
    found = page(f"{_OFF} (20 % USt)   -2.400,00", "Restbetrag   9.600,00")

    assert (found.due_date, found.terms) == (None, ())


def test_a_line_that_takes_off_is_no_prepayment_besides() -> None:
    """The total is less by it already."""
    lines = """
        Tischlerei Ahornweg GmbH
        Ahornweg 3, 4020 Linz
        UID: ATU47110816
        Rechnung                   Rechnungsnummer: SR-17
        Rechnungsdatum: 20.11.2026
        Bezeichnung                                 Menge     Preis       USt     Netto EUR
        Regale                                      1      5.000,00      20 %      5.000,00
        abz\u00fcglich Anzahlung AR-3 vom 05.10.2026     1     -1.000,00      20 %     -1.000,00
        Nettobetrag                4.000,00
        USt 20 %                     800,00
        Gesamtbetrag               4.800,00
    """
    found = from_pages.extraction_of(typed(lines), OwnParty())

    assert len(found.line_items) == 2
    assert (found.prepaid_amount, found.amount_due, found.terms) == (None, Decimal(4800), ())


@pytest.mark.parametrize(
    ("words", "method", "is_unclear"),
    [
        ("Die Miete wird mittels Dauerauftrag beglichen.", PaymentMethod.OTHER, False),
        ("Bitte per Dauerauftrag \u00fcberweisen.", PaymentMethod.TRANSFER, True),
        ("Zahlung per Dauerauftrag", PaymentMethod.TRANSFER, True),
    ],
)
def test_a_standing_order_may_run(words: str, method: PaymentMethod, *, is_unclear: bool) -> None:
    """Who pays it once more pays twice."""
    found = page(words, "IBAN AT61 1904 3002 3457 3201")

    assert found.payment_method == method
    codes = [each.code for each in found.findings]
    assert ("PAYMENT_METHOD_UNCLEAR" in codes) is is_unclear


@pytest.mark.parametrize(
    ("words", "method"),
    [
        ("Ihre Kreditkarte wird am 01.12.2026 mit EUR 12.000,00 belastet.", PaymentMethod.CARD),
        ("Einzug mittels SEPA-Firmenlastschrift zum 05.12.2026.", PaymentMethod.DIRECT_DEBIT),
        ("Betrag wurde von Ihnen bereits am 15.11.2026 \u00fcberwiesen.", PaymentMethod.PAID),
        ("Zahlungsart: \u00dcberweisung (erledigt)", PaymentMethod.PAID),
        ("Den Rabatt haben wir Ihnen bereits \u00fcberwiesen.", PaymentMethod.TRANSFER),
        ("Kein Einzug per Lastschrift, bitte \u00fcberweisen.", PaymentMethod.TRANSFER),
    ],
)
def test_what_is_paid_elsewhere_is_no_transfer(words: str, method: PaymentMethod) -> None:
    """Who transfers it pays twice."""
    assert page(words, "IBAN AT61 1904 3002 3457 3201").payment_method == method


@pytest.mark.parametrize(
    ("lines", "is_told"),
    [
        (["Zu zahlen   120.000,00 EUR"], True),
        (["Mahnspesen   15,00", "Zu zahlen   12.015,00 EUR"], True),
        (["Zu \u00fcberweisen   112.000,00"], True),
        (["Bitte \u00fcberweisen Sie EUR 120.000,00 bis 10.12.2026."], True),
        (["Bitte \u00fcberweisen Sie bis 10.12.2026 den Betrag von EUR 120.000,00."], True),
        (["Bitte den Betrag von EUR 120.000,00 auf unser Konto \u00fcberweisen."], True),
        (["\u00dcberweisungsbetrag: 120.000,00"], True),
        (["Please transfer the total amount of EUR 120,000.00"], True),
        (["Bitte \u00fcberweisen Sie EUR 12.000,00 bis 10.12.2026."], False),
        (["Der Betrag ist zu \u00fcberweisen. Unser Umsatz: 120.000,00 EUR"], False),
        (["Zu zahlen   12.000,00 EUR"], False),
        (["Offener Betrag Vormonat 100,00", "Zu zahlen   12.100,00 EUR"], False),
    ],
)
def test_more_than_the_whole_is_told(lines: list[str], *, is_told: bool) -> None:
    """The whole is proposed, and a person has to see that the page asks for more."""
    found = page(*lines)

    assert found.amount_due == found.total_gross
    assert ("AMOUNT_DUE_UNEXPLAINED" in {each.code for each in found.findings}) is is_told


def test_an_earlier_payment_is_taken_off() -> None:
    """Its day is no day on which something is due."""
    found = page("abzgl. Ihrer Zahlung vom 05.10.2026   -4.000,00", "Restforderung   8.000,00")

    assert (found.prepaid_amount, found.amount_due) == (Decimal(4000), Decimal(8000))
    assert found.due_date is None


@pytest.mark.parametrize("last", ["", "Anzahlungsbetrag   3.600,00"])
def test_the_line_of_an_advance_is_asked_for(last: str) -> None:
    """Its total is made of it: nothing of it was paid before."""
    lines = f"""
        Tischlerei Ahornweg GmbH
        Ahornweg 3, 4020 Linz
        UID: ATU47110816
        Anzahlungsrechnung         Rechnungsnummer: AR-17
        Rechnungsdatum: 20.11.2026
        Bezeichnung                                 Menge     Preis       USt     Netto EUR
        Anzahlung Regale                            1      3.000,00      20 %      3.000,00
        Nettobetrag                3.000,00
        USt 20 %                     600,00
        Gesamtbetrag               3.600,00
        {last}
    """
    found = from_pages.extraction_of(typed(lines), OwnParty())

    assert (found.prepaid_amount, found.amount_due) == (None, Decimal(3600))


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("Bitte \u00fcberweisen Sie EUR 3.000,00 bis 10.12.2026.", "3000"),
        ("Zu \u00fcberweisen: 3.000,00", "3000"),
        ("Wir ersuchen um \u00dcberweisung von 3.000,- EUR", "3000"),
        ("Bitte \u00fcberweisen Sie die erste Rate von EUR 3.000,00.", "12000"),
        ("Bitte \u00fcberweisen Sie monatlich EUR 3.000,00.", "12000"),
        ("Bitte \u00fcberweisen Sie den Betrag in 14 Tagen, Mahnspesen 10,00 EUR.", "12000"),
    ],
)
def test_what_a_page_asks_to_be_transferred_is_due(words: str, due: str) -> None:
    """Less than the whole is a rest; an instalment, a fee or a discount is none."""
    assert page(words).amount_due == Decimal(due)


@pytest.mark.parametrize(
    "words",
    [
        "Wir ersuchen um eine Anzahlung von 4.000,00 EUR bei Auftrag, Rest bei Lieferung.",
        "Wir bitten um Überweisung der Anzahlung von EUR 4.000,00. Rest bei Lieferung.",
        "Bitte leisten Sie eine Anzahlung von 4.000,00 EUR. Rest nach Fertigstellung.",
        "Anzahlung erbeten: 4.000,00 EUR",
        "Wir ersuchen um eine Anzahlung (4.000,00 EUR) bei Auftrag, Rest bei Lieferung.",
        "Wir ersuchen um Ihre Anzahlung (4.000,00 EUR).",
        "Anzahlung (4.000,00 EUR) zu leisten bei Auftragserteilung, Rest bei Lieferung",
        "Anzahlung 4.000,00 EUR zu leisten bei Auftragserteilung, Rest bei Lieferung",
        "Please pay a deposit of 4.000,00 EUR, the rest upon delivery",
        "A down payment of EUR 4.000,00 is required.",
        "Anzahlung erbeten: 4.000,00 EUR, Lieferung sobald bezahlt.",
        "Anzahlung 4.000,00 EUR fällig am 01.12.2026, Rest 8.000,00 EUR fällig am 31.01.2027",
        "Wir ersuchen um eine Anzahlung von 4.000,00 EUR. Restbetrag 8.000,00 EUR bei Lieferung",
    ],
)
def test_an_advance_that_is_asked_for_is_due(words: str) -> None:
    """Nothing says that it was paid: it is the first part, and the rest is owed as well."""
    found = page(words)

    assert (found.prepaid_amount, found.amount_due) == (None, Decimal(12000))
    assert [(each.kind, each.amount) for each in found.terms] == [
        (TermKind.INSTALMENT, Decimal(4000)), (TermKind.INSTALMENT, Decimal(8000)),
    ]  # fmt: skip
    assert found.payment_method is not PaymentMethod.PAID


@pytest.mark.parametrize(
    "words",
    [
        "Anzahlung von EUR 4.000,00 dankend erhalten, um den Rest wird ersucht.",
        "Wir bitten um Überweisung des Restbetrags nach Abzug der Anzahlung von 4.000,00 EUR.",
        "Bitte überweisen Sie den Rest.\nabzüglich Ihrer Anzahlung 4.000,00",
        "Anzahlung                 -4.000,00 EUR",
        "Anzahlung                 (4.000,00 EUR)",
        "Ihre Anzahlung (4.000,00 EUR) haben wir dankend erhalten.",
        "Bitte überweisen Sie abzüglich Ihrer Anzahlung 4.000,00 EUR",
        "Bitte zahlen Sie abzüglich bisheriger Zahlungen 4.000,00 EUR",
        "Wir ersuchen unter Berücksichtigung Ihrer Anzahlung von 4.000,00 EUR um Überweisung.",
        "Please pay the balance less deposit 4.000,00 EUR",
        "Anzahlung fällig bei Auftrag 4.000,00 EUR (erhalten am 01.10.2026)",
    ],
)
def test_an_advance_that_came_is_not_asked_for(words: str) -> None:
    """What is asked for is the rest."""
    found = page(*words.splitlines())

    assert (found.prepaid_amount, found.amount_due) == (Decimal(4000), Decimal(8000))


@pytest.mark.parametrize(
    ("words", "shares"),
    [
        ("50 % bei Auftragserteilung, 50 % bei Lieferung", [50, 50]),
        ("30 % bei Bestellung, 60 % nach Lieferung, 10 % nach Abnahme", [30, 60, 10]),
        ("40 % upon order, 60 % on delivery", [40, 60]),
        ("Zahlung: 50 % bei Auftragserteilung, 50 % bei Lieferung", [50, 50]),
        ("1/4 bei Auftrag, 3/4 bei Lieferung", [25, 75]),
        ("1/3 bei Auftrag, 2/3 bei Lieferung", ["33.33", "66.67"]),
        (
            "ein Drittel bei Auftrag, zwei Drittel nach Lieferung",
            [Decimal("33.33"), Decimal("66.67")],
        ),
        ("e\u0131n Drittel bei Auftrag, zwe\u0131 Drittel nach Lieferung", ["33.33", "66.67"]),
        ("E\u0130N DR\u0131TTEL bei Auftrag, zwei Drittel nach Lieferung", ["33.33", "66.67"]),
        ("zwei F\u00fcnftel bei Auftrag, drei F\u00dcNFTEL nach Lieferung", [40, 60]),
        ("one th\u0131rd upon order, two third\u017f on delivery", ["33.33", "66.67"]),
        ("one half upon order, half on delivery", [50, 50]),
        ("half upon order, half on delivery", [50, 50]),
        ("die Hälfte bei Bestellung, 50 % bei Lieferung", [50, 50]),
        ("1/3 bei Auftrag", []),
        ("Schraube 1/3 bei Lieferung, Mutter 1/3 bei Lieferung", []),
        ("10 % bei Abnahme von 100 Stück", []),
        ("50 % bei Auftragserteilung", []),
    ],
)
def test_shares_by_event(words: str, shares: list[str | int]) -> None:
    """Parts that come to the whole, on days that nobody knows; a share alone is none."""
    found = page(words)

    assert [each.percent for each in found.terms] == [Decimal(each) for each in shares]
    assert sum(each.amount or 0 for each in found.terms) == (12000 if shares else 0)


def test_a_month_that_stands_first_does_so_in_the_terms_too() -> None:
    """03/04 issued and 04/03 due: March and April, in the field and in the term."""
    text = """
    Data Tools Inc.
    1 Main Street, New York
    Invoice                 Invoice number: DT-55
    Invoice date:  03/04/2026
    Due date:      04/03/2026
    Total due USD  300.00
    """
    found = from_pages.extraction_of(typed(text), OwnParty())

    assert (found.invoice_date, found.due_date) == (date(2026, 3, 4), date(2026, 4, 3))
    assert [term.due_date for term in found.terms] == [date(2026, 4, 3)]


def test_a_day_that_may_be_another_is_not_sure() -> None:
    """Both orders fit, and nothing says who writes: a person looks."""
    text = """
    Data Tools Inc.
    1 Main Street, New York
    Invoice                 Invoice number: DT-55
    Invoice date:  03/04/2026
    Total due USD  300.00
    """
    found = from_pages.extraction_of(typed(text), OwnParty())

    assert found.confidence.fields["invoice_date"] < Decimal("0.70")


def test_what_is_kept_back_is_an_instalment_of_its_own_day() -> None:
    """The rest is due in December, the security five years later; together it is the whole."""
    found = page(
        "abzüglich 3 % Haftrücklass     -360,00",
        "Zahlbetrag EUR              11.640,00",
        "Zahlbar bis: 10.12.2026",
        "Haftrücklass fällig nach Ablauf der Gewährleistung am 30.11.2031.",
    )

    assert found.terms == (
        PaymentTerm(TermKind.INSTALMENT, date(2026, 12, 10), None, Decimal("11640.00")),
        PaymentTerm(TermKind.INSTALMENT, date(2031, 11, 30), None, Decimal("360.00")),
    )
    assert (found.amount_due, found.due_date) == (Decimal("12000.00"), date(2031, 11, 30))


@pytest.mark.parametrize(
    ("lines", "discount", "days"),
    [
        (
            (
                "Haftrücklass 3 % bis 20.11.2029       -360,00",
                "Zahlbetrag                     11.640,00",
                "Zahlbar bis 03.12.2026 mit 3 % Skonto = 11.290,80 EUR, bis 23.12.2026 netto.",
            ),
            "349.20",
            (date(2026, 12, 23), date(2029, 11, 20)),
        ),
        (
            (
                "abzüglich 3 % Gewährleistungseinbehalt     -360,00",
                "Zu zahlen                     11.640,00",
                "Bei Zahlung bis 30.11.2026 gewähren wir 2 % Skonto (232,80 EUR). Ansonsten",
                "zahlbar bis 20.12.2026 ohne Abzug. Der Einbehalt ist fällig am 20.11.2030.",
            ),
            "232.80",
            (date(2026, 12, 20), date(2030, 11, 20)),
        ),
        (
            (
                "- 3 % Haftrücklass                 -360,00",
                "Zahlbetrag                     11.640,00",
                "3 % Skonto bei Zahlung innerhalb 10 Tagen, 30 Tage netto.",
            ),
            "349.20",
            (date(2026, 12, 20),),
        ),
    ],
)
def test_a_discount_is_none_of_what_is_kept_back(
    lines: tuple[str, ...], discount: str, days: tuple[date, ...]
) -> None:
    """It is of what is paid now, and lowers the tax of that alone; the security is paid whole."""
    found = page(*lines)
    taken = [each for each in found.terms if each.kind is TermKind.DISCOUNT]
    rest = [each for each in found.terms if each.kind is not TermKind.DISCOUNT]

    assert [each.amount for each in taken] == [Decimal(discount)]
    assert tuple(each.due_date for each in rest) == days
    assert found.due_date == days[-1]
    if len(days) > 1:
        assert [each.amount for each in rest] == [Decimal("11640.00"), Decimal("360.00")]


def test_the_day_of_a_security_is_not_that_of_the_rest() -> None:
    """Where nothing says when the rest is due, nobody knows; it is not the day of the security."""
    found = page(
        "abzüglich 3 % Haftrücklass     -360,00",
        "Zahlbetrag EUR              11.640,00",
        "Der Haftrücklass ist fällig am 30.11.2031.",
    )

    assert (found.due_date, found.amount_due) == (None, Decimal("11640.00"))


@pytest.mark.parametrize(
    ("words", "days"),
    [
        (
            "1/3 sofort nach Rechnungserhalt, 1/3 nach 30 Tagen, 1/3 nach 60 Tagen.",
            (date(2026, 11, 20), date(2026, 12, 20), date(2027, 1, 19)),
        ),
        ("1/2 binnen 14 Tagen, 1/2 nach 60 Tagen", (date(2026, 12, 4), date(2027, 1, 19))),
        (
            "die Hälfte bis 30.11.2026, die Hälfte bis 31.12.2026",
            (date(2026, 11, 30), date(2026, 12, 31)),
        ),
        ("ein Drittel bei Auftrag, zwei Drittel nach 30 Tagen", (None, date(2026, 12, 20))),
        (
            "Zahlungsplan: 4.000,00 am 10.12.2026; 4.000,00 am 10.01.2027; 4.000,00 am 10.02.2027",
            (date(2026, 12, 10), date(2027, 1, 10), date(2027, 2, 10)),
        ),
        (
            "Zahlbar in 3 gleichen Monatsraten, erste Rate fällig am 15.12.2026.",
            (date(2026, 12, 15), date(2027, 1, 15), date(2027, 2, 15)),
        ),
        (
            "Zahlbar in 3 Monatsraten zu je 4.000,00 EUR, erstmals am 01.12.2026",
            (date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)),
        ),
        (
            "In vier gleichen Teilbeträgen: am 10.12.2026, 10.01.2027, 10.02.2027, 10.03.2027",
            (date(2026, 12, 10), date(2027, 1, 10), date(2027, 2, 10), date(2027, 3, 10)),
        ),
        (
            "Zahlbar in 7 Monatsraten zu je 1.714,29 EUR, erstmals am 01.12.2026",
            tuple(date(2026 + (11 + each) // 12, (11 + each) % 12 + 1, 1) for each in range(7)),
        ),
    ],
)
def test_parts_on_days_are_instalments(words: str, days: tuple[date | None, ...]) -> None:
    """Each on its day; all of it was due on the last."""
    found = page(f"Zahlungsbedingungen: {words}").terms

    assert {each.kind for each in found} == {TermKind.INSTALMENT}
    assert tuple(each.due_date for each in found) == days
    assert sum(each.amount or 0 for each in found) == Decimal("12000.00")


@pytest.mark.parametrize(
    ("words", "amount", "is_asked"),
    [
        ("Skontofähiger Betrag: 1.190,00 EUR, Skontobetrag 35,70 EUR.", "35.70", False),
        ("Skontierbar: 1.190,00 EUR", "35.70", False),
        ("Skonto nur vom Warenwert ohne Pfand (119,00 netto).", None, True),
        ("Fracht ist nicht skontierbar.", None, True),
        ("Kein Skonto auf Frachtkosten.", None, True),
        ("Skonto auf den Warenwert (ohne Versandkosten).", None, True),
        ("Skonto wird gewährt, ausgenommen Lohnanteil.", None, True),
        ("Skonto (nur auf Material).", None, True),
        ("", None, False),
    ],
)
def test_a_discount_of_a_part_is_money_or_asked(
    words: str, amount: str | None, *, is_asked: bool
) -> None:
    """As it is stated or of its own base; else a run would take the percentage of all."""
    found = page("Zahlbar bis 05.12.2026 mit 3 % Skonto, bis 25.12.2026 netto.", words)
    taken = [each for each in found.terms if each.kind is TermKind.DISCOUNT]

    assert [(each.due_date, each.percent) for each in taken] == [(date(2026, 12, 5), Decimal(3))]
    assert [each.amount for each in taken] == [Decimal(amount) if amount else None]
    assert ("DISCOUNT_OF_A_PART" in {each.code for each in found.findings}) is is_asked


_REST = ("abzüglich Anzahlung vom 01.09.2026   -9.000,00", "Restbetrag            3.000,00")


@pytest.mark.parametrize(
    "words",
    [
        "Bei Zahlung bis 04.12.2026 2 % Skonto = 2.940,00, bis 20.12.2026 netto 3.000,00",
        "Bis 04.12.2026 abzüglich 2 % Skonto 60,00 EUR, sonst bis 20.12.2026 ohne Abzug",
        "Zahlbar bis 20.12.2026 ohne Abzug, bis 04.12.2026 mit 2 % Skonto EUR 2.940,00",
        "Zahlbetrag bei Zahlung bis 04.12.2026: 2.940,00\nZahlbar bis 20.12.2026",
    ],
)
def test_a_discount_of_a_rest_is_one_of_what_is_left(words: str) -> None:
    """What is paid in time is less than the rest, not than the whole: 60.00, never 2,940.00."""
    found = page(*_REST, *words.splitlines())

    assert (found.amount_due, found.due_date) == (Decimal("3000.00"), date(2026, 12, 20))
    (discount,) = [each for each in found.terms if each.kind is TermKind.DISCOUNT]
    assert (discount.due_date, discount.amount) == (date(2026, 12, 4), Decimal("60.00"))


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("30 % bei Auftragserteilung, Rest nach Lieferung", [(None, "3600"), (None, "8400")]),
        (
            "30 % Anzahlung bei Auftrag und der Rest binnen 60 Tagen",
            [(None, "3600"), (date(2027, 1, 19), "8400")],
        ),
        ("50 % deposit with order, balance on delivery", [(None, "6000"), (None, "6000")]),
        (
            "EUR 4.000,00 bei Auftragserteilung, Rest bei Lieferung",
            [(None, "4000"), (None, "8000")],
        ),
        (
            "ein Drittel bei Bestellung, der Rest innerhalb von 14 Tagen",
            [(None, "4000"), (date(2026, 12, 4), "8000")],
        ),
        ("30 % à la commande, le solde à la livraison", [(None, "3600"), (None, "8400")]),
        (
            "40 % bei Bestellung, 50 % bei Lieferung, Rest nach Abnahme",
            [(None, "4800"), (None, "6000"), (None, "1200")],
        ),
    ],
)
def test_the_rest_behind_an_advance_is_the_other_part(
    words: str, parts: list[tuple[date | None, str]]
) -> None:
    """Of events nobody knows the day."""
    found = page(f"Zahlungsbedingungen: {words}").terms

    assert {each.kind for each in found} == {TermKind.INSTALMENT}
    assert [(each.due_date, each.amount) for each in found] == [
        (day, Decimal(amount)) for day, amount in parts
    ]


@pytest.mark.parametrize(
    "words",
    [
        "3 % Skonto bei Zahlung binnen 14 Tagen, Rest netto 30 Tage",
        "20 % Rabatt bei Bestellung, Rest in 30 Tagen",
    ],
)
def test_a_discount_before_a_rest_is_no_advance(words: str) -> None:
    """Nor is what is taken off."""
    found = page(f"Zahlbar: {words}").terms

    assert TermKind.INSTALMENT not in {each.kind for each in found}


def test_instalments_of_a_rest_come_to_the_rest() -> None:
    """Parts of the whole would be paid too late: those before them count as paid."""
    rates = page(*_REST, "Zahlbar in 3 Monatsraten, erste Rate am 15.12.2026.")
    shares = page(*_REST, "Zahlbar: 50 % sofort, 50 % nach 30 Tagen")
    paid = page(
        "abzüglich Anzahlung vom 01.09.2026   -3.600,00",
        "Restbetrag            8.400,00",
        "Zahlungsbedingungen: 30 % bei Auftragserteilung, Rest nach Lieferung",
    )

    assert [each.amount for each in rates.terms] == [Decimal("1000.00")] * 3
    assert [each.amount for each in shares.terms] == [Decimal("1500.00")] * 2
    assert [each.amount for each in paid.terms] == [Decimal("3600.00"), Decimal("8400.00")]


@pytest.mark.parametrize(
    ("words", "method"),
    [
        ("Bei Lastschrift gewähren wir 2 % Skonto. Zahlbar 14 Tage netto.", "transfer"),
        ("Es gelten 2 % Skonto bei Bankeinzug. Zahlbar 14 Tage netto.", "transfer"),
        ("Zahlbar 14 Tage netto. 3 % Skonto bei Vorauszahlung.", "transfer"),
    ],
)
def test_a_discount_for_another_way_to_pay_is_none(words: str, method: str) -> None:
    """Who transfers within the term has not earned it; the offer of a debit is no debit."""
    found = page(words)

    assert [(each.kind, each.due_date) for each in found.terms] == [
        (TermKind.NET, date(2026, 12, 4))
    ]
    assert found.payment_method is PaymentMethod(method)


def test_a_discount_of_what_is_collected_stays() -> None:
    """The vendor takes it off himself."""
    found = page("Zahlungsart SEPA-Lastschrift mit 3 % Skonto, Einzug am 02.12.2026")

    assert found.payment_method is PaymentMethod.DIRECT_DEBIT
    assert found.terms[0].percent == Decimal(3)


@pytest.mark.parametrize(
    ("lines", "prepaid", "due"),
    [
        (("bereits geleistete Zahlungen   9.000,00", "Offen     3.000,00"), "9000", "3000"),
        (("Paid to date                  9,000.00", "Outstanding    3,000.00"), "9000", "3000"),
        (("Credit applied               -9,000.00", "Total due      3,000.00"), "9000", "3000"),
        (("Payments received             9,000.00", "Now due        3,000.00"), "9000", "3000"),
    ],
)
def test_a_rest_has_many_names(lines: tuple[str, ...], prepaid: str, due: str) -> None:
    """The whole was due, without a word."""
    found = page(*lines, "Zahlbar bis 20.12.2026")

    assert (found.prepaid_amount, found.amount_due) == (Decimal(prepaid), Decimal(due))


@pytest.mark.parametrize(
    ("words", "method"),
    [
        ("Your card will be charged on 25 November 2026", PaymentMethod.CARD),
        ("Wir belasten Ihre Kreditkarte am 25.11.2026", PaymentMethod.CARD),
        ("SDD addebito in conto il 05/12/2026", PaymentMethod.DIRECT_DEBIT),
        ("Het bedrag wordt automatisch afgeschreven op 05-12-2026", PaymentMethod.DIRECT_DEBIT),
        ("Barrechnung", PaymentMethod.CASH),
    ],
)
def test_what_is_taken_is_not_transferred(words: str, method: PaymentMethod) -> None:
    """With an account on the page a run would pay it a second time."""
    assert page(words, "IBAN AT61 1904 3002 3457 3201").payment_method is method


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Valutadatum 15.01.2027, zahlbar 30 Tage netto", date(2027, 2, 14)),
        ("Valuta 15.12.2026", date(2026, 12, 15)),
        ("Payable within thirty (30) days of the invoice date", date(2026, 12, 20)),
        ("Payment net 20 December 2026", date(2026, 12, 20)),
        ("Pagamento: bonifico 30 gg fine mese", date(2026, 12, 31)),
        ("Règlement à 30 jours fin de mois", date(2026, 12, 31)),
    ],
)
def test_days_count_from_the_day_that_is_named(words: str, day: date) -> None:
    """A value day, a number in brackets, the end of the month in which the days end."""
    assert page(words).due_date == day


def test_a_percentage_may_have_three_decimals() -> None:
    """As SAP prints it."""
    found = page("Innerhalb von 14 Tagen 3,000 % Skonto, innerhalb von 30 Tagen ohne Abzug")

    assert [(each.kind, each.percent) for each in found.terms] == [
        (TermKind.DISCOUNT, Decimal(3)),
        (TermKind.NET, None),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "2 % Skonto bis 04.12.2026 auf den Betrag ohne Fracht, sonst netto bis 20.12.2026",
        "3 % Skonto auf Material bis 04.12.2026, sonst netto bis 20.12.2026",
    ],
)
def test_a_part_behind_a_day_is_asked_as_well(words: str) -> None:
    """The dots of a day end no sentence."""
    assert "DISCOUNT_OF_A_PART" in {each.code for each in page(words).findings}


_FACTOR = "DE89 3704 0044 0532 0130 00"


@pytest.mark.parametrize(
    ("words", "payee"),
    [
        (f"Bitte überweisen Sie an Klarna Bank AB, IBAN {_FACTOR}", "Klarna Bank AB"),
        (f"Zahlbar an: Ratepay GmbH, IBAN {_FACTOR}", "Ratepay GmbH"),
        (f"Please pay to Billie GmbH, IBAN {_FACTOR}", "Billie GmbH"),
        (f"Bénéficiaire : Factofrance SA, IBAN {_FACTOR}", "Factofrance SA"),
        (f"Il credito è stato ceduto a Ifitalia SpA, IBAN {_FACTOR}", "Ifitalia SpA"),
        (f"an die abcfinance GmbH abgetreten. IBAN {_FACTOR}", "abcfinance GmbH"),
        (
            f"Zahlbar mit schuldbefreiender Wirkung nur an A.B.S. Factoring AG, IBAN {_FACTOR}",
            "A.B.S. Factoring AG",
        ),
        (f"Zahlbar an Tischlerei Ahornweg GmbH, IBAN {_FACTOR}", None),
        (f"Bitte überweisen Sie an die Raiffeisenbank Linz eGen, IBAN {_FACTOR}", None),
        (f"Überweisung auf unser Konto bei der Oberbank AG, IBAN {_FACTOR}", None),
    ],
)
def test_who_stands_before_an_account_is_paid(words: str, payee: str | None) -> None:
    """Another company than the vendor is a payee, and a question; a bank of theirs is none."""
    found = page(words).payee

    assert (found and (found.name, found.iban)) == (
        (payee, _FACTOR.replace(" ", "")) if payee else None
    )


@pytest.mark.parametrize(
    ("words", "terms", "due_date"),
    [
        (
            "Fällig: 20.12.2026   Skonto bis: 04.12.2026   Skontobetrag: 240,00",
            [("discount", date(2026, 12, 4)), ("net", date(2026, 12, 20))],
            date(2026, 12, 20),
        ),
        (
            "Skontofrist 04.12.2026: 2 % = 240,00 EUR   Nettofälligkeit 20.12.2026",
            [("discount", date(2026, 12, 4)), ("net", date(2026, 12, 20))],
            date(2026, 12, 20),
        ),
        (
            "ZB: 2% 10 Tg, netto 30 Tg",
            [("discount", date(2026, 11, 30)), ("net", date(2026, 12, 20))],
            date(2026, 12, 20),
        ),
        (
            "Anzahlung 30 % (fällig sofort)  3.600,00\nRestzahlung (fällig 20.12.2026)  8.400,00",
            [("instalment", date(2026, 11, 20)), ("instalment", date(2026, 12, 20))],
            date(2026, 12, 20),
        ),
    ],
)
def test_terms_in_columns_are_told_apart(
    words: str, terms: list[tuple[str, date]], due_date: date
) -> None:
    """Each day with its own; an advance is no discount of 30 %."""
    found = page(*words.splitlines())

    assert [(each.kind.value, each.due_date) for each in found.terms] == terms
    assert found.due_date == due_date


def test_a_day_of_this_invoice_goes_before_events_of_the_order() -> None:
    """The last invoice of an order repeats its terms; a run would have paid the first part."""
    words = "Zahlungsbedingungen: 30 % bei Auftragserteilung, Rest nach Lieferung"
    found = page(words, "Fällig am: 20.12.2026")

    assert [(each.kind, each.due_date) for each in found.terms] == [
        (TermKind.NET, date(2026, 12, 20))
    ]
