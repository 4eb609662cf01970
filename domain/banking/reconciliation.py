"""Ties a bank transaction to the books: linked, settlement or foreign settlement.

Nothing is posted where the bank side is booked already. Else the open item is closed by an
intent bank against open-item account; a foreign item in full, at its booking value, and the
gap becomes a realised gain or loss (contract §3.5).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.banking.suggestion import CandidateKind
from domain.banking.transaction import BankStatus, BankTransaction, TxAlreadyHandled
from domain.errors import Conflict, Invalid, NotFound, Unprocessable
from domain.ledger.account import AccountRole, AccountType
from domain.ledger.booking import Line
from domain.ledger.chart import Chart, role
from domain.ledger.intent import Settling, Side
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
        super().__init__("Several open items fit.")


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
    """What remains of one item; side D is owed to us, side C by us."""

    open_item_id: UUID
    account: str
    side: Side
    remaining_amount: Decimal
    currency: str = BASE_CURRENCY
    document_number: str | None = None
    partner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class BankBooking:
    """What an intent moved on the ledger account of a bank account, and what is tied to it."""

    amount: Decimal
    linked_amount: Decimal
    currency: str = BASE_CURRENCY


@dataclass(frozen=True, slots=True)
class Plan:
    """How a transaction is tied; without lines nothing is posted."""

    mode: Mode
    lines: tuple[Line, ...] = ()
    settles: tuple[Settling, ...] = ()
    document_number: str | None = None


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


def settle(
    transaction: BankTransaction,
    items: Iterable[OpenItem],
    bank_account: str,
    chart: Chart,
) -> Plan:
    """Close an open item with the money that moved, in part or in full."""
    incoming = transaction.amount > ZERO
    item = _the_one(list(items), transaction)
    if not transaction.amount or incoming != (item.side is Side.DEBIT):
        raise DirectionMismatch
    if transaction.currency != BASE_CURRENCY:
        raise UnsupportedSettlementCurrency(transaction.currency, item.currency)
    bank = Line(bank_account, item.side, abs(transaction.amount))
    if item.currency == BASE_CURRENCY:
        return _in_base_currency(bank, item)
    return _in_foreign_currency(bank, item, chart)


def _the_one(items: list[OpenItem], transaction: BankTransaction) -> OpenItem:
    """The only open item, or of many, such as an opening has, the only one of this amount."""
    if not items:
        raise TargetNotFound
    open_items = [item for item in items if item.remaining_amount > ZERO]
    if not open_items:
        raise ExceedsOpenAmount(ZERO)
    exact = [item for item in open_items if _is_exact(item, transaction)]
    fitting = exact if len(exact) == 1 else open_items
    if len(fitting) > 1:
        raise TargetAmbiguous
    return fitting[0]


def _is_exact(item: OpenItem, transaction: BankTransaction) -> bool:
    owed = item.remaining_amount if item.side is Side.DEBIT else -item.remaining_amount
    return item.currency == transaction.currency and owed == transaction.amount


def _in_base_currency(bank: Line, item: OpenItem) -> Plan:
    if bank.amount > item.remaining_amount:
        raise ExceedsOpenAmount(item.remaining_amount)
    return _plan(Mode.SETTLEMENT, item, bank.amount, bank)


def _in_foreign_currency(bank: Line, item: OpenItem, chart: Chart) -> Plan:
    gap = bank.amount - item.remaining_amount
    if not gap:
        return _plan(Mode.FX_SETTLEMENT, item, item.remaining_amount, bank)
    # Getting more than was booked, or paying less, is a gain.
    is_gain = (gap > ZERO) == (item.side is Side.DEBIT)
    account = role(chart, AccountRole.FX_GAIN if is_gain else AccountRole.FX_LOSS)
    effect = Line(account, Side.CREDIT if is_gain else Side.DEBIT, abs(gap))
    return _plan(Mode.FX_SETTLEMENT, item, item.remaining_amount, bank, effect)


def _plan(mode: Mode, item: OpenItem, closed: Decimal, *others: Line) -> Plan:
    against = Line(item.account, item.side.other, closed, partner_id=item.partner_id)
    return Plan(
        mode, (*others, against), (Settling(item.open_item_id, closed),), item.document_number
    )


def account_type_of(kind: CandidateKind) -> AccountType:
    """Type of the accounts on which items of a kind lie."""
    receivable = kind is CandidateKind.OPEN_RECEIVABLE
    return AccountType.ASSET if receivable else AccountType.LIABILITY
