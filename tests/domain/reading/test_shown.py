"""What a page shows, in every form in which people write it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.reading.layout import Source
from domain.reading.shown import Shown
from tests.layouts import typed

DAY = date(2026, 3, 4)
SUM = Decimal("6120.00")


def shown(text: str, source: Source = Source.TEXT) -> Shown:
    """A page with this text."""
    return Shown(typed(text, source=source))


@pytest.mark.parametrize(
    "text",
    [
        "04.03.2026", "4.3.26", "4. 3. 2026", "2026-03-04", "04/03/2026", "03/04/2026", "20260304",
        "4. M\u00e4rz 2026", "4 mars 2026", "March 4, 2026", "4th of March 2026", "4 marzo 2026",
        "4 de marzo de 2026", "4 maart 2026", "4 marca 2026", "4. b\u0159ezna 2026",
        "2026. m\u00e1rcius 4.", "4. marec 2026", "04-03-2026",
    ],
)  # fmt: skip
def test_a_day_is_seen_in_every_form(text: str) -> None:
    """Ten languages, with and without leading zeros."""
    assert shown(f"Wien, {text}").has_date(DAY)


@pytest.mark.parametrize(
    "text", ["14.03.2026", "04.03.2025", "4. April 2026", "04.03", "03.04.2026", "104.03.2026", ""]
)
def test_another_day_is_not_it(text: str) -> None:
    """With points no month comes first."""
    assert not shown(text).has_date(DAY)


def test_a_slashed_day_that_cannot_be_a_month_decides_for_all() -> None:
    """`28/02/2026` on the same page makes 03/04/2026 the third of April."""
    assert not shown("28/02/2026   03/04/2026").has_date(DAY)


@pytest.mark.parametrize(
    "text",
    [
        "6.120,00", "6,120.00", "6 120,00", "6\u00a0120,00", "6'120.00", "6120,00", "6120.00 EUR",
        "6.120,-", "6.120,\u2014", "EUR 6.120", "6 120 \u20ac", "-6.120,00", "6.120,00-",
        "(6.120,00)", "6120,000", "\u20ac6,120.00", "6120.-",
    ],
)  # fmt: skip
def test_an_amount_is_seen_in_every_form(text: str) -> None:
    """Separators, signs of money and strokes for no cents."""
    assert shown(f"Summe {text}").has_amount(SUM)


@pytest.mark.parametrize(
    "text", ["16.120,00", "6.120,01", "6120", "6.120,00 %", "612,00", "61 20,00"]
)
def test_another_number_is_not_it(text: str) -> None:
    """Nor is a number without money beside it."""
    assert not shown(text).has_amount(SUM)


@pytest.mark.parametrize("text", ["RE-2026/017", "RE 2026 017", "re2026-017", "Nr.RE-2026/017,"])
def test_a_number_is_seen_with_other_signs(text: str) -> None:
    """Case and signs are form."""
    assert shown(text).has_number("RE-2026/017")


@pytest.mark.parametrize("text", ["RE-2026/0171", "ARE-2026/017", "RE-2026/017-2", "RE-2026/0 17"])
def test_a_longer_number_is_another_one(text: str) -> None:
    """Neither a part of one nor one that is broken elsewhere."""
    assert not shown(text).has_number("RE-2026/017")


def test_an_iban_may_be_broken_over_lines_of_its_column() -> None:
    """Beside it stands something else."""
    page = shown("IBAN: DE89 3704 0044          Tel. 555\n      0532 0130 00")

    assert page.has_id("DE89370400440532013000") is True
    assert not page.has_id("DE8937040044053201300")


def test_recognised_pages_may_mistake_signs() -> None:
    """An O for a zero; but not on pages with a text of their own."""
    assert shown("DEI23456789", Source.OCR).has_id("DE123456789")
    assert not shown("DEI23456789").has_id("DE123456789")


def test_names_are_seen_over_lines_and_with_other_spelling() -> None:
    """Accents, umlauts as two letters, and words glued together."""
    assert shown("MUELLER\n& S\u00f6hne").has_words("muller sohne")
    assert shown("www.muellersoehne.at").has_words("muller sohne")
    assert not shown("M\u00fcller & Partner").has_words("muller sohne")


def test_the_currency_is_the_one_beside_the_sum() -> None:
    """Another one may be mentioned."""
    page = shown("Total CHF 6'120.00   (entspricht EUR 6.400,00)")

    assert page.currencies == {"CHF", "EUR"}
    assert page.currencies_of(SUM) == {"CHF"}


@settings(deadline=None)
@given(st.integers(1, 10**9), st.sampled_from(["", " ", ".", ",", "'"]))
def test_whatever_amount_is_printed_is_seen(number: int, thousands: str) -> None:
    """And the one that is a cent more is not."""
    value = Decimal(number) / 100
    point = "." if thousands == "," else ","
    whole, decimals = f"{value:,.2f}".split(".")
    page = shown(f"Betrag   {whole.replace(',', thousands)}{point}{decimals}")

    assert page.has_amount(value)
    assert not page.has_amount(value + Decimal("0.01"))
