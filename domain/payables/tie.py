"""Which open item an invoice is tied to, and why an intent is refused (contract §4.2).

The database holds the same rule: `payable_of` and `receivable_of` find the item of what is stored.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from domain.errors import Conflict, FieldError
from domain.ledger.intent import Side
from domain.money import ZERO
from domain.payables.sub_ledger import SubLedger


class IntentMismatch(Conflict):
    """The intent does not owe what the invoice says; `context.differs` names what differs."""

    def __init__(self, intent_id: UUID, differs: Sequence[str], **found: object) -> None:
        named = ", ".join(differs)
        super().__init__(
            f"The intent does not owe what the invoice says: {named}.",
            fields=(FieldError("/intent_id", f"differs in {named}"),),
            intent_id=intent_id,
            differs=list(differs),
            **found,
        )


@dataclass(frozen=True, slots=True)
class BookedItem:
    """An item that an intent opened on an account of a ledger, in the document's currency."""

    open_item_id: UUID
    side: Side
    amount: Decimal
    currency: str
    partner_id: UUID | None


@dataclass(frozen=True, slots=True)
class Claim:
    """What an invoice says is owed; below zero the other way round, as a credit note is."""

    partner_id: UUID
    total_gross: Decimal
    currency: str
    ledger: SubLedger = SubLedger.PAYABLE

    @property
    def side(self) -> Side:
        """Side of the item that it asks for."""
        return self.ledger.side.other if self.total_gross < ZERO else self.ledger.side


@dataclass(frozen=True, slots=True)
class Booked:
    """What an intent opened, whether it still stands, and which invoice has it."""

    intent_id: UUID
    items: tuple[BookedItem, ...]
    is_reversed: bool = False
    invoice_id: UUID | None = None


def check_tie(claim: Claim, booked: Booked) -> UUID | None:
    """Open item that an invoice is tied to. Raises INTENT_MISMATCH.

    An item without a partner is taken by the partner whose invoice has its amount. An invoice that
    asks for nothing is tied to none, where nothing is owed.
    """
    if booked.is_reversed:
        raise IntentMismatch(booked.intent_id, ["reversed"])
    if booked.invoice_id is not None:
        raise IntentMismatch(booked.intent_id, ["invoice"], invoice_id=booked.invoice_id)
    if not claim.total_gross and not booked.items and claim.ledger is SubLedger.PAYABLE:
        return None
    fitting = [item for item in booked.items if not list(_differences(claim, item))]
    if len(fitting) == 1:
        return fitting[0].open_item_id
    if fitting:
        raise IntentMismatch(booked.intent_id, [f"several {claim.ledger}s"])
    raise _mismatch(claim, booked)


def _mismatch(claim: Claim, booked: Booked) -> IntentMismatch:
    """Say in what the item that is nearest differs."""
    if not booked.items:
        return IntentMismatch(booked.intent_id, [claim.ledger.value])
    nearest = min(booked.items, key=lambda item: len(list(_differences(claim, item))))
    return IntentMismatch(
        booked.intent_id,
        list(_differences(claim, nearest)),
        booked_amount=f"{nearest.amount.normalize():f}",
        booked_currency=nearest.currency,
        booked_partner_id=nearest.partner_id,
    )


def _differences(claim: Claim, item: BookedItem) -> Iterator[str]:
    if item.side is not claim.side:
        yield "side"
    if item.amount != abs(claim.total_gross):
        yield "total_gross"
    if item.currency != claim.currency:
        yield "currency"
    if item.partner_id not in {None, claim.partner_id}:
        yield claim.ledger.partner_field
