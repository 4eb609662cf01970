"""From the lines of a booking to expanded, balanced postings."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.dates import fiscal_year_of, month_of
from domain.errors import FieldError, Invalid, InvalidInput
from domain.ledger.account import Account
from domain.ledger.chart import Chart
from domain.ledger.intent import (
    NO_TERMS,
    Exchange,
    Intent,
    Kind,
    OpenItemTerms,
    Posting,
    Settling,
    Side,
)
from domain.money import exponent_of, written
from domain.tax.code import InvalidTaxCode, TaxCode, TaxPart
from domain.tax.split import split_gross, tax_on


class AccountNotFound(Invalid):
    """A line names an account that the chart does not have, or no longer uses."""

    def __init__(self, number: str, pointer: str = "/lines") -> None:
        super().__init__(
            f"Account {number} does not exist or is inactive.",
            fields=(FieldError(pointer, "unknown or inactive account"),),
            account_number=number,
        )


class TaxCodeConflict(Invalid):
    """A booking has lines with tax codes and manual lines on tax accounts."""

    def __init__(self, number: str, pointer: str = "/lines") -> None:
        super().__init__(
            f"Account {number} is moved by the tax code; do not book it by hand as well.",
            fields=(FieldError(pointer, "a tax account beside tax codes"),),
            account_number=number,
        )


class FxTaxCodeUnsupported(Invalid):
    """Self-assessed tax cannot be booked from a foreign-currency document."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Tax code {code} cannot be used with fx.", tax_code=code)


class InvalidAdjustmentPeriod(Invalid):
    """An adjustment period takes only bookings of the last month of the fiscal year."""

    def __init__(self, day: date) -> None:
        super().__init__(f"{day} does not lie in the last month of the fiscal year.")


FX_TOLERANCE = Decimal("0.02")
RATE_DECIMALS = 10
_HIGHEST_RATE = Decimal(10) ** 10


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was sent: gross where a domestic tax code is given, else as it stands."""

    account: str
    side: Side
    amount: Decimal
    tax_code: str | None = None
    partner_id: UUID | None = None

    @property
    def plain(self) -> Posting:
        """The line as one posting without tax."""
        return Posting(self.account, self.side, self.amount, partner_id=self.partner_id)

    @property
    def sent(self) -> dict[str, object]:
        """The line as the intent keeps it."""
        return {
            "account": self.account,
            "side": self.side,
            "amount": written(self.amount),
            "tax_code": self.tax_code,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A fact to be booked, as it was asked for; `intent_of` makes it an intent.

    `intent_id` names it: booked twice, it is in the books once. `settles` says which open
    items its postings on open-item accounts settle; without it they open items of their own.
    """

    intent_id: UUID
    booking_date: date
    description: str
    lines: tuple[Line, ...]
    source: str
    document_date: date | None = None
    supply_date: date | None = None
    adjustment_period: int | None = None
    external_reference: str | None = None
    custom_metadata: dict[str, object] | None = None
    document_id: UUID | None = None
    document_sha256: str | None = None
    exchange: Exchange | None = None
    approved_by: UUID | None = None
    check_duplicate: bool = False
    terms: OpenItemTerms = NO_TERMS
    settles: tuple[Settling, ...] = ()


@dataclass(frozen=True, slots=True)
class Books:
    """What posting needs to know of a tenant; `version` changes with every change of it."""

    chart: Chart
    fiscal_year_start: int
    accounts: Mapping[str, Account]
    tax_codes: Mapping[str, TaxCode]
    version: int
    tax_accounts: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Gather the accounts that only tax codes may move beside coded lines."""
        owned = frozenset().union(*(c.accounts for c in self.tax_codes.values() if c.active))
        object.__setattr__(self, "tax_accounts", owned)

    def knows(self, number: str) -> bool:
        """Whether there is an active account with this number."""
        found = self.accounts.get(number)
        return found is not None and found.active

    def account(self, number: str, pointer: str = "/lines") -> Account:
        """Active account with this number, else AccountNotFound."""
        if not self.knows(number):
            raise AccountNotFound(number, pointer)
        return self.accounts[number]

    def tax_code(self, code: str, day: date, pointer: str | None = None) -> TaxCode:
        """Active code, compared without case, valid on the date of supply."""
        found = self.tax_codes.get(code.upper())
        if found is None or not found.active:
            raise InvalidTaxCode(code, pointer=pointer)
        found.check_valid_on(day, pointer)
        return found


def expand(
    lines: Iterable[Line], books: Books, day: date, *, foreign: bool = False
) -> Iterator[Posting]:
    """Expand lines by their tax codes on the date of supply `day`.

    Domestic: gross splits into net and tax on the same side. Self-assessed: the line
    stays as it is (net), and the tax is added on both sides.
    """
    listed = list(lines)
    _check_accounts(listed, books)
    for position, line in enumerate(listed):
        if line.tax_code is None:
            yield line.plain
            continue
        code = books.tax_code(line.tax_code, day, f"/lines/{position}/tax_code")
        if foreign and code.is_self_assessed:
            raise FxTaxCodeUnsupported(code.code)
        yield from _coded(line, code)


def _check_accounts(lines: list[Line], books: Books) -> None:
    coded = any(line.tax_code for line in lines)
    for position, line in enumerate(lines):
        if not books.knows(line.account):
            raise AccountNotFound(line.account, f"/lines/{position}/account_number")
        if coded and not line.tax_code and line.account in books.tax_accounts:
            raise TaxCodeConflict(line.account, f"/lines/{position}/account_number")


def _coded(line: Line, code: TaxCode) -> Iterator[Posting]:
    if code.rate is None:
        yield Posting(line.account, line.side, line.amount, code.code, _part_of(line, code))
    elif code.is_self_assessed:
        yield from _self_assessed(line, code, tax_on(line.amount, code.rate))
    elif code.vat_account is None or not code.rate:
        yield Posting(line.account, line.side, line.amount, code.code, TaxPart.BASE)
    else:
        yield from _domestic(line, code)


def _part_of(line: Line, code: TaxCode) -> TaxPart:
    """Without a rate every line is sent as it stands; its account says what it is."""
    if line.account == code.vat_account:
        return TaxPart.TAX
    return TaxPart.SELF if line.account == code.self_assess_account else TaxPart.BASE


def _domestic(line: Line, code: TaxCode) -> Iterator[Posting]:
    split = split_gross(line.amount, code.rate or Decimal())
    if split.net:
        yield Posting(line.account, line.side, split.net, code.code, TaxPart.BASE)
    if split.tax:
        vat = code.vat_account or line.account
        yield Posting(vat, line.side, split.tax, code.code, TaxPart.TAX)


def _self_assessed(line: Line, code: TaxCode, tax: Decimal) -> Iterator[Posting]:
    """Without deduction the tax is a cost and goes where the line goes."""
    yield Posting(line.account, line.side, line.amount, code.code, TaxPart.BASE)
    if tax:
        deducted = code.vat_account or line.account
        owed = code.self_assess_account or line.account
        part = TaxPart.TAX if code.vat_account else None
        yield Posting(deducted, line.side, tax, code.code if part else None, part)
        yield Posting(owed, line.side.other, tax, code.code, TaxPart.SELF)


def intent_of(booking: Booking, books: Books) -> Intent:
    """Expand a booking by the tenant's books, or refuse it with the rule it breaks."""
    day = booking.supply_date or booking.document_date or booking.booking_date
    postings = tuple(expand(booking.lines, books, day, foreign=booking.exchange is not None))
    if booking.exchange is not None:
        _check_exchange(booking.exchange, postings)
    start = books.fiscal_year_start
    return Intent(
        intent_id=booking.intent_id,
        booking_date=booking.booking_date,
        period=period_of(booking.booking_date, start, booking.adjustment_period),
        fiscal_year=fiscal_year_of(booking.booking_date, start),
        description=booking.description,
        postings=postings,
        source=booking.source,
        document_date=booking.document_date,
        kind=Kind.ADJUSTMENT if booking.adjustment_period else Kind.REGULAR,
        lines=tuple(line.sent for line in booking.lines),
        external_reference=booking.external_reference,
        custom_metadata=booking.custom_metadata,
        document_id=booking.document_id,
        document_sha256=booking.document_sha256,
        exchange=booking.exchange,
        approved_by=booking.approved_by,
        check_duplicate=booking.check_duplicate,
        terms=booking.terms,
        settles=booking.settles,
    )


def period_of(day: date, fiscal_year_start: int, adjustment: int | None = None) -> str:
    """Name of the period a booking falls into.

    >>> period_of(date(2026, 12, 31), 1, 13), period_of(date(2026, 3, 1), 1)
    ('2026-P13', '2026-03')
    """
    if adjustment is None:
        return month_of(day)
    if day.month % 12 + 1 != fiscal_year_start:
        raise InvalidAdjustmentPeriod(day)
    return f"{day.year:04d}-P{adjustment}"


def _check_exchange(exchange: Exchange, postings: tuple[Posting, ...]) -> None:
    if exchange.rate <= 0 or exchange.amount <= 0:
        raise InvalidInput("/fx/rate", "amount and rate must be positive")
    # What is stored otherwise than it was hashed would look like tampering.
    if exchange.rate >= _HIGHEST_RATE or _finer(exchange.rate, RATE_DECIMALS):
        raise InvalidInput("/fx/rate", f"must be below 10^10 with at most {RATE_DECIMALS} decimals")
    if _finer(exchange.amount, exponent_of(exchange.currency)):
        raise InvalidInput("/fx/amount", f"is finer than {exchange.currency} has decimals")
    total = sum((p.amount for p in postings if p.side is Side.DEBIT), Decimal())
    if abs(exchange.amount / exchange.rate - total) > FX_TOLERANCE:
        raise InvalidInput("/fx/amount", f"does not match the booked {total:.2f} EUR at this rate")


def _finer(value: Decimal, decimals: int) -> bool:
    return value != round(value, decimals)
