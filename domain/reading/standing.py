"""Whether a document is the invoice of every month until another comes (Dauerrechnung).

It stands for each period that begins while it holds (Abschn. 14.5 Abs. 17 UStAE; § 11 Abs. 1 UStG
AT). Booked once, it is the invoice of one of them.
"""

import re
from collections.abc import Iterator

from domain.reading.denial import is_doubtful
from domain.reading.finding import Finding, Severity
from domain.reading.values import AMOUNT

_NAME = r"dauer(?:miet|pacht|leistungs|leasing)?rechnung"
# As a title; what refers to one ("laut Dauerrechnung vom") does not begin its line with it.
_TITLE = re.compile(
    rf"^[^\w\n]{{0,5}}(?:(?:miet|pacht|leasing)-?)?{_NAME}\b(?P<rest>[^\n]{{0,80}})$",
    re.IGNORECASE | re.MULTILINE,
)
_TITLE_EN = re.compile(
    r"^[^\w\n]{0,5}(?:standing|permanent|perpetual|continuous|evergreen) invoice\b"
    r"(?P<rest>[^\n]{0,80})$",
    re.IGNORECASE | re.MULTILINE,
)
_THIS = r"(?:diese[rs]?|vorliegende[rs]?|gegenst\u00e4ndliche[rs]?|die)\s"
_PAPER = r"(?:(?:dauer|miet|pacht|leasing)?rechnung|vorschreibung|beleg|vertrag|abrechnung)"
_EACH = (
    r"(?:jede[nmrs]?|alle|s\u00e4mtliche)\s(?:weiteren?\s|folgenden?\s|k\u00fcnftigen?\s)?"
    r"(?:kalender)?(?:monate?|quartale?|jahre?|zahlungen|zeitr\u00e4ume?|abrechnungszeitr\u00e4ume?)"
)
_HOLDS = re.compile(
    rf"(?:{_THIS}{_PAPER}\s)?gilt\s(?:zugleich\s|auch\s)?als\s{_NAME}\b"
    rf"|{_THIS}{_PAPER}\sgilt\s(?:\S{{1,20}}\s){{0,4}}?(?:f\u00fcr\s{_EACH}"
    r"|bis\s(?:auf\s(?:weiteres|widerruf)"
    r"|(?:zur?|eine)\s(?:\S{1,20}\s){0,2}?(?:ausstellung|vorlage|erteilung|neue[rn]?)\b))"
    r"|this invoice (?:is|remains|shall be) valid (?:for (?:each|every|all)\b"
    r"|until (?:a new|another|further|revoked|replaced))",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"storn|gek\u00fcndigt|endet|aufgehoben|ung\u00fcltig|cancel|verliert|muster|vorlage|software|modul",
    re.IGNORECASE,
)
_MOST_WORDS = 8


def standing_findings(text: str) -> Iterator[Finding]:
    """What a page says of the months that it is the invoice of.

    >>> [each.code for each in standing_findings("Dauerrechnung Miete")]
    ['STANDING_INVOICE']
    >>> [*standing_findings("Miete laut Dauerrechnung vom 02.01.2026")]
    []
    """
    words = _title(text) or _sentence(text)
    if words is not None:
        yield Finding(
            "STANDING_INVOICE",
            f"This is the invoice of every period until another comes ({words}). Book each of them"
            " for itself, with the period as day of supply: this document is booked for one.",
            Severity.WARNING,
            ("delivery_date",),
            "UStAE Abschn. 14.5 Abs. 17 (DE), UStG § 11 Abs. 1 (AT)",
        )


def _title(text: str) -> str | None:
    for found in (*_TITLE.finditer(text), *_TITLE_EN.finditer(text)):
        rest = found["rest"]
        if len(rest.split()) < _MOST_WORDS and not AMOUNT.search(rest) and not _ENDS.search(rest):
            return " ".join(found[0].split())
    return None


def _sentence(text: str) -> str | None:
    plain = " ".join(text.split())
    found = (each for each in _HOLDS.finditer(plain) if not is_doubtful(plain, *each.span()))
    words = next(found, None)
    return None if words is None else words[0]
