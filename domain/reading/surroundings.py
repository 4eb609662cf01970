"""What stands around a value: the labels left of it and above it, how near, and where it is."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from statistics import median

from domain.reading.labels import Label, labels_in
from domain.reading.layout import UNIT, Box, Layout, Line, Page, Passage
from domain.reading.months import folded
from domain.reading.values import AMOUNT, DATE

_REACH = 12  # lines above that may hold a heading
_SLACK = 120  # units that a value may begin left of its heading
_PARAGRAPH = 5  # words: more are a sentence, not a label
_NEAR_WORDS = 3
_BESIDE = frozenset({"next", "cell", "near"})
_BELONGING = (
    ("l0:", ("next", "near")),
    ("u:", ("1",)),
    ("l0:", ("cell",)),
    ("u:", ("2",)),
)
_LITTLE = frozenset(
    {"am", "an", "bis", "den", "der", "des", "zum", "vom", "le", "la", "du", "de", "del", "il",
     "el", "dal", "on", "by", "the", "of", "dne", "dnia", "do", "ze", "z", "na", "v", "a", "van",
     "het", "per"}
)  # fmt: skip
_ALIGNED = 60
_NAMED = re.compile(r"u:\w+:[12]$")  # by a label right above
_NO_GAP = 0.9  # heights of a cell: no more lies between the lines of one text
_ROWS_DOWN = 3  # other columns may have lines in between
# Kinds of labels that say enough alone; two lines make such a one, or none.
_WHOLE = frozenset(
    {"invoice_number", "customer_number", "order_number", "delivery_number", "contract_number",
     "invoice_date", "due_date", "delivery_date", "other_date", "vat_id", "tax_number"}
)  # fmt: skip
_STEM = 5  # letters at either end of a word
_SHORTEST = 3
_GAP = 2.0  # heights of a word: a wider gap ends a block
_WORD = re.compile(r"[^\W_]+")
_FIGURE = re.compile(r"\d")
_SEPARATOR = re.compile(r"\s[/|\u00b7\u2022;-]\s")


@dataclass(frozen=True, slots=True)
class Spot:
    """A value on a page: on which line of which page, and from where to where in its text."""

    page: int
    line: int
    start: int
    end: int
    passage: Passage


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with the characters of the line that it covers, its place and its labels."""

    line: Line
    start: int
    end: int
    box: Box
    labels: tuple[Label, ...]
    is_value: bool


class Surroundings:
    """The labels around any place of a document, as features that a model has weights for.

    Labels that may mean one of the `unknown` kinds are taken for words that nobody knows: so they
    are on pages that nobody has seen, and training has to meet them.
    """

    def __init__(self, layout: Layout, unknown: frozenset[str] = frozenset()) -> None:
        self.layout = layout
        self._pages = tuple(Sheet(page, unknown) for page in layout.pages)

    @property
    def sheets(self) -> "tuple[Sheet, ...]":
        """The pages with their cells, in order."""
        return self._pages

    def features(self, spot: Spot) -> Iterator[str]:
        """Labels, form and place of a value."""
        sheet = self._pages[spot.page]
        left, above = tuple(_left(sheet, spot)), tuple(_above(sheet, spot))
        if "l:none" in left and not any(_NAMED.match(feature) for feature in above):
            above = (*above, *_caption(sheet, spot))
        yield from left
        yield from above
        yield from (f"lab:{kind}" for kind in _label_of((*left, *above)))
        yield from _right(sheet, spot)
        yield from self._place(spot)

    def stems(self, spot: Spot) -> Iterator[str]:
        """How the words begin and end that stand left of a value, or above it if none does.

        A label that no table knows is still like those that are known: most languages put what it
        means at one end of a compound ("Fakturierungskennung").
        """
        sheet = self._pages[spot.page]
        left = list(_words_left(sheet, spot))
        side, words = ("v", left) if left else ("w", list(_words_above(sheet, spot)))
        for word in words:
            yield f"{side}:{word[:_STEM]}-"
            yield f"{side}:-{word[-_STEM:]}"

    def _place(self, spot: Spot) -> Iterator[str]:
        sheet, box = self._pages[spot.page], spot.passage.box
        yield f"y{box.top * 8 // UNIT}"
        yield f"x{(box.left + box.right) * 2 // UNIT}"
        yield "p1" if spot.page == 0 else "pn"
        if spot.page == len(self._pages) - 1:
            yield "plast"
        height = (box.bottom - box.top) / sheet.height
        yield f"h{'L' if height > 1.6 else 'l' if height > 1.2 else 's' if height < 0.85 else 'm'}"  # noqa: PLR2004


class Sheet:
    """A page with what is asked of it again and again."""

    def __init__(self, page: Page, unknown: frozenset[str] = frozenset()) -> None:
        self.page = page
        self.lines = page.lines
        self._unknown = unknown

    @cached_property
    def height(self) -> float:
        """The usual height of a word."""
        return median(word.box.bottom - word.box.top for word in self.page.words) or 1

    @cached_property
    def largest_figure(self) -> int:
        """The height of the largest word with a figure, nought without any."""
        heights = (
            word.box.bottom - word.box.top
            for word in self.page.words
            if _FIGURE.search(word.text) is not None
        )
        return max(heights, default=0)

    @cached_property
    def cells(self) -> tuple[tuple[Cell, ...], ...]:
        """The cells of every line; a label over two lines counts on both."""
        found = [list(_cells(line)) for line in self.lines]
        for index, cells in enumerate(found):
            for place, cell in enumerate(cells):
                if not cell.is_value and len(cell.line.words) <= _PARAGRAPH:
                    _label_over_two(found, index, place)
        return tuple(tuple(self._known(cell) for cell in cells) for cells in found)

    def _known(self, cell: Cell) -> Cell:
        labels = tuple(each for each in cell.labels if self._unknown.isdisjoint(each.kinds))
        return cell if len(labels) == len(cell.labels) else replace(cell, labels=labels)

    @cached_property
    def dates(self) -> tuple[tuple[re.Match[str], ...], ...]:
        """What looks like a day on every line."""
        return tuple(_matches(DATE, line) for line in self.lines)

    @cached_property
    def amounts(self) -> tuple[tuple[re.Match[str], ...], ...]:
        """What looks like an amount on every line."""
        return tuple(_matches(AMOUNT, line) for line in self.lines)

    def cell(self, spot: Spot) -> Cell:
        """The cell in which a value stands."""
        cells = self.cells[spot.line]
        at = bisect_right(cells, spot.start, key=lambda cell: cell.start) - 1
        return cells[at] if at >= 0 and spot.start < cells[at].end else cells[-1]

    def wrapped(self, line: int, cell: Cell, most: int = 1) -> Line | None:
        """The words of a cell and of those right below it that go on with it, None without any."""
        last, words = cell.box, cell.line.words
        for under in islice(self.below(line, cell, _ROWS_DOWN * most), most):
            if not _is_under(last, under.box):
                break
            words, last = (*words, *under.line.words), under.box
        return Line(cell.line.page, words) if len(words) > len(cell.line.words) else None

    def over(self, line: int, left: int, right: int) -> Cell | None:
        """The cell of a line that lies above or below a place."""
        return _over(self, line, left, right)

    def below(self, line: int, cell: Cell, most: int) -> Iterator[Cell]:
        """The cells that follow below in the column, as long as no wider gap parts them."""
        last = cell.box
        for following in range(line + 1, min(line + 1 + most, len(self.lines))):
            under = _over(self, following, cell.box.left, cell.box.right)
            if under is None:
                continue
            if under.box.top - last.bottom > _GAP * self.height:
                return
            yield under
            last = under.box


def _matches(pattern: re.Pattern[str], line: Line) -> tuple[re.Match[str], ...]:
    return tuple(pattern.finditer(line.text)) if _FIGURE.search(line.text) else ()


def _cells(line: Line) -> Iterator[Cell]:
    start = 0
    for cell in line.cells:
        text = cell.text
        yield Cell(cell, start, start + len(text), cell.box, labels_in(text), _is_value(text))
        start += len(text) + 1


def _label_over_two(found: list[list[Cell]], index: int, place: int) -> None:
    """Give two cells above each other the label that their words make together.

    What is a label of its own ("Rechnung Nr." below "Datum") is none of two lines.
    """
    upper = found[index][place]
    at = next(
        (
            (row, column)
            for row in range(index + 1, min(index + 1 + _ROWS_DOWN, len(found)))
            for column in _touching(
                found[row], upper.box.left - _ALIGNED, upper.box.right + _ALIGNED
            )
            if _is_under(upper.box, found[row][column].box)
        ),
        None,
    )
    if at is None:
        return
    lower = found[at[0]][at[1]]
    if any(_WHOLE & set(label.kinds) for label in (*upper.labels[-1:], *lower.labels[:1])):
        return
    text, end = _run_on(upper.line.text, lower.line.text)
    start = len(text) - len(lower.line.text)
    for label in labels_in(text):
        if label.start < end <= start < label.end and _WHOLE & set(label.kinds):
            own = Label(label.kinds, label.start, len(upper.line.text))
            above = tuple(each for each in upper.labels if each.end <= label.start)
            rest = Label(label.kinds, 0, label.end - start)
            after = tuple(each for each in lower.labels if each.start >= rest.end)
            found[index][place] = replace(upper, labels=(*above, own))
            found[at[0]][at[1]] = replace(lower, labels=(rest, *after))
            return


def _touching(cells: Sequence[Cell], left: int, right: int) -> range:
    """Which cells of a line lie between two positions, if only with a part of them."""
    first = bisect_left(cells, left, key=lambda cell: cell.box.right)
    last = bisect_right(cells, right, key=lambda cell: cell.box.left)
    return range(first, last)


def _run_on(text: str, rest: str) -> tuple[str, int]:
    """Two lines as one text, and where the first ends: a word that was cut is whole again.

    >>> _run_on("Rechnungs-", "datum"), _run_on("Invoice", "no.")
    (('Rechnungsdatum', 9), ('Invoice no.', 7))
    """
    if text.endswith("-") and rest[:1].islower():
        return f"{text[:-1]}{rest}", len(text) - 1
    return f"{text} {rest}", len(text)


def _is_under(box: Box, under: Box) -> bool:
    """Whether a cell goes on with the one above it: no gap, and one edge or the middle in line."""
    height = box.bottom - box.top
    is_near = -height // 2 < under.top - box.bottom <= _NO_GAP * height
    middles = abs(box.left + box.right - under.left - under.right) // 2
    apart = min(abs(box.left - under.left), abs(box.right - under.right), middles)
    return is_near and apart < _ALIGNED


def _label_of(features: Sequence[str]) -> Iterator[str]:
    """What the label means that most likely belongs to a value, wherever it stands."""
    for prefix, ends in _BELONGING:
        kinds = dict.fromkeys(
            feature.split(":")[1]
            for feature in features
            if feature.startswith(prefix) and feature.rsplit(":", 1)[1] in ends
        )
        if kinds:
            yield from kinds
            return


def _left(sheet: Sheet, spot: Spot) -> Iterator[str]:
    """The two labels before a value on its line, and what lies between."""
    text = sheet.lines[spot.line].text
    own = sheet.cell(spot)
    before = [
        (label, cell) for label, cell in _labels_on(sheet, spot.line) if label.end <= spot.start
    ]
    if not before:
        yield "l:none"
    for place, (label, cell) in enumerate(reversed(before[-2:])):
        nearness = _nearness(text[label.end : spot.start], same=cell is own)
        yield from _leading(place, label, nearness)
    if before and len(_WORD.findall(before[-1][1].line.text)) > _PARAGRAPH:
        yield "l:sentence"
    yield from _inside(text, own, spot)


def _leading(place: int, label: Label, nearness: str) -> Iterator[str]:
    for kind in label.kinds:
        yield f"l{place}:{kind}:{nearness}"
        if nearness in _BESIDE:
            yield f"L:{kind}"


def _inside(text: str, own: Cell, spot: Spot) -> Iterator[str]:
    """Whether it begins its cell, or is all of it."""
    inside = text[own.start : spot.start]
    if _WORD.search(inside) is None:
        yield "first"
        if _WORD.search(text[spot.end : own.end]) is None:
            yield "alone"
    elif _FIGURE.search(inside):
        yield "after_figure"


def _nearness(between: str, *, same: bool) -> str:
    words = [word for word in _WORD.findall(between) if word.lower() not in _LITTLE]
    if not words:
        return "next" if same else "cell"
    if any(_FIGURE.search(word) for word in words):
        return "past"
    if not same:
        return "apart"  # in a sentence or a column of its own
    return "near" if len(words) <= _NEAR_WORDS else "far"


def _labels_on(sheet: Sheet, line: int) -> Iterator[tuple[Label, Cell]]:
    """The labels of a line, with characters counted from its beginning."""
    for cell in sheet.cells[line]:
        for label in cell.labels:
            yield Label(label.kinds, cell.start + label.start, cell.start + label.end), cell


def _above(sheet: Sheet, spot: Spot) -> Iterator[str]:
    """The nearest label in the column above, how far it is and whether values lie between."""
    box = spot.passage.box
    own = sheet.cell(spot)
    left = box.left if own.start == spot.start else own.box.left
    steps = 0
    found = False
    for line in range(spot.line - 1, max(-1, spot.line - 1 - _REACH), -1):
        cell = _over(sheet, line, left, box.right)
        if cell is None:
            continue
        steps += 1
        if cell.labels:
            label = _label_over(cell, own, spot)
            yield from _heading(cell, label, box, (steps, sheet.height), first=not found)
            if found:
                return
            found = True
        elif steps == 1 and cell.is_value:
            yield "u:value"
    if not found:
        yield "u:none"


def _words_above(sheet: Sheet, spot: Spot) -> Iterator[str]:
    """The last words of the nearest cell in the column above that has no figure."""
    box = spot.passage.box
    own = sheet.cell(spot)
    left = box.left if own.start == spot.start else own.box.left
    for line in range(spot.line - 1, max(-1, spot.line - 1 - _REACH), -1):
        cell = _over(sheet, line, left, box.right)
        if cell is not None and not _FIGURE.search(cell.line.text):
            yield from _last_words(cell.line.text)
            return


def _words_left(sheet: Sheet, spot: Spot) -> Iterator[str]:
    """The last words before a value in its cell; if it begins it, those of the cell before.

    What stands before another figure is not of this one.
    """
    own = sheet.cell(spot)
    inside = sheet.lines[spot.line].text[own.start : spot.start]
    if _WORD.search(inside) is None:
        before = [cell for cell in sheet.cells[spot.line] if cell.end <= own.start]
        inside = before[-1].line.text if before else ""
    yield from _last_words(_FIGURE.split(inside)[-1])


def _last_words(text: str) -> Iterator[str]:
    """The last words of a text, without short ones."""
    words = (folded(word) for word in _WORD.findall(text))
    long = [word for word in words if len(word) >= _SHORTEST]
    yield from dict.fromkeys(long[-_NEAR_WORDS:])


def _caption(sheet: Sheet, spot: Spot) -> Iterator[str]:
    """The label right below a value that stands alone, told as one above it would be.

    If a value follows below the label, the label is of that one.
    """
    own = sheet.cell(spot)
    if _WORD.search(sheet.lines[spot.line].text[own.start : spot.start]):
        return
    below = list(islice(sheet.below(spot.line, own, 2 * _ROWS_DOWN), 2))
    if not below or not below[0].labels or _FIGURE.search(below[0].line.text):
        return
    label, *more = below
    is_exact = len(_WORD.findall(label.line.text)) <= len(
        _WORD.findall(label.line.text[label.labels[0].start : label.labels[0].end])
    )
    is_theirs = any(
        _FIGURE.search(cell.line.text) and _is_under(label.box, cell.box) for cell in more
    )
    if is_exact and not is_theirs and _is_under(own.box, label.box):
        for kind in label.labels[0].kinds:
            yield from (f"u:{kind}:1", f"u:{kind}:xa", f"U:{kind}")


def _over(sheet: Sheet, line: int, left: int, right: int) -> Cell | None:
    """The cell of a line that lies above a place."""
    best, most = None, 0
    cells = sheet.cells[line]
    for at in _touching(cells, left - _SLACK, right + _SLACK):
        cell = cells[at]
        shared = min(cell.box.right, right + _SLACK) - max(cell.box.left, left - _SLACK)
        if shared > most:
            best, most = cell, shared
    return best


def _label_over(cell: Cell, own: Cell, spot: Spot) -> Label:
    """Which of the labels of a heading is that of a value.

    Headings that share a cell name what is below them in their order ("Nr. / Datum").
    """
    if cell.is_value:
        return cell.labels[-1]
    names, values = _parts(cell.line.text), _parts(own.line.text)
    if len(names) == len(values) > 1:
        at = sum(end <= spot.start - own.start for _, end in values)
        start, end = names[min(at, len(names) - 1)]
        inside = [each for each in cell.labels if start <= each.start < end]
        return inside[0] if inside else cell.labels[0]
    return cell.labels[0]


def _parts(text: str) -> list[tuple[int, int]]:
    """The parts of a text between separators that stand alone."""
    cuts = [match.span() for match in _SEPARATOR.finditer(text)]
    begins, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)]
    return list(zip(begins, ends, strict=True))


def _heading(
    cell: Cell, label: Label, box: Box, away_by: tuple[int, float], *, first: bool
) -> Iterator[str]:
    steps, height = away_by
    words = len(_WORD.findall(cell.line.text))
    exact = len(_WORD.findall(cell.line.text[label.start : label.end])) >= words - 1
    away = (box.top - cell.box.bottom) / height
    distance = "1" if steps == 1 and away < 1.5 else "2" if away < 4 else "3" if away < 12 else "4"  # noqa: PLR2004
    aligned = abs(cell.box.left - box.left) < _ALIGNED or abs(cell.box.right - box.right) < _ALIGNED
    form = f"{'x' if exact else 'v' if cell.is_value else 'i'}{'a' if aligned else ''}"
    which = "u" if first else "uu"
    for kind in label.kinds:
        yield f"{which}:{kind}:{distance}"
        yield f"{which}:{kind}:{form}"
        if first and distance in "12":
            yield f"U:{kind}"


def _is_value(text: str) -> bool:
    if _FIGURE.search(text) is None:
        return False
    return AMOUNT.search(text) is not None or DATE.search(text) is not None


def _right(sheet: Sheet, spot: Spot) -> Iterator[str]:
    """The label that follows in the same cell."""
    own = sheet.cell(spot)
    rest = own.line.text[max(spot.end - own.start, 0) :]
    after = labels_in(rest)
    if after and not _FIGURE.search(rest[: after[0].start]):
        yield from (f"r:{kind}" for kind in after[0].kinds)
