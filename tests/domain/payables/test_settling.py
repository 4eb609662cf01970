"""What lines of a booking may settle."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.errors import DomainError, InvalidInput
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Exchange, Settling, Side
from domain.payables.settling import (
    OpenItemNotFound,
    SettleableItem,
    SettlementMismatch,
    completed,
)

ITEM, VENDOR, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
KNOWN = SettleableItem(ITEM, "3300", Side.CREDIT, "EUR", VENDOR)
PAID = Line("3300", Side.DEBIT, Decimal(100), None, VENDOR, settles=(Settling(ITEM, Decimal(60)),))
BANK = Line("2800", Side.CREDIT, Decimal(100))
BOOKING = Booking(
    intent_id=UUID(int=9),
    booking_date=date(2026, 3, 2),
    description="Zahlung",
    lines=(PAID, BANK),
    source="api",
)


def test_a_line_settles_items_of_its_account_and_partner() -> None:
    """What fits stays as it is; who is not named is the partner of the item."""
    assert completed(BOOKING, {ITEM: KNOWN}) == BOOKING
    nobody = replace(BOOKING, lines=(replace(PAID, partner_id=None), BANK))
    assert completed(nobody, {ITEM: KNOWN}) == BOOKING
    assert completed(nobody, {ITEM: replace(KNOWN, partner_id=None)}) == nobody


@pytest.mark.parametrize(
    ("item", "differs"),
    [
        (replace(KNOWN, account="3310"), ["account_number"]),
        (replace(KNOWN, side=Side.DEBIT), ["side"]),
        (replace(KNOWN, partner_id=OTHER), ["partner_id"]),
        (replace(KNOWN, account="2000", side=Side.DEBIT), ["account_number", "side"]),
    ],
)
def test_what_differs_is_named(item: SettleableItem, differs: list[str]) -> None:
    """SETTLEMENT_MISMATCH points at the line and says in what."""
    with pytest.raises(SettlementMismatch) as refused:
        completed(BOOKING, {ITEM: item})
    assert refused.value.context["differs"] == differs
    assert refused.value.fields[0].pointer == "/lines/0/settles/0/open_item_id"


def test_currencies_meet_in_euro_or_are_one() -> None:
    """Dollars settle what is owed in dollars; euro settle it at what it was booked at."""
    dollars = Exchange("USD", Decimal(110), Decimal("1.1"), date(2026, 3, 2), "ECB")
    in_usd, in_gbp = replace(KNOWN, currency="USD"), replace(KNOWN, currency="GBP")

    assert completed(BOOKING, {ITEM: in_usd}) == BOOKING
    paid = replace(BOOKING, exchange=dollars)
    assert completed(paid, {ITEM: in_usd}) == paid
    with pytest.raises(SettlementMismatch, match="currency"):
        completed(paid, {ITEM: in_gbp})


@pytest.mark.parametrize(
    "line",
    [
        replace(PAID, tax_code="VST20"),
        replace(PAID, settles=(Settling(ITEM, Decimal(60)), Settling(ITEM, Decimal(1)))),
        replace(PAID, settles=(Settling(ITEM, Decimal(101)),)),
        replace(PAID, settles=(Settling(ITEM, Decimal(-1)),)),
    ],
    ids=["tax", "twice", "more than the line", "below zero"],
)
def test_amounts_that_no_line_can_settle_are_refused(line: Line) -> None:
    """With the place in the body."""
    with pytest.raises(InvalidInput, match="/lines/0"):
        completed(replace(BOOKING, lines=(line, BANK)), {ITEM: KNOWN})


def test_an_unknown_item_is_not_found() -> None:
    """OPEN_ITEM_NOT_FOUND with its id."""
    with pytest.raises(OpenItemNotFound) as refused:
        completed(BOOKING, {})
    error: DomainError = refused.value
    assert error.context["open_item_id"] == str(ITEM)
