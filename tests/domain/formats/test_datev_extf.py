"""DATEV booking batch, byte for byte."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.formats.datev_extf import (
    Batch,
    DatevRefused,
    Foreign,
    Record,
    booking_text,
    lines,
    reference,
)

BATCH = Batch(
    created_at=datetime(2026, 12, 1, 9, 30, 15, 123456, tzinfo=UTC),
    consultant=1234567,
    client=12345,
    fiscal_year_start=date(2026, 1, 1),
    account_length=4,
    first=date(2026, 11, 1),
    last=date(2026, 11, 30),
    label="FIBU 2026-11",
    chart="03",
    locked=False,
)


def record(amount: str, side: str, accounts: str, key: str, rest: str) -> Record:
    """One record from a row of the worked example."""
    account, contra = accounts.split("/")
    day, number, text, journal = rest.split("|")
    return Record(
        amount=Decimal(amount),
        is_debit=side == "S",
        account=account,
        contra_account=contra,
        booking_date=date(2026, 11, int(day)),
        reference=number,
        description=text,
        journal_id=journal,
        tax_key=key,
    )


RECORDS = (
    record("1190.00", "S", "10042/8400", "", "3|RE-2026-0042|Warenverkauf|101"),
    record("238.00", "S", "4930/70011", "9", "5|ER-778|Toner und Papier|102"),
    record("119.00", "S", "4920/70011", "9", "5|ER-778|Mobilfunk November|102"),
    replace(
        record("500.00", "S", "3123/70020", "", "9|INV-5531|Cloud-Dienst Irland|103"),
        vat_id="IE6388047V",
    ),
    record("357.00", "S", "70011/1200", "", "20|ER-778|Zahlung|104"),
    record("119.00", "H", "4920/70011", "9", "24|ER-778|Storno Mobilfunk|105"),
)


def test_the_worked_example_is_the_golden_file(golden: Callable[[str, bytes], None]) -> None:
    """Header, columns and rows are those of the worked example, to the byte."""
    golden("datev_booking_batch.csv", b"".join(lines(BATCH, RECORDS)))


def cells(one: Record) -> dict[str, str]:
    """The cells of one record by column name."""
    text = [line.decode("cp1252") for line in lines(BATCH, [one])]
    return dict(zip(*csv.reader(text[1:], delimiter=";"), strict=True))


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_becomes_one_line_of_125_columns(number: str, text: str) -> None:
    """Quotes, semicolons, line breaks and foreign signs never break a line."""
    found = cells(replace(RECORDS[0], reference=number, description=text))
    assert len(found) == 125
    assert len(found["Buchungstext"]) <= 60
    assert 0 < len(found["Belegfeld 1"]) <= 36


def test_a_foreign_amount_stands_first_and_the_base_amount_beside_it() -> None:
    """Column 1 in the document's currency, column 5 in euro."""
    found = cells(replace(RECORDS[0], foreign=Foreign("USD", Decimal("1300.00"))))
    assert found["Umsatz (ohne Soll/Haben-Kz)"] == "1300,00"
    assert found["WKZ Umsatz"] == "USD"
    assert found["Basis-Umsatz"] == "1190,00"


def test_lock_reversal_and_due_date_have_their_columns() -> None:
    """Festschreibung, Generalumkehr and Fälligkeit."""
    one = replace(RECORDS[0], locked=True, general_reversal=True, due_date=date(2026, 12, 24))
    found = cells(one)
    assert found["Festschreibung"] == "1"
    assert found["Generalumkehr (GU)"] == "1"
    assert found["Fälligkeit"] == "24122026"


def test_numbers_and_ranges_that_no_import_takes_are_refused() -> None:
    """A clear refusal instead of a file that fails at the adviser."""
    with pytest.raises(DatevRefused):
        replace(BATCH, consultant=0)
    with pytest.raises(DatevRefused):
        replace(BATCH, account_length=9)
    with pytest.raises(DatevRefused):
        replace(BATCH, first=date(2025, 12, 31))
    with pytest.raises(DatevRefused):
        replace(RECORDS[0], amount=Decimal("0.00"))
    with pytest.raises(DatevRefused):
        replace(RECORDS[0], account="AB")


def test_signs_outside_the_encoding_are_spelt_not_dropped() -> None:
    """Cyrillic has no place in Windows-1252, a Polish l has another spelling."""
    assert booking_text("Łódź Привет") == "Lódz ......"
    assert reference("№ 17/ä") == "No-17/ae"
