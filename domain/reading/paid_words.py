"""What words say has been paid: money that came, never money that is asked for or hoped for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.reading.paid_denials import (
    is_denied,
    is_limited,
    is_of_another,
    sentence_after,
    sentence_before,
)
from domain.reading.values import AMOUNT, DATE, amount_of, date_of

# Of one clause, days and amounts in it or not; what is due is no part of it.
_GAP = (
    r"(?:(?!\b(?:zahlbar|f\u00e4llig|bis|due|rest)\b)"
    r"(?:[^.;!?,()\n]|\.(?=\d|\s\w{3,9}\.?\s\d{4})|,(?=\d))){0,60}?"
)
_BY_WHOM = r"(?<!ihnen )(?<!wir )\b(?:bereits|schon)\b"  # not by the vendor
_SOME = r"(?:\w+\s+){0,3}"
_DONE = (
    r"(?:bezahlt|gezahlt|beglichen|paid|settled|pay\u00e9e?|r\u00e9gl\u00e9e?|acquitt\u00e9e?|pagat[oa]|saldat[oa]|betaald"
    r"|voldaan|pagad[oa]|abonad[oa]|zap\u0142acon[oaey]|op\u0142acon[oaey]|zaplacen[oaey]|uhrazen[oaey]|kifizetve"
    r"|kiegyenl\u00edtve|fizetve|pla\u010dan[oa]?|poravnan[oa]?)"
)
_CAME = r"(?:erhalten|eingegangen|eingelangt|vereinnahmt|gutgeschrieben)"
_STATUS = r"(?:stat(?:us|ut|o)|stav|estado|stanje|\u00e1llapota?)\b[^:\n]{0,20}(?::|\s)\W{0,3}"
_RECEIVED = re.compile(
    "|".join(
        (
            rf"(?:betrag|zahlung|summe|\u00fcberweisung)\b{_GAP}\b{_CAME}\b(?!\s+(?:sie|wir)\b)",
            rf"sie\s+haben\b{_GAP}\b(?:bezahlt|beglichen|\u00fcberwiesen)\b",
            rf"(?:betrag|rechnung)\b{_GAP}\b(?:bezahlt|beglichen)(?=\s+(?:wurden?|ist|sind)\b)",
            rf"dankend\s+{_SOME}erhalten",
            rf"\b(?:bereits|schon)\b{_GAP}\b(?:bezahlt|gezahlt|beglichen)\b",
            rf"\bvon\s+ihnen\b{_GAP}\b(?:\u00fcberwiesen|entrichtet)\b",
            _BY_WHOM + rf"(?!{_GAP}\b(?:ihnen|wir)\b){_GAP}\b(?:\u00fcberwiesen|entrichtet)\b",
            r"(?:\u00fcberweisung|zahlung)[ \t:(\u2013-]{1,4}erledigt\b",
            r"^[^\w\n]*zahlung\s+erfolgt[^\w\n]*$|(?<!\w)zahlung\s+erfolgte\s+am\b",
            rf"\b(?:wurden?|ist|sind)\b{_GAP}\b(?:bezahlt|beglichen)\b",
            r"(?<!\w)(?:bezahlt|gezahlt|beglichen)\s+(?:am|mit|per|\u00fcber|via|durch|in\s+bar)\b",
            rf"{_STATUS}(?:voll(?:st\u00e4ndig)?\s+|fully\s+)?{_DONE}\b",
            rf"^[^\w\n]*{_DONE}(?:[^\w\n]{{1,3}}(?:ja|yes|oui))?[^\w\n]*$",
            rf"payment\s+(?:of\b{_GAP}\b|{_SOME})received|received\s+with\s+thanks|paid\s+in\s+full",
            r"already\s+(?:been\s+)?paid|has\s+been\s+(?:fully\s+|already\s+)?paid",
            r"(?<!be\s)(?<!\w)paid\s+(?:on|via|with|using)\b",
            r"(?<!be\s)(?<!\w)paid\s+by\s+(?:your\s+)?(?:card|credit|debit|visa|master|cash|paypal)",
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
# `Bezahlt: 11.11.2026`, `Paid EUR 96.00`: a day or an amount right behind, and nothing else.
_DONE_THEN = re.compile(
    rf"^[^\w\n]*(?:(?:rechnung|betrag|invoice|facture|fattura)\s+)?(?:{_DONE}|bez\.|(?:zahlungs|geld)eingang)"
    r"(?:[ \t]{1,3}(?:am|on|le|il|op|el|dne|dnia))?[ \t]{0,3}[:\u2013-]?[ \t]{0,3}"
    r"(?=\d|eur|\u20ac)",
    re.IGNORECASE | re.MULTILINE,
)
_NOTHING_LEFT = re.compile(
    r"no\s+(?:further\s+)?payment\s+(?:is\s+)?(?:required|due|necessary|needed)"
    r"|keine\s+(?:weitere\s+)?(?:zahlung|\u00fcberweisung)\s+(?:mehr\s+)?(?:erforderlich|notwendig|n\u00f6tig)"
    r"|bitte\s+nicht\s+(?:mehr\s+|nochmals\s+|erneut\s+)?(?:\u00fcberweisen|(?:be|ein)?zahlen)\b"
    r"|fizet\u00e9st\s+nem\s+ig\u00e9nyel|aucun\s+paiement\s+(?:n['\u2019]est\s+)?requis"
    r"|nessun\s+pagamento\s+(?:\u00e8\s+)?(?:richiesto|dovuto|necessario)",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:dank\w*\s+(?:uns\s+)?f\u00fcr\s+(?:ihre|die|deine|eure)\s+(?P<before>(?:\w+\s+){0,3}?)(?:zahlung|\u00fcberweisung)"
    r"|thank\s+you\s+for\s+(?:your|the)\s+(?P<kind>(?:\w+\s+){0,3}?)payment"
    r"|merci\s+(?:de|pour)\s+votre\s+(?:paiement|r\u00e8glement)"
    r"|grazie\s+(?:per|del)\s+(?:il\s+)?(?:suo|vostro|tuo)?\s?pagamento)\b",
    re.IGNORECASE,
)
# Who is thanked beforehand is asked to pay.
_BEFOREHAND = re.compile(
    r"\b(?:bis|sp\u00e4testens|innerhalb|binnen|within|until|before|avant|entro|rechtzeitig\w*|p\u00fcnktlich\w*"
    r"|fristgerecht\w*|termingerecht\w*|umgehend\w*|baldig\w*|prompt|timely|auf\s+(?:unser|mein|das|eines)\w*"
    r"|(?:in)?to\s+(?:our|the)|sur\s+notre|unter\s+angabe)\b",
    re.IGNORECASE,
)
# Such a payment is over when the invoice is written; a transfer need not be.
_AT_ONCE = re.compile(
    r"\b(?:per|mit|via|\u00fcber|by|with|through|using|par|con|tramite)\s+(?:(?:ihrer|your|sepa)\s+)?"
    r"(?:paypal|klarna|amazon|stripe|mollie|wero|apple|google|kredit|ec\b|debit|bankomat|karte|card|credit"
    r"|visa|master|amex|eps\b|sofort|giropay|twint|vorkasse|vorauskasse|cash\b|bar\b|carte|carta)",
    re.IGNORECASE,
)
# `Bezahlt am` is a statement with its day only, `bezahlt per` with its way: forms have neither.
_WANTS_DAY = re.compile(
    r"(?:\b(?:am|on|le|il|op|el|dne|dnia|dniu))$",
    re.IGNORECASE,
)
_WANTS_WAY = re.compile(
    r"\b(?:mit|per|\u00fcber|via|durch|with|using|par|con|tramite|met|mediante|s|z|preko?)$",
    re.IGNORECASE,
)
_DAY_FOLLOWS = re.compile(r"[ :\t]{0,4}\n?[ \t]{0,4}(?:\w{2,10}\.?,?[ ])?(?=\d)")
_WAY_FOLLOWS = re.compile(r"[ :\t]{0,4}\n?[ \t]{0,4}[^\W_]")
_ALONE = re.compile(
    r"[^\w\n\d(-]{0,4}(?:(?:eur|\u20ac)\s?)?[-\u2013\u2212]?\s?\d[\d.,'\u2019\u00a0\u202f]{0,15}\s?(?:eur|\u20ac)?\s{0,9}",
    re.IGNORECASE,
)
# What comes behind such a word is still to come.
_TO_COME = re.compile(
    r"\b(?:rest\w*|f\u00e4llig\w*|zahlbar|offen\w*|bis|due|payable|balance|remain\w*|until|by|sp\u00e4testens|noch"
    r"|lieferung|delivery|zahlungs(?:ziel|frist|bedingung\w*)|payment\s+terms|skonto|net(?:to)?|solde|reste|saldo|scad\w*|entro|\u00e9ch\w*)\b",
    re.IGNORECASE,
)
# The status of an order is none of its payment.
_OPEN = re.compile(
    r"(?:^|[^\w\n]|(?<=zahlungs)|(?<=zahl)|(?<=rechnungs))(?:payment\s+|invoice\s+)?"
    r"(?:status|statut|stato|estado)(?:[ \t]+\w{1,12}){0,2}[ \t]*(?::|\s)[^\w\n]{0,4}\n?[ \t]{0,4}"
    r"(?:offen|open\b|unbezahlt|unpaid|pending|ausst\u00e4ndig|ausstehend|outstanding|overdue|\u00fcberf\u00e4llig|f\u00e4llig"
    r"|due\b|nicht\b|not\b|teil\w*|partial\w*|impay\u00e9e?|\u00e0\s+payer|da\s+pagare|non\s+pagat|niet\b|openstaand)"
    r"|^[^\w\n]*(?:un|nicht[ \t]+)bezahlt[^\w\n]*$|^[^\w\n]*(?:un|not[ \t]+)paid[^\w\n]*$",
    re.IGNORECASE | re.MULTILINE,
)

_REACH = 200  # characters of a line


@dataclass(frozen=True, slots=True)
class Receipt:
    """Words that money came: the days that they name and the amount on their line, if any.

    `start` and `end` are the place of the words, with what belongs to them.
    """

    days: frozenset[date]
    amount: Decimal | None
    start: int = 0
    end: int = 0


def receipts_in(text: str, own: str | None = None) -> Iterator[Receipt]:
    """Every statement that money came; neither one that supposes it nor one of no money.

    Nor one of an invoice that has not the number `own`.

    >>> [str(found.amount) for found in receipts_in("bereits bezahlt -380,00 EUR")]
    ['380.00']
    >>> list(receipts_in("Falls Sie bereits bezahlt haben, ist dies gegenstandslos."))
    []
    """
    for match in (*_RECEIVED.finditer(text), *_DONE_THEN.finditer(text)):
        if _is_filled(text, match) and not is_denied(text, match.span(), own):
            found = _receipt(text, match.span())
            if found.amount != 0:
                yield found
    for match in _THANKS.finditer(text):
        if _is_thanked_for(text, match, own):
            yield _receipt(text, match.span())


def needs_no_payment(text: str) -> bool:
    """Whether words say outright that nothing is to be paid, now or later.

    >>> needs_no_payment("Es ist keine Zahlung mehr erforderlich.")
    True
    >>> needs_no_payment("Keine Zahlung erforderlich: die Testphase endet am 31.12.2026.")
    False
    """
    return any(not is_limited(text, match.span()) for match in _NOTHING_LEFT.finditer(text))


def is_open(text: str) -> bool:
    """Whether a status says that the invoice is not paid.

    >>> is_open("Zahlungsstatus: offen"), is_open("Bestellstatus: offen")
    (True, False)
    """
    return _OPEN.search(text) is not None


def is_thanked(text: str, own: str | None = None) -> bool:
    """Whether somebody is thanked for a payment, and not clearly beforehand.

    >>> is_thanked("Danke f\u00fcr Ihre Zahlung per \u00dcberweisung"), is_thanked("Danke")
    (True, False)
    """
    return any(_is_thanks(text, match, own) for match in _THANKS.finditer(text))


def needs_none_for_now(text: str) -> bool:
    """Whether words say that nothing is to be paid for a time."""
    return any(
        is_limited(text, match.span(), only_for_now=True) for match in _NOTHING_LEFT.finditer(text)
    )


def received_days(text: str, own: str | None = None) -> frozenset[date]:
    """The days on which money came: never days on which something is due.

    >>> received_days("Vorkasse - Zahlung am 15.11.2026 eingegangen.")
    frozenset({datetime.date(2026, 11, 15)})
    """
    return frozenset(day for found in receipts_in(text, own) for day in found.days)


def _is_filled(text: str, match: re.Match[str]) -> bool:
    """Whether the day or the way that the words announce is there, and not left blank."""
    said = match[0]
    if match.re is _DONE_THEN:
        rest = text[match.end() :].split("\n", 1)[0]
        return bool(DATE.match(text, match.end()) or _ALONE.fullmatch(rest))
    if _WANTS_DAY.search(said):
        return _day_behind(text, match.end()) is not None
    if _WANTS_WAY.search(said):
        return _WAY_FOLLOWS.match(text, match.end()) is not None
    if said.rstrip().endswith(":"):
        return _below(text, match.end()) is not None
    return re.search(r"\.{3}|\u2026", said) is None


def _day_behind(text: str, end: int) -> re.Match[str] | None:
    """The day that follows, on the line or at the beginning of the next one."""
    follows = _DAY_FOLLOWS.match(text, end)
    return DATE.match(text, follows.end()) if follows else None


def _is_thanks(text: str, match: re.Match[str], own: str | None) -> bool:
    """Whether somebody is thanked for a payment of this invoice, and not beforehand."""
    said, after = match[0], sentence_after(text, match.end())
    if _BEFOREHAND.search(said) or _BEFOREHAND.search(after) or is_of_another(said + after, own):
        return False
    return not is_denied(text, match.span(), own)


def _is_thanked_for(text: str, match: re.Match[str], own: str | None) -> bool:
    """Whether the thanks name a day, an amount or a way that makes the payment certain."""
    after = sentence_after(text, match.end())
    if not _is_thanks(text, match, own):
        return False
    is_day = re.search(r"\bby\b", after, re.IGNORECASE) is None and DATE.search(after)
    return bool(_AT_ONCE.search(after) or is_day or AMOUNT.search(after))


def _below(text: str, end: int) -> re.Match[str] | None:
    """A value that stands alone below a label which ends its line."""
    first = text.find("\n", end)
    if first < 0 or text[end:first].strip():
        return None
    last = text.find("\n", first + 1)
    below = first + 1, last if last >= 0 else len(text)
    alone = _ALONE.fullmatch(text, *below)
    return AMOUNT.search(text, *below) or DATE.search(text, *below) if alone else None


def _receipt(text: str, place: tuple[int, int]) -> Receipt:
    """Days of the clause and of its line; the amount behind it, below, else the one before it."""
    start, end = place
    first, last = _near(text, start, end)
    behind = sentence_after(text, end)
    later = _TO_COME.search(behind)
    until = end + (later.start() if later else len(behind))
    day = _day_behind(text, end) if _WANTS_DAY.search(text[start:end]) else None
    until = max(until, day.end() if day else 0)
    before = sentence_before(text, start)
    clause = re.split(r",\s|[(]", before)[-1]
    clause = "" if _TO_COME.search(clause) else clause
    days = (date_of(found) for found in DATE.finditer(clause + text[start:until]))
    below = _below(text, end)
    amount = _amount(text[first:last], start - first) or (
        AMOUNT.match(text, below.start()) if below else None
    )
    return Receipt(
        frozenset(day for day in days if day),
        abs(amount_of(amount)) if amount else None,
        start - len(clause.lstrip()),
        until,
    )


def _near(text: str, start: int, end: int) -> tuple[int, int]:
    """The line around a place, as far as anything on it belongs to the place; no word is cut."""
    first = text.rfind("\n", max(start - _REACH, 0), start) + 1
    last = text.find("\n", end, end + _REACH)
    if not first and start > _REACH:
        first = text.find(" ", start - _REACH, start) + 1 or start
    if last < 0:
        last = len(text) if end + _REACH >= len(text) else text.rfind(" ", end, end + _REACH)
    return first, max(last, end)


def _amount(line: str, start: int) -> re.Match[str] | None:
    """The amount behind a place on a line, else the last one before it that is any money."""
    line = DATE.sub(lambda found: " " * len(found[0]), line)
    before = [each for each in AMOUNT.finditer(line[:start]) if amount_of(each)]
    return AMOUNT.search(line, start) or (before[-1] if before else None)
