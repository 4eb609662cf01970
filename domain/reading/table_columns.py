"""Tables on pages: headings that name columns, and the numbers of every line below in them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from domain.money import CENT
from domain.reading.labels import Label, labels_in
from domain.reading.layout import Box, Layout, Line
from domain.reading.values import AMOUNT, DATE

_KINDS = frozenset({"description", "quantity", "unit", "price", "rate", "line_total", "position"})
_AMOUNTS = frozenset({"net", "gross", "total_word"})
SUMS = frozenset({"net", "tax", "gross", "total_word", "subtotal", "carry"})
_ENDS = frozenset({"net", "tax", "gross", "total_word"})
_CARRY = frozenset({"carry"})
_NUMBER = re.compile(
    r"^(?P<open>\()?(?P<sign>[-\u2212\u2013+])?(?:[\u20ac$\u00a3]|EUR|CHF)?(?P<minus>[-\u2212\u2013])?"
    r"(?P<whole>\d{1,3}(?:[.,'\u2019\u00b4\u00a0\u2009\u202f]\d{3})+|\d{1,12})"
    r"(?:[.,](?P<decimals>\d{1,6}|[-\u2013\u2014=]{1,2}))?"
    r"(?P<suffix>[^\W\d_]{0,9}(?:\(\w{1,2}\))?\.?|[\u20ac$\u00a3*%]|,-)?(?P<close>\))?(?P<trailing>-)?$"
)
_CURRENCY = re.compile(
    r"EUR|CHF|USD|GBP|HUF|CZK|PLN|(?<![^\W\d_])(?:Ft|K\u010d|z\u0142)\.?(?![^\W\d_])|[\u20ac$\u00a3]"
)
_CLOSED = re.compile(r"\s?(?:[\u20ac$\u00a3]|EUR|CHF)?\s?\)")
_UNIT = re.compile(r"[^\W\d_](?<!EUR)(?<!CHF)$")
_SHORT = 3  # words of a heading
LETTERS = re.compile(r"[^\W\d_]{2,}")
_WORD = re.compile(r"[^\W\d_]{4,}")
_RATE_FIRST = re.compile(r"\W*\d{1,2}(?:[.,]\d{1,2})?\s?%\s")
LEAST_COLUMNS = 2
_MOST_HEADINGS = 5
_THOUSAND = 3
_CLOCK = re.compile(r"(?P<hours>\d{1,3}):(?P<minutes>[0-5]\d)(?:h|Std\.?)?")
_HOUR = 60
_TIMES = re.compile(r"(?<!\S)(?:[x\u00d7*@\u00b7]|\u00e0|a)(?!\S)", re.IGNORECASE)
_FACTORS = 2
_BARE = 5  # letters of a word: units and currencies have no more
_BARE_WORDS = 3
_APART = 900  # units: a number farther from every heading belongs to none
_TITLED = 2.0  # of a line's height: no more lies between an amount and the words above it
_WRAPPED = 0.6  # of a line's height: no more lies between the two lines of a heading


Made = tuple[Decimal, Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class NumberWord:
    """A number on a line: all that it may mean, the likeliest first."""

    values: tuple[Decimal, ...]
    box: Box
    start: int
    end: int
    is_money: bool
    is_percent: bool
    is_clock: bool = False

    @property
    def is_count(self) -> bool:
        """Whether it is written as things are counted: without decimals or a currency."""
        return not self.is_money and self.values[0] == self.values[0].to_integral_value()

    @property
    def is_exact(self) -> bool:
        """Whether it has decimals, as amounts of telephone bills have four."""
        return int(self.values[0].as_tuple().exponent) <= -2  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Column:
    """A column with what its heading may mean."""

    kinds: frozenset[str]
    box: Box


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the body: its numbers, also by column, and whether its words call it a sum.

    It is titled if it has no words, and those above it are of no sum; taken if all it says are the
    factors of the amount on a line beside it, where `found` has them, too. `made` keeps which
    factors were found for the number at a place of the text.
    """

    line: Line
    found: tuple[NumberWord, ...]
    numbers: dict[int, NumberWord]
    labels: tuple[Label, ...]
    is_sum: bool
    is_titled: bool = False
    is_taken: bool = False
    made: dict[int, "Made | None"] = field(default_factory=dict, init=False, compare=False)

    def has(self, kinds: frozenset[str]) -> bool:
        """Whether a label of one of these kinds stands on the line."""
        return any(kind in kinds for label in self.labels for kind in label.kinds)


def headings_in(layout: Layout) -> Iterator[tuple[int, int, tuple[Column, ...]]]:
    """Page, following line and columns of what may be the heading of a table, each text once."""
    seen: set[str] = set()
    found: list[tuple[int, int, int, tuple[Column, ...]]] = []
    for page in layout.pages:
        for index, line in enumerate(page.lines):
            columns = _columns_at(page.lines, index)
            worth = _worth(columns)
            if worth >= LEAST_COLUMNS and line.text not in seen:
                seen.add(line.text)
                found.append((-worth, page.number, index + 1, columns))
    for _, number, index, columns in sorted(found, key=lambda each: each[:3])[:_MOST_HEADINGS]:
        yield number, index, columns


def body_below(layout: Layout, number: int, start: int, columns: Sequence[Column]) -> list[Entry]:
    """The lines below a heading, on its page and on the next ones as long as no total ended it.

    `start` is the line that follows the heading; 0 if the page has none.
    """
    entries: list[Entry] = []
    heading = layout.page(number).lines[start - 1].text if start else None
    is_over = False
    for page in layout.pages:
        if page.number < number:
            continue
        repeated = [at for at, line in enumerate(page.lines) if line.text == heading]
        first = start if page.number == number else repeated[0] + 1 if repeated else 0
        if page.number != number and is_over and not repeated:
            continue
        is_over = False
        for line in page.lines[first:]:
            entry = entry_of(line, columns)
            if entries and _is_title(entries[-1], entry):
                entry = replace(entry, is_titled=True)
            entries.append(entry)
            is_over = is_over or (entry.is_sum and entry.has(_ENDS) and not entry.has(_CARRY))
    return with_factors(entries)


def without_sum(entry: Entry) -> Entry:
    """The line as none that calls itself a sum, if it has other words as well."""
    if not entry.is_sum or _RATE_FIRST.match(entry.line.text):
        return entry
    words = (word for word in _WORD.finditer(entry.line.text))
    is_more = any(
        all(word.start() >= label.end or word.end() <= label.start for label in entry.labels)
        for word in words
    )
    return replace(entry, is_sum=False) if is_more else entry


def with_factors(entries: Sequence[Entry]) -> list[Entry]:
    """The entries; two numbers alone on a line belong to the amount above or below they make."""
    found = list(entries)
    for place, entry in enumerate(entries):
        if not are_factors(entry.line, entry.found):
            continue
        for other in (place - 1, place + 1):
            if 0 <= other < len(found) and _makes(entry, found[other]):
                found[other] = replace(found[other], found=(*found[other].found, *entry.found))
                found[place] = replace(entry, is_taken=True, numbers={})
                break
    return found


def are_factors(line: Line, numbers: Sequence[NumberWord]) -> bool:
    """Whether a line may say how often and at what price, and nothing else: `2 x 3,50`."""
    if len(numbers) != _FACTORS or not is_bare(line):
        return False
    between = line.text[numbers[0].end : numbers[1].start]
    return bool(_TIMES.search(between)) or not LETTERS.search(line.text)


def _makes(factors: Entry, other: Entry) -> bool:
    """Whether two numbers make an amount of a line that has no factors of its own."""
    if other.is_taken or other.line.page != factors.line.page:
        return False
    one, two = factors.found
    made = {abs(first * second) for first in one.values for second in two.values}
    money = [number for number in other.found if number.is_money]
    return len(other.found) <= _FACTORS and any(
        abs(abs(number.values[0]) - each) <= CENT for number in money for each in made
    )


def is_bare(line: Line) -> bool:
    """Whether a line has hardly a word beside its numbers."""
    words = LETTERS.findall(line.text)
    return len(words) <= _BARE_WORDS and all(len(word) <= _BARE for word in words)


def _is_title(above: Entry, entry: Entry) -> bool:
    """Whether one line says what the lone amount on the next one is for."""
    if len(entry.found) != 1 or LETTERS.search(entry.line.text):
        return False
    is_near = entry.line.box.top - above.line.box.bottom <= _TITLED * _height(entry.line)
    is_text = bool(LETTERS.search(above.line.text)) and not any(
        number.is_money for number in above.found
    )
    return is_near and is_text and not _is_called(above)


def _is_called(entry: Entry) -> bool:
    """Whether a line without an amount begins with the name of a sum."""
    for label in entry.labels:
        if (SUMS | {"prepaid", "due_date"}) & set(label.kinds):
            return not LETTERS.search(entry.line.text[: label.start])
    return False


def _height(line: Line) -> int:
    return line.box.bottom - line.box.top


def _columns_at(lines: Sequence[Line], index: int) -> tuple[Column, ...]:
    """The columns that a line names; narrow ones have headings of two lines."""
    line = lines[index]
    if AMOUNT.search(line.text):
        return ()
    columns = _columns((line,))
    above = lines[index - 1] if index else None
    if above is None or AMOUNT.search(above.text) or not _is_wrapped(above, line):
        return columns
    stacked = _columns((above, line))
    return stacked if _worth(stacked) > _worth(columns) else columns


def _is_wrapped(above: Line, line: Line) -> bool:
    return line.box.top - above.box.bottom <= _WRAPPED * _height(line)


def _worth(columns: Sequence[Column]) -> int:
    """How many columns a heading names; without a total or a price it is none."""
    kinds = {kind for column in columns for kind in column.kinds}
    money = kinds & {"price", "line_total"}
    other = kinds & {"description", "quantity", "position", "unit", "rate"}
    named = sum(bool(column.kinds) for column in columns)
    return named if money and (other or len(money) > 1) else 0


def _columns(lines: Sequence[Line]) -> tuple[Column, ...]:
    """The cells of a heading with what their labels mean; words above each other are one."""
    found: list[Column] = []
    for line in lines:
        for cell in line.cells:
            found += _named(cell)
    return tuple(_stacked(found))


def _named(cell: Line) -> Iterator[Column]:
    """The columns in one cell: several labels are several columns, other short words are one."""
    labels = [label for label in labels_in(cell.text) if (_KINDS | _AMOUNTS) & set(label.kinds)]
    covered = sum(label.end - label.start for label in labels)
    if not labels or covered * 3 < len(cell.text):
        if len(cell.words) <= _SHORT:
            yield Column(frozenset(), cell.box)
        return
    for label in labels:
        kinds = frozenset(label.kinds) & _KINDS
        if _AMOUNTS & set(label.kinds):
            kinds |= {"line_total"}
        yield Column(
            kinds, cell.box if len(labels) == 1 else cell.passage(label.start, label.end).box
        )


def _stacked(columns: Sequence[Column]) -> list[Column]:
    merged: list[Column] = []
    for column in columns:
        for place, other in enumerate(merged):
            apart = column.box.left > other.box.right or column.box.right < other.box.left
            if not apart and abs(column.box.top - other.box.top) > 20:  # noqa: PLR2004
                merged[place] = Column(other.kinds | column.kinds, other.box.around(column.box))
                break
        else:
            merged.append(column)
    return sorted(merged, key=lambda column: column.box.left)


def entry_of(line: Line, columns: Sequence[Column]) -> Entry:
    """A line of the body, its numbers in the columns below which they stand."""
    numbers = tuple(numbers_on(line))
    labels = labels_in(line.text)
    return Entry(line, numbers, _assigned(numbers, columns), labels, _is_sum(line, labels, numbers))


def _is_sum(line: Line, labels: Sequence[Label], numbers: Sequence[NumberWord]) -> bool:
    """Whether the words at the beginning of a line call its amount a sum of others."""
    money = [number for number in numbers if number.is_money]
    if not money:
        return False
    if _RATE_FIRST.match(line.text):
        return True
    if len(money) > 3:  # noqa: PLR2004
        return False
    for label in labels[:2]:
        lead = line.text[: label.start]
        if label.start < money[-1].start and len(LETTERS.findall(lead)) <= 2:  # noqa: PLR2004
            return bool((SUMS | {"prepaid"}) & set(label.kinds)) and not re.match(
                r"\s*\d{1,3}\s", lead
            )
    return False


def numbers_on(line: Line) -> Iterator[NumberWord]:
    """The words of a line that are numbers, with a sign, a currency or a unit beside them."""
    taken = [match.span() for match in DATE.finditer(line.text)]
    start = 0
    for word in line.words:
        end = start + len(word.text)
        if not any(first < end and last > start for first, last in taken):
            found = _number_in(line.text, start, end, word.box)
            if found is not None:
                yield found
        start = end + 1


def _number_in(text: str, start: int, end: int, box: Box) -> NumberWord | None:
    """The number that a word of a line is, None if it is none; hours may stand as on a clock."""
    clock = _CLOCK.fullmatch(text[start:end])
    if clock is not None:
        hours = Decimal(clock["hours"]) + Decimal(clock["minutes"]) / _HOUR
        return NumberWord(
            (round(hours, 4),), box, start, end, is_money=False, is_percent=False, is_clock=True
        )
    found = _NUMBER.match(text[start:end])
    if found is None:
        return None
    rest = text[end:]
    percent = found["suffix"] == "%" or rest[:2].strip().startswith("%")
    is_money = _has_cents(found["decimals"] or "") or _has_currency(text, start, end)
    grouped = not found["whole"].isdigit()
    return NumberWord(
        tuple(_meanings(found, rest)),
        box,
        start,
        end,
        is_money=(is_money and not percent) or grouped,
        is_percent=percent,
    )


def _has_currency(text: str, start: int, end: int) -> bool:
    """Whether a currency stands in a word or right beside it."""
    return bool(
        _CURRENCY.search(text[start:end])
        or _CURRENCY.fullmatch(text[:start].rstrip().rpartition(" ")[2])
        or _CURRENCY.fullmatch(text[end:].lstrip().partition(" ")[0])
    )


def _has_cents(decimals: str) -> bool:
    """Whether decimals are cents: two figures, or dashes for none."""
    return bool(decimals) and (len(decimals) == 2 or not decimals.isdigit())  # noqa: PLR2004


def _meanings(found: re.Match[str], rest: str) -> Iterator[Decimal]:
    """What a number may mean: three figures behind one point are thousands or decimals.

    Brackets are a minus around a number, with its currency at most: `(5 Stück)` is none.
    """
    decimals = found["decimals"] or ""
    whole = re.sub(r"\D", "", found["whole"])
    is_bracketed = found["open"] and (found["close"] or _CLOSED.match(rest))
    is_minus = found["sign"] in ("-", "\u2212", "\u2013") or any(
        (
            found["minus"],
            found["trailing"],
            is_bracketed and not _UNIT.search(found["suffix"] or ""),
        )
    )
    sign = -1 if is_minus else 1
    plain = Decimal(f"{whole}.{decimals}") if decimals.isdigit() else Decimal(whole)
    yield sign * plain
    if len(decimals) == _THOUSAND and found["whole"].isdigit():
        yield sign * Decimal(whole + decimals)
    elif not decimals and re.fullmatch(r"\d{1,3}[.,]\d{3}", found["whole"]):
        yield sign * Decimal(re.sub(r"[.,]", ".", found["whole"]))


def _assigned(numbers: Sequence[NumberWord], columns: Sequence[Column]) -> dict[int, NumberWord]:
    """Each number in the column whose heading it stands below; one number in each."""
    pairs = sorted(
        (_away(number.box, column.box), at, place)
        for at, number in enumerate(numbers)
        for place, column in enumerate(columns)
    )
    found: dict[int, NumberWord] = {}
    used: set[int] = set()
    for away, at, place in pairs:
        if away <= _APART and at not in used and place not in found:
            found[place] = numbers[at]
            used.add(at)
    return found


def _away(one: Box, other: Box) -> int:
    middle = abs(one.left + one.right - other.left - other.right) // 2
    apart = max(one.left - other.right, other.left - one.right, 0)
    return min(abs(one.left - other.left), abs(one.right - other.right), middle) + apart
