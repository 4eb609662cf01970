"""Lines of an invoice that take prepayments off, and which prepayments those are.

A final invoice either shows the whole and says what was prepaid (BT-113), or takes each prepayment
off in a line below zero, with its tax. The latter is set off in the place of such a line: base and
tax are given back as they were booked, and the prepayment is used up.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from domain.money import BASE_CURRENCY, CENT, ZERO, cents
from domain.payables.normalized import NormalizedInvoice, NormalizedLine
from domain.payables.prepayment import (
    Prepayment,
    PrepaymentSetOff,
    by_prepayment,
    domestic_rate,
    proposed,
    used_of,
)
from domain.reading.document_type import DocumentType
from domain.reading.finding import Finding, Severity
from domain.tax.code import TaxCode

# Parts of what is used up over time; any other "...abschlag" is a rebate.
_PARTS = (
    r"(?:bau|energie|gas|heizkosten|jahres|monats|quartals|strom|teil|w\u00e4rme|wasser|zwischen)"
    r"-?abschl[a\u00e4]g"
)
_PREPAID = re.compile(
    rf"anzahlung|\babschl[a\u00e4]g|\b{_PARTS}|\bakonto|\b[a\u00e0][- ]?conto\b|\bacconto|\bacompte"
    r"|teil(?:rechnung|zahlung)|\bvoraus(?:zahlung|kasse|rechnung)|\bvorschu(?:ss|\u00df)"
    r"|\bbereits (?:abgerechnet|berechnet|bezahlt|fakturiert|geleistet|gezahlt|verrechnet"
    r"|in rechnung gestellt)|\bpre-?(?:payment|paid)|\bdown[- ]?payment|\b(?:advance|partial|part"
    r"|progress|interim) (?:payment|invoice)|\b(?:less|minus) deposit|\bdeposit (?:invoice|paid)"
    r"|\balready (?:billed|invoiced|paid)",
    re.IGNORECASE,
)
_REBATE = re.compile(
    r"rabatt|skonto|nachla(?:ss|\u00df)|bonus|\bboni\b|minderung|discount|rebate"
    rf"|\b(?!{_PARTS})\w+-?abschl[a\u00e4]g",
    re.IGNORECASE,
)
_LOWERED = re.compile(r"gutschrift|credit|%", re.IGNORECASE)
# What may be the number of an invoice; a day, a year and "Nr. 4" are none.
_NUMBER = re.compile(r"\b(?:[a-z]{1,6}[-/]?\d[\w/-]*|\d{4}[-/]\d{3,}|\d{5,})\b", re.IGNORECASE)
# "Abschlag 3 %" is a rebate, "1. Abschlag 30 %" and "Abschlagsrechnung (30 %)" are none.
_BARE_RATE = re.compile(
    r"\babschl[a\u00e4]ge?[^\w\n]*(?:(?:von|in h\u00f6he von)\b[^\w\n]*)?(\d+(?:[.,]\d+)?)\s*%",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"(?:\b\d+\s?\.|\b(?:erste|zweite|dritte|vierte|f\u00fcnfte|sechste|letzte)[nrs]?)\s+abschl",
    re.IGNORECASE,
)
# "inkl. 19 % MwSt" lowers nothing.
_TAX = r"(?:mwst|mehrwertsteuer|ust|umsatzsteuer|steuer|vat|tax)"
_TAX_RATE = re.compile(
    rf"\b(?:inkl|incl|zzgl|inklusive|zuz\u00fcglich|plus|{_TAX})\b[.:(\s]{{0,9}}\d{{1,3}}(?:[.,]\d{{1,4}})?\s{{0,3}}%"
    rf"|(?<!\d)\d{{1,3}}(?:[.,]\d{{1,4}})?\s{{0,3}}%[^\w\n]{{0,9}}{_TAX}\b",
    re.IGNORECASE,
)
_HUNDRED = Decimal(100)
_SHORTEST = 3
_LAW = "§ 11 Abs. 1 Z 4, § 12 UStG (AT), § 14 Abs. 5, § 15 UStG (DE)"


def gives_back(line: NormalizedLine) -> bool:
    """Whether a line of an invoice takes a prepayment off.

    It is below zero, and says what it takes off; a rebate for paying ahead is a rebate.
    """
    return speaks_of_one(line) and not _is_rebate(line)


def speaks_of_one(line: NormalizedLine) -> bool:
    """Whether a line below zero speaks of a prepayment, whatever it says of it."""
    return line.line_total < ZERO and bool(_PREPAID.search(_without_rates(line.description)))


def _is_rebate(line: NormalizedLine) -> bool:
    """Whether the words are those of a rebate, or "Abschlag" is one by its percentage.

    That of a part ("1. Abschlag 30 %") is none, nor is the rate of tax.
    """
    said = _without_rates(line.description)
    rate = _BARE_RATE.search(said)
    is_bare = rate is not None and not _COUNTED.search(said)
    if is_bare and rate is not None:
        is_bare = Decimal(rate[1].replace(",", ".")) / _HUNDRED != line.tax_rate
    return is_bare or bool(_REBATE.search(said))


def _without_rates(said: str) -> str:
    return _TAX_RATE.sub(" ", said)


def _seen(invoice: NormalizedInvoice) -> Iterator[tuple[int, NormalizedLine]]:
    """Its lines, counted from 1, so that what takes something off is below zero.

    A credit note may be a final invoice below zero, and has all its signs turned.
    """
    is_credit = invoice.document_type is DocumentType.CREDIT_NOTE
    for at, line in enumerate(invoice.line_items, 1):
        yield at, _turned(line) if is_credit else line


def _turned(line: NormalizedLine) -> NormalizedLine:
    return replace(line, line_total=-line.line_total, tax_amount=-line.tax_amount)


def is_below(invoice: NormalizedInvoice) -> bool:
    """Whether an invoice has a line that may take something off."""
    return any(line.line_total < ZERO for _, line in _seen(invoice))


def is_whole(invoice: NormalizedInvoice, position: int) -> bool:
    """Whether all of a line, counted from 1, is set off."""
    line = invoice.line_items[position - 1]
    return bool(line.line_total) and invoice.covered(position) == abs(line.line_total)


@dataclass(frozen=True, slots=True)
class Taken:
    """A line that takes a prepayment off, counted from 1: what of it is not set off yet."""

    position: int
    line: NormalizedLine
    left: Decimal


def taken_off(invoice: NormalizedInvoice, known: Sequence[Prepayment] = ()) -> list[Taken]:
    """Lines that take prepayments off: by words, or number, account or amount of one that is known.

    An amount alone tells nothing where the words speak of something else, or two have it. A credit
    note without any line of a supply takes off only what is known.
    """
    lines = list(_seen(invoice))
    is_credit = invoice.document_type is DocumentType.CREDIT_NOTE
    if is_credit and not known and all(line.line_total <= ZERO for _, line in lines):
        lines = [(at, line) for at, line in lines if invoice.covered(at)]
    return [
        Taken(at, line, -line.line_total - invoice.covered(at))
        for at, line in lines
        if line.line_total < ZERO and (invoice.covered(at) or _is_taken(line, known))
    ]


def _is_taken(line: NormalizedLine, known: Sequence[Prepayment]) -> bool:
    accounts = {share.account for each in known for share in each.shares}
    if line.account_number in accounts or gives_back(line):
        return True
    if any(_named(each, line) for each in known):
        return True
    alike = [each for each in known if each.intent_id and each.left_amount == -line.line_total]
    return len(alike) == 1 and (speaks_of_one(line) or not _is_lowered(line))


def _is_clear(line: NormalizedLine, known: Sequence[Prepayment]) -> bool:
    """Whether it is beyond doubt that a line takes one of these prepayments off.

    Not by its amount alone, not where it may be a rebate or names an invoice that is none of them.
    """
    if _is_rebate(line):
        return False
    if any(_named(each, line) for each in known):
        return True
    return gives_back(line) and not _NUMBER.search(line.description)


def _is_lowered(line: NormalizedLine) -> bool:
    said = _without_rates(line.description)
    return _is_rebate(line) or bool(_LOWERED.search(said))


def _named(prepayment: Prepayment, line: NormalizedLine) -> bool:
    number = (prepayment.document_number or "").strip()
    whole = rf"(?<!\w){re.escape(number)}(?!\w)"
    return len(number) >= _SHORTEST and bool(re.search(whole, line.description, re.IGNORECASE))


def set_offs_for(
    invoice: NormalizedInvoice, known: Sequence[Prepayment]
) -> tuple[PrepaymentSetOff, ...]:
    """What is proposed to be set off in lines; all of them, or nothing where a choice is open.

    A line goes before their sum: by the number that it names, by its tax, by its amount. A part
    of a prepayment is taken by its number only. Nothing in foreign currency, nothing where a line
    is not clear or somebody booked it elsewhere, nothing where a person has said what is set off,
    and nothing of what gives money back.
    """
    if invoice.set_offs_said or invoice.document_type is DocumentType.CREDIT_NOTE:
        return ()
    wanted = [each for each in taken_off(invoice, known) if each.left > ZERO]
    if not all(_is_clear(each.line, known) for each in wanted):
        return ()
    accounts = {share.account for each in known for share in each.shares}
    is_elsewhere = any(
        (each.line.account_number or None) not in {None, *accounts} for each in wanted
    )
    if invoice.currency != BASE_CURRENCY or is_elsewhere:
        return ()
    return _one_by_one(wanted, known, invoice) or _together(wanted, known, invoice)


def _one_by_one(
    wanted: Sequence[Taken], known: Sequence[Prepayment], invoice: NormalizedInvoice
) -> tuple[PrepaymentSetOff, ...]:
    found: list[PrepaymentSetOff] = []
    for each in wanted:
        free = _free(known, (*invoice.set_offs, *found))
        amounts = _chosen(each, free)
        if not amounts:
            return ()
        found.extend(
            _said(prepayment_id, amount, each.position, free)
            for prepayment_id, amount in amounts.items()
        )
    return tuple(found)


def _chosen(taken: Taken, free: Sequence[Prepayment]) -> Mapping[UUID, Decimal]:
    by_number = [each for each in free if _named(each, taken.line)]
    if by_number:
        is_part = len(by_number) == 1 and not _is_lowered(taken.line)
        return proposed(by_number, taken.left, is_part=is_part)
    taxed = [each for each in free if bool(each.intent_id) == bool(taken.line.tax_amount)]
    chosen = (proposed(pool, taken.left, is_part=False) for pool in (taxed, free))
    return next(filter(None, chosen), {})


def _together(
    wanted: Sequence[Taken], known: Sequence[Prepayment], invoice: NormalizedInvoice
) -> tuple[PrepaymentSetOff, ...]:
    """Set-offs of their sum, laid upon the lines from the first on."""
    if len(wanted) <= 1:
        return ()
    free = _free(known, invoice.set_offs)
    amounts = proposed(free, sum((each.left for each in wanted), ZERO), is_part=False)
    whole = [_said(name, amount, None, free) for name, amount in amounts.items()]
    return tuple(_laid(whole, wanted, known))


def _free(known: Iterable[Prepayment], set_offs: Iterable[PrepaymentSetOff]) -> list[Prepayment]:
    taken = by_prepayment(set_offs)
    left = (
        replace(each, left_amount=each.left_amount - taken.get(each.prepayment_id, ZERO))
        for each in known
    )
    return [each for each in left if each.left_amount > ZERO]


def _said(
    prepayment_id: UUID, amount: Decimal, position: int | None, known: Iterable[Prepayment]
) -> PrepaymentSetOff:
    found = next(each for each in known if each.prepayment_id == prepayment_id)
    return PrepaymentSetOff(amount, found.open_item_id, found.intent_id, position)


def placed(invoice: NormalizedInvoice, known: Sequence[Prepayment] = ()) -> NormalizedInvoice:
    """The invoice with set-offs that name no line laid upon its lines.

    Only where nothing else of it was prepaid: then nothing but lines can be meant.
    """
    wanted = [each for each in taken_off(invoice, known) if each.left > ZERO]
    if not invoice.beside or not wanted or invoice.to_set_off:
        return invoice
    laid = list(_laid(invoice.beside, wanted, known))
    over = sum((each.amount for each in invoice.beside), ZERO) - sum(
        (each.amount for each in laid), ZERO
    )
    return invoice if over else replace(invoice, set_offs=(*invoice.within, *laid))


def _laid(
    set_offs: Sequence[PrepaymentSetOff], wanted: Sequence[Taken], known: Sequence[Prepayment]
) -> Iterator[PrepaymentSetOff]:
    """Each upon the lines that name it, then upon one of its amount, then from the first on."""
    ids = {each.prepayment_id: each for each in known}
    rest = [each.amount for each in set_offs]
    left = [each.left for each in wanted]
    for rank in range(3):
        for at, each in enumerate(set_offs):
            for to, taken in enumerate(wanted):
                amount = min(rest[at], left[to])
                is_named = each.prepayment_id in ids and _named(ids[each.prepayment_id], taken.line)
                if amount and (is_named, rest[at] == left[to], True)[rank]:
                    yield replace(each, amount=amount, position=taken.position)
                    rest[at] -= amount
                    left[to] -= amount


def problems(invoice: NormalizedInvoice) -> Iterator[tuple[str, str]]:
    """What is set off in an invoice that cannot bear it: a place in the list, or none, and why."""
    yield from (("", why) for why in _whole_problems(invoice))
    lines = dict(_seen(invoice))
    for at, each in enumerate(invoice.set_offs):
        if each.position is None:
            continue
        line = lines.get(each.position)
        if line is None or line.line_total >= ZERO:
            yield f"{at}/position", "is no line that takes something off"
        elif invoice.covered(each.position) > -line.line_total:
            yield f"{at}/amount", f"is more than the {-line.line_total:.2f} that the line takes off"


def _whole_problems(invoice: NormalizedInvoice) -> Iterator[str]:
    """Where lines alone take prepayments off, the total is less by them: nothing else is prepaid.

    An invoice on which all of its total is due was prepaid in nothing but lines.
    """
    if not invoice.set_offs:
        return
    amount, due = invoice.set_off_amount, invoice.amount_due
    is_all = is_below(invoice) if due is None else due in (invoice.total_gross, invoice.owed_amount)
    if amount and invoice.document_type is DocumentType.CREDIT_NOTE:
        yield "a credit note is not set off against prepayments"
    elif invoice.currency != BASE_CURRENCY:
        yield "is for invoices in EUR only"
    elif amount > invoice.owed_amount:
        yield f"comes to {amount:.2f}, more than is owed"
    elif is_all and amount > invoice.to_set_off:
        yield f"comes to {amount:.2f}, more than was prepaid beside the lines"


def open_lines(invoice: NormalizedInvoice) -> tuple[NormalizedLine, ...]:
    """The lines without what of them is set off, which is given back as it was booked."""
    lines = (_less(line, invoice.covered(at)) for at, line in enumerate(invoice.line_items, 1))
    return tuple(line for line in lines if line is not None)


def _less(line: NormalizedLine, covered: Decimal) -> NormalizedLine | None:
    if not covered:
        return line
    left = line.line_total - covered.copy_sign(line.line_total)
    tax = cents(line.tax_amount * left / line.line_total)
    return replace(line, line_total=left, tax_amount=tax) if left else None


def findings(
    invoice: NormalizedInvoice, known: Sequence[Prepayment], codes: Mapping[str, TaxCode]
) -> Iterator[Finding]:
    """What a person has to answer, or should know, of lines that take prepayments off.

    `invoice` has what is proposed for it.
    """
    lines = taken_off(invoice, known)
    for each in lines:
        fields = (f"line_items/{each.position - 1}", "set_offs")
        if each.left > ZERO:
            yield Finding(
                "PREPAYMENT_LINE",
                f"Line {each.position} takes {-each.line.line_total:.2f} of a prepayment off."
                " Set it off against what the vendor was paid, or say why.",
                Severity.BLOCKING,
                fields,
                _LAW,
            )
        elif each.left == ZERO:
            yield Finding(
                "PREPAYMENT_SET_OFF",
                f"Line {each.position} is set off against: {_numbers(invoice, each, known)}.",
                Severity.WARNING,
                fields,
                _LAW,
            )
    yield from _tax_findings(invoice, [each for each in lines if not each.left], known, codes)


def _numbers(invoice: NormalizedInvoice, taken: Taken, known: Iterable[Prepayment]) -> str:
    ids = [each.prepayment_id for each in invoice.within if each.position == taken.position]
    named = {each.prepayment_id: each.document_number or f"{each.booking_date}" for each in known}
    return ", ".join(named.get(each, "?") for each in ids)


def _tax_findings(
    invoice: NormalizedInvoice,
    lines: Sequence[Taken],
    known: Sequence[Prepayment],
    codes: Mapping[str, TaxCode],
) -> Iterator[Finding]:
    """Tax that lines take off and that nobody has deducted, or the other way round."""
    ids = {each.prepayment_id: each for each in known}
    own = [e for e in invoice.within if e.prepayment_id in ids and e.position in _places(lines)]
    used = used_of(own, ids)
    if any(_is_cost(each.share.tax_code, codes) for each in used):
        return
    stated = -sum((each.line.tax_amount for each in lines), ZERO)
    deducted = sum((each.tax_amount for each in used), ZERO)
    if abs(stated - deducted) > CENT * max(1, len(lines), len(used)):
        yield Finding(
            "PREPAYMENT_TAX_DIFFERS",
            f"The lines take {stated:.2f} of tax off; {deducted:.2f} was deducted of what they are"
            " set off against. Post the invoice of the prepayment first, or say why.",
            Severity.BLOCKING,
            (*(f"line_items/{each.position - 1}" for each in lines), "set_offs"),
            _LAW,
        )


def _places(lines: Iterable[Taken]) -> set[int | None]:
    return {each.position for each in lines}


def _is_cost(name: str | None, codes: Mapping[str, TaxCode]) -> bool:
    """Whether the tax of a code is part of the cost: it was never deducted apart."""
    code = codes.get(name or "")
    return (
        code is not None
        and bool(code.rate)
        and not code.is_self_assessed
        and domestic_rate(name, codes) is None
    )
