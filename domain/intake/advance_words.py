"""Whether a document asks for money before it supplies anything, by its title or by its lines.

Its input tax is deducted once it is paid (AT § 12 Abs. 1 Z 1 lit. b UStG, DE § 15 Abs. 1 Satz 1
Nr. 1 Satz 3 UStG). Some words say it only where nothing was supplied yet: who pays a shop before
it sends the goods has an ordinary invoice once they are there.
"""

import re

from domain.payables.normalized import NormalizedInvoice

_NAMES = (
    r"(?:anzahlung(?:en)?|teilzahlung(?:en)?|abschlagszahlung|(?<=\.\s)abschlag"
    r"|[a\u00e0][- ]?k?c?onto(?:zahlung)?"
    r"|vorauszahlung|vorschu(?:ss|\u00df)(?:zahlung)?|kaution|mietkaution|down[- ]?payment"
    r"|pre-?payment"
    r"|advance(?: payment)?|(?:security )?deposit|retainer|part(?:ial)? payment)"
)
_WEAK_NAMES = r"(?:vor(?:aus)?kass[ae]|payment in advance|cash in advance|teilrechnung)"
_COUNT = (
    r"(?:(?:\d{1,2}\s?\.|erste|zweite|dritte|vierte|f\u00fcnfte|first|second|third"
    r"|\d(?:st|nd|rd|th))\s)?"
)
_SHARE = r"(?:[\s,:(]*(?:nr\.? ?\d{1,3}|\d{1,2}(?:[.,]\d{1,2})? ?%)\)?)?"
_TITLE = re.compile(rf"{_COUNT}{_NAMES}{_SHARE}")
_WEAK_TITLE = re.compile(rf"{_COUNT}{_WEAK_NAMES}{_SHARE}")
_LINE = re.compile(rf"(?<!\w){_NAMES}(?!\w)")
_WEAK_LINE = re.compile(rf"(?<!\w){_WEAK_NAMES}(?!\w)")
# What is left after one, or takes it off; and what bottles and pallets cost until they are back.
_NOT_ONE = re.compile(
    r"\brest|\babz(?:\u00fc|ue)gl|\bnach (?:abzug|anzahlung)|\bless\b|\bminus\b|\bschluss"
    r"|\bfinal\b|\bbalance\b"
    r"|\bbottle|\bcans?\b|\bcrate|\bpallet|\bcontainer|\bskonto|\babschlag auf\b"
    r"|\berhalten|\breceived"
)


def is_title(line: str) -> bool:
    """Whether a line is nothing but the name of such a demand.

    >>> is_title("1. Teilzahlung"), is_title("Anzahlung 30 %"), is_title("Anzahlung 900,00")
    (True, True, False)
    """
    folded = " ".join(line.casefold().split())
    return bool(_TITLE.fullmatch(folded) or _WEAK_TITLE.fullmatch(folded))


def asks_in_advance(invoice: NormalizedInvoice, notes: str) -> bool:
    """Whether its title says so, or each line that it asks money for."""
    is_supplied = invoice.delivery_date is not None and (
        invoice.invoice_date is None or invoice.delivery_date <= invoice.invoice_date
    )
    titles = [" ".join(each.casefold().split()) for each in notes.splitlines()]
    lines = [e.description.casefold() for e in invoice.line_items if e.line_total > 0]
    found = [_TITLE.fullmatch(each) for each in titles]
    found.append(_all(_LINE, lines))
    if not is_supplied:
        found.extend(_WEAK_TITLE.fullmatch(each) for each in titles)
        found.append(_all(_WEAK_LINE, lines))
    return any(found)


def _all(words: re.Pattern[str], lines: list[str]) -> re.Match[str] | None:
    """A match where each line has one and takes none off."""
    found = [None if _NOT_ONE.search(each) else words.search(each) for each in lines]
    return found[0] if found and all(found) else None
