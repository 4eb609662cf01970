"""Check an exported closing proof, offline and with nothing but Python.

    python verify_closing.py PROOF.ndjson [CLOSING_HASH]

PROOF is that of a period or of one intent. CLOSING_HASH was kept outside (on paper, by mail): who
rewrites all can chain it anew. Exit code 0: it holds. See `docs/guide/closing-proof.md`.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from functools import reduce
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import is_normalized, normalize

_PERIOD, _INTENT = _FORMS = "proof-1", "inclusion-1"
_is_amount = re.compile(r"(?!0\.00)(0|[1-9][0-9]{0,14})\.[0-9]{2}").fullmatch
_parse = json.JSONDecoder().raw_decode  # takes the last value of a key that stands twice
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
            if line != proof.take(_parse(line.lstrip())[0]):  # not as written: keys may come twice
                json.loads(line, object_pairs_hook=_object)
        return proof.finished(expected)
    except Differs as difference:
        raise Differs(difference.reason.format(proof.name), at) from None
    except Exception as error:  # whatever a hostile file provokes
        raise Differs("not a line of a proof, or a proof cut off", at) from error


class _Proof:
    """What has been read; names are shown as ASCII, so that none moves a terminal's cursor."""

    def __init__(self) -> None:
        self.head: dict[str, Any] = {}
        self.closing: dict[str, Any] = {"closing_seq": "0"}
        self.closing_hash, self.last = "0" * 64, (0, "0" * 64)
        self.name, self.config, self.count = "", "", 0
        self.due: Iterator[int] = iter(())
        self.moves: dict[str, list[int]] = {}
        self.subtrees: list[bytes] = []

    def take(self, row: dict[str, Any]) -> str:
        if not self.head:
            _hold(row.get("proof") in _FORMS, f"not a proof of version {' or '.join(_FORMS)}")
            self.head = row
        elif "closing" in row:
            self._take_closing(row["closing"], row["closing_hash"])
        elif "config" in row:
            self.config = sha256(_canonical(row["config"])).hexdigest()
            _hold(self.config == self.closing["config_sha256"], "the configuration differs")
        else:
            return self._take_entry(row["entry"], row)
        return ""

    def _take_closing(self, body: dict[str, Any], closing_hash: str) -> None:
        seq, before = int(self.closing["closing_seq"]), self.closing_hash
        sealed = sha256(b"\x02" + _canonical(body)).hexdigest()
        _hold(sealed == closing_hash, "the closing differs from its hash")
        is_next = body["previous_closing_hash"] == before and int(body["closing_seq"]) == seq + 1
        is_alone = self.head["proof"] == _INTENT and not seq
        _hold((is_next or is_alone) and not self.count, "the chain of closings is broken")
        _hold(body["tenant"] == self.head["tenant"], "the closing is of another tenant")
        self.closing, self.closing_hash = body, sealed
        runs = (each.partition("-") for each in body["entry_seqs"])
        self.due = (n for first, _, last in runs for n in range(int(first), int(last or first) + 1))

    def _take_entry(self, entry: dict[str, Any], row: dict[str, Any]) -> str:
        self.name, seq = ascii(f"entry {entry['entry_no']}"[:80])[1:-1], int(entry["entry_seq"])
        leaf, before, text = _canonical(entry), row["prev_hash"], row["text"]
        node, linked = sha256(b"\x00" + leaf).digest(), sha256(leaf + before.encode()).hexdigest()
        _hold(node.hex() == row["leaf_hash"], "{} differs from its leaf hash")
        _hold(linked == row["audit_hash"], "{} differs from its audit hash")
        for key in ("tenant", "period", "fiscal_year"):
            _hold(entry[key] == self.closing[key], f"{{}} belongs to another {key}")
        if text is not None:  # a text that was removed after retention is null
            salted = bytes.fromhex(row["salt"]) + b"\x00" + normalize("NFC", text).encode()
            _hold(sha256(salted).hexdigest() == entry["text_commitment"], "text of {} differs")
        _hold(self.last[0] + 1 != seq or self.last[1] == before, "{} breaks the hash chain")
        rises, self.count, self.last = seq > self.last[0], self.count + 1, (seq, linked)
        if self.head["proof"] == _INTENT:
            _hold(rises, "{} comes twice or out of order")
            _hold(entry["intent_id"] == self.head["intent_id"], "{} is of another intent")
            for side, other in ((side, bytes.fromhex(other)) for side, other in row["path"]):
                node = sha256(b"\x01" + {"L": other + node, "R": node + other}[side]).digest()
            _hold(node.hex() == self.closing["merkle_root"], "{} is not among the sealed entries")
        else:
            due = next(self.due, 0)
            _hold(not 0 < due < seq, f"number {due} is missing before {{}}")
            _hold(seq == due, "{} comes twice, out of order or unsealed")
            self._add(node, entry)
        # Its line as the service writes it: whichever is equal to it names no key twice.
        return (
            f'{{"audit_hash":"{linked}","entry":{leaf.decode()},"leaf_hash":"{row["leaf_hash"]}",'
            f'"prev_hash":{_json(before)},"salt":{_json(row.get("salt"))},"text":{_json(text)}}}\n'
        )

    def _add(self, node: bytes, entry: dict[str, Any]) -> None:
        """Sum up; of the tree (RFC 6962) keep the roots of complete subtrees, the largest first."""
        _hold(bool(_is_amount(entry["amount"])), "{} has no proper amount")
        cents, size = int(entry["amount"].replace(".", "")), self.count
        self.moves.setdefault(entry["debit_account"], [0, 0])[0] += cents
        self.moves.setdefault(entry["credit_account"], [0, 0])[1] += cents
        while not size % 2:
            node, size = sha256(b"\x01" + self.subtrees.pop() + node).digest(), size // 2
        self.subtrees.append(node)

    def finished(self, expected: str | None) -> Verified:
        _hold(self.closing["period"] == self.head["period"], "the closing of the period is missing")
        if self.head["proof"] == _INTENT:
            _hold(self.count > 0, "no entry is shown")
        else:
            self._check_sums(next(self.due, 0))
        _hold(expected in (None, self.closing_hash), "the closing hash is another one")
        return Verified(self.head["period"], self.count, self.closing, self.closing_hash)

    def _check_sums(self, due: int) -> None:
        _hold(self.config == self.closing["config_sha256"], "the configuration is missing")
        _hold(not due, f"number {due} is missing at the end")
        top_down = self.subtrees[::-1] or [sha256().digest()]
        root = reduce(lambda right, left: sha256(b"\x01" + left + right).digest(), top_down)
        moves = [[account, *map(_euros, moved)] for account, moved in sorted(self.moves.items())]
        for key, value in {
            "entry_count": str(self.count),
            "debit_total": _euros(sum(debit for debit, _ in self.moves.values())),
            "credit_total": _euros(sum(credit for _, credit in self.moves.values())),
            "movements_sha256": sha256(_canonical(moves)).hexdigest(),
            "merkle_root": root.hex(),
        }.items():
            _hold(self.closing[key] == value, f"the entries do not give the sealed {key}")


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _canonical(value: Any) -> bytes:
    text = _json(value)  # RFC 8785 for strings, lists, objects, true, false and null; NFC
    return (text if is_normalized("NFC", text) else _json(_plain(value))).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return normalize("NFC", value) if isinstance(value, str) else value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    _hold(len(found := dict(pairs)) == len(pairs), "a key stands twice in one object")
    return found


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
