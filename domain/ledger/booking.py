"""From the lines of a booking to expanded, balanced postings."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from domain.dates import fiscal_year_of, month_of
from domain.errors import FieldError, Invalid, InvalidInput
from domain.ledger.account import Account
from domain.ledger.carrying import carries, misfit
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
from domain.money import CENT, exponent_of, written
from domain.tax.code import InvalidTaxCode, TaxCode, TaxPart
from domain.tax.split import Split, split_gross, tax_on


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


class InvalidDate(Invalid):
    """A date that no booking can have: too far ahead, or in a period that takes none."""

    def __init__(self, reason: str, fields: tuple[FieldError, ...] = (), **context: object) -> None:
        super().__init__(reason, fields=fields, **context)


class FxTaxCodeUnsupported(Invalid):
    """Self-assessed tax cannot be booked from a foreign-currency document."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Tax code {code} cannot be used with fx.", tax_code=code)


class InvalidAdjustmentPeriod(Invalid):
    """An adjustment period takes only bookings of the last month of the fiscal year."""

    def __init__(self, day: date) -> None:
        super().__init__(f"{day} does not lie in the last month of the fiscal year.")


DAYS_AHEAD = 366
"""A booking date further ahead than a year is a slip."""
FX_TOLERANCE = Decimal("0.02")
RATE_DECIMALS = 10
_HIGHEST_RATE = Decimal(10) ** 10


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was sent: gross where a domestic tax code is given, else as it stands.

    `tax_amount` is the tax as a document states it, rounded in `roundings` amounts; it is booked
    where it differs from the tax at the rate of the code by no more than a cent for each. On
    `supply_date`, or else on that of the booking, its code has to hold.
    """

    account: str
    side: Side
    amount: Decimal
    tax_code: str | None = None
    partner_id: UUID | None = None
    tax_amount: Decimal | None = None
    roundings: int = 1
    settles: tuple[Settling, ...] = ()
    supply_date: date | None = None

    @property
    def signed(self) -> Decimal:
        """Debit minus credit."""
        return self.amount if self.side is Side.DEBIT else -self.amount

    @property
    def plain(self) -> Posting:
        """The line as one posting without tax."""
        return Posting(
            self.account,
            self.side,
            self.amount,
            partner_id=self.partner_id,
            settles=self.settles,
        )

    @property
    def sent(self) -> dict[str, object]:
        """The line as the intent keeps it."""
        sent: dict[str, object] = {
            "account": self.account,
            "side": self.side,
            "amount": written(self.amount),
            "tax_code": self.tax_code,
        }
        if self.tax_amount is not None:
            sent["tax_amount"] = written(self.tax_amount)
        if self.supply_date is not None:
            sent["supply_date"] = self.supply_date.isoformat()
        if self.settles:
            sent["settles"] = [
                {"open_item_id": str(each.open_item_id), "amount": written(each.amount)}
                for each in self.settles
            ]
        return sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A fact to be booked, as it was asked for; `intent_of` makes it an intent.

    `is_arranged` says that it comes from a document: its rows may be paired in another order
    than that of its lines, and it may bear self-assessed tax in foreign currency.
    `intent_id` names it: booked twice, it is in the books once. `settles` says which open
    items its postings on open-item accounts settle where its lines do not say so themselves;
    without either they open items of their own.
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
    is_arranged: bool = False


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
        pointer = f"/lines/{position}/tax_code"
        code = books.tax_code(line.tax_code, line.supply_date or day, pointer)
        if not carries(books.accounts[line.account], code, books.chart):
            raise InvalidTaxCode(code.code, misfit(books.accounts[line.account], code), pointer)
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
    split = _split(line, code.rate or Decimal())
    if split.net:
        yield Posting(line.account, line.side, split.net, code.code, TaxPart.BASE)
    if split.tax:
        vat = code.vat_account or line.account
        yield Posting(vat, line.side, split.tax, code.code, TaxPart.TAX)


def _split(line: Line, rate: Decimal) -> Split:
    """Net and tax as the document states them, else by the rate."""
    split = split_gross(line.amount, rate)
    if line.tax_amount is None:
        return split
    if abs(line.tax_amount - split.tax) > line.roundings * CENT:
        raise InvalidInput("/lines", f"the tax at {rate:f} % is {split.tax}, not {line.tax_amount}")
    return Split(line.amount - line.tax_amount, line.tax_amount)


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
    is_plain_foreign = booking.exchange is not None and not booking.is_arranged
    postings = tuple(expand(booking.lines, books, day, foreign=is_plain_foreign))
    if booking.exchange is not None:
        _check_exchange(booking.exchange, postings, of_partner=booking.is_arranged)
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
        supply_date=booking.supply_date,
        is_arranged=booking.is_arranged,
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
        settles=_settled(booking),
    )


def is_ahead(booking_date: date, today: date) -> bool:
    """Whether a booking date lies more than a year ahead."""
    return booking_date - today > timedelta(days=DAYS_AHEAD)


def check_not_ahead(booking_date: date, today: date, pointer: str = "/booking_date") -> None:
    """Refuse a booking date more than a year ahead."""
    if is_ahead(booking_date, today):
        raise InvalidDate(
            f"{booking_date} lies more than a year ahead.",
            (FieldError(pointer, "lies more than a year ahead"),),
            booking_date=booking_date.isoformat(),
        )


def _settled(booking: Booking) -> tuple[Settling, ...]:
    """What the booking and its lines settle, each item once."""
    sums: dict[UUID, Settling] = {}
    for each in (*booking.settles, *(one for line in booking.lines for one in line.settles)):
        known = sums.get(each.open_item_id)
        sums[each.open_item_id] = each if known is None else _both(known, each)
    return tuple(sums.values())


def _both(one: Settling, other: Settling) -> Settling:
    document = None
    if one.document_amount is not None and other.document_amount is not None:
        document = one.document_amount + other.document_amount
    return Settling(one.open_item_id, one.amount + other.amount, document)


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


def _check_exchange(
    exchange: Exchange, postings: tuple[Posting, ...], *, of_partner: bool = False
) -> None:
    """`of_partner` compares what is owed with the document, else what was booked in all."""
    if exchange.rate <= 0 or exchange.amount <= 0:
        raise InvalidInput("/fx/rate", "amount and rate must be positive")
    # What is stored otherwise than it was hashed would look like tampering.
    if exchange.rate >= _HIGHEST_RATE or _finer(exchange.rate, RATE_DECIMALS):
        raise InvalidInput("/fx/rate", f"must be below 10^10 with at most {RATE_DECIMALS} decimals")
    if _finer(exchange.amount, exponent_of(exchange.currency)):
        raise InvalidInput("/fx/amount", f"is finer than {exchange.currency} has decimals")
    total = sum((p.amount for p in postings if p.side is Side.DEBIT), Decimal())
    total -= sum((p.amount for p in postings if p.tax_part is TaxPart.SELF), Decimal())
    if of_partner:
        total = sum((p.amount for p in postings if p.partner_id is not None), Decimal())
    if abs(exchange.amount / exchange.rate - total) > FX_TOLERANCE:
        raise InvalidInput("/fx/amount", f"does not match the booked {total:.2f} EUR at this rate")


def _finer(value: Decimal, decimals: int) -> bool:
    return value != round(value, decimals)
