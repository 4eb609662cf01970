"""Which open items could be set off: credits of a partner against its invoices, in each ledger."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.ledger.intent import Side
from domain.money import ZERO
from domain.payables.exchange_effect import booked_at
from domain.payables.sub_ledger import SubLedger

_MOST = 3


@dataclass(frozen=True, slots=True)
class LeftItem:
    """What is left of an item with a partner, in EUR; side C is owed by us, side D to us.

    `document_number` is that of the invoice or credit note, or of the booking;
    `remaining_document` is what is left of a foreign item in its currency, None in EUR.
    """

    open_item_id: UUID
    intent_id: UUID
    account: str
    side: Side
    remaining_amount: Decimal
    amount: Decimal
    currency: str
    booking_date: date
    due_date: date | None
    document_number: str | None
    partner_id: UUID | None
    partner_name: str | None
    invoice_id: UUID | None
    ledger: SubLedger = SubLedger.PAYABLE
    remaining_document: Decimal | None = None

    @property
    def is_owed(self) -> bool:
        """Whether it stands where invoices do; else it is a credit note, a payment, an advance."""
        return self.side is self.ledger.side

    @property
    def left(self) -> Decimal:
        """What is left in its currency."""
        document = self.remaining_document
        return self.remaining_amount if document is None else document


@dataclass(frozen=True, slots=True)
class Match:
    """An item that another could be set off against, how much of it, and why.

    `amount` is in EUR, as the item was booked; `document_amount` the same in the currency of both
    where that is another.
    """

    open_item_id: UUID
    amount: Decimal
    reasons: tuple[str, ...]
    document_amount: Decimal | None = None


def suggested(item: LeftItem, others: Iterable[LeftItem]) -> Sequence[Match]:
    """Items that a credit could be set off against, best first; an invoice proposes nothing.

    A number that is named comes before an equal amount, and that before the oldest due date.
    """
    if item.is_owed or item.partner_id is None:
        return ()
    found = [(_reasons(item, other), other) for other in _facing(item, others)]
    found.sort(key=lambda pair: (-_weight(pair[0]), pair[1].due_date or pair[1].booking_date))
    return [_match(item, other, reasons) for reasons, other in found[:_MOST]]


def _match(item: LeftItem, other: LeftItem, reasons: tuple[str, ...]) -> Match:
    """As much of their currency is taken off either; what both were booked at may differ."""
    amount = min(item.left, other.left)
    if other.remaining_document is None:
        return Match(other.open_item_id, amount, reasons)
    value = booked_at(other.remaining_amount, other.left, amount)
    return Match(other.open_item_id, max(value, ZERO), reasons, amount)


def _facing(item: LeftItem, others: Iterable[LeftItem]) -> Iterator[LeftItem]:
    """Invoices of the same partner in the same ledger and currency."""
    wanted = (item.partner_id, item.currency, item.ledger)
    for other in others:
        same = (other.partner_id, other.currency, other.ledger) == wanted
        if same and other.is_owed and other.remaining_amount and other.left:
            yield other


def _reasons(item: LeftItem, other: LeftItem) -> tuple[str, ...]:
    number = other.document_number
    named = bool(number) and number in (item.document_number or "").split()
    equal = item.left == other.left
    return tuple(reason for holds, reason in ((named, "number"), (equal, "amount")) if holds) or (
        "partner",
    )


def _weight(reasons: tuple[str, ...]) -> int:
    return 2 * ("number" in reasons) + ("amount" in reasons)
