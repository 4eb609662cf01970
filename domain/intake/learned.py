"""What a reviewer's correction teaches of its vendor, and what is then proposed for the next one.

Learned is what a person has approved and the document alone did not say: where a value stands on
the page, the accounts of lines, how one line is split, the terms of payment, another name of the
sender beside its known account. Nothing of it concerns who is paid or where: an account number or a
VAT id is never learned.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from domain.intake.extraction import Extraction
from domain.intake.from_pages import LEARNED_VALUE
from domain.money import CENT, ZERO, cents
from domain.payables.learned_value import PLACE, LearnedValue, Taught
from domain.payables.normalized import NormalizedInvoice, NormalizedLine
from domain.payables.terms import PaymentTerm, TermKind
from domain.reading.finding import Finding, Severity
from domain.reading.months import folded
from domain.reading.places import FIELDS, Place, nearest

_MOST_DAYS = 365
_MOST_LINES = 50
_MOST_NAMES, _LONGEST = 20, 200
_SHARES = Decimal("0.000001")
_WHAT = {
    Taught.ACCOUNTS.value: "The accounts of the lines are",
    Taught.SPLIT.value: "The lines are split",
    Taught.TERMS.value: "The terms of payment are",
}
Taughts = dict[str, dict[str, Any] | None]


def taught(
    read: Extraction,
    proposed: NormalizedInvoice,
    approved: NormalizedInvoice,
    known: Mapping[str, LearnedValue],
) -> Taughts:
    """What an approved document teaches, by subject; None where it contradicts what is known.

    `proposed` is what the reading alone proposed, `known` what was learned before.
    """
    found: Taughts = dict(_places(read, proposed, approved))
    found |= _terms(read, proposed, approved)
    split = _split(proposed.line_items, approved.line_items)
    if split is not None:
        found[Taught.SPLIT.value] = split
    else:
        found |= _accounts(approved, known)
    return found


def named(alias: str | None, known: Mapping[str, LearnedValue]) -> Taughts:
    """Another name of the vendor, beside those that are known, the latest last."""
    learned = known.get(Taught.ALIAS.value)
    before = list(learned.value["names"]) if learned is not None else []
    if alias is None or alias in before:
        return {}
    return {Taught.ALIAS.value: {"names": [*before, alias[:_LONGEST]][-_MOST_NAMES:]}}


def filled(invoice: NormalizedInvoice, known: Mapping[str, LearnedValue]) -> NormalizedInvoice:
    """A proposal with what was learned of its vendor, where the document leaves it open."""
    split = known.get(Taught.SPLIT.value)
    lines = tuple(invoice.line_items)
    if split is not None:
        lines = tuple(_parted(lines, split.value["parts"]))
    accounts = known.get(Taught.ACCOUNTS.value)
    if accounts is not None:
        lines = tuple(_booked(line, accounts.value) for line in lines)
    after = replace(invoice, line_items=lines).renumbered()
    terms = known.get(Taught.TERMS.value)
    return _due(after, terms.value) if terms is not None else after


def contradicted(read: Extraction, places: Mapping[str, Place]) -> dict[str, Place]:
    """The learned places at which a document states something else than was read."""
    found = {}
    for name, place in places.items():
        stated = read.alternatives.get(name, ())
        at = nearest(place, [each.place for each in stated])
        value = getattr(read, name)
        if at is not None and (value is None or not _is_same(stated[at].value, value)):
            found[name] = place
    return found


def keeping_blocks(first: Extraction, taught: Extraction) -> Extraction:
    """A second reading with what blocked the first: nothing learned does away with that."""
    known = {each.id for each in taught.findings}
    kept = (
        each
        for each in first.findings
        if each.severity is Severity.BLOCKING and each.id not in known
    )
    return replace(taught, findings=(*taught.findings, *kept))


def findings(
    proposed: NormalizedInvoice, invoice: NormalizedInvoice, known: Mapping[str, LearnedValue]
) -> Iterator[Finding]:
    """What of an invoice is as learned, and since when: it wants a look, and blocks nothing.

    `proposed` is what the reading alone proposes.
    """
    is_stated = proposed.due_date is not None
    for subject, is_as_learned, fields in (
        (Taught.ACCOUNTS.value, _is_booked, ("line_items",)),
        (Taught.SPLIT.value, _is_parted, ("line_items",)),
        (Taught.TERMS.value, _is_due, ("due_date", "terms")),
    ):
        learned = known.get(subject)
        if learned is None or (subject == Taught.TERMS.value and is_stated):
            continue
        if is_as_learned(invoice, learned.value):
            yield Finding(
                LEARNED_VALUE,
                f"{_WHAT[subject]} as on the document that was approved on {learned.learned_on}.",
                # Where a cost is booked is proposed as a vendor's usual account is.
                Severity.WARNING if subject == Taught.TERMS.value else Severity.HINT,
                fields,
            )


def _places(
    read: Extraction, proposed: NormalizedInvoice, approved: NormalizedInvoice
) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Where values stand that a person has put in place of those that were read."""
    for name in FIELDS:
        before, after = getattr(proposed, name), getattr(approved, name)
        if after is None or before == after:
            continue
        places = [
            each.place for each in read.alternatives.get(name, ()) if _is_same(each.value, after)
        ]
        if places:
            yield f"{PLACE}{name}", places[0].to_json()


def _is_same(stored: str, value: object) -> bool:
    if isinstance(value, Decimal):
        return abs(Decimal(stored)) == abs(value)
    return stored == str(value)


def _terms(read: Extraction, proposed: NormalizedInvoice, approved: NormalizedInvoice) -> Taughts:
    """Days until it is due, and its discounts, where a person said what no page does."""
    issued, due = approved.invoice_date, approved.due_date
    if issued is None or due is None or not 0 <= (due - issued).days <= _MOST_DAYS:
        return {}
    is_stated = any(each.value == str(due) for each in read.alternatives.get("due_date", ()))
    if proposed.due_date == due or is_stated:
        return {}
    offered = [term for term in approved.terms if term.kind is TermKind.DISCOUNT]
    discounts = [
        {"percent": str(term.percent), "days": (term.due_date - issued).days}
        for term in offered
        if term.percent is not None and term.due_date is not None and term not in proposed.terms
    ]
    return {Taught.TERMS.value: {"days": (due - issued).days, "discounts": discounts}}


def _due(invoice: NormalizedInvoice, value: Mapping[str, Any]) -> NormalizedInvoice:
    """The invoice with its terms; what the document says itself goes before them."""
    issued = invoice.invoice_date
    if issued is None or invoice.due_date is not None:
        return invoice
    due = issued + timedelta(days=int(value["days"]))
    discounts = [
        PaymentTerm(
            TermKind.DISCOUNT,
            issued + timedelta(days=int(each["days"])),
            Decimal(each["percent"]),
        )
        for each in value["discounts"]
    ]
    terms = invoice.terms or (*discounts, PaymentTerm(TermKind.NET, due))
    return replace(invoice, due_date=due, terms=tuple(terms))


def _accounts(approved: NormalizedInvoice, known: Mapping[str, LearnedValue]) -> Taughts:
    """One account for all lines, or one for each text; none where all are the vendor's own."""
    lines = approved.line_items
    named = {line.account_number for line in lines}
    if named == {None} or not lines:
        return {Taught.ACCOUNTS.value: None} if Taught.ACCOUNTS.value in known else {}
    if len(named) == 1:
        return {Taught.ACCOUNTS.value: {"account": lines[0].account_number}}
    by_text = {
        _text(line): line.account_number
        for line in lines[:_MOST_LINES]
        if line.account_number is not None
    }
    return {Taught.ACCOUNTS.value: {"by_text": [list(pair) for pair in by_text.items()]}}


def _booked(line: NormalizedLine, value: Mapping[str, Any]) -> NormalizedLine:
    """A line with its learned account, unless it has one."""
    account = value.get("account") or dict(value.get("by_text", ())).get(_text(line))
    return line if line.account_number or not account else replace(line, account_number=account)


def _text(line: NormalizedLine) -> str:
    """What a line is for, without figures: they differ from month to month."""
    words = (word for word in folded(line.description).split() if not any(map(str.isdigit, word)))
    return " ".join(words)[:100]


def _split(
    proposed: Sequence[NormalizedLine], approved: Sequence[NormalizedLine]
) -> dict[str, Any] | None:
    """Shares of lines that a person made of one, for each rate; None where nothing was split."""
    if not len(proposed) < len(approved) <= _MOST_LINES:
        return None
    parts = []
    for line in proposed:
        own = [each for each in approved if each.tax_rate == line.tax_rate]
        total = sum((each.line_total for each in own), ZERO)
        is_one = sum(each.tax_rate == line.tax_rate for each in proposed) == 1
        if not is_one or not own or abs(total - line.line_total) > CENT or not total:
            return None
        parts += [_part(each, total) for each in own]
    return {"parts": parts} if len(parts) == len(approved) else None


def _part(line: NormalizedLine, total: Decimal) -> dict[str, Any]:
    share = (line.line_total / total).quantize(_SHARES)
    return {
        "description": line.description,
        "rate": str(line.tax_rate.normalize()),
        "share": str(share),
        "account": line.account_number,
        "tax_code": line.tax_code,
    }


def _parted(
    lines: Sequence[NormalizedLine], parts: Sequence[Mapping[str, Any]]
) -> Iterator[NormalizedLine]:
    """The lines, each that is the only one of its rate split as learned."""
    for line in lines:
        own = [each for each in parts if Decimal(each["rate"]) == line.tax_rate]
        is_one = sum(each.tax_rate == line.tax_rate for each in lines) == 1
        if len(own) < 2 or not is_one or line.account_number:  # noqa: PLR2004
            yield line
            continue
        left, tax_left = line.line_total, line.tax_amount
        for at, each in enumerate(own):
            is_last = at == len(own) - 1
            total = left if is_last else cents(line.line_total * Decimal(each["share"]))
            tax = tax_left if is_last else cents(line.tax_amount * Decimal(each["share"]))
            left, tax_left = left - total, tax_left - tax
            yield replace(
                line,
                description=each["description"],
                quantity=Decimal(1),
                unit_price=total - tax,
                tax_amount=tax,
                line_total=total,
                account_number=each["account"],
                tax_code=each["tax_code"],
            )


def _is_booked(invoice: NormalizedInvoice, value: Mapping[str, Any]) -> bool:
    """Whether a line is on the account that was learned for it."""
    bare = (replace(line, account_number=None) for line in invoice.line_items)
    learned = [_booked(line, value).account_number for line in bare]
    return any(
        account is not None and account == line.account_number
        for account, line in zip(learned, invoice.line_items, strict=True)
    )


def _is_parted(invoice: NormalizedInvoice, value: Mapping[str, Any]) -> bool:
    parts = {(each["description"], each["account"]) for each in value["parts"]}
    return parts <= {(line.description, line.account_number) for line in invoice.line_items}


def _is_due(invoice: NormalizedInvoice, value: Mapping[str, Any]) -> bool:
    issued, due = invoice.invoice_date, invoice.due_date
    return (
        None not in (issued, due) and due == _due(replace(invoice, due_date=None), value).due_date
    )
