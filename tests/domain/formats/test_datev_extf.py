"""DATEV files, byte for byte and cell by cell."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.formats.datev_extf import (
    PLAIN_REFERENCE,
    PLAIN_TEXT,
    Batch,
    Category,
    DatevRefused,
    Foreign,
    Record,
    Sender,
    booking_batch,
    booking_text,
    reference,
    table,
)
from domain.reports import datev_master
from domain.reports.datev_master import Person
from tests import datev_reader
from tests.vouchers import Voucher

SENDER = Sender(
    created_at=datetime(2026, 12, 1, 9, 30, 15, 123456, tzinfo=UTC),
    consultant=1234567,
    client=12345,
    fiscal_year_start=date(2026, 1, 1),
    account_length=4,
    chart="03",
    origin="BK",
    exported_by="export",
)
BATCH = Batch(SENDER, date(2026, 11, 1), date(2026, 11, 30), "FIBU 2026-11")
VOUCHER = Voucher(date(2026, 11, 3), "101", "RE-2026-0042", "Warenverkauf")


def record(amount: str, side: str, accounts: str, key: str, rest: str, vat_id: str = "") -> Record:
    """One record from a row of the worked example."""
    account, contra = accounts.split("/")
    day, number, text, journal = rest.split("|")
    head, tail = Voucher(date(2026, 11, int(day)), journal, number, text).cells
    return Record(head, tail, Decimal(amount), side == "S", account, contra, key, vat_id)


RECORDS = (
    record("1190.00", "S", "10042/8400", "", "3|RE-2026-0042|Warenverkauf|101"),
    record("238.00", "S", "4930/70011", "9", "5|ER-778|Toner und Papier|102"),
    record("119.00", "S", "4920/70011", "9", "5|ER-778|Mobilfunk November|102"),
    record("500.00", "S", "3123/70020", "", "9|INV-5531|Cloud-Dienst Irland|103", "IE6388047V"),
    record("357.00", "S", "70011/1200", "", "20|ER-778|Zahlung|104"),
    record("119.00", "H", "4920/70011", "9", "24|ER-778|Storno Mobilfunk|105"),
)


def test_the_worked_example_is_the_golden_file(golden: Callable[[str, bytes], None]) -> None:
    """Header, columns and rows are those of the worked example, to the byte."""
    golden("datev_booking_batch.csv", b"".join(booking_batch(BATCH, RECORDS)))


def cells(one: Record, batch: Batch = BATCH) -> dict[str, str]:
    """The cells of one record by column name, each as the format wants it."""
    (found,) = datev_reader.read(b"".join(booking_batch(batch, [one]))).records
    return found


def of_voucher(**changes: object) -> dict[str, str]:
    """The cells of a record whose voucher differs in this."""
    head, tail = replace(VOUCHER, **changes).cells  # type: ignore[arg-type]
    return cells(RECORDS[0]._replace(head=head, tail=tail))


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=20))
def test_any_text_becomes_one_line_of_125_columns(number: str, text: str, vat_id: str) -> None:
    """Quotes, semicolons, line breaks and foreign signs never break a line."""
    head, tail = replace(VOUCHER, reference=number, description=text).cells
    found = cells(RECORDS[0]._replace(head=head, tail=tail, vat_id=vat_id))
    assert len(found) == 125
    assert found["Belegfeld 1"]


@given(st.from_regex(PLAIN_TEXT, fullmatch=True), st.from_regex(PLAIN_REFERENCE, fullmatch=True))
def test_what_is_plain_stays_as_it_is(text: str, number: str) -> None:
    """The server writes what these patterns find, and must write what is written here."""
    text, number = text.removesuffix("\n"), number.removesuffix("\n")[:36]
    assert booking_text(text) == text[:60].rstrip()
    assert reference(number) == number


def test_a_foreign_amount_stands_first_and_the_base_amount_beside_it() -> None:
    """Column 1 in the document's currency, column 5 in euro, the rate between them."""
    foreign = Foreign("USD", Decimal("1300.00"), Decimal("1.0924369748"))
    found = cells(RECORDS[0]._replace(foreign=foreign))
    assert found["Umsatz (ohne Soll/Haben-Kz)"] == "1300,00"
    assert found["WKZ Umsatz"] == "USD"
    assert found["Kurs"] == "1,092437"
    assert found["Basis-Umsatz"] == "1190,00"
    assert found["WKZ Basis-Umsatz"] == "EUR"


@pytest.mark.parametrize("rate", ["0.85", "10500", None])
def test_a_rate_that_the_column_cannot_hold_is_left_to_the_base_amount(rate: str | None) -> None:
    """It takes rates from 1 with up to four digits."""
    foreign = Foreign("GBP", Decimal(1000), Decimal(rate) if rate else None)
    assert cells(RECORDS[0]._replace(foreign=foreign))["Kurs"] == ""


@pytest.mark.parametrize("amount", ["1.234", "0.00", "-0.01"])
def test_a_foreign_amount_without_two_decimals_leaves_the_record_in_euro(amount: str) -> None:
    """Three decimals, or a share that rounded to nothing."""
    found = cells(RECORDS[0]._replace(foreign=Foreign("KWD", Decimal(amount))))
    assert (found["Umsatz (ohne Soll/Haben-Kz)"], found["WKZ Umsatz"]) == ("1190,00", "")


def test_what_a_voucher_says_has_its_columns() -> None:
    """Festschreibung, Generalumkehr, due date in two forms, and the document."""
    found = of_voucher(
        locked=True,
        general_reversal=True,
        due_date=date(2026, 12, 24),
        document_id=UUID("6b29fc40-ca47-1067-b31d-00dd010662da"),
    )
    assert found["Festschreibung"] == "1"
    assert found["Generalumkehr (GU)"] == "1"
    assert (found["Fälligkeit"], found["Belegfeld 2"]) == ("24122026", "241226")
    assert found["Beleglink"] == 'BEDI "6B29FC40-CA47-1067-B31D-00DD010662DA"'
    assert found["Zusatzinformation- Inhalt 1"] == "101"


def test_a_number_that_leaves_nothing_gives_way_to_the_journal_id() -> None:
    """Belegfeld 1 is never empty."""
    assert of_voucher(reference="...")["Belegfeld 1"] == "101"


def test_long_numbers_that_begin_alike_stay_apart() -> None:
    """Open items are told apart by Belegfeld 1."""
    first, second = (reference("RE-" + "0" * 40 + end) for end in "12")
    assert first != second
    assert re.fullmatch(r"RE-0{24}-[0-9a-f]{8}", first)


def test_a_closing_batch_says_so() -> None:
    """Buchungstyp 2: annual accounts; Festschreibung is never left empty."""
    batch = replace(BATCH, is_closing=True, locked=True)
    header = datev_reader.read(b"".join(booking_batch(batch, RECORDS))).header
    assert (header[18], header[20]) == ("2", "1")


def test_numbers_and_ranges_that_no_import_takes_are_refused() -> None:
    """A clear refusal instead of a file that fails at the adviser."""
    with pytest.raises(DatevRefused):
        replace(SENDER, consultant=0)
    with pytest.raises(DatevRefused):
        replace(SENDER, account_length=9)
    with pytest.raises(DatevRefused):
        replace(BATCH, first=date(2025, 12, 31))


def test_signs_outside_the_encoding_are_spelt_not_dropped() -> None:
    """Cyrillic by sound, a Polish l without its stroke; what has no spelling is a full stop."""
    assert booking_text("Łódź Привет 漢字") == "Lódz Privet .."
    assert reference("№ 17/ä Щ") == "No-17/ae-Shch"


PERSON = Person(
    "70001",
    "Müller & Söhne Großhandelsgesellschaft mit beschränkter Haftung & Co. KG",
    vat_id="ATU13585627",
    street="Hafenstraße 12",
    postal_code="20457",
    city="Hamburg",
    country="DE",
    iban="DE44500105175407324931",
    bic="INGDDEFF",
)


def test_partners_are_the_golden_file(golden: Callable[[str, bytes], None]) -> None:
    """Category 16: 254 columns, texts cut to their length."""
    rows = [datev_master.partner(PERSON), datev_master.diverse("99999", "Diverse Kreditoren")]
    data = b"".join(table(Category.PARTNERS, SENDER, rows))
    assert {len(line.split(";")) for line in data.decode("cp1252").split("\r\n")[1:-1]} == {254}
    golden("datev_partners.csv", data)


def test_labels_are_the_golden_file(golden: Callable[[str, bytes], None]) -> None:
    """Category 20: the long label beside the short one."""
    rows = [datev_master.label("6816", "Verbrauchsmaterial für die Druckerei im Hinterhaus")]
    golden("datev_labels.csv", b"".join(table(Category.LABELS, SENDER, rows)))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_no_text_is_a_formula_where_a_spreadsheet_opens_the_file(sign: str) -> None:
    """Quotes do not help there; the format takes the apostrophe, and the number stays its key."""
    text = f"{sign}1+cmd|' /C calc'!A0"
    head, tail = replace(VOUCHER, reference="-4711", description=text).cells
    found = cells(RECORDS[0]._replace(head=head, tail=tail))
    assert found["Buchungstext"] == f"'{text}"
    assert found["Belegfeld 1"] == "-4711"
    assert len(booking_text(sign + "x" * 80)) == 60
    assert not re.fullmatch(PLAIN_TEXT, text)
