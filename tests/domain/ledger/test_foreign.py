"""A foreign document is cut among its rows: nothing is lost, and no row is less than nothing."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.foreign import document_amounts, foreign_shares
from domain.ledger.intent import Exchange, Intent, Posting, Side
from domain.money import exponent_of

DAY = date(2026, 3, 2)
CENTS = st.decimals("0.01", "9999.99", places=2)


def document(amounts: list[Decimal], exchange: Exchange | None) -> Intent:
    """Many debits against one credit."""
    debits = [Posting("6815", Side.DEBIT, amount) for amount in amounts]
    whole = Posting("2800", Side.CREDIT, sum(amounts, Decimal()))
    return Intent(
        intent_id=uuid4(),
        booking_date=DAY,
        period="2026-03",
        fiscal_year=2026,
        description="Miete",
        postings=(*debits, whole),
        source="api",
        exchange=exchange,
    )


@given(
    st.lists(CENTS, min_size=1, max_size=40),
    st.sampled_from(["USD", "JPY", "KWD"]),
    st.integers(1, 10**9),
)
def test_shares_make_up_the_document(amounts: list[Decimal], currency: str, units: int) -> None:
    """To its smallest unit, on each side, and none is negative."""
    total = Decimal(units).scaleb(-exponent_of(currency))
    intent = document(amounts, Exchange(currency, total, Decimal("1.1"), DAY, "ECB"))

    shares = foreign_shares(intent)
    *debits, whole = document_amounts(intent)
    assert (sum(shares), sum(debits), whole) == (total, total, total)
    assert min(shares) >= 0
    assert all(share.as_tuple().exponent == -exponent_of(currency) for share in shares)


def test_without_a_foreign_document_there_is_no_share() -> None:
    """And each posting is its own document amount."""
    intent = document([Decimal("1.00"), Decimal("2.00")], None)

    assert foreign_shares(intent) == []
    assert document_amounts(intent) == [Decimal("1.00"), Decimal("2.00"), Decimal("3.00")]
