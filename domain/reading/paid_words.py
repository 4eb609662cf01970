"""What words say has been paid: money that came, never money that is asked for or hoped for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.reading.values import AMOUNT, DATE, amount_of, date_of

_GAP = r"(?:[^.;!?,\n]|\.(?=\d|\s\w{3,9}\.?\s\d{4})){0,60}?"  # of one clause, days in it or not
_SOME = r"(?:\w+\s+){0,3}"
_DONE = (
    r"(?:bezahlt|gezahlt|beglichen|paid|settled|pay\u00e9e?|r\u00e9gl\u00e9e?|acquitt\u00e9e?|pagat[oa]|saldat[oa]|betaald"
    r"|voldaan|pagad[oa]|abonad[oa]|zap\u0142acon[oaey]|op\u0142acon[oaey]|zaplacen[oaey]|uhrazen[oaey]|kifizetve"
    r"|kiegyenl\u00edtve|fizetve|pla\u010dan[oa]?|poravnan[oa]?)"
)
_CAME = r"(?:erhalten|eingegangen|eingelangt|vereinnahmt|gutgeschrieben)"
_THANKS = (
    r"dank\w*\s+(?:uns\s+)?f\u00fcr\s+(?:ihre|die|deine|eure)\s+"
    rf"{_SOME}(?:zahlung|\u00fcberweisung)"
)
_STATUS = r"(?:stat(?:us|ut|o)|stav|estado|stanje|\u00e1llapota?)\b[^:\n]{0,20}(?::|\s)\W{0,3}"
_RECEIVED = re.compile(
    "|".join(
        (
            rf"(?:betrag|zahlung|summe|\u00fcberweisung)\b{_GAP}\b{_CAME}\b(?!\s+(?:sie|wir)\b)",
            rf"dankend\s+{_SOME}erhalten",
            rf"(?:bereits|schon)\s+{_SOME}(?:bezahlt|gezahlt|beglichen)\b",
            r"(?:wurden?|ist|sind)\s+(?:\w+\s+){0,5}(?:bezahlt|beglichen)\b",
            r"(?<!\w)(?:bezahlt|gezahlt|beglichen)\s+(?:am|mit|per|\u00fcber|via|durch|in\s+bar)\b",
            rf"{_THANKS}\s+(?:per|mit|via|\u00fcber|vom|am|von|in\s+h\u00f6he)\b",
            rf"{_STATUS}(?:voll(?:st\u00e4ndig)?\s+|fully\s+)?{_DONE}\b",
            rf"^\W*{_DONE}\W*$",
            rf"payment\s+{_SOME}received|received\s+with\s+thanks|paid\s+in\s+full",
            r"already\s+(?:been\s+)?paid|has\s+been\s+(?:fully\s+|already\s+)?paid",
            r"(?<!be\s)(?<!\w)paid\s+(?:on|via|with|using)\b",
            r"(?<!be\s)(?<!\w)paid\s+by\s+(?:your\s+)?(?:card|credit|debit|visa|master|cash|paypal)",
            rf"thank\s+you\s+for\s+(?:your|the)\s+{_SOME}payment\s+(?:of|on|by|via|dated)\b",
            r"(?:pay\u00e9e?|r\u00e9gl\u00e9e?|acquitt\u00e9e?)\s+(?:le|par|via|en\s+ligne)\b|facture\s+(?:acquitt|pay|r\u00e9gl)\u00e9e",
            rf"d\u00e9j\u00e0\s+(?:pay|r\u00e9gl|acquitt)\u00e9e?\b|paiement\s+{_SOME}re\u00e7u\b",
            r"(?:pagat|saldat)[oa]\s+(?:il|con|tramite|in\s+contanti)\b|gi\u00e0\s+(?:pagat|saldat|versat)[oa]",
            rf"fattura\s+(?:quietanzata|saldata|pagata)|pagamento\s+{_SOME}ricevuto",
            rf"(?:betaald|voldaan)\s+(?:op|met|via)\b|reeds\s+(?:betaald|voldaan)|betaling\s+{_SOME}ontvangen",
            r"met\s+dank\s+ontvangen|pagad[oa]\s+(?:el|con|mediante)\b|ya\s+(?:est\u00e1\s+)?(?:pagad|abonad)[oa]",
            rf"pago\s+{_SOME}recibido|factura\s+pagada",
            r"(?:zap\u0142acon|op\u0142acon)[oaey]\s+(?:w\s+dniu|dnia|kart\u0105|got\u00f3wk\u0105|przelewem|online)",
            rf"ju\u017c\s+(?:zap\u0142ac|op\u0142ac)on\w|p\u0142atno\u015b\u0107\s+{_SOME}otrzyman\w",
            r"(?:zaplacen|uhrazen)[oaey]\s+(?:dne|kartou|p\u0159evodem|hotov\u011b|v\s+hotovosti|online)",
            rf"ji\u017e\s+(?:zaplac|uhraz)en\w|platba\s+{_SOME}p\u0159ijata",
            rf"m\u00e1r\s+(?:kifizet|kiegyenl\u00edt|fizet)\w+|befizet\u00e9s\s+{_SOME}be\u00e9rkezett",
            r"(?:pla\u010dan|poravnan)[oa]?\s+(?:dne|s\s+kartico|z\s+gotovino|preko?)\b",
            rf"\u017ee\s+(?:pla\u010dan|poravnan)\w?|pla\u010dilo\s+{_SOME}prejeto",
        )
    ),
    re.IGNORECASE | re.MULTILINE,
)
_NOTHING_LEFT = re.compile(
    r"no\s+(?:further\s+)?payment\s+(?:is\s+)?(?:required|due|necessary)"
    r"|keine\s+(?:weitere\s+)?(?:zahlung|\u00fcberweisung)\s+(?:mehr\s+)?(?:erforderlich|notwendig|n\u00f6tig)"
    r"|fizet\u00e9st\s+nem\s+ig\u00e9nyel|aucun\s+paiement\s+(?:n['\u2019]est\s+)?requis",
    re.IGNORECASE,
)
_IF = (
    r"sobald|wenn|falls|sofern|soweit|sollten?|nachdem|haben\s+sie|if|once|when|unless|until"
    r"|si|indien|zodra|je\u015bli|je\u017celi|pokud|amennyiben|\u010de|dopo|apr\u00e8s"
)
_SUPPOSED = re.compile(rf"(?<!\w)(?:{_IF})(?!\w)", re.IGNORECASE)
_DENIED = re.compile(
    rf"(?<!\w)(?:{_IF}|nicht|noch|kein\w*|ohne|erst|not|sie|muss|must|should|shall|(?:to|can|may|will)\s+be"
    r"|no\s+payment|\u00eatre|non|niet|nie|nem|worden|innerhalb|binnen|within|doit|deve|pas)(?!\w)"
    r"|(?<!\w)(?:bei|nach|vor|bis)\s+(?:\w+\s+)?(?:zahlung|\u00fcberweisung|betrag)",
    re.IGNORECASE,
)
_OVERTAKEN = re.compile(
    r"gegenstandslos|hinf\u00e4llig|ignorier|disregard|ignore|\u00fcberschn|\bhaben\s*,"
    r"|^[^.!?\n]{0,60}\b(?:innerhalb|binnen|within)\b",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"[.!?;](?=\s)")
_LONG_LINE, _BEFORE, _AFTER = 40, 100, 90


@dataclass(frozen=True, slots=True)
class Receipt:
    """Words that money came: the days that they name and the amount on their line, if any."""

    days: frozenset[date]
    amount: Decimal | None


def receipts_in(text: str) -> Iterator[Receipt]:
    """Every statement that money came; neither one that supposes it nor one of no money.

    >>> [str(found.amount) for found in receipts_in("bereits bezahlt -380,00 EUR")]
    ['380.00']
    >>> list(receipts_in("Falls Sie bereits bezahlt haben, ist dies gegenstandslos."))
    []
    """
    for match in _RECEIVED.finditer(text):
        before = _sentence_before(text, match.start())
        after = text[match.end() : match.end() + _AFTER]
        if _DENIED.search(before + match[0]) or _OVERTAKEN.search(after):
            continue
        found = _receipt(text, match)
        if found.amount != 0:
            yield found


def needs_no_payment(text: str) -> bool:
    """Whether words say outright that nothing is to be paid.

    >>> needs_no_payment("Es ist keine Zahlung mehr erforderlich.")
    True
    """
    return any(
        not _SUPPOSED.search(_sentence_before(text, match.start()))
        for match in _NOTHING_LEFT.finditer(text)
    )


def received_days(text: str) -> frozenset[date]:
    """The days on which money came: never days on which something is due.

    >>> received_days("Vorkasse - Zahlung am 15.11.2026 eingegangen.")
    frozenset({datetime.date(2026, 11, 15)})
    """
    return frozenset(day for found in receipts_in(text) for day in found.days)


def _sentence_before(text: str, start: int) -> str:
    """What stands before in the same sentence; a short line above is no part of it."""
    before = text[max(start - _BEFORE, 0) : start]
    ends = [match.end() for match in _BEGINS.finditer(before)]
    before = before[ends[-1] :] if ends else before
    lines = before.split("\n")
    while len(lines) > 1 and len(lines[-2]) < _LONG_LINE:
        lines = lines[-1:]
    return " ".join(lines)


def _receipt(text: str, match: re.Match[str]) -> Receipt:
    """Days of the clause and of its line; the amount behind it, else the one before it."""
    first, last = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
    last = last if last >= 0 else len(text)
    said = match[0] + _BEGINS.split(text[match.end() : last])[0]
    days = (date_of(found) for found in DATE.finditer(said))
    line = DATE.sub(lambda found: " " * len(found[0]), text[first:last])
    behind = AMOUNT.search(line, match.start() - first)
    before = [each for each in AMOUNT.finditer(line[: match.start() - first]) if amount_of(each)]
    amount = behind or (before[-1] if before else None)
    return Receipt(
        frozenset(day for day in days if day), abs(amount_of(amount)) if amount else None
    )
