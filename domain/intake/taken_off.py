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

_PREPAID = re.compile(
    r"anzahlung|\b(?:teil|monats)?abschl[a\u00e4]g(?!e?\W*(?:von\W*)?\d+(?:[.,]\d+)?\s*%)"
    r"|akonto|\b[a\u00e0][- ]conto|teil(?:rechnung|zahlung)|vorauszahlung|vorauskasse"
    r"|bereits (?:bezahlt|geleistet|verrechnet)|prepayment|down ?payment|advance payment"
    r"|already paid",
    re.IGNORECASE,
)
_REBATE = re.compile(
    r"rabatt|skonto|nachlass|bonus|minderung|discount|rebate"
    r"|(?<=\w)(?<!\bteil)(?<!\bmonats)abschl[a\u00e4]g",
    re.IGNORECASE,
)
_LOWERED = re.compile(rf"{_REBATE.pattern}|gutschrift|credit|%", re.IGNORECASE)
# "inkl. 19 % MwSt" lowers nothing.
_TAX = r"(?:mwst|mehrwertsteuer|ust|umsatzsteuer|steuer|vat|tax)"
_TAX_RATE = re.compile(
    rf"\b(?:inkl|incl|zzgl|inklusive|zuz\u00fcglich|plus|{_TAX})\b[.:(\s]*\d+(?:[.,]\d+)?\s*%"
    rf"|\d+(?:[.,]\d+)?\s*%\W*{_TAX}\b",
    re.IGNORECASE,
)
_SHORTEST = 3
_LAW = "§ 11 Abs. 1 Z 4, § 12 UStG (AT), § 14 Abs. 5, § 15 UStG (DE)"


def gives_back(line: NormalizedLine) -> bool:
    """Whether a line of an invoice takes a prepayment off.

    It is below zero, and says what it takes off; a rebate for paying ahead is a rebate.
    """
    return speaks_of_one(line) and not _REBATE.search(line.description)


def speaks_of_one(line: NormalizedLine) -> bool:
    """Whether a line below zero speaks of a prepayment, whatever it says of it."""
    return line.line_total < ZERO and bool(_PREPAID.search(_without_rates(line.description)))


def _without_rates(said: str) -> str:
    return _TAX_RATE.sub(" ", said)


def is_below(invoice: NormalizedInvoice) -> bool:
    """Whether an invoice has a line that may take something off."""
    is_credit = invoice.document_type is DocumentType.CREDIT_NOTE
    return not is_credit and any(line.line_total < ZERO for line in invoice.line_items)


@dataclass(frozen=True, slots=True)
class Taken:
    """A line that takes a prepayment off, counted from 1: what of it is not set off yet."""

    position: int
    line: NormalizedLine
    left: Decimal


def taken_off(invoice: NormalizedInvoice, known: Sequence[Prepayment] = ()) -> list[Taken]:
    """Lines that take prepayments off: by their words, or by number or amount of one that is known.

    An amount alone tells nothing where the words speak of something else, or two have it.
    """
    if not is_below(invoice):
        return []
    lines = enumerate(invoice.line_items, 1)
    return [
        Taken(at, line, -line.line_total - invoice.covered(at))
        for at, line in lines
        if line.line_total < ZERO and (invoice.covered(at) or _is_taken(line, known))
    ]


def _is_taken(line: NormalizedLine, known: Sequence[Prepayment]) -> bool:
    if gives_back(line) or any(_named(each, line) for each in known):
        return True
    alike = [each for each in known if each.intent_id and each.left_amount == -line.line_total]
    return len(alike) == 1 and (speaks_of_one(line) or not _is_lowered(line))


def _is_lowered(line: NormalizedLine) -> bool:
    return bool(_LOWERED.search(_without_rates(line.description)))


def _named(prepayment: Prepayment, line: NormalizedLine) -> bool:
    number = (prepayment.document_number or "").strip()
    whole = rf"(?<!\w){re.escape(number)}(?!\w)"
    return len(number) >= _SHORTEST and bool(re.search(whole, line.description, re.IGNORECASE))


def set_offs_for(
    invoice: NormalizedInvoice, known: Sequence[Prepayment]
) -> tuple[PrepaymentSetOff, ...]:
    """What is proposed to be set off in lines; all of them, or nothing where a choice is open.

    A line goes before their sum: by the number that it names, by its tax, by its amount alone.
    A part of a prepayment is taken by its number only. Nothing in foreign currency, nothing of a
    line that somebody booked elsewhere, and nothing where a person has said what is set off.
    """
    if invoice.set_offs_said:
        return ()
    wanted = [each for each in taken_off(invoice, known) if each.left > ZERO]
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
    return tuple(_laid(whole, wanted))


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


def placed(invoice: NormalizedInvoice) -> NormalizedInvoice:
    """The invoice with set-offs that name no line laid upon its lines.

    Only where nothing else of it was prepaid: then nothing but lines can be meant.
    """
    wanted = [each for each in taken_off(invoice) if each.left > ZERO]
    if not invoice.beside or not wanted or invoice.to_set_off:
        return invoice
    laid = list(_laid(invoice.beside, wanted))
    over = sum((each.amount for each in invoice.beside), ZERO) - sum(
        (each.amount for each in laid), ZERO
    )
    return invoice if over else replace(invoice, set_offs=(*invoice.within, *laid))


def _laid(
    set_offs: Iterable[PrepaymentSetOff], wanted: Iterable[Taken]
) -> Iterator[PrepaymentSetOff]:
    rest = list(set_offs)
    for taken in wanted:
        left = taken.left
        while rest and left:
            amount = min(rest[0].amount, left)
            yield replace(rest[0], amount=amount, position=taken.position)
            left -= amount
            rest[0] = replace(rest[0], amount=rest[0].amount - amount)
            if not rest[0].amount:
                rest.pop(0)


def problems(invoice: NormalizedInvoice) -> Iterator[tuple[str, str]]:
    """What is set off in lines that cannot bear it: a place in the list of set-offs, and why."""
    for at, each in enumerate(invoice.set_offs):
        position = each.position
        if position is None:
            continue
        is_there = 0 < position <= len(invoice.line_items)
        line = invoice.line_items[position - 1] if is_there else None
        if line is None or line.line_total >= ZERO:
            yield f"{at}/position", "is no line that takes something off"
        elif invoice.covered(position) > -line.line_total:
            yield f"{at}/amount", f"is more than the {-line.line_total:.2f} that the line takes off"


def open_lines(invoice: NormalizedInvoice) -> tuple[NormalizedLine, ...]:
    """The lines without what of them is set off, which is given back as it was booked."""
    lines = (_less(line, invoice.covered(at)) for at, line in enumerate(invoice.line_items, 1))
    return tuple(line for line in lines if line is not None)


def _less(line: NormalizedLine, covered: Decimal) -> NormalizedLine | None:
    if not covered:
        return line
    left = line.line_total + covered
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
