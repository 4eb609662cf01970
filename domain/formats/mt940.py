"""MT940 statements and MT942 interim reports, read line by line.

Pages of one statement (:62M: then :60M:) are joined. :25: names the account as the bank likes:
an IBAN, bank code and number, or a number.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import BinaryIO

from domain.errors import DomainError
from domain.formats.business_codes import business_code_of
from domain.formats.mt940_details import Details, read_details
from domain.formats.statement import (
    Entry,
    Part,
    ReferenceKind,
    RowError,
    StatementEnd,
    StatementHead,
    StatementKind,
    StatementLine,
    Unreadable,
    UnsupportedFormat,
)
from domain.money import amount as money
from domain.money import exponent_of

_FIELD = re.compile(r"(?:\{.*\{4:)?:(\d\d[A-Z]?|NS):(.*)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# RC takes a credit back; the R of CR is the last letter of EUR and no reversal.
_LINE = re.compile(
    r"(?P<value>\d{6})(?P<booked>\d{4})?(?P<mark>RC|RD|C|D)[A-Z]?(?P<amount>\d*,\d*)"
    r"(?P<kind>[A-Z][A-Z0-9]{3})?(?P<customer>.*?)(?://(?P<bank>.*))?"
)
_BALANCE = re.compile(r"(?P<mark>[CD])(?P<day>\d{6})(?P<currency>[A-Z]{3})?(?P<amount>\d*,\d*)")
_CENTS = re.compile(r"[0-9]{1,12},[0-9]{2}")
_SIGNS = {"C": 1, "RD": 1, "D": -1, "RC": -1}
_LONGEST = 31
_CENTURY, _PIVOT = 2000, 80
_DETAILS = {
    "KREF": "customer_file",
    "MREF": "mandate_id",
    "CRED": "creditor_id",
    "DEBT": "originator_id",
    "COAM": "compensation",
    "OAMT": "original_amount",
    "MTLG": "return_text",
    "ABWA": "ultimate_debtor",
    "ABWE": "ultimate_creditor",
    "BREF": "bank_reference",
    "RREF": "return_reference",
    "PURP": "purpose_code",
}
# Tags that stand in columns of their own.
_TOLD = {"EREF", "SVWZ"}


@dataclass(slots=True)
class _Booking:
    """A :61: and the :86: that follows it."""

    words: str
    more: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Message:
    """A statement whose end has not come yet."""

    id: str = ""
    account: str = ""
    sequence: str | None = None
    currency: str | None = None
    opening: str | None = None
    closing: str | None = None
    page_goes_on: bool = False
    interim: bool = False
    begun: bool = False
    last: _Booking | None = None
    notes: list[str] = field(default_factory=list)


def parts(source: BinaryIO) -> Iterator[Part]:
    """Read a file as a stream. Raises UnsupportedFormat."""
    file = _File()
    for tag, lines in _fields(source):
        yield from file.took(tag, lines)
    yield from file.ended()
    if not file.statements:
        raise UnsupportedFormat("The file holds no statement.")


def _fields(source: Iterable[bytes]) -> Iterator[tuple[str, list[str]]]:
    """Fields with their physical lines. What stands around messages is not theirs."""
    tag, lines = "", [""]
    for raw in source:
        line = _decoded(raw)
        found = _FIELD.match(line)
        if found:
            yield tag, lines
            tag, lines = found[1], [found[2]]
        elif line.strip() in {"-", "-}"} or line.startswith("-}"):
            yield tag, lines
            tag, lines = "", [""]
        else:
            lines.append(line)
    yield tag, lines


def _decoded(raw: bytes) -> str:
    """A line as text: UTF-8 where it is that, else what German banks sent before."""
    raw = raw.rstrip(b"\r\n")
    try:
        words = raw.decode("utf-8")
    except UnicodeDecodeError:
        words = raw.decode("cp1252", "replace")
    return words if words.isprintable() else _CONTROL.sub("", words)


@dataclass(slots=True)
class _File:
    """Where the reading stands: rows are numbered through the file."""

    position: int = 0
    statements: int = 0
    message: _Message = field(default_factory=_Message)

    def took(self, tag: str, lines: list[str]) -> Iterator[Part]:
        """Take one field over, and give what it completes."""
        message = self.message
        if message.last is not None:
            if tag == "86":
                message.last.details = message.last.details or lines
                return
            yield self._booked(message, message.last)
        if tag == "20":
            yield from self._next(lines[0])
        elif tag == "61":
            if not message.begun:
                yield from self._begun()
            message.last = _Booking(lines[0], lines[1:])
        else:
            self._note(tag, lines[0].strip())

    def ended(self) -> Iterator[Part]:
        """Close the last statement."""
        if self.message.last is not None:
            yield self._booked(self.message, self.message.last)
        yield from self._closed()

    def _next(self, reference: str) -> Iterator[Part]:
        """Begin another message; a further page goes on with the statement."""
        if self.message.page_goes_on:
            self.message.page_goes_on = False
            return
        yield from self._closed()
        self.message = _Message(id=reference.strip())

    def _note(self, tag: str, words: str) -> None:
        message = self.message
        if tag == "25":
            self._check_account(words)
        elif tag in {"28", "28C"}:
            message.sequence = message.sequence or words
        elif tag in {"34F", "13D"}:
            message.interim = True
            message.currency = message.currency or (words[:3] if tag == "34F" else None)
        elif tag.startswith("60"):
            message.opening = message.opening or words
            message.currency = message.currency or _currency(words)
        elif tag.startswith("62"):
            message.closing, message.page_goes_on = words, tag == "62M"

    def _check_account(self, words: str) -> None:
        """Keep the account; a page of another one is the end of the statement before."""
        name = re.sub(r"\s", "", words).upper()
        if self.message.account and self.message.account != name:
            raise UnsupportedFormat("A page of a statement is missing.", account=name)
        self.message.account = name

    def _begun(self) -> Iterator[Part]:
        message = self.message
        if message.begun:
            return
        if not message.account:
            raise UnsupportedFormat("The file names no account (:25:): it is a piece of one.")
        message.begun = True
        self.statements += 1
        interim = message.interim and message.opening is None
        yield StatementHead(
            id="/".join(filter(None, (message.id, message.sequence))),
            iban=message.account,
            currency=message.currency,
            kind=StatementKind.INTERIM if interim else StatementKind.STATEMENT,
            sequence=message.sequence,
        )

    def _booked(self, message: _Message, booking: _Booking) -> Part:
        """Give the booking that is complete."""
        message.last = None
        self.position += 1
        try:
            return _entry(self.position, booking, message.currency or "EUR")
        except Unreadable as error:
            return RowError(self.position, error.code, str(error))

    def _closed(self) -> Iterator[Part]:
        message = self.message
        if not (message.account or message.opening or message.closing):
            return
        yield from self._begun()
        yield _end(message)
        self.message = _Message()


def _end(message: _Message) -> StatementEnd:
    opening, closing = _balance(message, message.opening), _balance(message, message.closing)
    return StatementEnd(
        opening=opening[0],
        closing=closing[0],
        last_day=closing[1],
        notes=tuple(message.notes),
    )


def _balance(message: _Message, words: str | None) -> tuple[Decimal | None, date | None]:
    if words is None:
        return None, None
    found = _BALANCE.fullmatch(words)
    if found is None:
        message.notes.append(f"A balance cannot be read: {words!r}")
        return None, None
    try:
        value = _amount(found["amount"], message.currency or "EUR")
        return value * _SIGNS[found["mark"]], _day(found["day"])
    except Unreadable as error:
        message.notes.append(f"A balance cannot be read: {error}")
        return None, None


def _currency(words: str) -> str | None:
    found = _BALANCE.fullmatch(words)
    return found["currency"] if found else None


def _entry(position: int, booking: _Booking, currency: str) -> Entry:
    found = _LINE.fullmatch(booking.words)
    if found is None:
        raise Unreadable("INVALID_AMOUNT", f"{booking.words[:40]!r} is no booking.")
    bank = (found["bank"] or "").strip()
    line = _line(found, read_details(booking.details), currency, bank)
    references = ((ReferenceKind.SWIFT, bank),) if bank else ()
    return Entry(position, (line,), references)


def _line(found: re.Match[str], said: Details, currency: str, bank: str) -> StatementLine:
    value_date = _day(found["value"])
    known = business_code_of(said.business_code)
    return StatementLine(
        booking_date=_booked(found["booked"], value_date),
        amount=_amount(found["amount"], currency) * _SIGNS[found["mark"]],
        currency=currency,
        value_date=value_date,
        counterparty_name=said.name,
        counterparty_iban=said.account,
        remittance_information=said.text or said.booking_text,
        end_to_end_id=_key(said.tags.get("EREF")),
        bank_reference=_key(bank or None),
        batch_reference=_key(said.tags.get("KREF")),
        kind=(known.iso_code if known else "") or found["kind"],
        details=tuple(_facts(said)),
    )


def _facts(said: Details) -> Iterator[tuple[str, str]]:
    if said.business_code:
        yield "business_code", said.business_code
    if said.booking_text:
        yield "booking_text", said.booking_text
    if said.bank:
        yield "counterparty_bank", said.bank
    if said.reason_number:
        yield "reason_number", said.reason_number
    if said.tags.keys() <= _TOLD:
        return
    for tag, name in _DETAILS.items():
        if said.tags.get(tag):
            yield name, said.tags[tag]


def _key(value: str | None) -> str | None:
    return None if value in {None, "NOTPROVIDED", "NONREF"} else value


def _amount(words: str, currency: str) -> Decimal:
    if currency == "EUR" and _CENTS.fullmatch(words):
        return Decimal(words.replace(",", "."))
    try:
        return money(words.replace(",", ".") or "?", min(exponent_of(currency), 2))
    except DomainError as error:
        raise Unreadable("INVALID_AMOUNT", f"{words!r} is no amount.") from error


@lru_cache(maxsize=1024)
def _day(words: str) -> date:
    """A day as YYMMDD; interest is counted in months of 30 days: 30 February is its last day."""
    year, month, day = int(words[:2]), int(words[2:4]), int(words[4:])
    year += _CENTURY if year < _PIVOT else _CENTURY - 100
    try:
        return date(year, month, min(day, monthrange(year, month)[1]) if day <= _LONGEST else day)
    except ValueError as error:
        raise Unreadable("INVALID_DATE", f"{words!r} is no date.") from error


@lru_cache(maxsize=1024)
def _booked(words: str | None, value_date: date) -> date:
    """Day of booking as MMDD, in the year that brings it nearest to the day of value."""
    if not words:
        return value_date
    years = (value_date.year - 1, value_date.year, value_date.year + 1)
    near = [_day(f"{year % 100:02}{words}") for year in years]
    return min(near, key=lambda day: abs(day - value_date))
