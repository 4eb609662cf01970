"""What a page calls itself in a line of its own: an invoice, or a credit note."""

import re

from domain.reading.layout import Page
from domain.reading.values import AMOUNT

_TITLE = re.compile(
    r"(?:(?P<credit>(?:rechnungs)?gutschrift|rechnungskorrektur|korrekturrechnung|storno(?:rechnung)?"
    r"|credit\s+(?:note|memo))|(?P<invoice>(?:schluss|teil|sammel)?rechnung|(?:tax\s+)?invoice|faktura))"
    r"(?:\s+(?:nr|no|nummer|number)?\.?:?\s*(?=[\w/.-]*\d)[\w/.-]{1,40})?"
    r"(?:\s+(?:zur?|for|to)\s+(?:ihrer\s+|unserer\s+)?(?:rechnung|invoice)\b.{0,60})?",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\W{0,3}(?:gesamt|summe|rechnungs|gutschrift|brutto|netto|end|zahl|auszahlung|erstattung|total|amount|grand"
    r"|zu\s+zahlen)",
    re.IGNORECASE,
)


def titles_of(page: Page) -> set[str]:
    """What a page with totals of its own calls itself: `invoice`, `credit`, both or nothing."""
    told = [" ".join(line.text.split()) for line in page.lines]
    if not has_total(told):
        return set()
    found = (_TITLE.fullmatch(text) for text in told)
    return {"credit" if each["credit"] else "invoice" for each in found if each is not None}


def has_total(lines: list[str]) -> bool:
    """Whether a line that speaks of a total ends in money.

    >>> has_total(["Rechnungsbetrag EUR 600,00"]), has_total(["Summe der Einheiten"])
    (True, False)
    """
    return any(_TOTAL.match(text) and _ends_in_money(text) for text in lines)


def _ends_in_money(text: str) -> bool:
    found = list(AMOUNT.finditer(text))
    return bool(found) and not text[found[-1].end() :].strip(" .\u20ac*EUR")
