"""A reversal cancels: together the two intents move nothing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given

from domain.ledger.intent import Posting, Settling, Side, pair
from domain.ledger.reversal import Posted, reverse
from tests.strategies import postings


def posted(lines: tuple[Posting, ...], opened: tuple[Settling, ...] = ()) -> Posted:
    """An intent as it would be read back."""
    return Posted(
        intent_id=UUID(int=1),
        booking_date=date(2026, 3, 31),
        period="2026-03",
        fiscal_year_start=1,
        description="Miete",
        external_reference="ER-1",
        entries=tuple(pair(lines)),
        settles=(Settling(UUID(int=9), Decimal(5)),),
        opened=opened,
    )


@given(postings())
def test_a_reversal_cancels_row_by_row(lines: tuple[Posting, ...]) -> None:
    """Each row has its mirror: accounts swapped, amount kept."""
    original = posted(lines)
    mirror = reverse(original, UUID(int=2), day=date(2026, 4, 1), period="2026-04", reason=None)

    pairs = zip(original.entries, mirror.entries, strict=True)
    assert all(
        (a.debit.account, a.credit.account, a.amount)
        == (b.credit.account, b.debit.account, b.amount)
        for a, b in pairs
    )


def test_settlements_turn_around() -> None:
    """What was settled is open again; what was opened is settled by the reversal."""
    lines = (
        Posting("6200", *_debit("10.00")),
        Posting("3300", *_credit("10.00")),
    )
    opened = (Settling(UUID(int=8), Decimal("10.00")),)
    mirror = reverse(
        posted(lines, opened), UUID(int=2), day=date(2026, 4, 1), period="2026-04", reason="doppelt"
    )

    assert set(mirror.settles) == {*opened, Settling(UUID(int=9), Decimal(-5))}
    assert mirror.description == "Storno: Miete (doppelt)"


@pytest.mark.parametrize("length", [1, 88, 89, 90, 500, 600])
def test_a_long_reason_stays_whole(length: int) -> None:
    """The text of the original can be read there; the reason stands nowhere else."""
    lines = (Posting("6200", *_debit("10.00")), Posting("3300", *_credit("10.00")))
    original = replace(posted(lines), description="x" * length)
    reason = "Doppelt erfasst. " * 29 + "Ende..."

    mirror = reverse(
        original, UUID(int=2), day=date(2026, 4, 1), period="2026-04", reason=reason[:500]
    )

    assert mirror.description.endswith(f"({reason[:500]})")
    assert mirror.description.startswith("Storno: x")
    assert len(mirror.description) == min(600, len("Storno: ") + length + 503)


def _debit(amount: str) -> tuple[Side, Decimal]:
    return Side.DEBIT, Decimal(amount)


def _credit(amount: str) -> tuple[Side, Decimal]:
    return Side.CREDIT, Decimal(amount)
