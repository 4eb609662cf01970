"""DATEV format (EXTF 700): header, column names and lines of the categories we write.

Windows-1252, CRLF, semicolons, decimal commas. A booking batch (category 21, version 13) has
125 columns, of which a few are filled; the columns of each category lie beside this module.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from importlib.resources import files
from itertools import chain, islice
from typing import NamedTuple
from uuid import UUID

from domain.errors import Invalid
from domain.formats.windows_1252 import ENCODING, sound, spelt
from domain.ids import sha256_hex
from domain.money import BASE_CURRENCY, ZERO
from domain.plain_text import no_formula

RECORDS_IN_A_BATCH = 99_999
LARGEST = Decimal("9999999999.99")
REFERENCE_LENGTH = 36
TEXT_LENGTH = 60
LABEL_LENGTH = 30
PLAIN_REFERENCE = r"^[A-Za-z0-9_$&%*+/-]+$"
PLAIN_TEXT = r"^[!#-*,./0-<>?A-~À-ÖØ-öø-ÿ][!#-~À-ÖØ-öø-ÿ]*( [!#-~À-ÖØ-öø-ÿ]+)*$"
"""What stays as it is, up to its length; the server finds these by the same patterns."""

_REFERENCE = re.compile(PLAIN_REFERENCE)
_NO_REFERENCE = re.compile(r"[^A-Za-z0-9_$&%*+\-/]+|-{2,}")
_NO_LABEL = re.compile(r"[^A-Za-z0-9_.\-/ ]")
_CONSULTANTS = range(1001, 10_000_000)
_CLIENTS = range(1, 100_000)
ACCOUNT_LENGTHS = range(4, 9)
_LINES_AT_ONCE = 500
_RATES = (Decimal(1), Decimal(10_000))


class DatevRefused(Invalid):
    """A value that the format cannot carry."""

    code = "INVALID_INPUT"


class Category(Enum):
    """A kind of file: number, name, version, and where its columns stand."""

    PARTNERS = (16, "Debitoren/Kreditoren", 5, "datev_partner_columns.csv")
    LABELS = (20, "Kontenbeschriftungen", 3, "datev_label_columns.csv")
    BOOKINGS = (21, "Buchungsstapel", 13, "datev_booking_columns.csv")


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose books a file comes from, and when: what the header of every category says."""

    created_at: datetime
    consultant: int
    client: int
    fiscal_year_start: date
    account_length: int
    chart: str
    origin: str = "BF"
    exported_by: str = "Belegfluss"

    def __post_init__(self) -> None:
        """Refuse numbers that no adviser has."""
        if self.consultant not in _CONSULTANTS or self.client not in _CLIENTS:
            raise DatevRefused("Consultant or client number is missing or out of range.")
        if self.account_length not in ACCOUNT_LENGTHS:
            raise DatevRefused("Ledger accounts have 4 to 8 digits.")


@dataclass(frozen=True, slots=True)
class Batch:
    """What the header says of a booking batch: which days, whether they are locked.

    `is_closing` marks bookings of adjustment periods: they belong to the annual accounts.
    """

    sender: Sender
    first: date
    last: date
    label: str
    locked: bool = False
    is_closing: bool = False

    def __post_init__(self) -> None:
        """Refuse days before the fiscal year: a record names only day and month."""
        if not self.sender.fiscal_year_start <= self.first <= self.last:
            raise DatevRefused("A batch lies inside one fiscal year.")


@dataclass(frozen=True, slots=True)
class Foreign:
    """The amount in the currency of the document; `rate` units of it are worth one euro."""

    currency: str
    amount: Decimal
    rate: Decimal | None = None

    @property
    def is_writable(self) -> bool:
        """Whether two decimals hold the amount."""
        return ZERO < self.amount <= LARGEST and self.amount == round(self.amount, 2)


class Record(NamedTuple):
    """One record: a positive amount between two accounts, seen from `account`.

    `head` and `tail` are the cells of its voucher.
    `account_number` has made the accounts; `LARGEST` is the largest amount.
    """

    head: str
    tail: str
    amount: Decimal
    is_debit: bool
    account: str
    contra_account: str
    tax_key: str = ""
    vat_id: str = ""
    foreign: Foreign | None = None


def booking_batch(batch: Batch, records: Iterable[Record | str]) -> Iterator[bytes]:
    """A booking batch in blocks of whole lines, ready to be sent; a text is a line already."""
    head = (_header(Category.BOOKINGS, batch.sender, batch), _names(Category.BOOKINGS))
    lines = chain(head, map(_line, records))
    while block := list(islice(lines, _LINES_AT_ONCE)):
        yield _encoded(block)


def table(
    category: Category, sender: Sender, rows: Iterable[dict[str, str]], label: str = ""
) -> Iterator[bytes]:
    """Master data in blocks of whole lines; a row names the cells that it fills."""
    yield _encoded([_header(category, sender, label=label), _names(category)])
    columns = _columns(category)
    for row in rows:
        cells = [
            _text(row.get(c.name, ""), c.length) if c.is_text else row.get(c.name, "")
            for c in columns
        ]
        yield _encoded([";".join(cells)])


def reference(value: str) -> str:
    """A document number as Belegfeld 1 carries it; other signs are spelt or become a hyphen.

    A longer one ends in digits of its hash, lest two documents share what is left.

    >>> reference("RE 2026.0815 (Ä)"), reference("4711/2026")
    ('RE-2026-0815-Ae', '4711/2026')
    """
    if _REFERENCE.fullmatch(value):
        mapped = value
    else:
        heard = "".join(sign if sign.isascii() else sound(sign) for sign in value)
        mapped = _NO_REFERENCE.sub("-", _NO_REFERENCE.sub("-", heard)).strip("-")
    if len(mapped) <= REFERENCE_LENGTH:
        return mapped
    return f"{mapped[: REFERENCE_LENGTH - 9]}-{sha256_hex(value.encode())[:8]}"


def booking_text(value: str) -> str:
    """A description as the booking text carries it: one line, within Windows-1252, cut.

    The format takes any sign, and who opens the file in a spreadsheet gets no formula. A document
    number holds none: neither = nor @ is of its signs, and as a key it stays as it is.

    >>> booking_text("Žaluzie:  5 Stück"), booking_text("@SUM(A1)")
    ('Žaluzie: 5 Stück', "'@SUM(A1)")
    """
    return _cell(value, TEXT_LENGTH)


def account_number(number: str, length: int) -> str:
    """A ledger account as the format has it: extended to `length`, without leading zeros.

    >>> account_number("4400", 4), account_number("4400", 6), account_number("0027", 4)
    ('4400', '440000', '27')
    """
    return number.zfill(ACCOUNT_LENGTHS[0]).ljust(length, "0").lstrip("0") or "0"


def document_link(document_id: UUID) -> str:
    """The link of a booking to the image of its document.

    >>> document_link(UUID(int=7))
    'BEDI "00000000-0000-0000-0000-000000000007"'
    """
    return f'BEDI "{str(document_id).upper()}"'


def label_of(value: str) -> str:
    """The name of a batch, in the signs that a header takes."""
    return _NO_LABEL.sub("-", value)[:LABEL_LENGTH]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a category: texts stand in quotes, whatever they hold."""

    name: str
    is_text: bool
    length: int | None = None


@cache
def _columns(category: Category) -> tuple[Column, ...]:
    source = files("domain.formats").joinpath(category.value[3])
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return tuple(
        Column(row["name"], row["quoted"] == "true", int(row.get("max_length") or 0) or None)
        for row in rows
    )


def _names(category: Category) -> str:
    return ";".join(column.name for column in _columns(category))


def _header(
    category: Category, sender: Sender, batch: Batch | None = None, *, label: str = ""
) -> str:
    """The first line; Festschreibung is always said, for empty would mean locked."""
    number, name, version, _ = category.value
    return ";".join(
        [
            _text("EXTF"), "700", str(number), _text(name), str(version),
            sender.created_at.strftime("%Y%m%d%H%M%S")
            + f"{sender.created_at.microsecond // 1000:03d}",
            "", _text(sender.origin), _text(sender.exported_by), _text(""),
            str(sender.consultant), str(sender.client), f"{sender.fiscal_year_start:%Y%m%d}",
            str(sender.account_length),
            f"{batch.first:%Y%m%d}" if batch else "", f"{batch.last:%Y%m%d}" if batch else "",
            _text(label_of(batch.label if batch else label)), _text(""),
            str(1 + batch.is_closing) if batch else "", "0" if batch else "",
            str(int(batch.locked)) if batch else "", _text(BASE_CURRENCY if batch else ""),
            "", _text(""), "", "", _text(sender.chart), "", "", _text(""), _text(""),
        ]
    )  # fmt: skip


_HEAD = {
    "Belegdatum": "%s",
    "Belegfeld 1": '"%s"',
    "Belegfeld 2": '"%s"',
    "Buchungstext": '"%s"',
    "Beleglink": '"%s"',
}
_TAIL = {
    "Zusatzinformation - Art 1": '"JournalID"',
    "Zusatzinformation- Inhalt 1": '"%s"',
    "Festschreibung": "%s",
    "Leistungsdatum": "%s",
    "Fälligkeit": "%s",
    "Generalumkehr (GU)": '"%s"',
}
_BEFORE_HEAD, _VAT_ID = 9, 39
"""Columns of the record itself: the first nine, and one between head and tail."""


@cache
def head_template() -> str:
    """Columns 10 to 39, for Python's `%` as well as for the server's `format`.

    What they take: day (TTMM), reference, second reference (TTMMJJ), text, document link.
    """
    return _filled(_columns(Category.BOOKINGS)[_BEFORE_HEAD:_VAT_ID], _HEAD)


@cache
def tail_template() -> str:
    """Columns 41 to 125: journal id, locked (0 or 1), days of supply and due (TTMMJJJJ), reversal.

    The period of the tax (column 116) stays empty: it is that of the booking date.
    """
    return _filled(_columns(Category.BOOKINGS)[_VAT_ID + 1 :], _TAIL)


def _filled(columns: Sequence[Column], filled: Mapping[str, str]) -> str:
    return ";".join(filled.get(c.name, '""' if c.is_text else "") for c in columns)


def voucher_head(day: str, number: str, second: str, text: str, link: str) -> str:
    """The head of a voucher whose number and text are as people wrote them."""
    cells = (day, reference(number), second, _escaped(booking_text(text)), _escaped(link))
    return head_template() % cells


def _line(record: Record | str) -> str:
    if isinstance(record, str):
        return record
    head, tail, amount, is_debit, account, contra, key, vat_id, foreign = record
    amounts = f'{_decimal(amount)};"{"S" if is_debit else "H"}";"";;;""'
    if foreign is not None and foreign.is_writable:
        amounts = _foreign(amount, is_debit, foreign)
    vat_id = _escaped(spelt(vat_id)[:15]) if vat_id else ""
    return f'{amounts};{account};{contra};"{key}";{head};"{vat_id}";{tail}'


def _foreign(amount: Decimal, is_debit: bool, foreign: Foreign) -> str:  # noqa: FBT001 - one of a tuple
    """The foreign amount stands first, the amount in euro beside it."""
    side = "S" if is_debit else "H"
    return (
        f'{_decimal(foreign.amount)};"{side}";"{foreign.currency}";{_rate(foreign)};'
        f'{_decimal(amount)};"{BASE_CURRENCY}"'
    )


def _rate(foreign: Foreign) -> str:
    """The rate where the column takes it: from 1 up to four digits; the base amount decides."""
    if foreign.rate is None or not _RATES[0] <= foreign.rate < _RATES[1]:
        return ""
    return f"{foreign.rate:.6f}".replace(".", ",")


def _decimal(value: Decimal) -> str:
    """Two decimals, as money comes from the database."""
    text = str(value)
    return (text if text[-3:-2] == "." else f"{value:.2f}").replace(".", ",")


def _text(value: str, length: int | None = None) -> str:
    return f'"{_escaped(_cell(value, length))}"'


def _cell(value: str, length: int | None) -> str:
    return no_formula(spelt(value))[:length].rstrip()


def _escaped(value: str) -> str:
    return value.replace('"', '""')


def _encoded(lines: Sequence[str]) -> bytes:
    """Lines in Windows-1252. Latin-1 is the same but for signs that few lines have, and fast."""
    text = "\r\n".join(lines) + "\r\n"
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode(ENCODING)
