"""What makes words of a payment none: conditions, denials, the future, rules, another invoice."""

import re

from domain.reading.values import AMOUNT, DATE

_IF = (
    r"sobald|wenn|falls|sofern|soweit|sollten?|nachdem|haben\s+sie|if|once|when|unless|until"
    r"|si|indien|zodra|je\u015bli|je\u017celi|pokud|amennyiben|\u010de|dopo|apr\u00e8s|d\u00e8s|quando|qualora"
)
_SUPPOSED = re.compile(rf"(?<!\w)(?:{_IF})(?!\w)", re.IGNORECASE)
_DENIED = re.compile(
    rf"(?<!\w)(?:{_IF}|nicht|noch|kein\w*|ohne|erst|not|sie(?!\s+haben\b)|muss|must|should|shall"
    r"|(?:to|can|may|will)\s+be|no\s+payment|\u00eatre|non|niet|nie|nem|worden|innerhalb|binnen|within|doit|deve|pas"
    r"|wird|werden|w\u00fcrden?|d\u00fcrfen|k\u00f6nnen|kann|sera|seront|sar\u00e0|saranno|wordt|cannot|before|after"
    r"|\u00e0\s+(?:r\u00e9gler|payer)|da\s+pagare|te\s+betalen)(?!\w)"
    r"|(?<!\w)(?:bei|nach|vor|bis)\s+(?:\w+\s+)?(?:zahlung|\u00fcberweisung|betrag)",
    re.IGNORECASE,
)
# Of invoices in general: what holds for them says nothing of this one.
_GENERAL = re.compile(
    r"(?<!\w)(?:an?|any|each|every|all|alle[nr]?|jede[rs]?|eine[rn]?|toute?s?|ogni|elke)\s+(?:\w+\s+)?"
    r"(?:rechnung(?:en)?|bestellung(?:en)?|zahlung(?:en)?|invoices?|bills?|orders?|payments?|factures?|fattur[ae]|facturen)(?!\w)"
    r"|(?<!\w)(?:invoices|bills|orders|purchases|fees|accounts|customers|rechnungen|bestellungen|auftr\u00e4ge|kunden"
    r"|factures|fatture|facturen|amounts|betr\u00e4ge)(?!\w)",
    re.IGNORECASE,
)
_DO_NOT_PAY = re.compile(
    r"(?:nicht\s+(?:mehr\s+|nochmals\s+|erneut\s+)?(?:\u00fcberweisen|(?:be|ein)?zahlen)"
    r"|keine\s+(?:\w+\s+)?(?:\u00fcberweisung|zahlung|einzahlung)|do\s+not\s+(?:pay|transfer|remit)"
    r"|ne\s+pas\s+payer|non\s+pagare)(?:\s+\w+){0,2}\s*[,:;\u2013\-]",
    re.IGNORECASE,
)
_OVERTAKEN = re.compile(
    r"gegenstandslos|hinf\u00e4llig|ignorier|disregard|ignore|\u00fcberschn|\bhaben\s*,"
    r"|^[^.!?\n]{0,60}\b(?:innerhalb|binnen|within)\b|^[^.!\n]{0,90}\?"
    r"|^\s*,\s*(?:sobald|wenn|falls|sofern)\b|^\s+(?:once|when|if)\b|\bd\u00e8s\s+r\u00e9ception"
    r"|^\s+(?:late\b|later\b|(?:after|before|by|until)\b)"
    r"|^[ \t]*(?:[/|\u2610\u25a1]|oder\b|or\b)[^\w\n]{0,3}(?:offen|open|unbezahlt|unpaid|nicht)\b"
    r"|^[ \t:]*(?:_|\.{3}|\u2026)",
    re.IGNORECASE,
)
# A verb at the end makes a clause that only tells when or what; unless that is confirmed.
_VERB_LAST = re.compile(
    r"\s+(?:wird|werden|ist|sind|wurden?|hat|haben|sei|w\u00e4re|w\u00fcrden?|will\s+be|to\s+be)\b",
    re.IGNORECASE,
)
_FUTURE = re.compile(r"\s+(?:wird|werden|w\u00fcrden?|w\u00e4re)\b", re.IGNORECASE)
_CONFIRMED = re.compile(
    r"best\u00e4tig|quittier|mitteilen|freuen|confirm|(?<!\w)(?:da|weil|because|since)(?!\w)",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"^\s*(?-i:Ist|Sind|Wurden?)\s", re.IGNORECASE)
_EMPTY_BOX = r"(?:[\u2610\u25a1\u274f\u2751\u25fb\u25a2\u25cb\u2b1c]|\[\s?\]|\(\s?\))[^\w\n]{0,3}"
_BOX = re.compile(rf"{_EMPTY_BOX}$|{_EMPTY_BOX}\w{{1,20}}[^\w\n]*$")
_EARLIER = (
    r"(?:vorige|vorherige|vorangegangene|letzte|fr\u00fchere|\u00e4ltere|alte|vergangene|previous|prior|last|earlier"
    r"|pr\u00e9c\u00e9dente|derni\u00e8re|precedente|scorsa|ultima|vorig)\w{0,2}"
)
_OF_EARLIER = re.compile(
    rf"(?<!\w){_EARLIER}\s+(?:\w+\s+)?(?:rechnung|zahlung|abrechnung|invoice|bill|payment|facture|paiement|fattura|factuur"
    r"|monat|betaling)|(?:facture|fattura)\s+pr[\u00e9e]c[\u00e9e]dente|(?<!\w)vor(?:rechnung|monat|periode|jahr)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:rechnung(?:en)?|invoices?|factures?|fattur[ae]|faktura|factuur|beleg)"
    r"(?:s?-?\s?(?:nummer|nr\b|no\b|n\u00b0|number|#))?[ \t.:#]{1,4}"
    r"(?:(?:nr|no|n\u00b0)\b[. ]{0,2})?"
    r"(?=[A-Za-z0-9./_\-]{0,20}\d)(?P<number>[A-Za-z0-9][\w./\-]{0,30})",
    re.IGNORECASE,
)
_LIMITED = re.compile(
    rf"(?<!\w)(?:{_IF}|test\w*|trial|probe\w*|danach|anschlie\u00dfend|derzeit|momentan|vorerst|zun\u00e4chst|aktuell|heute"
    r"|today|now|currently|yet|at\s+this\s+time|bis|before|bevor|vor|im\s+voraus|in\s+advance|solange|w\u00e4hrend|during"
    r"|after\w*|then|for\s+the\s+first|auf|an)(?!\w)",
    re.IGNORECASE,
)
_FOR_NOW = re.compile(
    r"(?<!\w)(?:test\w*|trial|probe\w*|danach|anschlie\u00dfend|derzeit|momentan|vorerst|zun\u00e4chst|aktuell|heute|today"
    r"|now|currently|yet|at\s+this\s+time|w\u00e4hrend|during|until|bis)(?!\w)",
    re.IGNORECASE,
)
_WAYS = (
    r"(?:bar|karte\w*|kredit\w*|\u00fcberweis\w*|rechnung|lastschrift|paypal|bank\w*|cash|card|credit"
    r"|transfer|invoice|wire)"
)
# A way to pay that one may choose, may not, or is charged for.
_OFFERED = re.compile(
    r"(?<!\w)(?:nicht(?!\s+(?:vor|fr\u00fcher|eher)\b)|nichts|kein\w*|not|no(?!\.)|m\u00f6glich\w*|akzeptier\w*|k\u00f6nnen|kann"
    r"|k\u00f6nnten|darf|d\u00fcrfen|nur\s+(?:wenn|bei)|unzul\u00e4ssig|ausgeschlossen|wahlweise|gerne?|accept\w*|may|can|cannot|available"
    r"|gern|zuschlag|aufschlag|surcharge|incurs?|wenn|falls|sofern|if|unless|bei\s+(?:\w+\s+)?\w*zahlung)(?!\w)"
    rf"|(?<!\w){_WAYS}\s*(?:/|\boder\b|\bor\b|\bou\b)\s*(?:per\s+|mit\s+|by\s+|in\s+)?{_WAYS}(?!\w)"
    r"|\bbei\s(?:\w+\s){0,2}?(?:sepa-?\s?)?(?:basis-?|firmen-?)?(?:lastschrift|bankeinzug|einzug|abbuchung)"
    r"[^.%]{0,60}\d\s?%|%[^.%]{0,60}\bbei\s(?:\w+\s){0,2}?(?:sepa-?\s?)?(?:lastschrift|bankeinzug|einzug|abbuchung)"
    r"|\b(?:set\s?off|aufrechn\w*)\b[^.]{0,40}\b(?:only|nur)\b|(?<!\w)(?:nur|only)(?!\w)[^.]{0,40}\b(?:verrechn|aufgerechn|gegenverrechn)",
    re.IGNORECASE,
)
_CLAUSE_BEGINS = re.compile(r"[!?;](?=\s)|(?<!\d)\.(?=\s)|(?<=\d{4})\.(?=\s)|,\s|\n")
_CLAUSE_ENDS = re.compile(r"[!?;](?=\s|$)|(?<!\d)\.(?=\s|$)|(?<=\d{4})\.(?=\s|$)|,\s|\n")
_BEGINS = re.compile(
    r"[!?;](?=\s)|(?<!\d)(?<!\bnr)(?<!\bno)(?<!zgl)(?<!\binkl)(?<!\bre)(?<!\binv)\.(?=\s)"
    r"|(?<=\d{4})\.(?=\s)|(?<=,\d\d)\.(?=\s)",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[!?;](?=\s|$)|(?<!\d)\.(?=\s|$)|(?<=\d{4})\.(?=\s|$)|(?<=,\d\d)\.(?=\s|$)|\n")
_LONG_LINE, _BEFORE, _AFTER = 40, 100, 90


def is_denied(text: str, place: tuple[int, int], own: str | None) -> bool:
    """Whether the sentence takes back what its words at a place say of a payment."""
    start, end = place
    before = _DO_NOT_PAY.sub(" ", sentence_before(text, start))
    said, after = text[start:end], text[end : end + _AFTER]
    whole = before + said
    is_confirmed = _CONFIRMED.search(whole) is not None
    if _DENIED.search(whole) and not (is_confirmed and _SUPPOSED.search(whole) is None):
        return True
    if _VERB_LAST.match(after) and (not is_confirmed or _FUTURE.match(after)):
        return True
    if _QUESTION.match(whole) and "," in sentence_after(text, end):
        return True
    if _OVERTAKEN.search(after) or _GENERAL.search(whole) or _is_unticked(before, said):
        return True
    return is_of_another(whole + sentence_after(text, end), own)


def _is_unticked(before: str, said: str) -> bool:
    """Whether an empty box stands before the words, or before the last of them."""
    return bool(_BOX.search(before) or _BOX.search(before + said))


def without_numbers(text: str) -> str:
    """The text with no number of an invoice in it."""
    return _NUMBERED.sub(" ", text)


def is_limited(text: str, place: tuple[int, int], *, only_for_now: bool = False) -> bool:
    """Whether a sentence holds on conditions or for a time; `only_for_now` asks for the latter."""
    start, end = place
    sentence = sentence_before(text, start) + " " + sentence_after(text, end)
    return (_FOR_NOW if only_for_now else _LIMITED).search(sentence) is not None


def is_offered(text: str, place: tuple[int, int]) -> bool:
    """Whether a clause says of the way to pay at a place that it is a choice, or none.

    >>> text = "Zahlung mit Karte nicht m\u00f6glich"
    >>> is_offered(text, (0, 17)), is_offered("Bezahlt mit Karte", (0, 17))
    (True, False)
    """
    clause = clause_around(text, place)
    return bool(_OFFERED.search(clause) or _GENERAL.search(clause))


def clause_around(text: str, place: tuple[int, int]) -> str:
    """The clause that a place is in."""
    start, end = place
    before = _CLAUSE_BEGINS.split(text[max(start - _BEFORE, 0) : start])[-1]
    return before + text[start:end] + _CLAUSE_ENDS.split(text[end : end + _AFTER], maxsplit=1)[0]


def is_of_another(sentence: str, own: str | None) -> bool:
    """Whether a sentence is about an earlier invoice, or one with another number.

    >>> is_of_another("Ihre Rechnung 4700 wurde bezahlt", "4711")
    True
    """
    if _OF_EARLIER.search(sentence):
        return True
    named = (
        match["number"]
        for match in _NUMBERED.finditer(sentence)
        if not DATE.match(sentence, match.start("number"))
        and not AMOUNT.match(sentence, match.start("number"))
    )
    return any(_bare(number) != _bare(own or "") for number in named)


def _bare(number: str) -> str:
    return re.sub(r"[\W_]", "", number).casefold()


def sentence_before(text: str, start: int) -> str:
    """What stands before in the same sentence; a short line above is no part, but a label is."""
    before = text[max(start - _BEFORE, 0) : start]
    ends = [match.end() for match in _BEGINS.finditer(before)]
    before = before[ends[-1] :] if ends else before
    lines = before.split("\n")
    if len(lines) > 1 and len(lines[-2]) < _LONG_LINE and not lines[-2].rstrip().endswith(":"):
        lines = lines[-1:]
    return " ".join(lines)


def sentence_after(text: str, end: int) -> str:
    """What stands behind in the same sentence on its line."""
    return _ENDS.split(text[end : end + _AFTER], maxsplit=1)[0]
