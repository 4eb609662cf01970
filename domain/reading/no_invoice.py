"""Titles of what arrives with invoices and is none. Data: no_invoice_words.csv."""

import csv
import re
from functools import cache
from importlib.resources import files

from domain.reading.names import FORM
from domain.reading.tax_words import is_taxed

HEAD_LINES = 15
_TITLE_WORDS = 8
_NEWSLETTER, _BANK, _VOID = "newsletter", "bank_statement", "void"
# `Kontoauszug der Huber GmbH` is one, `Kontoauszug Software GmbH` a company.
_OF = re.compile(
    r"[^\w\n]*(?:$|\d|(?:der|des|von|vom|f\u00fcr|for|of|an|du|de|del|per|zum|nr|no)\b)|\s*[/|,\u2013-]",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\s*:\s*[^\W\d]|-(?!nr|no)\w", re.IGNORECASE)
_ADDRESS = re.compile(
    r",\s?(?:[A-Z]{1,2}-)?\d{4,5}\s+[A-Z\u00c4\u00d6\u00dc][a-z\u00e4\u00f6\u00fc]|stra(?:\u00dfe|sse)\b|str\.",
    re.IGNORECASE,
)
_BILL = re.compile(
    r"\b(?:(?:\w{0,30}rechnung|faktura|honorarnote)(?:s-?)?\s?(?:nr|nummer|no|#)|invoice\s+(?:no|number|#)"
    r"|facture\s+n|fattura\s+n|re-?nr)\b[^\w\n]{0,6}(?:vom\s)?[\w./-]{0,12}\d",
    re.IGNORECASE,
)


def is_title_of_other(line: str, text: str) -> bool:
    """Whether a line is the title of a statement, a list, a payslip or terms; `text` is all of it.

    >>> is_title_of_other("Kontoauszug Nr. 11/2026 Blatt 1", "")
    True
    >>> is_title_of_other("Rechnung 17", ""), is_title_of_other("Kontoauszug Software GmbH", "")
    (False, False)
    """
    if len(line.split()) > _TITLE_WORDS or _ADDRESS.search(line):
        return False
    for kind, words, beside in _titles():
        found = words.match(line)
        if found is None or (beside is not None and not beside.search(text)):
            continue
        rest = line[found.end() :]
        is_name = FORM.search(rest) is not None and _OF.match(rest) is None
        if not is_name and not _LABEL.match(rest):
            return kind == _BANK or not is_taxed(text)
    return False


def is_bill(text: str) -> bool:
    """Whether pages number an invoice, whatever else their sender wants.

    >>> is_bill("Rechnungsnummer: RE-17"), is_bill("Ihr Rechnungskauf ist versandkostenfrei.")
    (True, False)
    """
    return _BILL.search(text) is not None


def is_of_newsletter(line: str) -> bool:
    """Whether a line is nothing but what only letters to many have.

    >>> is_of_newsletter("Abmelden"), is_of_newsletter("Abmelden bis 3.5. per Brief")
    (True, False)
    """
    return _alone(_NEWSLETTER).fullmatch(line) is not None


def is_void(line: str) -> bool:
    """Whether a line, as a stamp has it, is nothing but that the page does not count.

    >>> is_void("ENTWURF"), is_void("- storniert am 27.11.2026 -"), is_void("Entwurf Logo")
    (True, True, False)
    """
    return _alone(_VOID).fullmatch(line) is not None


@cache
def _titles() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...]:
    return tuple(
        (
            row["kind"],
            re.compile(rf"(?:{row['words']})\b(?!\s+(?:zu|zur|for)\b)", re.IGNORECASE),
            re.compile(row["beside"], re.IGNORECASE) if row["beside"] else None,
        )
        for row in _rows()
        if row["kind"] not in {_NEWSLETTER, _VOID}
    )


@cache
def _alone(kind: str) -> re.Pattern[str]:
    words = "|".join(row["words"] for row in _rows() if row["kind"] == kind)
    return re.compile(rf"[^\w\n]*(?:{words})[^\w\n]*", re.IGNORECASE)


@cache
def _rows() -> tuple[dict[str, str], ...]:
    data = files("domain.reading").joinpath("no_invoice_words.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(data.splitlines()))
