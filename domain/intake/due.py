"""What a structured invoice says is due: how much, to whom, how and when."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from domain.formats.invoice_record import (
    HUNDRED,
    InvoiceRecord,
    RecordDiscount,
    RecordMeans,
    RecordTerm,
    RecordTotals,
)
from domain.iban import is_iban, written
from domain.intake.vendor_match import bare_name
from domain.money import CENT, ZERO, cents
from domain.payables.normalized import NormalizedInvoice
from domain.payables.payment_means import PaymentMeans, means_of
from domain.payables.terms import Payee, PaymentMethod, PaymentTerm, TermKind
from domain.reading.finding import Finding, Severity
from domain.reading.names import is_nobody
from domain.reading.payment_words import asks_for_transfer, may_be_paid, method_in
from domain.reading.term_times import Days, months_later
from domain.reading.terms import Basis, Terms, stated_terms, terms_in

_AT_HAND = (PaymentMethod.CARD, PaymentMethod.CASH)
_COLLECTED = (PaymentMethod.DIRECT_DEBIT, PaymentMethod.CARD, PaymentMethod.CASH)
_FIELD = ("payment_method",)
_TRANSFER = PaymentMethod.TRANSFER
_STANDING = "57"  # an agreement, mostly a standing order: who has one pays already
_BLANKS = re.compile(r"[^\S\n]{2,}")
_DAYS = {"DAY": 1, "D": 1, "WEE": 7, None: 1}
_MONTHS = {"MON": 1, "ANN": 12}
_MOST_DAYS = 3660
# A discount of goods alone, not of their carriage or deposit.
_OF_A_PART = re.compile(
    r"skonto\w*\s{1,3}(?:auf|vo[mn])\s(?:d(?:as|ie|en|em)\s)?(?:reine\w?\s)?(?:material|ware(?:n(?:wert\w*)?)?\b)"
    r"|skonto\w*\s{1,3}\(?(?:nur|ausschlie\u00dflich|lediglich|allein)\s+(?:vo[mn]|auf|aus)\b|kein\s+skonto\s+auf\b"
    r"|skonto(?:[^.\n]|\.(?=\d)){0,60}\b(?:ausgenommen|au\u00dfer|exkl(?:\.|usive)?|ohne)\s(?:die\s|der\s)?"
    r"(?:versand|fracht|porto|pfand|leergut|verpackung|liefer|lohn|arbeits|montage|nebenkosten)"
    r"|nicht\s+skont\w*(?:f\u00e4hig|bar|iert)\b|ohne\s+skonto(?:abzug)?\s+auf\b"
    r"|\bdiscount\s+(?:only\s+)?(?:applies\s+only\s+to|on\s+goods\s+only|excludes)\b|\bno\s+discount\s+on\b",
    re.IGNORECASE,
)


def amount_due(totals: RecordTotals) -> Decimal | None:
    """What is still to be paid: as stated (BT-115), else by BR-CO-16 from the other totals.

    >>> amount_due(RecordTotals(gross=Decimal(12), prepaid=Decimal(9)))
    Decimal('3.00')
    """
    if totals.payable is not None or totals.gross is None:
        return totals.payable
    added = (totals.rounding or ZERO) + (totals.third_party or ZERO)
    return totals.gross - (totals.prepaid or ZERO) + added


def payee_of(record: InvoiceRecord) -> Payee | None:
    """Who is paid where that is not the seller: the payee (BG-10), else the account's holder.

    Legal forms and case make no other payee.
    """
    account = _account(record)
    seller = bare_name(record.seller.name or "")
    for name in (record.payment.payee_name, account.holder):
        if name and not is_nobody(name) and bare_name(name) != seller:
            iban = written(account.iban or "") or None
            return Payee(name, iban, account.bic)
    return None


def method_of(record: InvoiceRecord) -> PaymentMethod | None:
    """How it is paid: what is collected goes before what is transferred, None where nothing says.

    What was paid in full before is paid, whatever the code says. Words go before codes that
    leave it open.
    """
    if _is_prepaid(record.totals):
        return PaymentMethod.PAID
    known = [means.method for means in _known(record)]
    found = next((method for method in _COLLECTED if method in known), None)
    if found is not None:
        return found
    spoken = _spoken_method(record)
    is_open = not any(means.is_clear for means in _known(record))
    if spoken is not None and (not known or (is_open and spoken is not _TRANSFER)):
        return spoken
    if _account(record).iban and _may_be_transferred(record):
        return PaymentMethod.TRANSFER
    return known[0] if known else None


def _spoken_method(record: InvoiceRecord) -> PaymentMethod | None:
    """What the words say, of the terms, the notes and beside the code."""
    found = method_in(_words(record), record.totals.gross, record.number)
    return PaymentMethod(found) if found else None


def _words(record: InvoiceRecord) -> str:
    said = [means.words for means in record.payment.means]
    text = "\n".join(filter(None, (record.payment.terms, *said, *record.notes)))
    return _BLANKS.sub(" ", text)


def method_hint(method: PaymentMethod | None) -> Iterator[Finding]:
    """What is not transferred is no work for a payment run."""
    if method is PaymentMethod.DIRECT_DEBIT:
        yield Finding("DIRECT_DEBIT", "The vendor collects the amount.", Severity.HINT, _FIELD)
    elif method in _TOLD:
        yield Finding("PAYMENT_METHOD", _TOLD[method], Severity.HINT, _FIELD)


def method_findings(record: InvoiceRecord) -> Iterator[Finding]:
    """What a person should know of the way it is paid."""
    method = method_of(record)
    yield from method_hint(method)
    unclear = [means.name for means in _known(record) if not means.is_clear]
    spoken, stated = _spoken_method(record), {means.method for means in _known(record)}
    if method is _TRANSFER and _names_our_account(record):
        spoken = PaymentMethod.DIRECT_DEBIT  # structure says it, against the code
    contrary = bool(stated) and spoken is not None and spoken not in (*stated, method)
    is_standing = any(means.code == _STANDING for means in _known(record))
    is_open = bool(unclear) and (is_standing or not _account(record).iban)
    if len(stated) > 1 or contrary or is_open:
        yield _unclear(record, spoken if contrary else None, is_transfer=method is _TRANSFER)
    elif not _is_prepaid(record.totals):
        due = record.payment.due_date or stated_terms(_words(record), _basis(record)).due_date
        yield from paid_findings(method, _words(record), _basis(record), due)


def _names_our_account(record: InvoiceRecord) -> bool:
    """Whether a mandate or the account to be debited stands there (BG-19)."""
    return any(means.mandate or means.payer_iban for means in record.payment.means)


def contrary_finding(record: InvoiceRecord, on_page: PaymentMethod | None) -> Iterator[Finding]:
    """The XML has it transferred, and the page says that it is collected, or paid."""
    if method_of(record) is _TRANSFER and on_page not in (None, _TRANSFER):
        yield _unclear(record, on_page, is_transfer=True)


def _unclear(record: InvoiceRecord, spoken: PaymentMethod | None, *, is_transfer: bool) -> Finding:
    """What codes and words say; a transfer against clear words would pay it twice."""
    stated = dict.fromkeys(means.name for means in _known(record))
    names = ", ".join(stated) or _TRANSFER.value
    names += f"; its words: {spoken}" if spoken else ""
    return Finding(
        "PAYMENT_METHOD_UNCLEAR",
        f"The invoice does not say clearly how it is paid: {names}.",
        Severity.BLOCKING if spoken and is_transfer else Severity.WARNING,
        _FIELD,
        "EN 16931 BT-81",
    )


def paid_findings(
    method: PaymentMethod | None, words: str, basis: Basis, due: date | None
) -> Iterator[Finding]:
    """Paid, and yet a day to pay by, or perhaps paid: a person has to say what holds."""
    issued = basis.days.issued
    is_later = due is not None and (issued is None or due > issued)
    is_over = method is PaymentMethod.PAID or (method in _AT_HAND and asks_for_transfer(words))
    if is_over and is_later:
        message = f"The invoice says that it is paid, and that it is due on {due}."
    elif method in (None, PaymentMethod.TRANSFER) and may_be_paid(words, basis.number, basis.gross):
        message = "The invoice does not say clearly if it is paid already."
    else:
        return
    fields = ("payment_method", "due_date")
    yield Finding("PAYMENT_METHOD_UNCLEAR", message, Severity.WARNING, fields)


_TOLD: dict[PaymentMethod | None, str] = {
    PaymentMethod.CARD: "It is paid by card; a payment run never pays it.",
    PaymentMethod.CASH: "It is paid in cash; a payment run never pays it.",
    PaymentMethod.PAID: "It is paid already; a payment run never pays it.",
    PaymentMethod.OTHER: "It is paid in another way than by transfer; a run never pays it.",
}


@dataclass(frozen=True, slots=True)
class DueTerms:
    """When a document is due: the last day, all terms, and the words where only they say it."""

    due_date: date | None = None
    terms: tuple[PaymentTerm, ...] = ()
    words: str | None = None
    findings: tuple[Finding, ...] = ()


def terms_of(record: InvoiceRecord) -> DueTerms:
    """All terms: a structured day goes before words, a discount that both name is one."""
    words = record.payment.terms or ""
    spoken = terms_in(words, _basis(record))
    steps = record.payment.steps
    stated = [term for step in steps for term in _discounts(step, steps, record.issue_date)]
    discounts = (*stated, *spoken_discounts(spoken))
    day = record.payment.due_date
    parts = list(_instalments(steps, record)) or spoken_instalments(spoken, day)
    due_date = _last(parts) or day or spoken.due_date
    return DueTerms(
        due_date,
        all_terms(discounts, parts, due_date),
        words if due_date and not day and not _last(stated_parts(steps)) else None,
        (
            *_term_findings(day, spoken, stated),
            *_contradictions(record),
            *late_discounts(discounts, due_date),
            *part_findings(_words(record), discounts),
        ),
    )


def all_terms(
    discounts: Iterable[PaymentTerm], parts: Iterable[PaymentTerm], due_date: date | None
) -> tuple[PaymentTerm, ...]:
    """Discounts by day, each once, then the instalments, or the day on which all is due."""
    known: dict[tuple[date | None, Decimal | None], PaymentTerm] = {}
    for term in discounts:
        known.setdefault((term.due_date, term.percent), term)
    listed = [*sorted(known.values(), key=lambda term: term.due_date or date.max), *parts]
    if due_date is not None and not parts:
        listed.append(PaymentTerm(TermKind.NET, due_date))
    return tuple(listed)


def spoken_discounts(spoken: Terms) -> list[PaymentTerm]:
    """Discounts that words name."""
    return [
        PaymentTerm(TermKind.DISCOUNT, found.day, found.percent, found.amount)
        for found in spoken.discounts
    ]


def spoken_instalments(spoken: Terms, day: date | None = None) -> list[PaymentTerm]:
    """Instalments that words name; none that wait for events alone, where a day is stated.

    The day is of this invoice, the events are of the whole order.
    """
    if day is not None and not any(found.day for found in spoken.instalments):
        return []
    return [
        PaymentTerm(TermKind.INSTALMENT, found.day, found.percent, found.amount)
        for found in spoken.instalments
    ]


def late_discounts(discounts: Iterable[PaymentTerm], due_date: date | None) -> Iterator[Finding]:
    """A discount beyond the day that all is due: one of the two days was not meant so."""
    last = max((term.due_date for term in discounts if term.due_date), default=None)
    if last is not None and due_date is not None and due_date < last:
        yield Finding(
            "DISCOUNT_AFTER_DUE",
            f"A discount runs until {last}, and all is due on {due_date}.",
            Severity.WARNING,
            ("due_date", "terms"),
        )


def stated_parts(steps: Iterable[RecordTerm]) -> list[RecordTerm]:
    """Terms with an amount or a share each."""
    return [step for step in steps if step.instalment or step.percent]


def _last(parts: Iterable[PaymentTerm] | Iterable[RecordTerm]) -> date | None:
    return max((part.due_date for part in parts if part.due_date), default=None)


def _basis(record: InvoiceRecord) -> Basis:
    days = Days(record.issue_date, delivered=record.delivery_date)
    totals = record.totals
    return Basis(days, totals.net, totals.gross, record.number, amount_due(totals))


def _term_findings(day: date | None, spoken: Terms, stated: list[PaymentTerm]) -> Iterator[Finding]:
    if day is not None and spoken.due_date not in (None, day) and not spoken.instalments:
        yield Finding(
            "DUE_DATE_DIFFERS",
            f"The invoice is due on {day}, its words say {spoken.due_date}.",
            Severity.WARNING,
            ("due_date",),
            "EN 16931 BT-9, BT-20",
        )
    if spoken.due_basis == "receipt" and day is None:
        yield Finding(
            "DUE_FROM_RECEIPT",
            "The days run from receipt; they are counted from the day of issue.",
            Severity.HINT,
            ("due_date",),
        )
    yield from discount_findings(stated)


def discount_findings(stated: Iterable[PaymentTerm]) -> Iterator[Finding]:
    """More for paying later is a slip, and so may be a percentage that is not its amount."""
    by_day = sorted((t for t in stated if t.due_date), key=lambda term: term.due_date or date.max)
    for earlier, later in pairwise(by_day):
        if (later.percent or ZERO) > (earlier.percent or ZERO):
            yield Finding(
                "DISCOUNT_UNUSUAL",
                f"Paying by {later.due_date} earns more than paying by {earlier.due_date}.",
                Severity.WARNING,
                ("terms",),
            )


def _contradictions(record: InvoiceRecord) -> Iterator[Finding]:
    """A discount whose percentage does not make its money: the money is taken."""
    for found in (each for step in record.payment.steps for each in step.discounts):
        whole = found.basis or amount_due(record.totals)
        if not (whole and found.percent and found.amount):
            continue
        if abs(abs(cents(whole * found.percent / HUNDRED)) - abs(found.amount)) > CENT:
            yield Finding(
                "DISCOUNT_UNUSUAL",
                f"{found.percent.normalize():f} % of {whole:.2f} are not {found.amount:.2f}.",
                Severity.WARNING,
                ("terms",),
            )


def part_findings(words: str, discounts: Iterable[PaymentTerm]) -> Iterator[Finding]:
    """A discount of a part of the invoice, which nothing states as money: a person has to."""
    ordered = all_terms(discounts, (), None)
    open_ = [at for at, term in enumerate(ordered) if term.percent and term.amount is None]
    if open_ and _OF_A_PART.search(words):
        yield Finding(
            "DISCOUNT_OF_A_PART",
            "The discount is of a part of the invoice alone; enter its amount.",
            Severity.BLOCKING,
            tuple(f"terms/{at}/amount" for at in open_),
        )


def with_day(invoice: NormalizedInvoice, said: Collection[str]) -> NormalizedInvoice:
    """The day that all is due on, and the terms, in step where a person has said one of them."""
    parts = [term for term in invoice.terms if term.kind is not TermKind.DISCOUNT]
    if "terms" in said and "due_date" not in said:
        last = max((term.due_date for term in parts if term.due_date), default=invoice.due_date)
        return replace(invoice, due_date=last)
    is_plan = any(term.kind is TermKind.INSTALMENT for term in parts)
    if "due_date" not in said or "terms" in said or is_plan or not invoice.terms:
        return invoice
    day = invoice.due_date
    net = () if day is None else (PaymentTerm(TermKind.NET, day),)
    return replace(invoice, terms=(*(t for t in invoice.terms if t not in parts), *net))


def _discounts(
    step: RecordTerm, steps: tuple[RecordTerm, ...], issued: date | None
) -> Iterator[PaymentTerm]:
    """A percentage of zero is the net term and no discount."""
    for found in step.discounts:
        percent = found.percent or _percent_of(found)
        if percent or found.amount:
            until = found.day or _until(found, issued) or _own_day(step, steps)
            yield PaymentTerm(TermKind.DISCOUNT, until, percent, _discount_amount(found))


def _percent_of(found: RecordDiscount) -> Decimal | None:
    if not found.amount or not found.basis:
        return None
    return cents(found.amount / found.basis * HUNDRED)


def _discount_amount(found: RecordDiscount) -> Decimal | None:
    """The money as stated, or of the basis that is named."""
    if found.amount or not (found.basis and found.percent):
        return cents(found.amount) if found.amount else None
    return cents(found.basis * found.percent / HUNDRED)


def _own_day(step: RecordTerm, steps: tuple[RecordTerm, ...]) -> date | None:
    """The day of a term with a discount is the last of the discount beside a term without one."""
    return step.due_date if any(not each.discounts for each in steps) else None


def _until(found: RecordDiscount, issued: date | None) -> date | None:
    since, period = found.since or issued, found.period
    if since is None or period is None or period % 1 or not 0 <= period <= _MOST_DAYS:
        return None
    if found.unit in _MONTHS:
        return months_later(since, int(period) * _MONTHS[found.unit])
    days = _DAYS.get(found.unit)
    return since + timedelta(days=int(period) * days) if days is not None else None


def _instalments(steps: tuple[RecordTerm, ...], record: InvoiceRecord) -> Iterator[PaymentTerm]:
    """Several terms with an amount or a share each; a single one is the whole."""
    parts = stated_parts(steps)
    whole = amount_due(record.totals)
    for step in parts if len(parts) > 1 else ():
        amount = step.instalment
        if amount is None and step.percent is not None and whole is not None:
            amount = whole * step.percent / HUNDRED
        share = step.percent
        yield PaymentTerm(
            TermKind.INSTALMENT, step.due_date, share, cents(amount) if amount else None
        )


def _is_prepaid(totals: RecordTotals) -> bool:
    gross = totals.gross
    return gross is not None and gross > 0 and amount_due(totals) == 0


def _may_be_transferred(record: InvoiceRecord) -> bool:
    """A code that says nothing clearly, with an account to pay to, is proposed as a transfer."""
    found = list(_known(record))
    unclear = [means for means in found if not means.is_clear]
    return not found or bool(unclear) or any(m.method is PaymentMethod.TRANSFER for m in found)


def _known(record: InvoiceRecord) -> Iterator[PaymentMeans]:
    for means in record.payment.means:
        known = means_of(means.code or "")
        if known is not None:
            yield known
        elif means.payer_iban:
            yield _BY_ACCOUNT
        elif means.card:
            yield _BY_CARD


_BY_ACCOUNT = PaymentMeans("", "Lastschrift", PaymentMethod.DIRECT_DEBIT, True, "")  # noqa: FBT003
_BY_CARD = PaymentMeans("", "Karte", PaymentMethod.CARD, True, "")  # noqa: FBT003


def _account(record: InvoiceRecord) -> RecordMeans:
    """The first account that is an IBAN, else the first that is named."""
    named = [means for means in record.payment.means if means.iban or means.holder]
    valid = [means for means in named if is_iban(written(means.iban or ""))]
    return next(iter(valid or named), RecordMeans())
