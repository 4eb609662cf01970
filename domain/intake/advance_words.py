"""Whether a document asks for money before it supplies anything, by its title or by its lines.

Its input tax is deducted once it is paid (AT § 12 Abs. 1 Z 1 lit. b UStG, DE § 15 Abs. 1 Satz 1
Nr. 1 Satz 3 UStG). Some words say it only where nothing was supplied yet: who pays a shop before
it sends the goods has an ordinary invoice once they are there.
"""

import re
from datetime import date

from domain.payables.normalized import NormalizedInvoice, NormalizedLine
from domain.reading.line_period import line_period

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
# A line is one by its head: the first word or the second, behind a number of the demand.
_HEAD = rf"\W{{0,3}}{_COUNT}(?:[^\W\d_][\w-]{{0,40}}[\s:]{{1,3}})?"
_LINE = re.compile(rf"{_HEAD}{_NAMES}(?!\w)")
_WEAK_LINE = re.compile(rf"(?<!\w){_WEAK_NAMES}(?!\w)")
# Words that have other meanings: a thing's name, a rent of boxes, what is paid month by month.
_LOOSE = re.compile(
    r"advance(?! payment)|(?<!security )deposit|retainer|[a\u00e0][- ]?k?c?onto(?!z)"
)
_SIGN = re.compile(
    r"\d ?%|\border\b|\bcontract|\bprepaid|\brefund|\bupfront|\bpayment|\bpayable|\bto be\b"
    r"|\bauftrag|\bbestell|\bvertrag|\blaut\b|\bangebot|\bvorab"
    r"|(?:deposit|advance|retainer) (?:for|on)\b"
    r"|onto (?:auf|f(?:\u00fc|ue)r|zu)\b"
)
_ONCE = re.compile(r"anzahlung|down[- ]?payment")
_MONTHLY = re.compile(
    r"\b(?:monthly|weekly|quarterly|monatlich\w{0,2}|betriebskosten|heizkosten|miete|strom|gas)\b"
)
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
    """Whether its title says so, or each line that it asks money for.

    A line says so by its first two words, and not where it names the period that it is for and
    that has begun, nor where the document names a supply before its own day.
    """
    issued, supplied = invoice.invoice_date, invoice.delivery_date
    is_supplied = supplied is not None and (issued is None or supplied <= issued)
    titles = [" ".join(each.casefold().split()) for each in notes.splitlines()]
    found: list[bool] = [_TITLE.fullmatch(each) is not None for each in titles]
    lines = [line for line in invoice.line_items if line.line_total > 0]
    if supplied is None or issued is None or supplied >= issued:
        found.append(bool(lines) and all(_is_demand(line, issued) for line in lines))
    if not is_supplied:
        found.extend(_WEAK_TITLE.fullmatch(each) is not None for each in titles)
        found.append(bool(lines) and all(_is_weak_demand(line) for line in lines))
    return any(found)


def _is_demand(line: NormalizedLine, issued: date | None) -> bool:
    folded = " ".join(line.description.casefold().split())
    head = None if _NOT_ONE.search(folded) else _LINE.match(folded)
    if head is None or _has_begun(line, head[0], issued):
        return False
    if is_title(folded) or not _LOOSE.search(head[0]):
        return True
    return _SIGN.search(folded) is not None and not _MONTHLY.search(folded)


def _has_begun(line: NormalizedLine, head: str, issued: date | None) -> bool:
    """Whether a line is for days that it names, and that are not to come.

    A period has begun in the month of the invoice, as that of a rent; what is asked for once,
    before a delivery in that month, is asked for until it is over.
    """
    period = line_period(line.description)
    if period is None or issued is None:
        own = line.supply_date
        return period is not None or (own is not None and issued is not None and own < issued)
    first, last = period
    if _ONCE.search(head):
        return last < issued
    return (first.year, first.month) <= (issued.year, issued.month)


def _is_weak_demand(line: NormalizedLine) -> bool:
    folded = line.description.casefold()
    return _WEAK_LINE.search(folded) is not None and not _NOT_ONE.search(folded)
