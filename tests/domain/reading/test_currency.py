"""The currency of a page: named, or unknown."""

import pytest

from domain.reading.currency import currency_in, currency_passage
from tests.layouts import typed


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Gesamtbetrag   1.020,00 HUF", "HUF"),
        ("Gesamtbetrag   1.020,00 Ft", "HUF"),
        ("Celkem   1.020,00 K\u010d", "CZK"),
        ("Total   CZK 1.020,00", "CZK"),
        ("Razem   1.020,00 z\u0142", "PLN"),
        ("Summa   1.020,00 SEK", "SEK"),
        ("Summa   1.020,00 kr", None),
        ("Summa   1.020,00 kr\nTotal   1.020,00 SEK", "SEK"),
        ("Total   Fr. 1'020.00", "CHF"),
        ("Total   CHF 1'020.00", "CHF"),
        ("Gesamtbetrag   1.020,00 \u20ac", "EUR"),
        ("Gesamtbetrag EUR   1.020,00", "EUR"),
        ("Betr\u00e4ge in EUR\nGesamtbetrag   1.020,00", "EUR"),
        ("W\u00e4hrung: NOK\nGesamtbetrag   1.020,00", "NOK"),
        ("Gesamtbetrag   1.020,00", None),
        ("Gesamtbetrag   1.020,00 XXQ", None),
        ("Total   $1,020.00", None),
        ("Total   1,020.00 $\nRate   20.00 EUR", None),
        ("Total   US$1,020.00", "USD"),
        ("Total   US $ 1,020.00", "USD"),
        ("Total   $1,020.00 USD", "USD"),
        ("1 Main Street, Boston, MA 02110\nTotal   $1,020.00", "USD"),
        ("1 Main Street, United States\nTotal   $1,020.00", "USD"),
        ("Hafenstra\u00dfe 12, DE 20457 Hamburg\nTotal   $1,020.00", None),
        ("12 Bay Street, Toronto ON M5J 2R8, Canada\nTotal   $1,020.00", None),
        ("Total   $1,020.00\nAll amounts in CAD", "CAD"),
        ("Total AUD   $1,020.00", "AUD"),
        ("Amount (NZD)\nTotal   $1,020.00", "NZD"),
        ("Total   $1,020.00\nUSA: 1,020.00 CAD", "CAD"),
        ("Total   $1,020.00\nSwap 1.00 USD", "USD"),
        ("Total   \u00a31,020.00", "GBP"),
        ("Total   \u00a51,020.00", None),
        ("USD 5.00 $", "USD"),
    ],
)
def test_what_is_not_understood_is_unknown(text: str, code: str | None) -> None:
    """Never the currency of the books because nothing else was found."""
    assert currency_in(typed(text)) == code


def test_the_place_is_where_it_is_named_first() -> None:
    """So that it can be pointed at."""
    layout = typed("Rechnung\nGesamtbetrag   1.020,00 HUF")
    passage = currency_passage(layout, "HUF")

    assert passage is not None
    assert "HUF" in passage.text


def test_a_bare_dollar_is_shown_where_it_stands() -> None:
    """Where something else on the page says whose it is."""
    layout = typed("Boston, MA 02110\nTotal   $1,020.00")
    passage = currency_passage(layout, "USD")

    assert passage is not None
    assert "$" in passage.text
