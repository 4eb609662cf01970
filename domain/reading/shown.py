"""What a page shows: whether a known value can be seen on it, in whatever form people write it.

Form is free (blanks, signs, case, accents, months in words, separators of thousands); content is
not: a value counts as shown only where it stands as a whole, never as a part of another one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from rapidfuzz import fuzz

from domain.iban import is_iban, length_of
from domain.reading import shown_amounts, shown_dates
from domain.reading.layout import Layout, Line, Page, Source
from domain.reading.months import folded
from domain.reading.shown_amounts import ShownAmount

_IBAN_HEAD = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\s?\d{2}(?=[\sA-Z0-9])")
_LONGEST_IBAN = 80
_IN_FIGURES = frozenset({"AT", "DE"})  # else a creditor id may pass for an account
_SIGNS = re.compile(r"[^\W_]+")
_PARTS = re.compile(r"[0-9]+|[^\W\d_]+")
_JOINTS = frozenset("/-_")
_POINTS = frozenset(".,")
_MISREAD = 85
_COLUMN = 150
_LINES_BELOW = 2
_ALIKE = str.maketrans("OQIL|SBZ", "00111582")


@dataclass(frozen=True)
class Shown:
    """All that the pages of a document show; `stored` is their text where it alone was kept."""

    layout: Layout
    stored: str | None = None

    @classmethod
    def of_text(cls, stored: str) -> "Shown":
        """What pages show of which only the text was kept.

        >>> Shown.of_text("IBAN AT38 2011 1000 0200 0396").has_id("AT382011100002000396")
        True
        """
        return cls(Layout(()), stored)

    @cached_property
    def text(self) -> str:
        """Lines, then columns: a value broken over two lines is whole in its column."""
        return self.stored or "\n".join([self.layout.text, *_columns(self.layout)])

    @cached_property
    def folded(self) -> str:
        """The text in lower case and without accents."""
        return folded(self.text)

    @property
    def is_empty(self) -> bool:
        """Whether there is not one letter or figure."""
        return _SIGNS.search(self.text) is None

    def has_number(self, value: str) -> bool:
        """Whether a number of an invoice is shown; its signs may be others or left out."""
        return any(
            writing.holds_number(_PARTS.findall(writing.of(value))) for writing in self._writings
        )

    def has_id(self, value: str) -> bool:
        """Whether a VAT id, a tax number or an IBAN is shown, however it is spaced."""
        return any(
            writing.holds("".join(_SIGNS.findall(writing.of(value)))) for writing in self._writings
        )

    def has_amount(self, value: Decimal) -> bool:
        """Whether an amount is shown, without regard to its sign.

        A whole number needs money beside it: a year or a postcode is no amount.
        """
        return any(found.value == abs(value) and found.is_money for found in self._amounts)

    def has_date(self, day: date) -> bool:
        """Whether a day is shown, in figures or with its month in words."""
        return day in self._dates

    def has_month(self, day: date) -> bool:
        """Whether it is the first or the last day of a month that is named as a period."""
        if day.day != 1 and (day + timedelta(days=1)).day != 1:
            return False
        return (day.year, day.month) in shown_dates.months_in(self.folded)

    def has_term(self, issued: date, due: date) -> bool:
        """Whether the longest term of days leads from one to the other, or it is due at once."""
        longest = shown_dates.longest_term(self.folded)
        return longest is not None and due == issued + timedelta(days=longest)

    def has_words(self, name: str) -> bool:
        """Whether a name is shown: its words in any order, or all in one, over any lines."""
        words = _SIGNS.findall(_spelt(folded(name)))
        squeezed = "".join(words)
        if set(words) <= self._words or squeezed in self._squeezed:
            return True
        return self._is_recognised and fuzz.partial_ratio(squeezed, self._squeezed) >= _MISREAD

    @cached_property
    def ibans(self) -> frozenset[str]:
        """Every valid IBAN."""
        return frozenset(_ibans(self.text.upper()))

    @cached_property
    def currencies(self) -> frozenset[str]:
        """Every currency that is named by its code, sign or name."""
        return shown_amounts.currencies_in(self.text)

    @cached_property
    def stated_currencies(self) -> frozenset[str]:
        """The currencies that the page calls that of the document."""
        return shown_amounts.stated_currencies(self.text)

    def currencies_of(self, value: Decimal) -> frozenset[str]:
        """The currencies that stand beside an amount."""
        found = (one.currencies for one in self._amounts if one.value == abs(value))
        return frozenset().union(*found)

    @cached_property
    def _writings(self) -> "tuple[_Writing, ...]":
        """The text as it is; and with alike signs as one, where pixels were read."""
        plain = _Writing(self.folded.upper())
        return (plain, _Alike(self.folded.upper())) if self._is_recognised else (plain,)

    @property
    def _is_recognised(self) -> bool:
        """Whether some page was read by its pixels, so that signs may be taken for others."""
        return any(page.source is Source.OCR for page in self.layout.pages)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(_SIGNS.findall(_spelt(self.folded)))

    @cached_property
    def _squeezed(self) -> str:
        return "".join(_SIGNS.findall(_spelt(self.folded)))

    @cached_property
    def _amounts(self) -> tuple[ShownAmount, ...]:
        return tuple(shown_amounts.amounts_in(self.text))

    @cached_property
    def _dates(self) -> frozenset[date]:
        return shown_dates.dates_in(self.folded)


class _Writing:
    """Letters and figures of a text without what stands between them, and where that stood."""

    def __init__(self, text: str) -> None:
        self.signs = ""
        self.gaps: dict[int, str] = {0: "\n"}
        signs: list[str] = []
        end = at = 0
        for run in _SIGNS.finditer(self._same(text)):
            self.gaps[at] = text[end : run.start()] or "\n"
            signs.append(run[0])
            end, at = run.end(), at + len(run[0])
        self.gaps[at] = text[end:] or "\n"
        self.signs = "".join(signs)

    def of(self, value: str) -> str:
        """A value in the same writing."""
        return self._same(folded(value).upper())

    def holds(self, signs: str) -> bool:
        """Whether signs stand there as a whole, whatever is between them."""
        return any(True for _ in self._places(signs))

    def holds_number(self, parts: list[str]) -> bool:
        """Whether parts follow each other, unbroken each, and no part of a longer number."""
        signs = "".join(parts)
        ends = {sum(map(len, parts[:count])) for count in range(1, len(parts))}
        return any(
            all(at in ends or start + at not in self.gaps for at in range(1, len(signs)))
            and not self._joined_before(start)
            and not self._joined_after(start + len(signs))
            for start in self._places(signs)
        )

    def _same(self, text: str) -> str:
        return text

    def _places(self, signs: str) -> Iterator[int]:
        start = self.signs.find(signs) if signs else -1
        while start >= 0:
            if start in self.gaps and start + len(signs) in self.gaps:
                yield start
            start = self.signs.find(signs, start + 1)

    def _joined_before(self, start: int) -> bool:
        gap = self.gaps[start]
        return gap in _JOINTS or (gap in _POINTS and self.signs[start - 1].isdigit())

    def _joined_after(self, end: int) -> bool:
        gap, following = self.gaps[end], self.signs[end : end + 1]
        return bool(following) and (gap in _JOINTS or (gap in _POINTS and following.isdigit()))


class _Alike(_Writing):
    """The same, with signs that recognition mistakes for each other as one."""

    def _same(self, text: str) -> str:
        return text.translate(_ALIKE)


def _spelt(name: str) -> str:
    """A folded name in which an umlaut is one letter, whoever wrote it as two."""
    return re.sub(r"([aou])e", r"\1", name)


def _columns(layout: Layout) -> Iterator[str]:
    """What stands below each other, with the cells at the same left edge."""
    for page in layout.pages:
        yield from _columns_of(page)


def _columns_of(page: Page) -> Iterator[str]:
    columns: list[_Column] = []
    for index, line in enumerate(page.lines):
        for cell in line.cells:
            above = [column for column in columns if column.goes_on(index, cell)]
            if above:
                min(above, key=lambda column: column.away(cell)).add(index, cell)
            else:
                columns.append(_Column(index, cell, [cell.text]))
    return (" ".join(column.texts) for column in columns if len(column.texts) > 1)


@dataclass(slots=True)
class _Column:
    """Cells below each other, and on which line the last one is."""

    index: int
    last: Line
    texts: list[str]

    def goes_on(self, index: int, cell: Line) -> bool:
        """Whether a cell begins below the last one."""
        box = self.last.box
        return (
            0 < index - self.index <= _LINES_BELOW
            and box.left - _COLUMN < cell.box.left < box.right
        )

    def away(self, cell: Line) -> int:
        """How far the left edges are apart."""
        return abs(cell.box.left - self.last.box.left)

    def add(self, index: int, cell: Line) -> None:
        """Take the cell."""
        self.index, self.last = index, cell
        self.texts.append(cell.text)


def _ibans(text: str) -> Iterator[str]:
    for head in _IBAN_HEAD.finditer(text):
        signs = re.sub(r"\s", "", text[head.start() : head.start() + _LONGEST_IBAN])
        found = signs[: length_of(signs[:2]) or 0]
        if is_iban(found) and (found[:2] not in _IN_FIGURES or found[2:].isdigit()):
            yield found
