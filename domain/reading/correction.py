"""Corrections of invoices whose sums have no sign: which way the money goes.

`Rechnungskorrektur` is the title of what gives back, of what asks for more and of the whole bill
anew. Words decide; where they do not, nobody knows (DE § 17 Abs. 1 UStG, § 31 Abs. 5 UStDV; AT
§ 16 Abs. 1 UStG).
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum

from domain.reading.layout import Layout, Passage
from domain.reading.self_billing import is_unsaid
from domain.reading.values import AMOUNT, amount_of

_MOST_WORDS = 8
_TITLE = re.compile(
    r"\s*(?:(?:rechnungs-?\s?(?:korrektur|berichtigung)|(?:korrektur|berichtigungs)-?\s?rechnung"
    r"|invoice\s+correction|corrective\s+invoice|facture\s+rectificative|fattura\s+rettificativa"
    r"|factura\s+rectificativa)"
    r"(?=\s*(?:$|[(:/\u2013-])|\s+(?:nr|no|nummer|number|zu[rm]?|f\u00fcr|der|des|vom|of|to|for|\S*\d))"
    r"|(?:korrektur|berichtigung)\s+(?:zu[rm]?|der|unserer)\s+rechnung\b)",
    re.IGNORECASE,
)
_OF_SUM = r"(?:\s+(?:netto|brutto|gesamt|total|summe|betrag|amount|(?:in\s+)?eur))*[\s:\u20ac]*"
_GIVEN_BACK = re.compile(
    r"\s*(?:(?:r\u00fcck|zur\u00fcck)?erstattung(?:s-?(?:betrag|summe))?|minderung(?:s-?betrag)?"
    r"|(?:rechnungs)?gutschrift(?:s-?(?:betrag|summe))?"
    r"|gut(?:ge|zu)schriebener\s+betrag|gutzuschreibender\s+betrag|r\u00fcckzahlung(?:s-?betrag)?"
    r"|refund(?:ed)?(?:\s+amount)?|(?:total\s+)?amount\s+(?:credited|refunded)|total\s+credit"
    r"|credit(?:ed)?\s+amount|montant\s+(?:rembours\u00e9|cr\u00e9dit\u00e9)|importo\s+(?:a\s+credito|accreditato))"
    rf"{_OF_SUM}",
    re.IGNORECASE,
)
_SUM = r"(?:(?:rechnungs|gesamt|differenz|korrektur|minder|end)?betrag|differenz|summe)"
_BETWEEN = r"(?:(?!nicht\b|nie\b|kein)[\w\u20ac.,]{1,30}\s+){0,6}?"
# What was paid in is credited, too: to a prepaid account, a card, a wallet.
_TO_US = (
    r"(?:(?!nicht\b|nie\b|kein|prepaid|wallet|\w{0,20}(?:guthaben|kasse|karte|kundenkonto))"
    r"[\w\u20ac.,]{1,30}\s+){0,6}?"
)
_NEXT = (
    r"mit\s+(?:ihrer|der|einer|den)\s+(?:n\u00e4chsten|folgenden|kommenden|sp\u00e4teren)"
    r"\s+\w{3,30}"
)
_BACK = re.compile(
    rf"\bschreiben\s+(?:wir\s+)?(?:ihnen|ihrem)\s+{_BETWEEN}{_SUM}\s+(?:von\s+\S{{1,20}}\s+)?{_BETWEEN}gut\b"
    rf"|\b{_SUM}\s+(?:von\s+\S{{1,20}}\s+)?schreiben\s+wir\s+{_BETWEEN}gut\b"
    rf"|\b{_SUM}\s+{_TO_US}(?:gutgeschrieben|(?:zur\u00fcck|r\u00fcck)?erstattet|zur\u00fcck(?:be)?(?:ge)?zahlt)\b"
    rf"|\b{_SUM}\s+wird\s+ihnen\s+{_BETWEEN}(?:\u00fcberwiesen|ausgezahlt|ausbezahlt)\b"
    rf"|\b{_SUM}\s+{_BETWEEN}{_NEXT}\s+(?:verrechnet|gegengerechnet)\b"
    r"|\b(?:k\u00fcrzen|reduzieren|mindern)\s+sie\s+(?:bitte\s+)?(?:ihre|die)\s+(?:zahlung|\u00fcberweisung)\b(?!\s+nicht)"
    r"|\bziehen\s+sie\s+(?:bitte\s+)?(?:den|diesen)\s+betrag\s+(?:bitte\s+)?(?:von|bei)\b"
    r"|\b(?:amount|total|sum)\s+(?:has\s+been|have\s+been|is|was|will\s+be)\s+"
    r"(?:refunded|credited|deducted|set\s+off|offset)\b(?!\s+to\s+your\b)"
    r"|\bplease\s+(?:deduct|reduce)\s+(?:this|the|your)\s+(?:amount|sum|payment)\b",
    re.IGNORECASE,
)
_TOO_MUCH = re.compile(
    r"\bzu\s?(?:viel|hoch)\s+(?:be|ver|ge)rechnet|\bover-?charged\b", re.IGNORECASE
)
_MORE = re.compile(
    r"\bnach(?:be|ver)?(?:lastung|rechnung|forderung|zahlung)(?:s-?(?:betrag|summe))?\b"
    r"|\bzu\s?(?:wenig|niedrig|gering)\s+(?:be|ver|ge)rechnet|\bunder-?charged\b"
    r"|\bzu\s+(?:be)?zahlen(?:der\s+betrag)?\b|\bzahlbetrag\b|\bzu\s+\u00fcberweisen(?:der)?\b"
    r"|\bbitte\s+(?:\u00fcberweisen|bezahlen|begleichen|zahlen)\b|\b(?:\u00fcberweisen|begleichen)\s+sie\b"
    r"|\b(?:amount|balance|total)\s+(?:due|payable)\b|\bplease\s+(?:pay|remit)\b"
    r"|\badditional\s+charge\b",
    re.IGNORECASE,
)
_ANEW = re.compile(
    r"\b(?:ersetzt|replaces|supersedes|remplace|sostituisce|sustituye|vervangt)\b", re.IGNORECASE
)


class Direction(StrEnum):
    """Where the sum of a correction goes; unsaid where its words do not tell, or tell both."""

    BACK = "back"
    MORE = "more"
    UNSAID = "unsaid"


def correction_on(layout: Layout) -> tuple[Passage, Direction] | None:
    """The title of a correction, and which way its sum goes.

    None where a page has no such title, or is the whole bill anew.

    >>> correction_on(Layout(())) is None
    True
    """
    title = _title_on(layout)
    if title is None or _ANEW.search(layout.text):
        return None
    text = layout.text
    is_back = any(given_back(layout)) or _says(_TOO_MUCH, text)
    is_more = _says(_MORE, text)
    if is_back == is_more:
        return title, Direction.UNSAID
    return title, Direction.BACK if is_back else Direction.MORE


def given_back(layout: Layout, total: Decimal | None = None) -> Iterator[str]:
    """Words by which a sum is given back: what it is called, or what becomes of it.

    With a total, names of other sums do not count: `Erstattung Porto 10,00`.

    >>> list(given_back(Layout(())))
    []
    """
    for line in layout.lines:
        label = _GIVEN_BACK.match(line.text)
        amount = None if label is None else AMOUNT.match(line.text, label.end())
        if label and amount and total in {None, abs(amount_of(amount))}:
            yield label[0].strip()
    text = layout.text
    yield from (each[0] for each in _BACK.finditer(text) if not is_unsaid(text, each))


def _title_on(layout: Layout) -> Passage | None:
    """A short cell that begins so; a line with an amount is an item of something else."""
    for line in layout.lines:
        if AMOUNT.search(line.text):
            continue
        for cell in line.cells:
            found = _TITLE.match(cell.text) if len(cell.words) <= _MOST_WORDS else None
            if found is not None:
                return cell.passage(0, found.end())
    return None


def _says(words: re.Pattern[str], text: str) -> bool:
    return any(not is_unsaid(text, each) for each in words.finditer(text))
