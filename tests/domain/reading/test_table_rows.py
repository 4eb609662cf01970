"""What the lines of a table say."""

from decimal import Decimal

import pytest

from domain.reading.table_columns import Column, Entry, body_below, headings_in
from domain.reading.table_rows import Roles, Row, is_row, multiplies, number_of, rows_of
from tests.layouts import typed

HEADING = "Bezeichnung           Menge     Preis      Betrag"
ROLES = Roles(quantity=1, price=2, total=3)
PAPER = "Papier A4                10      4,00       40,00"
FOLDER = "Ordner                    5     12,00       60,00"
NUMBERS = "                         10      4,00       40,00"
FEWER = "                          5     12,00       60,00"
WRONG = "Mappe                     7      4,00       40,00"


def table(*lines: str, heading: str = HEADING) -> tuple[tuple[Column, ...], list[Entry]]:
    """The columns and the body of a table."""
    layout = typed("\n".join((heading, *lines)))
    number, start, columns = next(headings_in(layout))
    return columns, body_below(layout, number, start, columns)


def entry(line: str) -> Entry:
    """A line below the heading."""
    (found,) = table(line)[1]
    return found


def rows(*lines: str, roles: Roles = ROLES, heading: str = HEADING) -> list[Row]:
    """The rows of a table."""
    columns, body = table(*lines, heading=heading)
    return list(rows_of(body, roles, columns))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (PAPER, True),
        ("Papier A4                                   40,00", True),
        ("                         10      4,00       40,00", True),
        ("                         11      4,00       40,00", False),
        ("Papier A4                10      4,00", False),
        ("80 g, weiß", False),
        ("Papier                                       20 %", False),
        ("Summe netto                                100,00", False),
        ("Summe                    10      4,00       40,00", True),
    ],
)
def test_a_row_has_a_total_and_is_no_sum(line: str, *, expected: bool) -> None:
    """Words make it one; where they do not, quantity and price must make the total."""
    assert is_row(entry(line), ROLES.total) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (PAPER, True),
        ("Papier A4                10      4,00       40,01", True),
        ("Papier A4                10      4,00       40,03", False),
        ("Papier A4               100     40,00    4.002,00", True),
        ("Papier A4               100     40,00    4.002,10", False),
        ("Papier A4                10      4,00      -40,00", True),
        ("Papier A4                        4,00       40,00", False),
        (WRONG, False),
    ],
)
def test_quantity_and_price_make_the_total(line: str, *, expected: bool) -> None:
    """Within a cent or half a thousandth: prices are rounded, too; both must be there."""
    assert multiplies(entry(line), ROLES) is expected


@pytest.mark.parametrize(("total", "expected"), [("36,00", True), ("35,90", False)])
def test_a_percentage_on_the_line_explains_a_lower_total(total: str, *, expected: bool) -> None:
    """A discount of the line; any other difference stays one."""
    heading = "Bezeichnung           Menge     Preis   Rabatt %    Betrag"
    _, (found,) = table(
        f"Papier                   10      4,00       10 %     {total}", heading=heading
    )

    assert multiplies(found, Roles(quantity=1, price=2, total=4)) is expected


def test_no_column_has_no_number() -> None:
    """Neither has one that the line leaves empty."""
    found = entry("Papier A4                                   40,00")
    total = number_of(found, 3)

    assert number_of(found, None) is None
    assert number_of(found, 1) is None
    assert total is not None
    assert total.values == (Decimal("40.00"),)


def test_a_row_says_what_was_sold_and_where_its_total_stands() -> None:
    """The number of its position is no part of the description."""
    (row,) = rows("1  Papier A4             10      4,00       40,00")

    assert (row.description, row.quantity, row.price, row.total) == (
        "Papier A4",
        Decimal(10),
        Decimal("4.00"),
        Decimal("40.00"),
    )
    assert (row.passage.text, row.passage.box.right) == ("40,00", 4900)


def test_lines_without_a_total_belong_to_the_row_above() -> None:
    """Sums end nothing and belong to none; a line with an amount is no description."""
    found = rows(PAPER, "80 g, weiß", "Summe netto                                 40,00", FOLDER)

    assert [row.description for row in found] == ["Papier A4 80 g, weiß", "Ordner"]


def test_a_description_above_its_numbers_is_theirs() -> None:
    """Some tables put the words first and the numbers on the line below."""
    found = rows("Papier A4", "                         10      4,00       40,00")

    assert [(row.description, row.total) for row in found] == [("Papier A4", Decimal("40.00"))]


def test_words_far_below_a_row_are_no_description_of_it() -> None:
    """The foot of the page stands there."""
    found = rows(PAPER, *[""] * 4, "Vielen Dank")

    assert [row.description for row in found] == ["Papier A4"]


def test_amounts_inside_a_row_and_sums_are_no_descriptions() -> None:
    """What only looks like words below a row, or above the first one, is not sold."""
    (row,) = rows(PAPER, "davon Fracht                     1,00")
    (bare,) = rows(
        "Übertrag                                   100,00",
        "                         10      4,00       40,00",
    )

    assert (row.description, bare.description) == ("Papier A4", "-")


def test_a_description_has_an_end() -> None:
    """500 characters are kept."""
    (row,) = rows(PAPER, *["und noch eine lange Zeile mit Wörtern"] * 30)

    assert row.description.startswith("Papier A4 und noch")
    assert len(row.description) == 500


def test_numbers_that_do_not_make_the_total_are_left_out() -> None:
    """Better none than a wrong one; the total stays."""
    (row,) = rows(WRONG)

    assert (row.description, row.quantity, row.price, row.total) == (
        "Mappe",
        None,
        None,
        Decimal("40.00"),
    )


def test_a_wrong_row_among_right_ones_is_shown_as_it_stands() -> None:
    """The columns are then known, and the difference is the invoice's; half is not enough."""
    assert [(row.quantity, row.price) for row in rows(PAPER, WRONG)][1] == (
        Decimal(7),
        Decimal("4.00"),
    )
    unnamed = "Bezeichnung           Xx        Yy         Betrag"
    assert [(row.quantity, row.price) for row in rows(PAPER, WRONG, heading=unnamed)][1] == (
        None,
        None,
    )


def test_thousands_or_decimals_are_what_makes_the_total() -> None:
    """1.900 pieces at 2,00 are 3.800,00; 1.900 tons are 3,80."""
    many, little = rows(
        "Schrauben             1.900      2,00    3.800,00",
        "Sand                  1.900      2,00        3,80",
    )

    assert (many.quantity, many.total) == (Decimal(1900), Decimal("3800.00"))
    assert (little.quantity, little.total) == (Decimal("1.900"), Decimal("3.80"))


def test_a_quantity_stands_without_a_column_of_prices() -> None:
    """It cannot be checked there, and is not denied."""
    (row,) = rows(WRONG, roles=Roles(quantity=1, price=None, total=3))

    assert (row.quantity, row.price, row.total) == (Decimal(7), None, Decimal("40.00"))


def test_two_numbers_that_make_the_total_are_its_factors_wherever_they_stand() -> None:
    """In a sentence, in columns that no heading names, with a discount, or on the next line."""
    heading = "Bezeichnung                          Betrag"
    roles = Roles(quantity=None, price=None, total=1)
    found = rows(
        "Papier A4   10 x 4,00                 40,00",
        "Ordner   5 zu 12,00   10 %            54,00",
        "Mappen blau                           28,00",
        "7 Stk à 4,00",
        heading=heading,
        roles=roles,
    )

    assert [(row.quantity, row.price) for row in found] == [
        (Decimal(10), Decimal("4.00")),
        (Decimal(5), Decimal("12.00")),
        (Decimal(7), Decimal("4.00")),
    ]
    assert found[2].description == "Mappen blau"


def test_words_above_bare_numbers_say_what_they_are_for() -> None:
    """Each row takes those above it, and none those of the next one."""
    found = rows("Papier A4", NUMBERS, "Ordner", FEWER)

    assert [row.description for row in found] == ["Papier A4", "Ordner"]


def test_the_rate_of_a_row_is_its_percentage() -> None:
    """Below its heading a bare number is one as well; a row without one has none."""
    heading = "Bezeichnung           Menge     Preis   MwSt-Satz   Betrag"
    roles = Roles(quantity=1, price=2, total=4)
    found = rows(
        "Papier                   10      4,00    20       40,00",
        "Buch                      5     12,00   10%       60,00",
        "Ordner                    5     12,00             60,00",
        heading=heading,
        roles=roles,
    )

    assert [row.rates for row in found] == [(Decimal(20),), (Decimal(10),), ()]
