"""DATEV format (EXTF 700): a booking batch, category 21, version 13, line by line.

Windows-1252, CRLF, semicolons, decimal commas; 125 columns of which a batch fills a few.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files

from domain.errors import Invalid
from domain.formats import sepa
from domain.money import ZERO

ENCODING = "cp1252"
REFERENCE_LENGTH = 36
TEXT_LENGTH = 60
_REFERENCE = re.compile(r"[^A-Za-z0-9_$&%*+\-/]")
_LABEL = re.compile(r"[^A-Za-z0-9_.\-/ ]")
_CONSULTANTS = range(1001, 10_000_000)
_CLIENTS = range(1, 100_000)
_ACCOUNT_LENGTHS = range(4, 9)
_LARGEST = Decimal("9999999999.99")
_VALUES = {False: "", True: '""'}


class DatevRefused(Invalid):
    """A value that the format cannot carry."""

    code = "INVALID_INPUT"


@dataclass(frozen=True, slots=True)
class Batch:
    """What the header says of a batch: whose it is, which days, whether it is locked."""

    created_at: datetime
    consultant: int
    client: int
    fiscal_year_start: date
    account_length: int
    first: date
    last: date
    label: str
    chart: str
    locked: bool
    origin: str = "BK"
    exported_by: str = "export"
    currency: str = "EUR"

    def __post_init__(self) -> None:
        """Refuse numbers that no adviser has, and a range that leaves the fiscal year."""
        if self.consultant not in _CONSULTANTS or self.client not in _CLIENTS:
            raise DatevRefused("Consultant or client number is missing or out of range.")
        if self.account_length not in _ACCOUNT_LENGTHS:
            raise DatevRefused("Ledger accounts have 4 to 8 digits.")
        if not self.fiscal_year_start <= self.first <= self.last:
            raise DatevRefused("A batch lies inside one fiscal year.")

    def check_inside(self, fiscal_year_end: date) -> None:
        """Refuse a range that ends in the next fiscal year: its days have no year of their own."""
        if self.last > fiscal_year_end:
            raise DatevRefused("A batch lies inside one fiscal year.")


@dataclass(frozen=True, slots=True)
class Foreign:
    """The amount in the currency of the document."""

    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Record:
    """One record: an amount between two accounts, seen from `account`."""

    amount: Decimal
    is_debit: bool
    account: str
    contra_account: str
    booking_date: date
    reference: str
    description: str
    journal_id: str
    tax_key: str = ""
    due_date: date | None = None
    locked: bool = False
    general_reversal: bool = False
    vat_id: str = ""
    foreign: Foreign | None = None

    def __post_init__(self) -> None:
        """Refuse what the import would refuse."""
        if not ZERO < self.amount <= _LARGEST:
            raise DatevRefused(f"{self.amount} is no turnover.")
        for account in (self.account, self.contra_account):
            if not re.fullmatch(r"[0-9]{1,9}", account):
                raise DatevRefused(f"{account!r} is no account number.")


def lines(batch: Batch, records: Iterable[Record]) -> Iterator[bytes]:
    """Header, column names and one line for each record, ready to be sent one by one."""
    yield _encoded(_header(batch))
    yield _encoded([name for name, _ in _columns()])
    for record in records:
        yield _encoded(_cells(record))


def reference(value: str) -> str:
    """A document number as Belegfeld 1 carries it; other characters become a hyphen.

    >>> reference("RE 2026.0815 (Ä)")
    'RE-2026-0815-Ae'
    """
    mapped = _REFERENCE.sub("-", sepa.text(value, 4 * REFERENCE_LENGTH))
    return re.sub("-{2,}", "-", mapped).strip("-")[:REFERENCE_LENGTH]


def booking_text(value: str) -> str:
    """A description as the booking text carries it: one line, within Windows-1252, cut.

    >>> booking_text("Žaluzie:  5 Stück")
    'Žaluzie: 5 Stück'
    """
    flat = " ".join(value.split())
    known = "".join(
        sign if sign.encode(ENCODING, "ignore") else sepa.text(sign) or "." for sign in flat
    )
    return "".join(sign for sign in known if sign.isprintable())[:TEXT_LENGTH].strip()


def _header(batch: Batch) -> list[str]:
    return [
        _quoted("EXTF"), "700", "21", _quoted("Buchungsstapel"), "13",
        batch.created_at.strftime("%Y%m%d%H%M%S") + f"{batch.created_at.microsecond // 1000:03d}",
        "", _quoted(batch.origin), _quoted(batch.exported_by), _quoted(""),
        str(batch.consultant), str(batch.client), f"{batch.fiscal_year_start:%Y%m%d}",
        str(batch.account_length), f"{batch.first:%Y%m%d}", f"{batch.last:%Y%m%d}",
        _quoted(_LABEL.sub("-", batch.label)[:30]), _quoted(""), "1", "0", str(int(batch.locked)),
        _quoted(batch.currency), "", _quoted(""), "", "", _quoted(batch.chart), "", "",
        _quoted(""), _quoted(""),
    ]  # fmt: skip


def _cells(record: Record) -> list[str]:
    filled = {
        "Umsatz (ohne Soll/Haben-Kz)": _decimal(record.amount),
        "Soll/Haben-Kennzeichen": _quoted("S" if record.is_debit else "H"),
        "Konto": record.account,
        "Gegenkonto (ohne BU-Schlüssel)": record.contra_account,
        "BU-Schlüssel": _quoted(record.tax_key),
        "Belegdatum": f"{record.booking_date:%d%m}",
        "Belegfeld 1": _quoted(reference(record.reference) or record.journal_id),
        "Buchungstext": _quoted(booking_text(record.description)),
        "EU-Land u. UStID (Bestimmung)": _quoted(record.vat_id[:15]),
        "Zusatzinformation - Art 1": _quoted("JournalID"),
        "Zusatzinformation- Inhalt 1": _quoted(record.journal_id),
        "Festschreibung": str(int(record.locked)),
        "Fälligkeit": f"{record.due_date:%d%m%Y}" if record.due_date else "",
        "Generalumkehr (GU)": _quoted("1" if record.general_reversal else ""),
    } | _foreign(record)
    return [filled.get(name, _VALUES[quoted]) for name, quoted in _columns()]


def _foreign(record: Record) -> dict[str, str]:
    if record.foreign is None:
        return {}
    return {
        "Umsatz (ohne Soll/Haben-Kz)": _decimal(record.foreign.amount),
        "WKZ Umsatz": _quoted(record.foreign.currency),
        "Basis-Umsatz": _decimal(record.amount),
        "WKZ Basis-Umsatz": _quoted("EUR"),
    }


@cache
def _columns() -> tuple[tuple[str, bool], ...]:
    """Name and whether it is a text, for each column."""
    source = files("domain.formats").joinpath("datev_booking_columns.csv")
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return tuple((row["name"], row["quoted"] == "true") for row in rows)


def _decimal(value: Decimal) -> str:
    return f"{value:.2f}".replace(".", ",")


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _encoded(cells: list[str]) -> bytes:
    return (";".join(cells) + "\r\n").encode(ENCODING)
