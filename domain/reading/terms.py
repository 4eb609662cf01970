"""Terms of payment in words: days, discounts, instalments, penalties (BT-20, or a line on a page).

Also the lines `#SKONTO#TAGE=..#PROZENT=..#` that XRechnung puts between the words (BR-DE-18).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, islice

from domain.money import CENT, cents
from domain.reading.months import folded
from domain.reading.paid_words import receipts_in
from domain.reading.payment_words import is_collected, is_paid
from domain.reading.term_times import Days, When, months_later, times_in
from domain.reading.values import (
    AMOUNT,
    DATE,
    PERCENT,
    amount_of,
    date_of,
    percent_of,
    said_amount_of,
)

_HUNDRED = Decimal(100)
_BLANKS = re.compile(r"[^\S\n]{2,}")
_BESIDE = 60  # characters in which words belong to a number
_CODED = re.compile(
    r"#(SKONTO|VERZUG)#TAGE=(\d{1,4})#PROZENT=(-?\d{1,3}(?:[.,]\d+)?)"
    r"(?:#BASISBETRAG=(-?\d{1,12}(?:[.,]\d+)?))?#"
)
_PER_CENT = r"\s?(?:v\.\s?H\.?|vH\b|prozent(?:ig\w{1,2})?\b|per\s?cent\b)"
_ABBREVIATED = (
    *(
        (re.compile(rf"\b{word}{_PER_CENT}", re.IGNORECASE), f"{number} %")
        for number, word in enumerate(("ein", "zwei", "drei", "vier", "f\u00fcnf"), 1)
    ),
    (re.compile(rf"(?<=\d){_PER_CENT}", re.IGNORECASE), " %"),
    (re.compile(r"p\.\s?a\.", re.IGNORECASE), "p.a."),
    (re.compile(r"\bo\.\s?a\.(?=\W|$)", re.IGNORECASE), "ohne Abzug"),
    (re.compile(r"\bm\.\s?sk\.", re.IGNORECASE), "mit Skonto"),
    (re.compile(r"\bsk\.", re.IGNORECASE), "Skonto"),
    (re.compile(r"\b[A-Za-z-]{3,20}\s?\((\d{1,3})\)(?=\s?(?:calendar\s)?(?:days|tage))"),
     r"\1"),
    (re.compile(r"\b(\d{1,2}(?:[.,]\d)?)\s?/\s?(\d{1,3}),?\s+(?:net|n\s?/)\s*(\d{1,3})\b"),
     r"\1 % \2 days, net \3"),
)  # fmt: skip
_CLAUSES = re.compile(
    r"[;\n|]|,\s|(?<=[^\d\s.]{2})\.(?=\s|$)|(?<=\d{4})\.(?=\s|$)|(?<=,\d\d)\.(?=\s|$)|\s[/\u2013-]\s"
    r"|(?<=,\d\d)\s(?:(?:EUR|\u20ac)\s)?(?=(?:zahlbar|f\u00e4llig|rest(?:betrag|zahlung)?)\b)"
    r"|\s(?=f\u00e4llig(?:\sam|keit(?:sdatum)?)?\s?:)"
    r"|(?<=\d{4})\s(?=skonto(?:\s?bis|frist|-?datum)\b)|\s(?=netto-?(?:f\u00e4llig|datum|\sbis\b))"
    r"|\b(?:sonst|ansonsten|oder|danach|otherwise|or)\b"
    r"|\bund\b(?=\s*(?:\d|bis|innerhalb|binnen|nach|in\b|(?:de[rn]\s+)?rest))"
    r"|\band\b(?=\s+(?:the\s+)?(?:rest|remainder|balance)\b)",
    re.IGNORECASE,
)
_PENALTY = re.compile(
    r"verzug|verzinsung|mahn|zinsen|penalty|late\s+payment|overdue|\u00fcberf\u00e4llig|r\u00e4nta|\brente",
    re.IGNORECASE,
)
_FOREIGN = re.compile(
    r"bonus|gew\u00e4hr(?:leist|\b)|garantie|lieferzeit|lieferung\s+innerhalb|reklamation|widerspr|r\u00fcckgabe"
    r"|g\u00fcltig|storn|return|warrant|beanstand|m\u00e4ngel|eigentum",
    re.IGNORECASE,
)
_NO_DISCOUNT = re.compile(
    r"kein(?:en|e)?\s+skonto|skonto(?:abzug)?\s+(?:ist\s+|wird\s+)?nicht|ohne\s+skonto"
    r"|no\s+(?:cash\s+)?discount",
    re.IGNORECASE,
)
_DISCOUNT_WORD = (
    r"(?:skonto(?:betrag)?|discount|nachlass|escompte|sconto|korting|descuento|rabat|slev[ay]|kedvezm\u00e9ny"
    r"|popust)"
)
_DISCOUNTED = re.compile(rf"{_DISCOUNT_WORD}|abz\u00fcglich", re.IGNORECASE)
_IF_PAID = (
    r"(?:bei\s+(?:be)?zahlung|(?:if|when)\s+paid|wenn\s+sie|en\s+cas\s+de\s+(?:paiement|r\u00e8glement)"
    r"|in\s+caso\s+di\s+pagamento|bij\s+betaling|en\s+caso\s+de\s+pago|przy\s+(?:p\u0142atno\u015bci|zap\u0142acie)"
    r"|p\u0159i\s+(?:platb\u011b|\u00fahrad\u011b|zaplacen\u00ed)|pri\s+pla\u010dilu|fizet\u00e9s\s+eset\u00e9n)"
)
_CONDITION = re.compile(
    rf"^\W*(?:(?:(?:zahl|rechnungs|\u00fcberweisungs)?betrag|zu\s+zahlen|zahlbar|summe|amount)\s+)?{_IF_PAID}",
    re.IGNORECASE,
)
# `24,00 EUR Skonto`, `Skonto von EUR 24,00`: money and no percentage.
_MONEY_BEFORE = re.compile(rf"^\s*(?:eur|\u20ac)?\s*{_DISCOUNT_WORD}", re.IGNORECASE)
_MONEY_BEHIND = re.compile(
    rf"{_DISCOUNT_WORD}(?:abzug)?\s*(?:von|in\s+h\u00f6he\s+von|of|de|di|van|:|=)?\s*(?:eur|\u20ac)?\s*$",
    re.IGNORECASE,
)
# A row of the totals: its day, if any, stands elsewhere, and is never that of the whole.
_OFF = re.compile(r"%.*[-\u2013\u2212]\s?\d[\d.]*,\d\d")
_UNKNOWN = When(None, "unstated", None, 0, 0)
_MOST_OFF = Decimal("0.10")  # of the whole; less than the rest is another amount, no discount
_NET = re.compile(r"\W*(?:rein\s+)?(?:netto|net\b|ohne\s+(?:jeden\s+)?abzug)", re.IGNORECASE)
_WITH = re.compile(r"\bmit\s+\d{1,2}(?:[.,]\d+)?\s?%", re.IGNORECASE)
_OF_NET = re.compile(r"(?:vom|auf\s+den|aus\s+dem|of\s+the)\s+(?:netto|net\b)", re.IGNORECASE)
# A minus that stands before its number, and joins neither two numbers nor two clauses.
_MINUS = re.compile(r"(?:^|[\s(:])[-\u2013\u2212]$")
_BASE = re.compile(r"(?:\bauf\b|\bvon\b|\bvom\b|\baus\b|\bof\b)[^=%]*$", re.IGNORECASE)
_BASE_NAMED = re.compile(
    r"skonto?(?:ier)?f\u00e4hig|(?<!nicht )skontierbar|skonto(?:basis|grundlage)|discountable",
    re.IGNORECASE,
)
# A day that no such word calls one to pay is no term where days are counted.
_TO_PAY = re.compile(
    r"zahl|f\u00e4llig|\u00fcberweis|begleich|entricht|einzahl|abbuch|eingez|einzug|netto|valuta|\bbis\b|sp\u00e4testens"
    r"|\bdue\b|\bpay|\bnet\b|remit|settle|\bby\b|until|before|no\s+later|\bpai|r\u00e8gl|\u00e9ch\u00e9an|avant|pagam|pagar|scad|entro"
    r"|vence|vencim|antes|betal|verval|voldoen|uiterlijk|p\u0142at|zap\u0142a|termin|splat|uhrad|plat|fizet|esed\u00e9k|hat\u00e1rid"
    r"|pla\u010d|zapad|\brok\b|\bdo\b",
    re.IGNORECASE,
)
_RATES = re.compile(
    r"\b(?:monats)?raten?\b|teilzahlung|teilbetr(?:\u00e4|ae)ge|instal|zahlungsplan|payment\s+(?:plan|schedule)",
    re.IGNORECASE,
)
# `3 gleiche Monatsraten`, whose first day is named.
_MONTHLY = re.compile(
    r"\b(?P<many>\d{1,2})\s+(?:gleiche[nr]?\s+|equal\s+)?(?:monatsraten|monatlichen?\s+raten|monthly\s+instal)",
    re.IGNORECASE,
)
# `30 % bei Auftrag`, `zwei Drittel nach Lieferung`: a part, and the event that it waits for.
EVENT = (
    r"(?:(?:bei|nach|vor|mit|on|upon|with)\s+(?:der\s+|erfolgter\s+)?(?:auftrag|bestell|vertrag|liefer|abnahme"
    r"|fertig|inbetrieb|baubeginn|montage|\u00fcbergabe|order|delivery|completion|acceptance|signing|signature)"
    r"|(?:\u00e0\s+la\s+(?:commande|livraison|signature)|all['\u2019]ordine|alla\s+(?:consegna|firma)"
    r"|bij\s+(?:bestelling|opdracht|levering|oplevering)))"
)
FRACTION = (
    r"(?<![\w./-])(?:(?P<part>[1-9])/(?P<of>[2-9]|1[0-2])"
    r"|(?P<count>ein|zwei|drei|one|two|three)[\s-](?P<name>drittel|viertel|f\u00fcnftel|thirds?|quarters?)"
    r"|(?:(?:die|eine)\s+)?(?P<half>h\u00e4lfte|half))\s+"
    rf"(?:{EVENT}|sofort|prompt|immediately|at\s+once"
    r"|\d{1,3}\s+(?:tage|days|wochen|weeks|monate?|months?)\b"
    r"|(?:innerhalb|binnen|nach|in|within|after)\s+(?:von\s+)?(?:weiteren\s+|further\s+)?\d"
    r"|(?:bis|am|zum|by|on)\s+(?:zum\s+)?\d)"
)
_FRACTION = re.compile(FRACTION, re.IGNORECASE)
_EVENT = re.compile(EVENT, re.IGNORECASE)
# What is paid first, before `der Rest`, which is the other part.
_ADVANCE = re.compile(
    rf"{EVENT}|anzahlung|akonto|vorauszahlung|im\s+voraus|vorab|\bsofort\b|\bprompt\b|deposit"
    r"|down\s?payment|prepa(?:id|yment)|in\s+advance|up\s?front|immediately|acompte|acconto",
    re.IGNORECASE,
)
_PAID_FIRST = re.compile(
    r"anzahlung|akonto|abschlagszahlung|teilzahlung|deposit|down\s?payment|acompte|acconto|aanbetaling",
    re.IGNORECASE,
)
_REST = re.compile(
    r"\brest(?:betrag|zahlung|summe)?\b|\b(?:remainder|remaining|balance|solde|saldo)\b",
    re.IGNORECASE,
)
_LEAST_ADVANCE = Fraction(1, 10)  # of the whole: less of it is a discount that is written so
# `2 % Skonto bei Bankeinzug`: who transfers in time has none.
_OTHERWISE = re.compile(
    r"\bbei\s+(?:\w+\s+){0,2}?(?:sepa-?\s?)?(?:basis-?|firmen-?)?"
    r"(?:lastschrift|bankeinzug|einzug|einziehung|abbuchung|vorauszahlung|vor(?:aus)?kass|barzahlung)"
    r"|\b(?:if|when)\s+paid\s+by\s+direct\s+debit|\bfor\s+(?:payment\s+by\s+)?direct\s+debit",
    re.IGNORECASE,
)
_VALUE_DAY = re.compile(r"\bvaluta(?:datum|tag)?\W{1,3}$", re.IGNORECASE)
_COUNTS = {"ein": 1, "one": 1, "zwei": 2, "two": 2, "drei": 3, "three": 3}
_NAMES = {"drittel": 3, "third": 3, "viertel": 4, "quarter": 4, "funftel": 5}  # folded
_MOST_DAYS = 3660
_MOST_STEPS = 20  # percentages of one clause; where there are more, it tells of no discount


@dataclass(frozen=True, slots=True)
class Basis:
    """What terms are about: days they count from, sums they are percentages of, the number.

    `due` is what is left of the whole, where a part of it was paid before: terms are about that.
    """

    days: Days = field(default_factory=Days)
    net: Decimal | None = None
    gross: Decimal | None = None
    number: str | None = None
    due: Decimal | None = None

    @property
    def owed(self) -> Decimal | None:
        """What is to be paid, in time or less a discount."""
        return self.due if self.due is not None and self.due > 0 else self.gross


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount; `base` is what the percentage is of: gross, due, net, or an amount.

    `amount` is the money, where it is stated or the base is not the whole; no percentage may make
    it, then there is none. A percentage below zero
    is kept as it is written: it is none, and whoever takes it over has to say so.
    """

    percent: Decimal | None
    day: date | None = None
    days: int | None = None
    amount: Decimal | None = None
    base: str = "gross"


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of the sum; its day is None where it hangs on an event."""

    day: date | None
    amount: Decimal | None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Penalty:
    """Interest for late payment: never a discount."""

    percent: Decimal
    after_days: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What words say. `due_date` is the last net date; None where no net date is stated.

    `due_basis` is invoice_date, receipt, delivery, month_end, month_end_next, fixed, instalments,
    collection, unstated, or none where nothing is due any more.
    """

    due_date: date | None = None
    due_basis: str = "unstated"
    due_days: int | None = None
    discounts: tuple[Discount, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    penalty: Penalty | None = None


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    times: list[When]
    percents: list[re.Match[str]]
    money: Decimal | None = None

    @property
    def net_times(self) -> list[When]:
        """Times that are marked as net, or all of them where no discount stands."""
        if not self.percents and self.money is None:
            return self.times
        return [when for when in self.times if _NET.match(self.text, when.end)]


def terms_in(text: str, basis: Basis) -> Terms:
    """All terms that some words state.

    >>> found = terms_in("14 Tage 3 % Skonto, 30 Tage netto", Basis(Days(date(2026, 11, 20))))
    >>> found.due_date, found.discounts[0].day, found.discounts[0].percent
    (datetime.date(2026, 12, 20), datetime.date(2026, 12, 4), Decimal('3.00'))
    """
    text = _BLANKS.sub(" ", text)
    words = _CODED.sub("\n", text)
    if is_paid(words, basis.gross, basis.number) and not is_collected(words):
        return Terms(due_basis="none")
    return stated_terms(text, basis)


def stated_terms(text: str, basis: Basis) -> Terms:
    """All terms that some words state, even if they say that it is paid."""
    text = _BLANKS.sub(" ", text)
    coded, words = _coded(text, basis), _without_receipts(_CODED.sub("\n", text), basis.number)
    words, basis = _valued(words, basis)
    clauses = list(_clauses(_spelt_out(words), basis.days))
    instalments = tuple(_instalments(words, clauses, basis))
    if instalments:
        return _by_instalments(instalments)
    spoken = _spoken(words, clauses, basis)
    return _joined(coded, replace(spoken, penalty=_penalty(words) or coded.penalty))


def _without_receipts(text: str, own: str | None) -> str:
    """The words without those that tell of money that came: its days are no terms."""
    kept, end = [], 0
    for found in sorted(receipts_in(text, own), key=lambda each: each.start):
        kept.append(text[end : max(found.start, end)])
        end = max(found.end, end)
    return " ".join([*kept, text[end:]])


def _valued(words: str, basis: Basis) -> tuple[str, Basis]:
    """Words without the day that their days count from (Valuta), and the terms since that day."""
    for found in DATE.finditer(words):
        label = _VALUE_DAY.search(words[max(found.start() - _BESIDE, 0) : found.start()])
        rest = words[: found.start()] + words[found.end() :]
        day = date_of(found) if label else None
        if day is not None and any(when.days for when in times_in(rest, basis.days)):
            return rest, replace(basis, days=replace(basis.days, issued=day))
    return words, basis


def _spelt_out(text: str) -> str:
    for short, long in _ABBREVIATED:
        text = short.sub(long, text)
    return text


def _clauses(text: str, days: Days) -> Iterator[_Clause]:
    """The clauses that speak of payment, neither of penalties nor of anything else."""
    for part in _CLAUSES.split(text):
        if part and part.strip() and not _is_foreign(part):
            percents = (
                []
                if _NO_DISCOUNT.search(part)
                else list(islice(PERCENT.finditer(part), _MOST_STEPS))
            )
            money = None if percents or _NO_DISCOUNT.search(part) else _money_off(part)
            yield _Clause(part, times_in(part, days), percents, money)


def _money_off(text: str) -> Decimal | None:
    """An amount that is called a discount."""
    for match in AMOUNT.finditer(text):
        before, behind = _beside(text, match)
        if _MONEY_BEFORE.search(behind) or _MONEY_BEHIND.search(before):
            return abs(amount_of(match)) or None
    return None


def _beside(text: str, match: re.Match[str]) -> tuple[str, str]:
    """What stands before a number and behind it, as far as it may belong to it."""
    before = text[max(match.start() - _BESIDE, 0) : match.start()]
    return before, text[match.end() : match.end() + _BESIDE]


def _is_foreign(part: str) -> bool:
    """Whether it tells of penalties, or of anything but payment."""
    return bool(_PENALTY.search(part) or _FOREIGN.search(part))


def _coded(text: str, basis: Basis) -> Terms:
    """The lines of XRechnung; 0.00 % is a net term, `VERZUG` of old versions a penalty."""
    found = [match for match in _CODED.finditer(text) if int(match[2]) <= _MOST_DAYS]
    terms = [_coded_discount(match, basis) for match in found if match[1] == "SKONTO"]
    net = [each for each in terms if not each.percent]
    late = [match for match in found if match[1] == "VERZUG"]
    last = max(net, key=lambda each: each.days or 0, default=None)
    return Terms(
        due_date=last.day if last else None,
        due_basis="invoice_date" if last else "unstated",
        due_days=last.days if last else None,
        discounts=tuple(each for each in terms if each.percent),
        penalty=Penalty(_decimal(late[0][3]), int(late[0][2])) if late else None,
    )


def _coded_discount(match: re.Match[str], basis: Basis) -> Discount:
    days, percent = int(match[2]), cents(_decimal(match[3]))
    issued = basis.days.issued
    base = _decimal(match[4]) if match[4] else None
    return Discount(
        percent,
        issued + timedelta(days=days) if issued else None,
        days,
        cents(base * percent / _HUNDRED) if base is not None else None,
        f"{base:.2f}" if base is not None else "due",
    )


def _decimal(written: str) -> Decimal:
    return Decimal(written.replace(",", "."))


def _spoken(words: str, clauses: list[_Clause], basis: Basis) -> Terms:
    """Net term and discounts of ordinary words."""
    pending = [when for clause in clauses for when in _conditions(clause)]
    net = list(_terms_to_pay(clauses))
    clauses = (
        clauses if is_collected(words) else [c for c in clauses if not _OTHERWISE.search(c.text)]
    )
    last = max(net, key=lambda when: when.day or date.min, default=None)
    named = _named_base(clauses)
    discounts = [
        found for clause in clauses for found in _discounts(clause, basis, named, pending, last)
    ]
    discounts = _told_once(discounts, last) or list(_paid_less(clauses, basis))
    if last is None and discounts and _WITH.search(words):
        return Terms(discounts[-1].day, "fixed", None, tuple(discounts))
    if last is None:
        return Terms(discounts=tuple(discounts))
    collected = is_collected(words) and last.basis == "fixed"
    shown = "collection" if collected else last.basis
    return Terms(last.day, shown, last.days, tuple(discounts))


def _told_once(found: list[Discount], last: When | None) -> list[Discount]:
    """`Skontobetrag 3 %: EUR 36,00` names a discount again: its day is that which was named."""
    days = {(each.percent, each.day) for each in found}
    again = [
        each
        for each in found
        if last is not None
        and each.day == last.day
        and any(p == each.percent and day and each.day and day < each.day for p, day in days)
    ]
    amounts = {each.percent: each.amount for each in again}
    kept = (each for each in found if each not in again)
    return [replace(e, amount=e.amount or amounts.get(e.percent)) for e in kept]


def _terms_to_pay(clauses: list[_Clause]) -> Iterator[When]:
    """Net times; beside counted days a day of the calendar wants a word that it is for paying."""
    net = [(clause, when) for clause in clauses for when in _net_times(clause)]
    is_counted = any(when.days for _, when in net)
    for clause, when in net:
        if not is_counted or when.basis != "fixed" or _TO_PAY.search(clause.text):
            yield when


def _net_times(clause: _Clause) -> list[When]:
    return [] if _is_condition(clause) else clause.net_times


def _is_condition(clause: _Clause) -> bool:
    has_discount = bool(clause.percents) or clause.money is not None
    return not has_discount and bool(_CONDITION.search(clause.text))


def _conditions(clause: _Clause) -> list[When]:
    """`Bei Zahlung binnen 14 Tagen,` belongs to the discount that follows."""
    return clause.times if _is_condition(clause) else []


def _discounts(
    clause: _Clause, basis: Basis, named: Decimal | None, pending: list[When], last: When | None
) -> Iterator[Discount]:
    """Each percentage with its time: in its clause, before it, else the net term itself."""
    net = clause.net_times
    if _PAID_FIRST.search(clause.text) and not _DISCOUNTED.search(clause.text):
        return  # a part of the whole, and nothing off
    times = [when for when in clause.times if when not in net] or pending[:1]
    if not times and _OFF.search(clause.text):
        times = [_UNKNOWN]
    if clause.money is not None and times:
        yield _of_money(clause.money, times[0], basis)
    for place, match in enumerate(clause.percents):
        when = times[min(place, len(times) - 1)] if times else None
        when = when or (last if _DISCOUNTED.search(clause.text) else None)
        percent = cents(percent_of(match))
        if when is not None and percent and _MINUS.search(_beside(clause.text, match)[0]):
            yield Discount(-percent, when.day, when.days)
        elif when is not None and percent:
            amount, base = _money(clause.text, percent, basis, named)
            yield Discount(percent, when.day, when.days, amount, base)


def _paid_less(clauses: list[_Clause], basis: Basis) -> Iterator[Discount]:
    """`Zahlbetrag bei Zahlung bis 25.11.2026 116,62`: what is paid in time, a little less."""
    for clause in clauses:
        match = AMOUNT.search(DATE.sub(_blank, clause.text)) if _conditions(clause) else None
        whole = basis.owed
        if match is not None and whole is not None:
            off = whole - abs(amount_of(match))
            if 0 < off <= whole * _MOST_OFF:
                yield _of_money(off, clause.times[0], basis)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _of_money(off: Decimal, when: When, basis: Basis) -> Discount:
    """A discount of so much money; its percentage where it is just what one makes of the whole."""
    whole = basis.owed
    percent = cents(off * _HUNDRED / whole) if whole else None
    if percent is not None and whole is not None and cents(whole * percent / _HUNDRED) != off:
        percent = None
    return Discount(percent, when.day, when.days, off)


def _money(
    text: str, percent: Decimal, basis: Basis, named: Decimal | None
) -> tuple[Decimal | None, str]:
    """The money that a discount comes to, and what it is a part of."""
    base = named if named is not None else _stated_base(text)
    if base is not None:
        return cents(base * percent / _HUNDRED), f"{base:.2f}"
    if _OF_NET.search(text):
        return cents(basis.net * percent / _HUNDRED) if basis.net is not None else None, "net"
    return _stated_money(text, percent, basis), "gross"


def _stated_base(text: str) -> Decimal | None:
    """`3 % Skonto auf Material (EUR 600,00)`: the amount behind auf, von, of."""
    for match in AMOUNT.finditer(text):
        before, _ = _beside(text, match)
        if _BASE.search(before) and "=" not in before:
            return said_amount_of(match)
    return None


def _stated_money(text: str, percent: Decimal, basis: Basis) -> Decimal | None:
    """`2,5 % Skonto = EUR 1.170,00`: what is left to pay, or the discount, whichever fits."""
    match, whole = AMOUNT.search(text), basis.owed
    if match is None or whole is None:
        return None
    stated, expected = abs(amount_of(match)), whole * percent / _HUNDRED
    left = whole - stated
    fitting = [each for each in (stated, left) if 0 < each < whole]
    return min(fitting, key=lambda each: abs(each - expected), default=None)


def _named_base(clauses: list[_Clause]) -> Decimal | None:
    """`Skontierfähiger Betrag: 1.020,00 EUR`, for all discounts."""
    for clause in clauses:
        match = AMOUNT.search(clause.text) if _BASE_NAMED.search(clause.text) else None
        if match is not None:
            return said_amount_of(match)
    return None


def _instalments(words: str, clauses: list[_Clause], basis: Basis) -> Iterator[Instalment]:
    """Rates of an amount by day, or shares that come to the whole."""
    shares = _shares(clauses, basis)
    if sum((share for _, share in shares), Fraction()) == 1 and len(shares) > 1:
        days = [clause.times[0].day if clause.times else None for clause, _ in shares]
        yield from map(Instalment, days, *_parts_left(basis, [share for _, share in shares]))
    elif _RATES.search(words):
        yield from _rates(words, clauses, basis)


def _shares(clauses: list[_Clause], basis: Basis) -> list[tuple[_Clause, Fraction]]:
    """The parts that clauses name; `der Rest` behind advances is what they leave of the whole."""
    named = [(each, share) for each in clauses if (share := _share_of(each)) is not None]
    money = [(each, share) for each in clauses if (share := _money_share(each, basis)) is not None]
    advances = named or money
    told = sum((share for _, share in advances), Fraction())
    if not advances or told >= 1 or not all(_is_advance(*each) for each in advances):
        return named
    behind = clauses[clauses.index(advances[-1][0]) + 1 :]
    rest = [each for each in behind if _is_rest(each, told, basis)]
    return [*advances, (rest[0], 1 - told)] if len(rest) == 1 else named


def _is_advance(clause: _Clause, share: Fraction) -> bool:
    is_paid_first = _ADVANCE.search(clause.text) or _FRACTION.search(clause.text)
    return bool(is_paid_first) and share >= _LEAST_ADVANCE and not _DISCOUNTED.search(clause.text)


def _is_rest(clause: _Clause, told: Fraction, basis: Basis) -> bool:
    """Whether a clause is about what is left: without a sum, or with just that."""
    plain = DATE.sub(_blank, clause.text)
    if clause.percents or not _REST.search(plain):
        return False
    found, left = AMOUNT.search(plain), 1 - told
    if found is None or basis.gross is None:
        return found is None
    sum_left = basis.gross * left.numerator / left.denominator
    return abs(said_amount_of(found) - sum_left) <= CENT


def _money_share(clause: _Clause, basis: Basis) -> Fraction | None:
    """`EUR 400,00 bei Auftrag`: the one amount of a clause with an event, as a share."""
    found = list(islice(AMOUNT.finditer(DATE.sub(_blank, clause.text)), 2))
    if len(found) != 1 or clause.percents or not basis.gross or not _EVENT.search(clause.text):
        return None
    share = Fraction(said_amount_of(found[0])) / Fraction(basis.gross)
    return share if 0 < share < 1 else None


def _share_of(clause: _Clause) -> Fraction | None:
    """The one part of the whole that a clause names, in percent or as a fraction."""
    found = list(islice(_FRACTION.finditer(clause.text), 2))
    if len(found) + len(clause.percents) != 1:
        return None
    if clause.percents:
        return Fraction(percent_of(clause.percents[0])) / 100
    part = found[0]
    if part["half"]:
        return Fraction(1, 2)
    if part["name"]:
        name = folded(part["name"])
        return Fraction(_COUNTS[folded(part["count"])], _NAMES.get(name) or _NAMES[name[:-1]])
    return Fraction(int(part["part"]), int(part["of"]))


def _parts_left(basis: Basis, shares: list[Fraction]) -> tuple[list[Decimal | None], list[Decimal]]:
    """Parts of what is left, unless what was paid before is just the first parts of the whole."""
    parts, percents = _parts_of(basis.gross, shares)
    known = [each for each in parts if each is not None]
    paid = (basis.gross or Decimal()) - (basis.owed or Decimal())
    if paid == 0 or any(abs(each - paid) <= CENT for each in accumulate(known)):
        return parts, percents
    return _parts_of(basis.owed, shares)


def _parts_of(
    whole: Decimal | None, shares: list[Fraction]
) -> tuple[list[Decimal | None], list[Decimal]]:
    """The money of each share, the last of them the rest, and the shares in percent."""
    percents = [cents(_HUNDRED * each.numerator / each.denominator) for each in shares[:-1]]
    percents.append(_HUNDRED - sum(percents))
    if whole is None:
        return [None] * len(shares), percents
    parts = [cents(whole * each.numerator / each.denominator) for each in shares[:-1]]
    return [*parts, whole - sum(parts, Decimal())], percents


def _rates(words: str, clauses: list[_Clause], basis: Basis) -> Iterator[Instalment]:
    """`3 Raten zu je EUR 400,00: 01.12.2026, 01.01.2027, ...`; one amount is each one's."""
    days = [when.day for clause in clauses for when in clause.times if when.basis == "fixed"]
    amounts = [said_amount_of(match) for match in AMOUNT.finditer(words)]
    monthly = _MONTHLY.search(words)
    if monthly is not None and len(days) == 1 and days[0] is not None and len(amounts) < 2:  # noqa: PLR2004
        many = max(int(monthly["many"]), 1)
        days = [months_later(days[0], after) for after in range(many)]
    if len(days) > 1 and (not amounts or _are_equal(amounts, len(days), basis)):
        shares = [Fraction(1, len(days))] * len(days)
        parts, percents = _parts_of(basis.owed, shares)
        yield from map(Instalment, days, *((parts,) if amounts else (parts, percents)))
        return
    for place, day in enumerate(days if len(days) > 1 else ()):
        each = amounts[place] if len(amounts) == len(days) else next(iter(amounts), None)
        yield Instalment(day, each)


def _are_equal(amounts: list[Decimal], many: int, basis: Basis) -> bool:
    """Whether the one amount of each part makes the whole, but for rounding: the last is less."""
    if len(amounts) != 1 or basis.owed is None:
        return False
    return abs(amounts[0] * many - basis.owed) <= many * CENT


def _by_instalments(instalments: tuple[Instalment, ...]) -> Terms:
    last = max((each.day for each in instalments if each.day), default=None)
    return Terms(last, "instalments", None, (), instalments)


def _penalty(words: str) -> Penalty | None:
    for part in _CLAUSES.split(_spelt_out(words)):
        match = PERCENT.search(part or "") if _PENALTY.search(part or "") else None
        if match is not None:
            return Penalty(cents(percent_of(match)))
    return None


def _joined(coded: Terms, spoken: Terms) -> Terms:
    """Both ways of saying it; a discount that both name is one."""
    known = {(each.day, each.percent) for each in coded.discounts}
    more = tuple(d for d in spoken.discounts if (d.day, d.percent) not in known)
    both = sorted((*coded.discounts, *more), key=lambda each: each.day or date.max)
    later = max((coded, spoken), key=lambda each: each.due_date or date.min)
    return replace(later, discounts=tuple(both), penalty=spoken.penalty)
