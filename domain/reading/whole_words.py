"""Descriptions that name one thing and nothing besides: a tip, duty. Data: whole_words.csv.

Both are booked without a code, so that a word among others is not enough: `TIP Trailer` hires
trailers out, `Zoll` is an inch, and a training about duties is a service.
"""

import csv
import re
from functools import cache
from importlib.resources import files

TIP = "tip"
_WORD = re.compile(r"[^\W_]+")
_FIGURE = re.compile(r"\d")
_INCH = re.compile(r"(?<!\w)\d[\d.,/]{0,9}[\s\"\u201d-]{0,3}zoll\b")


def whole_kind(description: str) -> str | None:
    """What a description names, if all its words say so; figures and numbers say nothing.

    >>> whole_kind("Trinkgeld 10 %"), whole_kind("TIP Trailer"), whole_kind("Monitor A00")
    ('tip', None, None)
    """
    folded = description.casefold()
    if _INCH.search(folded):
        return None
    said = " ".join(word for word in _WORD.findall(folded) if not _FIGURE.search(word))
    for kind, words, besides in _kinds():
        left, count = words.subn("", said)
        if count and besides.fullmatch(left):
            return kind
    return None


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    data = files("domain.reading").joinpath("whole_words.csv").read_text(encoding="utf-8")
    return tuple(
        (
            row["kind"],
            re.compile(rf"\b(?:{row['words']})\b"),
            re.compile(rf"(?:\b(?:{row['besides']})\b| )*"),
        )
        for row in csv.DictReader(data.splitlines())
    )
