"""An invoice that corrects, credits or continues an earlier one: what a case says of it.

A corrected invoice is the same supply with other information (UNTDID 1001: 384): booked beside
the one that it corrects, the supply is booked and paid twice (§ 31 Abs. 5 UStDV).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.money import ZERO
from domain.reading.finding import Finding, Severity
from domain.reading.preceding import Preceding, Relation

_BASIS = "UNTDID 1001 (384), EN 16931 BG-3, § 31 Abs. 5 UStDV"
_CORRECTED = "384"
_FINAL = frozenset({"876", "877"})


class Where(StrEnum):
    """Where the earlier invoice is."""

    BOOKS = "books"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier invoice of the vendor that is there, as the books or its case name it.

    `gross` is what it asked for, and in which currency, as far as that is known.
    """

    where: Where
    number: str
    review_case_id: UUID | None = None
    gross: tuple[Decimal | None, str | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Later:
    """A document of the vendor that is there and names the number of this one as an earlier one.

    `type_code` is its own.
    """

    where: Where
    relation: Relation
    number: str
    type_code: str | None = None
    review_case_id: UUID | None = None


_SAYS = {
    (Relation.CORRECTS, Where.BOOKS): (
        "This invoice corrects {}, which is in the books: it takes its place. Reverse that one, or "
        "post only the difference."
    ),
    (Relation.CORRECTS, Where.CASE): (
        "This invoice corrects {}, which waits in another case: it takes its place. Reject that "
        "case, or this one."
    ),
    (Relation.CORRECTS, None): "This invoice corrects {}, which is not known here.",
    (Relation.CREDITS, Where.BOOKS): "It gives back what {} asked for, which is in the books.",
    (Relation.CREDITS, Where.CASE): (
        "It gives back what {} asks for, which waits in another case."
    ),
    (Relation.CREDITS, None): "It gives back what {} asked for, which is not known here.",
    (Relation.REFERS, Where.BOOKS): (
        "It refers to an earlier invoice {}, which is in the books: is it the same supply?"
    ),
    (Relation.REFERS, Where.CASE): (
        "It refers to an earlier invoice {}, which waits in another case: is it the same supply?"
    ),
    (Relation.REFERS, None): "It refers to an earlier invoice {}, which is not known here.",
}

_SAYS_LATER = {
    (Relation.CORRECTS, Where.BOOKS): (
        "{} is in the books and corrects this invoice: it takes its place. Reject this case, or "
        "reverse that one."
    ),
    (Relation.CORRECTS, Where.CASE): (
        "{} waits in another case and corrects this invoice: it takes its place. Reject this "
        "case, or that one."
    ),
    (Relation.CREDITS, Where.BOOKS): "{} is in the books and gives back what this one asks for.",
    (Relation.CREDITS, Where.CASE): (
        "{} waits in another case and gives back what this one asks for."
    ),
    (Relation.REFERS, Where.BOOKS): (
        "{} is in the books and refers to this invoice: is it the same supply?"
    ),
}


def relation_of(type_code: str | None, *, gives_back: bool, is_replaced: bool) -> Relation:
    """What a structured invoice is to those that it names, by its code and its sign.

    >>> relation_of("384", gives_back=False, is_replaced=False).value
    'corrects'
    """
    if gives_back:
        return Relation.CREDITS
    is_correction = type_code == _CORRECTED or is_replaced
    return Relation.CORRECTS if is_correction else Relation.REFERS


def findings_of(
    preceding: tuple[Preceding, ...], known: Mapping[str, Earlier], type_code: str | None
) -> Iterator[Finding]:
    """What a case says of each; it stops where the earlier one is there and this is no credit."""
    for each in preceding:
        if each.number is None:
            yield _finding(
                "This is a corrected invoice that does not say which one it corrects.",
                Severity.WARNING,
            )
            continue
        there = known.get(each.number)
        number = each.number if there is None else there.number
        named = number if each.day is None else f"{number} ({each.day})"
        words = _SAYS[each.relation, there.where if there is not None else None]
        severity = _severity(each.relation, type_code, is_known=there is not None)
        yield _finding(words.format(named), severity, there.review_case_id if there else None)


def credit_findings(
    preceding: tuple[Preceding, ...],
    known: Mapping[str, Earlier],
    gross: Decimal | None,
    currency: str | None,
) -> Iterator[Finding]:
    """A credit of more than all that it names asked for, where all of them are there."""
    numbers = {each.number for each in preceding if each.relation is Relation.CREDITS}
    there = [known.get(each or "") for each in numbers]
    asked = [
        amount
        for each in there
        if each is not None
        for amount, its in (each.gross,)
        if amount is not None and its == currency
    ]
    if gross is None or not asked or len(asked) < len(there):
        return
    total = sum(asked, ZERO)
    if abs(gross) > total:
        yield Finding(
            "CREDIT_EXCEEDS_INVOICE",
            f"It gives back {abs(gross):.2f}; what it names asked for {total:.2f}.",
            Severity.WARNING,
            ("total_gross",),
        )


def later_findings(later: Iterable[Later]) -> Iterator[Finding]:
    """What a case says of documents that came before it and name its number.

    A document that waits and merely refers to this one asks by itself, once this one is there.
    """
    for each in later:
        words = _SAYS_LATER.get((each.relation, each.where))
        if words is not None:
            severity = _severity(each.relation, each.type_code, is_known=True)
            yield _finding(words.format(each.number), severity, each.review_case_id)


def _severity(relation: Relation, type_code: str | None, *, is_known: bool) -> Severity:
    """A final invoice names those on account: they are set off, and asked for by themselves."""
    if relation is Relation.CREDITS:
        return Severity.HINT
    is_final = relation is Relation.REFERS and type_code in _FINAL
    return Severity.BLOCKING if is_known and not is_final else Severity.WARNING


def _finding(message: str, severity: Severity, other_case_id: UUID | None = None) -> Finding:
    return Finding("PRECEDING_INVOICE", message, severity, (), _BASIS, other_case_id)
