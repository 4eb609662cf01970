"""Titles of what arrives with invoices and is none. Data: no_invoice_words.csv."""

import csv
import re
from functools import cache
from importlib.resources import files

HEAD_LINES = 15
_TITLE_WORDS = 8
_NEWSLETTER = "newsletter"


def is_title_of_other(line: str) -> bool:
    """Whether a line is the title of a statement, a list, a payslip or terms.

    >>> is_title_of_other("Kontoauszug Nr. 11/2026 Blatt 1"), is_title_of_other("Rechnung 17")
    (True, False)
    """
    return len(line.split()) <= _TITLE_WORDS and _titles().match(line) is not None


def is_of_newsletter(line: str) -> bool:
    """Whether a line is nothing but what only letters to many have.

    >>> is_of_newsletter("Abmelden"), is_of_newsletter("Abmelden bis 3.5. per Brief")
    (True, False)
    """
    return _newsletter().fullmatch(line) is not None


@cache
def _titles() -> re.Pattern[str]:
    words = "|".join(row["words"] for row in _rows() if row["kind"] != _NEWSLETTER)
    return re.compile(rf"(?:{words})\b(?!\s+(?:zu|zur|for)\b)", re.IGNORECASE)


@cache
def _newsletter() -> re.Pattern[str]:
    words = "|".join(row["words"] for row in _rows() if row["kind"] == _NEWSLETTER)
    return re.compile(rf"\W*(?:{words})\W*", re.IGNORECASE)


@cache
def _rows() -> tuple[dict[str, str], ...]:
    data = files("domain.reading").joinpath("no_invoice_words.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(data.splitlines()))
