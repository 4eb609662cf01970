"""Trial balance, profit and loss, balance sheet: one row for each account.

`balance` is debit minus credit everywhere. The ledger is never closed and opened anew: balance
accounts run on, accounts of the result begin each fiscal year at nothing, and what earlier
years left stands in a row of its own until it is booked to equity.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from domain.money import ZERO

RESULT = frozenset({"revenue", "expense"})
PERIOD_RESULT = "Periodenergebnis"
CARRIED_RESULT = "Ergebnisvortrag"


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account moved: before the fiscal year, in it before the range, in the range.

    Opening entries in the range stand apart; before it they are part of what moved.
    """

    number: str
    name: str
    type: str
    category: str | None
    report_group: str | None
    statement_group: str | None
    earlier_debit: Decimal = ZERO
    earlier_credit: Decimal = ZERO
    before_debit: Decimal = ZERO
    before_credit: Decimal = ZERO
    opening_debit: Decimal = ZERO
    opening_credit: Decimal = ZERO
    debit: Decimal = ZERO
    credit: Decimal = ZERO

    @property
    def is_result(self) -> bool:
        """Whether the account begins each fiscal year at nothing."""
        return self.type in RESULT

    @property
    def earlier(self) -> Decimal:
        """Net of the fiscal years before the range."""
        return self.earlier_debit - self.earlier_credit

    @property
    def start(self) -> Decimal:
        """Balance with which the range begins, opening entries in it included."""
        net = self.before_debit - self.before_credit + self.opening_debit - self.opening_credit
        return net if self.is_result else net + self.earlier

    @property
    def moved(self) -> Decimal:
        """Net of the range, without opening entries."""
        return self.debit - self.credit

    @property
    def total_debit(self) -> Decimal:
        """Everything on the debit side up to the end of the range."""
        return self.earlier_debit + self.before_debit + self.opening_debit + self.debit

    @property
    def total_credit(self) -> Decimal:
        """Everything on the credit side up to the end of the range."""
        return self.earlier_credit + self.before_credit + self.opening_credit + self.credit


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One account in a report; without a number it is a result."""

    number: str | None
    name: str
    type: str
    category: str | None
    report_group: str | None
    debit_total: Decimal
    credit_total: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class TrialBalanceRow(ReportRow):
    """One account in the trial balance; closing is opening plus debit minus credit."""

    opening_balance: Decimal
    closing_balance: Decimal


def trial_balance(balances: Iterable[Balance]) -> Iterator[TrialBalanceRow]:
    """Each account that moved in the range or stands at an amount; all closings make zero."""
    carried = ZERO
    for each in balances:
        if each.is_result:
            carried += each.earlier
        start = each.start
        if start or each.debit or each.credit:
            moved = each.debit - each.credit
            yield TrialBalanceRow(
                *_facts(each), each.debit, each.credit, moved, start, start + moved
            )
    if carried:
        yield TrialBalanceRow(*_empty_row(CARRIED_RESULT), ZERO, ZERO, ZERO, carried, carried)


def profit_loss(balances: Iterable[Balance]) -> Iterator[ReportRow]:
    """Each account of the result that moved in the range."""
    for each in balances:
        if each.is_result and (each.debit or each.credit):
            yield ReportRow(*_facts(each), each.debit, each.credit, each.debit - each.credit)


def balance_sheet(balances: Iterable[Balance]) -> Iterator[ReportRow]:
    """Each balance account up to the end of the range, and the result; all make zero."""
    result = carried = ZERO
    for each in balances:
        debit, credit = each.total_debit, each.total_credit
        if each.is_result:
            result += each.moved
            carried += debit - credit - each.moved
        elif debit or credit:
            yield ReportRow(*_facts(each), debit, credit, debit - credit)
    for name, net in ((CARRIED_RESULT, carried), (PERIOD_RESULT, result)):
        if net:
            yield ReportRow(*_empty_row(name), max(net, ZERO), max(-net, ZERO), net)


def _facts(balance: Balance) -> tuple[str, str, str, str | None, str | None]:
    return balance.number, balance.name, balance.type, balance.category, balance.report_group


def _empty_row(name: str) -> tuple[None, str, str, None, str]:
    return None, name, "equity", None, "equity"
