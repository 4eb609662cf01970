"""Companies whose books are put through anything, and what can happen to them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from hypothesis import strategies as st

from domain.ledger.account import Account, AccountRole, AccountType
from domain.ledger.booking import Booking, Line
from domain.ledger.chart import Chart, accounts, role
from domain.ledger.intent import Exchange, Side
from domain.ledger.opening import Balance, Opening
from domain.money import exponent_of
from domain.tax.code import TaxCode, system_codes
from domain.transactions.transaction import RATES, Transaction, TransactionType

# Few days, so that bookings meet in periods; each fiscal year ends in one of these months.
DAYS = st.sampled_from(
    [
        date(2025, 12, 31),
        date(2026, 1, 1),
        date(2026, 6, 1),
        date(2026, 6, 30),
        date(2026, 7, 1),
        date(2026, 12, 31),
    ]
)
PERIODS = st.sampled_from(["2025-12", "2026-01", "2026-06", "2026-07", "2026-12", "2026-P13"])
AMOUNTS = (st.integers(1, 10**6) | st.integers(1, 9) | st.sampled_from([10**13, 10**14 - 1])).map(
    lambda number: Decimal(number).scaleb(-2)
)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
OWN_CODES = st.sampled_from(["OWN1", "OWN2"])
RATES_OF_FX = st.sampled_from(["1.1", "11.2345", "163.07"]).map(Decimal)


@dataclass(frozen=True)
class Company:
    """A chart and a fiscal year."""

    chart: Chart
    fiscal_year_start: int = 1

    def account(self, wanted: AccountRole) -> str:
        """Account of a role."""
        return role(self.chart, wanted)

    @cached_property
    def bank(self) -> str:
        """Where the money is."""
        return self.account(AccountRole.BANK)

    @cached_property
    def second_bank(self) -> str:
        """Where money is transferred to."""
        others = (a.number for a in self._plain if a.category == "bank" and a.number != self.bank)
        return next(others)

    @cached_property
    def of_partners(self) -> list[str]:
        """Accounts whose postings open items."""
        return [self.account(AccountRole.PAYABLES), self.account(AccountRole.RECEIVABLES)]

    @cached_property
    def plain(self) -> list[str]:
        """Some accounts of every type that nothing but bookings move."""
        kinds = [[a.number for a in self._plain if a.type is kind] for kind in AccountType]
        return [number for numbers in kinds for number in numbers[:3]]

    @cached_property
    def of_position(self) -> list[str]:
        """Some accounts that may have opening balances."""
        contra = self.account(AccountRole.OPENING_BALANCE)
        kinds = {AccountType.ASSET, AccountType.LIABILITY, AccountType.EQUITY}
        found = [a.number for a in self._plain if a.type in kinds and a.number != contra]
        return [*found[:4], self.bank, *self.of_partners]

    @cached_property
    def codes(self) -> list[TaxCode]:
        """Every code of the chart that has a rate, also those out of validity."""
        return [code for code in system_codes(self.chart) if code.rate is not None]

    @cached_property
    def vat_account(self) -> str:
        """Account of the tenant's own tax codes."""
        return self.account(AccountRole.INPUT_VAT)

    @cached_property
    def _plain(self) -> list[Account]:
        taxed = {number for code in system_codes(self.chart) for number in code.accounts}
        return [
            account
            for account in accounts(self.chart)
            if account.active and not account.is_open_item and account.number not in taxed
        ]

    @property
    def bookings(self) -> st.SearchStrategy[Booking]:
        """Bookings of every shape; some of them break a rule."""
        return self.plain_bookings | self.coded_bookings | self.foreign_bookings

    @property
    def plain_bookings(self) -> st.SearchStrategy[Booking]:
        """Several lines without tax, also on accounts of partners, also in adjustment periods."""
        numbers = st.sampled_from([self.bank, *self.of_partners, *self.plain])
        line = st.builds(Line, numbers, st.sampled_from(Side), AMOUNTS)
        return self._with_lines(st.lists(line, min_size=1, max_size=5).flatmap(self._closed))

    @property
    def coded_bookings(self) -> st.SearchStrategy[Booking]:
        """Lines with tax codes of every kind."""
        valid = [code.code for code in self.codes if code.valid_from is code.valid_to is None]
        names = st.sampled_from(valid) | st.sampled_from([code.code for code in self.codes])
        line = st.builds(
            Line, st.sampled_from(self.plain), st.sampled_from(Side), AMOUNTS, tax_code=names
        )
        own = st.builds(replace, line, tax_code=OWN_CODES)
        lines = st.lists(line, min_size=1, max_size=3) | st.lists(
            line | own, min_size=1, max_size=2
        )
        return self._with_lines(lines.flatmap(self._closed))

    @property
    def foreign_bookings(self) -> st.SearchStrategy[Booking]:
        """Documents in other currencies."""
        return self.plain_bookings.flatmap(_foreign)

    def _with_lines(self, lines: st.SearchStrategy[tuple[Line, ...]]) -> st.SearchStrategy[Booking]:
        return st.builds(
            Booking,
            intent_id=st.uuids(version=4),
            booking_date=DAYS,
            description=TEXTS,
            lines=lines,
            source=st.just("booking"),
            adjustment_period=st.sampled_from([*[None] * 18, 13, 14]),
            external_reference=st.none() | st.sampled_from(["A", "B"]),
            check_duplicate=st.booleans(),
        )

    @property
    def openings(self) -> st.SearchStrategy[Opening]:
        """Opening balances: some values, and equity for the rest."""
        values = st.dictionaries(st.sampled_from(self.of_position), AMOUNTS, min_size=1, max_size=4)
        return st.builds(self._opening, st.uuids(version=4), DAYS, values)

    @property
    def transactions(self) -> st.SearchStrategy[Transaction]:
        """Income and expenses, taxed or not."""
        return st.builds(
            Transaction,
            transaction_id=st.uuids(version=4),
            type=st.sampled_from([TransactionType.INCOME, TransactionType.EXPENSE]),
            amount=AMOUNTS,
            description=TEXTS,
            booking_date=DAYS,
            vat_rate=st.none() | st.sampled_from(RATES[self.chart.country]),
            vat_deductible=st.none() | st.booleans(),
        )

    def _closed(self, found: list[Line]) -> st.SearchStrategy[tuple[Line, ...]]:
        """Lines and one more that makes up for their difference, if there is one."""
        rest = sum((each.plain.signed for each in found), Decimal())
        if not rest:
            return st.just(tuple(found))
        side = Side.CREDIT if rest > 0 else Side.DEBIT
        contra = st.sampled_from([self.bank, *self.of_partners])
        return contra.map(lambda number: (*found, Line(number, side, abs(rest))))

    def _opening(self, intent_id: UUID, day: date, values: dict[str, Decimal]) -> Opening:
        equity = next(a.number for a in self._plain if a.type is AccountType.EQUITY
                      and a.number != self.account(AccountRole.OPENING_BALANCE)
                      and a.number not in values)  # fmt: skip
        rows = [(number, amount, Decimal()) for number, amount in values.items()]
        rows.append((equity, Decimal(), sum(values.values(), Decimal())))
        return Opening(intent_id, day, tuple(Balance(at, *row) for at, row in enumerate(rows)))


def _foreign(booking: Booking) -> st.SearchStrategy[Booking]:
    total = sum(_debits(booking.lines), Decimal())

    def exchanged(currency: str, rate: Decimal) -> Booking:
        amount = round(total * rate, exponent_of(currency))
        exchange = Exchange(currency, amount, rate, booking.booking_date, "ECB")
        return replace(booking, exchange=exchange)

    return st.builds(exchanged, st.sampled_from(["USD", "JPY", "KWD"]), RATES_OF_FX)


def _debits(lines: Iterable[Line]) -> Iterable[Decimal]:
    return (line.amount for line in lines if line.side is Side.DEBIT)
