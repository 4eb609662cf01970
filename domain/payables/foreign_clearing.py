"""What a clearing settles of items in a foreign currency: as much of it on either side.

Two documents of one currency were booked at two rates. A credit of 230.00 USD takes 230.00 USD off
an invoice, each at what it was booked at; what the rates make of it in EUR is a gain or a loss.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from domain.ledger.intent import Settling, Side
from domain.money import CENT, ZERO, exponent_of
from domain.payables.exchange_effect import booked_at
from domain.payables.match import LeftItem


@dataclass(frozen=True, slots=True)
class _Part:
    """What is settled of an item: `amount` of `remaining` in EUR, `document` of `left`."""

    open_item_id: UUID
    amount: Decimal
    remaining: Decimal
    document: Decimal
    left: Decimal

    @property
    def is_whole(self) -> bool:
        return self.document == self.left


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
    """The same with what it is in the currency of the documents, and what that was booked at.

    What is closed in full settles what is left of it; the other side settles as much. It gives
    way where both sides are the same in EUR, or where its EUR are those of as much of it. Where
    it cannot give way, the sides differ still.
    """
    sides: dict[Side, list[_Part]] = {side: [] for side in Side}
    for each in settled:
        item = items[each.open_item_id]
        sides[item.side].append(_part(each, item, left[each.open_item_id]))
    kept = next((side for side in Side if all(each.is_whole for each in sides[side])), None)
    kept = kept or _of_credits(settled, items)
    euro = {side: sum((each.amount for each in parts), ZERO) for side, parts in sides.items()}
    is_even = euro[Side.DEBIT] == euro[Side.CREDIT]
    sides[kept.other] = _made(sides[kept.other], _sum(sides[kept]), is_even=is_even)
    found = {each.open_item_id: _settling(each) for parts in sides.values() for each in parts}
    return tuple(found[each.open_item_id] for each in settled)


def _of_credits(settled: Sequence[Settling], items: Mapping[UUID, LeftItem]) -> Side:
    """The side of what gives back; where both sides ask for money, that of what we are owed."""
    owed = {items[each.open_item_id].side for each in settled if items[each.open_item_id].is_owed}
    return owed.pop().other if len(owed) == 1 else Side.DEBIT


def _part(settled: Settling, item: LeftItem, left: Decimal) -> _Part:
    unit, share = Decimal(1).scaleb(-exponent_of(item.currency)), left
    if settled.amount < item.remaining_amount:
        share = left * settled.amount / item.remaining_amount
    return _Part(
        settled.open_item_id, settled.amount, item.remaining_amount, share.quantize(unit), left
    )


def _sum(parts: Sequence[_Part]) -> Decimal:
    return sum((each.document for each in parts), ZERO)


def _made(parts: list[_Part], wanted: Decimal, *, is_even: bool) -> list[_Part]:
    """Parts that come to a sum: what is closed in full stays, the last of the others gives way."""
    gap = wanted - _sum(parts)
    if not gap:
        return parts
    for at in reversed(range(len(parts))):
        one = parts[at]
        document = one.document + gap
        if one.is_whole or not ZERO < document <= one.left:
            continue
        value = booked_at(one.remaining, one.left, document)
        if value > ZERO and (is_even or abs(value - one.amount) <= CENT):
            parts[at] = replace(one, amount=value, document=document)
            break
    return parts


def _settling(part: _Part) -> Settling:
    """Closed in its currency is closed in EUR; what is more than open is refused when stored."""
    amount = max(part.amount, part.remaining) if part.is_whole else part.amount
    return Settling(part.open_item_id, amount, part.document)
