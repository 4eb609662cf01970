"""The tree, the closing object and its hash, against vectors computed elsewhere."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
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
    inclusion_path,
    is_included,
    leaf_hash,
    merkle_root,
    ranges,
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
HASHES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40)


def tally(*moves: tuple[str, str, str]) -> Tally:
    """Entries from number 4 on, each a debit account, a credit account and an amount."""
    summed = Tally()
    for number, (debit, credit, amount) in enumerate(moves, 4):
        leaf = replace(
            LEAF,
            entry_seq=number,
            debit_account=debit,
            credit_account=credit,
            amount=Decimal(amount),
        )
        summed.add(leaf, leaf.bytes)
    return summed


@pytest.mark.parametrize("vector", VECTORS["merkle"])
def test_the_tree_has_the_shape_of_rfc_6962(vector: dict[str, Any]) -> None:
    """Nought to seven leaves."""
    leaves = [leaf_hash(text.encode()) for text in vector["leaves_text"]]

    assert merkle_root(leaves).hex() == vector["root"]


@pytest.mark.parametrize("vector", VECTORS["closings"])
def test_a_closing_object_hashes_as_published(vector: dict[str, Any]) -> None:
    """The closing object of the description gives the hash of the description."""
    assert closing_hash(vector["body"]) == vector["closing_hash"]


def test_leaves_hash_as_published() -> None:
    """Canonical bytes under the prefix of a leaf."""
    for each in VECTORS["entries"]:
        hashed = leaf_hash(canonical(each)).hex()
        assert hashed == VECTORS["leaf_hashes"][each["entry_no"]]


def test_the_published_path_leads_to_the_root() -> None:
    """One entry shown without the rest."""
    known, body = VECTORS["inclusion"], VECTORS["closings"][0]["body"]
    leaf = bytes.fromhex(VECTORS["leaf_hashes"][known["entry_no"]])

    assert is_included(leaf, known["path"], bytes.fromhex(body["merkle_root"]))


@given(HASHES, st.data())
def test_every_leaf_has_a_path(leaves: list[bytes], data: st.DataObject) -> None:
    """The path leads to the root from its leaf and from no other."""
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, root = inclusion_path(leaves, index), merkle_root(leaves)

    assert is_included(leaves[index], path, root)
    assert not is_included(hashlib.sha256(leaves[index]).digest(), path, root)


@given(st.sets(st.integers(1, 500)))
def test_ranges_name_every_number_once(numbers: set[int]) -> None:
    """Written out again, they are the same numbers."""
    spans = [text.partition("-") for text in ranges(sorted(numbers))]
    written = [n for a, _, b in spans for n in range(int(a), int(b or a) + 1)]

    assert written == sorted(numbers)


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
