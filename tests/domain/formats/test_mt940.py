"""MT940 and MT942: the corpus, directions, days, pages, and the four kinds of :86:."""

import json
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from domain.formats import mt940
from domain.formats.mt940_details import read_details
from domain.formats.statement import (
    Statement,
    StatementKind,
    UnsupportedFormat,
    collected,
)
from tests.corpus import CORPUS

FOLDER = CORPUS / "bank" / "mt940"


def truth() -> dict[str, dict[str, Any]]:
    """What the corpus says about its files; empty where it is missing."""
    path = FOLDER / "truth.json"
    found: dict[str, dict[str, Any]] = json.loads(path.read_text()) if path.exists() else {}
    return found


def read(data: bytes) -> list[Statement]:
    """All statements of a file."""
    return list(collected(mt940.parts(BytesIO(data))))


def wrapped(*lines: str, account: str = "12345678/9876543") -> bytes:
    """A statement of some lines over 100.00."""
    head = [":20:STARTUMS", f":25:{account}", ":28C:1/1", ":60F:C260101EUR100,00"]
    return "\r\n".join([*head, *lines, ":62F:C260131EUR100,00", "-", ""]).encode()


def test_the_corpus_is_there() -> None:
    """Say it loudly when the files to read are missing."""
    if not truth():
        pytest.skip(f"no corpus at {FOLDER}")


@pytest.mark.parametrize("name", sorted(truth()))
def test_files_of_the_corpus_are_read(name: str) -> None:
    """Every line, every account; a piece without an account is refused."""
    said, data = truth()[name], (FOLDER / name).read_bytes()
    if not said["accounts"]:
        with pytest.raises(UnsupportedFormat):
            read(data)
        return

    found = read(data)

    assert sum(len(each.lines) for each in found) == said["lines_61"]
    assert {each.iban for each in found} == set(said["accounts"])
    assert not [error for each in found for error in each.errors]


def test_balances_of_the_corpus_lead_from_one_to_the_other() -> None:
    """Pages are joined: opening and closing of each statement are those of its ends."""
    if not truth():
        pytest.skip(f"no corpus at {FOLDER}")
    (first, *_, last) = read((FOLDER / "ASNB_mt940.txt").read_bytes())
    assert (first.opening, last.closing) == (Decimal("444.29"), Decimal("501.23"))
    paged = read((FOLDER / "betterplace_sepa_mt9401.sta").read_bytes())
    assert len(paged) == 20
    assert all(each.adds_up for each in paged)
    (swiss,) = read((FOLDER / "jejik_postfinance.sta").read_bytes())
    assert (swiss.opening, swiss.closing) == (Decimal("0.00"), Decimal("159.60"))
    assert len(swiss.lines) == 4


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        (":61:2601020102CR300,NTRFNONREF", "300.00"),
        (":61:2601020102RCR204,88NTRFNONREF", "-204.88"),
        (":61:2601020102RD5,NTRFNONREF", "5.00"),
        (":61:2601020102D,08NTRFNONREF", "-0.08"),
        (":61:260102DR1500,00NTRFKREF+//53", "-1500.00"),
    ],
)
def test_the_mark_says_the_direction(line: str, amount: str) -> None:
    """The third letter of a currency is no reversal."""
    ((found,),) = [each.lines for each in read(wrapped(line))]
    assert found.amount == Decimal(amount)


def test_days_at_the_ends_of_years_and_of_february() -> None:
    """Booking days take the nearest year; 30 February is the last day of the month."""
    lines = [":61:2512310102C1,00NTRFNONREF", ":61:2602300301D1,00NTRFNONREF"]
    ((first, second),) = [each.lines for each in read(wrapped(*lines))]
    assert (first.booking_date, first.value_date) == (date(2026, 1, 2), date(2025, 12, 31))
    assert (second.booking_date, second.value_date) == (date(2026, 3, 1), date(2026, 2, 28))


def test_an_interim_report_is_no_statement() -> None:
    """MT942 has a floor and no balances."""
    data = b":20:X\n:25:PL29114010810000267002001002\n:28C:1/1\n:34F:PLN0\n:13D:1701191815+0100\n"
    data += b":61:1701190119CN0,01NTRFNONREF//MB170119012058\n:86:911 TRANSAKCJA\n"
    (found,) = read(data)
    assert (found.kind, found.opening) == (StatementKind.INTERIM, None)
    assert (found.currency, found.lines[0].amount) == ("PLN", Decimal("0.01"))


def test_a_line_that_cannot_be_read_is_told() -> None:
    """Its amount is unknown, so the statement cannot add up."""
    (found,) = read(wrapped(":61:2601020102C12.50NTRFNONREF"))
    assert [(each.row, each.code) for each in found.errors] == [(1, "INVALID_AMOUNT")]


def test_a_return_keeps_its_amounts_and_reason() -> None:
    """Original amount, compensation and the bank's words are details."""
    lines = [
        ":61:2601020102DR53,00NRTINONREF//ABC",
        ":86:109?00SEPA-LASTSCHRIFT RUECK?20EREF+RE 7?21OAMT+50,00?22COAM+3,00?23SVWZ+RUECKGA",
        "BE?24 WIDERSPRUCH?32MUSTER?34912",
    ]
    ((found,),) = [each.lines for each in read(wrapped(*lines))]
    said = dict(found.details)
    assert (said["business_code"], said["reason_number"]) == ("109", "912")
    assert (said["original_amount"], said["compensation"]) == ("50,00", "3,00")
    assert found.remittance_information == "RUECKGABE WIDERSPRUCH"
    assert (found.counterparty_name, found.end_to_end_id) == ("MUSTER", "RE 7")


def test_marks_inside_a_text_are_the_customers_own() -> None:
    """Only known fields, only at the start of a sub-field."""
    said = read_details(["166?00GUTSCHRIFT?20SVWZ+Frage?99 und EREF+ im Text"])
    assert said.tags == {"SVWZ": "Frage?99 und EREF+ im Text"}
