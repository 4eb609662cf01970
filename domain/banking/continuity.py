"""Whether statements follow one another to the cent, and what else an import has to tell.

The opening of a statement plus its entries is its closing; its opening is the closing before it
plus what is stored of the days between.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

Span = tuple[date, date, str | None]
"""After one day and before another, in a currency or in any."""

_DAY = timedelta(days=1)


class FindingCode(StrEnum):
    """What an import tells besides its figures."""

    DOES_NOT_ADD_UP = "DOES_NOT_ADD_UP"
    GAP = "GAP"
    DOUBLED = "DOUBLED"
    OVERLAP = "OVERLAP"
    BALANCE_UNREADABLE = "BALANCE_UNREADABLE"
    STATEMENT_REFUSED = "STATEMENT_REFUSED"
    UNDECIDED = "UNDECIDED"
    UNKNOWN_ACCOUNT = "UNKNOWN_ACCOUNT"
    ACCOUNT_NAME_DIFFERS = "ACCOUNT_NAME_DIFFERS"
    CURRENCY_DIFFERS = "CURRENCY_DIFFERS"
    NOT_SPLIT = "NOT_SPLIT"
    ANNOUNCED_ONLY = "ANNOUNCED_ONLY"
    ROWS_LEFT_OUT = "ROWS_LEFT_OUT"
    FILE_SKIPPED = "FILE_SKIPPED"
    STATUS_REPORT = "STATUS_REPORT"
    PAYMENTS_REFUSED = "PAYMENTS_REFUSED"


MISMATCHES = frozenset({FindingCode.DOES_NOT_ADD_UP, FindingCode.GAP, FindingCode.DOUBLED})
"""What a tenant may want statements refused for."""


@dataclass(frozen=True, slots=True)
class ImportFinding:
    """One thing that people should know; amounts in the currency of the statement."""

    code: FindingCode
    message: str
    account: str | None = None
    statement: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    rows: tuple[int, ...] = ()
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Balances:
    """A statement as continuity sees it; it may have no entries."""

    name: str
    opening: Decimal | None
    closing: Decimal | None
    first_day: date
    last_day: date
    currency: str | None = None

    def may_go_on(self, before: "Balances") -> bool:
        """Whether both are of one currency, as far as they name one."""
        return None in (self.currency, before.currency) or self.currency == before.currency


@dataclass(frozen=True, slots=True)
class Gap:
    """Two statements that do not follow one another: the amount that is missing between them.

    None where they are in two currencies: there is no such amount.
    """

    before: str
    after: str
    amount: Decimal | None
    first_day: date
    last_day: date


def missing_amount(
    opening: Decimal | None, closing: Decimal | None, total: Decimal
) -> Decimal | None:
    """What the entries of a statement lack to lead from its opening to its closing.

    >>> missing_amount(Decimal("1000.00"), Decimal("1177.00"), Decimal("77.00"))
    Decimal('100.00')
    >>> missing_amount(None, Decimal("1177.00"), Decimal("77.00")) is None
    True
    """
    if opening is None or closing is None:
        return None
    return closing - opening - total


def gaps(statements: Sequence[Balances], moved_between: Callable[[Span], Decimal]) -> Iterator[Gap]:
    """Where one statement does not begin with what the one before it ended with.

    `moved_between` is the sum of what is stored after one day and before another, in a currency
    or in any, for accounts that are fed by files with and without balances. Statements that
    overlap are no neighbours. Before a statement stands one of its currency, where there is one.
    """
    line = _Line(
        dict.fromkeys(
            each for each in statements if each.opening is not None or each.closing is not None
        )
    )
    for statement in line.ordered:
        before = line.predecessor(statement)
        if before is None or before.closing is None or statement.opening is None:
            continue
        missing = None
        if statement.may_go_on(before):
            span = before.last_day, statement.first_day, statement.currency or before.currency
            missing = statement.opening - before.closing - moved_between(span)
        if missing is None or missing:
            yield Gap(before.name, statement.name, missing, *_days(before, statement))


class _Line:
    """Statements by the day on which they end, and by the balance with which they begin."""

    def __init__(self, statements: Iterable[Balances]) -> None:
        self.ordered = sorted(statements, key=lambda each: (each.last_day, each.first_day))
        self._by_end: dict[date, list[Balances]] = defaultdict(list)
        self._by_opening: dict[Decimal | None, list[Balances]] = defaultdict(list)
        for each in self.ordered:
            self._by_end[each.last_day].append(each)
            self._by_opening[each.opening].append(each)
        self._days = sorted(self._by_end)

    def predecessor(self, statement: Balances) -> Balances | None:
        """The statement that ends last before another begins; of several, one that fits.

        A repeat of the statement itself comes not before it, nor does one that follows it on
        the same day.
        """
        later, other = self._followers(statement), None
        for day in reversed(self._days[: bisect_right(self._days, statement.first_day)]):
            candidates = [
                each
                for each in self._by_end[day]
                if each not in later and _figures(each) != _figures(statement)
            ]
            if candidates:
                alike = [each for each in candidates if statement.may_go_on(each)]
                fitting = [each for each in alike if each.closing == statement.opening]
                if alike:
                    return next(iter(fitting or reversed(alike)))
                other = other or candidates[-1]
        return other

    def _followers(self, statement: Balances) -> set[Balances]:
        """What goes on from a statement on its last day, one after the other."""
        found: set[Balances] = set()
        ends = [statement]
        while ends:
            last = ends.pop()
            for each in self._by_opening[last.closing] if last.closing is not None else ():
                if each.first_day == statement.last_day and each not in found | {statement}:
                    found.add(each)
                    ends.append(each)
        return found


def _figures(statement: Balances) -> tuple[Decimal | None, Decimal | None]:
    return statement.opening, statement.closing


def _days(before: Balances, after: Balances) -> tuple[date, date]:
    """The days between two statements; where there are none, the day on which they meet."""
    first, last = before.last_day + _DAY, after.first_day - _DAY
    return (first, last) if first <= last else (before.last_day, after.first_day)


def gap_finding(gap: Gap, account: str, currency: str | None) -> ImportFinding:
    """A gap in words."""
    between = f"between statement {gap.before or '?'} and {gap.after or '?'}"
    words = (
        f"They are in two currencies: what is missing {between} is not known."
        if gap.amount is None
        else f"{gap.amount} {currency or ''} are missing {between}: the opening is not the last"
        " closing."
    )
    return ImportFinding(
        FindingCode.GAP,
        words,
        account=account,
        statement=gap.after,
        amount=gap.amount,
        currency=currency,
        first_day=gap.first_day,
        last_day=gap.last_day,
    )
