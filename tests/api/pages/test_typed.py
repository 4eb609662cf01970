"""What people type as an amount is that amount, or it is asked again."""

from decimal import Decimal

import pytest

from api.pages.typed import Mistyped, amount_of

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "german", "english"),
    [
        ("1.005,55", "1005.55", "1005.55"),
        ("1,005.55", "1005.55", "1005.55"),
        ("1.005", "1005", "1.005"),
        ("1,005", "1.005", "1005"),
        ("1.234.567", "1234567", "1234567"),
        ("1234567,89", "1234567.89", "1234567.89"),
        ("1 234,56 €", "1234.56", "1234.56"),
        ("1\u202f234,56", "1234.56", "1234.56"),
        ("1'234.50", "1234.50", "1234.50"),
        ("EUR 12,30", "12.30", "12.30"),
        ("\u2212 3", "-3", "-3"),
    ],
)
def test_an_amount_is_read_in_both_forms(text: str, german: str, english: str) -> None:
    """Groups of three, divided by one kind of mark, and decimals behind another."""
    assert (amount_of(text, "de"), amount_of(text, "en")) == (Decimal(german), Decimal(english))


@pytest.mark.parametrize(
    "text",
    ["1.000.00", "5.000.00", "1.234.56", "12.345.67", "1.000.0", "1,000,00", "1.00.0",
     "1.234,567,89", "7 5", "1 2 3", "1'000'00", "1.234'567", "--5", "5-5", "1e3",
     "\u0661", "1,23456"],
)  # fmt: skip
@pytest.mark.parametrize("language", ["de", "en"])
def test_what_is_no_amount_is_asked_again(text: str, language: str) -> None:
    """A mark between two figures or four makes nothing a hundred times as much."""
    with pytest.raises(Mistyped):
        amount_of(text, language)
