"""The tree, the closing object and its hash, against vectors computed elsewhere."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import canonical
from domain.ledger.chain import Leaf
from domain.periods.closing import (
    ClosingHead,
    Tally,
    close,
    closing_hash,
    leaf_hash,
    position_of,
)

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "closing_hash_vectors.json").read_text())
HEAD = ClosingHead(
    tenant_id=UUID(int=1),
    closing_seq=1,
    fiscal_year=2026,
    period="2026-03",
    locked_at=datetime(2026, 4, 2, tzinfo=UTC),
    locked_by=UUID(int=2),
    config_sha256="0" * 64,
)
LEAF = Leaf(
    tenant=UUID(int=1),
    entry_no="2026-000001",
    fiscal_year=2026,
    period="2026-03",
    posting_date=date(2026, 3, 1),
    document_date=None,
    posted_at=datetime(2026, 3, 1, tzinfo=UTC),
    kind="regular",
    reverses=None,
    document_no=None,
    document_sha256=None,
    text_commitment="0" * 64,
    created_by=None,
    approved_by=None,
    intent_id=UUID(int=3),
    debit_account="6815",
    credit_account="2800",
    amount=Decimal("1.00"),
    debit_tax_code=None,
    debit_tax_part=None,
    credit_tax_code=None,
    credit_tax_part=None,
    debit_partner=None,
    credit_partner=None,
    fx_currency=None,
    fx_amount=None,
    fx_rate=None,
)


def tally(*moves: tuple[str, str, str]) -> Tally:
    """Entries from number 4 on, each a debit account, a credit account and an amount."""
    summed = Tally()
    for number, (debit, credit, amount) in enumerate(moves, 4):
        leaf = LEAF._replace(
            entry_seq=number,
            debit_account=debit,
            credit_account=credit,
            amount=Decimal(amount),
        )
        summed.add(leaf, leaf.bytes)
    return summed


@pytest.mark.parametrize("vector", VECTORS["closings"])
def test_a_closing_object_hashes_as_published(vector: dict[str, Any]) -> None:
    """The closing object of the description gives the hash of the description."""
    assert closing_hash(vector["body"]) == vector["closing_hash"]


def test_leaves_hash_as_published() -> None:
    """Canonical bytes under the prefix of a leaf."""
    for each in VECTORS["entries"]:
        hashed = leaf_hash(canonical(each)).hex()
        assert hashed == VECTORS["leaf_hashes"][each["entry_no"]]


def named(numbers: Iterable[int]) -> list[str]:
    """The ranges by which a closing names its entries."""
    summed = Tally()
    for number in sorted(numbers):
        summed.add(LEAF._replace(entry_seq=number), b"")
    return cast("list[str]", summed.facts["entry_seqs"])


@given(st.sets(st.integers(1, 500)))
def test_ranges_name_every_number_once(numbers: set[int]) -> None:
    """Written out again, they are the same numbers."""
    spans = [text.partition("-") for text in named(numbers)]
    written = [n for a, _, b in spans for n in range(int(a), int(b or a) + 1)]

    assert written == sorted(numbers)


@given(st.sets(st.integers(1, 500), min_size=1))
def test_a_number_knows_its_place(numbers: set[int]) -> None:
    """As many stand before it as the ranges say."""
    spans = named(numbers)

    assert [position_of(n, spans) for n in sorted(numbers)] == list(range(len(numbers)))


def test_a_closing_sums_up_its_entries() -> None:
    """Count, ranges, totals and movements come from the leaves."""
    closing = close(HEAD, tally(("6815", "2800", "100.00"), ("2800", "4000", "250.50")))
    moves = [["2800", "250.50", "100.00"], ["4000", "0.00", "250.50"], ["6815", "100.00", "0.00"]]

    assert closing.body["entry_count"] == "2"
    assert closing.body["entry_seqs"] == ["4-5"]
    assert closing.body["debit_total"] == closing.body["credit_total"] == "350.50"
    assert closing.body["movements_sha256"] == hashlib.sha256(canonical(moves)).hexdigest()


def test_an_empty_period_can_be_closed() -> None:
    """Its root is that of the empty tree."""
    closing = close(HEAD, tally())

    assert closing.body["merkle_root"] == hashlib.sha256(b"").hexdigest()
    assert closing.body["debit_total"] == "0.00"


def test_every_leaf_counts() -> None:
    """A cent more makes another closing."""
    one = close(HEAD, tally(("6815", "2800", "100.00")))
    other = close(HEAD, tally(("6815", "2800", "100.01")))

    assert one.closing_hash != other.closing_hash
