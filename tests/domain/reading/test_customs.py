"""Customs assessments on pages."""

from decimal import Decimal

import pytest

from domain.reading.customs import ChargeKind, assessment_in
from tests.layouts import typed

VIENNA = """
Zollamt Österreich                                   Brehmstraße 14, 1110 Wien

Bauer AG
Ring 5
4020 Linz

Zollbescheid                                         Datum: 12.11.2026
MRN: 26AT100000IVA4B7C2

Abgabe                         Bemessungsgrundlage      Satz       Betrag EUR
A00 Zoll                                  3.000,00      3,00 %          90,00
B00 Einfuhrumsatzsteuer                   3.090,00     20,00 %         618,00
Summe der Abgaben                                                      708,00

Die Einfuhrumsatzsteuer wird auf dem Abgabenkonto verbucht.
"""
COLOGNE = """
Hauptzollamt Köln                                    ATLAS

Bauer AG
Ring 5
50667 Köln

Einfuhrabgabenbescheid                               Datum: 12.11.2026
Registrierkennzeichen: AT/C/40/000123/11/2026/4851
MRN 26DE485100A1B2C3R4

Abgabenart                                  Basis      Satz       Betrag EUR
Zoll (A00)                               3.000,00    3,00 %            90,00
Einfuhrumsatzsteuer (B00)                3.090,00   19,00 %           587,10
Gesamtbetrag                                                          677,10
"""


def test_duty_and_import_vat_as_assessed() -> None:
    """The amounts behind base and rate; where the tax goes; the number of the declaration."""
    found = assessment_in(typed(VIENNA))

    assert found is not None
    assert [(each.kind, each.amount) for each in found.charges] == [
        (ChargeKind.DUTY, Decimal("90.00")),
        (ChargeKind.IMPORT_VAT, Decimal("618.00")),
    ]
    assert found.office.text == "Zollamt Österreich"
    assert found.number is not None
    assert found.number.text == "26AT100000IVA4B7C2"
    assert (found.total, found.sum) == (Decimal("708.00"), Decimal("708.00"))
    assert (found.country, found.on_tax_account) == ("AT", True)


def test_the_german_paper() -> None:
    """Nothing is on a tax account there."""
    found = assessment_in(typed(COLOGNE))

    assert found is not None
    assert found.office.text == "Hauptzollamt Köln"
    assert [each.amount for each in found.charges] == [Decimal("90.00"), Decimal("587.10")]
    assert (found.country, found.on_tax_account) == ("DE", False)


def test_a_summary_is_not_counted_twice() -> None:
    """Each position has its own rows, and the paper sums them up once more."""
    rows = """
B00 Einfuhrumsatzsteuer                   1.000,00     20,00 %         200,00
B00 Einfuhrumsatzsteuer                   1.000,00     20,00 %         200,00
Summe Einfuhrumsatzsteuer                                              400,00
Abgaben gesamt                                                         490,00
"""
    head, _, rest = VIENNA.partition("B00 Einf")
    found = assessment_in(typed(head + rows.strip("\n") + rest.partition("708,00")[2]))

    assert found is not None
    assert [each.amount for each in found.charges] == [
        Decimal("90.00"),
        Decimal("200.00"),
        Decimal("200.00"),
    ]


ROWS = VIENNA[VIENNA.index("A00 Zoll") : VIENNA.index("\n\nDie Einfuhr")]
ACCOUNT = "Die Einfuhrumsatzsteuer wird auf dem Abgabenkonto verbucht."
DUTY, TAX = ChargeKind.DUTY, ChargeKind.IMPORT_VAT


@pytest.mark.parametrize(
    "words",
    ["Zu zahlen", "Rechnungsbetrag", "Zahlbetrag", "Gesamtsumme", "Insgesamt", "Total",
     "Gesamtgewicht kg 1.200,00\nSumme", "Gesamtbetrag Warenwert 3.000,00\nSumme",
     "Rechnungsbetrag 3.000,00\nSumme"],
)  # fmt: skip
def test_a_sum_by_many_names(words: str) -> None:
    """And neither a weight nor the value of goods is one."""
    found = assessment_in(typed(VIENNA.replace("Summe der Abgaben", words)))

    assert found is not None
    assert (found.total, found.is_reached) == (Decimal("708.00"), True)


@pytest.mark.parametrize(
    ("rows", "charges", "total"),
    [
        ("B00 EUSt 1.000,00 20 % 200,00\nB00 EUSt 1.000,00 20 % 200,00\nZu zahlen 400,00",
         [(TAX, "200.00"), (TAX, "200.00")], "400.00"),
        ("B00 EUSt 1.000,00 20 % 200,00\nB00 EUSt 1.000,00 20 % 200,00",
         [(TAX, "200.00"), (TAX, "200.00")], None),
        ("A00 Zoll 90,00\nB00 EUSt 618,00\nA00 Zoll 90,00\nB00 EUSt 618,00\nSumme 708,00",
         [(DUTY, "90.00"), (TAX, "618.00")], "708.00"),
        ("A00 Zoll 90,00\nB00 EUSt 200,00\nSumme 1   290,00\nB00 EUSt 200,00\nZu zahlen 490,00",
         [(DUTY, "90.00"), (TAX, "200.00"), (TAX, "200.00")], "490.00"),
        ("Summe Zoll 90,00\nSumme EUSt 618,00\nSumme 708,00", [], "708.00"),
        ("Zoll 90,00 EUR, Einfuhrumsatzsteuer 618,00 EUR, Summe 708,00 EUR",
         [(DUTY, "90.00"), (TAX, "618.00")], "708.00"),
        ("Zollbetrag 90,00 EUR\nZu zahlen 90,00", [(DUTY, "90.00")], "90.00"),
        ("Zoll zu zahlen 90,00 EUR", [(DUTY, "90.00")], "90.00"),
        ("Zoll A00 Zollwert 3.000 EUR Satz 3 % Abgabenbetrag 90,00\nSumme 90,00",
         [(DUTY, "90.00")], "90.00"),
        ("Zollwert 3.000 Zoll 90,00\nSumme 90,00", [(DUTY, "90.00")], "90.00"),
        ("B00 Einfuhrumsatzsteuer (Zollwert + Zoll) 3.090,00 20 % 618,00\nSumme 618,00",
         [(TAX, "618.00")], "618.00"),
        ("Zoll und Einfuhrumsatzsteuer 708,00\nSumme 708,00", [], "708.00"),
        ("Abgaben laut Bescheid 708,00", [], None),
    ],
)  # fmt: skip
def test_rows_and_their_sum(
    rows: str, charges: list[tuple[ChargeKind, str]], total: str | None
) -> None:
    """Equal rows are all kept, a sum is never a charge, and two kinds in one amount are none."""
    found = assessment_in(typed(VIENNA.replace(ROWS, rows)))

    assert found is not None
    assert [(each.kind, f"{each.amount:.2f}") for each in found.charges] == charges
    assert found.total == (None if total is None else Decimal(total))


def test_what_is_paid_beside_the_tax_account_is_reached() -> None:
    """The duty alone."""
    found = assessment_in(typed(VIENNA.replace("Summe der Abgaben  ", "Zahlbetrag ").replace(
        "708,00", " 90,00")))  # fmt: skip

    assert found is not None
    assert (found.total, found.is_reached) == (Decimal("90.00"), True)


@pytest.mark.parametrize(
    ("words", "is_on_account"),
    [
        ("wird auf dem\nAbgabenkonto verbucht.", True),
        ("wird gemäß § 26 Abs. 3 Z 2 UStG geschuldet.", True),
        ("ist nicht bar zu zahlen, sondern wird auf dem Abgabenkonto verbucht.", True),
        ("wird nicht auf Ihrem Abgabenkonto verbucht.", False),
        ("ist statt auf dem Abgabenkonto gebucht bar zu zahlen.", False),
        ("kann auf Antrag auf dem Abgabenkonto verbucht werden.", False),
        (": ein Antrag nach § 26 Abs. 3 Z 2 UStG wurde nicht gestellt.", False),
        (": keine Verbuchung auf dem Abgabenkonto.", False),
    ],
)
def test_the_tax_account_has_to_be_said_plainly(words: str, *, is_on_account: bool) -> None:
    """What denies it, or makes a condition of it, does not put the tax there."""
    found = assessment_in(typed(VIENNA.replace(ACCOUNT, f"Die Einfuhrumsatzsteuer {words}")))

    assert found is not None
    assert found.on_tax_account is is_on_account


@pytest.mark.parametrize(
    "text",
    [
        "Huber Logistik\n\nBauer AG\n\nZollbescheid 26AT100000IVA4B7C2\nZollamt Österreich\n"
        + ROWS,
        "Huber e.U.\n\nZollbescheid\nZollamt Österreich\n" + ROWS,
        VIENNA + "\nDie Abgaben haben wir für Sie verauslagt.",
        "Huber\n\nAn das\nZollamt Österreich\n\nZollbescheid vom 12.11.2026\n" + ROWS,
        VIENNA.replace("Zollbescheid ", "Belastungsanzeige\n\nZollbescheid "),
        VIENNA.replace("Zollbescheid ", "Invoice 7\n\nZollbescheid "),
        VIENNA.replace("Zollbescheid  ", "Rechnung Nr. 7"),
        VIENNA.replace("Zollbescheid ", "Rechnung 7\n\nlaut Zollbescheid"),
        VIENNA.replace("Zollamt Österreich", "Spedition Huber"),
        VIENNA.replace("Zollbescheid", "Lieferschein"),
    ],
)
def test_what_only_speaks_of_an_assessment_is_none(text: str) -> None:
    """A forwarder's invoice, a paper without an office."""
    assert assessment_in(typed(text)) is None


@pytest.mark.parametrize(
    ("owed", "missed"), [("0,00", 0), ("708,00", None), ("90,00", None), ("250,00", 250)]
)
def test_what_is_still_to_be_paid_is_met(owed: str, missed: int | None) -> None:
    """Where duty is on the tax account, too, nothing is paid to customs: a person says so."""
    found = assessment_in(typed(f"{VIENNA}\nZu entrichten   {owed}\n"))

    assert found is not None
    assert (found.missed, found.is_reached) == (missed, missed is None)


def test_charges_at_entry_are_assessed_too() -> None:
    """The older word for them."""
    said = VIENNA.replace("Zollbescheid", "Bescheid \u00fcber Eingangsabgaben")

    assert assessment_in(typed(said)) is not None
