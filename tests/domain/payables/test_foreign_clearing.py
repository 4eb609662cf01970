"""What a clearing settles of documents in a foreign currency."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from domain.ledger.chart import Chart
from domain.payables.clearing import ClearingMismatch, booking_of
from tests.domain.payables.test_clearing import CREDIT, OWED, clearing, settled

DOLLARS = replace(OWED, currency="USD", remaining_amount=Decimal(1000), amount=Decimal(1000))
GIVEN = replace(CREDIT, currency="USD", remaining_amount=Decimal(200), amount=Decimal(200))
LEFT = {DOLLARS.open_item_id: Decimal("1100.00"), GIVEN.open_item_id: Decimal("230.00")}


def _in_dollars(
    owed: str, credited: str, left: dict[UUID, Decimal] = LEFT
) -> dict[UUID, Decimal | None]:
    items = {each.open_item_id: each for each in (DOLLARS, GIVEN)}
    wanted = clearing(settled(DOLLARS, owed), settled(GIVEN, credited))
    booking = booking_of(wanted, items, {}, Chart.AT_EKR, foreign=left)
    told = [each for line in booking.lines for each in line.settles]
    return {each.open_item_id: each.document_amount for each in told}


def test_dollars_take_off_as_many_dollars() -> None:
    """1100 USD at 1.10 less 230 USD at 1.15 are 870, not the 880 that their EUR would leave."""
    assert _in_dollars("200", "200") == {
        DOLLARS.open_item_id: Decimal("230.00"), GIVEN.open_item_id: Decimal("230.00"),
    }  # fmt: skip


def test_a_part_of_a_credit_takes_off_its_own_share() -> None:
    """Half of it is 115 USD."""
    assert set(_in_dollars("100", "100").values()) == {Decimal("115.00")}


def test_what_is_closed_in_full_is_closed_in_its_currency() -> None:
    """An invoice that a larger credit pays: the credit keeps the rest of its own dollars."""
    left = {DOLLARS.open_item_id: Decimal("210.00"), GIVEN.open_item_id: Decimal("230.00")}
    items = {
        DOLLARS.open_item_id: replace(DOLLARS, remaining_amount=Decimal(190)),
        GIVEN.open_item_id: GIVEN,
    }
    wanted = clearing(settled(DOLLARS, "190"), settled(GIVEN, "190"))
    booking = booking_of(wanted, items, {}, Chart.AT_EKR, foreign=left)
    told = {each.document_amount for line in booking.lines for each in line.settles}

    assert told == {Decimal("210.00")}


def test_two_that_end_at_other_amounts_are_refused() -> None:
    """Equal in EUR, and yet one owes 10 USD more: nobody would be asked for them any more."""
    items = {
        DOLLARS.open_item_id: replace(DOLLARS, remaining_amount=Decimal(200)),
        GIVEN.open_item_id: GIVEN,
    }
    left = {DOLLARS.open_item_id: Decimal("220.00"), GIVEN.open_item_id: Decimal("230.00")}
    with pytest.raises(ClearingMismatch) as refused:
        booking_of(
            clearing(settled(DOLLARS, "200"), settled(GIVEN, "200")),
            items, {}, Chart.AT_EKR, foreign=left,
        )  # fmt: skip

    assert refused.value.context["difference"] == "-10.00"
