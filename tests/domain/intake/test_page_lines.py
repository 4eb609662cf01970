"""Lines of a page with their rates."""

from decimal import Decimal

import pytest

from domain.intake.extraction import normalized
from domain.intake.from_pages import extraction_of
from domain.intake.page_lines import shares_of_rows
from domain.reading.layout import Box, Passage, Source
from domain.reading.origin import OwnParty
from domain.reading.table_rows import Row
from tests.layouts import typed

HEAD = """
Café Muster GmbH, Gasse 1, 1010 Wien
UID-Nr.: ATU13585627
Rechnung
Rechnungsnummer: 2026-17        Rechnungsdatum   03.02.2026

"""
TAXES = """
MwSt        Netto     Steuer     Brutto
20 %        29,03      5,81       34,84
10 %        19,45      1,95       21,40
Gesamtbetrag EUR                  56,24
"""


def rates_and_totals(table: str, taxes: str = TAXES) -> list[tuple[Decimal | None, Decimal | None]]:
    """Rate and total of every line of a page that was read."""
    found = extraction_of(typed(HEAD + table.strip() + taxes), OwnParty()).line_items
    assert all(line.origins["line_total"].source is not Source.RULE for line in found)
    return [(line.tax_rate, line.line_total) for line in found]


def test_rows_without_a_rate_have_the_one_that_the_sums_leave_them() -> None:
    """Only one way to share them out comes to what each rate has."""
    table = """
Beschreibung                  Gesamtpreis
Melange                             13,74
Mineralwasser                       21,10
Bio-Milch                            9,40
Tagesmenü                           12,00
"""
    assert rates_and_totals(table) == [
        (Decimal("0.2"), Decimal("13.74")),
        (Decimal("0.2"), Decimal("21.10")),
        (Decimal("0.1"), Decimal("9.40")),
        (Decimal("0.1"), Decimal("12.00")),
    ]


def test_rows_that_may_be_of_either_rate_are_not_shown() -> None:
    """Two ways come to the same: nobody knows, and nobody guesses."""
    table = """
Beschreibung                  Gesamtpreis
Melange                             13,44
Mineralwasser                       21,40
Bio-Milch                           21,40
"""
    found = extraction_of(typed(HEAD + table.strip() + TAXES), OwnParty()).line_items

    assert {line.origins["line_total"].source for line in found} == {Source.RULE}


def test_a_discount_on_two_rates_is_shared_out_among_them() -> None:
    """As what each rate has leaves it."""
    table = """
Beschreibung             Menge     Preis    MwSt     Gesamtpreis
Melange                      2     15,00    20 %           30,00
Bio-Milch                    1     20,00    10 %           20,00
Zwischensumme                                              50,00
abzgl. Rabatt                                              -5,00
"""
    taxes = """
MwSt        Netto     Steuer     Brutto
20 %        27,00      5,40       32,40
10 %        18,00      1,80       19,80
Summe netto                       45,00
Gesamtbetrag EUR                  52,20
"""
    assert rates_and_totals(table, taxes) == [
        (Decimal("0.2"), Decimal("36.00")),
        (Decimal("0.1"), Decimal("22.00")),
        (Decimal("0.2"), Decimal("-3.60")),
        (Decimal("0.1"), Decimal("-2.20")),
    ]


TOTALS = ("total_net", "total_tax", "total_gross")
RATED = """
Beschreibung        Menge    Preis    MwSt    Gesamtpreis
Wein                    2    10,00    20 %          20,00
Brot                    3     5,00    10 %          15,00
"""


@pytest.mark.parametrize(
    "taxes",
    [
        """
USt 20 %  4,00
USt 10 %  1,50
Endbetrag EUR         40,50""",
        """
zzgl. 20 % USt von 20,00         4,00
zzgl. 10 % USt von 15,00         1,50
Endbetrag EUR         40,50""",
    ],
)
def test_what_the_page_itself_adds_up_is_not_doubted_for_the_rates_of_its_rows(taxes: str) -> None:
    """Its groups prove net and tax: that rows come to the same makes them no less sure."""
    found = extraction_of(typed(HEAD + RATED.strip() + taxes), OwnParty())

    assert (found.total_net, found.total_tax) == (Decimal("35.00"), Decimal("5.50"))
    assert [share.rate for share in found.taxes] == [Decimal("0.2"), Decimal("0.1")]
    assert all(found.origins[name].confidence >= Decimal("0.80") for name in TOTALS)


@pytest.mark.parametrize("net", ["Waren", "Summe", "Zwischensumme", "Summe netto"])
@pytest.mark.parametrize("tax", ["Abgaben", "Steuer", "MwSt"])
def test_rates_of_rows_prove_taxes_that_no_line_sums_up(net: str, tax: str) -> None:
    """Both are printed, each apart from its rate, and together they part net from gross.

    Whatever the words: one of two taxes is not the tax, nor gross without it the net amount.
    """
    sums = f"""
{net:20}  35,00
{tax} A              4,00
{tax} B              1,50
Endbetrag EUR         40,50"""
    found = extraction_of(typed(HEAD + RATED.strip() + sums), OwnParty())

    assert (found.total_net, found.total_tax) == (Decimal("35.00"), Decimal("5.50"))
    assert [(share.rate, share.basis, share.amount) for share in found.taxes] == [
        (Decimal("0.1"), Decimal("15.00"), Decimal("1.50")),
        (Decimal("0.2"), Decimal("20.00"), Decimal("4.00")),
    ]
    assert [line.tax_rate for line in found.line_items] == [Decimal("0.2"), Decimal("0.1")]


def test_how_strong_a_drink_is_is_no_rate_of_its_row() -> None:
    """Not even where the same percentage is the rate of another row."""
    table = """
Beschreibung              Menge    Preis    USt     Gesamtpreis
Veltliner 13 % vol            2    10,00    20 %          20,00
Schnittblumen                 3     5,00    13 %          15,00
"""
    taxes = """
USt         Netto     Steuer     Brutto
20 %        20,00      4,00       24,00
13 %        15,00      1,95       16,95
Summe netto                       35,00
Gesamtbetrag EUR                  40,95
"""
    for text in (table, table.replace("USt  ", "     ")):
        assert rates_and_totals(text, taxes) == [
            (Decimal("0.2"), Decimal("24.00")),
            (Decimal("0.13"), Decimal("16.95")),
        ]


def test_a_tax_that_is_printed_nowhere_is_none() -> None:
    """Rates alone show no tax."""
    sums = "\nWaren                 35,00\nEndbetrag EUR         40,50"
    found = extraction_of(typed(HEAD + RATED.strip() + sums), OwnParty())

    assert found.total_tax is None


def rows(*stated: tuple[str, str]) -> list[Row]:
    """Rows by total and the rates that each may have."""
    where = Passage("", 1, Box(0, 0, 1, 1), Decimal(1))
    return [
        Row("x", Decimal(total), where, rates=tuple(map(Decimal, rates.split())))
        for total, rates in stated
    ]


@pytest.mark.parametrize(
    ("stated", "tax", "found"),
    [
        ((("20.00", "20"), ("15.00", "10")), "5.50", ["0.1", "0.2"]),
        ((("20.00", "5 20"), ("15.00", "15 10")), "5.50", ["0.1", "0.2"]),
        ((("20.00", "20"), ("15.00", "10")), "5.60", []),
        ((("20.00", "20"), ("15.00", "")), "5.50", []),
        ((("20.00", "20"), ("14.00", "10")), "5.40", []),
        ((("20.00", "10 20"), ("20.00", "20 10")), "6.00", []),
    ],
)
def test_rows_prove_their_rates(stated: list[tuple[str, str]], tax: str, found: list[str]) -> None:
    """All of them, to the net total and its tax; two ways to do so are none."""
    shares = shares_of_rows(rows(*stated), Decimal("35.00"), Decimal(tax))

    assert [str(share.rate) for share in shares] == found
    assert not shares or sum(share.amount for share in shares) == Decimal(tax)


@pytest.mark.parametrize(
    "returned",
    [
        "Leergut                   -8      3,30    -26,40",
        "Leergut                   8-      3,30    -26,40",
        "Leergut                  (8)      3,30    -26,40",
        "Leergut                 -8 x      3,30    -26,40",
        "Leergut                 8- x      3,30     26,40-",
        "Leergut                (8) x      3,30    (26,40)",
        "Leergut                    8      3,30    -26,40",
        "Leergut                    8     -3,30    -26,40",
    ],
)
def test_what_is_returned_keeps_its_quantity_and_has_a_negative_price(returned: str) -> None:
    """However the minus is written; a structured invoice is read in the same way."""
    text = (
        "Getränke Huber GmbH, Ring 1, 1010 Wien\n\nRechnung Nr. RE-77 vom 03.02.2026\n\n"
        "Artikel                Menge     Preis    Betrag\n"
        "Bier Kiste                10     15,00    150,00\n"
        f"{returned}\n\n"
        "Netto                                     123,60\n"
        "20 % USt                                   24,72\n"
        "Gesamtbetrag                              148,32\n"
    )

    lines = normalized(extraction_of(typed(text), OwnParty())).line_items

    assert [(str(x.quantity), str(x.unit_price), str(x.line_total)) for x in lines] == [
        ("10", "15.00", "180.00"),
        ("8", "-3.30", "-31.68"),
    ]
