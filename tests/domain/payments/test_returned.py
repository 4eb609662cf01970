"""What is booked for money that came back, in both directions."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.ledger.intent import Settling, Side
from domain.payments.returned import Returned, ReturnMismatch, Settled, booking_of

BACK = Returned(UUID(int=1), date(2026, 3, 12), Decimal("117.50"), "2800", "7300", Decimal("2.50"))
PAID = Settled(UUID(int=2), "3300", Side.CREDIT, Decimal(120), UUID(int=3), "RE-1")
COLLECTED = replace(PAID, account="2000", side=Side.DEBIT)


def test_a_transfer_comes_back_short_of_the_fee() -> None:
    """Bank and fee against the payable, whose settlement is taken back."""
    booking = booking_of(replace(BACK, reason="AC04"), [PAID])

    assert [(line.account, line.side.value, line.amount) for line in booking.lines] == [
        ("2800", "D", Decimal("117.50")),
        ("7300", "D", Decimal("2.50")),
        ("3300", "C", Decimal(120)),
    ]
    assert booking.settles == (Settling(PAID.open_item_id, Decimal(-120)),)
    assert booking.description == "Rückgabe AC04 RE-1"


def test_a_foreign_item_is_opened_by_what_was_settled_of_its_currency() -> None:
    """Not by the share of its EUR: parts were settled at other values than the whole."""
    (opened,) = booking_of(BACK, [replace(PAID, document_amount=Decimal("131.50"))]).settles

    assert (opened.amount, opened.document_amount) == (Decimal(-120), Decimal("-131.50"))


def test_a_direct_debit_takes_more_than_it_brought() -> None:
    """The customer owes again, and the bank took its fee on top."""
    booking = booking_of(replace(BACK, amount=Decimal("-122.50")), [COLLECTED])

    assert [(line.account, line.side.value, line.amount) for line in booking.lines] == [
        ("7300", "D", Decimal("2.50")),
        ("2000", "D", Decimal(120)),
        ("2800", "C", Decimal("122.50")),
    ]


@pytest.mark.parametrize(
    ("back", "settled"),
    [
        (replace(BACK, fee=Decimal(0)), [PAID]),
        (replace(BACK, amount=Decimal("-117.50")), [PAID]),
        (BACK, []),
        (BACK, [PAID, COLLECTED]),
    ],
)
def test_what_does_not_fit_is_refused(back: Returned, settled: list[Settled]) -> None:
    """A difference that nobody named, the wrong way, nothing, and both sides at once."""
    with pytest.raises(ReturnMismatch):
        booking_of(back, settled)
