"""What the lines of a booking may settle: items of their account, partner and currency.

How much of an item is still open is decided where it is stored (SETTLEMENT_EXCEEDS_OPEN_AMOUNT).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.errors import FieldError, Invalid, InvalidInput, NotFound
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Settling, Side
from domain.money import BASE_CURRENCY, ZERO, exponent_of


class OpenItemNotFound(NotFound):
    """The open item is unknown."""

    def __init__(self, open_item_id: UUID, pointer: str) -> None:
        super().__init__(
            "The open item is unknown.",
            fields=(FieldError(pointer, "is unknown"),),
            open_item_id=open_item_id,
        )


class SettlementMismatch(Invalid):
    """A line settles an item of another account, side, partner or currency."""

    def __init__(self, open_item_id: UUID, differs: list[str], pointer: str) -> None:
        named = ", ".join(differs)
        super().__init__(
            f"The line cannot settle the item: {named}.",
            fields=(FieldError(pointer, f"differs in {named}"),),
            open_item_id=open_item_id,
            differs=differs,
        )


@dataclass(frozen=True, slots=True)
class SettleableItem:
    """An item as a line that settles it must be; none of this ever changes.

    `booked_on` is the day from which it is there; None where nobody has asked.
    """

    open_item_id: UUID
    account: str
    side: Side
    currency: str
    partner_id: UUID | None
    booked_on: date | None = None


def is_set_off(booking: Booking, items: Mapping[UUID, SettleableItem]) -> bool:
    """Whether a booking settles items on both sides."""
    settled = (each.open_item_id for line in booking.lines for each in line.settles)
    return len({items[each].side for each in settled if each in items}) > 1


def check_day(booking: Booking, items: Mapping[UUID, SettleableItem]) -> None:
    """Refuse to set items off against each other before all of them are there: INVALID_INPUT.

    As a clearing does (§ 387 BGB, § 1438 ABGB): else what is owed on a balance sheet day
    could be made to vanish by what comes after it.
    """
    settled = (each.open_item_id for line in booking.lines for each in line.settles)
    last = max((day for each in settled if (day := items[each].booked_on)), default=None)
    if last is not None and booking.booking_date < last:
        raise InvalidInput(
            "/booking_date", f"is before {last.isoformat()}, the day of an item that it sets off"
        )


def completed(booking: Booking, items: Mapping[UUID, SettleableItem]) -> Booking:
    """Check what the lines settle, and give each the partner of its items.

    Raises OPEN_ITEM_NOT_FOUND, SETTLEMENT_MISMATCH or INVALID_INPUT.
    """
    lines = tuple(
        _completed(line, f"/lines/{position}", booking, items)
        for position, line in enumerate(booking.lines)
    )
    changed = any(new is not old for new, old in zip(lines, booking.lines, strict=True))
    return replace(booking, lines=lines) if changed else booking


def in_currency(
    booking: Booking,
    items: Mapping[UUID, SettleableItem],
    left: dict[UUID, tuple[Decimal, Decimal]],
) -> Booking:
    """Say what the lines settle of foreign items in their currency where they do not say it.

    `left` is what is left of those items, in EUR and in their currency; it is lowered by what is
    said, for what follows. What closes an item in EUR closes it in its currency, and nothing else
    does.
    """
    lines = tuple(
        replace(line, settles=tuple(_said(each, items[each.open_item_id], left) for each in found))
        if (found := line.settles) and any(each.open_item_id in left for each in found)
        else line
        for line in booking.lines
    )
    return replace(booking, lines=lines)


def _said(
    settling: Settling, item: SettleableItem, left: dict[UUID, tuple[Decimal, Decimal]]
) -> Settling:
    if settling.document_amount is not None or settling.open_item_id not in left:
        return settling
    euro, document = left[settling.open_item_id]
    share = document
    if settling.amount < euro:
        unit = Decimal(1).scaleb(-exponent_of(item.currency))
        share = (document * settling.amount / euro).quantize(unit)
        share = max(min(share, document - unit), ZERO)
    left[settling.open_item_id] = euro - settling.amount, document - share
    return replace(settling, document_amount=share)


def _completed(
    line: Line, pointer: str, booking: Booking, items: Mapping[UUID, SettleableItem]
) -> Line:
    if not line.settles:
        return line
    _check_amounts(line, pointer)
    for position, settling in enumerate(line.settles):
        at = f"{pointer}/settles/{position}/open_item_id"
        item = items.get(settling.open_item_id)
        if item is None:
            raise OpenItemNotFound(settling.open_item_id, at)
        if line.partner_id is None:
            line = replace(line, partner_id=item.partner_id)
        if differs := list(_differences(line, item, booking)):
            raise SettlementMismatch(item.open_item_id, differs, at)
    return line


def _check_amounts(line: Line, pointer: str) -> None:
    if line.tax_code is not None:
        raise InvalidInput(f"{pointer}/tax_code", "a line that settles items has no tax")
    if len({each.open_item_id for each in line.settles}) < len(line.settles):
        raise InvalidInput(f"{pointer}/settles", "names an item twice")
    if min(each.amount for each in line.settles) <= ZERO:
        raise InvalidInput(f"{pointer}/settles", "each amount must be positive")
    if sum((each.amount for each in line.settles), ZERO) > line.amount:
        raise InvalidInput(f"{pointer}/settles", "is more than the line")


def _differences(line: Line, item: SettleableItem, booking: Booking) -> Iterator[str]:
    currency = booking.exchange.currency if booking.exchange else BASE_CURRENCY
    if item.account != line.account:
        yield "account_number"
    if item.side is line.side:
        yield "side"
    # In EUR an item of any currency is settled at what it was booked at.
    if currency not in {BASE_CURRENCY, item.currency}:
        yield "currency"
    if item.partner_id not in {None, line.partner_id}:
        yield "partner_id"
