"""Where a table ends, and what proves that its rows are whole.

What the rows come to stands below them: as it is, or with the tax that is added to it. Lines that
repeat a sum of rows, before or behind them, are no rows, whatever they call themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations

from domain.reading.amount_candidates import is_rate
from domain.reading.table_columns import SUMS, Entry
from domain.reading.table_rows import is_product_of, is_row
from domain.reading.values import PERCENT

_MOST = 12  # places where a table may end
_MOST_PROVEN = 4
_BELOW = 14  # lines below the last row on which its sum is looked for
_MOST_TAXES = 6
_LOWEST, _HIGHEST = Decimal("0.05"), Decimal("0.3")  # of a net amount: no tax is more
_TAX = frozenset({"tax"})


@dataclass(frozen=True, slots=True)
class Body:
    """Places of the rows among the lines below a heading, and of the line behind the last one."""

    rows: tuple[int, ...]
    end: int
    dropped: frozenset[int] = frozenset()


class Lines:
    """The lines below a heading, and which amounts stand near each of them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self._amounts = [_amounts(entry) for entry in entries]
        self._near: dict[int, tuple[frozenset[Decimal], frozenset[Decimal]]] = {}

    def proves(self, total: Decimal, end: int) -> bool:
        """Whether lines from `end` on state what rows come to, or that with its taxes."""
        return _is_proven(abs(total), *self._below(end))

    def taxes(self, total: Decimal, end: int, not_by: Decimal) -> bool:
        """Whether lines from `end` on state another tax on a total, added to it or within it."""
        amounts, taxes = self._below(end)
        whole = abs(total)
        others = (each for each in taxes - {abs(not_by)} if 0 < each < whole)
        return _is_taxed(whole, amounts, taxes) or any(
            is_rate(whole - each, each) for each in others
        )

    def _below(self, end: int) -> tuple[frozenset[Decimal], frozenset[Decimal]]:
        """The amounts on the next lines, and those beside a percentage or the name of a tax."""
        if end not in self._near:
            near = range(end, min(end + _BELOW, len(self.entries)))
            taxes = (
                self._amounts[at]
                for at in near
                if self.entries[at].has(_TAX) or PERCENT.search(self.entries[at].line.text)
            )
            amounts = (self._amounts[at] for at in near)
            self._near[end] = frozenset().union(*amounts), frozenset().union(*taxes)
        return self._near[end]


@dataclass(frozen=True)
class Rows:
    """The lines that have an amount in the column of totals and are no named sum."""

    lines: Lines
    place: int

    @cached_property
    def values(self) -> dict[int, Decimal]:
        """The totals by the places of their lines."""
        return {
            at: entry.numbers[self.place].values[0]
            for at, entry in enumerate(self.lines.entries)
            if is_row(entry, self.place)
        }

    @cached_property
    def computing(self) -> frozenset[int]:
        """The rows whose totals two other numbers make."""
        entries = self.lines.entries
        return frozenset(at for at in self.values if is_product_of(entries[at], self.place))

    def sum_of(self, rows: Sequence[int]) -> Decimal:
        """What some rows come to."""
        return sum((self.values[at] for at in rows), Decimal())

    def end_with_tax(self, rows: Sequence[int], end: int) -> bool:
        """Whether the last row is the tax on all others: those are totals then, and no lines.

        Unless another tax on all of them stands below, added to them or within them.
        """
        if len(rows) < 2 or rows[-1] in self.computing:  # noqa: PLR2004
            return False
        last, rest = self.values[rows[-1]], self.sum_of(rows[:-1])
        if last * rest <= 0 or not _LOWEST <= abs(last / rest) <= _HIGHEST:
            return False
        if self.lines.taxes(last + rest, end, not_by=last):
            return False
        text = self.lines.entries[rows[-1]].line.text
        return is_rate(abs(rest), abs(last)) or bool(PERCENT.search(text))


def bodies(rows: Rows) -> Iterator[Body]:
    """The rows up to each place where the table may end, with and without sums among them."""
    seen: set[tuple[int, ...]] = set()
    for end, dropped in _ends(rows):
        kept = tuple(at for at in rows.values if at < end and at not in dropped)
        if kept and kept not in seen:
            seen.add(kept)
            yield Body(kept, end, dropped)


def _ends(rows: Rows) -> Iterator[tuple[int, frozenset[int]]]:
    entries = rows.lines.entries
    named = [
        place
        for place, entry in enumerate(entries)
        if entry.is_sum and entry.has(SUMS - {"carry"}) and place not in rows.values
    ][:_MOST]
    last = named or [len(entries)]
    repeated = list(_repeating(rows, last[-1]))
    for end in repeated[:_MOST]:
        yield end, frozenset()
    for dropped in dict.fromkeys((frozenset(), *_dropped(rows, repeated))):
        for end in (*_proven(rows, dropped), *last):
            yield end, dropped


def _dropped(rows: Rows, repeated: Sequence[int]) -> Iterator[frozenset[int]]:
    """What may be no row: sums of all above, of sections above or below, all that computes not."""
    yield frozenset(repeated)
    yield frozenset(_of_sections(rows, list(rows.values)))
    yield frozenset(_of_sections(rows, list(reversed(rows.values))))
    others = frozenset(rows.values) - rows.computing
    if len(rows.computing) > len(others):
        yield others


def _repeating(rows: Rows, end: int) -> Iterator[int]:
    """Where a line repeats what all rows above it come to, whatever it calls itself.

    Such a line ends the table, or carries the sum over to the next page.
    """
    total, count = Decimal(), 0
    for place, value in rows.values.items():
        if place >= end:
            return
        if count and value == total and place not in rows.computing:
            yield place
        else:
            total += value
            count += 1


def _of_sections(rows: Rows, places: Sequence[int]) -> Iterator[int]:
    """Where a line repeats what the rows since the last such line come to, or all sums so far."""
    total, whole, count = Decimal(), Decimal(), 0
    for place in places:
        value = rows.values[place]
        is_sum = count > 0 and value == total
        if place not in rows.computing and (is_sum or (whole and value == whole + total)):
            yield place
            whole += total
            total, count = Decimal(), 0
        else:
            total += value
            count += 1


def _proven(rows: Rows, dropped: frozenset[int]) -> Sequence[int]:
    """The last places before which the rows come to what stands below."""
    total, count = Decimal(), 0
    found: list[int] = []
    for place in (*rows.values, len(rows.lines.entries)):
        if count and rows.lines.proves(total, place):
            found.append(place)
        if place in rows.values and place not in dropped:
            total += rows.values[place]
            count += 1
    return found[-_MOST_PROVEN:]


def _is_proven(total: Decimal, amounts: frozenset[Decimal], taxes: frozenset[Decimal]) -> bool:
    return bool(total) and (total in amounts or _is_taxed(total, amounts, taxes))


def _is_taxed(total: Decimal, amounts: frozenset[Decimal], taxes: frozenset[Decimal]) -> bool:
    highest = total * _HIGHEST
    possible = {
        each for each in amounts if 0 < each <= highest and (each in taxes or is_rate(total, each))
    }
    few = sorted(possible, reverse=True)[:_MOST_TAXES]
    ways = (some for count in (1, 2) for some in combinations(few, count))
    return any(total + sum(some, Decimal()) in amounts for some in ways)


def _amounts(entry: Entry) -> frozenset[Decimal]:
    return frozenset(abs(number.values[0]) for number in entry.found if number.is_money)
