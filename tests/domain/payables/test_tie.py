"""Which item of an intent an invoice is tied to."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from domain.ledger.intent import Side
from domain.payables.sub_ledger import SubLedger
from domain.payables.tie import Booked, BookedItem, Claim, IntentMismatch, check_tie

VENDOR, OTHER, INTENT = UUID(int=1), UUID(int=2), UUID(int=3)
ITEM = BookedItem(UUID(int=9), Side.CREDIT, Decimal("120.000"), "EUR", VENDOR)
CLAIM = Claim(VENDOR, Decimal("120.00"), "EUR")


def test_an_invoice_is_tied_to_what_its_intent_owes() -> None:
    """Other payables of the intent, of another amount or partner, are in nobody's way."""
    more = replace(ITEM, open_item_id=UUID(int=8), amount=Decimal(30))
    others = replace(ITEM, open_item_id=UUID(int=7), partner_id=OTHER)

    assert check_tie(CLAIM, Booked(INTENT, (more, others, ITEM))) == ITEM.open_item_id


def test_a_payable_without_partner_is_taken_by_the_vendor() -> None:
    """Booked by hand, it belongs to whose invoice has its amount."""
    nobodys = replace(ITEM, partner_id=None)

    assert check_tie(CLAIM, Booked(INTENT, (nobodys,))) == ITEM.open_item_id


def test_a_credit_note_is_tied_to_a_debit() -> None:
    """What is below zero in the invoice stands on the other side in the books."""
    debit = replace(ITEM, side=Side.DEBIT)
    credit_note = replace(CLAIM, total_gross=Decimal("-120.00"))

    assert check_tie(credit_note, Booked(INTENT, (debit,))) == ITEM.open_item_id
    with pytest.raises(IntentMismatch) as refused:
        check_tie(CLAIM, Booked(INTENT, (debit,)))
    assert refused.value.context["differs"] == ["side"]


def test_an_invoice_that_asks_for_nothing_is_tied_to_no_item() -> None:
    """Its intent owes nothing to anybody."""
    nothing = replace(CLAIM, total_gross=Decimal(0))

    assert check_tie(nothing, Booked(INTENT, ())) is None
    with pytest.raises(IntentMismatch):
        check_tie(nothing, Booked(INTENT, (ITEM,)))
    with pytest.raises(IntentMismatch):
        check_tie(nothing, Booked(INTENT, (), is_reversed=True))


@pytest.mark.parametrize(
    ("booked", "differs"),
    [
        (Booked(INTENT, ()), ["payable"]),
        (Booked(INTENT, (ITEM,), is_reversed=True), ["reversed"]),
        (Booked(INTENT, (ITEM,), invoice_id=UUID(int=5)), ["invoice"]),
        (Booked(INTENT, (replace(ITEM, amount=Decimal(12000)),)), ["total_gross"]),
        (Booked(INTENT, (replace(ITEM, currency="USD"),)), ["currency"]),
        (Booked(INTENT, (replace(ITEM, partner_id=OTHER),)), ["vendor_id"]),
        (
            Booked(INTENT, (replace(ITEM, amount=Decimal(1), partner_id=OTHER),)),
            ["total_gross", "vendor_id"],
        ),
        (Booked(INTENT, (ITEM, replace(ITEM, open_item_id=OTHER))), ["several payables"]),
    ],
)
def test_what_differs_is_named(booked: Booked, differs: list[str]) -> None:
    """INTENT_MISMATCH with each field; of many payables the nearest is compared."""
    with pytest.raises(IntentMismatch) as refused:
        check_tie(CLAIM, booked)

    assert refused.value.context["differs"] == differs
    assert refused.value.fields[0].pointer == "/intent_id"


def test_an_outgoing_invoice_is_tied_to_a_receivable() -> None:
    """Mirrored: a debit is owed by the customer, a credit note is a credit."""
    owed = replace(ITEM, side=Side.DEBIT)
    claim = replace(CLAIM, ledger=SubLedger.RECEIVABLE)

    assert check_tie(claim, Booked(INTENT, (owed,))) == ITEM.open_item_id
    credit_note = replace(claim, total_gross=-claim.total_gross)
    assert check_tie(credit_note, Booked(INTENT, (ITEM,))) == ITEM.open_item_id
    for booked, differs in (
        (Booked(INTENT, ()), ["receivable"]),
        (Booked(INTENT, (replace(owed, partner_id=OTHER),)), ["customer_id"]),
        (Booked(INTENT, (ITEM,)), ["side"]),
        (Booked(INTENT, (owed, replace(owed, open_item_id=OTHER))), ["several receivables"]),
    ):
        with pytest.raises(IntentMismatch) as refused:
            check_tie(claim, booked)
        assert refused.value.context["differs"] == differs
