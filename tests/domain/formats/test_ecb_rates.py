"""Reference rates of the European Central Bank."""

from datetime import date
from decimal import Decimal

import pytest

from domain.formats.ecb_rates import LIMIT, NoRates, ReferenceRate, read

HISTORY = (
    b"Date,USD,HUF,ROL,XXX,\r\n2026-11-20,1.1600,390.05,N/A,1,\r\n2026-11-19,1.1500,N/A,N/A,1,\r\n"
)


def test_every_rate_of_the_history() -> None:
    """Without N/A, and without what is no currency of today's list."""
    assert list(read(HISTORY)) == [
        ReferenceRate("USD", date(2026, 11, 20), Decimal("1.1600")),
        ReferenceRate("HUF", date(2026, 11, 20), Decimal("390.05")),
        ReferenceRate("USD", date(2026, 11, 19), Decimal("1.1500")),
    ]


def test_the_file_of_one_day() -> None:
    """It has blanks, and the day in words."""
    assert list(read(b"Date, USD, CHF, \n20 November 2026, 1.1600, 0.9301, \n")) == [
        ReferenceRate("USD", date(2026, 11, 20), Decimal("1.1600")),
        ReferenceRate("CHF", date(2026, 11, 20), Decimal("0.9301")),
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Date"),
        (b"Day,USD\n2026-11-20,1.1\n", "Date"),
        (b"Date,USD\n20.11.2026,1.1\n", "Line 2"),
        (b"Date,USD\n2026-11-20,one\n", "Line 2"),
        (b"Date,USD\n2026-11-20,-1\n", "Line 2"),
        (b"Date,USD\n2026-11-20,NaN\n", "Line 2"),
        (b"\xff\xfe", "no text"),
        (b"x" * (LIMIT + 1), "bytes"),
    ],
)
def test_anything_else_is_refused(data: bytes, said: str) -> None:
    """With the line that cannot be read."""
    with pytest.raises(NoRates, match=said):
        list(read(data))
