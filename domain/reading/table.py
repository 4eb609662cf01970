"""Invoice lines from a table on the page: a heading, rows, and a sum that must agree."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.money import CENT
from domain.reading.layout import Layout, Line, Page, Passage
from domain.reading.values import AMOUNT, PERCENT, amount_of, percent_of

_COLUMNS = {
    "description": r"bezeichnung|beschreibung|description|artikel(?!-?nr)|leistung|produkt|product"
    r"|omschrijving|d\u00e9signation|text\b|\bitem\b",
    "quantity": r"menge|anzahl|qty|quantity|hoeveelheid|\bqt\u00e9|^amount$|stunden",
    "price": r"preis|price|einzel|prijs|entgelt|\bpu\b|e-preis|prix",
    "rate": r"ust|mwst|vat|tax|btw|steuersatz|tva",
    "total": r"betrag|gesamt|total|amount|summe|bedrag|montant",
}
_PATTERNS = {name: re.compile(words, re.IGNORECASE) for name, words in _COLUMNS.items()}
_LEAST_COLUMNS = 3
_END = re.compile(
    r"(?:rechnungs|zwischen)?summe|netto|brutto|sub-?\s?total|^total|gesamt|\bvat\b.*total|mwst|ust\b"
    r"|umsatzsteuer|zahlbar|zu\s+zahlen|\u00fcbertrag|skonto|net\s+total|factuur\s+totaal",
    re.IGNORECASE,
)
_QUANTITY = re.compile(r"(?<![\d.,])\d{1,6}(?:[.,]\d{1,3})?(?![\d.,])")
_CODE = re.compile(r"^\d{1,3}\s+(?=\S)")
_MOST_ROWS = 500
_DESCRIPTION = 500
_SLACK = 150


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `total` net or gross as the page has it, `rate` in percent."""

    description: str
    total: Decimal
    passage: Passage
    quantity: Decimal | None = None
    price: Decimal | None = None
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Heading:
    """Where each column begins and ends."""

    spans: dict[str, tuple[int, int]]

    def of(self, column: str, line: Line) -> Line | None:
        span = self.spans.get(column)
        return line.between(*span) if span is not None else None


def rows_in(layout: Layout, sums: Iterable[Decimal]) -> tuple[Row, ...]:
    """The rows of the tables, if they come to one of the `sums`; otherwise none."""
    rows: list[Row] = []
    for page in layout.pages:
        rows += _rows_on(page)
    found = tuple(rows[:_MOST_ROWS])
    total = sum((row.total for row in found), Decimal())
    tolerance = CENT * max(len(found), 1)
    return found if found and any(abs(total - wanted) <= tolerance for wanted in sums) else ()


def _rows_on(page: Page) -> Iterator[Row]:
    for index, line in enumerate(page.lines):
        heading = _heading(line, page.lines[index - 1] if index else None)
        if heading is not None:
            yield from _merged(_read(heading, page.lines[index + 1 :]))
            return


def _heading(line: Line, above: Line | None) -> _Heading | None:
    """The columns of a line that names at least three of them, one of them the total.

    Narrow columns have headings of two lines: the upper one counts when it names more.
    """
    if AMOUNT.search(line.text):
        return None
    plain = line.cells if len(line.cells) >= _LEAST_COLUMNS else _words(line)
    headings = [_Heading(dict(_named(plain)))]
    if above is not None and not AMOUNT.search(above.text):
        headings.append(_Heading(dict(_named(_stacked(above, plain)))))
    best = max(headings, key=lambda heading: len(heading.spans))
    return best if len(best.spans) >= _LEAST_COLUMNS and "total" in best.spans else None


def _named(cells: Sequence[Line]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Columns by name; the first of each, but the last total."""
    seen: set[str] = set()
    for cell in cells:
        name = next((name for name, words in _PATTERNS.items() if words.search(cell.text)), None)
        if name is not None and (name not in seen or name == "total"):
            seen.add(name)
            yield name, _span(name, cell, cells)


def _stacked(above: Line, cells: Sequence[Line]) -> tuple[Line, ...]:
    """The cells with the ones that stand above them; those above nothing are their own."""
    columns = list(cells)
    for cell in above.cells:
        for at, below in enumerate(columns):
            if cell.box.left < below.box.right and cell.box.right > below.box.left:
                columns[at] = Line(below.page, cell.words + below.words)
                break
        else:
            columns.append(cell)
    return tuple(sorted(columns, key=lambda column: column.box.left))


def _words(line: Line) -> tuple[Line, ...]:
    return tuple(Line(line.page, (word,)) for word in line.words)


def _span(name: str, cell: Line, cells: Sequence[Line]) -> tuple[int, int]:
    """From the middle of the gap on the left to the middle of the gap on the right.

    Descriptions begin below their heading and run on to the next one.
    """
    place = cells.index(cell)
    left = cells[place - 1].box.right if place else 0
    right = cells[place + 1].box.left if place + 1 < len(cells) else 10_000
    if name == "description":
        return cell.box.left - _SLACK, right - 1
    return (left + cell.box.left) // 2, (right + cell.box.right) // 2


def _read(heading: _Heading, lines: Sequence[Line]) -> Iterator[Row]:
    for line in lines:
        row = _row(heading, line)
        if row is None and _END.search(line.text) and AMOUNT.search(line.text):
            return
        if row is not None:
            if _is_end(row, line):
                return
            yield row


def _is_end(row: Row, line: Line) -> bool:
    return row.quantity is None and row.price is None and _END.search(line.text) is not None


def _row(heading: _Heading, line: Line) -> Row | None:
    """A row has an amount below the total, and letters."""
    amounts = list(AMOUNT.finditer(line.text))
    if not amounts:
        return None
    total = _last_below(heading, line, amounts)
    if total is None:
        return None
    description = _description(heading, line)
    if not re.search(r"[^\W\d_]{2}", description):
        return None
    return Row(
        description[:_DESCRIPTION],
        amount_of(total),
        line.passage(total.start(), total.end()),
        quantity=_number(heading.of("quantity", line)),
        price=_price(heading, line),
        rate=_rate(heading, line),
    )


def _last_below(
    heading: _Heading, line: Line, amounts: list[re.Match[str]]
) -> re.Match[str] | None:
    left, right = heading.spans["total"]
    for match in reversed(amounts):
        box = line.passage(match.start(), match.end()).box
        if box.right > left and box.left < right + _SLACK:
            return match
    return None


def _description(heading: _Heading, line: Line) -> str:
    column = heading.of("description", line)
    text = column.text if column is not None else AMOUNT.split(line.text)[0]
    return _CODE.sub("", text).strip(" |")


def _number(column: Line | None) -> Decimal | None:
    match = _QUANTITY.search(column.text) if column is not None else None
    return Decimal(match[0].replace(",", ".")) if match is not None else None


def _price(heading: _Heading, line: Line) -> Decimal | None:
    column = heading.of("price", line)
    if column is None:
        return None
    match = AMOUNT.search(column.text)
    return amount_of(match) if match is not None else _number(column)


def _rate(heading: _Heading, line: Line) -> Decimal | None:
    match = PERCENT.search(line.text)
    if match is not None:
        return percent_of(match)
    return _number(heading.of("rate", line))


def _merged(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows in which quantity and price that do not make the total are left out."""
    for row in rows:
        makes = row.quantity is not None and row.price is not None and row.quantity != 0
        if makes and row.quantity is not None and row.price is not None:
            makes = abs(row.quantity * row.price - row.total) <= max(CENT, abs(row.total) / 100)
        yield row if makes else replace(row, quantity=None, price=None)
