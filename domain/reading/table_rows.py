"""Rows of a table: which of its columns is what, and what every line then says."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, product

from domain.money import CENT
from domain.reading.layout import Line, Passage
from domain.reading.table_columns import LETTERS, Column, Entry, Made, NumberWord, is_bare
from domain.reading.tax_words import is_of_alcohol
from domain.reading.values import AMOUNT

_PLACE = re.compile(r"^\s*\d{1,3}[.)]?\s+(?=\S)")
MOST_SCORED = 40
DESCRIPTION = 500
_TRUST = 0.35  # of the share of rows that multiply, for headings that name their columns
_MOST_FACTORS = 8
_HUNDRED = 100
_PERS = frozenset({Decimal(100), Decimal(1000)})
_IN_CENTS = re.compile(r"(?<![^\W\d_])(?:ct|cts|cent|cents)(?![^\W\d_])", re.IGNORECASE)
_GAP = 4.0  # heights of a line: a wider gap ends the description of a row


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `total` net or gross as the page has it.

    `rates` are percentages that may be its tax, the likeliest first; `is_added` says that it is no
    line but a charge or discount on the whole.
    """

    description: str
    total: Decimal
    passage: Passage
    quantity: Decimal | None = None
    price: Decimal | None = None
    rates: tuple[Decimal, ...] = ()
    is_added: bool = False


@dataclass(frozen=True, slots=True)
class Roles:
    """Which column is the quantity, the price, the total."""

    quantity: int | None
    price: int | None
    total: int


def is_row(entry: Entry, place: int) -> bool:
    """Whether a line is one of the invoice: it has a total there, and is no sum of others."""
    total = entry.numbers.get(place)
    if total is None or total.is_percent or entry.is_taken:
        return False
    if not entry.is_sum and (entry.is_titled or LETTERS.search(AMOUNT.sub(" ", entry.line.text))):
        return True
    return is_product_of(entry, place)


def number_of(entry: Entry, place: int | None) -> NumberWord | None:
    """The number in a column, if the column is one and the line has it."""
    return entry.numbers.get(place) if place is not None else None


def is_product_of(entry: Entry, place: int) -> bool:
    """Whether two numbers of a line make the one in a column, a discount considered."""
    return factors_of(entry, entry.numbers[place]) is not None


def multiplies(entry: Entry, roles: Roles) -> bool:
    """Whether two numbers make the total, a discount on the line considered."""
    return columns_multiply(entry, roles) or is_product_of(entry, roles.total)


def is_reduced(entry: Entry, roles: Roles) -> bool:
    """Whether the columns called quantity and price make the total by a discount alone."""
    quantity, price = number_of(entry, roles.quantity), number_of(entry, roles.price)
    total = entry.numbers[roles.total]
    if quantity is None or price is None or _product(quantity, price, total) is not None:
        return False
    return _discounted(entry, quantity, price, total)


def columns_multiply(entry: Entry, roles: Roles) -> bool:
    """Whether the columns called quantity and price make the total."""
    quantity, price = number_of(entry, roles.quantity), number_of(entry, roles.price)
    total = entry.numbers[roles.total]
    if quantity is None or price is None:
        return False
    pers = _pers(entry, (quantity, price, total))
    return _product(quantity, price, total, pers) is not None or _discounted(
        entry, quantity, price, total
    )


def _product(
    quantity: NumberWord, price: NumberWord, total: NumberWord, pers: Sequence[int] = (1,)
) -> Made | None:
    """The meanings in which quantity and price, for one piece, make the total."""
    for per, one, other, whole in product(pers, quantity.values, price.values, total.values):
        if _is_product(one, other / per, whole):
            return one, other / per if per > 1 else other, whole
    return None


def _is_product(one: Decimal, other: Decimal, whole: Decimal) -> bool:
    return abs(abs(one * other) - abs(whole)) <= max(CENT, abs(whole) / 2000)


def _pers(entry: Entry, used: Sequence[NumberWord]) -> tuple[int, ...]:
    """For how many pieces a price may be: one, or as many as another number of the line says.

    A price in cents is one for a hundred.
    """
    stated = {
        int(number.values[0])
        for number in entry.found
        if number not in used and not number.is_money and number.values[0] in _PERS
    }
    if _IN_CENTS.search(entry.line.text):
        stated.add(_HUNDRED)
    return (1, *sorted(stated))


def factors_of(entry: Entry, total: NumberWord) -> Made | None:
    """The numbers of a line that make a total, and what it then is; looked for once."""
    known = entry.made
    if total.start not in known:
        known[total.start] = _factors(entry, total)
    return known[total.start]


def _factors(entry: Entry, total: NumberWord) -> Made | None:
    """The first two numbers, in whatever column, that make a total: `4 x 12,00`.

    A percentage on the line may have reduced it.
    """
    numbers = entry.found
    others = [each for each in numbers if each != total and not each.is_percent][:_MOST_FACTORS]
    pairs = [
        (other, one) if one.is_money and other.is_count else (one, other)
        for one, other in combinations(others, 2)
    ]
    for pers in (False, True):
        made = (
            _product(one, other, total, _pers(entry, (one, other, total)) if pers else (1,))
            for one, other in pairs
        )
        found = next((each for each in made if each is not None), None)
        if found is not None:
            return found
    for one, other in pairs:
        if any(_explains(each, one, other, total) for each in numbers):
            return one.values[0], other.values[0], total.values[0]
    return None


def _explains(less: NumberWord, one: NumberWord, other: NumberWord, total: NumberWord) -> bool:
    """Whether a percentage or an amount on the line is what a total is less than its factors."""
    if less in (one, other, total):
        return False
    whole, rest = one.values[0] * other.values[0], total.values[0]
    if less.is_percent:
        return _is_reduced(whole, less.values[0], rest)
    is_more = min(abs(one.values[0]), abs(other.values[0])) != 1
    return is_more and less.is_money and less.values[0] > 0 and whole - less.values[0] == rest


def _is_reduced(whole: Decimal, rate: Decimal, total: Decimal) -> bool:
    """Whether a total is what a discount in percent leaves."""
    return 0 < rate < 100 and abs(whole * (100 - rate) / 100 - total) <= 2 * CENT  # noqa: PLR2004


def _discounted(entry: Entry, quantity: NumberWord, price: NumberWord, total: NumberWord) -> bool:
    """Whether a percentage on the line explains why the total is less."""
    for number in entry.numbers.values():
        whole = quantity.values[0] * price.values[0]
        if number not in (quantity, price, total) and _is_reduced(
            whole, number.values[0], total.values[0]
        ):
            return True
    return False


def rows_of(body: Sequence[Entry], roles: Roles, columns: Sequence[Column]) -> Iterator[Row]:
    """The rows; lines without a total belong to the row above, or to the one below.

    Where all rows are bare numbers, what they are for stands above each of them.
    """
    share = _share(body, roles) + _TRUST * _are_named(columns, roles)
    is_above = all(is_bare(entry.line) for entry in body if is_row(entry, roles.total))
    pending: list[str] = []
    last: tuple[Row, Line] | None = None
    for entry in body:
        if is_row(entry, roles.total):
            if last is not None:
                yield last[0]
            text = _description(entry, roles, columns, " ".join(pending))
            last = (_row(entry, roles, columns, text, share), entry.line)
            pending = []
        elif not entry.is_sum and not entry.is_taken:
            more = _continued(last, entry, columns, is_above=is_above)
            if more is None:
                pending.append(entry.line.text)
            else:
                last = (more, entry.line)
    if last is not None:
        yield last[0]


def _continued(
    last: tuple[Row, Line] | None, entry: Entry, columns: Sequence[Column], *, is_above: bool
) -> Row | None:
    """The row above with the words that this line adds."""
    if last is None:
        return None
    row, above = last
    if is_above or not _goes_on(above, entry.line, columns):
        return None
    return replace(row, description=f"{row.description} {entry.line.text}"[:DESCRIPTION])


def _goes_on(above: Line, line: Line, columns: Sequence[Column]) -> bool:
    if above.page != line.page or AMOUNT.search(line.text):
        return False
    height = max(above.box.bottom - above.box.top, 1)
    return (
        line.box.top - above.box.bottom <= _GAP * height and line.box.left <= columns[-1].box.left
    )


def _share(body: Sequence[Entry], roles: Roles) -> float:
    rows = [entry for entry in body if is_row(entry, roles.total)][:MOST_SCORED]
    return sum(columns_multiply(entry, roles) for entry in rows) / max(len(rows), 1)


def _are_named(columns: Sequence[Column], roles: Roles) -> bool:
    """Whether the headings say themselves which column is the quantity and which the price."""
    return all(
        place is not None and kind in columns[place].kinds
        for place, kind in ((roles.quantity, "quantity"), (roles.price, "price"))
    )


def _row(
    entry: Entry, roles: Roles, columns: Sequence[Column], description: str, share: float
) -> Row:
    """A row; quantity and price that do not make its total are left out unless others' do."""
    total = entry.numbers[roles.total]
    quantity, price = number_of(entry, roles.quantity), number_of(entry, roles.price)
    made = None
    if quantity and price:
        made = _product(quantity, price, total, _pers(entry, (quantity, price, total)))
    is_less = bool(quantity and price and _discounted(entry, quantity, price, total))
    made = made or (None if is_less else factors_of(entry, total))
    one = other = None
    value = total.values[0]
    if made is not None:
        one, other, value = made
    elif quantity and price and (is_less or share > 0.7):  # noqa: PLR2004
        one, other = quantity.values[0], price.values[0]
    elif price is None and quantity is not None and roles.price is None:
        one = quantity.values[0]
    return Row(
        description[:DESCRIPTION] or "-",
        value,
        _passage(entry.line, total),
        quantity=one,
        price=other,
        rates=tuple(_rates(entry, roles, columns)),
    )


def _passage(line: Line, number: NumberWord) -> Passage:
    return line.passage(number.start, number.end)


def _rates(entry: Entry, roles: Roles, columns: Sequence[Column]) -> Iterator[Decimal]:
    """Numbers that may be a rate: below such a heading, with a percent sign, then any other.

    How strong a drink is, where its line says so, is none.
    """
    used = [number_of(entry, place) for place in (roles.quantity, roles.price, roles.total)]
    named = [
        number
        for place, number in entry.numbers.items()
        if "rate" in columns[place].kinds and number not in used
    ]
    others = [
        number
        for number in entry.found
        if number not in used and number not in named and not number.is_clock
    ]
    percents = [
        number
        for number in others
        if number.is_percent and not is_of_alcohol(entry.line.text, number.start, number.end)
    ]
    plain = [number for number in others if not number.is_percent and not number.is_money]
    yield from (number.values[0] for number in (*named, *percents, *plain))


def _description(entry: Entry, roles: Roles, columns: Sequence[Column], above: str) -> str:
    """The words below the heading of the description, else all before the first number in use.

    Without any, those `above`; without any there, those between the numbers.
    """
    used = [
        number
        for place in (roles.quantity, roles.price, roles.total)
        if (number := number_of(entry, place)) is not None
    ]
    texts = (_named(entry.line, used, columns), above, _all_but(entry.line, used))
    return next((text for text in texts if LETTERS.search(text)), "")


def _named(line: Line, used: Sequence[NumberWord], columns: Sequence[Column]) -> str:
    """The words in the column of the description, or before the first number in use."""
    spans = {(number.start, number.end) for number in used}
    places = [place for place, column in enumerate(columns) if "description" in column.kinds]
    if places:
        place = places[0]
        left = columns[place].box.left - 150
        right = min((other.box.left for other in columns[place + 1 :]), default=10_000)
        ends = [number.box.left for number in used if number.box.left > left]
        right = max(right, min(ends, default=right)) if ends else right
        words = _words_between(line, left, right, spans)
    else:
        words = _words_between(line, 0, min(number.box.left for number in used), spans)
    return _PLACE.sub("", " ".join(words)).strip(" |")


def _all_but(line: Line, used: Sequence[NumberWord]) -> str:
    """The words of a line without its numbers in use."""
    return " ".join(_words_between(line, 0, 10_000, {(each.start, each.end) for each in used}))


def _words_between(line: Line, left: int, right: int, spans: set[tuple[int, int]]) -> Iterator[str]:
    start = 0
    for word in line.words:
        end = start + len(word.text)
        if left <= word.box.left < right and (start, end) not in spans:
            yield word.text
        start = end + 1
