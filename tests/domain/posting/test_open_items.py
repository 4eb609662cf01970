"""Which posting opens an item, and which settles one (decision 0010)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.ledger.chart import Chart, accounts
from domain.ledger.intent import Exchange, Intent, Kind, OpenItemTerms, Posting, Settling, Side
from domain.posting.open_items import opened_by, settled_by

ACCOUNTS = {account.number: account for account in accounts(Chart.AT_EKR)}
PAYABLES, RECEIVABLES, BANK, COST = "3300", "2000", "2800", "6815"
VENDOR = UUID(int=7)
INTENT = Intent(
    intent_id=UUID(int=1),
    booking_date=date(2026, 3, 2),
    period="2026-03",
    fiscal_year=2026,
    description="Papier",
    postings=(
        Posting(COST, Side.DEBIT, Decimal("100.00")),
        Posting(PAYABLES, Side.CREDIT, Decimal("100.00"), partner_id=VENDOR),
    ),
    lines=(),
    source="api",
    external_reference="RE-7",
    terms=OpenItemTerms(due_date=date(2026, 4, 1)),
)


def between(debit: str, credit: str) -> Intent:
    """100.00 from one account to another."""
    amount = Decimal("100.00")
    postings = (Posting(debit, Side.DEBIT, amount), Posting(credit, Side.CREDIT, amount))
    return replace(INTENT, postings=postings)


def test_a_posting_on_an_account_with_open_items_opens_one() -> None:
    """It says whom it concerns, how much, and until when."""
    (item,) = opened_by(INTENT, ACCOUNTS)

    assert (item.account, item.side, item.amount) == (PAYABLES, Side.CREDIT, Decimal("100.00"))
    assert (item.partner_id, item.document_number) == (VENDOR, "RE-7")
    assert (item.booking_date, item.due_date) == (date(2026, 3, 2), date(2026, 4, 1))
    assert (item.currency, item.document_amount) == ("EUR", Decimal("100.00"))


@pytest.mark.parametrize(
    ("debit", "credit", "opens"),
    [
        (COST, PAYABLES, [(PAYABLES, "C")]),
        (PAYABLES, COST, [(PAYABLES, "D")]),
        (RECEIVABLES, COST, [(RECEIVABLES, "D")]),
        (RECEIVABLES, PAYABLES, [(RECEIVABLES, "D"), (PAYABLES, "C")]),
        (COST, BANK, []),
        ("999999", BANK, []),
    ],
)
def test_the_account_decides_and_not_the_road(
    debit: str, credit: str, opens: list[tuple[str, str]]
) -> None:
    """Either side of either sub-ledger; an account that is not in the chart has no items."""
    found = opened_by(between(debit, credit), ACCOUNTS)
    assert [(item.account, item.side.value) for item in found] == opens


def test_what_settles_opens_nothing() -> None:
    """A payment says which item it settles; the rest of that item is what stays open."""
    paid = replace(between(PAYABLES, BANK), settles=(Settling(UUID(int=9), Decimal("60.00")),))

    assert not opened_by(paid, ACCOUNTS)
    (settled,) = settled_by(paid)
    assert (settled.open_item_id, settled.amount) == (UUID(int=9), Decimal("60.00"))
    assert (settled.intent_id, settled.settled_on) == (paid.intent_id, date(2026, 3, 2))


def test_what_a_line_does_not_settle_stays_as_an_item() -> None:
    """100.00 paid on 60.00: the rest is a credit with the vendor; other lines open their own."""
    paid = Posting(
        PAYABLES,
        Side.DEBIT,
        Decimal(100),
        None,
        None,
        VENDOR,
        (Settling(UUID(int=9), Decimal(60)),),
    )
    owed = Posting(RECEIVABLES, Side.CREDIT, Decimal(100))
    intent = replace(INTENT, postings=(paid, owed), settles=paid.settles)

    found = opened_by(intent, ACCOUNTS)

    assert [(item.account, item.side, item.amount) for item in found] == [
        (PAYABLES, Side.DEBIT, Decimal(40)),
        (RECEIVABLES, Side.CREDIT, Decimal(100)),
    ]
    assert (found[0].document_amount, found[0].partner_id) == (Decimal(40), VENDOR)


def test_the_rest_of_a_foreign_line_has_its_share() -> None:
    """Of a document of 110 USD over 100.00 EUR, 40.00 EUR are 44 USD."""
    fx = Exchange("USD", Decimal("110.00"), Decimal("1.1"), date(2026, 3, 2), "ecb")
    paid = Posting(
        PAYABLES,
        Side.DEBIT,
        Decimal(100),
        None,
        None,
        VENDOR,
        (Settling(UUID(int=9), Decimal(60)),),
    )
    bank = Posting(BANK, Side.CREDIT, Decimal(100))
    intent = replace(INTENT, exchange=fx, postings=(paid, bank), settles=paid.settles)

    (item,) = opened_by(intent, ACCOUNTS)

    assert (item.currency, item.document_amount) == ("USD", Decimal(44))


def test_a_reversal_opens_nothing() -> None:
    """It settles what its original opened, and says so itself."""
    reversal = replace(INTENT, kind=Kind.REVERSAL, reverses_intent_id=UUID(int=2))
    assert not opened_by(reversal, ACCOUNTS)
    assert not settled_by(reversal)


def test_shares_of_a_foreign_document_are_the_document() -> None:
    """Two postings on payables share what the document says in its currency."""
    fx = Exchange("USD", Decimal("110.00"), Decimal("0.9090909091"), date(2026, 3, 2), "ecb")
    third = Decimal("33.33")
    intent = replace(
        INTENT,
        exchange=fx,
        postings=(
            Posting(COST, Side.DEBIT, Decimal("100.00")),
            Posting(PAYABLES, Side.CREDIT, third),
            Posting(PAYABLES, Side.CREDIT, Decimal("100.00") - third),
        ),
    )

    items = opened_by(intent, ACCOUNTS)

    assert {item.currency for item in items} == {"USD"}
    assert sum(item.document_amount for item in items) == fx.amount


def test_items_keep_their_ids() -> None:
    """The same posting prepared again is the same item, another posting another."""
    assert opened_by(INTENT, ACCOUNTS) == opened_by(INTENT, ACCOUNTS)
    both = opened_by(between(RECEIVABLES, PAYABLES), ACCOUNTS)
    assert len({item.open_item_id for item in both}) == 2
