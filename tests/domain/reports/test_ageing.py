"""Buckets of open items, and partners with a balance on the other side."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from domain.money import ZERO
from domain.reports.ageing import AgedItem, Bucket, bucket_of, forward_of, open_items

DAY = date(2026, 6, 30)


def an_item(
    rest: str, *, due: date | None = None, partner: UUID | None = None, account: str = "3300"
) -> AgedItem:
    """An item with something left of it."""
    return AgedItem(
        open_item_id=uuid4(),
        intent_id=uuid4(),
        account=account,
        partner_id=partner,
        partner_name="Papier" if partner else None,
        document_number="RE-1",
        booking_date=date(2026, 6, 1),
        agreed_due_date=due,
        currency="EUR",
        document_amount=abs(Decimal(rest)),
        amount_base=Decimal(rest),
        remaining_base=Decimal(rest),
        day=DAY,
    )


def test_without_a_due_date_an_item_is_due_when_it_is_booked() -> None:
    """Debts without a term are due at once (§ 271 BGB, § 904 ABGB)."""
    item = an_item("10.00")

    assert (item.days_overdue, item.bucket) == (29, Bucket.TO_30)


@given(st.integers(-400, 400))
def test_an_item_is_either_overdue_or_ahead(days: int) -> None:
    """Exactly one of the two says when."""
    assert (bucket_of(days) is Bucket.NOT_DUE) == (forward_of(-days) is not None)


@given(st.lists(st.tuples(st.integers(1, 9999), st.integers(-300, 300)), max_size=8))
def test_buckets_sum_to_the_total(found: list[tuple[int, int]]) -> None:
    """Of each partner and of all."""
    partners = [uuid4(), uuid4()]
    items = [
        an_item(str(cents), due=DAY + timedelta(days), partner=partners[cents % 2])
        for cents, days in found
    ]
    report = open_items(DAY, items, {})

    assert report.ageing.total == sum((i.remaining_base for i in items), ZERO)
    assert report.ageing.total == sum((p.ageing.total for p in report.partners), ZERO)
    for ageing in (report.ageing, *(p.ageing for p in report.partners)):
        assert sum(ageing.buckets.values()) == ageing.total
        assert sum(ageing.forward.values()) == ageing.buckets[Bucket.NOT_DUE]


def test_credit_balances_are_told_for_each_partner() -> None:
    """Netted within a partner, never between partners (UGB § 196 Abs. 2, HGB § 246 Abs. 2)."""
    one, other = uuid4(), uuid4()
    items = [
        an_item("100.00", partner=one),
        an_item("-30.00", partner=one),
        an_item("-20.00", partner=other),
    ]

    report = open_items(DAY, items, {"3300": ("Lieferverbindlichkeiten", Decimal("50.00"))})

    assert report.credit_balance == Decimal("-20.00")
    assert report.is_reconciled


def test_each_collective_account_is_held_against_its_own_items() -> None:
    """Two differences that cancel are two differences."""
    items = [an_item("10.00"), an_item("10.00", account="3310")]
    ledger = {"3300": ("A", Decimal("15.00")), "3310": ("B", Decimal("5.00"))}

    report = open_items(DAY, items, ledger)

    assert [control.difference for control in report.controls] == [Decimal(5), Decimal(-5)]
    assert not report.is_reconciled
