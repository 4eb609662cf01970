"""Check the exported proof of a locked period, offline and with nothing but Python.

    python verify_closing.py PROOF.ndjson [CLOSING_HASH]

Give the closing hash that you kept outside (on paper, by mail) as second argument: a chain
alone does not stop someone who rewrites all of it. Exit code 0: all holds. This file shares
no code with the service; `docs/guide/closing-proof.md` describes what it recomputes.
"""

import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,14})\.[0-9]{2}")
_Row = dict[str, Any]
_nfc = partial(unicodedata.normalize, "NFC")


class Differs(Exception):
    """The proof does not hold; `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class Verified:
    """What a sound proof says."""

    tenant: str
    period: str
    entry_count: int
    closing_seq: int
    closing_hash: str


def verify(lines: Iterable[str], expected: str | None = None) -> Verified:
    """Check a proof line by line; raise `Differs` at the first that does not hold."""
    proof, number = _Proof(), 1
    try:
        for number, line in enumerate(lines, 1):
            proof.take(number, json.loads(line))
        proof.finish(number)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise Differs(number, "not a line of a proof, or a proof cut off") from error
    _hold(expected in (None, proof.closing_hash), number, "the closing hash is another one")
    seq = int(proof.closing["closing_seq"])
    period, tenant = proof.head["period"], proof.head["tenant"]
    return Verified(tenant, period, len(proof.leaves), seq, proof.closing_hash)


@dataclass
class _Proof:
    """What has been read so far: one head, a chain of closings, a configuration, entries."""

    head: _Row = field(default_factory=dict)
    closing: _Row = field(default_factory=dict)
    closing_hash: str = "0" * 64
    is_configured: bool = False
    leaves: list[bytes] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    moves: dict[str, list[Decimal]] = field(default_factory=dict)
    last_hash: str = ""

    def take(self, line: int, row: _Row) -> None:
        if line == 1:
            _hold(row.get("proof") == "proof-1", line, "not a proof of version proof-1")
            self.head = row
        elif "closing" in row:
            self._take_closing(line, row)
        elif "config" in row:
            config = _sha(_canonical(row["config"])).hex()
            _hold(config == self.closing["config_sha256"], line, "the configuration differs")
            self.is_configured = True
        else:
            self._take_entry(line, row)

    def _take_closing(self, line: int, row: _Row) -> None:
        body, before = row["closing"], int(self.closing.get("closing_seq", 0))
        sealed = _sha(b"\x02" + _canonical(body)).hex()
        _hold(sealed == row["closing_hash"], line, "the closing differs from its hash")
        chained = body["previous_closing_hash"] == self.closing_hash
        _hold(chained and int(body["closing_seq"]) == before + 1, line, "the chain is broken")
        _hold(body["tenant"] == self.head["tenant"], line, "closing of another tenant")
        self.closing, self.closing_hash, self.is_configured = body, sealed, False

    def _take_entry(self, line: int, row: _Row) -> None:
        entry = row["entry"]
        name, leaf, seq = f"entry {entry['entry_no']}", _canonical(entry), int(entry["entry_seq"])
        hashed, linked = _sha(b"\x00" + leaf), _sha(leaf + row["prev_hash"].encode())
        _hold(hashed.hex() == row["leaf_hash"], line, f"{name} differs from its leaf hash")
        _hold(linked.hex() == row["audit_hash"], line, f"{name} differs from its audit hash")
        for key in ("tenant", "period", "fiscal_year"):
            _hold(entry[key] == self.closing[key], line, f"{name} belongs to another {key}")
        _check_text(line, name, row)
        last = self.numbers[-1] if self.numbers else 0
        _hold(seq > last, line, f"{name} is out of order")
        follows = bool(last) and seq == last + 1
        chained = not follows or row["prev_hash"] == self.last_hash
        _hold(chained, line, f"{name} breaks the hash chain")
        self._add(line, name, entry)
        self.leaves.append(hashed)
        self.numbers.append(seq)
        self.last_hash = row["audit_hash"]

    def _add(self, line: int, name: str, entry: _Row) -> None:
        amount = Decimal(entry["amount"])
        proper = bool(_AMOUNT.fullmatch(entry["amount"])) and amount > 0
        _hold(proper, line, f"{name} has no proper amount")
        for side, key in enumerate(("debit_account", "credit_account")):
            self.moves.setdefault(entry[key], [Decimal(), Decimal()])[side] += amount

    def finish(self, line: int) -> None:
        sealed = self.closing.get("period") == self.head["period"] and self.is_configured
        _hold(sealed, line, "the closing of the period or its configuration is missing")
        moves = [[a, f"{d:.2f}", f"{c:.2f}"] for a, (d, c) in sorted(self.moves.items())]
        facts = {
            "entry_count": str(len(self.leaves)),
            "entry_seqs": _ranges(self.numbers),
            "debit_total": f"{sum((m[0] for m in self.moves.values()), Decimal()):.2f}",
            "credit_total": f"{sum((m[1] for m in self.moves.values()), Decimal()):.2f}",
            "movements_sha256": _sha(_canonical(moves)).hex(),
            "merkle_root": _root(self.leaves).hex(),
        }
        for key, value in facts.items():
            _hold(self.closing[key] == value, line, f"the entries do not give the sealed {key}")


def _check_text(line: int, name: str, row: _Row) -> None:
    """A text that was removed after retention is null; one that is there must fit."""
    if row["text"] is not None:
        salted = bytes.fromhex(row["salt"]) + b"\x00" + _nfc(row["text"]).encode()
        fits = _sha(salted).hex() == row["entry"]["text_commitment"]
        _hold(fits, line, f"text of {name} differs")


def _root(leaves: list[bytes]) -> bytes:
    """Tree of RFC 6962: split at the largest power of two below the count."""
    if len(leaves) < 2:  # noqa: PLR2004 - a tree of one is its leaf
        return leaves[0] if leaves else _sha(b"")
    cut = 1 << (len(leaves) - 1).bit_length() - 1
    return _sha(b"\x01" + _root(leaves[:cut]) + _root(leaves[cut:]))


def _ranges(numbers: list[int]) -> list[str]:
    firsts = [n for i, n in enumerate(numbers) if not i or numbers[i - 1] + 1 != n]
    lasts = [n for i, n in enumerate(numbers) if numbers[i + 1 : i + 2] != [n + 1]]
    return [f"{a}-{b}" if a != b else str(a) for a, b in zip(firsts, lasts, strict=True)]


def _canonical(value: Any) -> bytes:
    """RFC 8785 for strings, lists, objects, true, false and null; text in NFC."""
    compact = (",", ":")
    return json.dumps(
        _plain(value), ensure_ascii=False, separators=compact, sort_keys=True
    ).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return _nfc(value) if isinstance(value, str) else value


def _sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _hold(holds: bool, line: int, reason: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise Differs(line, reason)


def main(arguments: list[str]) -> int:
    """Verify a file and say so."""
    try:
        with Path(arguments[0]).open(encoding="utf-8") as lines:
            found = verify(lines, *arguments[1:2])
    except Differs as difference:
        print(f"DIFFERS {difference}")  # noqa: T201
        return 1
    print(f"holds: period {found.period}, {found.entry_count} entries, {found.closing_hash}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
