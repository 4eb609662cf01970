"""The value of a transaction, its lines, and how a booking is shown."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.ledger.intent import Side
from domain.transactions.transaction import (
    InvalidAccount,
    Reference,
    ReferenceType,
    Transaction,
    TransactionNotFound,
    TransactionType,
    account_id_of,
    account_name,
    lines_between,
    shown,
    transaction_id_of,
    transaction_name,
)
from tests.strategies import AMOUNTS


def one(kind: str = "expense", **more: Any) -> Transaction:
    """A transaction of 120.00."""
    facts: dict[str, Any] = {"amount": Decimal("120.00"), "description": "x"} | more
    return Transaction(
        transaction_id=uuid4(),
        type=TransactionType(kind),
        booking_date=date(2026, 3, 2),
        **facts,
    )


@pytest.mark.parametrize(
    ("kind", "facts", "code"),
    [
        ("expense", {"vat_rate": Decimal(20)}, "VST20"),
        ("income", {"vat_rate": Decimal(20)}, "UST20"),
        ("income", {"vat_rate": Decimal("10.000"), "vat_deductible": False}, "UST10"),
        ("expense", {"vat_rate": Decimal(20), "vat_deductible": False}, None),
        ("expense", {"vat_rate": Decimal(0)}, None),
        ("expense", {}, None),
    ],
)
def test_the_tax_code_follows_from_rate_and_direction(
    kind: str, facts: dict[str, Any], code: str | None
) -> None:
    """Where there is tax that is booked."""
    assert one(kind, **facts).tax_code == code


def test_only_an_expense_has_a_deduction() -> None:
    """It may be deducted unless somebody says otherwise."""
    assert one("expense").vat_deductible is True
    assert one("expense", vat_deductible=False).vat_deductible is False
    assert one("income", vat_deductible=True).vat_deductible is None


def test_nothing_is_no_transaction() -> None:
    """The amount is above zero."""
    with pytest.raises(InvalidInput):
        one(amount=Decimal("0.00"))


@given(amount=AMOUNTS, rate=st.sampled_from([0, 7, 10, 13, 19, 20]))
def test_net_and_vat_are_the_amount(amount: Decimal, rate: int) -> None:
    """To the cent, at every rate."""
    split = one(amount=amount, vat_rate=Decimal(rate)).vat
    assert split is not None
    assert split.net + split.tax == amount
    assert split.tax >= 0


@pytest.mark.parametrize(
    ("kind", "side"), [("income", Side.DEBIT), ("expense", Side.CREDIT), ("transfer", Side.CREDIT)]
)
def test_income_debits_the_money(kind: str, side: Side) -> None:
    """Everything else credits it; the tax code stands on the other line."""
    accounts = {"from_account_id": uuid4(), "to_account_id": uuid4()} if kind == "transfer" else {}
    other, money = lines_between(one(kind, **accounts), "2800", "6815", "VST20")
    assert (money.account, money.side, money.tax_code) == ("2800", side, None)
    assert (other.account, other.side, other.tax_code) == ("6815", side.other, "VST20")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), AMOUNTS), min_size=1))
def test_what_is_shown_is_what_was_booked(entries: list[tuple[str, str, Decimal]]) -> None:
    """Each account once on each side, debit equal to credit."""
    for kind in TransactionType:
        lines = shown(kind, entries)
        total = sum(amount for _, _, amount in entries)
        assert sum(line.debit for line in lines) == sum(line.credit for line in lines) == total
        assert len({(line.account, bool(line.debit)) for line in lines}) == len(lines)


def test_the_receipt_is_found_in_either_field() -> None:
    """Its own, or the reference."""
    reference = Reference(ReferenceType.RECEIPT, "b")
    assert one(receipt_id="a", reference=reference).receipt == "a"
    assert one(reference=reference).receipt == "b"
    assert one(reference=Reference(ReferenceType.CONTRACT, "c")).receipt is None


def test_names_lead_back_to_their_ids() -> None:
    """An account's UUID does as well; anything else is refused."""
    some = UUID(int=7)
    assert transaction_id_of(transaction_name(some)) == some
    assert account_id_of(account_name(some), "/account_id") == some
    assert account_id_of(str(some), "/account_id") == some
    for wrong in ("txn_abc123", str(some), "", f"acc_{some.hex}"):
        with pytest.raises(TransactionNotFound):
            transaction_id_of(wrong)
    for wrong in ("acc_bank01", "", "txn_" + some.hex):
        with pytest.raises(InvalidAccount):
            account_id_of(wrong, "/account_id")
