"""What a debit of a vendor could be set off against."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.ledger.intent import Side
from domain.payables.match import LeftItem, suggested

VENDOR = UUID(int=1)
OWED = LeftItem(
    open_item_id=UUID(int=10),
    intent_id=UUID(int=11),
    account="3300",
    side=Side.CREDIT,
    remaining_amount=Decimal(600),
    amount=Decimal(600),
    currency="EUR",
    booking_date=date(2026, 3, 2),
    due_date=date(2026, 4, 1),
    document_number="RE-1",
    partner_id=VENDOR,
    partner_name="Papier",
    invoice_id=UUID(int=12),
)
CREDIT_NOTE = replace(
    OWED,
    open_item_id=UUID(int=20),
    side=Side.DEBIT,
    remaining_amount=Decimal(120),
    document_number="GS-1",
)


def test_a_named_number_comes_first_then_the_amount_then_the_oldest() -> None:
    """No more is proposed than is left on either side."""
    oldest = replace(OWED, open_item_id=UUID(int=13), document_number=None)
    equal = replace(
        OWED,
        open_item_id=UUID(int=14),
        remaining_amount=Decimal(120),
        due_date=date(2026, 5, 1),
        document_number="RE-2",
    )
    named = replace(OWED, open_item_id=UUID(int=15), remaining_amount=Decimal(100))
    named = replace(named, due_date=date(2026, 6, 1), document_number="RE-3")
    paid = replace(CREDIT_NOTE, document_number="GS-1 RE-3")

    found = suggested(paid, [oldest, equal, named])

    assert [(each.open_item_id.int, each.amount, each.reasons) for each in found] == [
        (15, Decimal(100), ("number",)),
        (14, Decimal(120), ("amount",)),
        (13, Decimal(120), ("partner",)),
    ]


def test_foreign_items_are_proposed_by_their_currency() -> None:
    """230 USD at 200 EUR take 230 of 1,100 USD, that are 209.09 EUR; equal is what is so in USD."""
    credit = replace(
        CREDIT_NOTE,
        currency="USD",
        remaining_amount=Decimal(200),
        remaining_document=Decimal("230.00"),
    )
    larger = replace(
        OWED,
        currency="USD",
        remaining_amount=Decimal(1000),
        remaining_document=Decimal("1100.00"),
        due_date=date(2026, 3, 9),
    )
    equal = replace(
        larger, remaining_amount=Decimal(210), remaining_document=Decimal("230.00"), due_date=None
    )

    found = suggested(credit, [larger, equal, replace(larger, remaining_document=Decimal(0))])

    assert [(each.amount, each.document_amount, each.reasons) for each in found] == [
        (Decimal(210), Decimal("230.00"), ("amount",)),
        (Decimal("209.09"), Decimal("230.00"), ("partner",)),
    ]


def test_nothing_is_proposed_across_partners_currencies_or_sides() -> None:
    """Nor for what nobody is named of, nor by what we owe."""
    others = [
        replace(OWED, partner_id=UUID(int=2)),
        replace(OWED, currency="USD"),
        replace(OWED, side=Side.DEBIT),
        replace(OWED, remaining_amount=Decimal(0)),
    ]
    assert not suggested(CREDIT_NOTE, others)
    assert not suggested(OWED, [OWED])
    assert not suggested(replace(CREDIT_NOTE, partner_id=None), [OWED])
