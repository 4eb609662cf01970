"""What words say of how something is paid, what was paid before, and what is left."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from domain.money import CENT
from domain.reading.paid_denials import (
    clause_around,
    is_denied,
    is_offered,
    sentence_after,
    sentence_before,
    without_numbers,
)
from domain.reading.paid_slips import Slip, is_slip, names_scheme, names_several, slips_in
from domain.reading.paid_words import (
    is_open,
    is_thanked,
    needs_no_payment,
    needs_none_for_now,
    receipts_in,
)
from domain.reading.values import AMOUNT, DATE, IBAN_START, amount_of, iban_in, said_amount_of

_COLLECTED = re.compile(
    r"wird\b.{0,80}\b(?:abgebucht|eingezogen)|werden\s+wir\b.{0,60}\b(?:abbuchen|einziehen)"
    r"|buchen\s+wir\b.{0,80}\b(?:ab\b|konto)|ziehen\s+wir\b.{0,60}\bein\b|bankeinzug|einzug\s+(?:von|vom)"
    r"|wir\s+(?:buchen\b.{0,80}\bab|ziehen\b.{0,80}\bein|werden\b.{0,80}\b(?:abbuchen|einziehen))\b"
    r"|(?:per|mittels|durch|via|einzug|\u00fcber)\s+(?:sepa-?\s?)?(?:firmen|basis|core|b2b)?-?lastschrift|zahlung(?:sart|sweise)?\W{1,3}(?:sepa-?\s?)?lastschrift"
    r"|sepa-?\s?(?:firmen|basis)?-?lastschrift|firmenlastschrift|einziehungsauftrag|abbucher|abbuchungsauftrag|direct\s+debit"
    r"|will\s+be\s+(?:collected|debited)|mandats(?:referenz|nummer)|pr\u00e9l\u00e8vement\s+(?:sepa|automatique)"
    r"|(?-i:\bSDD\b|\bRID\b)|addebito\s+(?:in|sul?)\s+(?:vostro\s+)?(?:conto|c/c)|sera\s+pr\u00e9lev\u00e9"
    r"|automatisch\s+(?:afgeschreven|ge\u00efncasseerd)|polecenie\s+zap\u0142aty|csoportos\s+beszed\u00e9s"
    r"|addebito\s+diretto|automatische\s+incasso|domiciliaci\u00f3n\s+bancaria",
    re.IGNORECASE | re.DOTALL,
)
_PARTLY = re.compile(
    r"anzahlung|akonto|teilzahlung|teilrechnung|abschlag|vorauszahlung|restbetrag|restzahlung|offener\s+(?:rest|betrag)"
    r"|prepaid|deposit|down\s?payment|balance\s+due|noch\s+(?:zu\s+zahlen|offen)"
    r"|^[^\w\n]*offen\s{1,9}(?:eur\s|\u20ac\s?)?[1-9]",
    re.IGNORECASE | re.MULTILINE,
)
_CASH = re.compile(
    r"bar\s+(?:bezahlt|erhalten|gegeben|kassiert)|barzahlung|^[^\w\n]*barrechnung\b|zahlung(?:sart)?\W{1,3}bar\b|r\u00fcckgeld"
    r"|nachnahme|paid\s+(?:in\s+)?cash",
    re.IGNORECASE | re.MULTILINE,
)
_CARD = re.compile(
    r"kreditkarte\s*(?:[*x\u2022]{2}|\d{4}\b)|(?:mit|per|zahlung(?:sart)?\W{1,3})\s*(?:kredit|bankomat|ec-?|debit)?-?karte\b"
    r"|(?:per|mit|zahlung(?:sart)?\W{1,3}|(?:be|ge)zahlt\W{1,3})\s*(?:bankomat|ec|pos)\b|\bec-?karte\b"
    r"|carte\s+(?:bancaire|bleue|de\s+cr\u00e9dit)|carta\s+di\s+(?:credito|debito)|pinbetaling|tarjeta\s+de\s+(?:cr|d)"
    r"|kart\u0105\s+(?:p\u0142atn|kredyt)|platebn\u00ed\s+kartou|bankk\u00e1rty\u00e1val|s\s+kartico"
    r"|karte\b.{0,60}\b(?:belastet|belasten\b)|bankomatkarte|girocard|kartenzahlung|kontaktlos|apple\s+pay|google\s+pay|maestro"
    r"|(?:visa|mastercard|amex|american\s+express)\s*(?:[*x\u2022]{2}|endend|ending|\d{4}(?=[^\w\n]{0,9}(?:$|\d|eur|\u20ac|am\b|vom\b|on\b)))"
    r"|(?:zahlung(?:sart|sweise|smethode|smittel)?|payment(?:\s+method)?)\W{1,3}"
    r"(?:credit\s+card|visa\b|master\s?card|amex|american\s+express|diners)"
    r"|\bcard\s+(?:will\s+be|has\s+been|was|is\s+being)\s+(?:charged|debited)|\bcharge\s+your\s+(?:\w+\s)?card"
    r"|\bbelasten\b.{0,40}\b(?:kredit)?karte\b"
    r"|(?:charged|paid)\s+(?:to|by|with)\s+(?:your\s+)?(?:credit\s+|debit\s+)?card",
    re.IGNORECASE | re.MULTILINE,
)
_SERVICES = (
    r"(?:paypal|klarna|amazon\s?pay|stripe|mollie|wero|riverty|ratepay|afterpay|mondu|unzer"
    r"|twint)\b"
)
_SERVICE = re.compile(rf"\b{_SERVICES}", re.IGNORECASE)
_BY_SERVICE = re.compile(
    r"(?:zahlung(?:sart|sweise|smethode|smittel)?|payment(?:\s+method)?|per|via|\u00fcber|mit)\W{1,3}"
    rf"(?:\w+\W){{0,2}}{_SERVICES}",
    re.IGNORECASE,
)
_SET_OFF = re.compile(
    r"(?:mit|gegen)\s+(?:\w+\s+){0,3}(?:gegenforderung|forderung|guthaben|gutschrift)\w*.{0,40}verrechne"
    r"|gegenverrechn|aufgerechnet|(?:set\s?off|offset|netted)\s+against",
    re.IGNORECASE,
)
_TRANSFER = re.compile(
    r"zahlbar|\u00fcberweis|zahlschein|erlagschein|please\s+transfer|wire\s+transfer|bank\s+transfer"
    r"|remit|banktransfer",
    re.IGNORECASE,
)
# A day or a term to pay by: what was paid at the desk has none.
_TERM = re.compile(
    r"zahlungs(?:ziel|frist|termin)|f\u00e4llig|(?<!\w)(?:due\s+(?:date|on|by)|payable|payment\s+due)"
    r"|(?:zahlungsbedingung(?:en)?|payment\s+terms)\W{1,3}\d"
    r"|(?<!\w)(?:binnen|innerhalb|within)\s+(?:von\s+)?\d{1,3}\s+(?:tage|days)"
    r"|(?<!\w)(?:netto|net)\s+\d{1,3}\s*(?:tage|days|$)|\d\s+(?:tage|days)\s+(?:rein\s+)?net"
    r"|\u00e9ch\u00e9ance|scadenza|vervaldatum|vencimiento|splatnost|hat\u00e1rid",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST_IBAN = 60  # characters, with its blanks
# What is taken off, and not asked besides.
_LESS = r"(?:abz\u00fcglich|abz\u00fcgl\.?|abzgl\.?|minus|less|\./\.|moins|meno|menos)"
_PREPAID_LABEL = re.compile(
    rf"{_LESS}\s*(?:(?:der|die|ihrer?|unserer?|the|your|our)\s+)?"
    r"(?:(?:bisherige|fr\u00fchere)[nr]?\s+(?:rechnung(?:en)?|zahlung(?:en)?)"
    r"|(?:previous|prior|earlier)\s+(?:invoices?|payments?)|factures?\s+pr\u00e9c\u00e9dentes?"
    r"|fatture\s+precedenti)|"
    r"(?:(?<=ihrer )zahlung(?:en)?(?=\s+vom\b)|anzahlung(?:en)?"
    r"|akonto(?:zahlung(?:en)?)?|abschlag(?:s?zahlung(?:en)?)?|vorauszahlung(?:en)?"
    r"|teilzahlung(?:en)?|(?:bereits|schon)\s+(?:be|ge)zahlt(?:er?)?|(?:amount\s+|already\s+)?prepaid"
    r"|(?:amount|already)\s+paid|paid\s+to\s+date|payments?\s+(?:received|applied|to\s+date)|credits?\s+applied|(?:down\s?payment|deposit|advance\s+payment)"
    r"|bisher(?:ige[nr]?)?\s+(?:(?:be|ge)zahlte?[nr]?|geleistete?[nr]?|zahlungen)"
    r"|(?:geleistete|erhaltene|eingegangene)[nr]?\s+zahlung(?:en)?"
    r"|teilrechnung(?:en)?|acomptes?(?:\s+vers\u00e9s?)?|d\u00e9j\u00e0\s+(?:pay|r\u00e9gl|vers)\u00e9e?s?"
    r"|acconto|acconti|caparra|gi\u00e0\s+(?:pagato|versato)|aanbetaling|voorschot|reeds\s+(?:betaald|voldaan)"
    r"|anticipo|pagado\s+a\s+cuenta|zaliczk[ai]|wp\u0142acono|z\u00e1loh[ay]|uhrazeno|el\u0151leg|predpla\u010dilo|avans)",
    re.IGNORECASE,
)
_OF_MONEY = (
    r"[\s:]{0,40}"
    r"(?:(?:eur|\u20ac)\s?\d|\d[\d.,'\u2019\u00a0\u202f]{0,15}(?:[.,](?:\d\d(?!\d)|[-\u2013])|\s?(?:eur|\u20ac)))"
)
# `Bitte \u00fcberweisen Sie den Betrag von EUR 1.200,00`: only such words before the money, or it
# is that of an instalment, a discount or a fee.
_ASKED = (
    r"(?<!\w)(?:(?:\u00fcberweisen|(?:be|ein)?zahlen|begleichen|entrichten)\s+sie|um\s+(?:\w+\s+)?(?:\u00fcberweisung|zahlung)"
    r"|(?<!nicht\s)zu\s+(?:\u00fcberweisen|begleichen|entrichten)(?:der?\s+betrag)?|\u00fcberweisungsbetrag"
    r"|please\s+(?:pay|transfer|remit))"
    r"(?=(?:\s{1,12}(?:bitte|uns|daher|somit|noch|sind|ist|den|die|der|des|einen|the|an|gesamt(?:en|betrag|summe)"
    r"|rechnungsbetrag(?:e?s)?|betrag(?:e?s)?|summe|amount|total|sum|von|of|in|h\u00f6he|i\.?h\.?v\.?|\u00fcber|bis|zum"
    rf"|sp\u00e4testens|auf|unser|konto)){{0,8}}{_OF_MONEY})"
    r"|(?<!\w)(?:den|einen)\s+(?:gesamt|rechnungs)?betrag\s+(?:von|in\s+h\u00f6he\s+von|i\.?h\.?v\.?|\u00fcber)"
    rf"(?={_OF_MONEY}[^\n]{{0,60}}\b(?:\u00fcberweisen|begleichen|einzahlen)\b)"
)
_DUE_LABEL = re.compile(
    r"rest-?\s?(?:betrag|zahlung|forderung|summe)"
    r"|(?<!\w)(?:rest|offen|outstanding)"
    r"(?=[ \t:]{0,40}(?:(?:eur|\u20ac)\s?)?\d[\d.,]{0,14}[.,]\d\d)"
    r"|(?<!\w)(?:total|net|now)\s+due(?!\s+(?:date|on|by|in|within|upon))|(?<!\w)due\s+now"
    r"|restlicher\s+betrag|noch\s+zu\s+(?:be)?zahlen"
    r"|(?:noch\s+)?offene(?:r|s)?\s+(?:rest)?(?:betrag|forderung|saldo)|verbleibender?\s+(?:betrag|rest)"
    r"|zu\s+zahlen(?:der?\s+betrag)?|(?<!\w)zahl(?:ungs)?betrag|verbleiben\b|balance\s+due|amount\s+due"
    r"|(?:total\s+)?due\s+payable|amount\s+payable|outstanding\s+(?:amount|balance)|verbleibt\b"
    r"|(?:net|reste|solde)\s+\u00e0\s+(?:payer|r\u00e9gler)|(?:solde|restant)\s+d\u00fb|(?:saldo|resta|totale)\s+(?:a|da)\s+pagare"
    r"|(?:nog\s+)?te\s+(?:betalen|voldoen)|openstaand\s+bedrag|(?:importe\s+)?pendiente(?:\s+de\s+pago)?"
    rf"|{_ASKED}"
    r"|(?:pozosta\u0142o\s+)?do\s+zap\u0142aty|(?:zb\u00fdv\u00e1\s+)?k\s+\u00fahrad\u011b|fizetend\u0151|h\u00e1tral\u00e9k|za\s+pla\u010dilo",
    re.IGNORECASE,
)
_STRONG_DUE = re.compile(
    r"rest|noch|offen|verbleib|balance|outstanding|solde|saldo|nog\b|openstaand|pendiente|pozosta|zb\u00fdv"
    r"|h\u00e1tral",
    re.IGNORECASE,
)
_TAX = re.compile(r"\b(?:ust|mwst|mehrwertsteuer|umsatzsteuer|steuer|vat|tax)\b", re.IGNORECASE)
_PERCENTAGE = re.compile(r"\d\s?%")
# `(darin 200,00 USt)` is a part of the amount beside it.
_TAX_WITHIN = re.compile(
    r"\((?=[^()\n]{0,80}\b(?:ust|mwst|mehrwertsteuer|umsatzsteuer|steuer|vat|tax)\b)[^()\n]{0,80}\)",
    re.IGNORECASE,
)
# What runs by itself: who ordered it pays already, unless it is still to be ordered.
_STANDING = re.compile(r"dauerauftr(?:ag|\u00e4ge)|standing\s+order", re.IGNORECASE)
# What is paid before the delivery may be paid already, or be asked for by this very paper.
_IN_ADVANCE = re.compile(
    r"zahl(?:ungs)?(?:art|weise)\W{1,3}(?:vor(?:aus)?kass[ae]|prepayment)\b", re.IGNORECASE
)
_OF_SCHEME = re.compile(r"(?:sofort|eps)[ -]?\u00fcberweisung", re.IGNORECASE)
_BY_STANDING = re.compile(
    r"(?:per|mittels|mit|durch|\u00fcber|via|by)\s+(?:(?:ihre[nsm]?|den|dem|einen?|your)\s+)?"
    r"(?:dauerauftr(?:ag|\u00e4ge)|standing\s+order)\s+"
    r"(?:(?:be|ge)zahlt|beglichen|entrichtet|\u00fcberwiesen|paid)\b",
    re.IGNORECASE,
)
_ASKED_BEFORE = re.compile(
    r"(?<!\w)(?:"
    r"(?:ersuch\w*|bitten|erbitten)\s+(?:(?!abz|rest|nach\b|minus)\w+\s+){0,5}"
    r"|(?:leisten|\u00fcberweisen|zahlen)\s+sie\s+(?:\w+\s+){0,3}"
    r"|(?:please\s+(?:pay|remit|transfer)|(?:request|require|ask\s+for))\s+(?:\w+\s+){0,3}"
    r"|(?:prions|demandons|verser|richied\w+|chied\w+|verzoeken|solicitamos)\s+(?:\w+\s+){0,4}"
    r")$",
    re.IGNORECASE,
)
_ASKED_BEHIND = re.compile(
    r"[^\w\n]{0,5}(?:(?:eur|\u20ac)[^\w\n]{1,3})?(?:(?:wird|ist|is)\s+)?"
    r"(?:erbeten|erforderlich|f\u00e4llig|zu\s+(?:leisten|zahlen|\u00fcberweisen|entrichten)"
    r"|due|payable|required|requested)\b",
    re.IGNORECASE,
)
_TAKES_OFF = re.compile(rf"^[^\w\n]*{_LESS}(?!\w)", re.IGNORECASE)
# What is asked for is the rest, by words between the asking and the name of the advance, or since
# the advance is told to be here.
_REST_ASKED = re.compile(
    rf"(?<!\w)(?:{_LESS}|abz\w*|rest\w*|anrechn\w*|ber\u00fccksichtig\w*|geleistet\w*|erhalten\w*"
    r"|bezahlt\w*|net\s+of|balance|remain\w*)(?!\w)",
    re.IGNORECASE,
)
_IS_HERE = re.compile(
    r"(?<!\w)(?:erhalten|bezahlt|beglichen|eingegangen|eingelangt|geleistet|received|paid)(?!\w)",
    re.IGNORECASE,
)


# A way that is still to be taken, or was not.
_STILL_TO_PAY = re.compile(
    r"(?<!\w)(?:zahlbar|payable|(?:be)?zahlen\s+sie|please\s+pay|zu\s+(?:be)?zahlen|abgelehnt|declined"
    r"|fehlgeschlagen|refused)(?!\w)",
    re.IGNORECASE,
)


def is_collected(text: str) -> bool:
    """Whether the vendor takes the money from the account.

    >>> is_collected("Der Betrag wird am 02.12.2026 von Ihrem Konto eingezogen.")
    True
    """
    return _is_told(text, _COLLECTED)


def is_paid(text: str, gross: Decimal | None = None, own: str | None = None) -> bool:
    r"""Whether nothing is due any more; a part of the whole (`gross`) that came is only a part.

    What came for another invoice than that with the number `own` says nothing.

    >>> is_paid("Betrag dankend erhalten"), is_paid("Restbetrag 300,00 (Anzahlung erhalten)")
    (True, False)
    >>> is_paid("bereits bezahlt -380,00\nZahlbetrag 2.000,00")
    False
    """
    if is_open(text):
        return False
    if needs_no_payment(text):
        return True
    found = list(receipts_in(text, own))
    rest = due_in(text) if found else None
    amounts = [each.amount for each in found if each.amount is not None]
    is_all = gross is not None and any(abs(gross) - CENT <= each for each in amounts)
    if rest == 0 or is_all:
        return True
    is_part = rest is not None and gross is not None and rest < gross
    if not found or is_part or _PARTLY.search(text):
        return False
    if len(amounts) < len(found):
        return True
    return gross is None and rest in (None, *amounts)


def may_be_paid(text: str, own: str | None = None, gross: Decimal | None = None) -> bool:
    """Whether words leave it open if something was paid: a person has to say it.

    Thanks for a payment that may be to come, a status against other words, nothing to pay for now,
    money that came of an amount that nobody knows, a standing order that may run, what is to be
    paid in advance, a card or service named with a part of the whole (`gross`), or beside an
    account, a term or a demand.

    >>> may_be_paid("Zahlungsstatus: offen, Bestellstatus: bezahlt am 03.03.2026")
    True
    >>> may_be_paid("Anzahlung erhalten, Restbetrag 300,00 EUR")
    False
    """
    found = list(receipts_in(text if own else without_numbers(text), own))
    if is_open(text):
        return bool(found) or needs_no_payment(text)
    is_known = due_in(text) is not None or prepaid_in(text) is not None
    is_vague = any(each.amount is None for each in found) and not is_known
    is_standing = _STANDING.search(text) is not None or _IN_ADVANCE.search(text) is not None
    is_doubtful = any(not each.is_sure for each in _slips(text, gross))
    is_said = is_thanked(text, own) or needs_none_for_now(text)
    return is_vague or is_standing or is_doubtful or is_said


def method_in(text: str, gross: Decimal | None = None, own: str | None = None) -> str | None:
    """How it is paid, by name of the contract; None where no words say.

    `gross` is the whole, `own` the number of the invoice.

    >>> method_in("Wird per SEPA-Lastschrift eingezogen"), method_in("Zahlbar in 14 Tagen")
    ('direct_debit', 'transfer')
    """
    if is_collected(text):
        return "direct_debit"
    for words, method in ((_CASH, "cash"), (_CARD, "card")):
        if _is_told(text, words, at_hand=True):
            return method
    slip = next((each.method for each in _slips(text, gross) if each.is_sure), None)
    if slip in ("card", "cash"):
        return slip
    if is_paid(text, gross, own):
        return "paid"
    if (
        slip is not None
        or _BY_STANDING.search(text)
        or _is_told(text, _SET_OFF)
        or (_SERVICE.search(text) and _is_told(text, _BY_SERVICE, at_hand=True))
    ):
        return "other"
    return "transfer" if asks_for_transfer(text) else None


def asks_for_transfer(text: str) -> bool:
    """Whether words ask for a transfer, or speak of one."""
    return _TRANSFER.search(text) is not None


def _is_told(text: str, words: re.Pattern[str], *, at_hand: bool = False) -> bool:
    """Whether words stand somewhere as a fact: neither refused, nor one way among others.

    What is paid `at_hand` is over: nobody is asked to pay so, and no line lists several ways. A
    line with nothing else on it is judged as a slip, with its money.
    """
    return any(
        not is_offered(text, match.span()) and not (at_hand and _is_to_pay(text, match))
        for match in words.finditer(text)
    )


def _is_to_pay(text: str, match: re.Match[str]) -> bool:
    line = text[text.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0]
    is_still = _STILL_TO_PAY.search(clause_around(text, match.span())) is not None
    return is_still or names_several(line) or is_slip(line)


def part_paid_in(text: str, gross: Decimal) -> Decimal | None:
    r"""The part of the whole that one scheme was paid with, as its line says.

    >>> part_paid_in("Bar 100,00\nRest bitte \u00fcberweisen", Decimal(960))
    Decimal('100.00')
    """
    amounts = {each.amount for each in _slips(text, gross) if each.amount is not None}
    one = amounts.pop() if len(amounts) == 1 else None
    return one if one is not None and one < gross else None


def _slips(text: str, gross: Decimal | None) -> list[Slip]:
    """Lines that name a scheme, and how sure they are beside what the others ask for."""
    beside = "\n".join(line for line in text.splitlines() if not names_scheme(line))
    is_asked = asks_for_transfer(_OF_SCHEME.sub(" ", beside)) or _TERM.search(beside) is not None
    return slips_in(
        text, gross, is_open=is_open(text) or is_asked, has_account=_has_account(beside)
    )


def _has_account(text: str) -> bool:
    return any(
        iban_in(text[found.start() :][:_LONGEST_IBAN]) for found in IBAN_START.finditer(text)
    )


def prepaid_in(text: str) -> Decimal | None:
    """What was paid before, as the sum of all amounts on lines that say so; none that is asked for.

    >>> prepaid_in("Restbetrag EUR 300,00 zahlbar bis 10.12.2026 (Anzahlung EUR 900,00 erhalten)")
    Decimal('900.00')
    """
    found = {e.end: abs(e.value) for e in _labelled(text, _PREPAID_LABEL) if not _is_asked(text, e)}
    return sum(found.values(), Decimal()) if found else None


def advance_asked_in(text: str) -> Decimal | None:
    """The advance that is asked for now, before a rest: nothing says that it was paid.

    >>> advance_asked_in("Wir ersuchen um eine Anzahlung von 400,00 EUR, Rest bei Lieferung.")
    Decimal('400.00')
    >>> advance_asked_in("Anzahlung EUR 400,00 erhalten, um den Rest wird ersucht")
    """
    found = (each for each in _labelled(text, _PREPAID_LABEL) if _is_asked(text, each))
    return next((each.value for each in found), None)


def _is_asked(text: str, found: "_Labelled") -> bool:
    """Whether an advance is asked for, right before its name or right behind its money."""
    if found.value <= 0 or _TAKES_OFF.match(found.label):
        return False
    before, after = sentence_before(text, found.start), sentence_after(text, found.end)
    here = _IS_HERE.search(text, found.end, found.end + len(after))
    if here is not None and not is_denied(text, here.span(), None):
        return False
    asked = _ASKED_BEFORE.search(before)
    if asked is not None:
        return _REST_ASKED.search(asked[0]) is None
    behind = _ASKED_BEHIND.match(after) or _ASKED_BEHIND.match(text, found.label_end)
    return behind is not None


def takes_off(line: str) -> bool:
    """Whether a line is a row that takes off what was paid before: its days are no terms.

    >>> takes_off("abz\u00fcglich Anzahlung lt. AR 2026-3 vom 05.10.2026 -1.000,00")
    True
    >>> takes_off("Restbetrag zahlbar bis 10.12.2026 abz\u00fcglich Anzahlung")
    False
    """
    return _TAKES_OFF.search(line) is not None and _PREPAID_LABEL.search(line) is not None


# What is left of other invoices is no part of this one.
_EARLIER = (
    r"(?:vor(?:monate?[ns]?|jahr\w*|periode\w*|rechnung\w*)|fr\u00fchere\w*|\u00e4ltere\w*|alte[rnms]?"
    r"|bisherige\w*|previous|prior|earlier)"
)
_OLD_BALANCE = re.compile(
    r"(?<!\w)(?:r\u00fcckst(?:and|\u00e4nde)|alt(?:er\s+)?saldo|saldo\s*vortrag|saldo\s+(?:alt|vorher)|alte\s+schuld"
    rf"|(?:noch\s+)?(?:offene[rns]?|unbezahlte[rns]?|\u00fcbertrag|saldo|rest(?:betrag)?|forderung(?:en)?)\s+(?:\w+\s+){{0,3}}?{_EARLIER}"
    rf"|(?!bisherige\w*\s+rechnung){_EARLIER}\s+(?:offene[rns]?\s+)?"
    r"(?:betrag|forderung(?:en)?|rechnung(?:en)?|saldo|balance|invoices?|charges)"
    r"|balance\s+(?:brought\s+)?forward|past\s+due\s+balance|arrears|(?:solde|montant)\s+(?:pr\u00e9c\u00e9dent|ant\u00e9rieur)|ancien\s+solde"
    r"|arri\u00e9r\u00e9s?|saldo\s+(?:precedente|anterior|poprzednie|z\s+poprzedni\w+)|arretrat[oi]|vorig\s+saldo"
    r"|achterstand|zaleg\u0142o\u015b\u0107|(?:p\u0159edchoz\u00ed|minul\u00fd)\s+(?:saldo|z\u016fstatek|dluh)|el\u0151z\u0151\s+egyenleg"
    r"|prej\u0161nji\s+saldo|zaostal\w+)",
    re.IGNORECASE,
)
_NOT_ASKED = re.compile(
    r"mahn|spesen|zinsen|geb\u00fchr|\bbei\b|interest|penalt|\bfees?\b|\bif\b"
    rf"|(?<!\w){_LESS}(?!\w)",
    re.IGNORECASE,
)
# What is paid within days, or less a discount, is not what is due.
_IN_TIME = re.compile(
    r"(?:bei|bij|pri|przy|p\u0159i)\s+(?:be)?(?:zahlung|betaling|pla\u010dilu|p\u0142atno\u015bci|platb\u011b|\u00fahrad\u011b)\b"
    r"|if\s+paid|en\s+cas\s+de|in\s+caso\s+di|en\s+caso\s+de|(?:mit|inkl\w*\.?|nach|less|with|abz\w*\.?)\s+(?:\w+\s+)?"
    r"(?:\d+(?:[.,]\d+)?\s?%\s*)?(?:skonto|discount|escompte|sconto)"
    r"|abzug\s+(?:\w+\s+){0,2}(?:anzahlung|akonto\w*|(?:teil|abschlags?|voraus)zahlung)(?:en)?\s+"
    r"(?:von|in\s+h\u00f6he|i\.?h)",
    re.IGNORECASE,
)


def due_in(text: str) -> Decimal | None:
    """What is left to pay; a rest that is called so goes before a plain total.

    >>> due_in("Rechnungsbetrag 1.200,00, Anzahlung 900,00, Restbetrag EUR 300,00")
    Decimal('300.00')
    """
    lines = (line for line in text.splitlines() if not _OLD_BALANCE.search(line))
    found = list(_labelled("\n".join(lines), _DUE_LABEL, _IN_TIME))
    strong = [each.value for each in found if _STRONG_DUE.search(each.label)]
    return next(iter(strong or [each.value for each in found]), None)


def old_balance_in(text: str) -> Decimal | None:
    """What is asked besides for earlier invoices, the sum of all lines that say so.

    >>> old_balance_in("Offener Betrag Vormonat 120,00 EUR")
    Decimal('120.00')
    """
    found = [e.value for e in _labelled(text, _OLD_BALANCE, _NOT_ASKED) if e.value > 0]
    return sum(found, Decimal()) if found else None


@dataclass(frozen=True, slots=True)
class _Labelled:
    """An amount behind a label, and where in the text both of them lie."""

    value: Decimal
    label: str
    start: int
    end: int

    @property
    def label_end(self) -> int:
        """Where the label ends."""
        return self.start + len(self.label)


def _labelled(
    text: str, label: re.Pattern[str], other: re.Pattern[str] | None = None
) -> Iterator[_Labelled]:
    """Amounts behind a label on the same line, with nothing but few words or a day between.

    None of those before which `other` stands on the line.
    """
    text = _TAX_WITHIN.sub(_blank, DATE.sub(_blank, text))
    first = 0
    for line in text.splitlines(keepends=True):
        for match in label.finditer(line):
            amount = AMOUNT.search(line, match.end())
            between = line[match.end() : amount.start()] if amount else ""
            if amount and other is not None and other.search(line, 0, amount.start()):
                continue
            if amount and len(between) <= _REACH and not _PERCENTAGE.search(between):
                start, end = first + match.start(), first + amount.end()
                is_said = _is_said(line, match, amount)
                yield _Labelled(_whole(line, amount, is_said=is_said), match[0], start, end)
        first += len(line)


def _is_said(line: str, label: re.Match[str], amount: re.Match[str]) -> bool:
    """Whether an amount stands in a sentence, where brackets are none of a minus.

    In a row it has a label before it and no words behind.
    """
    lead = len(_WORD.findall(line[: label.start()]))
    behind = _MONEY_WORD.sub(" ", line[amount.end() :])
    return lead > _MOST_OF_ROW or _WORD.search(behind) is not None


def _whole(line: str, first: re.Match[str], *, is_said: bool) -> Decimal:
    """An amount, or what it comes to with the tax behind it: `netto 100,00, USt 20,00, 120,00`."""
    value_of = said_amount_of if is_said else amount_of
    found = list(AMOUNT.finditer(line, first.start()))[:3]
    amounts = [abs(amount_of(each)) for each in found]
    if len(found) > 2 and amounts[0] + amounts[1] == amounts[2]:  # noqa: PLR2004
        between = line[found[0].end() : found[1].start()]
        return value_of(found[2] if _TAX.search(between) else first)
    return value_of(first)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


_REACH = 60
_MOST_OF_ROW = 2  # words before the name of an amount in a row; a sentence has more
_WORD = re.compile(r"[^\W\d_]{2,}")
_MONEY_WORD = re.compile(r"(?<!\w)(?:EUR|Euro|CHF|USD|GBP)(?!\w)", re.IGNORECASE)
