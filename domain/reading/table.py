"""Lines of an invoice from the tables on its pages: columns first, their headings second.

A column is what it computes: of all ways to call the columns quantity, price and total, the one is
taken in which most rows multiply, the sum stands on the page, and the headings agree.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, product

from domain.money import CENT
from domain.reading.amount_candidates import is_rate
from domain.reading.layout import Layout
from domain.reading.table_columns import Column, Entry, body_below, headings_in, without_sum
from domain.reading.table_ends import Body, Lines, Rows, bodies
from domain.reading.table_rows import (
    DESCRIPTION,
    MOST_SCORED,
    Roles,
    Row,
    columns_multiply,
    is_reduced,
    rows_of,
)
from domain.reading.table_starts import row_starts
from domain.reading.values import AMOUNT, amount_of

_ADDED = frozenset({"discount", "shipping"})
_MOST_ROWS = 500
_MISSED = 10  # lines below a table: rows among them are missed

Stated = Counter[Decimal]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows, and amounts such as `Versand` that are added before the total."""

    rows: tuple[Row, ...]
    added: tuple[Row, ...] = ()
    is_proven: bool = False
    is_totals: bool = False

    def is_stated(self, stated: "Stated") -> bool:
        """Whether what the rows come to stands on the pages, beside the rows themselves."""
        return self.is_proven or any(
            stated[abs(total)] > any(abs(row.total) == abs(total) for row in self.rows)
            for total in self.sums
        )

    @property
    def sums(self) -> frozenset[Decimal]:
        """What the rows come to, without and with what is added."""
        total = sum((row.total for row in self.rows), Decimal())
        extra = sum((row.total for row in self.added), Decimal())
        return frozenset({total, total + extra})


def tables_in(layout: Layout) -> tuple[Table, ...]:
    """The table of the document, over all its pages; none where none is found.

    Where no heading leads to rows whose sum is stated, the rows themselves are looked for.
    """
    stated = _stated(layout)
    best = _best(layout, headings_in(layout), stated)
    if best is None or not best[1].is_stated(stated):
        unheaded = _best(layout, row_starts(layout), stated)
        if unheaded is not None and unheaded[1].is_stated(stated):
            best = unheaded if best is None or unheaded[0] > best[0] else best
    if best is None or not best[1].is_stated(stated):
        best = _by_numbers(layout, stated) or best
    return (best[1],) if best is not None else ()


def _by_numbers(layout: Layout, stated: Stated) -> tuple[float, Table] | None:
    """The best table whose rows call themselves sums (`Jahresprämie Haushalt`), if it is proven.

    Several rows that are no totals themselves: of a single one nobody knows which it is.
    """
    starts = (*headings_in(layout), *row_starts(layout, by_words=False))
    best = _best(layout, starts, stated, by_words=False)
    if best is None or len(best[1].rows) < 2 or best[1].is_totals:  # noqa: PLR2004
        return None
    return best if best[1].is_proven else None


def _best(
    layout: Layout,
    starts: Iterable[tuple[int, int, tuple[Column, ...]]],
    stated: Stated,
    *,
    by_words: bool = True,
) -> tuple[float, Table] | None:
    """The best table of those that begin at some places, and how well it computes."""
    best: tuple[float, Table] | None = None
    for page, line, columns in starts:
        entries = body_below(layout, page, line, columns)
        if not by_words:
            entries = [without_sum(entry) for entry in entries]
        found = _table(columns, entries, stated)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    return best


def rows_in(tables: Iterable[Table], sums: Sequence[Decimal]) -> tuple[Row, ...]:
    """The rows of the tables, if they come to one of the `sums`; otherwise none."""
    for table in tables:
        for rows in _completions(table):
            total = sum((row.total for row in rows), Decimal())
            if any(_is_same(total, wanted, len(rows)) for wanted in sums):
                return rows
    return ()


def _completions(table: Table) -> Iterator[tuple[Row, ...]]:
    """The rows alone, then with what is added, as charge or as discount."""
    yield table.rows
    for count in range(1, min(len(table.added), 3) + 1):
        for some in combinations(table.added[:5], count):
            yield (*table.rows, *some)


def _is_same(total: Decimal, wanted: Decimal, rows: int) -> bool:
    return abs(abs(total) - abs(wanted)) <= CENT * min(max(rows, 1), 5)


def _stated(layout: Layout) -> Stated:
    """Every amount of the document, and how often it stands there."""
    return Counter(
        abs(amount_of(match)) for line in layout.lines for match in AMOUNT.finditer(line.text)
    )


def _table(
    columns: Sequence[Column], entries: Sequence[Entry], stated: Stated
) -> tuple[float, Table] | None:
    """The table in the reading of its columns that computes best, and how well it does."""
    lines = Lines(entries)
    best: tuple[float, Rows, Body, Roles] | None = None
    for total, readings in _readings(columns, entries).items():
        rows = Rows(lines, total)
        computing = [_Computed(entries, rows, roles) for roles in readings]
        for body in bodies(rows):
            kept = _without_added(body.rows, rows)
            about = _worth(columns, rows, body, kept, stated)
            for each in computing:
                score = about + each.score(columns, kept)
                if best is None or score > best[0]:
                    best = (score, rows, body, each.roles)
    return None if best is None else (best[0], _built(*best[1:], columns))


def _without_added(places: tuple[int, ...], rows: Rows) -> tuple[int, ...]:
    """The rows without charges and discounts at their end: those belong to the whole."""
    entries = rows.lines.entries
    while len(places) > 1 and entries[places[-1]].has(_ADDED) and places[-1] not in rows.computing:
        places = places[:-1]
    return places


def _readings(columns: Sequence[Column], entries: Sequence[Entry]) -> dict[int, list[Roles]]:
    """Every way to call the columns that hold numbers, by the total, which is money."""
    filled: Counter[int] = Counter()
    money: Counter[int] = Counter()
    for entry in entries:
        for place, number in entry.numbers.items():
            filled[place] += 1
            money[place] += number.is_money or number.is_exact
    places = sorted(filled)
    found: dict[int, list[Roles]] = {}
    for total in (place for place in places if money[place] * 2 >= filled[place]):
        others: list[int | None] = [None, *(place for place in places if place != total)]
        found[total] = [
            Roles(quantity, price, total)
            for quantity, price in product(others, others)
            if quantity is None or quantity != price
        ]
    return found


class _Computed:
    """Which rows a way to call the columns explains."""

    def __init__(self, entries: Sequence[Entry], rows: Rows, roles: Roles) -> None:
        self.roles = roles
        made = {at: columns_multiply(entries[at], roles) for at in rows.values}
        self._made = rows.computing | {at for at, each in made.items() if each}
        self._reduced = {at for at, each in made.items() if each and is_reduced(entries[at], roles)}

    def score(self, columns: Sequence[Column], places: Sequence[int]) -> float:
        """How many rows multiply, and what the headings say."""
        some = places[:MOST_SCORED]
        score = 3.0 * sum(at in self._made for at in some) / len(some)
        score -= 1.2 * sum(at in self._reduced for at in some) / len(some)
        roles = self.roles
        for place, kind in ((roles.quantity, "quantity"), (roles.price, "price")):
            if place is not None:
                score += 1.0 if kind in columns[place].kinds else -0.6
                score -= 0.3 * (place > roles.total)
        return score


def _worth(
    columns: Sequence[Column], rows: Rows, body: Body, places: Sequence[int], stated: Stated
) -> float:
    """Whether the sum of the rows is stated, and how much their column looks like totals."""
    total = rows.sum_of(places)
    is_proven = rows.lines.proves(total, body.end)
    is_sum = len(places) > 1 and (is_proven or abs(total) in stated)
    alone = len(places) == 1 and (is_proven or stated[abs(total)] > 1)
    missed = sum(at in rows.computing for at in range(body.end, body.end + _MISSED))
    score = 4.0 * is_sum + 1.0 * alone - 4.0 * rows.end_with_tax(places, body.end) - 0.5 * missed
    score += 1.0 * ("line_total" in columns[rows.place].kinds) + 0.2 * rows.place
    some = [rows.lines.entries[at].numbers[rows.place].is_money for at in places[:MOST_SCORED]]
    return score + sum(some) / len(some) + 0.01 * min(len(places), 100)


def _built(rows: Rows, body: Body, roles: Roles, columns: Sequence[Column]) -> Table:
    """The table up to its last row and the lines that go on with its description."""
    entries = rows.lines.entries
    end = _without_added(body.rows, rows)[-1] + 1
    while end < body.end and end not in rows.values and not entries[end].has(_ADDED):
        end += 1
    kept = [entry for at, entry in enumerate(entries[:end]) if at not in body.dropped]
    found = tuple(rows_of(kept, roles, columns))[:_MOST_ROWS]
    total = sum((row.total for row in found), Decimal())
    return Table(
        found,
        tuple(_added(entries[end : end + 12], roles, total)),
        is_proven=rows.lines.proves(total, body.end),
        is_totals=rows.end_with_tax(_without_added(body.rows, rows), body.end),
    )


def _added(rest: Sequence[Entry], roles: Roles, total: Decimal) -> Iterator[Row]:
    """Charges and discounts between the rows and the total, by their words or by their sign.

    A percentage that makes an amount of the total is a tax, unless the amount is a minus.
    """
    for entry in rest:
        matches = list(AMOUNT.finditer(entry.line.text))
        if not matches:
            continue
        match = matches[-1]
        value = amount_of(match)
        if not entry.has(_ADDED):
            is_plain = roles.total in entry.numbers and not entry.is_sum
            if not is_plain or abs(value) >= abs(total) or is_rate(abs(total), value):
                continue
        is_less = any("discount" in label.kinds for label in entry.labels)
        passage = entry.line.passage(match.start("whole"), match.end())
        text = entry.line.text[: match.start()].strip(" :")
        amount = -abs(value) if is_less else value
        yield Row(text[:DESCRIPTION] or "-", amount, passage, is_added=True)
