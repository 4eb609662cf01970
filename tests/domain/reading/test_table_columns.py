"""Headings that name columns, and the numbers below them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.reading.layout import Layout
from domain.reading.table_columns import (
    Column,
    Entry,
    NumberWord,
    body_below,
    entry_of,
    headings_in,
    numbers_on,
    with_factors,
)
from tests.layouts import INVOICE, typed

HEADING = "Bezeichnung           Menge     Preis      Betrag"


def numbers(text: str) -> list[NumberWord]:
    """The numbers of a line."""
    (line,) = typed(text).lines
    return list(numbers_on(line))


def columns_of(text: str) -> tuple[Column, ...]:
    """The columns of the first heading of a page."""
    return next(columns for _, _, columns in headings_in(typed(text)))


def entry(text: str, heading: str = HEADING) -> Entry:
    """A line below a heading."""
    layout = typed(f"{heading}\n{text}")
    return entry_of(layout.lines[1], columns_of(heading))


def pages(*texts: str) -> Layout:
    """A document of several pages."""
    first = [typed(text).pages[0] for text in texts]
    return Layout(tuple(replace(page, number=at) for at, page in enumerate(first, 1)))


def texts(layout: Layout) -> list[str]:
    """What stands below the best heading."""
    number, start, columns = next(headings_in(layout))
    return [each.line.text for each in body_below(layout, number, start, columns)]


@pytest.mark.parametrize(
    ("text", "values", "is_money"),
    [
        ("40,00", ["40.00"], True),
        ("1.234,56", ["1234.56"], True),
        ("1,234.56", ["1234.56"], True),
        ("6'120.00", ["6120.00"], True),
        ("€40,00", ["40.00"], True),
        ("40,--", ["40"], True),
        ("40,-", ["40"], True),
        ("-40,00", ["-40.00"], True),
        ("40,00-", ["-40.00"], True),
        ("(40,00)", ["-40.00"], True),
        ("10", ["10"], False),
        ("10Stk.", ["10"], False),
        ("2,5", ["2.5"], False),
        ("4,1250", ["4.1250"], False),
        ("1.900", ["1900", "1.900"], True),
        ("1234,567", ["1234.567", "1234567"], False),
    ],
)
def test_a_number_is_all_that_it_may_mean(text: str, values: list[str], *, is_money: bool) -> None:
    """Three figures behind a point are thousands or decimals; two are cents."""
    (found,) = numbers(text)

    assert [str(value) for value in found.values] == values
    assert (found.is_money, found.is_percent) == (is_money, False)


@pytest.mark.parametrize("text", ["20%", "20 %", "20,00 %"])
def test_a_percentage_is_no_money(text: str) -> None:
    """Even with two decimals, and with a blank before its sign."""
    (found,) = numbers(text)

    assert (found.is_percent, found.is_money, found.values[0]) == (True, False, Decimal(20))


@pytest.mark.parametrize(
    "text", ["Papier", "A4", "01.02.2026", "3. Mai 2026", "2026-17", "10:30:15"]
)
def test_days_and_words_with_figures_are_no_numbers(text: str) -> None:
    """Nothing of them may stand for a quantity."""
    assert numbers(text) == []


def test_a_time_on_a_clock_may_be_a_number_of_hours() -> None:
    """It is told from others, as it is no rate and no amount."""
    (found,) = numbers("2:30")

    assert (found.values, found.is_clock, found.is_money) == ((Decimal("2.5"),), True, False)


@pytest.mark.parametrize("text", ["800 Ft", "EUR 1.900", "\u20ac120", "40 K\u010d"])
def test_a_number_beside_a_currency_is_money(text: str) -> None:
    """It needs no cents."""
    (found,) = numbers(text)

    assert found.is_money


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Melange   7,00\n2 x 3,50", 1),
        ("2 x 3,50\nMelange   7,00", 1),
        ("Melange   7,50\n2 x 3,50", 0),
        ("Melange   100,00\n2 Reise   50,00", 0),
    ],
)
def test_factors_belong_to_the_amount_beside_them(text: str, expected: int) -> None:
    """Above or below it, if they make it and say nothing else."""
    lines = typed(text).pages[0].lines
    entries = with_factors([entry_of(line, ()) for line in lines])

    assert sum(entry.is_taken for entry in entries) == expected
    assert sum(len(entry.found) == 3 for entry in entries) == expected


def test_a_number_knows_its_place_in_the_line() -> None:
    """From its first to its last character."""
    (found,) = numbers("Papier A4 40,00 EUR")

    assert (found.start, found.end) == (10, 15)


def test_a_heading_names_columns_from_left_to_right() -> None:
    """It is followed by the body."""
    ((page, following, columns),) = headings_in(typed(f"Rechnung\n{HEADING}"))

    assert (page, following) == (1, 2)
    assert [set(column.kinds) for column in columns] == [
        {"description"}, {"quantity"}, {"price"}, {"line_total"},
    ]  # fmt: skip
    assert [column.box.left for column in columns] == [0, 2200, 3200, 4300]


@pytest.mark.parametrize(
    "text",
    [
        "Bezeichnung           Menge",
        "Betrag",
        "Rechnung              Kundennummer",
        "Menge   Preis   40,00",
        "Wir danken für Ihren Auftrag und bitten um Zahlung",
    ],
)
def test_what_names_no_money_or_states_it_is_no_heading(text: str) -> None:
    """Two columns at least, one of them a price or a total, and no amount yet."""
    assert list(headings_in(typed(text))) == []


def test_an_unknown_short_heading_is_a_column_without_a_meaning() -> None:
    """Numbers below it belong there and nowhere else."""
    columns = columns_of("Bezeichnung           Xyz     Preis      Betrag")

    assert columns[1].kinds == frozenset()
    assert [bool(column.kinds) for column in columns] == [True, False, True, True]


def test_the_heading_that_names_most_columns_comes_first_and_each_text_once() -> None:
    """Carried on, a table has its heading on every page."""
    found = list(headings_in(pages(f"Menge   Preis\n\n{HEADING}", HEADING)))

    assert [(page, following, len(columns)) for page, following, columns in found] == [
        (1, 2, 4),
        (1, 1, 2),
    ]


def test_numbers_belong_to_the_heading_above_them() -> None:
    """A column that a line leaves empty stays empty."""
    full = entry("Papier A4                10      4,00       40,00")
    gap = entry("Papier A4                                   40,00")

    assert {place: number.values[0] for place, number in full.numbers.items()} == {
        1: Decimal(10), 2: Decimal(4), 3: Decimal(40),
    }  # fmt: skip
    assert {place: number.values[0] for place, number in gap.numbers.items()} == {3: Decimal(40)}


def test_a_number_between_two_columns_is_in_the_nearer_one_alone() -> None:
    """It never counts twice."""
    found = entry("Papier A4" + " " * 16 + "40,00")

    assert {place: number.values[0] for place, number in found.numbers.items()} == {1: Decimal(40)}


def test_a_number_far_from_every_heading_belongs_to_none() -> None:
    """It is a note at the margin."""
    assert entry("Papier" + " " * 64 + "40,00").numbers == {}


@pytest.mark.parametrize(
    ("text", "is_sum"),
    [
        ("Summe netto                                100,00", True),
        ("zuzüglich 20% USt                           20,00", True),
        ("20 %                  100,00      20,00    120,00", True),
        ("Übertrag                                   100,00", True),
        ("Papier A4                10      4,00       40,00", False),
        ("1 Summe Papier                              40,00", False),
        ("Summe netto", False),
    ],
)
def test_a_line_is_a_sum_by_its_first_words(text: str, *, is_sum: bool) -> None:
    """With an amount, and without the number of a position before them."""
    assert entry(text).is_sum is is_sum


def test_a_line_knows_its_labels() -> None:
    """By any of the kinds that are asked for."""
    found = entry("Summe netto                                100,00")

    assert found.has(frozenset({"tax", "net"}))
    assert not found.has(frozenset({"tax"}))


def test_the_body_goes_on_until_a_total_ended_its_page() -> None:
    """What stands on the pages after that is another matter, unless the heading comes again."""
    row = "Ordner                    5     12,00       60,00"
    total = "Summe netto                                100,00"
    flat = " ".join(row.split())

    assert texts(pages(f"{HEADING}\nPapier", row)) == ["Papier", flat]
    assert texts(pages(f"{HEADING}\n{total}", row)) == ["Summe netto 100,00"]
    assert texts(pages(f"{HEADING}\n{total}", f"x\n{HEADING}\n{row}")) == [
        "Summe netto 100,00",
        flat,
    ]


def test_what_is_carried_over_ends_no_table() -> None:
    """The next page goes on, from below its heading."""
    row = "Ordner                    5     12,00       60,00"

    found = texts(pages(f"{HEADING}\nÜbertrag netto" + " " * 30 + "40,00", row))

    assert found == ["Übertrag netto 40,00", " ".join(row.split())]


def test_the_body_of_an_invoice_begins_with_its_first_row() -> None:
    """Whatever stands above the heading is no part of it."""
    assert texts(typed(INVOICE))[:2] == ["Papier A4 10 4,00 40,00", "Ordner 5 12,00 60,00"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(5 Stück)", "5"),
        ("(5Stk)", "5"),
        ("(5,00 je Stück)", "5.00"),
        ("(5)", "-5"),
        ("(5,00 €)", "-5.00"),
        ("(5,00EUR)", "-5.00"),
    ],
)
def test_brackets_around_words_are_no_minus(text: str, number: str) -> None:
    """Only a number, with its currency at most, is less by them."""
    (line,) = typed(text).lines

    assert [each.values[0] for each in numbers_on(line)] == [Decimal(number)]
