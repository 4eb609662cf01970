"""Ties a bank transaction to the books: linked, settlement or foreign settlement.

Nothing is posted where the bank side is booked already. Else the open item is closed by an
intent bank against open-item account (`match_group.py`); a foreign item in full, at its booking
value, unless it is said how much of it was paid, and the gap becomes a realised gain or loss
(contract §3.5).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.banking.bank_transaction import BankStatus, BankTransaction, TxAlreadyHandled
from domain.banking.suggestion import CandidateKind
from domain.errors import Conflict, Invalid, NotFound, Unprocessable
from domain.ledger.account import AccountType
from domain.ledger.booking import Line
from domain.ledger.intent import Side
from domain.money import BASE_CURRENCY, ZERO


class Mode(StrEnum):
    """How a transaction was tied."""

    LINKED = "linked"
    SETTLEMENT = "settlement"
    FX_SETTLEMENT = "fx_settlement"


class TargetNotFound(NotFound):
    """The intent is unknown, or has nothing of this kind."""

    def __init__(self) -> None:
        super().__init__("The intent has nothing of this kind to reconcile with.")


class DirectionMismatch(Invalid):
    """Money in against a payable, money out against a receivable, or the wrong bank side."""

    def __init__(self) -> None:
        super().__init__("The money moved the other way.")


class TargetAmbiguous(Conflict):
    """Several postings fit."""

    def __init__(self) -> None:
        super().__init__("Several open items fit; name one by `open_item_id`.")


class ExceedsOpenAmount(Invalid):
    """More would be tied than is open."""

    code = "SETTLEMENT_EXCEEDS_OPEN_AMOUNT"

    def __init__(self, open_amount: Decimal) -> None:
        super().__init__("More would be settled than is open.", open_amount=f"{open_amount:.2f}")


class UnsupportedSettlementCurrency(Unprocessable):
    """The pair of currencies cannot be settled."""

    def __init__(self, paid: str, owed: str) -> None:
        super().__init__(f"{owed} cannot be settled by {paid}.", paid=paid, owed=owed)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What remains of one item; side D is owed to us, side C by us.

    `remaining_amount` is in EUR, as it was booked; `remaining_document` in a foreign currency.
    """

    open_item_id: UUID
    account: str
    side: Side
    remaining_amount: Decimal
    currency: str = BASE_CURRENCY
    document_number: str | None = None
    partner_id: UUID | None = None
    remaining_document: Decimal | None = None

    @property
    def left(self) -> Decimal:
        """What remains in the currency of the item."""
        known = self.remaining_document
        return self.remaining_amount if known is None else known


@dataclass(frozen=True, slots=True)
class BankBooking:
    """What an intent moved on the ledger account of a bank account, and what is tied to it."""

    amount: Decimal
    linked_amount: Decimal
    currency: str = BASE_CURRENCY


@dataclass(frozen=True, slots=True)
class Plan:
    """How transactions are tied; without lines nothing is posted."""

    mode: Mode
    lines: tuple[Line, ...] = ()
    document_numbers: tuple[str, ...] = ()


def check_open(status: BankStatus) -> None:
    """Refuse what is reconciled or dismissed."""
    if status is not BankStatus.UNRECONCILED:
        raise TxAlreadyHandled(status)


def link(transaction: BankTransaction, booking: BankBooking) -> Plan:
    """Tie to money that is booked already; several may share one booking up to its amount."""
    if not booking.amount:
        raise TargetNotFound
    if transaction.currency != booking.currency:
        raise UnsupportedSettlementCurrency(transaction.currency, booking.currency)
    if transaction.amount * booking.amount <= ZERO:
        raise DirectionMismatch
    if abs(booking.linked_amount + transaction.amount) > abs(booking.amount):
        raise ExceedsOpenAmount(booking.amount - booking.linked_amount)
    return Plan(Mode.LINKED)


def the_one(
    items: Iterable[OpenItem], amount: Decimal, currency: str, open_item_id: UUID | None = None
) -> OpenItem:
    """The item of an intent that is meant: the named, the only open, or the only of the amount.

    `amount` is signed like the money that moves. Raises TARGET_NOT_FOUND, TARGET_AMBIGUOUS or
    SETTLEMENT_EXCEEDS_OPEN_AMOUNT.
    """
    listed = [item for item in items if open_item_id in {None, item.open_item_id}]
    if not listed:
        raise TargetNotFound
    open_items = [item for item in listed if item.remaining_amount > ZERO]
    if not open_items:
        raise ExceedsOpenAmount(ZERO)
    exact = [item for item in open_items if _is_exact(item, amount, currency)]
    fitting = exact if len(exact) == 1 else open_items
    if len(fitting) > 1:
        raise TargetAmbiguous
    return fitting[0]


def _is_exact(item: OpenItem, amount: Decimal, currency: str) -> bool:
    owed = item.left if item.side is Side.DEBIT else -item.left
    return item.currency == currency and owed == amount


def account_type_of(kind: CandidateKind) -> AccountType:
    """Type of the accounts on which items of a kind lie."""
    receivable = kind is CandidateKind.OPEN_RECEIVABLE
    return AccountType.ASSET if receivable else AccountType.LIABILITY
