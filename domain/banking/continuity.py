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

_Figures = tuple[Decimal | None, Decimal | None]
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
    DETAILS_ADDED = "DETAILS_ADDED"
    DETAILS_LEFT = "DETAILS_LEFT"
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


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A statement, and the one that it has to begin with the closing of."""

    before: Balances
    after: Balances

    @property
    def span(self) -> Span | None:
        """Between which days movements lie that neither has; None where they are in two currencies.

        Of a day and the next there are none.
        """
        if not self.after.may_go_on(self.before):
            return None
        currency = self.after.currency or self.before.currency
        return self.before.last_day, self.after.first_day, currency

    @property
    def days(self) -> tuple[date, date]:
        """The days between the two; where there are none, the day on which they meet."""
        last, first = self.before.last_day, self.after.first_day
        return (last, first) if first - last <= _DAY else (last + _DAY, first - _DAY)


def neighbours(statements: Sequence[Balances]) -> Iterator[Neighbours]:
    """Statements with those that they follow, as far as both say their balance.

    Statements that overlap are no neighbours. Before a statement stands one of its currency, where
    there is one.
    """
    line = _Line(
        dict.fromkeys(
            each for each in statements if each.opening is not None or each.closing is not None
        )
    )
    for at, statement in enumerate(line.ordered):
        before = line.predecessor(at)
        if before is not None and before.closing is not None and statement.opening is not None:
            yield Neighbours(before, statement)


def gaps_between(
    pairs: Iterable[Neighbours], moved_between: Callable[[Span], Decimal]
) -> Iterator[Gap]:
    """Where one statement does not begin with what the one before it ended with.

    `moved_between` is the sum of what is stored after one day and before another, in a currency
    or in any, for accounts that are fed by files with and without balances.
    """
    for each in pairs:
        before, after, missing = each.before, each.after, None
        if each.span is not None and after.opening is not None and before.closing is not None:
            missing = after.opening - before.closing - moved_between(each.span)
        if missing is None or missing:
            yield Gap(before.name, after.name, missing, *each.days)


class _Line:
    """Statements by the day on which they end, and by the day and balance with which they begin.

    They are told by their places: of years of statements none is compared with all others.
    """

    def __init__(self, statements: Iterable[Balances]) -> None:
        self.ordered = sorted(statements, key=lambda each: (each.last_day, each.first_day))
        self._by_end: dict[date, list[int]] = defaultdict(list)
        self._by_begin: dict[tuple[date, Decimal | None], list[int]] = defaultdict(list)
        for at, each in enumerate(self.ordered):
            self._by_end[each.last_day].append(at)
            self._by_begin[each.first_day, each.opening].append(at)
        self._days = sorted(self._by_end)
        self._alike = [self._alike_on(day) for day in self._days]
        self._past: list[int] = []
        for at, alike in enumerate(self._alike):
            goes_on = at > 0 and alike is not None and alike == self._alike[at - 1]
            self._past.append(self._past[at - 1] if goes_on else at - 1)

    def predecessor(self, at: int) -> Balances | None:
        """The statement that ends last before another begins; of several, one that fits.

        A repeat of the statement itself comes not before it, nor does one that follows it on
        the same day.
        """
        statement, later, other = self.ordered[at], self._followers(at), None
        for day in self._days_back(statement.first_day, _figures(statement)):
            candidates = [
                self.ordered[each]
                for each in self._by_end[day]
                if each not in later and _figures(self.ordered[each]) != _figures(statement)
            ]
            if candidates:
                alike = [each for each in candidates if statement.may_go_on(each)]
                fitting = [each for each in alike if each.closing == statement.opening]
                if alike:
                    return next(iter(fitting or reversed(alike)))
                other = other or candidates[-1]
        return other

    def _days_back(self, day: date, but: _Figures) -> Iterator[date]:
        """Days on which statements end, from a day back, but those on which all have these figures.

        An account that nothing moves has years of them.
        """
        at = bisect_right(self._days, day) - 1
        while at >= 0:
            if self._alike[at] == but:
                at = self._past[at]
            else:
                yield self._days[at]
                at -= 1

    def _alike_on(self, day: date) -> _Figures | None:
        """The figures of a day's statements; None where they have several."""
        found = {_figures(self.ordered[at]) for at in self._by_end[day]}
        return found.pop() if len(found) == 1 else None

    def _followers(self, at: int) -> set[int]:
        """What goes on from a statement on its last day, one after the other."""
        day = self.ordered[at].last_day
        found: set[int] = set()
        ends = [at]
        while ends:
            closing = self.ordered[ends.pop()].closing
            for each in self._by_begin.get((day, closing), ()) if closing is not None else ():
                if each not in found and each != at:
                    found.add(each)
                    ends.append(each)
        return found


def _figures(statement: Balances) -> _Figures:
    return statement.opening, statement.closing


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
