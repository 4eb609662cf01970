"""The proof of a locked period: Merkle root, closing object, closing hash (PROVEN).

Leaves are the stored canonical bytes of the journal entries in ascending number. The tree
has the shape of RFC 6962; the closing hash chains over `closing_seq` of the tenant.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from domain.canonical import canonical
from domain.dates import instant
from domain.ledger.chain import Leaf
from domain.money import BASE_CURRENCY, ZERO
from domain.periods.tree import Tree

VERSION = "closing-1"
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingHead:
    """What a closing says beside its entries: what was locked, when, by whom, after which."""

    tenant_id: UUID
    closing_seq: int
    fiscal_year: int
    period: str
    locked_at: datetime
    locked_by: UUID
    config_sha256: str
    previous_closing_hash: str = GENESIS


@dataclass(frozen=True, slots=True)
class Closing:
    """A closing object and its hash."""

    body: Mapping[str, object]
    closing_hash: str


@dataclass(slots=True)
class Tally:
    """What the entries of a period add up to, taken one by one in ascending number."""

    tree: Tree = field(default_factory=Tree)
    runs: list[list[int]] = field(default_factory=list)
    movements: dict[str, list[Decimal]] = field(default_factory=dict)
    tax_codes: set[str] = field(default_factory=set)

    def add(self, leaf: Leaf, canonical_bytes: bytes) -> None:
        """Take one stored entry and its canonical bytes."""
        self.tree.add(leaf_hash(canonical_bytes))
        _extend(self.runs, int(leaf.entry_seq or 0))
        for side, account in enumerate((leaf.debit_account, leaf.credit_account)):
            self.movements.setdefault(account, [ZERO, ZERO])[side] += leaf.amount
        self.tax_codes.update(filter(None, (leaf.debit_tax_code, leaf.credit_tax_code)))

    @property
    def last_number(self) -> int:
        """Number of the last entry that was taken; 0 before the first."""
        return self.runs[-1][1] if self.runs else 0

    @property
    def facts(self) -> dict[str, object]:
        """The part of a closing object that the entries decide."""
        moves = [[a, f"{d:.2f}", f"{c:.2f}"] for a, (d, c) in sorted(self.movements.items())]
        return {
            "entry_count": str(self.tree.count),
            "entry_seqs": _written(self.runs),
            "debit_total": f"{sum((d for d, _ in self.movements.values()), ZERO):.2f}",
            "credit_total": f"{sum((c for _, c in self.movements.values()), ZERO):.2f}",
            "movements_sha256": hashlib.sha256(canonical(moves)).hexdigest(),
            "merkle_root": self.tree.root.hex(),
        }


def close(head: ClosingHead, tally: Tally) -> Closing:
    """Seal the entries of a period."""
    body = {
        "v": VERSION,
        "tenant": str(head.tenant_id),
        "closing_seq": str(head.closing_seq),
        "fiscal_year": str(head.fiscal_year),
        "period": head.period,
        "kind": "lock",
        "base_currency": BASE_CURRENCY,
        "locked_at": instant(head.locked_at),
        "locked_by": str(head.locked_by),
        "reason": "",
        "config_sha256": head.config_sha256,
        "previous_closing_hash": head.previous_closing_hash,
        **tally.facts,
    }
    return Closing(body, closing_hash(body))


def closing_hash(body: Mapping[str, object]) -> str:
    """Hash of a closing object, lower-case hex."""
    return hashlib.sha256(b"\x02" + canonical(dict(body))).hexdigest()


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of one entry in the tree."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def position_of(number: int, spans: Iterable[str]) -> int:
    """How many numbers of the ranges come before this one.

    >>> position_of(7, ["1-3", "7"])
    3
    """
    before = 0
    for first, _, last in (span.partition("-") for span in spans):
        before += max(0, min(number - 1, int(last or first)) - int(first) + 1)
    return before


def number_at(position: int, spans: Iterable[str]) -> int:
    """The number that so many numbers of the ranges come before.

    >>> number_at(3, ["1-3", "7"])
    7
    """
    for first, _, last in (span.partition("-") for span in spans):
        size = int(last or first) - int(first) + 1
        if position < size:
            return int(first) + position
        position -= size
    raise IndexError(position)


def _extend(runs: list[list[int]], number: int) -> None:
    if runs and runs[-1][1] + 1 == number:
        runs[-1][1] = number
    else:
        runs.append([number, number])


def _written(runs: list[list[int]]) -> list[str]:
    return [str(first) if first == last else f"{first}-{last}" for first, last in runs]
