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
from domain.reading.table_columns import SUMS, Column, Entry, body_below, headings_in
from domain.reading.table_rows import (
    DESCRIPTION,
    MOST_SCORED,
    Roles,
    Row,
    is_row,
    multiplies,
    rows_of,
)
from domain.reading.table_starts import row_starts
from domain.reading.values import AMOUNT, amount_of

_ADDED = frozenset({"discount", "shipping"})
_MOST_ROWS = 500
_MOST_ENDS = 12  # sums within a table that may end it

Stated = Counter[Decimal]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows, and amounts such as `Versand` that are added before the total."""

    rows: tuple[Row, ...]
    added: tuple[Row, ...] = ()

    def is_stated(self, stated: "Stated") -> bool:
        """Whether what the rows come to stands on the pages, beside the rows themselves."""
        return any(
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
    return (best[1],) if best is not None else ()


def _best(
    layout: Layout, starts: Iterable[tuple[int, int, tuple[Column, ...]]], stated: Stated
) -> tuple[float, Table] | None:
    """The best table of those that begin at some places, and how well it computes."""
    best: tuple[float, Table] | None = None
    for page, line, columns in starts:
        found = _table(columns, body_below(layout, page, line, columns), stated)
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
    best: tuple[float, Sequence[Entry], Roles] | None = None
    for roles in _readings(columns, entries):
        for body in _ends(entries, roles):
            rows = _without_added([entry for entry in body if is_row(entry, roles)], roles)
            if not rows:
                continue
            score = _score(columns, rows, roles, stated)
            if best is None or score > best[0]:
                best = (score, _cut(body, rows[-1], roles), roles)
    return (best[0], _built(best[1], entries, best[2], columns)) if best is not None else None


def _cut(body: Sequence[Entry], last: Entry, roles: Roles) -> Sequence[Entry]:
    """The body up to its last row and the lines that go on with its description."""
    end = body.index(last) + 1
    while end < len(body) and not is_row(body[end], roles) and not body[end].has(_ADDED):
        end += 1
    return body[:end]


def _without_added(rows: list[Entry], roles: Roles) -> list[Entry]:
    """The rows without charges and discounts at their end: those belong to the whole."""
    while len(rows) > 1 and rows[-1].has(_ADDED) and not multiplies(rows[-1], roles):
        rows = rows[:-1]
    return rows


def _readings(columns: Sequence[Column], entries: Sequence[Entry]) -> Iterator[Roles]:
    """Every way to call the columns that hold numbers; the total is money and stands last."""
    filled: dict[int, int] = {}
    money: dict[int, int] = {}
    for entry in entries:
        for place, number in entry.numbers.items():
            filled[place] = filled.get(place, 0) + 1
            money[place] = money.get(place, 0) + number.is_money
    places = sorted(filled)
    totals = [place for place in places if money[place] * 2 >= filled[place]]
    for total in totals:
        others: list[int | None] = [None, *(place for place in places if place != total)]
        for quantity, price in product(others, others):
            if quantity is None or quantity != price:
                yield Roles(quantity, price, total)


def _ends(entries: Sequence[Entry], roles: Roles) -> Iterator[Sequence[Entry]]:
    """The body up to each of the first lines that call themselves a sum, or that come to one."""
    named = [
        place
        for place, entry in enumerate(entries)
        if entry.is_sum and entry.has(SUMS - {"carry"}) and not is_row(entry, roles)
    ][:_MOST_ENDS]
    repeated = list(_repeating(entries[: named[-1]] if named else entries, roles))
    for end in (*repeated[:_MOST_ENDS], *(named or [len(entries)])):
        yield entries[:end]
    kept = [entry for place, entry in enumerate(entries) if place not in repeated]
    for end in (named or [len(entries)]) if repeated else ():
        yield kept[: end - sum(place < end for place in repeated)]


def _repeating(entries: Sequence[Entry], roles: Roles) -> Iterator[int]:
    """Where a line repeats what all rows above it come to, whatever it calls itself.

    Such a line ends the table, or carries the sum over to the next page.
    """
    total, count = Decimal(), 0
    for place, entry in enumerate(entries):
        if not is_row(entry, roles):
            continue
        value = entry.numbers[roles.total].values[0]
        if count and value == total and not multiplies(entry, roles):
            yield place
        else:
            total += value
            count += 1


def _score(columns: Sequence[Column], rows: Sequence[Entry], roles: Roles, stated: Stated) -> float:
    """How well the rows multiply, whether their sum is stated, and what the headings say."""
    some = rows[:MOST_SCORED]
    multiplied = sum(multiplies(entry, roles) for entry in some) / len(some)
    total = sum((row.numbers[roles.total].values[0] for row in rows), Decimal())
    is_sum = len(rows) > 1 and abs(total) in stated
    alone = len(rows) == 1 and stated[abs(total)] > 1
    score = 3.0 * multiplied + 4.0 * is_sum + 1.0 * alone
    score += 1.0 * ("line_total" in columns[roles.total].kinds)
    score += 0.2 * roles.total
    for place, kind in ((roles.quantity, "quantity"), (roles.price, "price")):
        if place is not None:
            score += 1.0 if kind in columns[place].kinds else -0.6
            score -= 0.3 * (place > roles.total)
    money = sum(row.numbers[roles.total].is_money for row in some) / len(some)
    return score + money + 0.01 * min(len(rows), 100)


def _built(
    body: Sequence[Entry], entries: Sequence[Entry], roles: Roles, columns: Sequence[Column]
) -> Table:
    end = entries.index(body[-1]) + 1
    rows = tuple(rows_of(body, roles, columns))[:_MOST_ROWS]
    total = sum((row.total for row in rows), Decimal())
    return Table(rows, tuple(_added(entries[end : end + 12], roles, total)))


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
