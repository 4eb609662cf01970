"""Codes that a person names for lines, held against what the document shows and what is owed.

The rules propose; who names another code knows better, or is mistaken. Where tax would be paid
twice, deducted without being shown, or left out of the return, somebody has to say why.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from domain.intake.tax_facts import NO_CATEGORY, TaxGroup
from domain.intake.usual_tax import AS_BEFORE
from domain.payables.normalized import NormalizedLine
from domain.reading.finding import Finding, Severity
from domain.tax.code import TaxCode
from domain.tax.treatment import FOREIGN, TaxFacts, Treatment

CONTRADICTS = "VAT_CODE_CONTRADICTS"
NOT_DEDUCTED = "VAT_NOT_DEDUCTED"
_OWED_HERE = frozenset({"AE", "K"})
# What says itself that a code may be right which declares tax that is shown.
_SAID_BY_THE_RULES = frozenset({"VAT_CHARGED_UNDER_REVERSE_CHARGE", "VAT_FOREIGN_REGISTRATION"})
_TWICE = "§ 11 Abs. 12 UStG (AT), § 14c UStG (DE)"
_SHOWN = "§ 12 Abs. 1 Z 1 UStG (AT), § 15 Abs. 1 Satz 1 Nr. 1 UStG (DE)"
_OWED = "§ 19 UStG, Art. 1 BMR (AT), § 13b, § 1a UStG (DE)"
_NONE = "§ 12 Abs. 3 UStG (AT), § 15 Abs. 2, § 19 UStG (DE)"
_UNSAID = frozenset({"S", NO_CATEGORY})
_TICKET_RATE = Decimal(7)
_NO_TICKET = re.compile(r"taxi|mietwagen|flug", re.IGNORECASE)
_MOST_NAMED, _MOST_FIELDS = 5, 20


def contradictions(
    group: TaxGroup, facts: TaxFacts, found: Treatment, codes: Mapping[str, TaxCode]
) -> Iterator[Finding]:
    """What codes of a group, that are not those which the rules propose, would do to its tax.

    One finding for all lines of one code and rate. A code that nobody knows is refused elsewhere.
    """
    proposed = codes.get(found.code or "")
    named: dict[str, list[int]] = {}
    for position, line in zip(group.positions, group.lines, strict=True):
        code = codes.get((line.tax_code or "").upper())
        if code is not None and code != proposed:
            named.setdefault(code.code, []).append(position)
    lines = dict(zip(group.positions, group.lines, strict=True))
    for name, positions in named.items():
        told = _told(codes[name], lines[positions[0]], facts, found, proposed)
        if told is not None:
            rule, words, basis = told
            yield Finding(
                rule,
                f"{_lines(positions)}: {name} {words}",
                Severity.BLOCKING if rule == CONTRADICTS else Severity.WARNING,
                _fields(positions),
                basis,
            )


def _told(
    code: TaxCode,
    line: NormalizedLine,
    facts: TaxFacts,
    found: Treatment,
    proposed: TaxCode | None,
) -> tuple[str, str, str] | None:
    """Finding, words and basis; None where nothing is to be said."""
    is_shown = bool(line.tax_rate or line.tax_amount)
    if code.is_declared and is_shown:
        is_told = found.remark.finding in _SAID_BY_THE_RULES
        return (
            None
            if is_told
            else (CONTRADICTS, "declares tax that the seller shows and owes.", _TWICE)
        )
    told = _excluded(code, facts, found, proposed) if code.is_declared or is_shown else None
    if code.deducts_charged:
        return told or _deducted(code, line, facts, is_shown=is_shown)
    if told is not None:
        return told
    is_owed = _is_owed(facts, found, proposed)
    if is_owed and not code.is_declared:
        return CONTRADICTS, "leaves out tax that the customer owes.", _OWED
    is_left = proposed is not None and proposed.deducts_charged and code.rate == 0
    return (NOT_DEDUCTED, "takes no input tax, which is shown.", _SHOWN) if is_left else None


def _excluded(
    code: TaxCode, facts: TaxFacts, found: Treatment, proposed: TaxCode | None
) -> tuple[str, str, str] | None:
    """What is to be said where the rules take no input tax and the named code does.

    Nothing where the rules ask, or propose what was only usual before; foreign tax is told as such.
    """
    if proposed is None or proposed.deductible or not (code.deductible and code.rate):
        return None
    if found.remark.finding == AS_BEFORE or facts.rate == FOREIGN:
        return None
    if facts.status == "none":
        return CONTRADICTS, "deducts input tax, which this company does not.", _NONE
    is_of_kind = code.deducts_charged or proposed.is_declared
    words = "deducts input tax that the law excludes."
    return (CONTRADICTS, words, found.remark.basis) if is_of_kind else None


def _deducted(
    code: TaxCode, line: NormalizedLine, facts: TaxFacts, *, is_shown: bool
) -> tuple[str, str, str] | None:
    rate, stated = code.rate or 0, line.tax_rate * 100
    if facts.status == "none":
        return CONTRADICTS, "deducts input tax, which this company does not.", _NONE
    if not is_shown:
        is_needless = _is_ticket(line, facts) and rate <= _TICKET_RATE
        return None if is_needless else (CONTRADICTS, "deducts tax that is not shown.", _SHOWN)
    if facts.rate == FOREIGN:
        return CONTRADICTS, "deducts tax of another country.", _SHOWN
    if rate > stated:
        return CONTRADICTS, "deducts at a higher rate than is shown.", _SHOWN
    return (
        (NOT_DEDUCTED, "deducts at a lower rate than is shown.", _SHOWN) if rate < stated else None
    )


def _is_ticket(line: NormalizedLine, facts: TaxFacts) -> bool:
    """Whether it is a German ticket, which shows its rate only where that is not the reduced one.

    § 34 Abs. 1 Nr. 4 UStDV. The receipt of a taxi or a hired car is none; flights are not reduced.
    """
    is_of_here = (facts.country, facts.region) == ("DE", "domestic")
    is_one = facts.kind == "passenger_transport" and not _NO_TICKET.search(line.description)
    return is_of_here and is_one and facts.category in _UNSAID


def _is_owed(facts: TaxFacts, found: Treatment, proposed: TaxCode | None) -> bool:
    """Whether the rules have the customer owe the tax, or ask which tax it owes."""
    if found.is_asked:
        return facts.rate == "0" and facts.category in _OWED_HERE
    return proposed is not None and proposed.is_declared


def _lines(positions: Iterable[int]) -> str:
    """Lines as people count them.

    >>> _lines([0]), _lines(range(7))
    ('Line 1', 'Lines 1, 2, 3, 4, 5 and 2 more')
    """
    numbers = [str(at + 1) for at in positions]
    more = len(numbers) - _MOST_NAMED
    told = ", ".join(numbers[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"Line {told}" if len(numbers) == 1 else f"Lines {told}"


def _fields(positions: list[int]) -> tuple[str, ...]:
    """The lines concerned; all of them where they are many."""
    if len(positions) > _MOST_FIELDS:
        return ("line_items",)
    return tuple(f"line_items/{at}" for at in positions)
