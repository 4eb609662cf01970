"""Settles movements in groups, and undoes a group: in one transaction each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session, col, select

from domain.access.rows import TenantRow
from domain.banking import bank_views, movement_store, target_views
from domain.banking.bank_transaction import BankStatus, BankTransaction
from domain.banking.match_group import (
    Allocation,
    BankSide,
    BankTxMixedBankAccounts,
    ExchangeRateUnknown,
    Limits,
    MatchGroup,
    SetOff,
    TargetKindUnsupported,
    Taxed,
    check_adjustments,
    direction_of,
    settle_group,
)
from domain.banking.reconciliation import (
    Mode,
    OpenItem,
    Plan,
    TargetNotFound,
    account_type_of,
    check_open,
    the_one,
)
from domain.banking.rows import BankAccountRow, BankMatchGroupRow, BankTransactionRow
from domain.banking.suggestion import CandidateKind
from domain.database.session import actor_of, tenant_of
from domain.errors import InvalidInput, NotFound
from domain.ids import derived_id
from domain.ledger import rate_views
from domain.ledger.booking import Booking, Books, Line
from domain.ledger.books_store import books
from domain.ledger.journal_views import in_force
from domain.ledger.reversal import HasSettlements
from domain.money import BASE_CURRENCY, ZERO
from domain.payables import clearing_store, item_views, settling_store
from domain.payables.clearing import DiscountTaxUnknown, named
from domain.payables.settling import SettleableItem
from domain.posting import store as journal
from domain.posting.outcome import SettlementExceedsOpenAmount


@dataclass(frozen=True, slots=True)
class ItemTarget:
    """An open item: of an intent, on an account, and by its id where the intent has several."""

    intent_id: UUID
    kind: CandidateKind
    open_item_account: str
    open_item_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Allocated:
    """What the bank moved for an item, and how much of it that settles."""

    target: ItemTarget
    bank_amount: Decimal
    settled: Decimal | None = None
    discount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class SetOffItem:
    """What of an item on the other side is taken from the payment."""

    target: ItemTarget
    amount: Decimal


@dataclass(frozen=True, slots=True)
class GroupWish:
    """Movements, the items that they settle, and the lines between them."""

    match_group_id: UUID
    bank_transaction_ids: tuple[UUID, ...]
    allocations: tuple[Allocated, ...]
    set_offs: tuple[SetOffItem, ...] = ()
    adjustments: tuple[Line, ...] = ()
    closes_in_full: bool = False
    auto_match_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Grouped:
    """A group that was settled."""

    match_group_id: UUID
    intent_id: UUID
    mode: Mode


def create(session: Session, wish: GroupWish) -> Grouped:
    """Settle movements against items, all of it or nothing.

    Raises what the rules of groups do, NOT_FOUND, TARGET_NOT_FOUND, TX_ALREADY_HANDLED and
    PERIOD_LOCKED.
    """
    _check_kinds(wish)
    rows = movement_store.held(session, wish.bank_transaction_ids)
    for row in rows:
        check_open(BankStatus(row.status))
    if len({row.bank_account_id for row in rows}) > 1:
        raise BankTxMixedBankAccounts
    targets = [each.target for each in wish.allocations] + [each.target for each in wish.set_offs]
    claim_standing(session, [target.intent_id for target in targets])
    known = books(session, tenant_of(session))
    check_adjustments(wish.adjustments, known)
    day = max(row.tx_date for row in rows)
    movements = [bank_views.movement_of(row) for row in rows]
    bank = bank_side(session, rows[0].bank_account_id, rows[0])
    group = _group(session, wish, movements, bank)
    plan = settle_group(group, _shares(session, group, known, day), known.chart, limits(session))
    intent_id = post(
        session, plan, derived_id("match-group", tenant_of(session), wish.match_group_id), day,
        _whose(movements),
    )  # fmt: skip
    session.add(
        BankMatchGroupRow(
            tenant_id=tenant_of(session),
            id=wish.match_group_id,
            bank_account_id=rows[0].bank_account_id,
            intent_id=intent_id,
            mode=plan.mode.value,
            bank_transaction_ids=[row.id for row in rows],
            created_by=actor_of(session).user_id,
            created_at=datetime.now(UTC),
            auto_match_id=wish.auto_match_id,
        )
    )
    session.flush()
    for row in rows:
        tie(session, row, plan.mode, intent_id, wish.match_group_id)
    return Grouped(wish.match_group_id, intent_id, plan.mode)


def undo(session: Session, match_group_id: UUID, today: date) -> UUID:
    """Take back what settled a group, and open its movements again; the id of the reversal.

    Raises NOT_FOUND, ALREADY_REVERSED, HAS_SETTLEMENTS, PERIOD_LOCKED.
    """
    group = session.get(BankMatchGroupRow, (tenant_of(session), match_group_id))
    if group is None:
        raise NotFound("There is no such match group.")
    rows = movement_store.held(session, group.bank_transaction_ids)
    try:
        counts = in_force(session, group.intent_id)
        reversal = journal.take_back(session, counts, today=today).intent_id
    except SettlementExceedsOpenAmount as error:
        # The bank sent the money back: its return is undone first.
        raise HasSettlements(group.intent_id) from error
    for row in rows:
        if row.match_group_id == match_group_id:
            movement_store.untie(
                session, row, {"reversal_intent_id": reversal, "match_group_id": match_group_id}
            )
    return reversal


def tie(
    session: Session,
    row: BankTransactionRow,
    mode: Mode,
    intent_id: UUID,
    match_group_id: UUID | None = None,
) -> None:
    """Say that a movement is in the books."""
    facts: dict[str, object] = {"mode": mode.value, "intent_id": intent_id}
    if match_group_id is not None:
        facts["match_group_id"] = match_group_id
    movement_store.change(
        session,
        row,
        BankStatus.RECONCILED,
        facts,
        mode=mode.value,
        intent_id=intent_id,
        match_group_id=match_group_id,
        match_count=row.match_count + 1,
    )


def claim_standing(session: Session, intent_ids: Sequence[UUID]) -> None:
    """Hold intents that are to be tied. Raises TARGET_NOT_FOUND where one was reversed."""
    movement_store.claim(session, intent_ids)
    wanted = set(intent_ids)
    if target_views.standing(session, wanted) < wanted:
        raise TargetNotFound


def bank_side(
    session: Session, bank_account_id: UUID, movement: BankTransaction | BankTransactionRow
) -> BankSide:
    """The ledger account that a movement is on, and what its currency is worth on that day.

    Raises EXCHANGE_RATE_UNKNOWN.
    """
    account = session.get_one(BankAccountRow, (tenant_of(session), bank_account_id))
    if movement.currency == BASE_CURRENCY:
        return BankSide(account.account_number)
    rate = rate_views.rate_before(session, movement.currency, movement.tx_date)
    if rate is None:
        raise ExchangeRateUnknown(movement.currency, movement.tx_date)
    return BankSide(account.account_number, movement.currency, rate.rate)


def limits(session: Session) -> Limits:
    """What the tenant lets pass without a person."""
    row = session.exec(select(TenantRow).where(col(TenantRow.id) == tenant_of(session))).one()
    return Limits(row.small_difference_limit, row.fx_difference_percent)


def post(session: Session, plan: Plan, intent_id: UUID, day: date, whose: str | None) -> UUID:
    """Post what settles."""
    return post_all(session, [booking_of(plan, intent_id, day, whose)])[0]


def post_all(
    session: Session,
    bookings: Sequence[Booking],
    read: Mapping[UUID, SettleableItem] = settling_store.NONE_READ,
) -> list[UUID]:
    """Post what settles, all of it or nothing; `read` are items that need not be read again."""
    completed = settling_store.with_items(session, bookings, read=read)
    return [posted.intent_id for posted in journal.book_all(session, completed)]


def booking_of(plan: Plan, intent_id: UUID, day: date, whose: str | None) -> Booking:
    """What settles, as it is posted."""
    return Booking(
        intent_id=intent_id,
        booking_date=day,
        description=named("Zahlung", plan.document_numbers, whose),
        lines=plan.lines,
        source="bank",
        external_reference=plan.document_numbers[0] if plan.document_numbers else None,
    )


def _check_kinds(wish: GroupWish) -> None:
    for position, each in enumerate(wish.allocations):
        if each.target.kind is CandidateKind.BANK_BOOKING:
            raise TargetKindUnsupported(position)


def _group(
    session: Session, wish: GroupWish, movements: Sequence[BankTransaction], bank: BankSide
) -> MatchGroup:
    is_incoming = direction_of(movements)
    if len({movement.currency for movement in movements}) > 1:
        raise InvalidInput("/bank_transaction_ids", "are in several currencies")
    sign = 1 if is_incoming else -1
    return MatchGroup(
        bank_account=bank.account,
        currency=bank.currency,
        bank_total=abs(sum((movement.amount for movement in movements), ZERO)),
        is_incoming=is_incoming,
        allocations=tuple(
            Allocation(
                _item(session, each.target, sign * (each.settled or each.bank_amount)),
                each.bank_amount,
                each.settled,
                each.discount,
            )
            for each in wish.allocations
        ),
        set_offs=tuple(
            SetOff(_item(session, each.target, -sign * each.amount), each.amount)
            for each in wish.set_offs
        ),
        adjustments=wish.adjustments,
        rate=bank.rate,
        closes_in_full=wish.closes_in_full,
    )


def _item(session: Session, target: ItemTarget, amount: Decimal) -> OpenItem:
    kind = account_type_of(target.kind)
    items = target_views.open_items(session, target.intent_id, target.open_item_account, kind)
    currency = items[0].currency if items else BASE_CURRENCY
    return the_one(items, amount, currency, target.open_item_id)


def _shares(session: Session, group: MatchGroup, known: Books, day: date) -> Mapping[UUID, Taxed]:
    wanted = tuple(each.item.open_item_id for each in group.allocations if each.discount)
    items = item_views.items(session, wanted) if wanted else {}
    if missing := set(wanted) - set(items):
        raise DiscountTaxUnknown(missing.pop())
    is_one = len({each.item.open_item_id for each in group.allocations}) == 1
    beside = {each.item.open_item_id: each.amount for each in group.set_offs if is_one}
    return {
        item_id: (item, clearing_store.shares_of(session, item, known, beside, day))
        for item_id, item in items.items()
    }


def _whose(movements: Sequence[BankTransaction]) -> str | None:
    names = {movement.counterparty_name for movement in movements}
    return names.pop() if len(names) == 1 else None
