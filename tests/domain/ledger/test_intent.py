"""Postings pair into rows that move what the postings say."""

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given

from domain.errors import InvalidInput
from domain.ledger.intent import (
    BalanceMismatch,
    Entry,
    Intent,
    Posting,
    Side,
    arranged,
    pair,
)
from domain.tax.code import TaxPart
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


def test_import_tax_is_paired_in_whatever_order_it_stands() -> None:
    """The tax account against its claim; the duty against who is paid."""
    lines = (
        Posting("2515", Side.DEBIT, Decimal(100), "VST-EUST-ACC", TaxPart.TAX),
        Posting("3515", Side.CREDIT, Decimal(100), "VST-EUST-ACC", TaxPart.SELF),
        Posting("5090", Side.DEBIT, Decimal(30)),
        Posting("3300", Side.CREDIT, Decimal(30), partner_id=UUID(int=1)),
    )
    rows = {("2515", "3515", Decimal(100)), ("5090", "3300", Decimal(30))}

    for each in permutations(lines):
        found = {(e.debit.account, e.credit.account, e.amount) for e in arranged(each)}
        assert found == rows, each
    alone = {(e.debit.account, e.credit.account) for e in arranged(reversed(lines[:2]))}
    assert alone == {("2515", "3515")}


def test_import_tax_that_does_not_match_moves_what_it_says() -> None:
    """However it is paired, nothing of it is lost."""
    lines = (
        Posting("3515", Side.CREDIT, Decimal(90), "VST-EUST-ACC", TaxPart.SELF),
        Posting("2515", Side.DEBIT, Decimal(100), "VST-EUST-ACC", TaxPart.TAX),
        Posting("3300", Side.CREDIT, Decimal(10), partner_id=UUID(int=1)),
    )

    assert moved(list(arranged(lines))) == wanted(lines)
