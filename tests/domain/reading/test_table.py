"""Invoice lines from tables."""

from decimal import Decimal

from domain.reading.table import rows_in
from tests.layouts import INVOICE, typed


def test_rows_are_read_when_they_come_to_a_total() -> None:
    """Quantity and price are kept when they make the total."""
    rows = rows_in(typed(INVOICE), [Decimal("100.00")])

    assert [(row.description, row.quantity, row.price, row.total) for row in rows] == [
        ("Papier A4", Decimal(10), Decimal("4.00"), Decimal("40.00")),
        ("Ordner", Decimal(5), Decimal("12.00"), Decimal("60.00")),
    ]


def test_rows_that_come_to_nothing_known_are_not_believed() -> None:
    """A table read wrong is worse than none."""
    assert rows_in(typed(INVOICE), [Decimal("99.00")]) == ()


def test_quantity_and_price_that_do_not_make_the_total_are_dropped() -> None:
    """Something was misread; the total stays."""
    text = "Bezeichnung     Menge   Preis    Betrag\nPapier A4           7    4,00     40,00"
    (row,) = rows_in(typed(text), [Decimal("40.00")])

    assert (row.quantity, row.price, row.total) == (None, None, Decimal("40.00"))


def test_a_heading_may_have_two_lines() -> None:
    """Narrow columns break their words."""
    text = (
        "                 Unsere    Menge    Preis/\n"
        "Artikelbezeichnung                  Einheit    Betrag\n"
        "Trennblätter A4               20       9,90    198,00"
    )
    (row,) = rows_in(typed(text), [Decimal("198.00")])

    assert (row.quantity, row.price) == (Decimal(20), Decimal("9.90"))
