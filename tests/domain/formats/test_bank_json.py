"""JSON exports: ours and George's."""

import json
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from domain.formats import bank_json
from domain.formats.statement import Statement, UnsupportedFormat, collected


def read(value: Any) -> Statement:
    """The statement of a file."""
    (found,) = collected(bank_json.parts(BytesIO(json.dumps(value).encode())))
    return found


def test_our_own_form() -> None:
    """The body of an import, or its rows alone; a bad row is told."""
    row = {"tx_date": "2026-01-02", "amount": -12.5, "reference": "RE 7", "bank_reference": "B1"}
    for value in ({"iban": "AT61 1904 3002 3457 3201", "transactions": [row]}, [row]):
        found = read(value)
        assert (found.lines[0].amount, found.lines[0].bank_reference) == (Decimal("-12.50"), "B1")
    bad = read([row, {"tx_date": "2026-02-30", "amount": 1}, {"tx_date": "2026-01-02"}, 7])
    assert [each.code for each in bad.errors] == [
        "INVALID_DATE",
        "INVALID_AMOUNT",
        "UNREADABLE_ROW",
    ]


def test_george() -> None:
    """Amounts are whole numbers with a precision."""
    row = {
        "booking": "2026-01-02T00:00:00.000+0100",
        "partnerName": "Muster",
        "partnerAccount": {"iban": "AT611904300234573201"},
        "amount": {"value": -1250, "precision": 2, "currency": "EUR"},
        "reference": "RE 7",
    }
    (line,) = read([row]).lines
    assert (line.booking_date, line.amount) == (date(2026, 1, 2), Decimal("-12.50"))
    assert (line.counterparty_name, line.counterparty_iban) == ("Muster", "AT611904300234573201")


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"transactions": 1}', b"[" * 100_000])
def test_what_is_no_list_of_movements_is_refused(data: bytes) -> None:
    """Broken, empty, or nested without end."""
    with pytest.raises(UnsupportedFormat):
        list(bank_json.parts(BytesIO(data)))
