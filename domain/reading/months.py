"""Names of months in ten languages, as they stand in dates. Data: months.csv."""

import csv
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

_PLAIN = str.maketrans("łøđı", "lodi")  # no accents to Unicode, but to whoever types


def folded(text: str) -> str:
    """A text in lower case and without accents.

    >>> folded("Prüfgebühr février Straße Złoty")
    'prufgebuhr fevrier strasse zloty'
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()


@lru_cache(maxsize=256)
def month_of(name: str) -> int | None:
    """The number of a month by its name, whatever its case and accents.

    >>> month_of("Září"), month_of("FÉVR"), month_of("Stück")
    (9, 2, None)
    """
    return MONTHS.get(folded(name))


def _names() -> Iterator[tuple[str, int]]:
    text = files("domain.reading").joinpath("months.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        for number, names in enumerate(row["names"].split("|"), 1):
            yield from ((name, number) for name in names.split())


WRITTEN = dict(_names())
MONTHS = {folded(name): number for name, number in WRITTEN.items()}
