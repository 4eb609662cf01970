"""Ties bank transactions to the books, and unties them: in one transaction each."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias
from uuid import UUID

from sqlmodel import Session

from domain.banking import bank_views, match_group_store, movement_store, target_views
from domain.banking.bank_transaction import (
    BankStatus,
    BankTransaction,
    TxAlreadyHandled,
    TxAnnounced,
    TxNotFound,
    TxNotMatched,
    TxNotZero,
)
from domain.banking.match_group import NO_WISH, BankSide, Wish, settle
from domain.banking.movement_store import Held
from domain.banking.reconciliation import (
    Mode,
    OpenItem,
    Plan,
    TargetNotFound,
    account_type_of,
    check_open,
    link,
    the_one,
)
from domain.banking.rows import BankAccountRow, BankTransactionRow, BankUntieRow
from domain.banking.suggestion import CandidateKind
from domain.database.session import tenant_of
from domain.errors import DomainError, InvalidInput, NotFound
from domain.ids import derived_id
from domain.ledger.account import AccountType
from domain.ledger.booking import Booking
from domain.ledger.books_store import books
from domain.ledger.journal_views import first_of, in_force
from domain.ledger.reversal import HasSettlements
from domain.money import BASE_CURRENCY
from domain.payables.settling import SettleableItem
from domain.posting import opening_store
from domain.posting import store as journal
from domain.posting.outcome import Posted, SettlementExceedsOpenAmount


@dataclass(frozen=True, slots=True)
class Target:
    """What a transaction is to be tied to; open items need their account."""

    intent_id: UUID
    kind: CandidateKind
    open_item_account: str | None = None
    open_item_id: UUID | None = None
    wish: Wish = NO_WISH


Pair: TypeAlias = tuple[UUID, Target]
"""The id of a transaction, and what it is to be tied to."""


@dataclass(frozen=True, slots=True)
class Tied:
    """How a transaction was tied; `intent_id` is the linked or the settling intent."""

    mode: Mode
    intent_id: UUID


@dataclass(frozen=True, slots=True)
class Untied:
    """A transaction that is open again, and the reversal of what had settled it."""

    bank_transaction_id: UUID
    reversal_intent_id: UUID | None
    match_group_id: UUID | None = None


def reconcile(session: Session, bank_transaction_id: UUID, target: Target) -> Tied:
    """Tie a transaction to an intent; an open item gets a settlement on the transaction's day."""
    (row,) = movement_store.held(session, [bank_transaction_id])
    check_open(BankStatus(row.status))
    match_group_store.claim_standing(session, [target.intent_id])
    plan = _plan(session, row, target)
    intent_id = _post_settlement(session, row, plan) if plan.lines else target.intent_id
    match_group_store.tie(session, row, plan.mode, intent_id)
    return Tied(plan.mode, intent_id)


def reconcile_all(
    session: Session, pairs: Sequence[Pair]
) -> list[tuple[UUID, Target, DomainError]]:
    """Tie many; return those that were refused, and why.

    Pairs that settle an item and share neither movement nor intent with another one cannot touch
    each other, and are settled together. All others follow one by one, each in a savepoint.
    """
    movements = Counter(bank_transaction_id for bank_transaction_id, _ in pairs)
    intents = Counter(target.intent_id for _, target in pairs)
    alone = {
        at: pair
        for at, pair in enumerate(pairs)
        if pair[1].kind is not CandidateKind.BANK_BOOKING
        and movements[pair[0]] == intents[pair[1].intent_id] == 1
    }
    refused = _reconcile_together(session, alone) if alone else {}
    for at, (bank_transaction_id, target) in enumerate(pairs):
        if at not in alone:
            try:
                with session.begin_nested():
                    reconcile(session, bank_transaction_id, target)
            except DomainError as error:
                refused[at] = error
    return [(*pairs[at], error) for at, error in sorted(refused.items())]


def unmatch(session: Session, bank_transaction_id: UUID, today: date) -> Untied:
    """Reopen a transaction, and all of its group; what had settled them is taken back.

    On its own day while that is open, else today: the movement is tied again on its day.
    """
    group_id = bank_views.transaction(session, bank_transaction_id).match_group_id
    if group_id is not None:
        reversal = match_group_store.undo(session, group_id, today)
        return Untied(bank_transaction_id, reversal, group_id)
    (row,) = movement_store.held(session, [bank_transaction_id])
    if row.match_group_id is not None:  # grouped a moment ago
        return unmatch(session, bank_transaction_id, today)
    if row.is_announced:
        raise TxAnnounced
    if row.status == BankStatus.UNRECONCILED.value:
        raise TxNotMatched
    if row.intent_id is None or row.mode == Mode.LINKED.value:
        movement_store.reopen(session, row, {"reversal_intent_id": None})
        return Untied(row.id, None)
    try:
        counts = in_force(session, row.intent_id)
        reversed_by = journal.take_back(session, counts, today=today).intent_id
    except SettlementExceedsOpenAmount as error:
        # The bank sent the money back: its return is undone first.
        raise HasSettlements(row.intent_id) from error
    movement_store.untie(session, row, {"reversal_intent_id": reversed_by})
    return Untied(row.id, reversed_by)


def reverse(
    session: Session,
    intent_id: UUID,
    *,
    today: date,
    in_original_period: bool = False,
    reason: str | None = None,
) -> Posted:
    """Reverse an intent and reopen the transactions tied to it, be it one or a group.

    The reversal of a reversal ties again what that had opened, on its day while that is open
    (decision 0097): the movement stands there. Who asks for the original period gets that, or
    PERIOD_LOCKED. Whoever ties one to it at the same moment waits, and then finds it reversed.
    What it would settle, and payments settle already, gives HasSettlements; money that is tied to
    something else by now TX_ALREADY_HANDLED.
    """
    first = first_of(session, intent_id)
    movement_store.claim(session, [intent_id, first])
    opening_store.check_reversal(session, intent_id)
    tied = movement_store.held_of_intent(session, first)
    loose = [] if tied else _loose(session, first)
    try:
        ties_again = any(each.mode != Mode.LINKED.value for _, each in loose)
        if ties_again and not in_original_period:
            posted = journal.take_back(session, intent_id, today=today, reason=reason)
        else:
            posted = journal.reverse_intent(
                session,
                intent_id,
                today=today,
                in_original_period=in_original_period,
                reason=reason,
            )
    except SettlementExceedsOpenAmount as error:
        raise HasSettlements(intent_id) from error
    for row in tied:
        movement_store.untie(session, row, {"reversed_intent_id": intent_id})
    for row, untied in loose:
        match_group_store.tie(session, row, Mode(untied.mode), first, untied.match_group_id)
        session.delete(untied)
    session.flush()
    return posted


def _loose(session: Session, intent_id: UUID) -> list[tuple[BankTransactionRow, BankUntieRow]]:
    """Movements that are tied again when a reversed intent counts again.

    What settled by itself comes back with all of its movements, or the money would stand twice. A
    booking by hand stands without them.
    """
    untied = movement_store.untied_from(session, intent_id)
    rows = movement_store.held(session, [each.bank_transaction_id for each in untied])
    pairs = list(zip(rows, untied, strict=True))
    for row, each in pairs:
        if each.mode != Mode.LINKED.value:
            check_open(BankStatus(row.status))
    return [pair for pair in pairs if pair[0].status == BankStatus.UNRECONCILED.value]


def dismiss(session: Session, bank_transaction_id: UUID) -> None:
    """Mark a transaction of nothing as handled."""
    try:
        (row,) = movement_store.held(session, [bank_transaction_id])
    except NotFound as error:
        raise TxNotFound from error
    if row.status != BankStatus.UNRECONCILED.value:
        raise TxAlreadyHandled(BankStatus(row.status))
    if row.amount:
        raise TxNotZero
    movement_store.change(session, row, BankStatus.EXCLUDED, {})


def _reconcile_together(session: Session, pairs: Mapping[int, Pair]) -> dict[int, DomainError]:
    """Settle pairs that cannot touch each other; refusals by the number of the pair."""
    rows = movement_store.known(session, [id_ for id_, _ in pairs.values()])
    intent_ids = [target.intent_id for _, target in pairs.values()]
    movement_store.claim(session, intent_ids)
    standing = target_views.standing(session, intent_ids)
    items = target_views.items_of(session, intent_ids)
    side_of, limits = _sides(session), match_group_store.limits(session)
    chart = books(session, tenant_of(session)).chart
    refused: dict[int, DomainError] = {}
    ready: dict[int, tuple[Held, Plan]] = {}
    for at, (bank_transaction_id, target) in pairs.items():
        try:
            row = rows.get(bank_transaction_id)
            if row is None:
                raise movement_store.unknown()
            check_open(BankStatus(row.status))
            if target.intent_id not in standing:
                raise TargetNotFound
            item = _item(row.movement, target, items.get(target.intent_id, []))
            plan = settle(row.movement, item, side_of(row), chart, limits, target.wish)
            ready[at] = row, plan
        except DomainError as error:
            refused[at] = error
    read = {
        item.open_item_id: SettleableItem(
            item.open_item_id, item.account, item.side, item.currency, item.partner_id
        )
        for of_intent in items.values()
        for item, _ in of_intent
    }
    return refused | _settle_together(session, ready, read)


def _settle_together(
    session: Session,
    ready: Mapping[int, tuple[Held, Plan]],
    read: Mapping[UUID, SettleableItem],
) -> dict[int, DomainError]:
    """Post and tie, all in one go; where that is refused, each half by itself."""
    if not ready:
        return {}
    try:
        with session.begin_nested():
            bookings = [
                _booking(_settlement_id(session, row), row.movement, plan)
                for row, plan in ready.values()
            ]
            intent_ids = match_group_store.post_all(session, bookings, read)
    except DomainError as error:
        if len(ready) == 1:
            return dict.fromkeys(ready, error)
        each = list(ready.items())
        halves = each[: len(each) // 2], each[len(each) // 2 :]
        first, second = (_settle_together(session, dict(half), read) for half in halves)
        return first | second
    tied = zip(ready.values(), intent_ids, strict=True)
    movement_store.tie(session, [(row, plan.mode.value, id_) for (row, plan), id_ in tied])
    return {}


def _sides(session: Session) -> Callable[[Held], BankSide]:
    """The ledger account and the rate of movements, asked once for an account and a day."""
    known: dict[tuple[object, ...], BankSide] = {}

    def side_of(row: Held) -> BankSide:
        movement = row.movement
        is_base = movement.currency == BASE_CURRENCY
        key = row.bank_account_id, movement.currency, None if is_base else movement.tx_date
        found = known.get(key)
        if found is None:
            found = match_group_store.bank_side(session, row.bank_account_id, movement)
            known[key] = found
        return found

    return side_of


def _item(
    movement: BankTransaction,
    target: Target,
    items: Sequence[tuple[OpenItem, AccountType]],
) -> OpenItem:
    """The item that is meant. Raises INVALID_INPUT and what `the_one` does."""
    if target.open_item_account is None:
        raise InvalidInput("/open_item_account", "is needed for open items")
    wanted = target.open_item_account, account_type_of(target.kind)
    listed = [item for item, kind in items if (item.account, kind) == wanted]
    return the_one(listed, movement.amount, movement.currency, target.open_item_id)


def _plan(session: Session, row: BankTransactionRow, target: Target) -> Plan:
    movement = bank_views.movement_of(row)
    if target.kind is CandidateKind.BANK_BOOKING:
        account = session.get_one(BankAccountRow, (row.tenant_id, row.bank_account_id))
        booking = target_views.bank_booking(
            session, target.intent_id, account.account_number, movement.currency
        )
        return link(movement, booking)
    items = target_views.items_of(session, [target.intent_id]).get(target.intent_id, [])
    item = _item(movement, target, items)
    return settle(
        movement,
        item,
        match_group_store.bank_side(session, row.bank_account_id, row),
        books(session, tenant_of(session)).chart,
        match_group_store.limits(session),
        target.wish,
    )


def _post_settlement(session: Session, row: BankTransactionRow, plan: Plan) -> UUID:
    booking = _booking(_settlement_id(session, row), bank_views.movement_of(row), plan)
    return match_group_store.post_all(session, [booking])[0]


def _settlement_id(session: Session, row: BankTransactionRow | Held) -> UUID:
    """Names the settlement; the count makes a new intent of each new match."""
    return derived_id("bank-settlement", tenant_of(session), row.id, row.match_count)


def _booking(intent_id: UUID, movement: BankTransaction, plan: Plan) -> Booking:
    who = movement.counterparty_name
    return match_group_store.booking_of(plan, intent_id, movement.tx_date, who)
