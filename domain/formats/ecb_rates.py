"""Euro foreign exchange reference rates as the European Central Bank publishes them.

The file is `eurofxref-hist.csv`, or `eurofxref.csv` of one day: a column for each currency, a row
for each day, `N/A` where there is no rate. Rates are units of the currency for one euro.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from domain.errors import Invalid
from domain.money import CURRENCIES

ECB = "ECB"
"""How the books call this source of rates."""
LIMIT = 8 * 1024 * 1024
_MOST_COLUMNS = 200
_FORMS = ("%Y-%m-%d", "%d %B %Y")
_NONE = frozenset({"", "N/A"})


class NoRates(Invalid):
    """The file is no table of reference rates."""

    code = "UNSUPPORTED_FORMAT"


@dataclass(frozen=True, slots=True)
class ReferenceRate:
    """Units of a currency for one euro on a day."""

    currency: str
    day: date
    rate: Decimal


def read(data: bytes) -> Iterator[ReferenceRate]:
    r"""Every rate of the file. Raises NoRates, with the line that cannot be read.

    >>> [str(found.rate) for found in read(b"Date,USD,HUF,\n2026-11-19,1.1538,N/A,\n")]
    ['1.1538']
    """
    if len(data) > LIMIT:
        raise NoRates(f"The file has {len(data)} bytes; {LIMIT} are read.")
    rows = csv.reader(_text(data).splitlines())
    head = [name.strip() for name in next(rows, [])]
    if head[:1] != ["Date"] or len(head) > _MOST_COLUMNS:
        raise NoRates("The first column of the first line must be Date.")
    for number, row in enumerate(rows, 2):
        if row:
            yield from _rates(head, row, number)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NoRates("The file is no text.") from error


def _rates(head: list[str], row: list[str], number: int) -> Iterator[ReferenceRate]:
    day = _day(row[0].strip(), number)
    for currency, value in zip(head[1:], row[1:], strict=False):
        written = value.strip()
        if currency in CURRENCIES and written not in _NONE:
            yield ReferenceRate(currency, day, _rate(written, number))


def _day(written: str, number: int) -> date:
    for form in _FORMS:
        try:
            return datetime.strptime(written, form).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise NoRates(f"Line {number} begins with no date.")


def _rate(written: str, number: int) -> Decimal:
    try:
        rate = Decimal(written)
    except InvalidOperation as error:
        raise NoRates(f"Line {number} has a rate that is no number.") from error
    if not rate.is_finite() or not 0 < rate < Decimal(10) ** 10:
        raise NoRates(f"Line {number} has an impossible rate.")
    return rate
