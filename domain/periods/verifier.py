"""Check an exported closing proof, offline and with nothing but Python.

    python verify_closing.py PROOF.ndjson [CLOSING_HASH]

PROOF is that of a whole period or of one intent; CLOSING_HASH is the one that was kept outside
(on paper, by mail), for a chain alone does not stop someone who rewrites all of it. Exit code 0:
all holds. `docs/guide/closing-proof.md` describes what is recomputed, with no code of the service.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from functools import reduce
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import normalize

_PERIOD, _INTENT = _FORMS = "proof-1", "inclusion-1"
_AMOUNT = re.compile(r"(?!0\.00)(0|[1-9][0-9]{0,14})\.[0-9]{2}")
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


class Differs(Exception):
    """The proof does not hold; `line` counts from 1."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {reason}")
        self.reason, self.line = reason, line


class Verified(NamedTuple):
    """What a sound proof says: the entries it shows are in a period that was closed so."""

    period: str
    entry_count: int
    closing: dict[str, Any]
    closing_hash: str


def verify(lines: Iterable[str], expected: str | None = None) -> Verified:
    """Check a proof line by line; raise `Differs` at the first that does not hold."""
    proof, at = _Proof(), 1
    try:
        for at, line in enumerate(lines, 1):  # noqa: B007 - needed where a line does not hold
            proof.take(json.loads(line, object_pairs_hook=_object))
        return proof.finished(expected)
    except Differs as difference:
        raise Differs(difference.reason, at) from None
    except Exception as error:  # whatever a hostile file provokes
        raise Differs("not a line of a proof, or a proof cut off", at) from error


class _Proof:
    """What has been read; names are shown as ASCII, so that none moves a terminal's cursor."""

    def __init__(self) -> None:
        self.head: dict[str, Any] = {}
        self.closing: dict[str, Any] = {"closing_seq": "0"}
        self.closing_hash = "0" * 64
        self.config, self.count = "", 0
        self.due: Iterator[int] = iter(())
        self.last = (0, self.closing_hash)
        self.moves: dict[str, list[int]] = {}
        self.subtrees: list[bytes] = []

    def take(self, row: dict[str, Any]) -> None:
        if not self.head:
            _hold(row.get("proof") in _FORMS, f"not a proof of version {' or '.join(_FORMS)}")
            self.head = row
        elif "closing" in row:
            self._take_closing(row["closing"], row["closing_hash"])
        elif "config" in row:
            self.config = _sha(_canonical(row["config"])).hex()
            _hold(self.config == self.closing["config_sha256"], "the configuration differs")
        else:
            self._take_entry(ascii(f"entry {row['entry']['entry_no']}"[:80])[1:-1], row)

    def _take_closing(self, body: dict[str, Any], closing_hash: str) -> None:
        sealed, seq = _sha(b"\x02" + _canonical(body)).hex(), int(self.closing["closing_seq"])
        _hold(sealed == closing_hash, "the closing differs from its hash")
        follows = body["previous_closing_hash"] == self.closing_hash
        is_next = follows and int(body["closing_seq"]) == seq + 1
        is_alone = self.head["proof"] == _INTENT and not seq
        _hold((is_next or is_alone) and not self.count, "the chain of closings is broken")
        _hold(body["tenant"] == self.head["tenant"], "the closing is of another tenant")
        self.closing, self.closing_hash = body, sealed
        runs = (each.partition("-") for each in body["entry_seqs"])
        self.due = (n for first, _, last in runs for n in range(int(first), int(last or first) + 1))

    def _take_entry(self, name: str, row: dict[str, Any]) -> None:
        entry, before = row["entry"], row["prev_hash"]
        leaf, seq = _canonical(entry), int(entry["entry_seq"])
        hashed, linked = _sha(b"\x00" + leaf), _sha(leaf + before.encode()).hex()
        _hold(hashed.hex() == row["leaf_hash"], f"{name} differs from its leaf hash")
        _hold(linked == row["audit_hash"], f"{name} differs from its audit hash")
        for key in ("tenant", "period", "fiscal_year"):
            _hold(entry[key] == self.closing[key], f"{name} belongs to another {key}")
        if row["text"] is not None:  # a text that was removed after retention is null
            salted = bytes.fromhex(row["salt"]) + b"\x00" + normalize("NFC", row["text"]).encode()
            _hold(_sha(salted).hex() == entry["text_commitment"], f"text of {name} differs")
        _hold(self.last[0] + 1 != seq or self.last[1] == before, f"{name} breaks the hash chain")
        rises, self.count, self.last = seq > self.last[0], self.count + 1, (seq, linked)
        if self.head["proof"] == _INTENT:
            _hold(rises, f"{name} comes twice or out of order")
            _hold(entry["intent_id"] == self.head["intent_id"], f"{name} is of another intent")
            for side, other in ((side, bytes.fromhex(text)) for side, text in row["path"]):
                hashed = _sha(b"\x01" + (hashed + other if side == "R" else other + hashed))
            is_sealed = hashed.hex() == self.closing["merkle_root"]
            _hold(is_sealed, f"{name} is not among the sealed entries")
        else:
            due = next(self.due, 0)
            _hold(not 0 < due < seq, f"number {due} is missing before {name}")
            _hold(seq == due, f"{name} comes twice, out of order or unsealed")
            self._add(hashed, name, entry)

    def _add(self, node: bytes, name: str, entry: dict[str, Any]) -> None:
        """Sum up; of the tree, keep the roots of complete subtrees only, the largest first."""
        amount, size = entry["amount"], self.count
        _hold(bool(_AMOUNT.fullmatch(amount)), f"{name} has no proper amount")
        for side, key in enumerate(("debit_account", "credit_account")):
            self.moves.setdefault(entry[key], [0, 0])[side] += int(amount.replace(".", ""))
        while not size % 2:
            node, size = _sha(b"\x01" + self.subtrees.pop() + node), size // 2
        self.subtrees.append(node)

    def finished(self, expected: str | None) -> Verified:
        period, body = self.head["period"], self.closing
        _hold(body["period"] == period, "the closing of the period is missing")
        if self.head["proof"] == _INTENT:
            _hold(self.count > 0, "no entry is shown")
        else:
            self._check_sums(next(self.due, 0))
        _hold(expected in (None, self.closing_hash), "the closing hash is another one")
        return Verified(period, self.count, body, self.closing_hash)

    def _check_sums(self, due: int) -> None:
        _hold(self.config == self.closing["config_sha256"], "the configuration is missing")
        _hold(not due, f"number {due} is missing at the end")
        # Tree of RFC 6962: a list is split at the largest power of two below its length.
        top_down = self.subtrees[::-1] or [_sha(b"")]
        moves = [[account, *map(_euros, moved)] for account, moved in sorted(self.moves.items())]
        for key, value in {
            "entry_count": str(self.count),
            "debit_total": _euros(sum(debit for debit, _ in self.moves.values())),
            "credit_total": _euros(sum(credit for _, credit in self.moves.values())),
            "movements_sha256": _sha(_canonical(moves)).hex(),
            "merkle_root": reduce(lambda right, left: _sha(b"\x01" + left + right), top_down).hex(),
        }.items():
            _hold(self.closing[key] == value, f"the entries do not give the sealed {key}")


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _canonical(value: Any) -> bytes:
    text = _json(value)  # RFC 8785 for strings, lists, objects, true, false and null; NFC
    return (text if text.isascii() else _json(_plain(value))).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return normalize("NFC", value) if isinstance(value, str) else value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    _hold(len(found := dict(pairs)) == len(pairs), "a key stands twice in one object")
    return found


def _sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _hold(holds: bool, reason: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise Differs(reason)


def main(arguments: list[str]) -> None:
    """Verify a file and say so."""
    if len(arguments) not in {1, 2}:
        sys.exit(__doc__)
    try:
        with Path(arguments[0]).open(encoding="utf-8") as lines:
            found = verify(lines, *map(str.lower, arguments[1:]))
    except (Differs, OSError) as error:
        sys.exit(f"DIFFERS {error}" if isinstance(error, Differs) else f"unreadable: {error}")
    shown = f"{found.entry_count} of {found.closing['entry_count']} entries"
    print(ascii(f"holds: period {found.period}, {shown}, {found.closing_hash}")[1:-1])  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
