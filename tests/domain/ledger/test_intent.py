"""Postings pair into rows that move what the postings say."""

from collections import Counter
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given

from domain.errors import InvalidInput
from domain.ledger.intent import BalanceMismatch, Entry, Intent, Posting, Side, pair
from tests.strategies import postings


def moved(entries: list[Entry]) -> dict[str, Decimal]:
    """Debit minus credit by account."""
    totals: Counter[str] = Counter()
    for entry in entries:
        totals[entry.debit.account] += entry.amount  # type: ignore[assignment]
        totals[entry.credit.account] -= entry.amount  # type: ignore[assignment]
    return {account: Decimal(total) for account, total in totals.items() if total}


def wanted(lines: tuple[Posting, ...]) -> dict[str, Decimal]:
    """Debit minus credit by account, as posted."""
    totals: dict[str, Decimal] = {}
    for line in lines:
        totals[line.account] = totals.get(line.account, Decimal()) + line.signed
    return {account: total for account, total in totals.items() if total}


@given(postings())
def test_rows_move_what_the_postings_say(lines: tuple[Posting, ...]) -> None:
    """However the lines are paired, every account moves by its postings."""
    entries = list(pair(lines))

    assert moved(entries) == wanted(lines)
    assert all(entry.amount > 0 for entry in entries)
    assert len(entries) < len(lines)


def test_pairs_take_the_given_order() -> None:
    """Net and tax against the bank: two rows, in the order of the lines."""
    rows = pair(
        (
            Posting("6815", Side.DEBIT, Decimal(100)),
            Posting("1406", Side.DEBIT, Decimal(19)),
            Posting("1800", Side.CREDIT, Decimal(119)),
        )
    )

    assert [(r.debit.account, r.credit.account, r.amount) for r in rows] == [
        ("6815", "1800", Decimal(100)),
        ("1406", "1800", Decimal(19)),
    ]


def _intent(*lines: Posting) -> Intent:
    return Intent(
        intent_id=UUID(int=1),
        booking_date=date(2026, 1, 1),
        period="2026-01",
        fiscal_year=2026,
        description="",
        postings=lines,
        source="booking",
    )


def test_an_unbalanced_intent_cannot_be_built() -> None:
    """One cent is enough, and the difference is told."""
    with pytest.raises(BalanceMismatch) as caught:
        _intent(
            Posting("2800", Side.DEBIT, Decimal("1.01")),
            Posting("4000", Side.CREDIT, Decimal("1.00")),
        )

    assert caught.value.context == {"difference": "0.01"}


def test_an_empty_intent_cannot_be_built() -> None:
    """Nothing balances with nothing, and is no booking."""
    with pytest.raises(InvalidInput):
        _intent()


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_a_posting_is_positive(amount: str) -> None:
    """The side says the direction, never a sign."""
    with pytest.raises(InvalidInput):
        Posting("2800", Side.DEBIT, Decimal(amount))
