"""What a clearing settles of items in a foreign currency: as much of it on either side.

Two documents of one currency were booked at two rates. A credit of 230.00 USD takes 230.00 USD off
an invoice, whatever both were booked at; what the rates make of it in EUR is a gain or a loss once
the rest is paid.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from domain.ledger.intent import Settling, Side
from domain.money import ZERO, exponent_of
from domain.payables.match import LeftItem


@dataclass(frozen=True, slots=True)
class _Part:
    """What is settled of an item, and what that is in its currency at the rate of the item."""

    settled: Settling
    document: Decimal
    left: Decimal
    is_whole: bool


def difference(parts: Sequence[Settling], items: Mapping[UUID, LeftItem]) -> Decimal:
    """By how much more is settled on the side of credit than of debit, in the currency of both."""
    signed = (
        (each.document_amount or ZERO) * (1 if items[each.open_item_id].side is Side.CREDIT else -1)
        for each in parts
    )
    return sum(signed, ZERO)


def in_document(
    settled: Sequence[Settling], items: Mapping[UUID, LeftItem], left: Mapping[UUID, Decimal]
) -> tuple[Settling, ...]:
    """The same in EUR, with what it is in the currency of the documents.

    What is closed in full settles what is left of it; the other side settles as much. Where
    neither can give way, the sides differ still.
    """
    sides: dict[Side, list[_Part]] = {side: [] for side in Side}
    for each in settled:
        item = items[each.open_item_id]
        sides[item.side].append(_part(each, item, left[each.open_item_id]))
    kept = next((side for side in Side if all(each.is_whole for each in sides[side])), None)
    kept = kept or _of_credits(settled, items)
    sides[kept.other] = _made(sides[kept.other], _sum(sides[kept]))
    unit = Decimal(1).scaleb(-exponent_of(items[settled[0].open_item_id].currency))
    found = {
        each.settled.open_item_id: each.document.quantize(unit)
        for parts in sides.values()
        for each in parts
    }
    return tuple(replace(each, document_amount=found[each.open_item_id]) for each in settled)


def _of_credits(settled: Sequence[Settling], items: Mapping[UUID, LeftItem]) -> Side:
    """The side of what gives back; where both sides ask for money, that of what we are owed."""
    owed = {items[each.open_item_id].side for each in settled if items[each.open_item_id].is_owed}
    return owed.pop().other if len(owed) == 1 else Side.DEBIT


def _part(settled: Settling, item: LeftItem, left: Decimal) -> _Part:
    is_whole = settled.amount >= item.remaining_amount
    unit = Decimal(1).scaleb(-exponent_of(item.currency))
    share = left if is_whole else (left * settled.amount / item.remaining_amount).quantize(unit)
    return _Part(settled, share, left, is_whole)


def _sum(parts: Sequence[_Part]) -> Decimal:
    return sum((each.document for each in parts), ZERO)


def _made(parts: list[_Part], wanted: Decimal) -> list[_Part]:
    """Parts that come to a sum: what is closed in full stays, the last of the others gives way."""
    gap = wanted - _sum(parts)
    for at in reversed(range(len(parts))):
        one = parts[at]
        if not one.is_whole and ZERO < one.document + gap < one.left:
            parts[at] = replace(one, document=one.document + gap)
            break
    return parts
