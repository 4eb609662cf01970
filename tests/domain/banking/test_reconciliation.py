"""Reconciling: linked, settlement, foreign settlement."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.banking.bank_transaction import BankStatus, BankTransaction, TxAlreadyHandled
from domain.banking.match_group import BankSide, Limits, Wish, settle
from domain.banking.reconciliation import (
    BankBooking,
    DirectionMismatch,
    ExceedsOpenAmount,
    Mode,
    OpenItem,
    Plan,
    TargetAmbiguous,
    TargetNotFound,
    UnsupportedSettlementCurrency,
    account_type_of,
    check_open,
    link,
    the_one,
)
from domain.banking.suggestion import CandidateKind
from domain.ledger.account import AccountType
from domain.ledger.booking import Line
from domain.ledger.chart import Chart
from domain.ledger.intent import Side

PAID = BankTransaction(date(2026, 3, 10), Decimal("-100.00"))
OWED = OpenItem(UUID(int=1), "3300", Side.CREDIT, Decimal("100.00"), document_number="RE-1")
CLAIM = OpenItem(UUID(int=2), "2000", Side.DEBIT, Decimal("100.00"))
amounts = st.decimals(Decimal("0.01"), Decimal(99999), places=2)


def settled(transaction: BankTransaction, *items: OpenItem, wish: Wish = Wish()) -> Plan:  # noqa: B008
    """Settle the item that is meant."""
    item = the_one(items, transaction.amount, transaction.currency)
    bank = BankSide("2800", transaction.currency)
    return settle(transaction, item, bank, Chart.AT_EKR, Limits(fx_percent=Decimal(1000)), wish)


def settles(plan: Plan) -> list[tuple[UUID, Decimal]]:
    """What a plan settles."""
    found = [each for line in plan.lines for each in line.settles]
    return [(each.open_item_id, each.amount) for each in found]


def signed(lines: tuple[Line, ...]) -> dict[str, Decimal]:
    """Debit minus credit for each account."""
    return {line.account: line.plain.signed for line in lines}


def test_a_payable_is_paid_in_full() -> None:
    """Debit payables, credit bank, settle the item."""
    plan = settled(PAID, OWED)
    assert plan.mode is Mode.SETTLEMENT
    assert signed(plan.lines) == {"2800": Decimal(-100), "3300": Decimal(100)}
    assert settles(plan) == [(UUID(int=1), Decimal(100))]
    assert plan.document_numbers == ("RE-1",)


@given(amounts, amounts, st.sampled_from(Side), st.booleans())
def test_every_settlement_balances(
    paid: Decimal,
    owed: Decimal,
    side: Side,
    foreign: bool,  # noqa: FBT001
) -> None:
    """Whatever is paid for whatever item, the lines sum to zero, the bank moves what it moved."""
    item = replace(OWED, side=side, remaining_amount=owed, currency="USD" if foreign else "EUR")
    item = replace(item, remaining_document=owed * 2 if foreign else None)
    moved = paid if side is Side.DEBIT else -paid
    try:
        plan = settled(replace(PAID, amount=moved), item, wish=Wish(closes_in_full=True))
    except ExceedsOpenAmount:
        assert not foreign
        assert paid > owed
        return
    balances = signed(plan.lines)
    assert sum(balances.values()) == 0
    assert balances["2800"] == moved
    assert settles(plan)[0][1] == (owed if foreign else paid)


@pytest.mark.parametrize(
    ("item", "moved", "account", "effect"),
    [
        (OWED, "-90.00", "4860", "-10.00"),  # paid less than booked: gain, credit
        (OWED, "-110.00", "7860", "10.00"),  # paid more: loss, debit
        (CLAIM, "110.00", "4860", "-10.00"),  # got more: gain
        (CLAIM, "90.00", "7860", "10.00"),  # got less: loss
    ],
)
def test_the_gap_of_a_foreign_item_is_gain_or_loss(
    item: OpenItem, moved: str, account: str, effect: str
) -> None:
    """The item is closed at its booking value."""
    transaction = replace(PAID, amount=Decimal(moved))
    item = replace(item, currency="USD", remaining_document=Decimal(110))
    plan = settled(transaction, item)
    assert plan.mode is Mode.FX_SETTLEMENT
    assert signed(plan.lines)[account] == Decimal(effect)


def test_what_does_not_fit_is_refused() -> None:
    """Direction, amount, currency, number of items."""
    with pytest.raises(DirectionMismatch):
        settled(replace(PAID, amount=Decimal(100)), OWED)
    with pytest.raises(DirectionMismatch):
        settled(PAID, CLAIM)
    with pytest.raises(ExceedsOpenAmount):
        settled(replace(PAID, amount=Decimal("-100.01")), OWED)
    with pytest.raises(ExceedsOpenAmount):
        settled(PAID, replace(OWED, remaining_amount=Decimal(0)))
    with pytest.raises(TargetAmbiguous):
        settled(PAID, OWED, replace(OWED, open_item_id=UUID(int=3)))
    with pytest.raises(TargetNotFound):
        settled(
            PAID,
        )
    with pytest.raises(UnsupportedSettlementCurrency):
        settled(replace(PAID, currency="USD"), OWED)


def test_of_many_items_the_one_of_the_amount_is_settled() -> None:
    """An opening has an item for each row; money the other way is no match."""
    other = replace(OWED, open_item_id=UUID(int=3), remaining_amount=Decimal("70.00"))
    plan = settled(PAID, other, OWED, replace(CLAIM, open_item_id=UUID(int=4)))
    assert [item for item, _ in settles(plan)] == [OWED.open_item_id]
    with pytest.raises(TargetAmbiguous):
        settled(replace(PAID, amount=Decimal("-60.00")), other, OWED)
    meant = the_one([other, OWED], Decimal("-60.00"), "EUR", OWED.open_item_id)
    assert meant is OWED


def test_a_booking_is_linked_up_to_its_amount() -> None:
    """Several transactions may share one; wrong side, too much and nothing are refused."""
    assert link(PAID, BankBooking(Decimal("-100.00"), Decimal(0))).lines == ()
    assert link(PAID, BankBooking(Decimal("-150.00"), Decimal("-50.00"))).mode is Mode.LINKED
    with pytest.raises(ExceedsOpenAmount):
        link(PAID, BankBooking(Decimal("-150.00"), Decimal("-51.00")))
    with pytest.raises(DirectionMismatch):
        link(PAID, BankBooking(Decimal("100.00"), Decimal(0)))
    with pytest.raises(TargetNotFound):
        link(PAID, BankBooking(Decimal(0), Decimal(0)))


def test_what_is_handled_stays_handled() -> None:
    """TX_ALREADY_HANDLED."""
    check_open(BankStatus.UNRECONCILED)
    for status in (BankStatus.RECONCILED, BankStatus.EXCLUDED):
        with pytest.raises(TxAlreadyHandled):
            check_open(status)


def test_items_lie_on_accounts_of_their_type() -> None:
    """Receivables are assets."""
    assert account_type_of(CandidateKind.OPEN_RECEIVABLE) is AccountType.ASSET
    assert account_type_of(CandidateKind.OPEN_LIABILITY) is AccountType.LIABILITY
