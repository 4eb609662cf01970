"""What a page asks for beside net and tax."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.intake.extraction import Extraction, normalized
from domain.intake.from_pages import extraction_of
from domain.intake.tax_facts import kind_of
from domain.reading.origin import OwnParty
from tests.domain.intake.test_tax_proposal import AT, advice, blocking
from tests.layouts import typed

HEAD = """
Getränke Huber GmbH, Ring 1, 1010 Wien
UID ATU13585627

Rechnung Nr. RE-77
Rechnungsdatum 03.02.2026

Artikel                 Menge   Preis    Betrag
"""
WATER = "Mineralwasser              24     0,50     12,00\n"
ROW = "Einwegpfand                24     0,25      6,00\n"
TAXED = "\nNetto                                      12,00\n20 % USt                    2,40\n"


def read(body: str) -> Extraction:
    """What is read of a page with these rows and totals."""
    return extraction_of(typed(HEAD + body), OwnParty())


def lines(found: Extraction) -> list[tuple[str, str, str]]:
    """Description, tax and gross of the lines."""
    items = normalized(found).line_items
    return [(x.description, str(x.tax_amount), str(x.line_total)) for x in items]


@pytest.mark.parametrize(
    ("below", "words"),
    [
        ("Einwegpfand 24 x 0,25                       6,00", "Einwegpfand"),
        ("Pfand (nicht steuerbar)                     6,00", "Pfand (nicht steuerbar)"),
        ("zzgl. Flaschenpfand 24 Stk.                 6,00", "zzgl. Flaschenpfand"),
        ("Ortstaxe 4 x 1,50                           6,00", "Ortstaxe"),
        ("Barauslagen lt. Beleg                       6,00", "Barauslagen lt. Beleg"),
    ],
)
def test_what_is_owed_beside_the_tax_is_a_line_of_its_own(below: str, words: str) -> None:
    """Net and tax do not make gross; with what the page names besides they do."""
    found = read(f"{WATER}{TAXED}{below}\nGesamtbetrag                               20,40\n")

    assert lines(found) == [("Mineralwasser", "2.40", "14.40"), (words, "0.00", "6.00")]
    assert (found.total_net, found.total_tax, found.total_gross) == tuple(
        map(Decimal, ("18.00", "2.40", "20.40"))
    )
    assert normalized(found).adds_up
    assert found.findings == ()
    assert [(str(x.basis), str(x.amount), x.exemption_reason) for x in found.taxes] == [
        ("12.00", "2.40", None),
        ("6.00", "0.00", words),
    ]


def test_a_row_of_the_table_is_not_there_twice() -> None:
    """The deposit is a row, and named again below the net total."""
    found = read(
        f"{WATER}{ROW}{TAXED}Einwegpfand steuerfrei        6,00\nGesamtbetrag         20,40\n"
    )

    assert lines(found) == [("Mineralwasser", "2.40", "14.40"), ("Einwegpfand", "0.00", "6.00")]


def test_two_deposits_of_one_amount_are_two() -> None:
    """Other things may cost the same; both are missing in the total."""
    found = read(
        f"{WATER}{TAXED}Einwegpfand                    3,00\nKistenpfand                    3,00\n"
        "Gesamtbetrag                               20,40\n"
    )

    assert lines(found) == [
        ("Mineralwasser", "2.40", "14.40"),
        ("Einwegpfand", "0.00", "3.00"),
        ("Kistenpfand", "0.00", "3.00"),
    ]
    assert found.findings == ()


def test_what_comes_back_lowers_the_total() -> None:
    """More deposits are returned than are charged; both are named."""
    found = read(
        f"{WATER}{TAXED}Pfand                          6,00\nLeergut zurück           -8,50\n"
        "Gesamtbetrag                               11,90\n"
    )

    assert lines(found)[1:] == [("Pfand", "0.00", "6.00"), ("Leergut zurück", "0.00", "-8.50")]
    assert found.total_net == Decimal("9.50")


def test_a_deposit_without_tax_is_asked_with_its_reason() -> None:
    """Single-use and returnable packaging differ: the rules ask, and nothing else does."""
    found = read(f"{WATER}{TAXED}Einwegpfand 6,00\nGesamtbetrag                 20,40\n")
    invoice = normalized(found)

    told = advice(replace(invoice, vendor=replace(invoice.vendor, country="AT")), AT, found.notes)

    assert blocking(told) == ["VAT_DEPOSIT"]


@pytest.mark.parametrize(
    "below",
    [
        "Einwegpfand 20 %                            6,00",  # taxed, so of the net total
        "Einwegpfand                                 5,00",
        "Versand                                     6,00",
    ],
)
def test_what_does_not_close_the_gap_is_asked(below: str) -> None:
    """Totals that do not agree and that nothing on the page explains."""
    found = read(f"{WATER}{TAXED}{below}\nGesamtbetrag                               20,40\n")

    assert [each.code for each in found.findings] == ["TOTALS_DISAGREE"]


@pytest.mark.parametrize("words", ["Pfandbrief Depotgebühr", "Pfandleihe", "Verpfändung"])
def test_a_pledge_is_no_deposit(words: str) -> None:
    """Words that begin alike."""
    assert kind_of(words) != "deposit_container"


ITEMS = """
Pos Bezeichnung               Menge   Einzelpreis   USt    Betrag
"""


@pytest.mark.parametrize(
    ("rows", "totals", "expected", "reason"),
    [
        (
            (
                "1   Übernachtung          3   100,00   10%   300,00\n"
                "2   Minibar Getränke      1    20,00   20%    20,00\n"
                "3   Ortstaxe 3 Nächte     3     2,50    0%     7,50\n"
            ),
            (
                "Netto 10 %   300,00\nUSt 10 %   30,00\nNetto 20 %   20,00\nUSt 20 %   4,00\n"
                "Ortstaxe (durchlaufender Posten)   7,50\nGesamtbetrag EUR   361,50\n"
            ),
            ["30.00 330.00", "4.00 24.00", "0.00 7.50"],
            "Ortstaxe (durchlaufender Posten)",
        ),
        (
            (
                "1   Übernachtung           2   100,00    7%   200,00\n"
                "2   Frühstück              2    15,00   19%    30,00\n"
                "3   Tourismustaxe          2     3,00    0%     6,00\n"
            ),
            (
                "Netto 7 %   200,00\nMwSt 7 %   14,00\nNetto 19 %   30,00\nMwSt 19 %   5,70\n"
                "Kulturtaxe   6,00\nGesamtbetrag EUR   255,70\n"
            ),
            ["14.00 214.00", "5.70 35.70", "0.00 6.00"],
            "Kulturtaxe",
        ),
        (
            (
                "1   Toner                  1   100,00   20%   100,00\n"
                "2   Porto steuerfrei       1     6,00    0%     6,00\n"
            ),
            (
                "Summe netto 20 %   100,00\n20 % USt   20,00\nPorto   6,00\n"
                "Gesamtbetrag EUR   126,00\n"
            ),
            ["20.00 120.00", "0.00 6.00"],
            "Porto",
        ),
        (
            (
                "1   Brief national       100     0,95    0%    95,00\n"
                "2   Adressmanagement       1    50,00   20%    50,00\n"
            ),
            (
                "Summe steuerfrei   95,00\nSumme 20 % netto   50,00\n20 % USt   10,00\n"
                "Rechnungsbetrag EUR   155,00\n"
            ),
            ["0.00 95.00", "10.00 60.00"],
            "Summe steuerfrei",
        ),
        (
            (
                "1   Mineralwasser Kiste   20     5,00   20%   100,00\n"
                "2   Einwegpfand          480     0,25    0%   120,00\n"
                "3   Retourpfand Kisten    10    -3,00   20%   -30,00\n"
            ),
            (
                "Netto 20 %   70,00\nUSt 20 %   14,00\nEinwegpfand (nicht steuerbar)   120,00\n"
                "Gesamtbetrag EUR   204,00\n"
            ),
            ["20.00 120.00", "0.00 120.00", "-6.00 -36.00"],
            "Einwegpfand (nicht steuerbar)",
        ),
        (
            (
                "1   Express Paket          1    50,00   20%    50,00\n"
                "2   Zollauslagen           1    30,00    0%    30,00\n"
            ),
            (
                "Netto   50,00\n20 % USt   10,00\nAuslagen ohne USt   30,00\n"
                "Gesamtbetrag EUR   90,00\n"
            ),
            ["10.00 60.00", "0.00 30.00"],
            "Auslagen ohne USt",
        ),
    ],
)
def test_rates_and_what_bears_no_tax_make_the_total(
    rows: str, totals: str, expected: list[str], reason: str
) -> None:
    """A hotel's bill, postage, outlays: net prices, the net of each rate on a line of its own."""
    found = read(f"{ITEMS}{rows}\n{totals}")

    assert sorted(" ".join(each[1:]) for each in lines(found)) == sorted(expected)
    assert normalized(found).adds_up
    assert [each.exemption_reason for each in found.taxes if not each.rate] == [reason]
    assert "TOTALS_DISAGREE" not in {each.code for each in found.findings}


def test_outlays_of_a_courier_are_lines_without_tax() -> None:
    """What was paid to customs in the recipient's name, and a fee with tax."""
    found = read(
        "\nEinfuhrumsatzsteuer (Auslage)   190,00\nZoll (Auslage)   30,00\n"
        "Kapitalbereitstellungsprovision netto   12,50\n20 % MwSt auf 12,50   2,50\n"
        "Rechnungsbetrag EUR   235,00\n"
    )

    assert [each[1:] for each in lines(found)] == [
        ("2.50", "15.00"),
        ("0.00", "190.00"),
        ("0.00", "30.00"),
    ]
    assert normalized(found).adds_up
