"""Bank statements as plain records, whatever format they came in.

A file is read as a stream of parts, so that its size does not matter: a `StatementHead`, its
entries and what could not be read of them, a `StatementEnd`; then the next.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from domain.errors import Invalid

AMOUNT_CODES = frozenset({"INVALID_AMOUNT", "INVALID_CURRENCY"})
"""Codes of rows whose amount nobody knows: their statement cannot add up."""


MOST_WORDS, WORD_LENGTH = 5, 40
"""How much is told of what a file says of rows that are left out."""


class UnsupportedFormat(Invalid):
    """The file is none of the known statement formats."""


class StatementKind(StrEnum):
    """What a message is good for: only a statement says what was booked for good."""

    STATEMENT = "statement"
    INTERIM = "interim"
    ADVICE = "advice"


class ReferenceKind(StrEnum):
    """Who gave a reference to an entry; only those of one kind can be compared.

    SERVICER: camt AcctSvcrRef. SWIFT: MT940 after `//`. UNIQUE: an id of a turnover (FinTS,
    Wise, PayPal). ENTRY: camt NtryRef, which is evidence only where the bank is known for it.
    """

    SERVICER = "servicer"
    SWIFT = "swift"
    UNIQUE = "unique"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that could not be taken: its position from 1, a code, the reason in words."""

    row: int
    code: str
    message: str


class StatementLine(NamedTuple):
    """One movement on the account; positive is money in. `details` is what else the bank said."""

    booking_date: date
    amount: Decimal
    currency: str
    value_date: date | None = None
    counterparty_name: str | None = None
    counterparty_iban: str | None = None
    remittance_information: str | None = None
    end_to_end_id: str | None = None
    bank_reference: str | None = None
    batch_reference: str | None = None
    kind: str | None = None
    details: tuple[tuple[str, str], ...] = ()


References: TypeAlias = tuple[tuple[ReferenceKind, str], ...]
"""What the bank calls an entry, by kind."""


class Entry(NamedTuple):
    """One booking as the bank counts it: its lines are its parts and add up to it."""

    position: int
    lines: tuple[StatementLine, ...]
    references: References = ()
    note: str | None = None

    @property
    def booking_date(self) -> date:
        """Day of the booking."""
        return self.lines[0].booking_date

    @property
    def amount(self) -> Decimal:
        """What the booking moved on the account."""
        if len(self.lines) == 1:
            return self.lines[0].amount
        return sum((line.amount for line in self.lines), Decimal())


@dataclass(frozen=True, slots=True)
class StatementHead:
    """What stands at the top: `iban` is what the file calls the account, or empty."""

    id: str
    iban: str
    currency: str | None
    kind: StatementKind = StatementKind.STATEMENT
    sequence: str | None = None


@dataclass(frozen=True, slots=True)
class StatementEnd:
    """Balances of a statement, None where it has none or they cannot be read; and its days."""

    opening: Decimal | None
    closing: Decimal | None
    first_day: date | None = None
    last_day: date | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileNote:
    """Something about the file as a whole; `broken` when the statement before it broke off."""

    message: str
    broken: bool = False


@dataclass(frozen=True, slots=True)
class StatusFile:
    """A status report (pain.002) beside the statements, unread; `name` where an archive has one."""

    content: bytes
    name: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows of an account that nobody calls booked, so that none of them is taken.

    `amount` is their sum, None where one cannot be read or they are of several currencies;
    `words` are what their file says of their state.
    """

    account: str
    count: int
    amount: Decimal | None
    currency: str | None
    words: tuple[str, ...] = ()


@dataclass(slots=True)
class Leaving:
    """Rows of one account that are left out, while a file is read."""

    count: int = 0
    amount: Decimal | None = Decimal()
    currencies: set[str] = field(default_factory=set)
    words: dict[str, None] = field(default_factory=dict)

    def take(self, amount: Decimal | None, currency: str | None, word: str | None) -> None:
        """Count one row; a sum of which a part is unknown is unknown."""
        self.count += 1
        self.amount = None if None in (self.amount, amount) else self._sum(amount)
        if currency:
            self.currencies.add(currency)
        if word and len(self.words) < MOST_WORDS:
            self.words[word[:WORD_LENGTH]] = None

    def ended(self, account: str) -> LeftOut:
        """What is told of them."""
        is_one = len(self.currencies) == 1
        currency = next(iter(self.currencies)) if is_one else None
        return LeftOut(
            account, self.count, self.amount if is_one else None, currency, tuple(self.words)
        )

    def _sum(self, amount: Decimal | None) -> Decimal:
        return (self.amount or Decimal()) + (amount or Decimal())


Part: TypeAlias = StatementHead | Entry | RowError | StatementEnd | FileNote | StatusFile | LeftOut


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of one account, as a whole."""

    id: str
    iban: str
    currency: str | None
    opening: Decimal | None
    closing: Decimal | None
    lines: tuple[StatementLine, ...]
    errors: tuple[RowError, ...] = ()
    kind: StatementKind = StatementKind.STATEMENT

    @property
    def adds_up(self) -> bool | None:
        """Say whether opening plus lines is closing; None where a balance is missing."""
        if self.opening is None or self.closing is None:
            return None
        return self.opening + sum(line.amount for line in self.lines) == self.closing


@dataclass(slots=True)
class _Collected:
    """A statement whose end has not come yet."""

    head: StatementHead
    lines: list[StatementLine] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    def ended(self, end: StatementEnd) -> Statement:
        head = self.head
        return Statement(
            id=head.id,
            iban=head.iban,
            currency=head.currency,
            opening=end.opening,
            closing=end.closing,
            lines=tuple(self.lines),
            errors=tuple(self.errors),
            kind=head.kind,
        )


def collected(parts: Iterable[Part]) -> Iterator[Statement]:
    """Statements as wholes; for files that fit into memory."""
    statement = _Collected(StatementHead("", "", None))
    for part in parts:
        match part:
            case StatementHead():
                statement = _Collected(part)
            case Entry():
                statement.lines += part.lines
            case RowError():
                statement.errors.append(part)
            case StatementEnd():
                yield statement.ended(part)


class Unreadable(Exception):
    """One row cannot be taken."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
