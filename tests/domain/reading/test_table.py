"""Invoice lines from tables."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.reading.layout import Layout
from domain.reading.table import rows_in, tables_in
from domain.reading.table_rows import Row
from tests.layouts import INVOICE, typed


def rows_of(text: str, total: str) -> tuple[Row, ...]:
    """The rows of a page that come to a total."""
    return rows_in(tables_in(typed(text)), [Decimal(total)])


def test_rows_are_read_when_they_come_to_a_total() -> None:
    """Quantity and price are kept when they make the total."""
    rows = rows_of(INVOICE, "100.00")

    assert [(row.description, row.quantity, row.price, row.total) for row in rows] == [
        ("Papier A4", Decimal(10), Decimal("4.00"), Decimal("40.00")),
        ("Ordner", Decimal(5), Decimal("12.00"), Decimal("60.00")),
    ]


def test_rows_that_come_to_nothing_known_are_not_believed() -> None:
    """A table read wrong is worse than none."""
    assert rows_of(INVOICE, "99.00") == ()


def test_quantity_and_price_that_do_not_make_the_total_are_dropped() -> None:
    """Something was misread; the total stays."""
    text = "Bezeichnung     Menge   Preis    Betrag\nPapier A4           7    4,00     40,00"
    (row,) = rows_of(text, "40.00")

    assert (row.quantity, row.price, row.total) == (None, None, Decimal("40.00"))


@pytest.mark.parametrize("cents", ["00", "-", "--", "\u2013"])
def test_a_dash_may_stand_for_no_cents(cents: str) -> None:
    """The total is the column of totals then, too, and not that of prices."""
    text = f"Bezeichnung     Menge   Preis    Betrag\nPapier A4          10    4,00     40,{cents}"
    (row,) = rows_of(text, "40.00")

    assert (row.quantity, row.price, row.total) == (Decimal(10), Decimal("4.00"), Decimal(40))


def test_a_heading_may_have_two_lines() -> None:
    """Narrow columns break their words."""
    text = (
        "                 Unsere    Menge    Preis/\n"
        "Artikelbezeichnung                  Einheit    Betrag\n"
        "Trennblätter A4               20       9,90    198,00"
    )
    (row,) = rows_of(text, "198.00")

    assert (row.quantity, row.price) == (Decimal(20), Decimal("9.90"))


@pytest.mark.parametrize(
    "heading",
    [
        "Bezeichnung           Menge     Einzelpreis   Gesamtpreis",
        "Bezeichnung           Menge     E-Preis       Netto",
        "Leistung              Anzahl    EP            GP",
        "Description           Qty       Price         Amount",
        "Désignation           Qté       PU HT         Montant HT",
        "Descrizione           Quantità  Prezzo        Importo",
        "Popis                 Množství  Cena/ks       Celkem",
        "Megnevezés            Menny.    Egységár      Összesen",
        "Was Sie bekommen      Wieviel   Wofür         Zusammen",
    ],
)
def test_columns_are_what_they_compute(heading: str) -> None:
    """Whatever their headings are called, even by words that nobody knows."""
    text = (
        f"{heading}\n"
        "Papier A4             10             4,00         40,00\n"
        "80 g, weiß\n"
        "Ordner                 5            12,00         60,00\n"
        "Summe netto                                      100,00"
    )
    assert [(row.quantity, row.price, row.total) for row in rows_of(text, "100.00")] == [
        (Decimal(10), Decimal("4.00"), Decimal("40.00")),
        (Decimal(5), Decimal("12.00"), Decimal("60.00")),
    ]


def test_sums_taxes_and_what_is_carried_over_are_no_rows() -> None:
    """Neither are discounts on the whole; but the rows come to the total only with them."""
    text = (
        "Pos  Leistung                           Betrag\n"
        "1    Beratung                           100,00\n"
        "     Übertrag                           100,00\n"
        "2    Reise                               50,00\n"
        "     Zwischensumme                      150,00\n"
        "     abzgl. 10 % Rabatt                 -15,00\n"
        "     Summe netto                        135,00\n"
        "     MwSt 20 %                           27,00\n"
    )
    (table,) = tables_in(typed(text))

    assert [row.total for row in table.rows] == [Decimal("100.00"), Decimal("50.00")]
    assert [row.total for row in rows_in([table], [Decimal("135.00")])] == [
        Decimal("100.00"),
        Decimal("50.00"),
        Decimal("-15.00"),
    ]


def test_a_table_goes_on_on_the_next_page() -> None:
    """With its heading again, or without."""
    first = typed(
        "Leistung      Menge   Preis   Betrag\nPapier           10    4,00    40,00"
    ).pages[0]
    second = typed(
        "Ordner            5   12,00    60,00\nSumme netto                  100,00"
    ).pages[0]
    tables = tables_in(Layout((first, replace(second, number=2))))

    assert [row.total for row in rows_in(tables, [Decimal("100.00")])] == [
        Decimal("40.00"),
        Decimal("60.00"),
    ]


def test_a_table_needs_no_heading() -> None:
    """Its lines compute, or their sum stands below them, whatever that is called."""
    computing = (
        "Sehr geehrte Damen und Herren, wir erlauben uns zu verrechnen:\n"
        "1   Papier A4         10    4,00     40,00\n"
        "    80 g, weiß\n"
        "2   Ordner             5   12,00     60,00\n"
        "Summe netto                         100,00"
    )
    plain = (
        "Melange              3,80\nApfelstrudel         5,20\n"
        "Zusammen             9,00\nbar                 10,00"
    )
    assert [(row.quantity, row.total) for row in rows_of(computing, "100.00")] == [
        (Decimal(10), Decimal("40.00")),
        (Decimal(5), Decimal("60.00")),
    ]
    assert [row.total for row in rows_of(plain, "9.00")] == [Decimal("3.80"), Decimal("5.20")]


def test_what_repeats_the_rows_above_is_a_sum_by_whatever_name() -> None:
    """At the end of a table, and where it is carried over to the next page."""
    text = (
        "Leistung      Menge   Preis   Betrag\n"
        "Papier           10    4,00    40,00\n"
        "Ordner            5   12,00    60,00\n"
        "bisher                        100,00\n"
        "bisher                        100,00\n"
        "Mappe             2    4,00     8,00\n"
        "Warenwert                     108,00\n"
        "Endbetrag                     129,60\n"
    )
    (table,) = tables_in(typed(text))

    assert [row.total for row in table.rows] == [Decimal(40), Decimal(60), Decimal(8)]


def test_a_charge_between_rows_and_total_needs_no_known_word() -> None:
    """What is missing to the total is found there; a tax is no charge."""
    text = (
        "Leistung      Menge   Preis   Betrag\n"
        "Papier           10    4,00    40,00\n"
        "Ordner            5   12,00    60,00\n"
        "Warenwert                     100,00\n"
        "Vorteil                        -5,00\n"
        "Zustellung                      9,90\n"
        "Gesamt ohne                   104,90\n"
        "Abgabe                         20,98\n"
    )
    rows = rows_of(text, "104.90")

    assert [(row.total, row.is_added) for row in rows[2:]] == [
        (Decimal("-5.00"), True),
        (Decimal("9.90"), True),
    ]
    assert rows_of(text, "125.88") == ()


def test_an_amount_alone_below_words_is_a_row() -> None:
    """Words and amount stand on two lines."""
    text = "Haftpflicht\n     43,72\nKasko\n     31,03\nPrämie     74,75"

    assert [row.total for row in rows_of(text, "74.75")] == [Decimal("43.72"), Decimal("31.03")]
