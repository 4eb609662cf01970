"""Tables as files that a spreadsheet of the language opens as they are meant."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain

from fastapi.responses import StreamingResponse

from api.pages.language import GERMAN, Language, Word
from domain.plain_text import no_formula

_CSV = "text/csv; charset=utf-8"
_BOM = "\ufeff"
_ROWS_AT_ONCE = 500


def as_csv(
    language: Language, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> StreamingResponse:
    """Rows as a download; `columns` are codes of words. The first row is read before it begins."""
    made = iter(rows)
    first = next(made, None)
    known = chain([first], made) if first is not None else iter(())
    head = [language.word(f"column_{each}") for each in columns]
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(_lines(language, head, known), media_type=_CSV, headers=headers)


def _lines(
    language: Language, head: Sequence[str], rows: Iterable[Sequence[object]]
) -> Iterator[str]:
    told = io.StringIO()
    told.write(_BOM)
    written = csv.writer(told, delimiter=";" if language.name == GERMAN else ",")
    written.writerow(head)
    for number, row in enumerate(rows, 1):
        written.writerow([cell(language, each) for each in row])
        if number % _ROWS_AT_ONCE == 0:
            yield told.getvalue()
            told.seek(0)
            told.truncate()
    yield told.getvalue()


def cell(language: Language, value: object) -> str:
    """A value as a spreadsheet of the language reads it; words of strangers are no formula.

    >>> cell(Language("de", "AT"), Decimal("-1005.50")), cell(Language("en", "AT"), "=1+1")
    ('-1005,50', "'=1+1")
    """
    if value is None:
        return ""
    if isinstance(value, Word):
        return language.word(value)
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.replace(".", ",") if language.name == GERMAN else text
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return language.day(value) if language.name == GERMAN else value.isoformat()
    return no_formula(str(value))
