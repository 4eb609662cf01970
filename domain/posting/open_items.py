"""Which posting opens an item, and which settles one.

Open items arise from postings, by whatever road they come (decision 0010): every posting on an
account with open items opens one over what it does not settle itself, unless its intent says
which items it settles as a whole. A reversal opens none: it settles what its original opened, and
opens again what its original settled, and says so itself (`domain.ledger.reversal`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.ids import derived_id
from domain.ledger.account import Account
from domain.ledger.foreign import document_amounts
from domain.ledger.intent import Intent, Kind, Posting, Side
from domain.money import BASE_CURRENCY, exponent_of


@dataclass(frozen=True, slots=True)
class OpenedItem:
    """An item that a posting opens: `amount` in EUR, `document_amount` in `currency`."""

    open_item_id: UUID
    intent_id: UUID
    account: str
    side: Side
    amount: Decimal
    partner_id: UUID | None
    document_number: str | None
    booking_date: date
    due_date: date | None
    currency: str
    document_amount: Decimal


@dataclass(frozen=True, slots=True)
class ItemSettled:
    """What an intent takes from an item; negative where a reversal gives it back."""

    settlement_id: UUID
    open_item_id: UUID
    intent_id: UUID
    amount: Decimal
    settled_on: date
    document_amount: Decimal | None = None


def opened_by(intent: Intent, accounts: Mapping[str, Account]) -> Sequence[OpenedItem]:
    """Items that an intent opens: what its postings on accounts that have them do not settle.

    A payment of more than is owed opens one over the rest.
    """
    if intent.kind is Kind.REVERSAL or _settles_as_a_whole(intent):
        return ()
    opening = [
        (position, posting)
        for position, posting in enumerate(intent.postings)
        if _has_items(posting, accounts) and posting.unsettled
    ]
    if not opening:
        return ()
    amounts = document_amounts(intent)
    return [_item(intent, position, posting, amounts[position]) for position, posting in opening]


def settled_by(intent: Intent) -> Sequence[ItemSettled]:
    """What an intent settles: what it says, on the day it is booked."""
    return [
        ItemSettled(
            settlement_id=derived_id("settlement", intent.intent_id, settling.open_item_id),
            open_item_id=settling.open_item_id,
            intent_id=intent.intent_id,
            amount=settling.amount,
            settled_on=intent.booking_date,
            document_amount=settling.document_amount,
        )
        for settling in intent.settles
    ]


def _settles_as_a_whole(intent: Intent) -> bool:
    return bool(intent.settles) and not any(posting.settles for posting in intent.postings)


def _has_items(posting: Posting, accounts: Mapping[str, Account]) -> bool:
    account = accounts.get(posting.account)
    return account is not None and account.is_open_item


def _item(intent: Intent, position: int, posting: Posting, document_amount: Decimal) -> OpenedItem:
    return OpenedItem(
        open_item_id=derived_id("open-item", intent.intent_id, position),
        intent_id=intent.intent_id,
        account=posting.account,
        side=posting.side,
        amount=posting.unsettled,
        partner_id=posting.partner_id,
        document_number=intent.terms.document_number or intent.external_reference,
        booking_date=intent.booking_date,
        due_date=intent.terms.due_date,
        currency=intent.exchange.currency if intent.exchange else BASE_CURRENCY,
        document_amount=_share(document_amount, posting, intent),
    )


def _share(document_amount: Decimal, posting: Posting, intent: Intent) -> Decimal:
    """What of the document amount the item bears; all of it where nothing is settled."""
    if not posting.settles:
        return document_amount
    decimals = exponent_of(intent.exchange.currency if intent.exchange else BASE_CURRENCY)
    return round(document_amount * posting.unsettled / posting.amount, decimals)
