"""CSV exports of banks: delimiter, encoding, layout and sign are recognised from the content.

Lines are gathered by account, because an export may mix several; a CSV is therefore held in
memory and may have at most `MOST_ROWS` rows. A running balance, where there is one, gives the
opening and closing balance; the order of the file (newest first or last) is seen from its days.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from io import TextIOWrapper
from itertools import islice
from typing import BinaryIO

from domain.errors import DomainError
from domain.formats.bank_csv_balance import Stated
from domain.formats.bank_csv_profile import Layout, Profile, is_amount, profiles, recognised
from domain.formats.bank_csv_text import elba, tagged
from domain.formats.statement import (
    Entry,
    Leaving,
    Part,
    ReferenceKind,
    References,
    RowError,
    StatementEnd,
    StatementHead,
    StatementLine,
    Unreadable,
    UnsupportedFormat,
)
from domain.iban import written
from domain.money import amount as money
from domain.money import exponent_of

MOST_ROWS = 500_000
_HEAD_BYTES, _HEAD_ROWS, _CELL = 64 * 1024, 60, 100_000
_DELIMITERS = ";,\t|"
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b")
# A spreadsheet has been at it: long numbers are gone for good.
_SPOILED = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)
_IN_HEADER = re.compile(r"\((€|[A-Z]{3})\)")
_CURRENCY = re.compile(r"[A-Z]{3}")
_MONEY = re.compile(r"€|[A-Z]{3}")
# Groups are of three figures, divided by one kind of mark: 12.34 is nothing where a comma divides.
_AMOUNTS = {
    decimal: re.compile(
        r"(?P<sign>[+-]?)\s?"
        rf"(?P<whole>[0-9]+|[0-9]{{1,3}}(?P<group>[{mark}'\u2019\s])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*"
        rf"|(?=[{decimal}]))(?:[{decimal}](?P<decimals>[0-9]+))?\s?(?P<trailing>[+-]?)"
    )
    for decimal, mark in ((",", "."), (".", ","))
}
_FROM_THE_RIGHT = {"amount", "currency", "balance"}
_EVER = ("amount", "debit", "credit")
_NEGATIVE = {"S", "D", "SOLL", "DEBIT", "DBIT", "-"}
_DETAILS = (
    "booking_text", "counterparty_bank", "creditor_id", "mandate_id", "related_reference",
    "invoice_number", "charges", "original_amount", "original_currency", "exchange_rate",
)  # fmt: skip


class UnknownLayout(UnsupportedFormat):
    """A CSV whose columns nobody has named yet; `header` are they, for a person to map."""

    code = "UNSUPPORTED_FORMAT"

    def __init__(self, header: Sequence[str]) -> None:
        super().__init__(
            "The layout of the CSV is unknown; map its columns once.",
            reason="unknown CSV layout",
            columns=list(header),
        )


@dataclass(slots=True)
class _Account:
    """What a file has of one account."""

    name: str
    currency: str | None
    parts: list[Entry | RowError] = field(default_factory=list)
    balances: list[tuple[Decimal, Decimal]] = field(default_factory=list)
    days: list[date] = field(default_factory=list)


def parts(source: BinaryIO, own: Sequence[Profile] = ()) -> Iterator[Part]:
    """Read a file; `own` are the tenant's layouts. Raises UnsupportedFormat."""
    head = source.read(_HEAD_BYTES)
    encoding = encoding_of(head)
    first = head.decode(encoding, "replace")
    delimiter, rows, layout = _recognised(first, own)
    source.seek(0)
    lines = TextIOWrapper(source, encoding, "replace", newline="")
    try:
        if _signs_debits(layout, csv.reader(lines, delimiter=delimiter)):
            layout = replace(layout, signs_debits=True)
        lines.seek(0)
        table = _Table(layout, _account_above(rows, layout.header_row))
        table.take(csv.reader(lines, delimiter=delimiter))
    except csv.Error as error:
        raise UnsupportedFormat("The CSV cannot be read.", reason=str(error)) from error
    finally:
        lines.detach()
    yield from table.parts()


def _recognised(first: str, own: Sequence[Profile]) -> tuple[str, list[list[str]], Layout]:
    """Delimiter, first rows and layout: lines around the bookings may be divided otherwise."""
    likely = delimiter_of(first)
    lines = first.splitlines()[:_HEAD_ROWS]
    for delimiter in sorted(_DELIMITERS, key=lambda sign: sign != likely):
        rows = list(csv.reader(lines, delimiter=delimiter))
        layout = recognised(rows, profiles()) or recognised(rows, own)
        if layout is not None:
            return delimiter, rows, layout
    raise UnknownLayout(widest(list(csv.reader(lines, delimiter=likely))))


def is_known(head: bytes) -> bool:
    r"""Say whether a table begins as one of the built-in layouts does.

    >>> is_known(b"Name;Menge\nSchrauben;7\n")
    False
    """
    first = head.decode(encoding_of(head), "replace")
    try:
        _recognised(first, ())
    except (csv.Error, UnknownLayout):
        return False
    return True


def encoding_of(head: bytes) -> str:
    """Encoding of a file by its first bytes.

    >>> encoding_of("Währung".encode("utf-16-le")), encoding_of("Währung".encode("cp1252"))
    ('utf-16-le', 'cp1252')
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head[1:8:2] == b"\0\0\0\0":
        return "utf-16-le"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def widest(rows: Iterable[list[str]]) -> list[str]:
    """The row that most likely names the columns: the first with the most cells.

    >>> widest([["Konto 1"], ["Tag", "Betrag"], ["1.1.", "2"]])
    ['Tag', 'Betrag']
    """
    return max(rows, key=len, default=[])


def delimiter_of(text: str) -> str:
    r"""The delimiter that divides the lines most evenly.

    >>> delimiter_of("Datum;Betrag;Text\n1.1.2026;1,00;a, b"), delimiter_of("a,b\n1,2")
    (';', ',')
    """
    lines = text.splitlines()[:_HEAD_ROWS]
    return max(_DELIMITERS, key=lambda sign: sum(1 for line in lines if sign in line))


@dataclass(slots=True)
class _Table:
    """The rows of a file, gathered by account."""

    layout: Layout
    above: str
    accounts: dict[str, _Account] = field(default_factory=dict)
    left_out: dict[str, Leaving] = field(default_factory=dict)
    position: int = 0
    stated: Stated = field(default_factory=Stated)

    def take(self, rows: Iterable[Sequence[str]]) -> None:
        for number, row in enumerate(rows):
            if number == self.layout.header_row or not any(cell.strip() for cell in row):
                continue
            is_above = number < self.layout.header_row
            if not self.stated.take(row, is_above=is_above) and not is_above:
                self._take(_Row(self.layout, row))
            if self.position > MOST_ROWS:
                raise UnsupportedFormat("The CSV has too many rows.", limit=MOST_ROWS)

    def parts(self) -> Iterator[Part]:
        for account in self.accounts.values() or [_Account(self.above, None)]:
            yield StatementHead(f"csv/{self.layout.profile.id}", account.name, account.currency)
            yield from account.parts
            yield self._end(account)
        yield from (left.ended(name) for name, left in self.left_out.items())

    def _end(self, account: _Account) -> StatementEnd:
        """Balances of an account; what is stated of the file is of the only one that it has."""
        end = _end(account)
        if len(self.accounts) != 1 or self.layout.profile.account_by_currency:
            return end
        row = _Row(self.layout, ())
        return self.stated.held_against(
            end, account.currency, lambda said: row.amount(said, account.currency)
        )

    def _take(self, row: "_Row") -> None:
        name = row.account(self.above)
        if not row.is_booked:
            self.left_out.setdefault(name, Leaving()).take(*row.left())
            return
        self.position += 1
        account = self.accounts.setdefault(name, _Account(name, None))
        try:
            entry = row.entry(self.position)
        except Unreadable as error:
            account.parts.append(RowError(self.position, error.code, str(error)))
            return
        account.parts.append(entry)
        account.currency = account.currency or entry.lines[0].currency
        account.days.append(entry.booking_date)
        balance = row.balance()
        if balance is not None:
            account.balances.append((balance, entry.amount))


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the file, by what its columns are."""

    layout: Layout
    cells: Sequence[str]

    @property
    def is_booked(self) -> bool:
        """Whether the row is a booking, and not only announced or a memo."""
        profile = self.layout.profile
        if profile.booked and self.said("status") not in profile.booked:
            return False
        return not any(self.said(name) in values for name, values in profile.skip.items())

    def left(self) -> tuple[Decimal | None, str | None, str | None]:
        """Of a row that is no booking: its amount and currency, if they are plain, its state."""
        profile = self.layout.profile
        told = ("status", *profile.skip) if profile.booked else tuple(profile.skip)
        word = next((said for name in told if (said := self.said(name))), None)
        try:
            currency = self._currency()
            return self._signed(currency), currency, word
        except Unreadable:
            return None, None, word

    def said(self, column: str) -> str | None:
        """What stands in a column; None where nothing does."""
        place = self.layout.places.get(column)
        if place is None:
            return None
        if column in _FROM_THE_RIGHT:
            place -= self._missing_cells()
        if not 0 <= place < len(self.cells):
            return None
        return self.cells[place].strip().strip("'").strip() or None

    def _missing_cells(self) -> int:
        """How many cells a short row lacks before its amount, if it is plain from the right."""
        missing = len(self.layout.header) - len(self.cells)
        place = self.layout.places.get("amount", -1)
        if missing <= 0 or place < missing or is_amount(self._cell(place)):
            return 0
        return missing if is_amount(self._cell(place - missing)) else 0

    def _cell(self, place: int) -> str:
        return self.cells[place].strip() if place < len(self.cells) else ""

    def account(self, above: str) -> str:
        """What the row, or the head of the file, calls the account."""
        profile = self.layout.profile
        if profile.account_by_currency:
            return f"{profile.provider or profile.id}/{self.said('currency') or ''}".upper()
        return written(self.said("account") or "") or above

    def entry(self, position: int) -> Entry:
        """The booking; a fee beside the amount is a line of its own. Raises Unreadable."""
        _check_intact(self.cells)
        kinds = self.layout.profile.kinds
        if kinds and self.said("booking_text") not in kinds:
            raise Unreadable("UNREADABLE_ROW", "The kind of the row is unknown.")
        if not any(self.said(name) for name in _EVER):
            raise Unreadable("UNREADABLE_ROW", "The row has no amount.")
        line = self._line()
        fee = self._fee(line)
        return Entry(position, (line, fee) if fee else (line,), self._references(line))

    def balance(self) -> Decimal | None:
        """Running balance after the row."""
        words = self.said("balance")
        try:
            return None if words is None else self._amount(words, self._currency())
        except Unreadable:
            return None

    def amount(self, words: str, currency: str | None) -> Decimal:
        """An amount as the layout writes it. Raises Unreadable."""
        return self._amount(words, currency or "EUR")

    @property
    def is_unsigned(self) -> bool:
        """Whether the row cannot be of a file that divides signed amounts by their sign."""
        try:
            currency = self._currency()
            return self._side("debit", currency) > 0 or self._side("credit", currency) < 0
        except Unreadable:
            return False

    def _line(self) -> StatementLine:
        currency = self._currency()
        amount = self._signed(currency)
        side = "payer" if amount > 0 else "payee"
        text = self._text()
        return StatementLine(
            booking_date=self._booked_on() or _missing("booking_date"),
            amount=amount,
            currency=currency,
            value_date=self._day("value_date"),
            counterparty_name=self.said("counterparty") or self.said(side) or text.get("name"),
            counterparty_iban=written(
                self.said("counterparty_iban")
                or self.said(f"{side}_iban")
                or text.get("iban")
                or ""
            )
            or None,
            remittance_information=self._words(text),
            end_to_end_id=self.said("end_to_end_id") or text.get("end_to_end_id"),
            bank_reference=self.said("unique_reference"),
            batch_reference=self.said("batch_reference"),
            kind=self.said("booking_text"),
            details=tuple(self._details(text)),
        )

    def _text(self) -> dict[str, str]:
        """The purpose, taken apart where the layout puts everything into it."""
        words = self.said("purpose") or ""
        return elba(words) if self.layout.profile.text == "elba" else tagged(words)

    def _words(self, text: dict[str, str]) -> str | None:
        """What the payment is for, with the invoice that the file names in a column of its own."""
        words = [text.get("text") or self.said("booking_text"), self.said("reference")]
        said = " ".join(filter(None, words))
        number = self.said("invoice_number")
        return f"{said} {number}".strip() if number and number not in said else said or None

    def _details(self, text: dict[str, str]) -> Iterator[tuple[str, str]]:
        for name in _DETAILS:
            value = self.said(name) or text.get(name)
            if value:
                yield name, value

    @property
    def _is_payout(self) -> bool:
        """Whether the provider sends what a movement left, by the day of the payout."""
        return self.said("booking_text") in self.layout.profile.payouts

    def _booked_on(self) -> date | None:
        return self._day("payout_day" if self._is_payout else "booking_date")

    def _fee_of(self, line: StatementLine) -> Decimal:
        """What was kept back, negative; gross and fee must make the net amount, if that is told."""
        profile = self.layout.profile
        if not profile.fee_beside_amount or self._is_payout:
            return Decimal()
        words, net = self.said("fee"), self.said("net")
        fee = self._amount(words, line.currency) if words else Decimal()
        if net is None:
            return fee if profile.fee_signed else -fee
        kept = self._amount(net, line.currency) - line.amount
        if abs(kept) != abs(fee):
            raise Unreadable("UNREADABLE_ROW", "Gross and fee do not make the net amount.")
        return kept

    def _fee(self, line: StatementLine) -> StatementLine | None:
        signed = self._fee_of(line)
        if not signed:
            return None
        return StatementLine(
            booking_date=line.booking_date,
            amount=signed,
            currency=line.currency,
            value_date=line.value_date,
            remittance_information=f"Fee: {line.remittance_information or line.kind or ''}".strip(),
            bank_reference=line.bank_reference,
            kind="fee",
        )

    def _references(self, line: StatementLine) -> References:
        pattern = self.layout.profile.reference_pattern
        found = re.search(pattern, line.remittance_information or "") if pattern else None
        value = self.said("unique_reference") or (found[1] if found else None)
        if value and self.layout.profile.unique_by_kind:
            value = f"{value}/{line.kind}"
        return ((ReferenceKind.UNIQUE, value),) if value else ()

    def _signed(self, currency: str) -> Decimal:
        if self._is_payout:
            return -abs(self._amount(self.said("net") or "", currency))
        words, moved = self.said("amount"), self._moved(currency)
        if not words:
            return moved
        amount = self._amount(words, currency)
        if (self.said("sign") or "").upper() in _NEGATIVE:
            amount = -abs(amount)
        if amount and moved and amount != moved:
            raise Unreadable("UNREADABLE_ROW", "The row has two amounts.")
        return amount or moved

    def _moved(self, currency: str) -> Decimal:
        """Credit without debit; a sign of its own cancels, and both at once are two movements."""
        credit, debit = self._side("credit", currency), self._side("debit", currency)
        if credit and debit:
            raise Unreadable("UNREADABLE_ROW", "The row has a debit and a credit.")
        return credit + debit if self.layout.signs_debits else credit - debit

    def _side(self, column: str, currency: str) -> Decimal:
        words = self.said(column)
        return self._amount(words, currency) if words else Decimal()

    def _amount(self, words: str, currency: str) -> Decimal:
        bare = _MONEY.sub("", words.replace("\u2212", "-")).strip()
        found = _AMOUNTS[self.layout.profile.decimal].fullmatch(bare)
        if found is None or (found["sign"] and found["trailing"]):
            raise Unreadable("INVALID_AMOUNT", f"{words!r} is no amount.")
        whole, decimals = re.sub(r"[^0-9]", "", found["whole"]), found["decimals"]
        plain = (found["sign"] or found["trailing"]) + whole + (f".{decimals}" if decimals else "")
        try:
            return money(plain, min(exponent_of(currency), 2))
        except DomainError as error:
            raise Unreadable("INVALID_AMOUNT", f"{words!r} is no amount.") from error

    def _currency(self) -> str:
        found = self.said("currency")
        if found is None:
            place = self.layout.places.get("amount", 0)
            header = self.layout.header[place] if place < len(self.layout.header) else ""
            named = _IN_HEADER.search(header)
            found = "EUR" if not named or named[1] == "€" else named[1]
        found = found.upper()
        if not _CURRENCY.fullmatch(found):
            raise Unreadable("INVALID_CURRENCY", f"{found!r} is no currency.")
        return found

    def _day(self, column: str) -> date | None:
        words = self.said(column)
        if words is None:
            return None
        for pattern in self.layout.profile.dates:
            try:
                return datetime.strptime(words, pattern).date()  # noqa: DTZ007 (a day has no zone)
            except ValueError:
                continue
        raise Unreadable("INVALID_DATE", f"{words!r} is no date.")


def _signs_debits(layout: Layout, rows: Iterable[Sequence[str]]) -> bool:
    """Say whether every debit of a file has a minus, being a signed amount (Deutsche Bank).

    Elsewhere a debit has no sign, and one that has cancels another.
    """
    if "debit" not in layout.places:
        return False
    below = islice(rows, layout.header_row + 1, layout.header_row + 1 + MOST_ROWS)
    return not any(_Row(layout, row).is_unsigned for row in below)


def _end(account: _Account) -> StatementEnd:
    """Balances of an account, by its first and last running one."""
    first_day, last_day = min(account.days, default=None), max(account.days, default=None)
    if not account.balances:
        return StatementEnd(None, None, first_day, last_day)
    if len(account.balances) != len(account.days):
        missing = len(account.days) - len(account.balances)
        note = f"{missing} rows have no balance that can be read; balances are not compared."
        return StatementEnd(None, None, first_day, last_day, (note,))
    oldest, newest = account.balances[0], account.balances[-1]
    if _newest_first(account):
        oldest, newest = newest, oldest
    return StatementEnd(oldest[0] - oldest[1], newest[0], first_day, last_day)


def _newest_first(account: _Account) -> bool:
    if account.days[0] != account.days[-1]:
        return account.days[0] > account.days[-1]
    (first, moved), last = account.balances[0], account.balances[-1][0]
    total = sum((amount for _, amount in account.balances), Decimal())
    return first != last and first - moved + total != last


def _check_intact(cells: Sequence[str]) -> None:
    for cell in cells:
        if len(cell) > _CELL:
            raise Unreadable("UNREADABLE_ROW", "A cell is too long.")
        if _SPOILED.fullmatch(cell.strip()):
            raise UnsupportedFormat(
                "A spreadsheet has shortened numbers of the file; use the bank's own export.",
                value=cell.strip(),
            )


def _account_above(rows: Sequence[Sequence[str]], header_row: int) -> str:
    """The IBAN that stands in the lines above the names of the columns."""
    for row in rows[: max(header_row, 0)]:
        for cell in row:
            found = _IBAN.search(cell.replace(" ", ""))
            if found:
                return found[0]
    return ""


def _missing(name: str) -> date:
    raise Unreadable("MISSING_FIELD", f"{name} is missing.")
