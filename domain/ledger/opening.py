"""Opening balances: what a company owned and owed on the day its books begin, as one intent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.dates import fiscal_year_of
from domain.errors import Conflict, FieldError, Invalid, InvalidInput
from domain.ledger.account import AccountRole, AccountType
from domain.ledger.booking import Books, period_of
from domain.ledger.chart import role
from domain.ledger.intent import BalanceMismatch, Intent, Kind, Posting, Side
from domain.money import ZERO

SOURCE = "opening_balance"
_ALLOWED = frozenset({AccountType.ASSET, AccountType.LIABILITY, AccountType.EQUITY})


class InvalidBalanceEntry(Invalid):
    """A row has two sides, a negative amount, or names the contra account itself."""

    def __init__(self, pointer: str, reason: str) -> None:
        super().__init__(f"{pointer}: {reason}.", fields=(FieldError(pointer, reason),))


class AccountTypeNotAllowed(Invalid):
    """Revenue and expenses begin every year at nothing."""

    def __init__(self, found: Iterable["Balance"]) -> None:
        fields = tuple(_field(each, "no balance-sheet account") for each in found)
        super().__init__(
            "Only assets, liabilities and equity have opening balances.", fields=fields
        )


class AccountsNotFound(Invalid):
    """Accounts that the chart does not have, or no longer uses; all of them are named."""

    def __init__(self, found: Iterable["Balance"]) -> None:
        missing = tuple(found)
        numbers = list(dict.fromkeys(each.account for each in missing))
        fields = tuple(_field(each, "unknown or inactive account") for each in missing)
        super().__init__(
            f"Accounts {', '.join(numbers)} do not exist or are inactive.",
            fields=fields,
            account_numbers=numbers,
        )


class OpeningAccountMissing(Invalid):
    """The account against which opening balances are booked is not in the chart."""

    code = "ACCOUNT_9000_MISSING"

    def __init__(self, number: str) -> None:
        super().__init__(f"Account {number} is not in the chart.", account_number=number)


class OpeningBalancesExist(Conflict):
    """The books are opened already; a correction says that it replaces the first set."""

    def __init__(self, existing: UUID) -> None:
        super().__init__(
            "The books are opened already; say that the set `replaces` the first one.",
            existing_intent_id=existing,
        )


@dataclass(frozen=True, slots=True)
class Balance:
    """What one account begins with; `position` is its place in the list that was sent."""

    position: int
    account: str
    debit: Decimal
    credit: Decimal

    def __post_init__(self) -> None:
        """Refuse two sides and a negative one."""
        if self.debit < 0 or self.credit < 0:
            raise InvalidBalanceEntry(self.at(), "an amount must not be negative")
        if self.debit and self.credit:
            raise InvalidBalanceEntry(self.at(), "only one of debit and credit may be above 0")

    def at(self, field: str = "") -> str:
        """JSON pointer to the row, or to a field of it."""
        return f"/balances/{self.position}" + (f"/{field}" if field else "")

    @property
    def posting(self) -> Posting:
        """The value on its own account."""
        side = Side.DEBIT if self.debit else Side.CREDIT
        return Posting(self.account, side, self.debit or self.credit)


@dataclass(frozen=True, slots=True)
class Opening:
    """All opening balances of one day; rows without an amount are left out."""

    intent_id: UUID
    day: date
    balances: tuple[Balance, ...]

    def __post_init__(self) -> None:
        """Refuse to exist empty."""
        if not self.balances:
            raise InvalidInput("/balances", "no row has an amount")

    @property
    def total_debit(self) -> Decimal:
        """Sum of the debit side."""
        return sum((each.debit for each in self.balances), ZERO)

    @property
    def total_credit(self) -> Decimal:
        """Sum of the credit side."""
        return sum((each.credit for each in self.balances), ZERO)


def intent_of(opening: Opening, books: Books) -> Intent:
    """Book each value against the contra account of the chart, row by row.

    Raises InvalidBalanceEntry, AccountsNotFound, AccountTypeNotAllowed,
    OpeningAccountMissing or BalanceMismatch.
    """
    contra = role(books.chart, AccountRole.OPENING_BALANCE)
    _check(opening, books, contra)
    start = books.fiscal_year_start
    return Intent(
        intent_id=opening.intent_id,
        booking_date=opening.day,
        period=period_of(opening.day, start),
        fiscal_year=fiscal_year_of(opening.day, start),
        description="Eröffnungsbilanz",
        postings=tuple(_postings(opening, contra)),
        source=SOURCE,
        kind=Kind.OPENING,
        lines=tuple(_as_sent(each) for each in opening.balances),
    )


def _check(opening: Opening, books: Books, contra: str) -> None:
    for each in opening.balances:
        if each.account == contra:
            raise InvalidBalanceEntry(each.at("account_number"), "is the contra account itself")
    if missing := [each for each in opening.balances if not _is_active(books, each.account)]:
        raise AccountsNotFound(missing)
    others = [b for b in opening.balances if books.accounts[b.account].type not in _ALLOWED]
    if others:
        raise AccountTypeNotAllowed(others)
    if not _is_active(books, contra):
        raise OpeningAccountMissing(contra)
    # Against the contra account every list would balance.
    if opening.total_debit != opening.total_credit:
        raise BalanceMismatch(opening.total_debit - opening.total_credit)


def _field(balance: Balance, reason: str) -> FieldError:
    return FieldError(balance.at("account_number"), reason)


def _is_active(books: Books, number: str) -> bool:
    found = books.accounts.get(number)
    return found is not None and found.active


def _postings(opening: Opening, contra: str) -> Iterator[Posting]:
    """Pairs in the given order, so that every row of the journal is one value."""
    for each in opening.balances:
        yield each.posting
        yield Posting(contra, each.posting.side.other, each.posting.amount)


def _as_sent(balance: Balance) -> dict[str, object]:
    posting = balance.posting
    return {
        "account": posting.account,
        "side": posting.side.value,
        "amount": f"{posting.amount:.2f}",
        "tax_code": None,
    }
