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
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,14})\.[0-9]{2}")
_GENESIS = "0" * 64


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


@dataclass
class _Sums:
    """What the entries add up to."""

    leaves: list[bytes] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    moves: dict[str, list[Decimal]] = field(default_factory=dict)
    last_hash: str = ""


def verify(lines: Iterable[str], expected: str | None = None) -> Verified:
    """Check a proof line by line; raise `Differs` at the first that does not hold."""
    rows = _rows(lines)
    number, head = next(rows, (1, {}))
    _hold(head.get("proof") == "proof-1", number, "not a proof of version proof-1")
    body: dict[str, Any] = {}
    closing_hash, sums = _GENESIS, _Sums()
    for number, row in rows:
        if "closing" in row:
            closing_hash = _check_closing(number, row, body, closing_hash)
            body = row["closing"]
            _hold(body["tenant"] == head["tenant"], number, "closing of another tenant")
        elif "config" in row:
            config = _sha(_canonical(row["config"])).hex()
            _hold(config == body.get("config_sha256"), number, "the configuration differs")
        else:
            _check_entry(number, row, body, sums)
    _hold(body.get("period") == head["period"], number, "the closing of the period is missing")
    _check_sums(number, body, sums)
    _hold(expected in (None, closing_hash), number, f"the closing hash is {closing_hash}")
    return Verified(
        head["tenant"], head["period"], len(sums.leaves), int(body["closing_seq"]), closing_hash
    )


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, 1):
        try:
            yield number, dict(json.loads(line))
        except (ValueError, TypeError) as error:
            raise Differs(number, "not a JSON object") from error


def _check_closing(number: int, row: dict[str, Any], before: dict[str, Any], previous: str) -> str:
    body = row["closing"]
    computed = _sha(b"\x02" + _canonical(body)).hex()
    _hold(computed == row["closing_hash"], number, "the closing differs from its hash")
    _hold(body["previous_closing_hash"] == previous, number, "the chain of closings is broken")
    expected = int(before.get("closing_seq", 0)) + 1
    _hold(int(body["closing_seq"]) == expected, number, "a closing is missing")
    return computed


def _check_entry(number: int, row: dict[str, Any], body: dict[str, Any], sums: _Sums) -> None:
    entry = row.get("entry", {})
    leaf = _canonical(entry)
    name = f"entry {entry.get('entry_no')}"
    hashed = _sha(b"\x00" + leaf)
    _hold(hashed.hex() == row.get("leaf_hash"), number, f"{name} differs from its leaf hash")
    linked = _sha(leaf + row["prev_hash"].encode()).hex()
    _hold(linked == row["audit_hash"], number, f"{name} differs from its audit hash")
    for key in ("tenant", "period", "fiscal_year"):
        _hold(entry[key] == body.get(key), number, f"{name} belongs to another {key}")
    _check_text(number, name, row)
    seq, last = int(entry["entry_seq"]), sums.numbers[-1] if sums.numbers else 0
    _hold(seq > last, number, f"{name} is out of order")
    linked_on = seq != last + 1 or row["prev_hash"] == (sums.last_hash or row["prev_hash"])
    _hold(linked_on, number, f"{name} breaks the hash chain")
    _add(number, name, entry, sums)
    sums.leaves.append(hashed)
    sums.numbers.append(seq)
    sums.last_hash = row["audit_hash"]


def _check_text(number: int, name: str, row: dict[str, Any]) -> None:
    """A text that was removed after retention is null; one that is there must fit."""
    if row.get("text") is None:
        return
    salted = bytes.fromhex(row["salt"]) + b"\x00" + _nfc(row["text"]).encode()
    _hold(_sha(salted).hex() == row["entry"]["text_commitment"], number, f"text of {name} differs")


def _add(number: int, name: str, entry: dict[str, Any], sums: _Sums) -> None:
    written = entry["amount"]
    _hold(bool(_AMOUNT.fullmatch(written)), number, f"{name} has no proper amount")
    amount = Decimal(written)
    _hold(amount > 0, number, f"{name} moves nothing")
    for side, key in enumerate(("debit_account", "credit_account")):
        sums.moves.setdefault(entry[key], [Decimal(), Decimal()])[side] += amount


def _check_sums(number: int, body: dict[str, Any], sums: _Sums) -> None:
    moves = [[a, f"{d:.2f}", f"{c:.2f}"] for a, (d, c) in sorted(sums.moves.items())]
    facts = {
        "entry_count": str(len(sums.leaves)),
        "entry_seqs": _ranges(sums.numbers),
        "debit_total": f"{sum((m[0] for m in sums.moves.values()), Decimal()):.2f}",
        "credit_total": f"{sum((m[1] for m in sums.moves.values()), Decimal()):.2f}",
        "movements_sha256": _sha(_canonical(moves)).hex(),
        "merkle_root": _root(sums.leaves).hex(),
    }
    for key, value in facts.items():
        _hold(body[key] == value, number, f"the entries do not give the sealed {key}")


def _root(leaves: list[bytes]) -> bytes:
    """Tree of RFC 6962: split at the largest power of two below the count."""
    if not leaves:
        return _sha(b"")
    if len(leaves) == 1:
        return leaves[0]
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


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _hold(holds: bool, line: int, reason: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise Differs(line, reason)


def main(arguments: list[str]) -> int:
    """Verify a file and say so."""
    with Path(arguments[0]).open(encoding="utf-8") as lines:
        try:
            found = verify(lines, *arguments[1:2])
        except Differs as difference:
            print(f"DIFFERS {difference}")  # noqa: T201
            return 1
    print(f"holds: period {found.period}, {found.entry_count} entries, {found.closing_hash}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
