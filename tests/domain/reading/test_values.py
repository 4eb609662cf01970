"""Dates, amounts and ids as people write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.iban import grouped
from domain.reading.values import (
    AMOUNT,
    DATE,
    VAT_ID,
    amount_of,
    date_of,
    iban_in,
    is_vat_id_checked,
    vat_id_written,
)

CENTS = st.integers(0, 99_999_999_99)


@given(CENTS)
def test_both_notations_mean_the_same(value: int) -> None:
    """1.234,56 and 1,234.56."""
    english = f"{Decimal(value) / 100:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))

    for text in (english, german):
        match = AMOUNT.fullmatch(text)
        assert match is not None
        assert amount_of(match) == Decimal(value) / 100


@given(st.dates(date(1990, 1, 1), date(2069, 12, 31)))
def test_days_are_read_in_every_notation(day: date) -> None:
    """German, ISO, with two digits of the year, and with the month in words."""
    months = "Jänner Februar März April Mai Juni Juli August September Oktober November Dezember"
    texts = [
        f"{day:%d.%m.%Y}",
        f"{day.day}. {day.month}. {day.year}",
        day.isoformat(),
        f"{day:%d.%m.%y}",
        f"{day.day}. {months.split()[day.month - 1]} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
    ]
    for text in texts:
        match = DATE.fullmatch(text)
        assert match is not None, text
        assert date_of(match) == day


@pytest.mark.parametrize("text", ["19,00 %", "1.234", "12:30", "01.02.2026", "3.50.2", "20%"])
def test_what_is_no_amount_is_none(text: str) -> None:
    """Percentages, times, dates and versions."""
    assert AMOUNT.fullmatch(text) is None


def test_months_come_first_only_when_they_must() -> None:
    """Day before month is the rule here."""
    match = DATE.fullmatch("03/04/2023")
    assert match is not None
    assert date_of(match) == date(2023, 4, 3)
    assert date_of(match, month_first=True) == date(2023, 3, 4)


def test_the_thirtieth_of_february_is_no_day() -> None:
    """It matches the form and means nothing."""
    match = DATE.fullmatch("30.02.2026")
    assert match is not None
    assert date_of(match) is None


def test_letters_taken_for_digits_are_repaired_by_the_check_digits() -> None:
    """O and 0 look the same to a machine; modulo 97 tells them apart."""
    iban = "AT611904300234573201"

    assert iban_in(grouped(iban).replace("0", "O")) == (iban, False)
    assert iban_in("AT61 1904 3002 3457 3202") is None


@pytest.mark.parametrize(
    ("vat_id", "is_right"),
    [
        ("ATU13585627", True),
        ("ATU13585628", False),
        ("DE136695976", True),
        ("DE123456789", False),
        ("FR11999999998", None),
    ],
)
def test_check_digits_of_vat_ids(vat_id: str, is_right: bool | None) -> None:  # noqa: FBT001
    """Austria and Germany; the others are judged by form."""
    assert is_vat_id_checked(vat_id) is is_right


def test_vat_ids_are_found_with_blanks() -> None:
    """As some print them."""
    match = VAT_ID.search("UStId DE 232 446 240 SWIFT")
    assert match is not None
    assert vat_id_written(match[0]) == "DE232446240"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("6\u202f120,00", "6120.00"),
        ("1'005.55", "1005.55"),
        ("1.900,-", "1900.00"),
        ("1.900,\u2013", "1900.00"),
        ("EUR 1.900", "1900.00"),
        ("1.900 \u20ac", "1900.00"),
        ("\u20ac50", "50.00"),
        ("125\u202f000 Ft", "125000.00"),
        ("120,00-", "-120.00"),
        ("-\u00a0120,00", "-120.00"),
        ("(120,00)", "-120.00"),
        ("EUR -5,00", "-5.00"),
        ("Gesamtbetrag120,00EUR", "120.00"),
        ("14 Tage 3 % Skonto", None),
        ("2026", None),
        ("Art. 1.900", None),
    ],
)
def test_amounts_of_other_countries_and_habits(text: str, value: str | None) -> None:
    """Blanks and apostrophes between thousands, dashes for cents, signs behind, brackets."""
    match = AMOUNT.search(text)

    assert (str(amount_of(match)) if match else None) == value


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("August 3 , 2014", date(2014, 8, 3)),
        ("3rd of August 2014", date(2014, 8, 3)),
        ("1er mars 2026", date(2026, 3, 1)),
        ("3 de agosto de 2014", date(2014, 8, 3)),
        ("15. ledna 2026", date(2026, 1, 15)),
        ("15 stycznia 2026", date(2026, 1, 15)),
        ("2026. janu\u00e1r 15.", date(2026, 1, 15)),
        ("2026. 01. 15.", date(2026, 1, 15)),
        ("15. januarja 2026", date(2026, 1, 15)),
        ("15 gennaio 2026", date(2026, 1, 15)),
        ("5 d\u00e9c. 2025", date(2025, 12, 5)),
        ("7 maart 2026", date(2026, 3, 7)),
        ("15-Jan-26", date(2026, 1, 15)),
        ("15 gen. '26", date(2026, 1, 15)),
        ("9 Jan 26 18:20", date(2026, 1, 9)),
        ("14 May 26 for the following", date(2026, 5, 14)),
        ("12- Jun- 2026", date(2026, 6, 12)),
        ("9 Jan 18:20", None),
        ("am 3. Mai 20 St\u00fcck", None),
        ("5 May 26%", None),
        ("15.VI.2026", date(2026, 6, 15)),
        ("15 06 2026", date(2026, 6, 15)),
        ("2026-Jun-15", date(2026, 6, 15)),
        ("15\u00b706\u00b72026", date(2026, 6, 15)),
        ("15 - 06 - 2026", date(2026, 6, 15)),
        ("1 i 2026", None),
        ("316 15 06 2026", None),
        ("15 06 2026 17", None),
        ("08.30 - 12", None),
        ("10-12 / 14", None),
        ("1.234,56", None),
    ],
)
def test_days_of_other_countries(text: str, day: date | None) -> None:
    """Months in ten languages, the year first, ordinals; opening hours are no days."""
    match = DATE.search(text)

    assert (date_of(match) if match else None) == day
