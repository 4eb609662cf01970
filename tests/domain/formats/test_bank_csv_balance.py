"""Balances that a CSV states outside its rows: what they are, and what they are held against."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from time import process_time

import pytest

from domain.formats.bank_csv import parts
from domain.formats.bank_csv_balance import BalanceKind, stated_in
from domain.formats.bank_csv_profile import Profile
from domain.formats.statement import Entry, RowError, StatementEnd

OWN = Profile(
    id="own",
    bank="Own",
    columns={"booking_date": "Tag", "amount": "Wert", "purpose": "Zweck"},
    decimal=",",
    dates=("%d.%m.%Y",),
    header=("Tag", "Wert", "Zweck"),
)
BOOKINGS = ["01.03.2026;100,00;Miete", "02.03.2026;-30,00;Strom"]


def end_of(*lines: str) -> StatementEnd:
    """What a file with these lines ends with; each line that is no booking is no row."""
    found = list(parts(BytesIO("\n".join(lines).encode()), [OWN]))
    assert [each for each in found if isinstance(each, RowError)] == []
    assert len([each for each in found if isinstance(each, Entry)]) == len(BOOKINGS)
    (end,) = [each for each in found if isinstance(each, StatementEnd)]
    return end


@pytest.mark.parametrize(
    ("above", "below", "opening", "closing"),
    [
        ("Alter Kontostand;1.000,00;EUR", "Neuer Kontostand;1.070,00;EUR", "1000", "1070"),
        ("", "Anfangssaldo: 1.000,00 EUR\nEndsaldo: 1.070,00 EUR", "1000", "1070"),
        ("", ";;Anfangssaldo;EUR;5,00;S\n;;Endsaldo;EUR;65,00;H", "-5", "65"),
        ("Opening balance (EUR);1.000,00", "Closing balance (EUR);-7,50", "1000", "-7.50"),
        ("", "Endsaldo vom 02.03.2026;7,50-", None, "-7.50"),
        ("Kontostand vom 02.03.2026:;1.070,00 €", "", None, "1070"),
        ("Datei erstellt am: 03.03.2026\nSaldo;1.070,00;EUR", "", None, "1070"),
        ("Zeitraum;01.03.2026 - 31.03.2026\nSaldo per 31.03.2026;9,00;EUR", "", None, "9"),
        ("", "Endsaldo;-7,50;S", None, "-7.50"),
        ("", "Endsaldo;7,50-;EUR;Soll", None, "-7.50"),
        ("", "Endsaldo;+7,50;H", None, "7.50"),
        ("", "Endsaldo;EUR 900,00", None, "900"),
        ("", "Endsaldo: \u20ac 900,00", None, "900"),
        ("", "Endsaldo: EUR -900,00", None, "-900"),
        ("", "Endsaldo;\u2212900,00", None, "-900"),
        ("", "Endsaldo: \u2212900,00 EUR", None, "-900"),
        ("", "Endsaldo;900,00 EUR S", None, "-900"),
        ("", "Closing balance;900,00 DR", None, "-900"),
        ("", "Anfangssaldo;1.000,00;Endsaldo;1.070,00", "1000", "1070"),
        ("", "Anfangssaldo: 1.000,00 EUR Endsaldo: 1.070,00 EUR", "1000", "1070"),
        ("", "Alter Saldo;5,00;S;Neuer Saldo;65,00;H", "-5", "65"),
        ("Anfangssaldo vom 01.03.2026;1,00;Saldo vom 02.03.2026;71,00", "", "1", "71"),
        ("Endsaldo" + " " * 500 + ";7,50", "", None, "7.50"),
    ],
)
def test_a_balance_is_read_where_it_is_labelled(
    above: str, below: str, opening: str | None, closing: str | None
) -> None:
    """Above the names of the columns, or below the last booking; with its sign or side."""
    end = end_of(*above.split("\n"), "Tag;Wert;Zweck", *BOOKINGS, *below.split("\n"))

    assert end.opening == (None if opening is None else Decimal(opening))
    assert end.closing == (None if closing is None else Decimal(closing))
    assert end.notes == ()


@pytest.mark.parametrize(
    "above",
    [
        "Saldo;1.070,00;EUR",
        "Kontostand vom 28.02.2026:;1.000,00 €",
        "Zeitraum;01.03.2026 - 02.03.2026\nKontostand am 09.04.2026;5,00",
        "Endsaldo;12.34.5",
        "Kontostand vom 03.03.2026:;1.000,00 \u20ac",
        "Datei erstellt am: 03.03.2026\nKontostand vom 05.03.2026;1.000,00",
        "Endsaldo;-7,50;H",
        "Endsaldo;+7,50;S",
        "Endsaldo;1.000,00;USD",
        "Closing balance (USD);1.000,00",
        "Endsaldo: CHF 1.000,00",
    ],
)
def test_a_balance_of_another_day_is_told_and_not_compared(above: str) -> None:
    """Nobody knows what moved between the last row and the day on which it was stated."""
    end = end_of(*above.split("\n"), "Tag;Wert;Zweck", *BOOKINGS)

    assert (end.opening, end.closing) == (None, None)
    assert len(end.notes) == 1


def test_what_is_stated_goes_before_what_rows_lead_to() -> None:
    """A row is missing: the sum of the rows says nothing of it, the stated balance does."""
    layout = Profile(
        id="running",
        bank="Own",
        columns={"booking_date": "Tag", "amount": "Wert", "balance": "Stand"},
        decimal=",",
        dates=("%d.%m.%Y",),
        header=("Tag", "Wert", "Stand"),
    )
    lines = ["Tag;Wert;Stand", "01.03.2026;10,00;110,00", "02.03.2026;5,00;115,00"]
    data = "\n".join([*lines, "Neuer Saldo;;125,00"]).encode()
    (end,) = [each for each in parts(BytesIO(data), [layout]) if isinstance(each, StatementEnd)]

    assert (end.opening, end.closing) == (Decimal(100), Decimal(125))


def test_two_that_differ_are_told() -> None:
    """The first one stands."""
    end = end_of("Endsaldo;5,00", "Tag;Wert;Zweck", *BOOKINGS, "Endsaldo;6,00")

    assert (end.closing, len(end.notes)) == (Decimal(5), 1)


@pytest.mark.parametrize(
    "cells",
    [
        ["01.03.2026", "Endsaldo Reisen GmbH", "12,00"],
        ["01.03.2026", "Saldo", "12,00"],
        ["01.03.2026", "Strom", "Endsaldo", "12,00"],
        ["Endsaldo", "1,00", "2,00"],
        ["Endsaldo"],
        ["Saldovereinbarung", "12,00"],
        ["Endsaldo", "12,00", "EUR", "USD"],
        ["Endsaldo", "12,00", "XQZ"],
        ["Anfangssaldo", "1,00", "Endsaldo"],
        ["Anfangssaldo", "1,00", "Endsaldo", "Strom"],
        ["Saldo" + " 1" * 50_000, "x"],
    ],
)
def test_a_booking_is_no_balance(cells: list[str]) -> None:
    """Nor is a line that states nothing, or two things."""
    assert stated_in(cells) == ()


def test_a_day_beside_it_is_its_day() -> None:
    """As one bank ends its files."""
    (found,) = stated_in(["Kontostand", "28.02.2026", "", "", "1.234,56", "EUR"])

    assert (found.kind, found.words, found.day) == (
        BalanceKind.CURRENT,
        "1.234,56",
        date(2026, 2, 28),
    )


@pytest.mark.parametrize("filling", [" ", "1", "1 ", "Endsaldo ", "Saldo vom ", "- ", "EUR "])
def test_a_long_cell_is_looked_at_in_no_time(filling: str) -> None:
    """A cell may have a hundred thousand characters, and a file many of them."""
    started = process_time()
    stated_in(["Endsaldo" + filling * (100_000 // len(filling)), "x"])

    assert process_time() - started < 1
