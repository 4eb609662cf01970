"""What the words and lines of a page say is due: how much, to whom, how and when."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from domain.intake.due import (
    all_terms,
    discount_findings,
    late_discounts,
    method_hint,
    paid_findings,
    part_findings,
    spoken_discounts,
    spoken_instalments,
)
from domain.intake.extraction import Extraction
from domain.intake.several_accounts import findings_of, replaces_another
from domain.intake.vendor_match import bare_name
from domain.money import CENT, cents
from domain.payables.terms import Payee, PaymentMethod, PaymentTerm, TermKind
from domain.reading.date_candidates import day_first
from domain.reading.finding import Finding, Severity
from domain.reading.layout import Layout, Line
from domain.reading.names import FORM, is_nobody
from domain.reading.origin import Origin, by_rule
from domain.reading.paid_words import receipts_in, received_days
from domain.reading.payment_words import (
    advance_asked_in,
    due_in,
    method_in,
    old_balance_in,
    part_paid_in,
    prepaid_in,
    takes_off,
)
from domain.reading.retained import (
    Retained,
    retained_days,
    retained_in,
    sum_kept_back,
    without_retained,
)
from domain.reading.tax_groups import tips_in
from domain.reading.term_times import Days
from domain.reading.terms import EVENT, FRACTION, Basis, Discount, Terms, stated_terms, terms_in
from domain.reading.values import iban_in
from domain.reading.whole_words import TIP, whole_kind

_SPEAKS = re.compile(
    r"zahlbar|zahlung|\d\s*tagen?\s+(?:ab|nach|netto)|monatsende|skont[oi]|f\u00e4llig|binnen|innerhalb|\bnetto\s+(?:bis|tage|kasse)|tage\w*\s+netto|netto\s+\d{1,3}\s*tg\b"
    r"|paiement|r\u00e8glement|\u00e9ch\u00e9ance|pagamento|scadenza|betal(?:ing|en)|vervaldatum|\bpago\b|vencimiento"
    r"|p\u0142atn|zap\u0142at|platb|splatn|\u00fahrad|fizet|pla\u010dil|zapad"
    r"|\u00fcberweis|begleich|entricht|ohne\s+(?:jeden\s+)?abzug|\bziel\b|frist\b|valuta|rein\s+netto|remit|settle|within"
    r"|virement|r\u00e9gler|\bsous\s+\d|bonifico|\bentro\b|saldare|voldoen|over\s?(?:te\s+)?maken|\bpagar|abonar|transferencia"
    r"|przelew|uhra[dz]|zaplat|utal(?:ni|ja|and|\u00e1s)|kiegyenl|bel\u00fcl|\bporavna|\bnaka[z\u017e]|\brok\b"
    r"|\b(?:danach|sonst|ansonsten|otherwise|thereafter)\b.{0,40}\b(?:bis|by|until)\b.{0,6}\d"
    rf"|\d\s?%\s+(?:\w+\s+)?{EVENT}|,\d\d\s+(?:(?:EUR|\u20ac)\s+)?{EVENT}|{FRACTION}"
    r"|rate[n\b]|abgebucht|eingezogen|lastschrift|erhalten|payable|payment|\bdue\b|discount|\bnet\s+\d",
    re.IGNORECASE,
)
# A dot ends an abbreviation within a name, or a sentence, and with it the name.
_OF_NAME = r"(?:[\w&\- ]|(?<!\w\w\w\w)(?<!\d)\.|\.(?!\s))"
# Some factors write themselves without a capital; their legal form tells that it is a name.
_SMALL = (
    r"[a-z][\w&-]{2,30}(?:\s[\w&-]{1,30}){0,3}?"
    r"\s(?-i:GmbH|AG|SE|KG|S\.?A\.?|S\.?p\.?A\.?|Ltd)(?!\w)"
)
_ASSIGNED = re.compile(
    r"(?:abgetreten|\u00fcbertragen|zediert|verkauft|assigned|c\u00e9d\u00e9e?s?|cedut[oi]|cedid[oa]s?"
    r"|gecedeerd|overgedragen|schuldbefreiender\s+wirkung"
    r"(?:\s+\w+){0,6}?)\s+(?:an|to|\u00e0|a|aan)\s+(?:die\s+|den\s+|the\s+|la\s+)?"
    rf"(?P<name>(?-i:[A-Z\u00c4\u00d6\u00dc])[\w&.\- ]{{2,80}}?|{_SMALL})"
    r"(?=\s*(?:[,;(\n]|(?<=[^\W\d_]{2})\.\s|\.$|zu\s|geleistet|IBAN|$))",
    re.IGNORECASE,
)
# `\u00dcberweisen Sie an Klarna Bank AB, IBAN ...`: whose account it is, before its number.
_OF_ACCOUNT = re.compile(
    r"(?:\b(?:an|to|\u00e0|zugunsten(?:\svon)?)\s(?:die\s|den\s|the\s)?"
    r"|\b(?:(?:zahlungs)?empf\u00e4nger(?:in)?|payee|b\u00e9n\u00e9ficiaire|beneficiari[oa]|zahlbar\san)\s?:?\s)"
    r"(?P<name>[^\W\d_][\w&.,'() -]{2,80}?)\s?[,;:(]?\s?(?=IBAN\b)",
    re.IGNORECASE,
)
_BANK = re.compile(r"bank\b|sparkasse|raiffeisen|volksbank|\bbawag|\bhypo", re.IGNORECASE)
_PAYS_FOR_OTHERS = re.compile(r"factor|klarna|billie|mondu|ratepay|unzer", re.IGNORECASE)
_LONGEST_IBAN = 60  # characters, with its name and blanks
_ASSIGNED_AFTER = re.compile(
    r"\b(?:an|to)\s+(?:die\s+|den\s+|the\s+)?"
    rf"(?P<name>(?-i:[A-Z\u00c4\u00d6\u00dc]){_OF_NAME}{{2,80}}?|{_SMALL})\s+(?:verkauft|abgetreten|zediert"
    r"|\u00fcbertragen|assigned)\b",
    re.IGNORECASE,
)
_HOLDER = re.compile(
    r"(?:konto(?:inhaber|wortlaut)(?:in)?|zahlungsempf\u00e4nger(?:in)?|beg\u00fcnstigte[rn]?"
    r"|factor(?:ing)?(?:-?(?:bank|gesellschaft))?|account\s+(?:holder|name)|beneficiary(?:\s+name)?)"
    r"\s*:\s*(?P<name>[^\W\d_][\w&.,'\- ]{2,80}?)"
    r"(?=\s*(?:$|[;|(\n]|\s{2,})|\s+(?:IBAN|BIC|Bank|Konto|Kto|BLZ)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_DAYS_ALONE = re.compile(
    r"\W*(?:netto\s+|net\s+)?\d{1,3}\s*-?\s*(?:kalender)?(?:tagen?|tg|days?|jours?|giorni|gg|dagen|d[i\u00ed]as|dni|dn[\u00ed\u016fu]|nap)\W*"
    r"(?:rein\s+)?(?:netto|net|ohne\s+abzug|fin\s+de\s+mois)?\W*",
    re.IGNORECASE,
)
_NAME_OF_PAYEE = (
    r"(?:die\s+|den\s+)?(?P<{0}>(?-i:[A-Z\u00c4\u00d6\u00dc])[\w&\- ]{{2,80}}?)"
    r"(?=\s*(?:[,;(.\n]|IBAN|$))"
)
_PAY_THEM = re.compile(
    r"(?:zahlen|bezahlen|\u00fcberweisen|begleichen)\s+Sie\b[^.\n]{0,60}?"
    r"\b(?:direkt|ausschlie\u00dflich|nur|allein)\s+an\s+"
    + _NAME_OF_PAYEE.format("name")
    + r"|pay\s+(?:\w+\s+){0,4}?directly\s+to\s+"
    + _NAME_OF_PAYEE.format("to"),
    re.IGNORECASE,
)
_IBAN_FOLLOWS = re.compile(r"\s?[,:(]?\s?IBAN")
_AT_HAND = (PaymentMethod.CARD, PaymentMethod.CASH)
_RULE = Decimal("0.60")
_MOST_LINES = 40
_CENTS = Decimal("0.05")  # of rounding, line by line
# On what asks for an advance, the advance is what is asked for.
_ADVANCE = re.compile(
    r"^[^\w\n]*(?:anzahlungs|akonto|a-?conto-?|abschlags|voraus(?:zahlungs)?|teil)-?rechnung(?!en)",
    re.IGNORECASE | re.MULTILINE,
)
_ALIGNED, _BLANK = 60, 40  # units: lines of one column begin as near; a blank has about as many


def with_due(
    page: Extraction,
    layout: Layout,
    ibans: Collection[str] = (),
    *,
    is_month_first: bool = False,
) -> Extraction:
    """The extraction with all that its page says of the payment; `ibans` are on the page."""
    taken = _taken_off(page)
    words = _words(layout, taken)
    words = day_first(words) if is_month_first else words
    told = [*(line.text for line in layout.lines), *words.splitlines()]
    words = without_retained(words)
    spoken = terms_in(words, _basis(page))
    received = received_days(layout.text, page.invoice_number)
    text = "\n".join(_beside_lines(page, layout.text, taken))
    asked = _advance_asked(page, text)
    prepaid, left = _amounts(page, text, {each.amount for each in spoken.discounts}, asked)
    whole = None if page.total_gross is None else page.total_gross - (prepaid or Decimal())
    method = _method(page, layout, left)
    spoken = _without_what_is_kept(_of_rest(spoken, words, page, left), told, whole, left)
    when = _due_date(page, spoken, method, received | retained_days(told))
    if method in _AT_HAND and prepaid and left and (when or _is_part(page, text)):
        method = None  # what came was a part, and a rest is named, or a day for it
    stated = page.due_date or stated_terms(words, _basis(page)).due_date
    kept = _kept_back(told, whole, left, when)
    parts = spoken_instalments(spoken, when) or _parts(whole, asked)
    if kept is not None and not parts:
        parts, left = _until(kept, left, when), whole
        when = kept.day
    read = replace(
        page,
        due_date=when,
        terms=all_terms(spoken_discounts(spoken), parts, when),
        payment_method=method or (PaymentMethod.TRANSFER if page.vendor_iban else None),
        payee=_payee(page, layout),
        prepaid_amount=prepaid,
        amount_due=left,
    )
    return replace(
        read,
        origins=_origins(page, read),
        findings=(
            *page.findings,
            *method_hint(read.payment_method),
            *paid_findings(
                method, layout.text, _basis(page), stated if stated not in received else None
            ),
            *discount_findings(spoken_discounts(spoken)),
            *late_discounts(spoken_discounts(spoken), when),
            *part_findings(layout.text, spoken_discounts(spoken)),
            *_old_balance(page, layout.text),
            *_tip_beside(page, layout),
            *_asks_for_more(page.total_gross, text),
            *_several_accounts(read, layout, ibans),
        ),
    )


def _of_rest(spoken: Terms, words: str, page: Extraction, left: Decimal | None) -> Terms:
    """Terms of what is left, where that is not the whole."""
    if left in {None, page.total_gross}:
        return spoken
    return terms_in(words, replace(_basis(page), due=left))


def _without_what_is_kept(
    spoken: Terms, told: Sequence[str], whole: Decimal | None, left: Decimal | None
) -> Terms:
    """Terms with discounts of what is due now, where a part of the whole is kept back.

    Who pays in time pays that less the discount; what is kept back is paid whole, years later.
    """
    if whole is None or left is None or sum_kept_back(told, whole, left) is None:
        return spoken
    found = (_of_the_rest(each, left) for each in spoken.discounts)
    return replace(spoken, discounts=tuple(found))


def _of_the_rest(discount: Discount, left: Decimal) -> Discount:
    """A discount as money, of what is left."""
    percent = discount.percent
    is_open = discount.amount is None and discount.base == "gross"
    if is_open and percent and percent > 0:
        return replace(discount, amount=cents(left * percent / 100))
    return discount


def _kept_back(
    told: Sequence[str], whole: Decimal | None, left: Decimal | None, when: date | None
) -> Retained | None:
    """What is kept back of the whole until a day after the one on which the rest is due."""
    if whole is None or left is None or when is None:
        return None
    found = retained_in(told, whole, left)
    return found if found is not None and found.day > when else None


def _until(kept: Retained, left: Decimal | None, when: date | None) -> list[PaymentTerm]:
    """What is due now and what is kept back, as instalments: a run pays each on its day."""
    return [
        PaymentTerm(TermKind.INSTALMENT, when, None, left),
        PaymentTerm(TermKind.INSTALMENT, kept.day, None, kept.amount),
    ]


def _words(layout: Layout, taken: Collection[str]) -> str:
    """The lines that speak of payment; what goes on below belongs to the same sentence."""
    found: list[list[str]] = [[text] for text in _below_headings(layout)]
    last: Line | None = None
    for line in layout.lines:
        if not _SPEAKS.search(line.text) or takes_off(line.text) or _holds(line.text, taken):
            last = None
            continue
        if last is not None and not _ends_above(last, line):
            found[-1].append(line.text)
        else:
            found.append([line.text])
        last = line
    return "\n".join(" ".join(part) for part in found[:_MOST_LINES])


def _below_headings(layout: Layout) -> Iterator[str]:
    """Terms that are nothing but days, with the heading above them that speaks of payment."""
    for page in layout.pages:
        for above, line in pairwise(page.lines):
            for cell in line.cells:
                if _DAYS_ALONE.fullmatch(cell.text):
                    over = (each for each in above.cells if _is_over(each, cell))
                    yield from (
                        f"{each.text}: {cell.text}" for each in over if _SPEAKS.search(each.text)
                    )


def _is_over(above: Line, cell: Line) -> bool:
    """Whether a cell stands in the column of the other one."""
    return above.box.left < cell.box.right and above.box.right > cell.box.left


def _ends_above(above: Line, line: Line) -> bool:
    """Whether a line was ended by will: the first word of the next one would have fitted on it."""
    first = line.words[0].box
    is_one_column = above.page == line.page and abs(above.box.left - line.box.left) < _ALIGNED
    return is_one_column and above.box.right + _BLANK + first.right - first.left < line.box.right


def _basis(page: Extraction) -> Basis:
    days = Days(page.invoice_date, delivered=page.delivery_date)
    return Basis(days, page.total_net, page.total_gross, page.invoice_number)


def _method(page: Extraction, layout: Layout, left: Decimal | None) -> PaymentMethod | None:
    found = method_in(layout.text, page.total_gross, page.invoice_number)
    is_nothing_left = left == 0 and page.total_gross is not None and page.total_gross > 0
    if is_nothing_left and found in (None, PaymentMethod.TRANSFER):
        return PaymentMethod.PAID
    return PaymentMethod(found) if found else None


def _due_date(
    page: Extraction, spoken: Terms, method: PaymentMethod | None, received: frozenset[date]
) -> date | None:
    """The day that is stated, else the one that terms come to; never the day of a discount.

    Nor one on which money came. Of instalments it is the last; what is paid is not due.
    """
    if method is PaymentMethod.PAID:
        return None
    never = {*received, *(each.day for each in spoken.discounts)}
    stated = page.due_date if page.due_date not in never else None
    if stated is not None and spoken.due_basis != "instalments":
        return stated
    return max(filter(None, (stated, spoken.due_date)), default=None)


def _amounts(
    page: Extraction, text: str, off: Collection[Decimal | None], asked: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """What was paid before and what is left: a stated rest, else what the two others leave.

    A rest that is less by a discount (`off`) is what is paid in time, not what is due. Where more
    was paid than the whole, what is left is below zero: nothing of it is owed. Where an advance is
    `asked` for now, the rest is owed as well: both are instalments.
    """
    gross, prepaid, stated = page.total_gross, prepaid_in(text), due_in(text)
    if gross is None:
        return prepaid, stated
    came = _part_that_came(text, gross, page.invoice_number) or part_paid_in(text, gross)
    if prepaid is None and came is not None and stated == gross - came:
        prepaid = came
    if prepaid is not None and _is_none(prepaid, stated, gross, text):
        prepaid = None
    left = gross - (prepaid or Decimal())
    if asked is not None and stated in (None, asked, left - asked):
        return prepaid, left
    is_rest = stated is not None and _is_rest(stated, gross, left) and left - stated not in off
    due = stated if is_rest else left
    return prepaid, due


def _advance_asked(page: Extraction, text: str) -> Decimal | None:
    """An advance that is asked for now, where it is a part of the whole."""
    asked = advance_asked_in(text)
    is_part = asked is not None and page.total_gross is not None and asked < page.total_gross
    return asked if is_part else None


def _parts(whole: Decimal | None, asked: Decimal | None) -> list[PaymentTerm]:
    """The advance that is asked for, and the rest: on days that nobody knows yet."""
    if asked is None or whole is None or asked > whole:
        return []
    return [
        PaymentTerm(TermKind.INSTALMENT, None, None, each)
        for each in (asked, whole - asked)
        if each
    ]


def _is_none(prepaid: Decimal, stated: Decimal | None, gross: Decimal, text: str) -> bool:
    """Whether an amount is none that was paid before: the page asks for it, or denies it."""
    is_asked = stated in {None, gross} and prepaid >= gross and _ADVANCE.search(text) is not None
    is_denied = prepaid > abs(gross) and (gross < 0 or (stated is not None and 0 <= stated < gross))
    return not prepaid or is_denied or (is_asked and not any(receipts_in(text)))


def _part_that_came(text: str, gross: Decimal, own: str | None) -> Decimal | None:
    """The one amount that words say came, where it is a part of the whole."""
    came = {each.amount for each in receipts_in(text, own)}
    one = came.pop() if len(came) == 1 else None
    return one if one is not None and 0 < one < gross else None


def _is_part(page: Extraction, text: str) -> bool:
    """Whether what words say came is a part of the whole."""
    gross = page.total_gross
    return gross is not None and _part_that_came(text, gross, page.invoice_number) is not None


def _taken_off(page: Extraction) -> list[str]:
    """Lines that take something off a total which is less by it already: no prepayment besides."""
    return [name for name, total in _lines_of_total(page) if total < 0]


def _lines_of_total(page: Extraction) -> list[tuple[str, Decimal]]:
    """Names of the lines, where they come to the total, and what each of them comes to."""
    found = [
        (" ".join((each.description or "").split()), each.line_total or Decimal())
        for each in page.line_items
    ]
    whole = sum((total for _, total in found), Decimal())
    if page.total_gross is None or abs(whole - page.total_gross) > _CENTS:
        return []
    return [each for each in found if each[0]]


def _beside_lines(page: Extraction, text: str, taken: Collection[str]) -> Iterator[str]:
    """The rows of a page but its lines: what is a part of the total was not paid before it."""
    asked = [name for name, total in _lines_of_total(page) if total > 0]
    for line in text.splitlines():
        if not _holds(line, taken) and (takes_off(line) or not _holds(line, asked)):
            yield line


def _holds(line: str, named: Collection[str]) -> bool:
    said = " ".join(line.split())
    return any(each in said for each in named)


def _asks_for_more(gross: Decimal | None, text: str) -> Iterator[Finding]:
    """More is asked for than the invoice comes to, and no older balance makes it."""
    stated, old = due_in(text), old_balance_in(text)
    if gross is not None and stated is not None and stated > max(gross + (old or 0), CENT) + CENT:
        yield Finding(
            "AMOUNT_DUE_UNEXPLAINED",
            f"Gross less prepaid plus rounding is {gross:.2f}, not {stated:.2f}.",
            Severity.WARNING,
            ("amount_due",),
            "EN 16931 BR-CO-16",
        )


def _old_balance(page: Extraction, text: str) -> Iterator[Finding]:
    """More is asked than this invoice comes to: what is left of others is on their entries."""
    old, gross = old_balance_in(text), page.total_gross
    if old is not None and gross is not None and old != gross:
        yield Finding(
            "OLD_BALANCE",
            f"{old:.2f} of an older balance are asked besides; with it {gross + old:.2f}.",
            Severity.WARNING,
            ("amount_due",),
        )


def _tip_beside(page: Extraction, layout: Layout) -> Iterator[Finding]:
    """A tip that the total does not have in it: more was paid than the invoice comes to."""
    tip, gross = sum(dict.fromkeys(tips_in(layout)), Decimal()), page.total_gross
    known = list(_without_tip(page))
    if gross is not None and tip > 0 and gross in known and gross - tip not in known:
        yield Finding(
            "TIP_BESIDE_TOTAL",
            f"A tip of {tip:.2f} stands beside the total; with it {gross + tip:.2f}.",
            Severity.WARNING,
            ("total_gross",),
        )


def _without_tip(page: Extraction) -> Iterator[Decimal]:
    """What the taxed groups come to, and what several lines do but for that of a tip."""
    taxed = [(e.basis or Decimal(), e.amount or Decimal()) for e in page.taxes if e.rate]
    if taxed:
        yield sum((basis + tax for basis, tax in taxed), Decimal())
    lines = [e.line_total for e in page.line_items if whole_kind(e.description or "") != TIP]
    if len(lines) > 1:
        yield sum((each or Decimal() for each in lines), Decimal())


def _is_rest(stated: Decimal, gross: Decimal, left: Decimal) -> bool:
    """A part of the whole is a rest; more than the whole is some other amount."""
    return abs(stated - left) <= CENT or 0 <= stated < gross


def _payee(page: Extraction, layout: Layout) -> Payee | None:
    """To whom the claim was assigned, when the words name somebody else than the vendor."""
    vendor = page.vendor_name
    if vendor is None:
        return None
    text = re.sub(r"\s+", " ", layout.text)
    asked = _first_name(_PAY_THEM, text)
    if asked is not None and not _is_one(asked[0], vendor):
        if _IBAN_FOLLOWS.match(text, asked[1].end()):
            return Payee(asked[0], page.vendor_iban, page.vendor_bic)
        return Payee(asked[0])  # the account on the page is the vendor's
    for words, where in ((_ASSIGNED, text), (_ASSIGNED_AFTER, text), (_HOLDER, layout.text)):
        named = _first_name(words, where)
        if named is not None:
            is_vendor = _is_one(named[0], vendor)
            return None if is_vendor else Payee(named[0], page.vendor_iban, page.vendor_bic)
    return _holder_of_account(page, text)


def _holder_of_account(page: Extraction, text: str) -> Payee | None:
    """A company that stands before the number of an account to pay to, and is no bank of theirs."""
    for found in _OF_ACCOUNT.finditer(text):
        name = found["name"].strip(" .,:(")
        form = list(FORM.finditer(name))
        is_company = bool(form) and not name[form[-1].end() :].strip(" .,)")
        is_their_bank = _BANK.search(name) and not _PAYS_FOR_OTHERS.search(name)
        parties = filter(None, (page.vendor_name, page.recipient.name))
        account = iban_in(text[found.end() :][:_LONGEST_IBAN].removeprefix("IBAN").lstrip(" :.)"))
        if (
            account
            and is_company
            and not is_their_bank
            and not any(_is_one(name, e) for e in parties)
        ):
            return Payee(name, account[0])
    return None


def _several_accounts(
    page: Extraction, layout: Layout, ibans: Collection[str]
) -> Iterator[Finding]:
    """Accounts beside the one that was read, and whether they are of different holders."""
    holders = (match["name"].strip(" .,") for match in _HOLDER.finditer(layout.text))
    vendor = page.vendor_name or ""
    is_other = any(not is_nobody(name) and not _is_one(name, vendor) for name in holders)
    is_doubtful = page.payee is not None or is_other or replaces_another(layout.text)
    yield from findings_of(page.vendor_iban, ibans, is_doubtful=is_doubtful)


def _first_name(words: re.Pattern[str], text: str) -> tuple[str, re.Match[str]] | None:
    """The first name that is somebody's: no account, no cash desk."""
    for match in words.finditer(text):
        name = next(filter(None, match.groups())).strip(" .,")
        if name and not is_nobody(name):
            return name, match
    return None


def _is_one(name: str, vendor: str) -> bool:
    """Whether two names may be one company's, however much of them is written."""
    one, other = set(bare_name(name).split()), set(bare_name(vendor).split())
    return not one or not other or bool(one & other)


def _origins(before: Extraction, read: Extraction) -> dict[str, Origin]:
    """Values that follow from words, by rule; a day that was replaced, too."""
    origins = dict(before.origins)
    if read.due_date != before.due_date:
        origins.pop("due_date", None)
    for name in ("due_date", "prepaid_amount", "amount_due", "payment_method"):
        if getattr(read, name) is not None and name not in origins:
            origins[name] = by_rule(_RULE, "from the words about the payment")
    return origins
